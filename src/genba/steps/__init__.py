"""Steps refine documents; `STEPS` names the function behind each recipe name, imported when first needed."""

import importlib
from collections.abc import Callable
from typing import cast

from genba.model.document import Document

Step = Callable[..., Document]

# A step's name in recipes is where it lives; its keyword-only parameters are its options.
STEPS = {
    "structure.sheets": "genba.steps.structure:sheets",
    "scans.read": "genba.steps.scans:read",
    "normalise.text": "genba.steps.normalise:text",
    "tables.tidy": "genba.steps.tables:tidy",
    "metadata.extract": "genba.steps.metadata:extract",
    "identity.assign": "genba.steps.identity:assign",
    "instructions.extract": "genba.steps.instructions:extract",
    "semantics.mentions": "genba.steps.semantics:mentions",
    "digest.keywords": "genba.steps.digest:keywords",
    "digest.summary": "genba.steps.digest:summary",
    "figures.describe": "genba.steps.figures:describe",
    "chunks.split": "genba.steps.chunks:split",
}


def step_for(name: str) -> Step | None:
    """Import and give the step of a name; None for a name nobody knows."""
    target = STEPS.get(name)
    if target is None:
        return None
    module, _, function = target.partition(":")
    return cast("Step", getattr(importlib.import_module(module), function))
