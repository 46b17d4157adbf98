"""Dates and times in columns of a machine's log, many at once: rows of one shape are read as one array of digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Digits = NDArray[np.uint8]

YEAR_FIRST, DAY_FIRST, MONTH_FIRST, UNCLEAR = "year", "day", "month", ""
SHAPES_TRIED = 24
DATES_LOOKED_AT = 10_000
CLOCK = (
    r"(?P<h>99?):(?P<m>99)(?::(?P<s>99)(?:[.,:](?P<f>9{1,9})9*)?)?\s*(?P<zone>Z|(?P<sign>[+-])(?P<zh>99):?(?P<zm>99))?$"
)
ORDERS = ((DAY_FIRST, MONTH_FIRST), (MONTH_FIRST, DAY_FIRST))
# In a shape every digit is written as 9.
SHAPES = tuple(
    re.compile(pattern.encode())
    for pattern in (
        rf"(?P<y>9999)(?P<a>[-/.])(?P<mo>99?)(?P=a)(?P<d>99?)(?:\s+|[T_]){CLOCK}",
        r"(?P<y>9999)(?P<mo>99)(?P<d>99)[T_ -]?(?P<h>99)(?P<m>99)(?P<s>99)(?:[.,](?P<f>9{1,9})9*)?(?P<zone>Z)?$",
        r"(?P<y>9999)年(?P<mo>99?)月(?P<d>99?)日\s*(?P<h>99?)時(?P<m>99)分(?:(?P<s>99)秒)?$",
        rf"(?P<y>9999)年(?P<mo>99?)月(?P<d>99?)日\s*{CLOCK}",
        r"(?P<y>9999)(?P<a>[-/.])(?P<mo>99?)(?P=a)(?P<d>99?)$",
    )
)
OTHER = re.compile(rf"(?P<one>99?)(?P<a>[-/.])(?P<two>99?)(?P=a)(?P<y>9999)(?:\s+|[T_]){CLOCK}".encode())
OTHER_TEXT = re.compile(r"(\d\d?)[-/.](\d\d?)[-/.](\d{4})\b")
_TO_NINE = bytes(0x39 if 0x30 <= byte <= 0x39 else byte for byte in range(256))


def day_order(cells: Sequence[str]) -> str | None:
    """Tell whether the day or the month comes first where the year comes last; None where nothing tells."""
    pairs = [(int(found[1]), int(found[2])) for cell in cells if (found := OTHER_TEXT.match(cell))]
    if len(pairs) * 2 < len(cells):
        return YEAR_FIRST
    if any(one > 12 for one, _ in pairs):
        return None if any(two > 12 for _, two in pairs) else DAY_FIRST
    return MONTH_FIRST if any(two > 12 for _, two in pairs) else None


def day_order_by_course(cells: Iterable[str]) -> str | None:
    """Decide by a whole column: a log goes on from day to day, and does not leap from month to month."""
    seen: list[tuple[int, int, int]] = []
    for cell in cells:
        found = OTHER_TEXT.match(cell)
        if found and (not seen or seen[-1] != (int(found[1]), int(found[2]), int(found[3]))):
            seen.append((int(found[1]), int(found[2]), int(found[3])))
            if len(seen) >= DATES_LOOKED_AT:
                break
    if all(one == two for one, two, _ in seen):
        return DAY_FIRST if seen else None
    if any(one > 12 for one, _, _ in seen) or any(two > 12 for _, two, _ in seen):
        return day_order([f"{one}/{two}/{year}" for one, two, year in seen])
    leaps = {
        DAY_FIRST: _largest_leap([(year, two, one) for one, two, year in seen]),
        MONTH_FIRST: _largest_leap([(year, one, two) for one, two, year in seen]),
    }
    return next((order for order, other in ORDERS if leaps[order] <= 2 and leaps[other] >= 25), None)


def _largest_leap(days: Sequence[tuple[int, int, int]]) -> int:
    numbers = [date(*day).toordinal() for day in days if day[0] and day[1] <= 12 and day[2] <= 28]
    return max((abs(b - a) for a, b in pairwise(numbers)), default=0)


def stamps_ns(cells: Sequence[str], days: str) -> tuple[Times, NDArray[np.bool_]]:
    """Read nanoseconds since 1970, with what offset from UTC is written; the second array says where it could."""
    import numpy as np

    values = np.zeros(len(cells), np.int64)
    good = np.zeros(len(cells), bool)
    groups: dict[int, list[int]] = {}
    coded = [cell.encode("utf-8", "replace") for cell in cells]
    for at, cell in enumerate(coded):
        if 8 <= len(cell) <= 64:
            groups.setdefault(len(cell), []).append(at)
    for rows in groups.values():
        matrix = np.frombuffer(b"".join([coded[at] for at in rows]), np.uint8).reshape(len(rows), -1)
        is_digit = (matrix >= 0x30) & (matrix <= 0x39)
        shapes = np.where(is_digit, np.uint8(0x39), matrix)
        left = np.arange(len(rows))
        for _ in range(SHAPES_TRIED):
            if not len(left):
                break
            pattern = shapes[left[0]]
            same = (shapes[left] == pattern).all(axis=1)
            chosen, left = left[same], left[~same]
            found = _match(pattern.tobytes(), days)
            if found is not None:
                places = np.asarray(rows)[chosen]
                values[places], good[places] = _read(matrix[chosen], found, days)
    return values, good


def _match(shape: bytes, days: str) -> re.Match[bytes] | None:
    if days in (DAY_FIRST, MONTH_FIRST):
        other = OTHER.match(shape)
        if other is not None:
            return other
    return next((found for pattern in SHAPES if (found := pattern.match(shape))), None)


def _read(matrix: Digits, found: re.Match[bytes], days: str) -> tuple[Times, NDArray[np.bool_]]:
    import numpy as np

    groups = found.re.groupindex

    def number(name: str) -> Times:
        if name not in groups or found.span(name)[0] < 0:
            return np.zeros(len(matrix), np.int64)
        first, last = found.span(name)
        total = np.zeros(len(matrix), np.int64)
        for at in range(first, last):
            total = total * 10 + (matrix[:, at].astype(np.int64) - 0x30)
        return total

    names = ("one", "two") if days == DAY_FIRST else ("two", "one")
    day, month = (number("d"), number("mo")) if "d" in groups else (number(names[0]), number(names[1]))
    year, hour, minute, second = number("y"), number("h"), number("m"), number("s")
    good = (month >= 1) & (month <= 12) & (year >= 1600) & (year <= 2199) & (hour < 24) & (minute < 60) & (second < 61)
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    start = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - start
    good &= (day >= 1) & (day <= length)
    digits = found.span("f")[1] - found.span("f")[0] if "f" in groups and found.span("f")[0] >= 0 else 0
    seconds = (start + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    if "sign" in groups and found.span("sign")[0] >= 0:
        offset = (number("zh") * 60 + number("zm")) * 60
        seconds = np.where(matrix[:, found.span("sign")[0]] == ord("-"), seconds + offset, seconds - offset)
    good &= (seconds > -9_200_000_000) & (seconds < 9_200_000_000)
    values: Times = np.where(good, seconds, 0) * 1_000_000_000 + number("f") * 10 ** (9 - digits)
    return values, good
