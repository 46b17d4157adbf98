"""Adds to a refined document what its tables' machine-readability was and is; a fault here costs the scores only."""

from dataclasses import replace

from genba.errors import GenbaError
from genba.model.document import Document
from genba.model.finding import Finding, Severity
from genba.schemes.machine_readability import compare

SCHEME = "schemes.machine_readability"


def scored(original: Document, refined: Document) -> Document:
    """The refined document with its scores."""
    try:
        return replace(refined, scores=compare(original, refined))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- tables are read once more here, and their file may be gone by now
        reason = error.code if isinstance(error, GenbaError) else type(error).__name__
        details = {"step": SCHEME, "reason": reason}
        finding = Finding(code="recipe.step_failed", severity=Severity.PROBLEM, details=details)
        return replace(refined, findings=(*refined.findings, finding))
