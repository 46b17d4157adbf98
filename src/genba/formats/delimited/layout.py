"""Which of a group of rows are titles and notes, which are header rows, and where the body begins."""

import itertools
from collections import Counter
from dataclasses import dataclass

from genba.formats.delimited.cells import is_remark, is_unit, is_value, shape

HEADER_ROWS = 4
Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Counts from the top of a group: notes, then header rows, then body; `width` is the columns of the body."""

    notes: int
    headers: int
    width: int


def filled(row: list[str]) -> int:
    """Count the cells that hold something."""
    return sum(1 for cell in row if cell and not cell.isspace())


def is_blank(row: list[str]) -> bool:
    """Say whether a row stands for an empty line."""
    return not any(row) or (len(row) == 1 and row[0].isspace())


def find_layout(rows: Rows) -> Layout:
    """Decide the layout of consecutive rows without blank ones among them."""
    width = _width(rows)
    notes = 0
    while notes < len(rows) - 1 and _is_note(rows[notes], rows[notes + 1], width):
        notes += 1
    return Layout(notes, _header_rows(rows[notes:], width), width)


def _width(rows: Rows) -> int:
    later = rows[-max(1, (len(rows) + 1) // 2) :]
    counts = Counter(len(row) for row in rows if filled(row) > 1) or Counter(len(row) for row in rows)
    counts.update(len(row) for row in later if filled(row) > 1)
    most = max(counts.values())
    return max(width for width, count in counts.items() if count == most)


def _is_note(row: list[str], below: list[str], width: int) -> bool:
    if width < 2:
        return False
    count = filled(row)
    if row[0].startswith("#") and len(row) != width:
        return True
    if not (count <= 1 or (width >= 4 and count <= width // 3) or (len(row) < width and count <= width // 2)):
        return False
    if count > 1 and filled(below) < width:  # a header row above another fills what that one leaves empty
        gaps = any(cell.strip() and (at >= len(below) or not below[at].strip()) for at, cell in enumerate(row))
        covered = sum(1 for at in range(width) if _at(row, at) or _at(below, at))
        return not (gaps and covered >= width * 0.8 and filled(below) > count // 2)
    return not (count == 1 and width == 2 and is_value(next(cell for cell in row if cell.strip())))


def _at(row: list[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def typed_columns(rows: Rows, width: int) -> list[int]:
    """List the columns whose later cells are mostly numbers, dates or times."""
    later = rows[max(1, len(rows) - 100) :] if len(rows) > 150 else rows[-max(1, len(rows) // 2) :]
    later = [row for row in later if filled(row) > 1 or width == 1] or later
    typed = []
    for column in range(width):
        shapes = [found for row in later if column < len(row) and (found := shape(row[column]))]
        solid = [found for found in shapes if found != "placeholder"]
        if solid and sum(1 for found in solid if found != "text") >= len(solid) * 0.5:
            typed.append(column)
    return typed


def _header_rows(rows: Rows, width: int) -> int:
    if not rows:
        return 0
    typed = typed_columns(rows, width) if len(rows) > 1 else []
    if not typed:
        return 1 if _reads_like_header(rows, width) else 0
    if any(is_value(_at(rows[0], column)) for column in typed):
        return 1 if len(rows) > 1 and _is_series(rows[0], rows[1], typed) else 0
    if filled(rows[0]) == 1 and width > 2:
        return 0
    count = 1
    while count < min(HEADER_ROWS, len(rows) - 1) and _continues_header(rows[count - 1], rows[count], typed, width):
        count += 1
    return count


def _continues_header(above: list[str], row: list[str], typed: list[int], width: int) -> bool:
    cells = [_at(row, column) for column in typed]
    named = [cell for cell in cells if cell]
    if not named or any(is_value(cell) for cell in cells):
        return False
    if is_unit_row(row):
        return True
    if any(shape(cell) == "placeholder" for cell in named):
        return False
    upper = [_at(above, column) for column in range(width)]
    grouped = any(not upper[column] and _at(row, column) for column in range(width))
    grouped = grouped or any(a and a == b for a, b in itertools.pairwise(upper))
    return grouped or (len(typed) >= 2 and filled(row) >= width - 1 and _is_translation(above, row))


def is_unit_row(row: list[str]) -> bool:
    """Say whether all a row holds is units: 単位,℃,MPa."""
    cells = [cell.strip() for cell in row if cell.strip()]
    if cells and cells[0].lower() in ("単位", "unit", "units"):
        cells = cells[1:]
    return any(shape(cell) != "placeholder" for cell in cells) and all(is_unit(cell) for cell in cells)


def _is_translation(above: list[str], row: list[str]) -> bool:
    """Recognise the names of the row above in another language: 時刻,温度 over Time,Temp."""
    upper = "".join(above)
    lower = "".join(row)
    worded = all(any(c.isalpha() for c in cell) for cell in row if cell.strip())
    return worded and upper.isascii() != lower.isascii() and len(set(row)) == len(row)


def _reads_like_header(rows: Rows, width: int) -> bool:
    """Judge a first row where all columns hold text: complete, distinct, short, and none of its words returns below."""
    cells = [cell.strip() for cell in rows[0]]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    if width == 1 or any(is_value(cell) or len(cell) > 40 for cell in cells) or is_remark(cells[0]):
        return False
    if not all(cells) or len(set(cells)) < len(cells):
        return False
    below = rows[1:100]
    return not any(at < len(row) and row[at].strip() == cell for row in below for at, cell in enumerate(cells))


def _is_series(row: list[str], below: list[str], typed: list[int]) -> bool:
    """Recognise a header of years, months or ordinals: 品名,2021,2022,2023."""
    if is_value(_at(row, 0)) or len(typed) < 2:
        return False
    values = [_integer(_at(row, column)) for column in typed if _at(row, column)]
    if len(values) < 2 or any(value is None for value in values):
        return False
    numbers = [value for value in values if value is not None]
    if any(b - a != 1 for a, b in itertools.pairwise(numbers)):
        return False
    years = all(1900 <= number <= 2200 for number in numbers)
    from_one = numbers[0] in (0, 1) and len(numbers) >= 4
    return (years or from_one) and [_integer(_at(below, column)) for column in typed] != values


def _integer(text: str) -> int | None:
    digits = text.rstrip("年月日度回期")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def compose_names(rows: Rows, width: int) -> tuple[list[str], list[str], list[int]]:
    """Join header rows into complete names (測定値/1回目) and units; tells also which columns had no name."""
    units = [""] * width
    if len(rows) > 1 and is_unit_row(rows[-1]):
        units = [_unit(_at(rows[-1], column)) for column in range(width)]
        rows = rows[:-1]
    levels = [[" ".join(_at(row, column).split()) for column in range(width)] for row in rows]
    for depth, level in enumerate(levels[:-1]):
        for column in range(1, width):
            below = any(lower[column] for lower in levels[depth + 1 :])
            if (
                not level[column]
                and below
                and level[column - 1]
                and (depth == 0 or levels[depth - 1][column] == levels[depth - 1][column - 1])
            ):
                level[column] = level[column - 1]
    names, unnamed = [], []
    for column in range(width):
        parts: list[str] = []
        for level in levels:
            if level[column] and (not parts or parts[-1] != level[column]):
                parts.append(level[column])
        if not parts:
            unnamed.append(column)
        names.append("/".join(parts) or f"列{column + 1}")
    if names and names[0].startswith("#") and len(names[0]) > 1:
        names[0] = names[0].lstrip("# ")
    return names, units, unnamed


def _unit(text: str) -> str:
    if text[:1] in "[(（［<" and text[-1:] in "])）］>":
        text = text[1:-1]
    return "" if text.lower() in ("-", "－", "―", "単位", "unit", "units") else text
