"""Writes the product's own table of contents: what it holds, document by document."""

from collections.abc import Sequence

import msgspec

from genba.model.record import DocumentRecord

FORMAT = "genba-dataset/1.0"


def encode(title: str, records: Sequence[DocumentRecord], *, recipe: str, software: str) -> bytes:
    """Encode the contents; documents in the order of their paths."""
    data = {
        "format": FORMAT,
        "title": title,
        "recipe": recipe,
        "software": software,
        "documents": [
            {
                "id": record.id,
                "path": record.path,
                "title": record.title,
                "kind": record.kind,
                "usability": str(record.usability),
                "sha256": record.sha256,
                "size_bytes": record.size_bytes,
                **({"modified": record.modified} if record.modified else {}),
                "metadata": dict(sorted(record.properties.items())),
                **({"file": f"documents/{record.id}.json"} if record.outputs else {}),
                "tables": [table.path for table in record.tables],
            }
            for record in records
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"
