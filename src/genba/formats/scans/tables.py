"""Ruled tables of a page picture: the lattice of its rules, and the lines that stand in each cell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from genba.formats.pagelayout.blocks import rows_of
from genba.formats.pagelayout.glyphs import Box, Flow
from genba.formats.pagelayout.items import Block, PageTable, TableCell, make_cell
from genba.formats.pagelayout.lattice import Lattice, Rule, find_lattices
from genba.formats.pagelayout.lines import Line

SMALLEST_PT = 24.0  # a lattice smaller than this in both directions is a check box or a bold character
MOST_CELLS = 5000
ROUND = frozenset("OoＯｏ〇◯")  # alone in the cell of a form, each is the mark ○
PAGE_FRAME = 0.6  # of the page's area: a border around everything


@dataclass(frozen=True, slots=True)
class Boxed:
    """Lines in a drawn frame that is no table."""

    cells: tuple[TableCell, ...]


def lattices_of(across: Sequence[Rule], down: Sequence[Rule], size: tuple[float, float]) -> list[Lattice]:
    """Find the tables among the rules of a page; a border around the page is none."""
    found, _ = find_lattices(across, down)
    return [
        lattice
        for lattice in found
        if len(lattice.frames) <= MOST_CELLS
        and max(width(lattice.box), height(lattice.box)) >= SMALLEST_PT
        and min(width(lattice.box), height(lattice.box)) >= SMALLEST_PT / 3
        and not (len(lattice.frames) == 1 and area(lattice.box) > PAGE_FRAME * size[0] * size[1])
    ]


def place_lines(lines: Sequence[Line], lattices: Sequence[Lattice]) -> tuple[list[Block], list[Line]]:
    """Put lines into the cells that hold their middle; the rest stands outside of tables."""
    order = sorted(range(len(lattices)), key=lambda index: area(lattices[index].box))
    cells: dict[int, dict[int, list[Line]]] = {}
    rest: list[Line] = []
    for line in lines:
        x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
        home = next(((at, frame) for at in order if (frame := lattices[at].frame_at(x, y)) >= 0), None)
        if home is None:
            rest.append(line)
        else:
            cells.setdefault(home[0], {}).setdefault(home[1], []).append(line)
    blocks = [as_block(lattice, cells[at]) for at, lattice in enumerate(lattices) if at in cells]
    return blocks, rest


def as_block(lattice: Lattice, cells: dict[int, list[Line]]) -> Block:
    """Make the table of a lattice, or framed text where it has hardly any cells."""
    found: list[TableCell] = []
    for index, frame in enumerate(lattice.frames):
        spans = (frame.row, frame.column, frame.row_span, frame.column_span)
        lines = in_order(cells.get(index, []))
        cell = make_cell(*spans, lines, frame.box[2]) if lines else TableCell(*spans, "", frame.box)
        text = "○" if cell.text in ROUND else cell.text
        found.append(replace(cell, box=frame.box, text=text))
    rows, columns = len(lattice.ys) - 1, len(lattice.xs) - 1
    length = sum(line.length for lines in cells.values() for line in lines)
    if columns == 1 and len(found) < 4:
        return Block(lattice.box, Boxed(tuple(cell for cell in found if cell.text)), Flow.RIGHT, length)
    table = PageTable(tuple(found), rows, columns, lattice.box, lattice.xs[:-1], ruled=True)
    return Block(lattice.box, table, Flow.RIGHT, length)


def in_order(lines: list[Line]) -> list[Line]:
    """The lines of a cell as they are read."""
    if not lines:
        return []
    flow = Flow.DOWN if sum(line.flow == Flow.DOWN for line in lines) > len(lines) / 2 else Flow.RIGHT
    return [spot.item for row in rows_of(lines, flow) for spot in row if isinstance(spot.item, Line)]


def width(box: Box) -> float:
    """From left to right."""
    return box[2] - box[0]


def height(box: Box) -> float:
    """From top to bottom."""
    return box[3] - box[1]


def area(box: Box) -> float:
    """What it covers."""
    return width(box) * height(box)
