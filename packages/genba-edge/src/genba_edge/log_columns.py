"""What a column of a text log holds: counts, floats, words; the narrowest that keeps every cell exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from genba_edge.declared import RAGGED, Calibration, Channel
from genba_edge.log_values import FLOAT_DIGITS, decimal, is_float

Value = int | float | bytes
COUNTS, FLOATS, WORDS = "counts", "floats", "words"
ORDER = (COUNTS, FLOATS, WORDS)


@dataclass(frozen=True)
class Column:
    """The kind of a column; `digits` after the point of its counts; `whole` before it."""

    kind: str
    digits: int = 0
    whole: int = 1
    is_long: bool = False  # holds numbers of more digits than a 64-bit float keeps


def kind_of(cells: Sequence[str]) -> Column:
    """The narrowest kind that holds all cells; empty ones are no numbers (a count cannot be absent)."""
    column = Column(COUNTS)
    for cell in set(cells):
        column = widened(column, _of_cell(cell))
    return column


def _of_cell(cell: str) -> Column:
    number = decimal(cell)
    if number is not None:
        size = len(str(abs(number.count)))
        return Column(COUNTS, number.digits, max(size - number.digits, 1), size > FLOAT_DIGITS)
    if not cell:
        return Column(FLOATS)
    if is_float(cell):
        long = sum(map(str.isdigit, cell.lower().partition("e")[0])) > FLOAT_DIGITS + 2
        return Column(WORDS) if long else Column(FLOATS)
    return Column(WORDS)


def widened(column: Column, other: Column) -> Column:
    """The narrowest kind that holds what both hold."""
    kind = max(column.kind, other.kind, key=ORDER.index)
    digits, whole = max(column.digits, other.digits), max(column.whole, other.whole)
    is_long = column.is_long or other.is_long or digits + whole > FLOAT_DIGITS
    if kind == COUNTS and digits + whole > 18:
        kind = WORDS
    if kind == FLOATS and is_long:
        kind = WORDS
    return Column(kind, digits, whole, is_long) if kind == COUNTS else Column(kind)


def packed(cell: str, column: Column) -> Value:
    """A cell as its column keeps it."""
    if column.kind == COUNTS:
        number = decimal(cell)
        return 0 if number is None else number.at(column.digits)  # kind_of has seen every cell
    if column.kind == FLOATS:
        return float(cell) if cell else nan
    return cell.encode("utf-8")


def channel_of(name: str, column: Column) -> Channel:
    """The channel that a recorder is told of."""
    if column.kind == WORDS:
        return Channel(name=name, dtype=RAGGED, kind="message", properties={"encoding": "utf-8"})
    if column.kind == FLOATS:
        return Channel(name=name, dtype="<f8")
    scale = Calibration(coefficients=(0.0, 10.0**-column.digits))
    return Channel(name=name, dtype="<i8", calibration=scale if column.digits else Calibration())
