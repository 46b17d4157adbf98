"""What a document means, as JSON: terms, codes and references, steps, a drawing; absent where there is none."""

from typing import Any

from genba.formats.pruning import pruned
from genba.model.document import Document


def meaning(document: Document) -> dict[str, Any]:
    """Give the fields that later steps of refinement have filled."""
    found: dict[str, Any] = {
        "terms": [pruned(term) for term in document.terms],
        "mentions": [pruned(mention) for mention in document.mentions],
        "references": [pruned(reference) for reference in document.references],
        "summaries": [pruned(summary) for summary in document.summaries],
        "summary_by": document.summary_by,
        "instruction": pruned(document.instruction) if document.instruction else None,
        "drawing": pruned(document.drawing) if document.drawing else None,
    }
    return {name: value for name, value in found.items() if value}
