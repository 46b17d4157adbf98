"""A laid-out grid becomes columns of strings under one header row, with every change counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from genba.formats.layout.boxes import Box
from genba.formats.layout.found import FoundTable
from genba.formats.layout.roles import Roles
from genba.formats.layout.series import TOTALS
from genba.formats.layout.tables import find_tables
from genba.formats.layout.wording import fold, is_note, one_line
from genba.formats.numberformat import is_date, to_datetime
from genba.formats.ranges import column_letters, parse_area
from genba.formats.units import parse_unit, split_header
from genba.model.cells import Cell
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.steps.tables.values import DITTO

_SIGN = re.compile(r"[-−▲△]")
_FIGURE = re.compile(r"([^\d]*)(\d[\d,]*(?:\.\d+)?)([^\d]*)")
# Rows of a text document's table from which its header is told.
_HEADER_SAMPLE = 64


@dataclass(slots=True)
class Header:
    """A column's complete name, the unit found in it, and the column it was made from."""

    name: str
    unit: str = ""
    ucum: str = ""
    source: str = ""
    is_hidden: bool = False


@dataclass(slots=True)
class Raw:
    """A table of strings, and what was done to make it one."""

    headers: list[Header]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    withdrawn: list[bool] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    done: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # rule, before, after


def read_grid(grid: Grid) -> Raw | None:
    """The grid as a table; None where it is laid-out text or a form and no table."""
    header_rows = grid.header_rows or (0 if grid.place.sheet else _find_header(grid))
    if grid.columns < 2 or grid.rows <= header_rows or (not header_rows and not grid.place.sheet):
        return None
    matrix: list[list[Cell | None]] = [[None] * grid.columns for _ in range(grid.rows)]
    for cell in grid.cells:
        if cell.row < grid.rows and cell.column < grid.columns:
            matrix[cell.row][cell.column] = cell
    headers = _headers(grid, header_rows)
    for column in _hidden_columns(grid):
        headers[column].is_hidden = True
    raw = Raw(headers=headers, rows=[])
    _body(raw, grid, matrix, header_rows)
    _drop_blank_columns(raw)
    _number_names(raw)
    return raw if raw.rows and raw.headers else None


def _find_header(grid: Grid) -> int:
    """Header rows of a table that comes from a text document, by the same rules as on a sheet."""
    height = min(grid.rows, _HEADER_SAMPLE)
    boxes = [
        Box(
            cell.row, cell.column, cell.row + cell.row_span, cell.column + cell.column_span,
            [cell] if cell.text.strip() else [], cell.style.fill, 15,
        )
        for cell in grid.cells
        if cell.row < height
    ]  # fmt: skip
    taken = {(r, c) for b in boxes for r in range(b.top, b.bottom) for c in range(b.left, b.right)}
    if height * grid.columns <= 200_000:
        boxes += [
            Box(r, c, r + 1, c + 1, [], "", 15)
            for r in range(height)
            for c in range(grid.columns)
            if (r, c) not in taken
        ]
    boxes.sort(key=lambda box: (box.top, box.left))
    for part in find_tables(boxes, Roles(boxes)):
        if isinstance(part, FoundTable) and part.rect.top == 0:
            return part.header_rows
    return 0


def _headers(grid: Grid, header_rows: int) -> list[Header]:
    levels: list[list[str]] = [[] for _ in range(grid.columns)]
    units: dict[int, tuple[str, str]] = {}
    names: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.row < header_rows and cell.text.strip():
            names.setdefault(cell.row, []).append(cell)
    for row in sorted(names):
        cells = names[row]
        parsed = [parse_unit(cell.text.strip().strip("()（）[]［］〔〕")) for cell in cells]
        # a row below the first that holds units only is no part of the names: (mm) (℃)
        if row > 0 and sum(unit is not None for unit in parsed) * 2 > len(cells):
            for cell, unit in zip(cells, parsed, strict=True):
                if unit is not None:
                    units.update(dict.fromkeys(_columns(cell, grid), (unit.as_written, unit.ucum)))
            cells = [cell for cell, unit in zip(cells, parsed, strict=True) if unit is None]
        for cell in cells:
            name, split = split_header(one_line(cell.text))
            for column in _columns(cell, grid):
                if split is not None:
                    units[column] = (split.as_written, split.ucum)
                if not levels[column] or levels[column][-1] != name:
                    levels[column].append(name)
    area = parse_area(grid.place.range) if grid.place.range else None
    regular = area is not None and area.right - area.left + 1 == grid.columns
    result = []
    for column, parts in enumerate(levels):
        written, ucum = units.get(column, ("", ""))
        source = column_letters(area.left + column) if area is not None and regular else str(column + 1)
        result.append(Header("/".join(parts), written, ucum, source))
    return result


def _hidden_columns(grid: Grid) -> frozenset[int]:
    """Columns with nothing on show, unless that holds for all of them: then it is the rows or the sheet."""
    shown: set[int] = set()
    hidden: set[int] = set()
    for cell in grid.cells:
        if cell.text:
            (hidden if Mark.HIDDEN in cell.marks else shown).update(_columns(cell, grid))
    return frozenset(hidden - shown) if hidden and shown else frozenset()


def _columns(cell: Cell, grid: Grid) -> range:
    return range(cell.column, min(cell.column + cell.column_span, grid.columns))


