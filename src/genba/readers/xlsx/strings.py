"""Texts of cells: shared and inline strings with struck-through runs and furigana."""

import re
from typing import NamedTuple

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package
from genba.formats.xml import parse, whole_number
from genba.model.marks import Mark, Reading
from genba.readers.xlsx.canonical import attributes, cell_text, fragment, is_canonical, transitional

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ITEMS = re.compile(r"<si(?:/>|>(?:<t(?: xml:space=\"preserve\")?>([^<]*)</t></si>|(.*?)</si>))", re.DOTALL)
_PIECES = re.compile(r"<rPh([^>]*)>(.*?)</rPh>|<r(?:\s[^>]*)?>(.*?)</r>|<t(?:\s[^>]*)?>([^<]*)</t>", re.DOTALL)
# The commonest form of all: one text, and how it is read.
_SPOKEN = re.compile(
    r'<t(?: xml:space="preserve")?>([^<]*)</t>'
    r'(?:<rPh sb="[0-9]{1,9}" eb="[0-9]{1,9}"><t(?: xml:space="preserve")?>[^<]*</t></rPh>)*'
    r"(?:<phoneticPr[^>]*/>)?$"
)
_PHONETIC = re.compile(r'<rPh sb="([0-9]+)" eb="([0-9]+)"><t(?: xml:space="preserve")?>([^<]*)</t>')
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_TEXT = re.compile(r"<t(?:\s[^>]*)?>([^<]*)</t>")
_STRIKE = re.compile(r'<strike(?:\s+val="([^"]*)")?\s*(?:/>|></strike>)')
FALSE = frozenset(("0", "false", "off"))
NO_MARKS: frozenset[Mark] = frozenset()
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
    simple = _SPOKEN.match(inner)
    if simple:
        text = cell_text(simple.group(1))
        readings = tuple([_reading(text, int(sb), int(eb), said) for sb, eb, said in _PHONETIC.findall(inner) if said])
        return CellText(text, readings, "", _WITHDRAWN if struck else NO_MARKS)
    runs: list[tuple[str, bool]] = []
    readings_found: list[tuple[int, int, str]] = []
    for phonetic, reading, run, plain in _PIECES.findall(inner):
        if run:
            gone = struck
            if "<rPr" in run:
                found = _STRIKE.search(run)
                gone = found is not None and found.group(1) not in FALSE
            runs.append((cell_text("".join(_TEXT.findall(run))), gone))
        elif phonetic:
            stated = attributes(phonetic)
            start, end = stated.get("sb", ""), stated.get("eb", "")
            said = "".join(_TEXT.findall(reading))
            if said.strip():
                readings_found.append((whole_number(start), whole_number(end), said))
        elif plain:
            runs.append((cell_text(plain), struck))
    whole = "".join(text for text, _ in runs)
    readings = tuple(_reading(whole, start, end, said) for start, end, said in readings_found)
    if not any(gone for _, gone in runs):
        return CellText(whole, readings)
    kept = "".join(text for text, gone in runs if not gone)
    if not kept.strip():
        return CellText(whole, readings, "", _WITHDRAWN)
    withdrawn = "".join(text for text, gone in runs if gone)
    if not withdrawn.strip():
        return CellText(whole, readings)
    return CellText(kept, readings, withdrawn, _PARTLY)


def _reading(whole: str, start: int, end: int, said: str) -> Reading:
    if _ASTRAL.search(whole) is None:
        base = whole[start:end]
    else:  # positions count UTF-16 units
        base = whole.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "replace")
    return Reading(base=base or whole, reading=cell_text(said))


class SharedStrings:
    """The workbook's table of texts; rich ones are taken apart when a cell asks for them."""

    def __init__(self, package: Package, part: str) -> None:
        """Read the part as far as it goes; what stopped it is kept in `trouble`."""
        self._items: list[tuple[str, str]] = []
        self._resolved: dict[str, str | CellText] = {}
        self.trouble: InvalidInput | None = None
        self.lost = 0  # indexes that cells state and the table does not have
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

    def get(self, index: str, *, struck: bool = False) -> str | CellText:
        """Give a text by the index a cell states, as a bare string where there is nothing more to say of it."""
        key = index + "-" if struck else index
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(index, struck)
        return found

    def _resolve(self, index: str, struck: bool) -> str | CellText:
        number = whole_number(index, default=len(self._items))
        if number >= len(self._items):
            self.lost += 1
            return ""
        plain, rich = self._items[number]
        if plain:
            return CellText(cell_text(plain), (), "", _WITHDRAWN) if struck else cell_text(plain)
        if not rich:
            return ""
        found = rich_text(rich, struck=struck)
        return found if struck or found.readings or found.marks else found.text


def _canonical_items(data: bytes) -> list[tuple[str, str]]:
    if not is_canonical(data):
        return []
    text = data.decode("utf-8", "replace")
    items = _ITEMS.findall(text)
    return items if text.count("<si") == len(items) and text.rstrip().endswith("</sst>") else []


def _parsed_items(data: bytes, part: str) -> list[tuple[str, str]]:
    root = parse(transitional(data), name=part)
    return [("", "".join(fragment(child) for child in item.iterchildren("*"))) for item in root.iterchildren(S + "si")]
