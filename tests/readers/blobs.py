"""What the tests of readers share: blobs of bytes, and the parts a reader gives for them."""

from __future__ import annotations

import io
from typing import Any

from genba.formats.detection import detect
from genba.model.finding import Finding
from genba.model.table import Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.readers import reader_for


def blob_of(data: bytes, name: str) -> Blob:
    """A blob in memory."""
    return Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))


def parts_of(data: bytes, name: str, **limits: int) -> list[Any]:
    """Read by the reader that detection finds."""
    blob = blob_of(data, name)
    reader = reader_for(detect(blob, Limits()).kind)
    assert reader is not None
    return list(reader(blob, Limits(**limits)))


def of_kind(parts: list[Any], kind: type) -> list[Any]:
    """The parts of one class."""
    return [part for part in parts if isinstance(part, kind)]


def rows_of(table: Table) -> list[list[str | None]]:
    """All rows of a table, counted."""
    rows = [list(row.values()) for batch in table.batches for row in batch.to_pylist()]
    assert len(rows) == table.rows
    return rows


def names_of(table: Table) -> list[str]:
    """The names of a table's columns."""
    return [column.name for column in table.columns]


def codes_of(parts: list[Any]) -> list[str]:
    """The codes of the findings."""
    return [part.code for part in parts if isinstance(part, Finding)]