def _body(raw: Raw, grid: Grid, matrix: Sequence[Sequence[Cell | None]], header_rows: int) -> None:
    last_header = list(map(_text, matrix[header_rows - 1])) if header_rows else []
    has_tall = any(cell.row_span > 1 for cell in grid.cells)
    tall: dict[int, tuple[int, str]] = {}  # column → first row below a merged cell, and its value
    above = [""] * grid.columns
    section = ""
    has_sections = False
    for number in range(header_rows, grid.rows):
        line = matrix[number]
        texts = list(map(_text, line))
        own = [cell for cell, text in zip(line, texts, strict=True) if text and cell is not None]
        values = list(map(_value, line, texts))
        if has_tall:
            _fill_merged(raw, number, line, values, tall)
        if not any(values):
            raw.done["blank_row", "", ""] += 1
            continue
        if own and texts == last_header:
            raw.done["repeated_header", "", ""] += 1
            continue
        if _is_note_row(own, number, grid):
            raw.notes.append(one_line(own[0].text))
            raw.done["note_row", "", ""] += 1
            continue
        if len(own) == 1 and own[0].column == 0 and own[0].column_span >= grid.columns and grid.columns > 1:
            section, has_sections = one_line(own[0].text), True
            continue
        if own and TOTALS.match(fold(own[0].text)) and own[0].column <= 1 and len(own) > 1:
            raw.notes.append(_total(raw.headers, values))
            raw.done["total_row", "", ""] += 1
            continue
        if not DITTO.isdisjoint(values):
            _ditto(raw, values, above)
        above = values
        raw.rows.append(values)
        raw.sections.append(section)
        raw.hidden.append(bool(own) and all(Mark.HIDDEN in cell.marks for cell in own))
        raw.withdrawn.append(bool(own) and all(Mark.WITHDRAWN in cell.marks for cell in own))
    if not has_sections:
        raw.sections.clear()


def _text(cell: Cell | None) -> str:
    return cell.text.strip() if cell is not None else ""


def _fill_merged(
    raw: Raw, number: int, line: Sequence[Cell | None], values: list[str], tall: dict[int, tuple[int, str]]
) -> None:
    """A cell merged downwards holds for every row beside it."""
    for column, cell in enumerate(line):
        if cell is None:
            bottom, value = tall.get(column, (0, ""))
            if number < bottom and value:
                values[column] = value
                raw.done["merged_down", "", value] += 1
        elif cell.row_span > 1:
            tall[column] = (cell.row + cell.row_span, values[column])


def _is_note_row(own: Sequence[Cell], number: int, grid: Grid) -> bool:
    return len(own) == 1 and number > 0 and is_note(own[0].text) and (own[0].column == 0 or number == grid.rows - 1)


def _ditto(raw: Raw, values: list[str], above: Sequence[str]) -> None:
    for column, value in enumerate(values):
        if value in DITTO and above[column]:
            values[column] = above[column]
            raw.done["same_as_above", value, above[column]] += 1


def _total(headers: Sequence[Header], values: Sequence[str]) -> str:
    """A total row as a note: 「合計: 数量=120」."""
    filled = [(header.name, value) for header, value in zip(headers, values, strict=True) if value]
    head, *rest = filled
    return f"{head[1]}: " + ", ".join(f"{name}={value}" if name else value for name, value in rest)


def _value(cell: Cell | None, text: str) -> str:
    """The text as displayed; figures with all the digits that are stored, dates by their day."""
    if cell is None or not text:
        return text
    stored = cell.value
    if isinstance(stored, str | bool) or stored is None or str(stored) == text:
        return text
    code = cell.style.number_format
    if is_date(code):
        return _date(cell, float(stored), text)
    return _exact(float(stored), text, code)


def _exact(stored: float, text: str, code: str) -> str:
    """The stored figure in place of the rounded one on display, where both are the same figure."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        return text
    digits = match.group(2).replace(",", "")
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return text  # shown with leading zeros: a code
    shown = float(digits) * (-1 if _SIGN.search(match.group(1)) else 1)
    value = stored * 100 if match.group(3).strip().startswith("%") and "%" in code else stored
    decimals = len(digits.partition(".")[2])
    if abs(value) >= 1e15 or "±" in match.group(1) or round(value, decimals) != shown or value == shown:
        return text
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(round(value, 12)):.15g}{match.group(3)}"


def _date(cell: Cell, stored: float, text: str) -> str:
    """A date shown without its year has it in the file; the day and month on display must agree."""
    figures = [int(item) for item in re.findall(r"\d+", text)]
    if len(figures) != 2 or not any(sign in text for sign in "/月-"):
        return text
    moment = to_datetime(stored, False)
    if moment is None or [moment.month, moment.day] != figures:
        return text  # also where the workbook counts from 1904
    return moment.date().isoformat()


def _drop_blank_columns(raw: Raw) -> None:
    keep = [index for index, header in enumerate(raw.headers) if header.name or any(row[index] for row in raw.rows)]
    if len(keep) < len(raw.headers):
        raw.done["blank_column", "", ""] += len(raw.headers) - len(keep)
        raw.headers = [raw.headers[index] for index in keep]
        raw.rows = [[row[index] for index in keep] for row in raw.rows]


def _number_names(raw: Raw) -> None:
    """Every column has a name of its own."""
    seen: Counter[str] = Counter()
    taken = {header.name for header in raw.headers if header.name}
    for index, header in enumerate(raw.headers):
        name = header.name or f"列{index + 1}"
        seen[name] += 1
        if seen[name] > 1:
            while f"{name}_{seen[name]}" in taken:
                seen[name] += 1
            raw.done["duplicate_name", name, f"{name}_{seen[name]}"] += 1
            name = f"{name}_{seen[name]}"
        elif not header.name:
            raw.done["unnamed_column", "", name] += 1
        taken.add(name)
        header.name = name
