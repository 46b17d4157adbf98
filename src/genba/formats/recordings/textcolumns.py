"""Columns of text as numbers without loss: integers as counts, fixed decimals as counts with a scale, else floats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.formats.recordings.quantities import kind_of, unit_in
from genba.formats.recordings.texttables import TextTable
from genba.model.signals import IDENTITY, RAGGED, Calibration, Channel, Ragged

if TYPE_CHECKING:
    import pyarrow as pa

    from genba.model.signals import Values

EMPTY, INTEGER, DECIMAL, FLOAT, TEXT = range(5)
DECIMALS = 12
DECIMAL_TEXT = r"^[+-]?[0-9]{1,15}(\.[0-9]{0,12})?$"
CODE = r"^[+-]?0[0-9]"  # 007 is a name, not a number
LONG_FLOAT = r"[1-9][0-9.]{18,}"  # digits that a float would lose


@dataclass(slots=True)
class TextColumn:
    """What all values of a column have in common."""

    level: int = EMPTY
    decimals: int = 0
    has_gaps: bool = False
    is_long: bool = False  # integers beyond what a float counts exactly

    def look(self, column: pa.Array) -> None:
        """Widen the type until the values of one more batch fit."""
        import pyarrow.compute as pc

        if self.level == TEXT:
            return
        column = pc.utf8_trim_whitespace(column)
        given = column.filter(pc.fill_null(pc.greater(pc.utf8_length(column), 0), False))
        self.has_gaps = self.has_gaps or len(given) < len(column)
        if not len(given):
            return
        self.level = max(self.level, INTEGER)
        if self.level == INTEGER and not _casts(given, "int64"):
            self.level = DECIMAL
        if self.level == INTEGER and not self.is_long:
            self.is_long = _largest(given) > 2**53
        if self.level < TEXT and pc.any(pc.match_substring_regex(given, CODE)).as_py():
            self.level = TEXT
        if self.level == DECIMAL:
            if not pc.all(pc.match_substring_regex(given, DECIMAL_TEXT)).as_py():
                self.level = FLOAT
            else:
                points = pc.find_substring(given, ".")
                lengths = pc.if_else(pc.less(points, 0), 0, pc.subtract(pc.subtract(pc.utf8_length(given), points), 1))
                self.decimals = max(self.decimals, pc.max(lengths).as_py())
                if _largest(given) * 10**self.decimals >= 2**62:
                    self.level = FLOAT
        if self.level == FLOAT and (
            not _casts(given, "float64") or pc.any(pc.match_substring_regex(given, LONG_FLOAT)).as_py()
        ):
            self.level = TEXT

    @property
    def dtype(self) -> str:
        """The type of its channel; integers cannot say that a value is missing, floats can."""
        if self.level == TEXT or (self.level == INTEGER and self.has_gaps and self.is_long):
            return RAGGED
        return "<f8" if self.level == FLOAT or self.has_gaps else "<i8"

    def values(self, column: pa.Array) -> Values | Ragged:
        """Convert a batch."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        column = pc.fill_null(pc.utf8_trim_whitespace(column), "")
        if self.dtype == RAGGED:
            return _ragged(column)
        if self.dtype == "<f8":
            filled = pc.if_else(pc.equal(column, ""), "nan", column)
            return np.ascontiguousarray(pc.cast(_plain(filled), pa.float64()).to_numpy(zero_copy_only=False))
        if self.level == INTEGER:
            return np.ascontiguousarray(pc.cast(column, pa.int64()).to_numpy(zero_copy_only=False))
        exact = pc.cast(_plain(column), pa.decimal128(38, self.decimals))
        return _counts(exact)


def _plain(column: pa.Array) -> pa.Array:
    """Arrow takes no plus sign, and decimals no point without digits behind it."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(pc.utf8_ltrim(column, "+"), r"\.$", "")


def _counts(exact: pa.Array) -> Values:
    """The integers that decimals are stored as: 16 bytes each, of which the lower 8 hold all that we let in."""
    import numpy as np

    raw = np.frombuffer(exact.buffers()[1], "<i8")
    at = 2 * exact.offset
    return np.ascontiguousarray(raw[at : at + 2 * len(exact) : 2])


def _ragged(column: pa.Array) -> Ragged:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pc.cast(column, pa.large_binary())
    _, offsets, data = whole.buffers()
    bounds = np.frombuffer(offsets, "<i8")[whole.offset : whole.offset + len(whole) + 1]
    held = memoryview(data)[int(bounds[0]) : int(bounds[-1])].tobytes() if data is not None else b""
    return Ragged(offsets=bounds - bounds[0], data=held)


def _casts(column: pa.Array, to: str) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.cast(column, pa.type_for_alias(to))
    except pa.ArrowInvalid:
        try:
            pc.cast(pc.utf8_ltrim(column, "+"), pa.type_for_alias(to))
        except pa.ArrowInvalid:
            return False
        return to != "int64"
    return True


def _largest(column: pa.Array) -> float:
    import pyarrow as pa
    import pyarrow.compute as pc

    return float(pc.max(pc.abs(pc.cast(_plain(column), pa.float64()))).as_py() or 0.0)


def survey_columns(table: TextTable, wanted: Sequence[int]) -> dict[int, TextColumn]:
    """Look at all values of columns, by their places."""
    found = {at: TextColumn() for at in wanted}
    for batch in table.batches:
        for at, column in found.items():
            column.look(batch.column(at))
    return found


def channel_of(name: str, unit: str, column: TextColumn) -> Channel:
    """Describe a column as a channel; the scale of decimals is its calibration."""
    unit = unit or unit_in(name)
    if column.dtype == RAGGED:
        return Channel(name=name, dtype=RAGGED, kind="state", unit=unit, properties={"encoding": "utf-8"})
    scaled = column.level == DECIMAL and column.dtype == "<i8"
    properties: dict[str, str] = {}
    if scaled:
        properties["decimals"] = str(column.decimals)
    if column.has_gaps:
        properties["missing"] = "nan"
    return Channel(
        name=name,
        dtype=column.dtype,
        kind=kind_of(name, unit),
        unit=unit,
        calibration=Calibration(coefficients=(0.0, float(f"1e-{column.decimals}"))) if scaled else IDENTITY,
        properties=properties,
    )
