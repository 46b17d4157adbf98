"""Show a cell's value the way Excel in Japanese displays it: any number format to text, with the unit found in it.

Alignment is not text: room made by `_x`, `?` and `*x` at the edges is dropped, inside it becomes one space a place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from genba.formats.numberformat_builtin import BUILTIN, builtin
from genba.formats.numberformat_dates import OVERFLOW, compile_date, to_datetime
from genba.formats.numberformat_numbers import compile_number, tidy
from genba.formats.numberformat_tokens import MAX_CODE_CHARS, Section, parse

__all__ = [
    "BUILTIN",
    "Displayed",
    "Value",
    "builtin",
    "compiled",
    "is_date",
    "kind_of",
    "render",
    "to_datetime",
    "unit_of",
]

Value = float | int | str | bool
_CACHED = 4096  # Excel allows some 250 custom formats in a workbook


class Displayed(NamedTuple):
    """What a person sees in the cell, and the unit the number format adds to it."""

    text: str
    unit: str


class _Part(NamedTuple):
    """A compiled section: whether it applies, how it shows, and its unit."""

    applies: Callable[[float], bool] | None
    show: Callable[[float], str]
    unit: str


def render(value: Value, code: str, *, date1904: bool = False) -> Displayed:
    """Show one value in one number format."""
    return compiled(code, date1904)(value)


@lru_cache(maxsize=_CACHED)
def compiled(code: str, date1904: bool = False) -> Callable[[Value], Displayed]:
    """Compile a number format once; a reader with many cells of one style keeps the function."""
    if not code or len(code) > MAX_CODE_CHARS:
        code = "General"
    numbers, text = _assign(parse(code))
    parts = _compile(numbers, date1904)
    show_text = _text_shower(text)
    if len(parts) == 1 and parts[0].applies is None:
        return _single(parts[0], show_text)

    def show(value: Value) -> Displayed:
        if isinstance(value, str):
            return Displayed(show_text(value), "")
        if value is True or value is False:
            return Displayed("TRUE" if value else "FALSE", "")
        if not math.isfinite(value):
            return Displayed("#NUM!", "")
        for applies, shows, unit in parts:
            if applies is None or applies(value):
                return Displayed(shows(value), unit)
        return Displayed(OVERFLOW, "")

    return show


def _single(part: _Part, show_text: Callable[[str], str]) -> Callable[[Value], Displayed]:
    """The shortest way for a format of one section, which most cells have."""
    shows, unit = part.show, part.unit

    def show(value: Value) -> Displayed:
        if isinstance(value, str):
            return Displayed(show_text(value), "")
        if value is True or value is False:
            return Displayed("TRUE" if value else "FALSE", "")
        if not math.isfinite(value):
            return Displayed("#NUM!", "")
        return Displayed(shows(value), unit)

    return show


@lru_cache(maxsize=_CACHED)
def kind_of(code: str) -> str:
    """What a format makes of a number: general, number, text, date, time, datetime or elapsed."""
    sections = parse(code or "General")
    dated = next((section for section in sections if section.is_date), None)
    if dated is None:
        first = sections[0]
        if first.has("slot"):
            return "number"
        return "text" if first.has("at") else "general" if first.has("general") else "number"
    if dated.system:
        return dated.system
    letters = {token.text[0].lower() for token in dated.tokens if token.kind == "date"}
    if any(token.kind == "elapsed" for token in dated.tokens):
        return "elapsed"
    has_time = bool(letters & set("hs")) or any(token.kind == "ampm" for token in dated.tokens)
    has_date = bool(letters & set("ydgeab")) or ("m" in letters and not has_time)
    return "datetime" if has_time and has_date else "time" if has_time else "date"


def is_date(code: str) -> bool:
    """Tell whether numbers in this format are moments or times rather than amounts."""
    return kind_of(code) in ("date", "time", "datetime", "elapsed")


@lru_cache(maxsize=_CACHED)
def unit_of(code: str) -> str:
    """The unit a format writes beside positive numbers; empty where there is none."""
    if not code or len(code) > MAX_CODE_CHARS:
        return ""
    numbers, _ = _assign(parse(code))
    return next((unit for unit in map(_unit, numbers) if unit), "")


def _assign(sections: tuple[Section, ...]) -> tuple[list[Section], Section | None]:
    """Part the sections for numbers from the one for text: the fourth, or the last if it holds an @."""
    numbers, text = list(sections), None
    if len(numbers) == 4 or (numbers[-1].has("at") and not numbers[-1].has("slot")):
        text = numbers.pop()
    return numbers or list(parse("General")), text


def _compile(sections: list[Section], date1904: bool) -> list[_Part]:
    if any(section.condition for section in sections):
        return _conditional(sections, date1904)
    if len(sections) == 1:
        return [_part(sections[0], None, True, date1904)]
    parts = [_part(sections[1], lambda value: value < 0, False, date1904)]
    if len(sections) > 2:
        parts.append(_part(sections[2], lambda value: value == 0, False, date1904))
    parts.append(_part(sections[0], None, False, date1904))
    return parts


def _conditional(sections: list[Section], date1904: bool) -> list[_Part]:
    """Sections with conditions: the first that holds applies, and a sign is shown unless only negatives can come."""
    conditions = [section.condition for section in sections]
    if conditions[0] is None:
        conditions[0] = (">", 0.0)
    if len(sections) == 3 and conditions[1] is None:
        conditions[1] = ("<", 0.0)
    parts = []
    for index, (section, condition) in enumerate(zip(sections, conditions, strict=True)):
        minus = not _only_negative(condition)
        if index == 1 and condition is None and len(sections) == 2 and conditions[0] is not None:
            operator, limit = conditions[0]
            minus = operator == "=" or (limit >= 0 and operator in (">", ">="))
            minus = minus and not (operator == ">=" and limit == 0)
        parts.append(_part(section, _test(condition), minus, date1904))
    if len(sections) == 1:
        parts.append(_part(parse("General")[0], None, True, date1904))
    return parts


def _only_negative(condition: tuple[str, float] | None) -> bool:
    if condition is None:
        return False
    operator, limit = condition
    return (limit < 0 and operator in ("<", "<=", "=")) or (limit == 0 and operator == "<")


def _test(condition: tuple[str, float] | None) -> Callable[[float], bool] | None:
    if condition is None:
        return None
    operator, limit = condition
    tests: dict[str, Callable[[float], bool]] = {
        "<": lambda value: value < limit,
        "<=": lambda value: value <= limit,
        ">": lambda value: value > limit,
        ">=": lambda value: value >= limit,
        "=": lambda value: value == limit,
        "<>": lambda value: value != limit,
    }
    return tests[operator]


def _part(section: Section, applies: Callable[[float], bool] | None, minus: bool, date1904: bool) -> _Part:
    if section.is_date:
        return _Part(applies, compile_date(section, date1904=date1904), "")
    if minus:
        return _Part(applies, compile_number(section, minus=True), _unit(section))
    shows = compile_number(section, minus=False)
    return _Part(applies, lambda value: shows(abs(value)), _unit(section))


def _text_shower(section: Section | None) -> Callable[[str], str]:
    if section is None or [token.kind for token in section.tokens] == ["at"]:
        return lambda text: text
    if section.is_date or section.has("general"):
        return lambda text: text
    pieces = ["\1" if t.kind == "at" else "\0" if t.kind == "pad" else t.text for t in section.tokens]
    around = tidy("".join(pieces)).split("\1")
    return lambda text: text.join(around)


_CURRENCY = frozenset("¥￥$€£₩\\")
_NOT_UNITS = re.compile(r"[▲△▼▽±＋+−\-()（）<>＜＞:：;；,、。.．/／*＊~〜～=＝\"'\s　○●◎×✓☑]*")
_COMPARATOR = re.compile(r"(以上|以下|未満|超過|超え|超|以内|程度|まで|前後|から|より)$")
_ORDINAL = re.compile(r"(目|号|版|章|番|番目|位|級|期|次)$")
_NOTE = re.compile(r"[(（\[［【][^)）\]］】]*[)）\]］】]$")


def _unit(section: Section) -> str:
    """The literal text beside the digits, where it is a unit rather than a sign, a comparison or an ordinal."""
    if section.is_date or not (section.has("slot") or section.has("general")):
        return ""
    kinds = [token.kind for token in section.tokens]
    if "percent" in kinds:
        return "%"
    last = max(index for index, kind in enumerate(kinds) if kind in ("slot", "general", "fixed"))
    first = min(index for index, kind in enumerate(kinds) if kind in ("slot", "general"))
    after = _clean_unit("".join(t.text for t in section.tokens[last + 1 :] if t.kind in ("literal", "slash", "point")))
    before = "".join(token.text for token in section.tokens[:first] if token.kind == "literal").strip()
    if after:
        return "" if _ORDINAL.search(after) or before.endswith("第") else after
    symbol = before.strip("-+−▲△ ()（）")
    if section.currency and symbol.endswith(section.currency):
        symbol = section.currency
    if symbol and (all(char in _CURRENCY for char in symbol) or symbol == section.currency):
        return "¥" if symbol == "\\" else symbol
    return ""


def _clean_unit(text: str) -> str:
    text = text.strip()
    bracketed = re.fullmatch(r"[\[(（［]([^\])）］]+)[\])）］]", text)
    if bracketed:
        text = bracketed[1]
    text = _COMPARATOR.sub("", _NOTE.sub("", text).strip()).strip()
    return "" if _NOT_UNITS.fullmatch(text) else text.strip(" 　)）")
