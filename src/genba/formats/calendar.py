"""Read dates and times as Japanese people write them into ISO 8601; what has no certain year or no day is refused."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from genba.formats.eras import ERAS, Era, era_of

__all__ = [
    "ParsedDate",
    "ParsedDateTime",
    "ParsedTime",
    "Refused",
    "era_of",
    "parse_date",
    "parse_datetime",
    "parse_fiscal_year",
    "parse_time",
    "read_date",
]

MAX_CHARS = 64


class ParsedDate(NamedTuple):
    """A date as far as it was written: 2024, 2024-03 or 2024-03-16."""

    iso: str
    precision: str  # year, month or day
    era: str = ""  # 令和, where the date was written in an era

    @property
    def day(self) -> date | None:
        """The day itself, where one was written."""
        return date.fromisoformat(self.iso) if self.precision == "day" else None


class ParsedTime(NamedTuple):
    """A time of day; `days` is 1 for the hours after midnight that are written 24 to 29."""

    iso: str
    precision: str  # hour, minute or second
    days: int = 0


class ParsedDateTime(NamedTuple):
    """A moment, with its offset from UTC only where one was written."""

    iso: str
    precision: str
    era: str = ""
    offset: str = ""


class Refused(NamedTuple):
    """Something that is meant as a date but cannot be one, by the code of the message that says why."""

    code: str
    text: str


# Whatever is or may become a figure when folded: a text without any is neither a date nor a time.
_FIGURE = re.compile(
    "[\\d²³¹¼-¾⁰-⅟↉①-⓿〇一二三四五六七八九十元\u2f00-\u2f17\u3038\u3192-\u3195\u3200-\u33ff\uf9d1\U0001f100-\U0001f24f]"
)
_SPACES = re.compile(r"\s+")
_ERA_NAMES = {era.name: era for era in ERAS}
_ERA_LETTERS = {era.letter: era for era in ERAS}
_NUMERALS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十]+(?=[年月日時分秒])")

_WEEKDAYS = "月火水木金土日"
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"[(\[]?(?P<day>[月火水木金土日])(?:曜日?)?[)\]]$|(?P<long>[月火水木金土日])曜日?$|[(]?(?P<english>[A-Za-z]{3})\.?[)]$"
)
_ERA = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\.?(?P<year>元|\d{1,2})"
    r"(?:(?P<a>年|[./-])(?:(?P<month>\d{1,2})(?:(?P<b>月|[./-])(?:(?P<day>\d{1,2})(?P<c>日)?)?)?)?)?$"
)
_WESTERN = re.compile(
    r"(?:西暦)?(?P<year>\d{4})(?P<a>年|[./-])(?:(?P<month>\d{1,2})(?:(?P<b>月|[./-])(?:(?P<day>\d{1,2})(?P<c>日)?)?)?)?$"
)
_TWO_DIGITS = re.compile(
    r"(?P<mark>['’‘`])?(?P<year>\d{2})(?P<a>年|[./-])(?P<month>\d{1,2})(?P<b>月|[./-])(?P<day>\d{1,2})(?P<c>日)?$"
)
_NO_YEAR = re.compile(r"(?P<month>\d{1,2})(?P<a>月|/)(?P<day>\d{1,2})(?P<c>日)?$")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(r"(?P<day>\d{1,2})[- ]?(?P<name>[A-Za-z]{3})[a-z]*\.?[-, ]*(?P<year>\d{4})$")


def parse_date(text: str, *, year: int | None = None) -> ParsedDate | None:
    """Read a date, or nothing; `year` completes dates written without one, such as 3月16日."""
    found = read_date(text, year=year)
    return found if isinstance(found, ParsedDate) else None


def read_date(text: str, *, year: int | None = None) -> ParsedDate | Refused | None:
    """Read a date; what is meant as one but is impossible or ambiguous comes back as refused, with the reason."""
    if len(text) > MAX_CHARS or not _FIGURE.search(text):
        return None
    folded = _fold(text)
    body, weekday = _without_weekday(folded)
    found = _read(body, text, year)
    if isinstance(found, ParsedDate) and weekday is not None and found.day and found.day.weekday() != weekday:
        return Refused("text.date_weekday", text)
    return found


def _read(body: str, text: str, year: int | None) -> ParsedDate | Refused | None:
    if match := _ERA.match(body):
        return _from_era(match, text)
    if match := _WESTERN.match(body):
        return _from_western(match, text)
    if match := _COMPACT.match(body):
        found = _checked(int(match["year"]), match["month"], match["day"], text)
        return found if isinstance(found, ParsedDate) else None  # eight digits may be any number
    if match := _ENGLISH.match(body):
        name = match["name"].lower()
        return (
            _checked(int(match["year"]), str(_MONTHS.index(name) + 1), match["day"], text) if name in _MONTHS else None
        )
    if match := _TWO_DIGITS.match(body):
        return _from_two_digits(match, text)
    if match := _NO_YEAR.match(body):
        return _from_no_year(match, text, year)
    return None


def _fold(text: str) -> str:
    folded = _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-").replace("．", ".")
    return _KANJI_NUMBER.sub(_arabic, folded)


def _arabic(match: re.Match[str]) -> str:
    """三十一 → 31, 二〇二四 → 2024; what mixes both ways stays as it is."""
    written = match[0]
    tens, sign, ones = written.partition("十")
    if not sign:
        return "".join(str(_NUMERALS[char]) for char in written)
    if len(tens) > 1 or len(ones) > 1:
        return written
    return str((_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0))


def _without_weekday(text: str) -> tuple[str, int | None]:
    match = _WEEKDAY.search(text)
    if match is None or match.start() < 4:
        return text, None
    name = match["day"] or match["long"]
    if name:
        return text[: match.start()], _WEEKDAYS.index(name)
    english = match["english"].lower()
    return (text[: match.start()], _ENGLISH_DAYS.index(english)) if english in _ENGLISH_DAYS else (text, None)


def _consistent(match: re.Match[str]) -> bool:
    """年 goes with 月 and 日, and one sign stands in both places: M8-1.25 is a screw, not a day of 明治."""
    first, second, third = match["a"], match["b"], match["c"]
    if first == "年":
        return (
            (second in ("月", None))
            and (match["month"] is None or second == "月")
            and (not match["day"] or third == "日")
        )
    return not third and (second is None or second == first) and (not second or match["day"] is not None)


def _from_era(match: re.Match[str], text: str) -> ParsedDate | Refused | None:
    written, sign = match["era"], match["a"]
    if sign is None or not _consistent(match):
        return None
    if written in _ERA_LETTERS:
        if sign != "年" and (match["day"] is None or (sign == "-" and written in "MT")):
            return None  # S45, M6-1: grades and screws
        era = _ERA_LETTERS[written]
    else:
        era = _ERA_NAMES[written]
    number = 1 if match["year"] == "元" else int(match["year"])
    if number == 0:
        return Refused("text.date_impossible", text)
    if number > era.years:
        return Refused("text.era_ended", text)
    found = _checked(era.start.year + number - 1, match["month"], match["day"], text)
    if not isinstance(found, ParsedDate):
        return found
    first, last = _span(found)
    if era.end is not None and first > era.end:
        return Refused("text.era_ended", text)
    if last < era.start:
        return Refused("text.date_impossible", text)
    return found._replace(era=era.name)


def _from_western(match: re.Match[str], text: str) -> ParsedDate | Refused | None:
    if not _consistent(match) or (match["a"] == "." and match["day"] is None):
        return None
    if match["a"] in "/-" and match["month"] is None:
        return None
    year = int(match["year"])
    return _checked(year, match["month"], match["day"], text) if 1600 <= year <= 2199 else None


def _from_two_digits(match: re.Match[str], text: str) -> ParsedDate | Refused | None:
    if not _consistent(match):
        return None
    short = int(match["year"])
    if match["mark"]:
        return _checked(short + (2000 if short < 69 else 1900), match["month"], match["day"], text)
    looks = isinstance(_checked(2000, match["month"], match["day"], text), ParsedDate)
    return Refused("text.date_ambiguous", text) if looks else None


def _from_no_year(match: re.Match[str], text: str, year: int | None) -> ParsedDate | Refused | None:
    if (match["a"] == "月") != (match["c"] == "日"):
        return None
    if year is not None:
        return _checked(year, match["month"], match["day"], text)
    return Refused("text.date_ambiguous", text) if match["c"] else None


def _checked(year: int, month: str | None, day: str | None, text: str) -> ParsedDate | Refused:
    if month is None:
        return ParsedDate(f"{year:04d}", "year")
    if not 1 <= int(month) <= 12:
        return Refused("text.date_impossible", text)
    if day is None:
        return ParsedDate(f"{year:04d}-{int(month):02d}", "month")
    if not 1 <= int(day) <= calendar.monthrange(year, int(month))[1]:
        return Refused("text.date_impossible", text)
    return ParsedDate(f"{year:04d}-{int(month):02d}-{int(day):02d}", "day")


def _span(found: ParsedDate) -> tuple[date, date]:
    """The first and the last day a date of any precision covers."""
    parts = [int(part) for part in found.iso.split("-")]
    if found.precision == "day":
        day = date(*parts)
        return day, day
    if found.precision == "month":
        year, month = parts
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


_KANJI_TIME = re.compile(r"(?P<half>午前|午後)?(?P<h>\d{1,2})時(?:(?P<m>\d{1,2})分(?:(?P<s>\d{1,2})秒)?|(?P<k>半))?$")
_COLON_TIME = re.compile(
    r"(?P<half>午前|午後|[AaPp]\.?[Mm]\.?)?(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,:](?P<f>\d{1,9}))?)?"
    r"(?P<after>[AaPp]\.?[Mm]\.?)?$"
)


def parse_time(text: str, *, late_night: bool = False) -> ParsedTime | None:
    """Read a time of day; with `late_night`, 24:00 to 29:59 are the next morning. 午前12時 may be noon: refused."""
    if len(text) > MAX_CHARS or not _FIGURE.search(text):
        return None
    folded = _fold(text)
    match = _COLON_TIME.match(folded) or _KANJI_TIME.match(folded)
    if match is None:
        return None
    groups = match.groupdict()
    hour, minute, second = int(groups["h"]), groups["m"], groups["s"]
    if groups.get("k"):
        minute = "30"
    half = groups["half"] or groups.get("after") or ""
    if half:
        if (
            hour > 12
            or (groups["half"] and groups.get("after"))
            or (half in ("午前", "午後") and hour == 12 and not minute)
        ):
            return None
        hour = hour % 12 + (12 if half == "午後" or half[0] in "Pp" else 0)
    if int(minute or 0) > 59 or int(second or 0) > 59 or hour > (29 if late_night else 23):
        return None
    iso = f"{hour % 24:02d}:{int(minute or 0):02d}"
    if second is not None:
        fraction = groups.get("f")
        return ParsedTime(f"{iso}:{int(second):02d}" + (f".{fraction}" if fraction else ""), "second", hour // 24)
    return ParsedTime(iso, "minute" if minute else "hour", hour // 24)


_OFFSET = re.compile(r"(?P<sign>[+-])(?P<h>[01]\d):?(?P<m>[0-5]\d)$|[Zz]$|(?P<jst>\(?JST\)?)$")
_BOTH_COMPACT = re.compile(r"((?:19|20)\d{6})[T_-]?(\d{2})(\d{2})(\d{2})?(?:[.,](\d{1,9}))?$")
_TIME_START = re.compile(r"(?:午前|午後|[AaPp]\.?[Mm]\.?)?\d{1,2}[:時]")
_ISO_SEPARATOR = re.compile(r"(?<=\d)[Tt](?=\d)")


def parse_datetime(text: str, *, late_night: bool = False, year: int | None = None) -> ParsedDateTime | None:
    """Read a date with a time, as people, Excel and machines write them; a time without a date is nothing."""
    if len(text) > MAX_CHARS or not _FIGURE.search(text):
        return None
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())
    offset = ""
    if (match := _OFFSET.search(plain)) and ":" in plain[: match.start()] + ("" if match["sign"] else ":"):
        offset = f"{match['sign']}{match['h']}:{match['m']}" if match["sign"] else "+09:00" if match["jst"] else "Z"
        plain = plain[: match.start()].rstrip()
    if match := _BOTH_COMPACT.match(plain.replace(" ", "")):
        day, hour, minute, second, fraction = match.groups()
        clock = f"{hour}:{minute}" + (f":{second}" if second else "") + (f".{fraction}" if fraction and second else "")
        return _joined(parse_date(day), parse_time(clock, late_night=late_night), offset)
    for split in _splits(_ISO_SEPARATOR.sub(" ", plain)):
        found = _joined(parse_date(split[0], year=year), parse_time(split[1], late_night=late_night), offset)
        if found is not None:
            return found
    return None


def _splits(text: str) -> list[tuple[str, str]]:
    """Where the date may end and the time begin: at spaces, or before a time that follows 日 or a bracket."""
    places = [match.start() for match in re.finditer(r"[ _]", text)]
    places += [
        match.start() for match in _TIME_START.finditer(text) if match.start() and text[match.start() - 1] in "日)"
    ]
    return [(text[:place], text[place:].strip(" _")) for place in places[:8]]


def _joined(day: ParsedDate | None, time: ParsedTime | None, offset: str) -> ParsedDateTime | None:
    if day is None or time is None or day.day is None:
        return None
    if time.days and day.day == date.max:
        return None
    iso = (day.day + timedelta(days=time.days)).isoformat()
    return ParsedDateTime(f"{iso}T{time.iso}{offset}", time.precision, day.era, offset)


_FISCAL = re.compile(
    r"(?:(?P<era>令和|平成|昭和|大正|明治|[RHSTM])\.?(?P<number>元|\d{1,2})|(?:西暦)?(?P<year>\d{4}))年度"
    r"(?P<part>上期|下期|上半期|下半期|第?[1-4]四半期|[1-4]Q)?$|FY(?P<fy>\d{4})(?P<quarter>Q[1-4])?$",
    re.IGNORECASE,
)


def parse_fiscal_year(text: str) -> tuple[date, date] | None:
    """The first and the last day of a Japanese fiscal year (April to March) or of its half or quarter."""
    match = _FISCAL.match(_fold(text)) if len(text) <= MAX_CHARS else None
    if match is None:
        return None
    if match["era"]:
        era: Era = _ERA_NAMES.get(match["era"]) or _ERA_LETTERS[match["era"].upper()]
        number = 1 if match["number"] == "元" else int(match["number"])
        if not 1 <= number <= era.years:
            return None
        year = era.start.year + number - 1
    else:
        year = int(match["year"] or match["fy"])
    if not 1868 <= year <= 2199:
        return None
    first, months = _part_of_year(match["part"] or match["quarter"] or "")
    start = date(year + (first + 3) // 12, (first + 3) % 12 + 1, 1)
    after = first + months + 3
    return start, date(year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def _part_of_year(part: str) -> tuple[int, int]:
    """First month counted from April, and how many months."""
    if not part:
        return 0, 12
    if part[0] in "上下":
        return (0 if part[0] == "上" else 6), 6
    digit = next(int(char) for char in part if char.isdigit())
    return 3 * (digit - 1), 3
