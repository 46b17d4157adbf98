"""Cell formats, each resolved when a cell first uses it, since style parts outgrow the sheets they serve."""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

from genba.errors import InvalidInput
from genba.formats.numberformat import Displayed, builtin, compiled
from genba.formats.ooxml.package import Package
from genba.formats.xml import parse, whole_number
from genba.model.cells import CellStyle
from genba.readers.xlsx.canonical import attributes, fragment, is_canonical, transitional
from genba.readers.xlsx.strings import FALSE

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SECTIONS = {
    "numFmts": re.compile(r"<numFmt\b([^>]*?)()/?>"),
    "fonts": re.compile(r"<font\b([^>]*?)(?:/>|>(.*?)</font>)", re.DOTALL),
    "fills": re.compile(r"<fill\b([^>]*?)(?:/>|>(.*?)</fill>)", re.DOTALL),
    "borders": re.compile(r"<border\b([^>]*?)(?:/>|>(.*?)</border>)", re.DOTALL),
    "cellXfs": re.compile(r"<xf\b([^>]*?)(?:/>|>(.*?)</xf>)", re.DOTALL),
}
_SIDE = re.compile(r"<(left|start|top|right|end|bottom)\b([^>]*?)/?>")
_SIDE_BITS = {"left": 1, "start": 1, "top": 2, "right": 4, "end": 4, "bottom": 8}
_FLAG = {name: re.compile(rf'<{name}(?:\s+val="([^"]*)")?\s*/?>') for name in ("b", "strike")}
_SIZE = re.compile(r'<sz\b[^>]*val="([0-9.]+)"')
_NAME = re.compile(r'<name\b[^>]*val="([^"]*)"')
_COLOR = re.compile(r"<(?:fgColor|color)\b([^>]*?)/?>")
_PATTERN = re.compile(r'<patternFill\b[^>]*patternType="(\w+)"')
_ALIGNMENT = re.compile(r"<alignment\b([^>]*?)/?>")
_IDS = re.compile(r'\b(numFmt|font|fill|border)Id="([0-9]+)"')
_T = TypeVar("_T")
_WHITE = frozenset(("", "FFFFFFFF", "00FFFFFF", "theme0", "indexed9"))  # paper: nothing to keep an empty cell for


class Format(NamedTuple):
    """What a cell's style index means for reading."""

    style: CellStyle
    show: Callable[[float | int | str | bool], Displayed]
    struck: bool  # the cell's own font is struck through
    layout: bool  # an empty cell of this format still draws something
    shows_text: bool  # the number format adds something to texts ("第"@"号")
    checkbox: bool  # a boolean is shown as a box to tick
    odd: bool  # texts of this format need more than their text


