"""Tables of a text file whose rows may be samples: names, units, and columns of text that stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from genba.formats.delimited.batches import StreamedRows
from genba.formats.delimited.chunks import Damage, chunks, encoding_of
from genba.formats.delimited.columns import decimal_commas, unique_names
from genba.formats.delimited.dialect import sniff
from genba.formats.delimited.layout import compose_names
from genba.formats.delimited.records import blocks
from genba.formats.delimited.survey import Survey
from genba.formats.kinds import extension
from genba.ports.blob import Blob

if TYPE_CHECKING:
    import pyarrow as pa

MAX_COLUMNS = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """Columns by name, some rows to judge them by, and all rows again and again."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    batches: Iterable[pa.RecordBatch]
    rows: int
    notes: tuple[str, ...]
    ragged_rows: int


def text_tables(blob: Blob) -> tuple[TextTable, ...]:
    """Find the tables of a file as it is read for documents; raises InvalidInput for unreadable characters."""
    encoding = encoding_of(blob).encoding
    head = "".join(chunk.text for chunk in islice(chunks(blob, encoding), 1))
    dialect = sniff(head, promised=extension(blob.name))
    damage = Damage()
    survey = Survey(dialect)
    for block in blocks(chunks(blob, encoding, damage=damage), dialect):
        survey.take(block)
    segments, _ = survey.finish()
    found: list[TextTable] = []
    for segment in segments:
        width = max(segment.width, segment.widest) - (segment.empty_tail if segment.widest <= segment.width else 0)
        width = min(width, MAX_COLUMNS)
        composed, units, _ = compose_names(segment.header, width)
        names, _ = unique_names(composed)
        commas, _ = decimal_commas(segment.sample, width)
        rows = StreamedRows(
            blob=blob,
            encoding=encoding,
            dialect=dialect,
            segment=segment,
            raw=encoding in ("ascii", "utf-8") and not damage.altered,
            names=tuple(names),
        )
        found.append(
            TextTable(
                names=tuple(names),
                units=tuple(units),
                sample=tuple(_row(row, width, commas) for row in segment.sample),
                batches=replace(rows, decimal_commas=commas),
                rows=segment.rows,
                notes=tuple(segment.notes),
                ragged_rows=segment.short_or_long,
            )
        )
    return tuple(found)


def _row(row: list[str], width: int, commas: frozenset[int]) -> tuple[str, ...]:
    cells = [*row[:width], *[""] * (width - len(row))]
    for at in commas:
        cells[at] = cells[at].replace(".", "").replace(",", ".")
    return tuple(cell.strip() for cell in cells)
