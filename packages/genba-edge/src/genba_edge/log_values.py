"""Numbers and times of text logs, exactly as they are written: no float stands between a file and a count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

SECOND = 1_000_000_000
UNITS_NS = {"s": SECOND, "ms": 1_000_000, "us": 1_000, "ns": 1}
COUNT_DIGITS = 18  # so many fit 64 bits whatever they are
FLOAT_DIGITS = 15  # so many survive a 64-bit float and come back

_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?\Z", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()
_MOMENT = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[T ]+|$)"
    r"(?:(\d{1,2})(?::|時)(\d{1,2})(?:(?::|分)(\d{1,2})(?:[.,](\d+))?秒?|分)?)?"
    r" ?(Z|[+-]\d{2}:?\d{2})?\Z",
    re.ASCII,
)


@dataclass(frozen=True)
class Decimal:
    """A number as it stands: `count` · 10^-digits."""

    count: int
    digits: int

    def at(self, digits: int) -> int:
        """The count with more digits after the point."""
        return int(self.count * 10 ** (digits - self.digits))


def decimal(text: str) -> Decimal | None:
    """A plain decimal number without exponent that 64 bits can hold as a count; None for anything else."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    sign, whole, part = found.group(1), found.group(2), found.group(3) or ""
    if (not whole and not part) or len(whole.lstrip("0")) + len(part) > COUNT_DIGITS:
        return None
    count = int(whole + part)
    if sign == "-" and count == 0:
        return None  # minus zero is no count
    return Decimal(-count if sign == "-" else count, len(part))


def is_float(text: str) -> bool:
    """Whether a text is a number, as exact or not as a 64-bit float makes it."""
    return _FLOAT.match(text) is not None


@dataclass(frozen=True)
class Moment:
    """A time in nanoseconds, and whether the text said of which zone it is."""

    ns: int
    has_zone: bool


def moment(text: str) -> Moment | None:
    """A date with a time as factories write it, exact to the nanosecond; None for anything else.

    2026-04-06T08:00:00.123456789+09:00, 2026/4/6 8:00:00.5, 2026年4月6日 8時00分. Without a zone the nanoseconds count
    from 1970-01-01 of the local calendar.
    """
    found = _MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None
    h, m, s = int(hour or 0), int(minute or 0), int(second or 0)
    if h > 24 or m > 59 or s > 60:
        return None
    ns = (((days * 24 + h) * 60 + m) * 60 + s) * SECOND + int((fraction or "0")[:9].ljust(9, "0"))
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "")
        away = (int(digits[:2]) * 60 + int(digits[2:])) * 60 * SECOND
        ns += away if zone[0] == "-" else -away
    return Moment(ns, bool(zone))


def elapsed(text: str, unit: str) -> int | None:
    """A number of seconds, milliseconds … as whole nanoseconds; what is finer is cut off."""
    found = decimal(text)
    if found is None:
        return None
    return found.count * UNITS_NS[unit] // int(10**found.digits)
