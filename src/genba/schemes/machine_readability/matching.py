"""Which refined table was made of which: the tables a reader gave come first, then those of grids in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from genba.model.document import Document
from genba.model.nodes import Grid
from genba.model.table import Table


class Made(NamedTuple):
    """A refined table with what it was made of: a table as read, or a grid."""

    refined: Table
    read: Table | None
    grid: Grid | None


def match(original: Document, refined: Document) -> tuple[Made, ...]:
    """Pair every refined table with its origin; one whose origin cannot be told is left out."""
    made: list[Made] = []
    read = _same_places(original.tables, refined.tables)
    for table, before in zip(refined.tables, original.tables[:read], strict=False):
        made.append(Made(table, before, None))
    grids = iter([node for node in refined.nodes if isinstance(node, Grid)])
    for table in refined.tables[read:]:
        for grid in grids:  # goes on where it stopped: tables stand in the order of their grids
            if (table.grid and table.grid == grid.id) or grid.place == table.place:
                made.append(Made(table, None, grid))
                break
    return tuple(made)


def _same_places(before: Sequence[Table], after: Sequence[Table]) -> int:
    count = 0
    while count < min(len(before), len(after)) and before[count].place == after[count].place:
        count += 1
    return count
