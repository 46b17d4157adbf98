"""Cell ranges in A1 notation, as spreadsheets of every kind write them; rows and columns count from 0 inside."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
BEYOND = 1 << 30  # a column no sheet has

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})$")
_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})$")
_ROW = re.compile(r"\$?([0-9]{1,7})$")
_QUALIFIED = re.compile(r"(?:'((?:[^']|'')*)'|([^'!,()\s]+))!(.+)$", re.DOTALL)


class Area(NamedTuple):
    """A rectangle of cells, all four sides inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def meets(self, other: "Area") -> bool:
        """Tell whether two rectangles share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def __str__(self) -> str:
        """Write it in A1 notation, a single cell without a colon."""
        start = cell_name(self.top, self.left)
        return start if self[:2] == self[2:] else f"{start}:{cell_name(self.bottom, self.right)}"


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Name a column: 0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def column_index(letters: str) -> int:
    """Count a column from its letters: A is 0, AA is 26."""
    if len(letters) > 6:
        return BEYOND
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Name a cell: (0, 0) is A1."""
    return f"{column_letters(column)}{row + 1}"


def parse_area(text: str) -> Area | None:
    """Read `B3`, `$B$3:D9`, `A:C` or `2:5`, in any order of corners; None where it is none, or off the sheet."""
    first, colon, second = text.strip().partition(":")
    start = _corner(first, upper=False)
    end = _corner(second, upper=True) if colon else _corner(first, upper=True)
    if start is None or end is None or (not colon and not _CELL.match(first)):
        return None
    top, bottom = sorted((start[0], end[0]))
    left, right = sorted((start[1], end[1]))
    if top < 0 or left < 0 or bottom >= MAX_ROWS or right >= MAX_COLUMNS:
        return None
    return Area(top, left, bottom, right)


def _corner(text: str, *, upper: bool) -> tuple[int, int] | None:
    if found := _CELL.match(text):
        return int(found.group(2)) - 1, column_index(found.group(1))
    if found := _COLUMN.match(text):
        return (MAX_ROWS - 1 if upper else 0), column_index(found.group(1))
    if found := _ROW.match(text):
        return int(found.group(1)) - 1, (MAX_COLUMNS - 1 if upper else 0)
    return None


def parse_areas(text: str) -> tuple[Area, ...]:
    """Read several ranges separated by spaces (as in `sqref`); what is none is passed over."""
    return tuple(area for part in text.split() if (area := parse_area(part)) is not None)


def split_reference(text: str) -> tuple[str, str]:
    """Take `'別 表'!$A$1:$B$2` apart into sheet name and range; no sheet gives ""."""
    found = _QUALIFIED.match(text.strip())
    if found is None:
        return "", text.strip()
    quoted, plain, rest = found.groups()
    return (quoted.replace("''", "'") if quoted is not None else plain), rest


def qualified(sheet: str, reference: str) -> str:
    """Put a sheet's name before a range, in quotes where it holds anything but letters and digits."""
    plain = sheet.isalnum() and not sheet[:1].isdigit() and parse_area(sheet) is None
    name = sheet if plain else "'" + sheet.replace("'", "''") + "'"
    return f"{name}!{reference}"


def split_union(text: str) -> tuple[str, ...]:
    """Cut `Sheet1!$A$1:$B$2,'a,b'!$C$3` at the commas outside quotes and brackets."""
    parts, start, quoted, depth = [], 0, False, 0
    for position, char in enumerate(text):
        if char == "'":
            quoted = not quoted
        elif not quoted and char in "()":
            depth += 1 if char == "(" else -1
        elif char == "," and not quoted and depth <= 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return tuple(part.strip() for part in parts if part.strip())
