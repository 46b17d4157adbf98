"""Writes what was done to a document: its source, the steps with their options, and every value they changed."""

from collections.abc import Mapping, Sequence

import msgspec

from genba.model.document import Document

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
        "edits": [_edit(msgspec.to_builtins(edit)) for edit in document.edits],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _edit(edit: dict[str, object]) -> dict[str, object]:
    place = edit.pop("place")
    origin = {key: value for key, value in place.items() if value} if isinstance(place, dict) else {}
    if edit.get("count") == 1:
        del edit["count"]
    return {**edit, **({"origin": origin} if origin else {})}
