"""Steps refine documents; each is named `module.function` in recipes, its keyword-only parameters are its options."""

from genba.steps import chunks, digest, identity, metadata, normalise, structure

STEPS = {
    "structure.sheets": structure.sheets,
    "normalise.text": normalise.text,
    "metadata.extract": metadata.extract,
    "digest.keywords": digest.keywords,
    "digest.summary": digest.summary,
    "identity.assign": identity.assign,
    "chunks.split": chunks.split,
}
