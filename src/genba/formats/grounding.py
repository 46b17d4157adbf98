"""Tell which numbers and codes of a written text its source does not have: prose by a model may invent neither.

Writings of the same number are one: full-width, 1,000 and 1000, 二十五 and 25, 2万5千 and 25000. A number inside a
code is no number of its own: KG-1023 does not vouch for 1023 pieces.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from genba.formats.units import parse_unit

_DIGITS = {char: value for value, chars in enumerate("〇零 一壱 二弐 三参 四 五 六 七 八 九".split()) for char in chars}
_TENS = {"十": 10, "拾": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_KANJI = "".join((*_DIGITS, *_TENS, *_MYRIADS))
# Words in which a numeral counts nothing.
_NO_NUMBER = (
    "一般|一部|一方|一定|一緒|一括|一時|一貫|一式|一覧|一切|一致|一体|一連|一旦|一見|一律|一層|一様|一気|一元|一新|一見|一因|一環|統一|唯一|万一|十分(?![間後以])|同一|均一|"
    "単一|随一|第三者|三角|四角|六角|八方|七宝|千鳥|百科|万能|万全|五感|十字|九州|四国|千葉|二重|三重|不二|一次|二次|三次元|二次元|三相|単三|単四"
)
_HYPHENS = str.maketrans("‐‑‒–—―−﹣－", "---------")
_PLAIN = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_TOKEN = re.compile(
    rf"(?P<no>{_NO_NUMBER})"
    r"|(?<![0-9A-Za-z./-])(?P<date>[0-9]{4}([-/.])[0-9]{1,2}\3[0-9]{1,2}(?![0-9A-Za-z])|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日)"
    # letters and figures, joined: KG-1023-47A, M8, 25N/mm2; or figures joined twice: 03-1234-5678, 3.2.1
    r"|(?P<code>[A-Za-z0-9]+(?:[-_/.#+][A-Za-z0-9]+)*)"
    rf"|(?P<kanji>[{_KANJI}]+)"
)
_SIGNED = re.compile(rf"(?:(?<![0-9A-Za-z)\]])(?P<sign>-))?(?P<number>{_PLAIN})")
_POWERS = "".join((*_TENS, *_MYRIADS))
_MIXED = re.compile(rf"(?:(?:{_PLAIN})[{_POWERS}]{{1,3}})+(?:{_PLAIN})?")  # 2万5千, 1億2千万
_MIXED_PART = re.compile(rf"({_PLAIN})([{_POWERS}]*)")
_UNIT = re.compile(rf"(?P<number>{_PLAIN})(?P<unit>[A-Za-z][A-Za-z/]*[23]?)")
_START = re.compile(rf"[-0-9A-Za-z{_KANJI}]")
_LONGEST_KANJI = 30
_DATE_JOINT = "年"


class _Found(NamedTuple):
    """A number (canonical decimal) or a code (upper case), and how it is written."""

    canonical: str
    as_written: str


def ungrounded(text: str, source: str) -> tuple[str, ...]:
    """Give the numbers and codes of a text that stand nowhere in its source, as written, each once."""
    known = _known(source)
    return tuple(dict.fromkeys(found.as_written for found in _found(text) if found.canonical not in known))


@lru_cache(maxsize=4)
def _known(source: str) -> frozenset[str]:
    known: set[str] = set()
    for found in _found(source):
        known.add(found.canonical)
        ends = re.split("[-/年]", found.canonical)
        # 1000-2000 may be a range, and a date has three numbers
        if (len(ends) == 2 or _DATE_JOINT in found.canonical) and all(end.isdigit() for end in ends):
            known.update(map(_canonical, ends))
    return frozenset(known)


def _found(text: str) -> Iterator[_Found]:
    folded = _folded(text)
    start = _START.search(folded)
    while start is not None:
        at = start.start()
        end, found = _read(folded, at, _TOKEN.match(folded, at), _SIGNED.match(folded, at))
        yield from found
        start = _START.search(folded, max(end, at + 1))


def _folded(text: str) -> str:
    """NFKC, figures of every script as 0–9, one kind of hyphen."""
    folded = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    if folded.isascii():
        return folded
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() and char > "9" else char for char in folded)


def _read(
    text: str, at: int, token: re.Match[str] | None, number: re.Match[str] | None
) -> tuple[int, tuple[_Found, ...]]:
    """Read what begins at a place: nothing, a date, a code, a number with its unit, or kanji numerals."""
    if token is not None and token["no"]:
        return token.end(), ()
    if token is not None and token["date"]:
        date = _DATE_JOINT.join(_canonical(part) for part in re.findall("[0-9]+", token["date"]))
        return token.end(), (_Found(date, token["date"]),)
    if token is not None and token["kanji"]:
        return token.end(), (_Found(_kanji(token["kanji"]), token["kanji"]),)
    code = token["code"] if token is not None and token["code"] else ""
    if number is not None and not _is_code(code, number):
        return _number(text, number)
    if number is not None and code and (unit := _UNIT.fullmatch(code)) and parse_unit(unit["unit"]) is not None:
        return at + len(code), (_Found(_canonical(unit["number"]), unit["number"]),)
    if code and _names_something(code):
        return at + len(code), (_Found(code.upper(), code),)
    return (token.end() if token is not None else at + 1), ()


def _is_code(code: str, number: re.Match[str]) -> bool:
    """Say whether a run that begins with a figure goes on as a code: with letters, or joined more than once."""
    if len(code) <= len(number["number"]):
        return False
    if re.search("[A-Za-z]", code):
        return True
    groups = re.split(r"[-_/#+]", code)
    if len(groups) == 1:
        return code.count(".") > 1
    whole = [group for group in groups if group.isdigit()]
    return len(groups) > 2 or any(len(group) > 3 or (len(group) > 1 and group[0] == "0") for group in whole)


def _names_something(code: str) -> bool:
    has_digit = any(char.isdigit() for char in code)
    return has_digit or ("-" in code and code.isupper())


def _number(text: str, match: re.Match[str]) -> tuple[int, tuple[_Found, ...]]:
    sign = match["sign"] or ""
    mixed = _MIXED.match(text, match.start("number"))
    if mixed is None:
        return match.end(), (_Found(_canonical(sign + match["number"]), match[0]),)
    value = sum((_times(number, powers) for number, powers in _MIXED_PART.findall(mixed[0])), Decimal(0))
    return mixed.end(), (_Found(_canonical(f"{sign}{value:f}"), sign + mixed[0]),)


def _times(number: str, powers: str) -> Decimal:
    value = Decimal(number.replace(",", ""))
    for power in powers:
        value *= _TENS.get(power) or _MYRIADS[power]
    return value


def _canonical(number: str) -> str:
    """Write 007 as 7, 1.50 as 1.5, -0 as 0; figures of any length stay exact."""
    plain = number.replace(",", "")
    sign = "-" if plain.startswith("-") else ""
    whole, _, fraction = plain.removeprefix("-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    value = f"{whole}.{fraction}" if fraction else whole
    return value if value == "0" else sign + value


def _kanji(text: str) -> str:
    """Read kanji numerals, by powers (二百五十) or by places (二〇二五)."""
    if len(text) > _LONGEST_KANJI:
        return text
    if all(char in _DIGITS for char in text):
        return _canonical("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = digit * 10 + _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIADS[char]
            section = digit = 0
    return str(total + section + digit)
