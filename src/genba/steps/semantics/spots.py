"""Walks over everything in a document that may hold a code, each text with the label that stands for it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from genba.formats.codelabels import kind_of_label, kind_of_words
from genba.formats.markup import header_names
from genba.model.cells import Cell
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.model.place import NOWHERE, Place
from genba.model.table import Table

if TYPE_CHECKING:
    import pyarrow as pa

CELLS_LOOKED_AT = 20_000
TEXT_LOOKED_AT = 20_000  # characters of one node
ROWS_LOOKED_AT = 300
COLUMNS_LOOKED_AT = 60

_UNSAID = frozenset({Mark.WITHDRAWN})


class Spot(NamedTuple):
    """A text, what its label says, and where it stands; a value fills its cell or field alone."""

    text: str
    label: str
    node: str
    place: Place
    is_value: bool = False


def spots(document: Document) -> Iterator[Spot]:
    """Give every text in reading order."""
    cells = 0
    for node in document.nodes:
        if node.marks & _UNSAID if hasattr(node, "marks") else False:
            continue
        match node:
            case Heading() | Paragraph() | Comment():
                yield Spot(node.text[:TEXT_LOOKED_AT], "", node.id, node.place)
            case Pair():
                if node.value:
                    yield Spot(node.value[:TEXT_LOOKED_AT], node.label.rsplit("/", 1)[-1], node.id, node.place, True)
            case Grid():
                if cells < CELLS_LOOKED_AT:
                    yield from _of_grid(node, CELLS_LOOKED_AT - cells)
                cells += len(node.cells)
            case Figure():
                for text in (node.caption, node.description, *node.texts[:200]):
                    yield Spot(text[:TEXT_LOOKED_AT], "", node.id, node.place)
            case Flow():
                for step in node.nodes[:500]:
                    yield Spot(step.text[:TEXT_LOOKED_AT], "", node.id, step.place)
            case Choices():
                for option in node.options[:50]:
                    if option.selected:
                        yield Spot(option.text, node.label, node.id, node.place, True)
            case Chart():
                yield Spot(node.title, "", node.id, node.place)
    yield from _of_drawing(document)
    for table in document.tables:
        for note in table.notes[:20]:
            yield Spot(note[:TEXT_LOOKED_AT], "", "", table.place)
        if not table.grid:
            yield from _of_table(table)


def _of_grid(grid: Grid, most: int) -> Iterator[Spot]:
    """A column's header labels its cells; where there is none, the cell to the left or above may be a label."""
    names = header_names(grid) if grid.header_rows else {}
    texts = {(cell.row, cell.column): cell for cell in grid.cells[:most]}
    for cell in grid.cells[:most]:
        if not cell.text or cell.marks & _UNSAID:
            continue
        label = ""
        if cell.row >= grid.header_rows:
            label = names.get(cell.column, "").rsplit("/", 1)[-1]
            if not label or (kind_of_label(label) is None and kind_of_words(label) is None):
                beside = _label_beside(cell, texts, is_headed=bool(names))
                label = beside or label
        place = grid.row_places[cell.row] if cell.row < len(grid.row_places) else grid.place
        yield Spot(cell.text[:TEXT_LOOKED_AT], label, grid.id, place, cell.row >= grid.header_rows)


def _label_beside(cell: Cell, cells: dict[tuple[int, int], Cell], *, is_headed: bool) -> str:
    left = cells.get((cell.row, cell.column - 1))
    above = None if is_headed else cells.get((cell.row - 1, cell.column))
    for other in (left, above):
        if other is not None and len(other.text) <= 20 and not any(char.isdigit() for char in other.text):
            kind = kind_of_label(other.text)
            if kind is not None or kind_of_words(other.text) is not None:
                return other.text
    return ""


def _of_drawing(document: Document) -> Iterator[Spot]:
    drawing = document.drawing
    if drawing is None:
        return
    for label, value in drawing.title_block[:60]:
        yield Spot(value, label, "", NOWHERE, True)
    for note in drawing.notes[:200]:
        yield Spot(note[:TEXT_LOOKED_AT], "", "", NOWHERE)
    for part in drawing.parts[:1000]:
        if part.number:
            yield Spot(part.number, "品番", "", part.place, True)


def _of_table(table: Table) -> Iterator[Spot]:
    """Look at the first rows of the columns of text: a large table says the same again and again."""
    batch = next(iter(table.batches), None) if table.rows else None
    if batch is None:
        return
    for column, values in islice(zip(table.columns, _columns(batch), strict=False), COLUMNS_LOOKED_AT):
        label = column.name.rsplit("/", 1)[-1]
        if column.name.startswith("_") or column.unit:
            continue
        is_labelled = kind_of_label(label) is not None or kind_of_words(label) is not None
        seen: set[object] = set()
        for value in values:
            if value in seen or not (isinstance(value, str) or (is_labelled and type(value) is int)):
                continue
            seen.add(value)
            yield Spot(str(value)[:TEXT_LOOKED_AT], label, "", table.place, True)


def _columns(batch: pa.RecordBatch) -> Iterator[list[object]]:
    import pyarrow as pa

    for column in batch.slice(0, ROWS_LOOKED_AT).columns:
        wanted = (
            pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_integer(column.type)
        )
        yield column.to_pylist() if wanted else []
