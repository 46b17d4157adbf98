"""Tables without rules: columns of short texts that keep their gaps over three rows and more."""

from itertools import pairwise

from genba.formats.pagelayout.glyphs import Flow, around
from genba.formats.pagelayout.items import Block, PageTable, Row, Spot, TableCell, make_cell
from genba.formats.pagelayout.lines import Line

PROSE_EM = 11.0  # a column of running text is at least this wide
ROWS = 3
COLUMN_GAP_EM = 0.6


def is_tabular(rows: list[Row], em: float) -> bool:
    """Tell a table from running text in columns: short texts side by side, in rows."""
    if len(rows) < ROWS or any(not isinstance(spot.item, Line) for row in rows for spot in row):
        return False
    columns = columns_of(rows, em)
    if len(columns) < 2:
        return False
    several = sum(len(row) > 1 for row in rows)
    prose = [is_prose(rows, column, em) for column in columns]
    if all(prose) or several < ROWS:
        return False
    if any(prose) and sum(prose) > len(prose) - 2:
        # Terms and their explanations: each term stands at the first line of what explains it.
        starts = [row for row in rows if row[0].u0 < columns[0][1]]
        return not prose[0] and len(starts) >= ROWS and all(len(row) > 1 for row in starts)
    return several >= 0.6 * len(rows)


def columns_of(rows: list[Row], em: float) -> list[tuple[float, float]]:
    """Unite the extents of all texts; what white space parts over all rows are columns."""
    extents = sorted((spot.u0, spot.u1) for row in rows for spot in row)
    columns: list[tuple[float, float]] = []
    for start, end in extents:
        if columns and start - columns[-1][1] < COLUMN_GAP_EM * em:
            columns[-1] = (columns[-1][0], max(columns[-1][1], end))
        else:
            columns.append((start, end))
    return columns


def is_prose(rows: list[Row], column: tuple[float, float], em: float) -> bool:
    """Running text fills its column in most lines, up to an end that is the same for all."""
    width = column[1] - column[0]
    if width < PROSE_EM * em:
        return False
    inside = [spot for row in rows for spot in row if column[0] <= (spot.u0 + spot.u1) / 2 <= column[1]]
    filled = sum(spot.u1 - spot.u0 >= 0.85 * width for spot in inside)
    return len(inside) > 2 and filled >= 0.5 * (len(inside) - 1)


def as_table(rows: list[Row], top: int, bottom: int, em: float) -> tuple[int, int, Block]:
    """Make the table of a band; header rows above it that span several columns belong to it too."""
    while bottom - top > ROWS and len(rows[top]) < 2:
        top += 1
    while bottom - top > ROWS and len(rows[bottom - 1]) < 2 and not continues(rows[bottom - 2], rows[bottom - 1], em):
        bottom -= 1
    columns = columns_of(rows[top:bottom], em)
    while top > 0 and bottom - top < 200 and is_header(rows[top - 1], rows[top], columns, em):
        top -= 1
    cells = cells_of(merge_rows(rows[top:bottom], columns, em), columns)
    box = around([cell.box for cell in cells])
    count = 1 + max(cell.row for cell in cells)
    cells += empty_cells(cells, count, columns)
    table = PageTable(tuple(cells), count, len(columns), box, tuple(c[0] for c in columns), ruled=False)
    return top, bottom, Block(box, table, Flow.RIGHT, sum(len(cell.text) for cell in cells))


def empty_cells(cells: list[TableCell], rows: int, columns: list[tuple[float, float]]) -> list[TableCell]:
    """The fields that no text stands in."""
    tops = {row: [cell.box for cell in cells if cell.row == row] for row in range(rows)}
    filled = {(cell.row, cell.column + step) for cell in cells for step in range(cell.column_span)}
    return [
        TableCell(row, column, 1, 1, "", (left, around(tops[row])[1], right, around(tops[row])[3]))
        for row in range(rows)
        for column, (left, right) in enumerate(columns)
        if (row, column) not in filled
    ]


def is_header(row: Row, below: Row, columns: list[tuple[float, float]], em: float) -> bool:
    """A row of two and more texts close above, each over whole columns."""
    gap = min(spot.v0 for spot in below) - max(spot.v1 for spot in row)
    if len(row) < 2 or gap > 1.2 * em or any(not isinstance(spot.item, Line) for spot in row):
        return False
    spans = [covered(spot, columns) for spot in row]
    return all(spans) and all(a[-1] < b[0] for a, b in pairwise(spans))


def covered(spot: Spot, columns: list[tuple[float, float]]) -> list[int]:
    """The columns a text stands in."""
    return [index for index, (start, end) in enumerate(columns) if spot.u0 < end and spot.u1 > start]


def continues(above: Row, row: Row, em: float) -> bool:
    """A text that goes on in the next line of its cell stands closer than the next row would."""
    return min(spot.v0 for spot in row) - max(spot.v1 for spot in above) < 0.35 * em


def merge_rows(rows: list[Row], columns: list[tuple[float, float]], em: float) -> list[list[Row]]:
    """Gather the lines of each table row: a row without its first column goes on with the one above if it is close."""
    gaps = sorted(min(s.v0 for s in b) - max(s.v1 for s in a) for a, b in pairwise(rows))
    wide = gaps[len(gaps) * 3 // 4] if gaps else 0.0
    merged: list[list[Row]] = []
    for row in rows:
        first_filled = row[0].u0 < columns[0][1]
        if merged and not first_filled:
            gap = min(s.v0 for s in row) - max(s.v1 for s in merged[-1][-1])
            if gap < 0.7 * wide or gap < 0.35 * em or len(row) == 1:
                merged[-1].append(row)
                continue
        merged.append([row])
    return merged


def cells_of(rows: list[list[Row]], columns: list[tuple[float, float]]) -> list[TableCell]:
    """Put the lines into cells by the columns they stand in."""
    cells: list[TableCell] = []
    for index, lines_of_row in enumerate(rows):
        by_column: dict[tuple[int, int], list[Line]] = {}
        for line_row in lines_of_row:
            for spot in line_row:
                span = covered(spot, columns) or [0]
                if isinstance(spot.item, Line):
                    by_column.setdefault((span[0], span[-1]), []).append(spot.item)
        taken = -1
        for (first, last), lines in sorted(by_column.items()):
            start = max(first, taken + 1)
            taken = max(last, start)
            if first < start and cells and cells[-1].row == index:
                lines, start, taken = [*cells.pop().lines, *lines], cells_start(cells, index, first), taken
            cells.append(make_cell(index, start, 1, max(last - start + 1, 1), lines))
    return cells


def cells_start(cells: list[TableCell], row: int, first: int) -> int:
    """Where a cell may begin that takes over lines of the one before."""
    before = [cell.column + cell.column_span for cell in cells if cell.row == row]
    return max([min(first, before[-1]) if before else first, *before])
