"""One value of a column: what it is, and its form for Arrow."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from genba.formats.calendar import parse_date, parse_datetime, parse_time
from genba.formats.units import split_quantity

# Written where a value is wanting; 0 and 「なし」 are values.
MISSING = frozenset(
    """- -- --- ― — – ー － ‐ / ／ N/A n/a #N/A NaN nan NULL null 欠測 欠損 欠 測定不可 測定不能 未測定
    未計測 計測不能 データなし 該当なし 不明 ＊ * … ... ・・・ #DIV/0! #VALUE! #REF! #NAME? #NUM! #NULL! ND
    N.D.""".split()
) | {""}
DITTO = frozenset(("同上", "〃", "々", "″", "”", '"', "''", "''", "〃〃", "同", "〻", "ゝ"))
# More digits than this are numbers of things, not amounts (JAN codes, serial numbers).
MAX_DIGITS = 15

# Moments as machines write them without signs or with the day first: 20250822080015, 09.01.2024 08:00:00.
_STAMP = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)[ T_-]?(\d\d)(\d\d)(\d\d)$")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?)?$")
_COMPACT_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)$")
_DAY_NAME = re.compile(r"日付|年月日|日$|date", re.IGNORECASE)


class Value(NamedTuple):
    """A value read from text; `kind` is a ColumnType's value, or "missing"."""

    kind: str
    data: int | float | str | None = None
    unit: str = ""
    ucum: str = ""


TEXT = Value("string")
NOTHING = Value("missing")


@lru_cache(maxsize=65_536)
def read_value(text: str, context: str = "") -> Value:
    """Tell what a text is; anything doubtful is a string."""
    bare = text.strip(" \u3000\t")
    if bare in MISSING:
        return NOTHING
    if len(bare) > 60:
        return TEXT
    return _machine_moment(bare, context) or _number(bare, context) or _moment(bare) or TEXT


def names_days(name: str) -> bool:
    """Whether a column of that name holds days, so that 20240316 is one of them and no number."""
    return _DAY_NAME.search(name) is not None


def _machine_moment(bare: str, context: str) -> Value | None:
    if not (bare[:1].isascii() and bare[:1].isdigit()) or not 8 <= len(bare) <= 26:
        return None
    if match := _STAMP.match(bare):
        year, month, day, hour, minute, second = map(int, match.groups())
        return _checked(year, month, day, (hour, minute, second, 0))
    if match := _DAY_FIRST.match(bare):
        day, month, year = map(int, match.groups()[:3])
        if not match[4]:
            return _checked(year, month, day)
        fraction = int((match[7] or "0").ljust(6, "0"))
        return _checked(year, month, day, (int(match[4]), int(match[5]), int(match[6] or 0), fraction))
    if (match := _COMPACT_DAY.match(bare)) and names_days(context):
        return _checked(int(match[1]), int(match[2]), int(match[3]))
    return None


def _checked(year: int, month: int, day: int, clock: tuple[int, int, int, int] | None = None) -> Value | None:
    try:
        if clock is None:
            return Value("date", date(year, month, day).isoformat())
        return Value("datetime", datetime(year, month, day, *clock[:3], microsecond=clock[3]).isoformat())
    except ValueError:
        return None


def _number(bare: str, context: str) -> Value | None:
    quantity = split_quantity(bare, context=context)
    if quantity is None or quantity.comparator or quantity.value is None or quantity.symbol:
        return None
    digits = "".join(ch for ch in bare if ch.isdigit())
    if len(digits) > MAX_DIGITS or (len(digits) > 1 and digits[0] == "0" and "." not in bare and "．" not in bare):
        return None  # a code: leading zeros carry meaning
    unit, ucum = "", ""
    if quantity.unit is not None:
        unit, ucum = quantity.unit.as_written, quantity.unit.ucum
    elif bare[0] in "¥￥\\":
        unit = "円"
    value = quantity.value
    if value == int(value) and "." not in bare and "．" not in bare and abs(value) < 1e15:
        return Value("integer", int(value), unit, ucum)
    return Value("number", value, unit, ucum)


def _moment(bare: str) -> Value | None:
    found = parse_datetime(bare)
    if found is not None:
        return Value("datetime", found.iso, "offset" if found.offset else "")
    day = parse_date(bare)
    if day is not None:
        return Value("date", day.iso) if day.precision == "day" else None
    time = parse_time(bare)
    if time is not None and not time.days:
        return Value("time", time.iso)
    return None
