"""Writes what was done to a document: its source, the steps with their options, and every value they changed."""

from collections.abc import Mapping, Sequence

import msgspec

from genba.formats.places import origin
from genba.model.document import Document, Edit

FORMAT = "genba-lineage/1.0"


def encode(document: Document, *, steps: Sequence[tuple[str, Mapping[str, object]]], version: str) -> bytes:
    """Encode the lineage; `steps` are those of the recipe, in order."""
    data = {
        "format": FORMAT,
        "document": document.id,
        "source": {"path": document.source.path, "sha256": document.source.sha256},
        "software": {"name": "genba", "version": version},
        "activities": [
            {"use": f"read.{document.source.kind}"},
            *({"use": name, **({"options": dict(options)} if options else {})} for name, options in steps),
        ],
        "edits": [_edit(edit) for edit in document.edits],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _edit(edit: Edit) -> dict[str, object]:
    found: dict[str, object] = {"step": edit.step, "rule": edit.rule, "before": edit.before, "after": edit.after}
    if edit.count != 1:
        found["count"] = edit.count
    if place := origin(edit.place):
        found["origin"] = place
    return found
