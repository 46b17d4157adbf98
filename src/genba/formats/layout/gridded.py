"""A table found on a sheet, as the rows and columns that a reader counts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from genba.formats.celldraft import moved
from genba.formats.layout.boxes import Box, join_cells
from genba.formats.layout.found import FoundTable
from genba.model.cells import Cell
from genba.model.marks import Reading


def grid_cells(item: FoundTable) -> tuple[tuple[Cell, ...], int, int]:
    """Give a table's cells in its logical rows and columns, and how many rows and columns it has."""
    rows = _indexed(item.row_cuts, {(box.top, box.bottom) for box in item.boxes})
    columns = _indexed(item.column_cuts, {(box.left, box.right) for box in item.boxes})
    cells = tuple(_moved(box, *rows[box.top, box.bottom], *columns[box.left, box.right]) for box in item.boxes)
    height = max([row + span for row, span in rows.values()], default=0)
    width = max([column + span for column, span in columns.values()], default=0)
    return cells, height, width


def readings_of(cells: Iterable[Cell]) -> tuple[Reading, ...]:
    """The readings of all cells, in their order."""
    return tuple(reading for cell in cells for reading in cell.readings)


def _indexed(cuts: Sequence[int], spans: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """The logical row (or column) and how many of them, for each span of the sheet's rows."""
    found = {}
    for start, end in spans:
        index = bisect_right(cuts, start) - 1
        found[start, end] = index, max(1, bisect_left(cuts, end) - index)
    return found


def _moved(box: Box, row: int, row_span: int, column: int, column_span: int) -> Cell:
    cell = box.cells[0]
    if len(box.cells) > 1:
        text = join_cells(box.cells)
        cell = replace(
            cell, value=text, text=text, readings=readings_of(box.cells), formula="",
            marks=frozenset.intersection(*(item.marks for item in box.cells)),
        )  # fmt: skip
    if cell.row == row and cell.column == column and cell.row_span == row_span and cell.column_span == column_span:
        return cell
    return moved(cell, row, row_span, column, column_span)
