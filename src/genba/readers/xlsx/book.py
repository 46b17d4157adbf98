"""A workbook while it is read: its sheets' names and parts, texts, formats, defined names and print areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import R
from genba.formats.ooxml.package import Package, Relationship
from genba.formats.ranges import Area, parse_area, split_reference, split_union
from genba.formats.xml import whole_number
from genba.model.cells import Cell
from genba.model.document import DefinedName
from genba.ports.reader import Limits
from genba.readers.xlsx.cell_images import read_cell_images
from genba.readers.xlsx.cells import Laid, Surroundings, lay_out
from genba.readers.xlsx.comments import read_persons
from genba.readers.xlsx.pictures import Pictures
from genba.readers.xlsx.scan import Scanned, scan
from genba.readers.xlsx.sheets import Settings, read_settings
from genba.readers.xlsx.strings import SharedStrings
from genba.readers.xlsx.styles import Styles

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PRINT_AREA = "_xlnm.print_area"
_OWN_NAMES = "_xlnm."  # names Excel keeps for itself
_UNHELD_BYTES = 64 << 20  # a sheet part larger than this is streamed without a look at its cells


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    kind: str  # worksheet | chartsheet | dialogsheet | xlMacrosheet
    hidden: bool
    print_areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A sheet with its cells; `large` sheets have none."""

    scanned: Scanned
    settings: Settings
    laid: Laid
    relationships: Mapping[str, Relationship]
    large: bool = False


class Book:
    """Gives sheets when asked, each read once, since lists on one sheet take their values from others."""

    def __init__(self, package: Package, limits: Limits) -> None:
        """Raises InvalidInput where the package holds no workbook."""
        self.package = package
        self.limits = limits
        self.part = _workbook_part(package)
        root = package.xml(self.part)
        if root.tag != S + "workbook":
            raise InvalidInput("xlsx.no_workbook")
        self.relationships = package.relationships(self.part)
        properties = root.find(S + "workbookPr")
        self.date1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.strings = SharedStrings(package, self._part_of("sharedStrings"))
        self.styles = Styles(package, self._part_of("styles"), date1904=self.date1904)
        self.pictures = Pictures(package, limits.image_bytes)
        self._names = root.findall(f"{S}definedNames/{S}definedName")
        self.sheets = self._entries(root)
        self._loaded: dict[str, Loaded] = {}

    def _part_of(self, kind: str) -> str:
        return next((rel.target for rel in self.relationships.values() if rel.type == kind and not rel.external), "")

    @cached_property
    def persons(self) -> Mapping[str, str]:
        """Who takes part in threads of comments."""
        return read_persons(self.package, self.part)

    @cached_property
    def cell_images(self) -> Mapping[int, str]:
        """Picture parts by the index that cells with a picture state."""
        return read_cell_images(self.package, self.part)

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """References by sheet (empty for the whole workbook) and name in small letters."""
        found: dict[tuple[str, str], str] = {}
        for element in self._names:
            index = whole_number(element.get("localSheetId"), default=-1)
            owner = self.sheets[index].name if 0 <= index < len(self.sheets) else ""
            found.setdefault((owner, (element.get("name") or "").lower()), (element.text or "").strip())
        return found

    def defined_names(self) -> list[DefinedName]:
        """List the names the author gave, without those Excel keeps for itself."""
        return [
            DefinedName(
                name=name, reference=(element.text or "").strip(), hidden=element.get("hidden") in ("1", "true")
            )
            for element in self._names
            if (name := element.get("name") or "") and not name.lower().startswith(_OWN_NAMES)
        ]

    def _entries(self, root: etree._Element) -> tuple[Entry, ...]:
        areas: dict[int, tuple[Area, ...]] = {}
        for element in self._names:
            index = whole_number(element.get("localSheetId"), default=-1)
            if (element.get("name") or "").lower() == _PRINT_AREA and index >= 0:
                areas[index] = _areas(element.text or "")
        entries: list[Entry] = []
        for position, element in enumerate(root.iterfind(f"{S}sheets/{S}sheet")):
            relationship = self.relationships.get(element.get(R + "id") or "")
            entries.append(
                Entry(
                    name=element.get("name") or f"Sheet{position + 1}",
                    part=relationship.target if relationship is not None and not relationship.external else "",
                    kind=relationship.type if relationship is not None else "worksheet",
                    hidden=(element.get("state") or "visible") != "visible",
                    print_areas=areas.get(position, ()),
                )
            )
        return tuple(entries)

    def load(self, entry: Entry) -> Loaded:
        """Read a sheet with its cells; raises InvalidInput where nothing of it can be read."""
        known = self._loaded.get(entry.part)
        if known is not None:
            return known
        if not entry.part:
            raise InvalidInput("ooxml.part_missing", part=entry.name)
        relationships = self._relationships_of(entry.part)
        large = self.package.size(entry.part) > _UNHELD_BYTES
        data = _EMPTY_SHEET if large else self.package.read(entry.part)
        if len(data) > 10 * self.limits.cells and data.count(b"<v>") + data.count(b"<is>") > self.limits.cells:
            large, data = True, _without_rows(data)
        scanned = scan(data, name=entry.part)
        settings = read_settings(scanned.settings, relationships)
        around = Surroundings(
            strings=self.strings,
            styles=self.styles,
            merges=settings.merges,
            hidden_columns=settings.hidden_columns,
            print_areas=entry.print_areas,
            links=settings.links,
            date1904=self.date1904,
        )
        found = Loaded(scanned, settings, lay_out(scanned.tokens, around), relationships, large)
        scanned.tokens.clear()
        self._loaded[entry.part] = found
        return found

    def _relationships_of(self, part: str) -> Mapping[str, Relationship]:
        try:
            return self.package.relationships(part)
        except InvalidInput:
            return {}  # the cells stay; what the sheet refers to cannot be found

    def cells_of(self, name: str) -> Sequence[Cell]:
        """Give the cells of a sheet by name, for lists that lie in them; none where it cannot be read."""
        entry = next((found for found in self.sheets if found.name.lower() == name.lower()), None)
        if entry is None or entry.kind != "worksheet":
            return ()
        try:
            return self.load(entry).laid.cells
        except InvalidInput:
            return ()  # said when the sheet's own turn comes


_EMPTY_SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData></sheetData></worksheet>'
)


def _without_rows(data: bytes) -> bytes:
    start, end = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    return data[: start + len(b"<sheetData>")] + data[end:] if 0 <= start < end else _EMPTY_SHEET


def _workbook_part(package: Package) -> str:
    for relationship in package.related("", "officeDocument"):
        if package.has(relationship.target):
            return relationship.target
    if package.has("xl/workbook.xml"):
        return "xl/workbook.xml"
    raise InvalidInput("xlsx.no_workbook")


def _areas(text: str) -> tuple[Area, ...]:
    """Read a print area, which may have several parts; one that must be calculated gives none."""
    areas = [parse_area(split_reference(part)[1]) for part in split_union(text)]
    return tuple(area for area in areas if area is not None)
