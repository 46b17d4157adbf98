"""Compile a date or time section of an Excel format, eras, weekdays and elapsed time included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from genba.formats import numberformat_digits as digits
from genba.formats.eras import era_of
from genba.formats.numberformat_tokens import Section, Token

OVERFLOW = "####"
"""What Excel fills a cell with where a number is no date: negative, or after the year 9999."""

_LAST_DAY = 2_958_465  # 9999-12-31
_LONGEST = 10**9  # days of elapsed time; Excel itself stops far earlier
_DAYS_1904 = 1462
_BEFORE_MARCH_1900 = date(1899, 12, 31).toordinal()
_SINCE_MARCH_1900 = date(1899, 12, 30).toordinal()  # Excel counts a 29 February 1900 that never was

_MONTHS = (
    "January February March April May June July August September October November December".split(),
    [f"{month}月" for month in range(1, 13)],
)
_WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
_YOUBI = "日月火水木金土"
_SYSTEM = {  # the long date and the time of Windows in Japanese
    "date": (("yyyy", "年"), ("m", "月"), ("d", "日")),
    "time": (("h", ":"), ("mm", ":"), ("ss", "")),
}


class Moment(NamedTuple):
    """A serial number taken apart."""

    year: int
    month: int
    day: int
    weekday: int  # 0 is Sunday
    hour: int
    minute: int
    second: int
    part: int  # of a second, in units of the section's precision
    seconds: int  # since serial 0, for elapsed time


Piece = str | Callable[[Moment], str]


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of a serial day in the 1900 system, with its day 0 and its 29 February 1900."""
    if day == 60:
        return 1900, 2, 29
    if day == 0:
        return 1900, 1, 0
    found = date.fromordinal(day + (_SINCE_MARCH_1900 if day > 60 else _BEFORE_MARCH_1900))
    return found.year, found.month, found.day


def to_datetime(serial: float, date1904: bool = False) -> datetime | None:
    """The moment a serial number means, to the millisecond; None where there is none (negative, 60, after 9999).

    A time without a date (0 ≤ serial < 1) lies on the day before the first, 1899-12-31 or 1904-01-01.
    """
    if not 0 <= serial <= _LAST_DAY + 1:
        return None
    milliseconds = int(serial * 86_400_000 + 0.5)
    if date1904:
        milliseconds += _DAYS_1904 * 86_400_000
    day, rest = divmod(milliseconds, 86_400_000)
    if day > _LAST_DAY or (day == 60 and not date1904):
        return None
    origin = _SINCE_MARCH_1900 if day > 60 else _BEFORE_MARCH_1900
    return datetime.fromordinal(day + origin) + timedelta(milliseconds=rest)


def compile_date(section: Section, *, date1904: bool) -> Callable[[float], str]:
    """Give a function that shows a serial number as this section wants it."""
    tokens = _spell_out(section)
    precision = min(9, _precision(tokens))
    pieces = _pieces(tokens, section, precision)
    elapsed_only = not any(t.kind in ("date", "ampm") and t.text[0].lower() not in "hms" for t in tokens)
    timed = any(t.kind in ("elapsed", "ampm") or (t.kind == "date" and t.text[0].lower() in "hs") for t in tokens)
    is_elapsed = elapsed_only and any(t.kind == "elapsed" for t in tokens)

    @lru_cache(1024)
    def show(value: float) -> str:
        sign = ""
        if value < 0:
            if not date1904:
                return OVERFLOW
            sign, value = "-", -value
        if value > (_LONGEST if is_elapsed else _LAST_DAY + 1):
            return OVERFLOW
        moment = _take_apart(value, precision, timed, date1904, calendar=not is_elapsed)
        if moment is None:
            return OVERFLOW
        return sign + "".join([piece if isinstance(piece, str) else piece(moment) for piece in pieces])

    return show


