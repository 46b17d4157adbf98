"""Evidence from a grid: columns under their headers as written, and what the eye sees that a machine does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from genba.formats.layout.series import TOTALS
from genba.formats.layout.wording import fold
from genba.formats.numberformat import is_date
from genba.model.cells import Cell
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.model.table import Table as Tidy
from genba.schemes.machine_readability.columns import make_column
from genba.schemes.machine_readability.evidence import Column, Stored, Table, Value

# Rows looked at; what a thousand rows do not show is rare enough not to decide over a file.
BODY_ROWS = 1_000
# Every second row filled is a way to guide the eye, not a meaning.
BAND_SHARE = 0.4

_JOINED = re.compile(r"[^/]+/[^/]")
_NAMELESS = re.compile(r"列\d+(_\d+)?")
BLANK = Value("", Stored.NOTHING)


def table_of(grid: Grid, made: Tidy, *, is_typed: bool) -> Table:
    """Describe a grid as the table that people see; `is_typed` where its format can store numbers as such."""
    header_rows = grid.header_rows or _header_rows(grid, made)
    body_end = min(grid.rows, header_rows + BODY_ROWS)
    by_row: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.row < body_end:
            by_row.setdefault(cell.row, []).append(cell)
    rows = [number for number in range(header_rows, body_end) if not _is_total(by_row.get(number, ()))]
    texts = {number for number, cells in by_row.items() if any(map(_written, cells))}
    tall = [cell for cell in grid.cells if cell.row_span > 1 and header_rows <= cell.row < body_end]
    covered = {number for cell in tall for number in range(cell.row + 1, cell.row + cell.row_span)}
    columns = _columns(grid, by_row, rows, header_rows, made, is_typed=is_typed)
    blank_columns = [column for column in columns if not column.name and not column.distinct]
    filled = sum(cell.row_span - 1 for cell in tall if _written(cell))
    return Table(
        columns=tuple(column for column in columns if column.name or column.distinct),
        header_rows=header_rows,
        notes=made.notes,
        blank_rows=sum(number not in texts and number not in covered for number in rows),
        blank_columns=len(blank_columns),
        is_continued=_repeats_header(by_row, header_rows),
        merges=sum(cell.row_span > 1 or cell.column_span > 1 for cell in grid.cells),
        formulas=sum(bool(cell.formula) for cell in grid.cells),
        set_apart=len(_set_apart(by_row, rows)),
        struck=sum(_is_struck(cell) for number in rows for cell in by_row.get(number, ())),
        filled_down=filled,
    )


def raw_text(cell: Cell) -> str:
    """The text as the file has it, before anything was unified."""
    return cell.value if isinstance(cell.value, str) and cell.value else cell.text


def _written(cell: Cell) -> bool:
    return bool(raw_text(cell).strip())


def _header_rows(grid: Grid, made: Tidy) -> int:
    """Header rows of a grid from a text document, told by the names that were made of them."""
    names = [column.name for column in made.columns if not column.name.startswith("_")]
    if all(_NAMELESS.fullmatch(name) for name in names):
        return 0
    first = {fold(raw_text(cell).strip()) for cell in grid.cells if cell.row == 0}
    joined = [name for name in names if _JOINED.match(name)]
    return 2 if grid.rows > 2 and any(fold(name) not in first for name in joined) else 1


def _columns(
    grid: Grid,
    by_row: dict[int, list[Cell]],
    rows: Sequence[int],
    header_rows: int,
    made: Tidy,
    *,
    is_typed: bool,
) -> list[Column]:
    values: list[list[Value]] = [[BLANK] * len(rows) for _ in range(grid.columns)]
    units: list[Counter[str]] = [Counter() for _ in range(grid.columns)]
    for position, number in enumerate(rows):
        for cell in by_row.get(number, ()):
            if cell.column < grid.columns:
                values[cell.column][position] = _value(cell)
                if cell.unit:
                    units[cell.column][cell.unit] += 1
    headers: list[list[str]] = [[] for _ in range(grid.columns)]
    for number in range(header_rows):
        for cell in by_row.get(number, ()):
            text = raw_text(cell)
            for column in range(cell.column, min(cell.column + cell.column_span, grid.columns)):
                if text.strip() and (not headers[column] or headers[column][-1] != text):
                    headers[column].append(text)
    codes = {column.name: column.codes for column in made.columns if column.codes}
    result = []
    for column, header in enumerate(headers):
        name = "/".join(" ".join(text.split()) for text in header)
        result.append(
            make_column(
                name,
                values[column],
                header=header,
                is_typed=is_typed,
                unit=next(iter(units[column]), ""),
                codes=codes.get(name, ()),
            )
        )
    return result


def _value(cell: Cell) -> Value:
    text = raw_text(cell)
    if isinstance(cell.value, bool):
        return Value(text, Stored.TRUTH)
    if isinstance(cell.value, int | float):
        return Value(text, Stored.MOMENT if is_date(cell.style.number_format) else Stored.NUMBER)
    return Value(text, Stored.TEXT) if text else BLANK


def _is_total(cells: Iterable[Cell]) -> bool:
    first = next((cell for cell in cells if _written(cell)), None)
    return first is not None and bool(TOTALS.match(fold(first.text.strip())))


def _repeats_header(by_row: dict[int, list[Cell]], header_rows: int) -> bool:
    if not header_rows:
        return False
    header = [raw_text(cell) for cell in by_row.get(header_rows - 1, ())]
    if sum(bool(text.strip()) for text in header) < 2:
        return False
    alike = (cells for number, cells in by_row.items() if number >= header_rows and raw_text(cells[0]) == header[0])
    return any([raw_text(cell) for cell in cells] == header for cells in alike)


def _is_struck(cell: Cell) -> bool:
    if not cell.marks and not cell.withdrawn:  # as nearly all are
        return False
    struck = Mark.WITHDRAWN in cell.marks or Mark.PARTLY_WITHDRAWN in cell.marks
    return bool(cell.withdrawn) or (struck and _written(cell))


def _set_apart(by_row: dict[int, list[Cell]], rows: Sequence[int]) -> set[tuple[int, int]]:
    """Body cells whose looks differ from those of their column: struck through, filled or bold."""
    found: set[tuple[int, int]] = set()
    styled = [cell for number in rows for cell in by_row.get(number, ()) if _written(cell) or cell.withdrawn]
    found.update((cell.row, cell.column) for cell in styled if _is_struck(cell))
    looks: dict[int, Counter[tuple[str, bool]]] = {}
    seen = Counter((cell.column, cell.style.fill, cell.style.bold) for cell in styled)
    for (column, fill, bold), count in seen.items():
        looks.setdefault(column, Counter())[fill, bold] = count
    if all(len(counter) == 1 for counter in looks.values()):
        return found
    usual = {column: counter.most_common(1)[0][0] for column, counter in looks.items()}
    odd = [cell for cell in styled if (cell.style.fill, cell.style.bold) != usual[cell.column]]
    if not _is_banding({cell.row for cell in odd}, len(rows)):
        found.update((cell.row, cell.column) for cell in odd)
    return found


def _is_banding(odd_rows: set[int], rows: int) -> bool:
    return len(odd_rows) >= BAND_SHARE * rows and len({number % 2 for number in odd_rows}) == 1