class Styles:
    """The workbook's cell formats by the index cells state."""

    def __init__(self, package: Package, part: str, *, date1904: bool) -> None:
        """Read the part as far as formats need it; what stopped it is kept in `trouble`, and cells show as General."""
        self._texts: dict[str, str] = {}
        self._items: dict[str, list[tuple[str, str]]] = {}
        self._formats: dict[str, Format] = {}
        self._shared: dict[CellStyle, CellStyle] = {}
        self._codes: dict[int, str] | None = None
        self._read: dict[tuple[str, str], object] = {}
        self._date1904 = date1904
        self.trouble: InvalidInput | None = None
        if not part:
            return
        try:
            data = package.read(part)
            self._texts = _slices(data) or _parsed_slices(data, part)
        except InvalidInput as error:
            self.trouble = error

    def get(self, index: str) -> Format:
        """Give the format of a cell; no or an unknown index gives the default."""
        found = self._formats.get(index)
        if found is None:
            found = self._formats[index] = self._resolve(index)
        return found

    @property
    def base_font(self) -> str:
        """The name of the workbook's standard font, by which column widths are measured."""
        found = _NAME.search(self._item("fonts", "0")[1])
        return found.group(1) if found else ""

    def _section(self, name: str) -> list[tuple[str, str]]:
        items = self._items.get(name)
        if items is None:
            items = self._items[name] = _SECTIONS[name].findall(self._texts.get(name, ""))
        return items

    def _item(self, section: str, index: str) -> tuple[str, str]:
        items = self._section(section)
        number = whole_number(index)
        return items[number] if number < len(items) else ("", "")

    def _code(self, stated: str) -> str:
        if self._codes is None:
            found = [attributes(text) for text, _ in self._section("numFmts")]
            self._codes = {whole_number(a.get("numFmtId"), default=-1): a.get("formatCode", "") for a in found}
        number = whole_number(stated)
        return self._codes.get(number) or builtin(number) or "General"

    def _resolve(self, index: str) -> Format:
        own, inner = self._item("cellXfs", index or "0")
        stated = dict(_IDS.findall(own))
        bold, struck, size = self._drawn("fonts", stated.get("font", "0"), _font)
        fill = self._drawn("fills", stated.get("fill", "0"), _fill)
        borders = self._drawn("borders", stated.get("border", "0"), _borders)
        align, indent = _alignment(inner) if inner else ("", 0)
        code = self._code(stated.get("numFmt", "0"))
        style = CellStyle(
            bold=bold, size_pt=size, fill=fill, borders=borders, align=align, indent=indent, number_format=code
        )
        style = self._shared.setdefault(style, style)
        shows_text = "@" in code and code != "@"
        return Format(
            style=style,
            show=compiled(code, self._date1904),
            struck=struck,
            layout=bool(borders) or fill not in _WHITE,
            shows_text=shows_text,
            checkbox="xfComplement" in inner,
            odd=struck or shows_text,
        )

    def _drawn(self, section: str, index: str, read: Callable[[str], _T]) -> _T:
        """Read a font, fill or border once, however many formats share it."""
        found = self._read.get((section, index))
        if found is None:
            found = self._read[section, index] = read(self._item(section, index)[1])
        return cast(_T, found)


def _slices(data: bytes) -> dict[str, str]:
    """Cut the sections out of a part in canonical form; nothing where it is not."""
    if not is_canonical(data):
        return {}
    found: dict[str, str] = {}
    for name in _SECTIONS:
        start = data.find(f"<{name}".encode())
        if start >= 0:
            start = data.find(b">", start) + 1
            end = data.find(f"</{name}>".encode(), start)
            if end > start > 0:
                found[name] = data[start:end].decode("utf-8", "replace")
    return found if "cellXfs" in found else {}


def _parsed_slices(data: bytes, part: str) -> dict[str, str]:
    root = parse(transitional(data), name=part)
    sections = ((name, root.find(S + name)) for name in _SECTIONS)
    return {
        name: "".join(fragment(child) for child in section.iterchildren("*"))
        for name, section in sections
        if section is not None
    }


def _font(font: str) -> tuple[bool, bool, float]:
    """Whether it is bold, whether it is struck through, and its size."""
    size = _SIZE.search(font)
    return _flag(font, "b"), _flag(font, "strike"), _size(size.group(1)) if size else 11.0


def _alignment(inner: str) -> tuple[str, int]:
    found = _ALIGNMENT.search(inner)
    stated = attributes(found.group(1)) if found else {}
    horizontal, indent = stated.get("horizontal", ""), stated.get("indent", "0")
    return (
        "" if horizontal == "general" else horizontal,
        min(whole_number(indent), 250),
    )


def _flag(font: str, name: str) -> bool:
    found = _FLAG[name].search(font)
    return found is not None and found.group(1) not in FALSE


def _size(text: str) -> float:
    try:
        return min(float(text), 409.0)
    except ValueError:
        return 11.0


def _borders(border: str) -> int:
    bits = 0
    for side, stated in _SIDE.findall(border):
        if attributes(stated).get("style", "none") != "none":
            bits |= _SIDE_BITS[side]
    return bits


def _fill(fill: str) -> str:
    pattern = _PATTERN.search(fill)
    if pattern is None:
        if "<gradientFill" not in fill:
            return ""
    elif pattern.group(1) == "none":
        return ""
    elif pattern.group(1) != "solid":
        return f"pattern:{pattern.group(1)}"
    found = _COLOR.search(fill)
    color = attributes(found.group(1)) if found else {}
    if "rgb" in color:
        return color["rgb"].upper()
    if "theme" in color:
        tint = color.get("tint", "")
        return f"theme{color['theme']}{f' tint {tint}' if tint else ''}"
    return f"indexed{color['indexed']}" if "indexed" in color else ""
