"""What a worksheet says beside its cells: columns, merges, links, lists, panes, headers and the parts on top."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from genba.formats.ooxml.drawing import R
from genba.formats.ooxml.package import Relationship
from genba.formats.ranges import MAX_COLUMNS, MAX_ROWS, Area, parse_area, parse_areas
from genba.model.marks import Mark
from genba.model.nodes import Paragraph, Role
from genba.model.place import Place

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_MERGES, _GIANT_MERGES = 100_000, 100  # beyond, a file is no longer a sheet but an attack
_GIANT_CELLS = 1_000_000
_LINKED_CELLS = 10_000
_ON = ("1", "true")


@dataclass(frozen=True, slots=True)
class Listed:
    """A data validation that offers a list: where it holds, and the formula that names the values."""

    areas: tuple[Area, ...]
    formula: str


@dataclass(slots=True)
class Settings:
    """A worksheet without its cells."""

    merges: list[Area] = field(default_factory=list)
    columns: list[tuple[int, int, float, bool]] = field(default_factory=list)  # first, last, width, hidden
    default_width: float = 0.0
    default_height: float = 15.0
    frozen_rows: int = 0
    auto_filter: str = ""
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    lists: list[Listed] = field(default_factory=list)
    furniture: list[tuple[Role, str]] = field(default_factory=list)  # header and footer codes as written
    drawings: list[str] = field(default_factory=list)  # relationship ids
    legacy_drawings: list[str] = field(default_factory=list)

    @property
    def hidden_columns(self) -> tuple[tuple[int, int], ...]:
        """First and last of each run of hidden columns."""
        return tuple((first, last) for first, last, _, hidden in self.columns if hidden)


def read_settings(root: etree._Element, relationships: Mapping[str, Relationship]) -> Settings:
    """Go through the elements around the rows; what is not understood is left alone."""
    found = Settings()
    for element in root.iterchildren("*"):
        name = element.tag.removeprefix(S)
        reading = _READINGS.get(name)
        if reading is not None:
            reading(found, element)
        elif name == "hyperlinks":
            _links(found, element, relationships)
    return found


def _views(found: Settings, element: etree._Element) -> None:
    for pane in element.iter(S + "pane"):
        if pane.get("state", "split").startswith("frozen"):
            found.frozen_rows = int(min(_number(pane.get("ySplit")), MAX_ROWS))


def _format(found: Settings, element: etree._Element) -> None:
    found.default_width = _number(element.get("defaultColWidth"))
    found.default_height = _number(element.get("defaultRowHeight")) or 15.0


def _columns(found: Settings, element: etree._Element) -> None:
    for column in element.iterchildren(S + "col"):
        first = max(int(_number(column.get("min"))), 1) - 1
        last = min(int(_number(column.get("max"))), MAX_COLUMNS) - 1
        stated = column.get("width")
        width = _number(stated) if stated else found.default_width or 8.43
        hidden = column.get("hidden") in _ON or (stated is not None and width == 0)
        if first <= last:
            found.columns.append((first, last, width, hidden))


def _merges(found: Settings, element: etree._Element) -> None:
    giants = 0
    for merge in element.iterchildren(S + "mergeCell"):
        area = parse_area(merge.get("ref") or "")
        if area is None:
            continue
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) > _GIANT_CELLS:
            giants += 1
            if giants > _GIANT_MERGES:
                continue
        found.merges.append(area)
        if len(found.merges) >= _MERGES:
            break


def _filter(found: Settings, element: etree._Element) -> None:
    found.auto_filter = (element.get("ref") or "").replace("$", "")


def _furniture(found: Settings, element: etree._Element) -> None:
    for child in element.iterchildren("*"):
        name = child.tag.removeprefix(S)
        # First and even pages repeat or vary what the others say; each differing text is kept once.
        role = Role.HEADER if name.endswith("Header") else Role.FOOTER
        if child.text and (role, child.text) not in found.furniture:
            found.furniture.append((role, child.text))


def _drawing(found: Settings, element: etree._Element) -> None:
    found.drawings.append(element.get(R + "id") or "")


def _legacy(found: Settings, element: etree._Element) -> None:
    found.legacy_drawings.append(element.get(R + "id") or "")


def _validations(found: Settings, element: etree._Element) -> None:
    for rule in element.iterchildren(S + "dataValidation"):
        if rule.get("type") == "list":
            areas = parse_areas(rule.get("sqref") or "")
            formula = (rule.findtext(S + "formula1") or "").strip()
            if areas and formula:
                found.lists.append(Listed(areas, formula))


def _extensions(found: Settings, element: etree._Element) -> None:
    """Lists that point to other sheets are written here (MS-XLSX, 2.6.51)."""
    for rule in element.iter(X14 + "dataValidation"):
        if rule.get("type") == "list":
            areas = parse_areas(rule.findtext(XM + "sqref") or "")
            formula = (rule.findtext(f"{X14}formula1/{XM}f") or "").strip()
            if areas and formula:
                found.lists.append(Listed(areas, formula))


_READINGS = {
    "sheetViews": _views,
    "sheetFormatPr": _format,
    "cols": _columns,
    "mergeCells": _merges,
    "autoFilter": _filter,
    "headerFooter": _furniture,
    "drawing": _drawing,
    "legacyDrawing": _legacy,
    "dataValidations": _validations,
    "extLst": _extensions,
}


def _links(found: Settings, element: etree._Element, relationships: Mapping[str, Relationship]) -> None:
    for link in element.iterchildren(S + "hyperlink"):
        area = parse_area(link.get("ref") or "")
        relationship = relationships.get(link.get(R + "id") or "")
        address = relationship.target if relationship is not None else ""
        location = link.get("location") or ""
        target = f"{address}#{location}" if location else address
        if area is None or not target:
            continue
        bottom, right = min(area.bottom, area.top + _LINKED_CELLS // 100), min(area.right, area.left + 99)
        for row in range(area.top, bottom + 1):
            for column in range(area.left, right + 1):
                found.links[row, column] = target


def _number(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number >= 0 else 0.0


_CODE = re.compile(r'&(?:&|"[^"]*"|K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|\d{1,3}|[A-Za-z])')
_SECTION = re.compile(r"&([LCR])")
_PAGES_ONLY = re.compile(
    r"[\s/\-–—―‐ー.・()（）|:：]*(?:ページ|頁|page|of|p|no)*[\s/\-–—―‐ー.・()（）|:：]*", re.IGNORECASE
)


def furniture(settings: Settings, sheet: str, file_name: str) -> list[Paragraph]:
    """Make headers and footers into paragraphs, left, centre and right each one; page numbers alone say nothing."""
    found: list[Paragraph] = []
    for role, codes in settings.furniture:
        for position, text in _sections(codes):
            shown = _shown(text, sheet, file_name)
            if shown and not _PAGES_ONLY.fullmatch(shown):
                place = Place(sheet=sheet, part=f"{role.value} {position}")
                found.append(Paragraph(text=shown, role=role, place=place, marks=frozenset((Mark.FURNITURE,))))
    return found


def _sections(codes: str) -> list[tuple[str, str]]:
    """Cut at &L, &C and &R; what stands before the first is in the middle (ISO/IEC 29500-1, 18.3.1.46)."""
    safe = codes.replace("&&", "\0")
    parts = _SECTION.split(safe)
    named = [("C", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    words = {"L": "left", "C": "center", "R": "right"}
    return [(words[side], text) for side, text in named if text.strip()]


def _shown(text: str, sheet: str, file_name: str) -> str:
    def show(found: re.Match[str]) -> str:
        code = found.group(0)[1:].upper()
        return {"A": sheet, "F": file_name}.get(code, "")

    return _CODE.sub(show, text).replace("\0", "&").replace("\r\n", "\n").strip()
