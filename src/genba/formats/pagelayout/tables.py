"""Tables of pages to grids: joined where they go on on the next page, with header rows where they show."""

from dataclasses import dataclass, replace

from genba.formats.pagelayout.items import PageTable, TableCell
from genba.model.cells import Cell, CellStyle
from genba.model.marks import Mark
from genba.model.nodes import ROWS_PLACED, Grid
from genba.model.place import Place

SAME_EDGE_PT = 4.0
UNCERTAIN = frozenset({Mark.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Continued:
    """A table with the rows that followed on later pages."""

    table: PageTable
    header_rows: int  # repeated on each page; 0 when they were not
    pages: int = 1
    ahead: tuple[tuple[int, float, float], ...] = ()  # of a joined table: page from 0, top and bottom of each row


def join_tables(first: Continued, second: PageTable, *, at_bottom: bool, at_top: bool) -> Continued | None:
    """Join a table with its rest on the next page: same columns, and the same header or both at the page's edge."""
    table = first.table
    same_edges = len(table.edges) == len(second.edges) and all(
        abs(a - b) <= SAME_EDGE_PT for a, b in zip(table.edges, second.edges, strict=True)
    )
    if table.columns != second.columns or table.ruled != second.ruled or not (same_edges or not table.ruled):
        return None
    repeated = repeated_rows(table, second)
    if not repeated and not (table.ruled and at_bottom and at_top and table.columns > 1):
        return None
    moved = tuple(replace(cell, row=cell.row - repeated + table.rows) for cell in second.cells if cell.row >= repeated)
    joined = replace(table, cells=table.cells + moved, rows=table.rows + second.rows - repeated)
    bands = (first.ahead or row_bands(table, 0)) + row_bands(second, first.pages)[repeated:]
    return Continued(joined, max(first.header_rows, repeated), first.pages + 1, bands)


def row_bands(table: PageTable, page: int) -> tuple[tuple[int, float, float], ...]:
    """Where each row stands: the page, counted from the table's first, and the row's top and bottom."""
    if table.rows > ROWS_PLACED:
        return ()
    tops: list[float | None] = [None] * table.rows
    bottoms: list[float | None] = [None] * table.rows
    for cell in table.cells:
        last = cell.row + cell.row_span - 1
        if last < table.rows:
            tops[cell.row] = min(cell.box[1], tops[cell.row] or cell.box[1])
            bottoms[last] = max(cell.box[3], bottoms[last] or cell.box[3])
    left = table.box[1]
    bands = []
    for top, bottom in zip(tops, bottoms, strict=True):
        start = left if top is None else top
        left = start if bottom is None else bottom
        bands.append((page, start, left))
    return tuple(bands)


def repeated_rows(first: PageTable, second: PageTable) -> int:
    """How many rows at the top of both tables say the same."""
    rows = 0
    while rows < min(first.rows, second.rows, 4):
        above, below = row_texts(first, rows), row_texts(second, rows)
        if above != below or not any(text for _, _, text in above):
            break
        rows += 1
    return rows if rows < second.rows else 0


def row_texts(table: PageTable, row: int) -> list[tuple[int, int, str]]:
    """The cells of a row as they compare."""
    return [(cell.column, cell.column_span, cell.text) for cell in table.cells if cell.row == row]


def as_grid(continued: Continued, page: int, caption: str) -> Grid:
    """Make the grid of a table."""
    table = continued.table
    cells = tuple(as_cell(cell) for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)))
    return Grid(
        cells=cells,
        rows=table.rows,
        columns=table.columns,
        header_rows=continued.header_rows or styled_header_rows(table),
        caption=caption,
        place=Place(page=page, box=tuple(round(side, 1) for side in table.box)),  # type: ignore[arg-type]
        row_places=_row_places(continued, page),
    )


def _row_places(continued: Continued, page: int) -> tuple[Place, ...]:
    table = continued.table
    bands = continued.ahead or row_bands(table, 0)
    left, right = round(table.box[0], 1), round(table.box[2], 1)
    placed = [
        Place(page=page + later, box=(left, round(top, 1), right, round(bottom, 1))) for later, top, bottom in bands
    ]
    return tuple(placed) if len(placed) == table.rows <= ROWS_PLACED else ()


def as_cell(cell: TableCell) -> Cell:
    """Make a cell of the model."""
    return Cell(
        cell.row,
        cell.column,
        cell.text or None,
        cell.text,
        style=CellStyle(bold=cell.bold, size_pt=round(cell.em, 1), fill=f"FF{cell.fill}" if cell.fill else ""),
        row_span=cell.row_span,
        column_span=cell.column_span,
        marks=UNCERTAIN if cell.doubtful else frozenset(),
        readings=tuple(reading for line in cell.lines for reading in line.readings),
        confidence=round(cell.confidence, 4),
    )


def styled_header_rows(table: PageTable) -> int:
    """Rows at the top whose texts are all bold or shaded, where those below are not."""
    styled: list[bool | None] = [None] * table.rows
    for cell in table.cells:
        if cell.text:
            for row in range(cell.row, cell.row + cell.row_span):
                styled[row] = (cell.bold or bool(cell.fill)) and styled[row] is not False
    rows = 0
    while rows < table.rows and styled[rows]:
        rows += 1
    return rows if rows < table.rows else 0