def _take_apart(value: float, precision: int, timed: bool, date1904: bool, *, calendar: bool) -> Moment | None:
    units = 10**precision
    if timed:
        total = int(value * 86400 * units + 0.5)
        day, rest = divmod(total, 86400 * units)
    else:
        day = int(value + 1e-9)
        total, rest = day * 86400 * units, 0
    seconds, part = divmod(rest, units)
    shifted = day + _DAYS_1904 if date1904 else day
    if calendar:
        if shifted > _LAST_DAY:
            return None
        year, month, monthday = civil(shifted)
    else:
        year = month = monthday = 0
    hour, left = divmod(seconds, 3600)
    minute, second = divmod(left, 60)
    return Moment(year, month, monthday, (shifted - 1) % 7, hour, minute, second, part, total // units)


def _spell_out(section: Section) -> tuple[Token, ...]:
    if not section.system:
        return section.tokens
    tokens = []
    for letters, literal in _SYSTEM[section.system]:
        tokens += [Token("date", letters), Token("literal", literal)]
    return tuple(tokens)


def _precision(tokens: tuple[Token, ...]) -> int:
    longest = run = 0
    after_point = False
    for token in tokens:
        if token.kind == "point":
            after_point, run = True, 0
        elif token.kind == "slot" and after_point:
            run += 1
            longest = max(longest, run)
        else:
            after_point = False
    return longest


def _pieces(tokens: tuple[Token, ...], section: Section, precision: int) -> list[Piece]:
    twelve = any(token.kind == "ampm" for token in tokens)
    pieces: list[Piece] = []
    position = 0
    while position < len(tokens):
        kind, text = tokens[position]
        if kind == "date":
            pieces.append(_date_piece(text, section, twelve, minutes=_is_minutes(tokens, position)))
        elif kind == "elapsed":
            pieces.append(_elapsed_piece(text, section.kanji))
        elif kind == "ampm":
            pieces.append(_ampm_piece(text, section.locale))
        elif kind == "point" and position + 1 < len(tokens) and tokens[position + 1].kind == "slot":
            places = 0
            while position + 1 < len(tokens) and tokens[position + 1].kind == "slot":
                places, position = places + 1, position + 1
            pieces.append(_part_piece(places, precision))
        elif kind == "pad":
            if pieces and any(token.kind not in ("pad", "at") for token in tokens[position + 1 :]):
                pieces.append(" ")
        elif kind != "at":
            pieces.append(text)
        position += 1
    return pieces


def _is_minutes(tokens: tuple[Token, ...], position: int) -> bool:
    """An m means minutes right after hours or right before seconds, whatever text stands between."""
    if tokens[position].text[0].lower() != "m" or len(tokens[position].text) > 2:
        return False
    for other in reversed(tokens[:position]):
        if other.kind in ("date", "elapsed"):
            if other.text[0].lower() == "h":
                return True
            break
    for other in tokens[position + 1 :]:
        if other.kind in ("date", "elapsed"):
            return other.text[0].lower() == "s"
    return False


def _date_piece(text: str, section: Section, twelve: bool, *, minutes: bool) -> Piece:
    letter, length, kanji = text[0].lower(), len(text), section.kanji
    if letter == "m" and minutes:
        return _number(lambda m: m.minute, length, kanji)
    if letter in _PIECES:
        return _PIECES[letter](length, section)
    if letter == "h":
        if twelve:
            return _number(lambda m: m.hour % 12 or 12, length, kanji)
        return _number(lambda m: m.hour, length, kanji)
    return _number(lambda m: m.second, length, kanji)


def _number(get: Callable[[Moment], int], length: int, kanji: int) -> Piece:
    if kanji:
        return lambda m: digits.kanji_number(str(get(m)).zfill(min(2, length) if kanji == 3 else 1), kanji)
    if length == 1:
        return lambda m: str(get(m))
    return lambda m: f"{get(m):02d}"


def _year(length: int, section: Section) -> Piece:
    kanji = section.kanji
    if length <= 2:
        return lambda m: digits.kanji_digits(f"{m.year % 100:02d}", kanji)
    return lambda m: digits.kanji_digits(f"{m.year:04d}", kanji)


def _month(length: int, section: Section) -> Piece:
    if length <= 2:
        return _number(lambda m: m.month, length, section.kanji)
    names = _MONTHS[section.locale == "ja" and length < 5]
    if length == 4 or section.locale == "ja":
        return lambda m: names[m.month - 1][: 1 if length == 5 else None]
    return lambda m: names[m.month - 1][: 1 if length == 5 else 3]


def _day(length: int, section: Section) -> Piece:
    if length <= 2:
        return _number(lambda m: m.day, length, section.kanji)
    if section.locale == "ja":
        return _youbi(length, section)
    return lambda m: _WEEKDAYS[m.weekday][: 3 if length == 3 else None]


def _youbi(length: int, section: Section) -> Piece:
    return lambda m: _YOUBI[m.weekday] + ("曜日" if length > 3 else "")


def _era_year(length: int, section: Section) -> Piece:
    if section.locale not in ("", "ja"):  # outside Japan and Taiwan e is the Gregorian year
        return _year(4, section)
    kanji, gannen = section.kanji, section.gannen

    def show(moment: Moment) -> str:
        year = _era(moment)[1]
        if year == 1 and gannen:
            return "元"
        return digits.kanji_number(str(year), kanji) if kanji else str(year).zfill(min(2, length))

    return show


def _era_name(length: int, section: Section) -> Piece:
    if section.locale not in ("", "ja"):
        return ""
    return lambda m: _era(m)[0][min(3, length) - 1]


def _era(moment: Moment) -> tuple[tuple[str, str, str], int]:
    """Letter, first character and name of the era, and the year in it."""
    day = date(moment.year, moment.month, max(1, moment.day if moment[:3] != (1900, 2, 29) else 28))
    found = era_of(day)
    if found is None:  # before 1868: no serial number reaches there
        return ("", "", ""), moment.year
    era, year = found
    return (era.letter, era.name[0], era.name), year


def _buddhist(length: int, section: Section) -> Piece:
    if length <= 2:
        return lambda m: f"{(m.year + 543) % 100:02d}"
    return lambda m: str(m.year + 543)


_PIECES: dict[str, Callable[[int, Section], Piece]] = {
    "y": _year,
    "m": _month,
    "d": _day,
    "a": _youbi,
    "e": _era_year,
    "g": _era_name,
    "b": _buddhist,
}


def _elapsed_piece(text: str, kanji: int) -> Piece:
    unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
    length = len(text)
    return lambda m: digits.kanji_digits(str(m.seconds // unit).zfill(length), kanji)


def _part_piece(places: int, precision: int) -> Piece:
    return lambda m: "." + f"{m.part:0{precision}d}"[:places].ljust(places, "0")


def _ampm_piece(text: str, locale: str) -> Piece:
    morning, _, afternoon = text.partition("/")
    if text.upper() == "AM/PM" and locale == "ja":
        morning, afternoon = "午前", "午後"
    elif text.upper() == "AM/PM":
        morning, afternoon = "AM", "PM"
    return lambda m: afternoon if m.hour >= 12 else morning
