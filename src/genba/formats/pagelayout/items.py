"""What is put into reading order on a page: lines, tables, and blocks placed as a whole."""

from dataclasses import dataclass
from typing import NamedTuple

from genba.formats.pagelayout.glyphs import Box, Flow, around
from genba.formats.pagelayout.joining import join_lines
from genba.formats.pagelayout.lines import Line, mean_confidence


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is placed as a whole: a table, a picture, a group of lines of another direction."""

    box: Box
    content: object
    flow: Flow = Flow.RIGHT
    length: int = 0


Item = Line | Block
Stack = list[Item]  # what follows one another in one column


class Spot(NamedTuple):
    """An item with its box in the frame of the region's flow."""

    u0: float
    v0: float
    u1: float
    v1: float
    item: Item


Row = list[Spot]


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell found on a page, by its place in the grid and on the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    box: Box
    em: float = 0.0
    bold: bool = False
    fill: str = ""  # RRGGBB where the cell is shaded
    doubtful: int = 0
    lines: tuple[Line, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table found on a page; `ruled` says that its cells are drawn."""

    cells: tuple[TableCell, ...]
    rows: int
    columns: int
    box: Box
    edges: tuple[float, ...]  # where its columns stand, to compare with the table on the next page
    ruled: bool


def make_cell(
    row: int, column: int, row_span: int, column_span: int, lines: list[Line], edge: float | None = None
) -> TableCell:
    """Make a cell of its lines in reading order."""
    return TableCell(
        row,
        column,
        row_span,
        column_span,
        join_lines(lines, edge),
        around([line.box for line in lines]),
        em=max(line.em for line in lines),
        bold=all(line.style.bold for line in lines),
        doubtful=sum(line.doubtful for line in lines),
        lines=tuple(lines),
        confidence=mean_confidence(lines),
    )
