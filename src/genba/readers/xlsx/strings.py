"""Texts of cells: shared and inline strings with struck-through runs and furigana."""

import re
from typing import NamedTuple

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package
from genba.formats.xml import parse
from genba.model.marks import Mark, Reading
from genba.readers.xlsx.canonical import attributes, cell_text, fragment, is_canonical, transitional

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ITEMS = re.compile(r"<si(?:/>|>(?:<t(?: xml:space=\"preserve\")?>([^<]*)</t></si>|(.*?)</si>))", re.DOTALL)
_PIECES = re.compile(r"<rPh([^>]*)>(.*?)</rPh>|<r(?:\s[^>]*)?>(.*?)</r>|<t(?:\s[^>]*)?>([^<]*)</t>", re.DOTALL)
_TEXT = re.compile(r"<t(?:\s[^>]*)?>([^<]*)</t>")
_STRIKE = re.compile(r'<strike(?:\s+val="([^"]*)")?\s*(?:/>|></strike>)')
FALSE = frozenset(("0", "false", "off"))
_WITHDRAWN = frozenset((Mark.WITHDRAWN,))
_PARTLY = frozenset((Mark.PARTLY_WITHDRAWN,))


class CellText(NamedTuple):
    """A text as it stands, with what was struck through and how parts of it are read."""

    text: str
    readings: tuple[Reading, ...] = ()
    withdrawn: str = ""
    marks: frozenset[Mark] = frozenset()


EMPTY = CellText("")


def rich_text(inner: str, *, struck: bool = False) -> CellText:
    """Read the contents of `si`, `is` or a comment's `text`; `struck` is the strike-through of the cell's own font."""
    runs: list[tuple[str, bool]] = []
    spoken: list[tuple[str, str]] = []
    for phonetic, reading, run, plain in _PIECES.findall(inner):
        if run:
            gone = struck
            if "<rPr" in run:
                found = _STRIKE.search(run)
                gone = found is not None and found.group(1) not in FALSE
            runs.append((cell_text("".join(_TEXT.findall(run))), gone))
        elif phonetic:
            spoken.append((phonetic, cell_text("".join(_TEXT.findall(reading)))))
        elif plain:
            runs.append((cell_text(plain), struck))
    whole = "".join(text for text, _ in runs)
    readings = tuple(_reading(whole, phonetic, text) for phonetic, text in spoken if text.strip())
    if not any(gone for _, gone in runs):
        return CellText(whole, readings)
    kept = "".join(text for text, gone in runs if not gone)
    if not kept.strip():
        return CellText(whole, readings, "", _WITHDRAWN)
    withdrawn = "".join(text for text, gone in runs if gone)
    if not withdrawn.strip():
        return CellText(whole, readings)
    return CellText(kept, readings, withdrawn, _PARTLY)


def _reading(whole: str, phonetic: str, text: str) -> Reading:
    stated = attributes(phonetic)
    try:
        start, end = int(stated.get("sb", "")), int(stated.get("eb", ""))
    except ValueError:
        return Reading(base=whole, reading=text)
    if whole.isascii() or max(whole, default="") <= "\uffff":
        base = whole[start:end]
    else:  # positions count UTF-16 units
        base = whole.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")
    return Reading(base=base or whole, reading=text)


class SharedStrings:
    """The workbook's table of texts; rich ones are taken apart when a cell asks for them."""

    def __init__(self, package: Package, part: str) -> None:
        """Read the part as far as it goes; what stopped it is kept in `trouble`."""
        self._items: list[tuple[str, str]] = []
        self._resolved: dict[str, CellText] = {}
        self.trouble: InvalidInput | None = None
        if not part:
            return
        data = b""
        try:
            data = package.read(part)
            self._items = _canonical_items(data) or _parsed_items(data, part)
        except InvalidInput as error:
            self.trouble = error
            if error.code == "xml.broken":
                self._items = _ITEMS.findall(data.decode("utf-8", "replace"))

    def get(self, index: str, *, struck: bool = False) -> CellText:
        """Give a text by the index a cell states; an index from nowhere gives an empty text."""
        key = index + "-" if struck else index
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(index, struck)
        return found

    def _resolve(self, index: str, struck: bool) -> CellText:
        try:
            plain, rich = self._items[int(index)]
        except (ValueError, IndexError):
            return EMPTY
        if plain:
            return CellText(cell_text(plain), (), "", _WITHDRAWN if struck else frozenset())
        return rich_text(rich, struck=struck) if rich else EMPTY


def _canonical_items(data: bytes) -> list[tuple[str, str]]:
    if not is_canonical(data):
        return []
    text = data.decode("utf-8", "replace")
    items = _ITEMS.findall(text)
    return items if text.count("<si") == len(items) and text.rstrip().endswith("</sst>") else []


def _parsed_items(data: bytes, part: str) -> list[tuple[str, str]]:
    root = parse(transitional(data), name=part)
    return [("", "".join(fragment(child) for child in item.iterchildren("*"))) for item in root.iterchildren(S + "si")]
