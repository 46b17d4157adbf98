"""Fields: what they show, and what the few that store no result (EQ, SYMBOL, form fields) would show."""

import re
from dataclasses import dataclass, field

from lxml import etree

from genba.formats.ooxml.symbols import from_symbols, symbol_font
from genba.formats.ooxml.wordml import VAL, W, integer, is_on
from genba.model.marks import Reading

CHECKED, UNCHECKED = "☑", "☐"
_CIRCLED = {str(number): chr(0x2460 + number - 1) for number in range(1, 21)}
_CIRCLED |= {chr(0x41 + index): chr(0x24B6 + index) for index in range(26)}
_CIRCLED |= {chr(0x61 + index): chr(0x24D0 + index) for index in range(26)}
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲ"
_KANJI = "一二三四五六七八九十月火水木金土日株有社名特財祝労秘男女適優印注項休写正上中下左右医宗学監企資協夜"
_CIRCLED |= {letter: chr(0x32D0 + index) for index, letter in enumerate(_KANA)}
_CIRCLED |= {letter: chr(0x3280 + index) for index, letter in enumerate(_KANJI)}
_RUBY = re.compile(r"\\o\s*\\ad\s*\(\s*\\s\s*\\up\s*\d+\s*\((?P<reading>[^()]*)\)\s*[,;]\s*(?P<base>[^()]*)\)", re.I)
_ENCLOSED = re.compile(r"\\o\s*\\ac\s*\(\s*(?P<frame>[^,;]*)[,;](?P<inner>[^)]*)\)", re.I)
_SYMBOL = re.compile(r"^\s*SYMBOL\s+(\d+|0x[0-9a-f]+)", re.I)
_FONT = re.compile(r"\\f\s+\"?([^\"\\]+)\"?", re.I)


@dataclass(slots=True)
class Field:
    """A complex field between its begin and end."""

    instruction: list[str] = field(default_factory=list)
    shows: bool = False  # past the separator
    contents: bool = False  # a table of contents
    form: etree._Element | None = None

    def separate(self) -> None:
        """Turn from the instruction to the result."""
        self.shows = True
        self.contents = _keyword(self.instruction) == "TOC"


def _keyword(instruction: list[str]) -> str:
    words = "".join(instruction).split(None, 1)
    return words[0].upper() if words else ""


def computed(found: Field) -> tuple[str, Reading | None]:
    """Say what a field without a stored result shows."""
    instruction = "".join(found.instruction)
    keyword = _keyword(found.instruction)
    if keyword == "EQ":
        return _equation(instruction)
    if keyword == "SYMBOL":
        match, font = _SYMBOL.match(instruction), _FONT.search(instruction)
        if match:
            code = int(match.group(1), 0) if match.group(1)[:2].lower() == "0x" else int(match.group(1)[:7])
            table = symbol_font(font.group(1).strip() if font else None)
            letter = chr(code) if 0x20 <= code < 0xD800 else ""
            return (from_symbols(letter, table) if table else letter), None
    return "", None


def _equation(instruction: str) -> tuple[str, Reading | None]:
    """Old documents write ruby, enclosed characters and fractions as EQ fields."""
    ruby = _RUBY.search(instruction)
    if ruby:
        base = ruby.group("base").strip()
        return base, Reading(base=base, reading=ruby.group("reading").strip())
    enclosed = _ENCLOSED.search(instruction)
    if enclosed:
        inner = enclosed.group("inner").strip()
        return _CIRCLED.get(inner) or enclosed.group("frame").strip() + inner, None
    text = re.sub(r"^\s*EQ\s*", "", instruction, flags=re.I)
    text = re.sub(r"\\\*\s*(jc\d+|hps\d+|\"Font:[^\"]*\")", "", text, flags=re.I)
    text = re.sub(r"\\f\s*\(([^(),;]*)[,;]([^(),;]*)\)", r"\1/\2", text, flags=re.I)
    text = re.sub(r"\\r\s*\((?:[^(),;]*[,;])?([^(),;]*)\)", r"√(\1)", text, flags=re.I)
    text = re.sub(r"\\s\s*\\(?:up|do)\s*\d+\s*", "", text, flags=re.I)
    return re.sub(r"\\[a-z]+\s*", "", text, flags=re.I).strip(), None


def form_value(form: etree._Element | None) -> tuple[str, tuple[str, ...]]:
    """Read a legacy form field: a check box as ☑ or ☐; a drop-down as its choice, with all it offers."""
    if form is None:
        return "", ()
    box = form.find(W + "checkBox")
    if box is not None:
        state = box.find(W + "checked")
        if state is None:
            state = box.find(W + "default")
        return (CHECKED if state is not None and is_on(state) else UNCHECKED), ()
    offered = form.find(W + "ddList")
    if offered is None:
        return "", ()
    values = tuple(entry.get(VAL) or "" for entry in offered.iterchildren(W + "listEntry"))
    chosen = offered.find(W + "result")
    index = integer(chosen.get(VAL) if chosen is not None else None)
    return (values[index] if 0 <= index < len(values) else ""), values
