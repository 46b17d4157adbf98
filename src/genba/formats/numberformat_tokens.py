"""Take an Excel number format apart: sections, conditions, locale, and the tokens a section is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

MAX_CODE_CHARS = 1024
"""Excel writes at most 255; anything longer is not a number format but an attack or damage."""


class Token(NamedTuple):
    """One piece of a section; `text` is what it shows or the placeholder itself."""

    kind: str  # literal pad slot fixed point comma percent exp slash at general date ampm elapsed
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four parts of a format code, before it is compiled."""

    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None = None
    locale: str = ""  # "" where none is given, "ja", or the tag or hexadecimal code as written
    currency: str = ""
    gannen: bool = False
    kanji: int = 0  # the n of [DBNumn]
    system: str = ""  # "date" or "time" where the code asks for the system's own format

    def has(self, kind: str) -> bool:
        """Tell whether a token of this kind occurs."""
        return any(token.kind == kind for token in self.tokens)

    @property
    def is_date(self) -> bool:
        """True where the section shows a date, a time of day or an elapsed time."""
        return bool(self.system) or any(token.kind in ("date", "elapsed", "ampm") for token in self.tokens)


_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)$")
_ELAPSED = re.compile(r"(h+|m+|s+)$", re.IGNORECASE)
_JAPANESE = re.compile(r"(?:[0-9a-f]*411|ja(?:-.*)?)$", re.IGNORECASE)
_GENERAL = ("general", "g/標準")
_AMPM = ("am/pm", "a/p", "午前/午後", "上午/下午")
_ESCAPED_BY_BANG = frozenset('.,/0#?;@%"')


def parse(code: str) -> tuple[Section, ...]:
    """Split a format code into its sections; nothing is refused, what Excel would not accept becomes literal text."""
    return tuple(_Scanner(part).section() for part in _split(code[:MAX_CODE_CHARS]))[:4]


def _split(code: str) -> list[str]:
    """Cut at the semicolons that are neither quoted, escaped nor inside brackets."""
    parts, start, position, end = [], 0, 0, len(code)
    while position < end:
        char = code[position]
        if char == '"':
            closing = code.find('"', position + 1)
            position = end if closing < 0 else closing
        elif char in "\\_*":
            position += 1
        elif char == "[":
            closing = code.find("]", position + 1)
            position = closing if closing > 0 else position
        elif char == ";":
            parts.append(code[start:position])
            start = position + 1
        position += 1
    parts.append(code[start:])
    return parts


class _Scanner:
    """Reads one section from left to right."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.lower = code.lower()
        self.position = 0
        self.tokens: list[Token] = []
        self.condition: tuple[str, float] | None = None
        self.locale = self.currency = self.system = ""
        self.gannen = False
        self.kanji = 0

    def section(self) -> Section:
        while self.position < len(self.code):
            self._next()
        return Section(
            tokens=_settle(self.tokens),
            condition=self.condition,
            locale=self.locale,
            currency=self.currency,
            gannen=self.gannen,
            kanji=self.kanji,
            system=self.system,
        )

    def _add(self, kind: str, text: str, length: int) -> None:
        self.tokens.append(Token(kind, text))
        self.position += length

    def _next(self) -> None:
        char = self.code[self.position]
        if char == '"':
            closing = self.code.find('"', self.position + 1)
            closing = len(self.code) if closing < 0 else closing
            self._add("literal", self.code[self.position + 1 : closing], closing + 1 - self.position)
        elif char == "\\" or (char == "!" and self.code[self.position + 1 : self.position + 2] in _ESCAPED_BY_BANG):
            self._add("literal", self.code[self.position + 1 : self.position + 2], 2)
        elif char == "_":
            self._add("pad", "", 2)
        elif char == "*":
            self.position += 2  # a fill character takes whatever room the column has left: none in a text
        elif char == "[":
            self._bracket()
        elif char in "0#?":
            self._add("slot", char, 1)
        elif char in ".,%/@":
            kind = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "at"}[char]
            self._add(kind, char, 1)
        elif char in "123456789":
            self._add("fixed", char, 1)
        else:
            self._letters(char)

    def _letters(self, char: str) -> None:
        for word in _GENERAL:
            if self.lower.startswith(word, self.position):
                return self._add("general", "General", len(word))
        for word in _AMPM:
            if self.lower.startswith(word, self.position):
                return self._add("ampm", self.code[self.position : self.position + len(word)], len(word))
        low = char.lower()
        following = self.code[self.position + 1 : self.position + 2]
        if low == "e" and following in ("+", "-") and any(token.kind == "slot" for token in self.tokens):
            return self._add("exp", "E" + following, 2)
        if low == "b" and following in ("1", "2"):
            self.position += 2  # the choice of a Hijri calendar: not shown
            return None
        if low in "ymdhsegab":
            run = len(self.lower) - self.position - len(self.lower[self.position :].lstrip(low))
            if low != "a" or run >= 3:
                return self._add("date", self.code[self.position : self.position + run], run)
        return self._add("literal", char, 1)

    def _bracket(self) -> None:
        closing = self.code.find("]", self.position)
        if closing < 0:
            return self._add("literal", "[", 1)
        inner = self.code[self.position + 1 : closing]
        length = closing + 1 - self.position
        if _ELAPSED.match(inner):
            return self._add("elapsed", inner.lower(), length)
        if inner.startswith("$"):
            self._currency_or_locale(inner[1:])
            if self.currency and inner[1:2] not in ("", "-"):
                return self._add("literal", self.currency, length)
        elif inner[:5].lower() == "dbnum" and inner[5:] in ("1", "2", "3"):
            self.kanji = int(inner[5:])
        elif found := _CONDITION.match(inner):
            self.condition = (found[1], float(found[2]))
        self.position += length  # colours and what we do not know are not shown
        return None

    def _currency_or_locale(self, inner: str) -> None:
        currency, _, locale = inner.partition("-")
        if currency:
            self.currency = currency
        low = locale.lower().partition(",")[0]
        if low in ("f800", "x-sysdate"):
            self.system = "date"
        elif low in ("f400", "x-systime"):
            self.system = "time"
        elif low:
            self.gannen = self.gannen or "gannen" in low
            self.locale = "ja" if _JAPANESE.match(low) else low


def _settle(tokens: list[Token]) -> tuple[Token, ...]:
    """Decide letters that Excel would want quoted: beside digit places (0.00mm) they are text, not months."""
    if not any(token.kind in ("date", "ampm") for token in tokens):
        return tuple(tokens)
    after_point = False
    for token in tokens:
        if token.kind == "slot" and not after_point:
            return tuple(Token("literal", t.text) if t.kind in ("date", "ampm") else t for t in tokens)
        after_point = token.kind == "point" or (after_point and token.kind == "slot")
    return tuple(tokens)
