"""One sheet put together: its cells, what lies on top of them, lists, headers, and what was noticed."""

from collections.abc import Iterator
from dataclasses import replace

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Relationship
from genba.formats.ranges import Area, cell_name, qualified
from genba.model.finding import Finding, Severity
from genba.model.marks import Mark
from genba.model.nodes import Choices, Comment, Figure, Paragraph, Role
from genba.model.place import Place
from genba.model.sheet import CodeList, Sheet
from genba.ports.reader import Part
from genba.readers.xlsx.book import Book, Entry, Loaded
from genba.readers.xlsx.captions import find_captions, is_caption
from genba.readers.xlsx.comments import read_comments
from genba.readers.xlsx.controls import grouped, parse_vml, read_controls, with_states
from genba.readers.xlsx.drawings import Canvas, Drawing, OnTop, Placed
from genba.readers.xlsx.geometry import Geometry
from genba.readers.xlsx.lists import code_lists
from genba.readers.xlsx.sheets import furniture
from genba.readers.xlsx.troubles import finding_of

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROWS_LOOKED_AT = 5_000  # of a range that may be hidden as a whole


class Worksheet:
    """Reads what belongs to one sheet; findings and pictures gather in `notes`."""

    def __init__(self, book: Book, entry: Entry, file_name: str) -> None:
        """Raises InvalidInput where nothing of the sheet can be read."""
        self.book = book
        self.entry = entry
        self.file_name = file_name
        self.loaded: Loaded = book.load(entry)
        self.place = Place(sheet=entry.name)
        self.notes: list[Part] = []

    def parts(self) -> Iterator[Part]:
        """Give the sheet, its lists and what was noticed."""
        settings, laid = self.loaded.settings, self.loaded.laid
        placed = self._on_top()
        on_top = [*furniture(settings, self.entry.name, self.file_name), *(found.node for found in placed)]
        lists = self._lists()
        yield Sheet(
            name=self.entry.name,
            cells=tuple(laid.cells),
            rows=laid.rows,
            columns=laid.columns,
            on_top=tuple(on_top),
            print_areas=tuple(str(area) for area in self.entry.print_areas),
            tables=self._tables(),
            auto_filter=settings.auto_filter,
            frozen_rows=settings.frozen_rows,
            code_lists=tuple(lists),
            column_widths=self._widths(),
            row_heights=self._heights(),
            place=self.place,
            marks=frozenset((Mark.HIDDEN,)) if self.entry.hidden else frozenset(),
        )
        yield from self.book.pictures.collect()
        for found in lists:  # of the document, where a range needs its sheet
            where = " ".join(qualified(self.entry.name, area) for area in found.range.split())
            yield replace(found, range=where)
        yield from self.notes
        yield from self._findings()

    def _findings(self) -> Iterator[Finding]:
        laid = self.loaded.laid
        for code, cells in (("xlsx.formula_without_value", laid.without_value), ("xlsx.covered_values", laid.covered)):
            if cells:
                place = Place(sheet=self.entry.name, range=cells[0])
                details: dict[str, str | int | float] = {
                    "sheet": self.entry.name,
                    "cell": cells[0],
                    "count": len(cells),
                }
                yield Finding(code=code, place=place, details=details, count=len(cells))
        if self.loaded.scanned.broken_line:
            error = InvalidInput("xml.broken", name=self.entry.part, line=self.loaded.scanned.broken_line)
            yield finding_of(error, self.place)

    def marks_of(self, area: Area) -> frozenset[Mark]:
        """Say whether a range is hidden as a whole, or lies outside every print area."""
        marks: set[Mark] = set()
        hidden_rows = self.loaded.laid.hidden_rows
        rows = range(area.top, min(area.bottom, area.top + _ROWS_LOOKED_AT) + 1)
        hidden_columns = self.loaded.settings.hidden_columns
        if (hidden_rows and all(row in hidden_rows for row in rows)) or (
            hidden_columns
            and all(
                any(first <= column <= last for first, last in hidden_columns)
                for column in range(area.left, area.right + 1)
            )
        ):
            marks.add(Mark.HIDDEN)
        areas = self.entry.print_areas
        if areas and not any(area.meets(printed) for printed in areas):
            marks.add(Mark.OUTSIDE_PRINT_AREA)
        return frozenset(marks)

    def _on_top(self) -> list[Placed]:
        settings, laid = self.loaded.settings, self.loaded.laid
        geometry = Geometry(
            [(first, last, 0.0 if hidden else width) for first, last, width, hidden in settings.columns],
            {**laid.heights, **dict.fromkeys(laid.hidden_rows, 0.0)},
            default_width=settings.default_width,
            default_height=settings.default_height,
            base_font=self.book.styles.base_font if settings.drawings or settings.legacy_drawings else "",
        )
        placed, handled = self._controls(geometry)
        canvas = Canvas(
            sheet=self.entry.name,
            geometry=geometry,
            marks_of=self.marks_of,
            package=self.book.package,
            pictures=self.book.pictures,
            handled=frozenset(handled),
        )
        for key in settings.drawings:
            part = self._target(key)
            try:
                drawing = Drawing(canvas, part)
                placed += drawing.nodes()
                self.notes += drawing.notes
            except InvalidInput as error:
                self.note(error)
        placed += self._cell_pictures()
        placed = self._captioned(placed)
        placed.sort(key=lambda found: (found.area.top, found.area.left))
        return placed + self._comments()

    def _target(self, key: str) -> str:
        found: Relationship | None = self.loaded.relationships.get(key)
        return found.target if found is not None and not found.external else key

    def _controls(self, geometry: Geometry) -> tuple[list[Placed], set[str]]:
        placed: list[Placed] = []
        handled: set[str] = set()
        for key in self.loaded.settings.legacy_drawings:
            part = self._target(key)
            try:
                controls = read_controls(parse_vml(self.book.package.read(part), name=part), geometry)
            except InvalidInput as error:
                self.note(error)
                continue
            controls = with_states(controls, self.book.package, self.loaded.scanned.settings, self.loaded.relationships)
            groups = grouped(controls)
            labels = {group.label for group in groups}
            for group in groups:
                place = Place(sheet=self.entry.name, range=str(group.area))
                marks = self.marks_of(group.area)
                node: OnTop = Choices(label=group.label, options=group.options, place=place, marks=marks)
                placed.append(Placed(group.area, node))
            for control in controls:
                chosen = control.kind in ("Checkbox", "Radio") or (control.kind == "GBox" and control.text in labels)
                if control.text or chosen:
                    handled.add(control.key)
                if control.text and not chosen:
                    place = Place(sheet=self.entry.name, range=str(control.area))
                    marks = self.marks_of(control.area)
                    node = Paragraph(text=control.text, role=Role.TEXT_BOX, place=place, marks=marks)
                    placed.append(Placed(control.area, node))
        return placed, handled

    def _cell_pictures(self) -> list[Placed]:
        placed: list[Placed] = []
        for (row, column), index in self.loaded.laid.images.items():
            part = self.book.cell_images.get(index)
            if part is not None:
                area = Area(row, column, row, column)
                place = Place(sheet=self.entry.name, range=cell_name(row, column))
                name = self.book.pictures.name(part, place)
                placed.append(Placed(area, Figure(image=name, place=place, marks=self.marks_of(area))))
        return placed

    def _captioned(self, placed: list[Placed]) -> list[Placed]:
        """Give each figure the caption beside it; the caption stays where it stands as well."""
        if not any(isinstance(found.node, Figure) for found in placed):
            return placed
        texts = [
            (Area(c.row, c.column, c.row + c.row_span - 1, c.column + c.column_span - 1), c.text)
            for c in self.loaded.laid.cells
            if c.text and is_caption(c.text)
        ]
        texts += [(found.area, found.node.text) for found in placed if isinstance(found.node, Paragraph)]
        figures = [found.area for found in placed if isinstance(found.node, Figure)]
        captions = iter(find_captions(figures, texts))
        return [
            Placed(found.area, replace(found.node, caption=next(captions))) if isinstance(found.node, Figure) else found
            for found in placed
        ]

    def _comments(self) -> list[Placed]:
        found, troubles = read_comments(self.book.package, dict(self.loaded.relationships), dict(self.book.persons))
        for error in troubles:
            self.note(error)
        placed: list[Placed] = []
        for area, comment in found:
            place = Place(sheet=self.entry.name, range=str(area))
            node: Comment = replace(comment, place=place, marks=comment.marks | self.marks_of(area))
            placed.append(Placed(area, node))
        return placed

    def _lists(self) -> list[CodeList]:
        lists = self.loaded.settings.lists
        if not lists:
            return []
        resolved, unresolved = code_lists(lists, self.entry.name, self.book.names, self.book.cells_of)
        if unresolved:
            first = str(unresolved[0].areas[0])
            self.notes.append(
                Finding(
                    code="xlsx.list_unresolved",
                    severity=Severity.NOTICE,
                    place=Place(sheet=self.entry.name, range=first),
                    details={"sheet": self.entry.name, "cell": first, "count": len(unresolved)},
                    count=len(unresolved),
                )
            )
        return resolved

    def _tables(self) -> tuple[str, ...]:
        ranges: list[str] = []
        for relationship in self.loaded.relationships.values():
            if relationship.type != "table" or relationship.external:
                continue
            try:
                reference = self.book.package.xml(relationship.target).get("ref") or ""
            except InvalidInput as error:
                self.note(error)
                continue
            if reference:
                ranges.append(reference.replace("$", ""))
        return tuple(ranges)

    def _widths(self) -> tuple[float, ...]:
        settings, count = self.loaded.settings, self.loaded.laid.columns
        if not settings.columns:
            return ()
        widths = [settings.default_width or 8.43] * count
        for first, last, width, _ in settings.columns:
            for column in range(first, min(last + 1, count)):
                widths[column] = width
        return tuple(widths)

    def _heights(self) -> tuple[float, ...]:
        heights, count = self.loaded.laid.heights, self.loaded.laid.rows
        if not heights:
            return ()
        default = self.loaded.settings.default_height
        return tuple(heights.get(row, default) for row in range(count))

    def note(self, error: InvalidInput) -> None:
        """Keep what could not be read as a finding, and go on."""
        self.notes.append(finding_of(error, self.place))
