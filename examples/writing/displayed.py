"""Number formats with what Excel shows for a value, worked out here by hand and not by the code under test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_ERAS = ((date(2019, 5, 1), "令和", "R"), (date(1989, 1, 8), "平成", "H"), (date(1926, 12, 25), "昭和", "S"))
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True)
class Shown:
    """A number format: its code, how it shows a value, and the unit it carries in its text."""

    code: str
    show: Callable[[Any], str]
    unit: str = ""
    kind: str = "number"  # number, share, count, code, date, moment, duration, signed


def rounded(value: float, places: int, *, grouped: bool = False) -> str:
    """Half away from zero, as Excel rounds, with or without thousands separators."""
    quantum = Decimal(1).scaleb(-places)
    number = Decimal(repr(value)).quantize(quantum, ROUND_HALF_UP)
    return f"{number:,.{places}f}" if grouped else f"{number:.{places}f}"


def _era(day: date) -> tuple[str, str, int]:
    start, name, letter = next(era for era in _ERAS if day >= era[0])
    return name, letter, day.year - start.year + 1


def _era_words(day: date) -> str:
    name, _, year = _era(day)
    return f"{name}{year}年{day.month}月{day.day}日"


def _era_letter(day: date) -> str:
    _, letter, year = _era(day)
    return f"{letter}{year}.{day.month}.{day.day}"


def _percent(value: float) -> str:
    return rounded(float(Decimal(repr(value)) * 100), 1) + "%"


def _triangle(value: float) -> str:
    return ("▲ " if value < 0 else "") + rounded(abs(value), 0, grouped=True)


def _triangle_places(value: float) -> str:
    return ("▲" if value < 0 else "") + rounded(abs(value), 2)


def _signed(value: float) -> str:
    sign = "+" if value > 0 else "-" if value < 0 else "±"
    return sign + (rounded(abs(value), 3) if value else "0")


def _elapsed(value: timedelta) -> str:
    minutes = int(value.total_seconds() + 0.5) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def _elapsed_minutes(value: timedelta) -> str:
    seconds = int(value.total_seconds() + 0.5)
    return f"{seconds // 60}分{seconds % 60:02d}秒"


FORMATS = {
    "era": Shown('[$-411]ggge"年"m"月"d"日"', _era_words, kind="date"),
    "era_letter": Shown("[$-411]ge.m.d", _era_letter, kind="date"),
    "iso": Shown("yyyy-mm-dd", lambda d: f"{d:%Y-%m-%d}", kind="date"),
    "slashed": Shown("yyyy/m/d", lambda d: f"{d.year}/{d.month}/{d.day}", kind="date"),
    "weekday": Shown('m"月"d"日"\\(aaa\\)', lambda d: f"{d.month}月{d.day}日({_WEEKDAYS[d.weekday()]})", kind="date"),
    "month": Shown('yyyy"年"m"月"', lambda d: f"{d.year}年{d.month}月", kind="date"),
    "moment": Shown("yyyy/mm/dd hh:mm", lambda d: f"{d:%Y/%m/%d %H:%M}", kind="moment"),
    "percent": Shown("0.0%", _percent, "%", "share"),
    "yen": Shown('#,##0"円"', lambda v: rounded(v, 0, grouped=True) + "円", "円", "count"),
    "yen_sign": Shown('"¥"#,##0', lambda v: "¥" + rounded(v, 0, grouped=True), "¥", "count"),
    "pieces": Shown('#,##0"個"', lambda v: rounded(v, 0, grouped=True) + "個", "個", "count"),
    "plus_minus": Shown('"±"0.00"mm"', lambda v: "±" + rounded(v, 2) + "mm", "mm"),
    "millimetre": Shown('0.000" mm"', lambda v: rounded(v, 3) + " mm", "mm"),
    "diameter": Shown('"φ"0.00', lambda v: "φ" + rounded(v, 2), ""),
    "celsius": Shown('0.0"℃"', lambda v: rounded(v, 1) + "℃", "℃"),
    "torque": Shown('0.0"N・m"', lambda v: rounded(v, 1) + "N・m", "N・m"),
    "roughness": Shown('"Ra "0.0"μm"', lambda v: "Ra " + rounded(v, 1) + "μm", "μm"),
    "seconds": Shown('0.0"秒"', lambda v: rounded(v, 1) + "秒", "秒"),
    "code": Shown("00000", lambda v: f"{v:05d}", kind="code"),
    "lot": Shown('"No."0000', lambda v: f"No.{v:04d}", kind="code"),
    "triangle": Shown('#,##0;"▲ "#,##0', _triangle, kind="signed"),
    "triangle_red": Shown("0.00;[Red]▲0.00", _triangle_places, kind="signed"),
    "deviation": Shown('+0.000;-0.000;"±0"', _signed, kind="signed"),
    "thousands": Shown('#,##0,"千円"', lambda v: rounded(v / 1000, 0, grouped=True) + "千円", "千円", "thousand"),
    "elapsed": Shown("[h]:mm", _elapsed, kind="duration"),
    "elapsed_minutes": Shown('[m]"分"ss"秒"', _elapsed_minutes, kind="duration"),
}


def sample(kind: str, rng: Any) -> Any:
    """A value that suits a kind of format."""
    day = date(1995, 1, 1) + timedelta(days=rng.randrange(11500))
    if kind == "date":
        return day
    if kind == "moment":
        return datetime(day.year, day.month, day.day, rng.randrange(24), rng.randrange(60))
    if kind == "duration":
        return timedelta(minutes=rng.randrange(30, 6000)) + timedelta(seconds=0)
    if kind == "share":
        return round(rng.uniform(0, 1), 4)
    if kind == "count":
        return rng.randrange(0, 3_000_000)
    if kind == "thousand":
        return rng.randrange(1, 90_000) * 1000
    if kind == "code":
        return rng.randrange(1, 2000)
    if kind == "signed":
        # What Excel shows for a negative that rounds to zero is not documented: stay clear of it.
        return rng.choice((-1, 1)) * round(rng.uniform(1, 900), 3) if rng.random() > 0.1 else 0
    return round(rng.uniform(0.01, 120), rng.choice((1, 2, 3, 4)))
