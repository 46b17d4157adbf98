"""Steps refine documents; each is named `module.function` in recipes, its keyword-only parameters are its options."""

from genba.steps import chunks, identity

STEPS = {
    "identity.assign": identity.assign,
    "chunks.split": chunks.split,
}
