"""Times of samples as text files write them, exact to the nanosecond: stamps, times of day, elapsed, serial numbers.

A local time without a zone stays local: its clock says so, and nobody guesses where the machine stood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

from genba.formats.calendar import parse_datetime, parse_time
from genba.formats.delimited.cells import shape
from genba.formats.delimited.columns import time_column
from genba.formats.recordings.stamps import DAY_FIRST, MONTH_FIRST, UNCLEAR, day_order, day_order_by_course, stamps_ns
from genba.formats.recordings.texttables import TextTable
from genba.formats.recordings.times import SECOND_NS
from genba.model.signals import Clock

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from genba.model.signals import Times

STAMP, OF_DAY, ELAPSED, SERIAL, UNIX = "stamp", "of_day", "elapsed", "serial", "unix"
DAY_NS = 86_400 * SECOND_NS
SERIAL_ZERO_NS = -25_569 * DAY_NS  # Excel's day 0, 1899-12-30
UNITS: tuple[tuple[str, int], ...] = (
    (r"ns|nsec|ナノ秒", 1),
    (r"[uµμ]s|[uµμ]sec|マイクロ秒", 1_000),
    (r"ms|msec|ミリ秒", 1_000_000),
    (r"s|sec|secs|seconds?|秒", SECOND_NS),
    (r"min|minutes?|分", 60 * SECOND_NS),
    (r"h|hr|hours?|時間", 3600 * SECOND_NS),
)
MARKED = re.compile(r"[\[(（/_,]\s*([a-zA-Zµμ]+|[ぁ-ん一-龠ァ-ヴー]+)\s*[\])）]?\s*$")
TIMES_NAME = re.compile(r"時刻|時間|日時|経過|time|date|stamp|elapsed|uptime|epoch|clock|^t$", re.I)
DATE_NAME = re.compile(r"日付|日時|年月日|date|time|時刻|stamp", re.I)
SAMPLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePlan:
    """Which columns are the time of a row, and how they are read."""

    columns: tuple[int, ...]  # a date may stand in a column of its own
    form: str
    unit_ns: int = SECOND_NS
    days: str = UNCLEAR  # which of day and month comes first in 03/04/2024
    zoned: bool = False

    @property
    def clock(self) -> Clock:
        """The clock that such times are of."""
        epoch, description = {
            STAMP: ("unix", "date and time with their offset from UTC")
            if self.zoned
            else ("local", "date and time without a zone, counted as if they were UTC"),
            OF_DAY: ("unknown", "time of day without a date"),
            ELAPSED: ("start", "elapsed time"),
            SERIAL: ("local", "Excel's serial days without a zone, counted as if they were UTC"),
            UNIX: ("unix", "Unix time"),
        }[self.form]
        return Clock(id="time", epoch=epoch, description=description)


def plan_times(table: TextTable) -> TimePlan | None:
    """Find the time of the rows; None where no column tells it, or where day and month cannot be told apart."""
    rows = [list(row) for row in table.sample[:1000]]
    named = time_column(list(table.names), rows)
    order = [table.names.index(named)] if named else []
    order += [at for at, name in enumerate(table.names) if at not in order and TIMES_NAME.search(name)]
    for at in order[:8]:
        plan = plan_column(table, at)
        if plan is not None:
            return plan
    return None


def plan_column(table: TextTable, at: int, *, unit_ns: int = 0) -> TimePlan | None:
    """Tell how one column writes times; `unit_ns` says that it holds a number of such units."""
    cells = [row[at] for row in table.sample[:SAMPLE] if row[at]]
    if not cells:
        return None
    shapes = [shape(cell) for cell in cells]
    most = max(set(shapes), key=shapes.count)
    if most == "number":
        return _of_numbers(table, at, cells, unit_ns)
    if most == "time":
        if at and _are_dates([row[at - 1] for row in table.sample[:SAMPLE]]):
            joined = [f"{row[at - 1]} {row[at]}" for row in table.sample[:SAMPLE]]
            return _of_stamps(table, (at - 1, at), joined)
        good = sum(parse_time(cell) is not None for cell in cells)
        return TimePlan(columns=(at,), form=OF_DAY) if good >= 0.9 * len(cells) else None
    if most in ("stamp", "date"):
        if most == "date" and at + 1 < len(table.names):
            after = [row[at + 1] for row in table.sample[:SAMPLE]]
            if sum(shape(cell) == "time" for cell in after) >= 0.9 * len(after):
                return _of_stamps(table, (at, at + 1), [f"{row[at]} {row[at + 1]}" for row in table.sample[:SAMPLE]])
        return _of_stamps(table, (at,), cells)
    good = sum(parse_datetime(cell) is not None for cell in cells[:50])
    return _of_stamps(table, (at,), cells) if good >= 0.9 * len(cells[:50]) else None


def _are_dates(cells: Sequence[str]) -> bool:
    return sum(shape(cell) == "date" for cell in cells) >= 0.9 * len(cells)


def _of_stamps(table: TextTable, columns: tuple[int, ...], cells: Sequence[str]) -> TimePlan | None:
    days = day_order(cells)
    if days is None:
        days = day_order_by_course(
            cell for batch in table.batches for cell in batch.column(columns[0]).to_pylist() if cell
        )
    if days is None:
        return None
    zoned = sum(bool(re.search(r"(?:Z|[+-]\d\d:?\d\d|JST)\)?$", cell)) for cell in cells) >= 0.9 * len(cells)
    plan = TimePlan(columns=columns, form=STAMP, days=days, zoned=zoned)
    _, good = _stamps(list(cells), plan)
    return plan if good.mean() >= 0.5 else None


def _of_numbers(table: TextTable, at: int, cells: Sequence[str], unit_ns: int) -> TimePlan | None:
    values = [_decimal(cell) for cell in cells]
    numbers = [value for value in values if value is not None]
    if len(numbers) < 0.9 * len(cells):
        return None
    if unit_ns:
        return TimePlan(columns=(at,), form=ELAPSED, unit_ns=unit_ns)
    rising = sum(a <= b for a, b in pairwise(numbers)) >= 0.98 * (len(numbers) - 1)
    if not rising or (len(numbers) > 1 and numbers[0] == numbers[-1]):
        return None
    name, unit = table.names[at], table.units[at]
    for power, scale in ((9, SECOND_NS), (12, 1_000_000), (15, 1_000), (18, 1)):
        if all(10**power <= value < 5 * 10**power for value in numbers):
            return TimePlan(columns=(at,), form=UNIX, unit_ns=scale)
    stated = unit_of(name, unit)
    if stated:
        return TimePlan(columns=(at,), form=ELAPSED, unit_ns=stated)
    if DATE_NAME.search(name) and all(20_000 <= value < 80_000 for value in numbers):
        return TimePlan(columns=(at,), form=SERIAL, unit_ns=DAY_NS)
    return None


def unit_of(name: str, unit: str) -> int:
    """Give the nanoseconds of a time unit that a header states; 0 where it states none."""
    folded = unicodedata.normalize("NFKC", unit).strip(" []()")
    if not folded:
        marked = MARKED.search(unicodedata.normalize("NFKC", name).strip())
        folded = marked[1] if marked else ""
    for pattern, scale in UNITS:
        if re.fullmatch(pattern, folded, re.I):
            return scale
    return 0


def times(plan: TimePlan, batch: pa.RecordBatch) -> tuple[Times, NDArray[np.bool_]]:
    """Read the times of a batch; the second array says where there was one."""
    import pyarrow.compute as pc

    texts = [pc.fill_null(pc.utf8_trim_whitespace(batch.column(at)), "").to_pylist() for at in plan.columns]
    cells = texts[0] if len(texts) == 1 else [f"{day} {clock}" for day, clock in zip(*texts, strict=True)]
    if plan.form == STAMP:
        return _stamps(cells, plan)
    if plan.form == OF_DAY:
        return _each(cells, _of_day)
    zero = SERIAL_ZERO_NS if plan.form == SERIAL else 0
    return _each(cells, lambda cell: _scaled(cell, plan.unit_ns, zero))


def _stamps(cells: Sequence[str], plan: TimePlan) -> tuple[Times, NDArray[np.bool_]]:
    values, good = stamps_ns(cells, plan.days)
    for at in range(len(cells)):
        if not good[at] and cells[at]:
            slow = _written(cells[at]) if plan.days not in (DAY_FIRST, MONTH_FIRST) else None
            if slow is not None:
                values[at], good[at] = slow, True
    return values, good


def _each(cells: Sequence[str], read: object) -> tuple[Times, NDArray[np.bool_]]:
    import numpy as np

    assert callable(read)
    found = [read(cell) for cell in cells]
    good = np.array([value is not None for value in found], bool)
    return np.array([value or 0 for value in found], np.int64), good


def _decimal(cell: str) -> Decimal | None:
    if len(cell) > 40:
        return None
    try:
        value = Decimal(cell.replace(",", "") if "," in cell else cell)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 40 else None


def _scaled(cell: str, unit_ns: int, zero: int) -> int | None:
    value = _decimal(cell)
    if value is None:
        return None
    whole = int((value * unit_ns).to_integral_value()) + zero
    return whole if -(2**63) <= whole < 2**63 else None


def _of_day(cell: str) -> int | None:
    found = parse_time(cell, late_night=True)
    if found is None:
        return None
    return found.days * DAY_NS + _clock_ns(found.iso)


def _clock_ns(iso: str) -> int:
    main, _, fraction = iso.partition(".")
    parts = [int(part) for part in main.split(":")]
    hour, minute, second = (*parts, 0, 0)[:3]
    return (hour * 3600 + minute * 60 + second) * SECOND_NS + int(fraction.ljust(9, "0")[:9] or 0)


def _written(cell: str) -> int | None:
    """Read what people write: eras, 午前 and 午後, kanji between the numbers."""
    found = parse_datetime(cell, late_night=True)
    if found is None:
        return None
    text = found.iso.removesuffix(found.offset)
    day, _, clock = text.partition("T")
    try:
        number = date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        return None
    shift = 0
    if found.offset not in ("", "Z"):
        offset = datetime.strptime(found.offset, "%z").utcoffset() or timedelta()
        shift = int(offset.total_seconds()) * SECOND_NS
    return number * DAY_NS + _clock_ns(clock) - shift
