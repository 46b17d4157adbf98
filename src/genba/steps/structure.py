"""Sheets become what a reader sees on them: headings, tables, form fields, check boxes, text, and what lies on top."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from genba.formats.layout.areas import Rect, bounds
from genba.formats.layout.boxes import join_cells
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundHeading, FoundTable, FoundText
from genba.formats.layout.gridded import grid_cells, readings_of
from genba.formats.layout.sheet import arrange
from genba.formats.layout.wording import Marker, one_line
from genba.formats.ranges import Area, cell_name, parse_area
from genba.model.cells import Cell
from genba.model.document import Document, Node, Revision
from genba.model.marks import Mark
from genba.model.nodes import ROWS_PLACED, Choice, Choices, Figure, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.sheet import Sheet

_STRUCK = frozenset((Mark.WITHDRAWN, Mark.PARTLY_WITHDRAWN))
# Markdown and HTML know six levels; the sheet's name is the first.
DEEPEST = 6


def sheets(document: Document) -> Document:
    """Resolve every sheet into headings, grids, pairs, choices and paragraphs in reading order; nothing is lost."""
    if not any(isinstance(node, Sheet) for node in document.nodes):
        return document
    nodes: list[Node] = []
    revisions = list(document.revisions)
    for node in document.nodes:
        if isinstance(node, Sheet):
            nodes.extend(_resolve(node))
            revisions.extend(_struck(node))
        else:
            nodes.append(node)
    return replace(document, nodes=tuple(nodes), revisions=tuple(revisions))


def _struck(sheet: Sheet) -> Iterator[Revision]:
    """Struck-through runs taken out of a text are kept as deletions."""
    for cell in sheet.cells:
        if cell.withdrawn and cell.text:
            place = Place(sheet=sheet.name, range=cell_name(cell.row, cell.column))
            yield Revision(kind="deleted", text=cell.withdrawn, place=place)


def _resolve(sheet: Sheet) -> list[Node]:
    found = arrange(_readable(sheet.cells), _declared(sheet))
    captions = {one_line(item.caption) for item in sheet.on_top if isinstance(item, Figure) and item.caption}
    build = _Builder(sheet)
    placed: list[tuple[tuple[int, int], list[Node]]] = []
    for item in found:
        if isinstance(item, FoundText | FoundHeading) and captions and one_line(item.text) in captions:
            captions.discard(one_line(item.text))  # the figure carries it
            continue
        placed.append(((item.rect.top, item.rect.left), build.nodes(item)))
    title = Heading(text=sheet.name, level=1, place=sheet.place if sheet.place.sheet else Place(sheet=sheet.name),
                    marks=sheet.marks)  # fmt: skip
    return [title, *_with_on_top(sheet, placed)]


def _readable(cells: tuple[Cell, ...]) -> Sequence[Cell]:
    """A text that is struck through entirely is still there to be read, marked as withdrawn."""
    if not any(cell.withdrawn and not cell.text for cell in cells):
        return cells
    return [
        replace(
            cell, text=cell.withdrawn, withdrawn="", marks=(cell.marks - {Mark.PARTLY_WITHDRAWN}) | {Mark.WITHDRAWN}
        )
        if cell.withdrawn and not cell.text
        else cell
        for cell in cells
    ]


def _declared(sheet: Sheet) -> list[Rect]:
    """Ranges that the author declared as tables, as far as they do not overlap."""
    rects: list[Rect] = []
    for text in sheet.tables[:200]:
        area = parse_area(text)
        if area is None:
            continue
        rect = Rect(area.top, area.left, min(area.bottom + 1, sheet.rows), min(area.right + 1, sheet.columns))
        if rect.bottom > rect.top and rect.right > rect.left and not any(rect.meets(other) for other in rects):
            rects.append(rect)
    filtered = _filtered(sheet)
    if filtered is not None and not any(filtered.meets(other) for other in rects):
        rects.append(filtered)
    return rects


def _filtered(sheet: Sheet) -> Rect | None:
    """A list without lines that the author filters: its first row is the header, rows right below belong to it."""
    area = parse_area(sheet.auto_filter) if sheet.auto_filter else None
    if area is None or area.right == area.left:
        return None
    inside = [cell for cell in sheet.cells if area.left <= cell.column <= area.right]
    rows = {cell.row for cell in inside if cell.text.strip() and cell.row >= area.top}
    bottom = area.top
    while bottom in rows:
        bottom += 1
    head = sum(1 for cell in inside if cell.row == area.top and cell.text.strip())
    above = sum(1 for cell in inside if cell.row == area.top - 1 and cell.text.strip())
    ruled = any(cell.style.borders or cell.row_span > 1 for cell in inside if area.top <= cell.row < bottom)
    if ruled or above > 1 or bottom - area.top < 2 or head * 5 < (area.right - area.left + 1) * 4:
        return None  # lines, names in several rows and spans tell more than the filter does
    return Rect(area.top, area.left, bottom, area.right + 1)


def _with_on_top(sheet: Sheet, placed: list[tuple[tuple[int, int], list[Node]]]) -> list[Node]:
    """Figures, comments and the like stand after the last thing that begins above or left of them."""
    order = sorted(range(len(placed)), key=lambda index: placed[index][0])
    starts = [placed[index][0] for index in order]
    before: list[Node] = []
    after: dict[int, list[Node]] = {}
    end: list[Node] = []
    for item in sheet.on_top:
        node = replace(item, marks=item.marks | sheet.marks) if sheet.marks else item
        area = parse_area(item.place.range) if item.place.range else None
        if area is not None and isinstance(node, Choices) and not node.label:
            node = _labelled(node, area, placed)
        if area is None:
            (before if isinstance(item, Paragraph) and item.role is Role.HEADER else end).append(node)
            continue
        position = bisect_right(starts, (area.top, area.left))
        if position == 0:
            before.append(node)
        else:
            after.setdefault(order[position - 1], []).append(node)
    nodes = list(before)
    for index, (_, built) in enumerate(placed):
        nodes.extend(built)
        nodes.extend(after.get(index, ()))
    return [*nodes, *end]


def _labelled(choices: Choices, area: Area, placed: list[tuple[tuple[int, int], list[Node]]]) -> Choices:
    """Form controls laid over an empty field take its label, and its place in the reading."""
    for _, nodes in placed:
        for index, node in enumerate(nodes):
            if not isinstance(node, Pair) or node.value:
                continue
            field = parse_area(node.place.range)
            if field is not None and field.top - 1 <= area.top <= field.bottom and field.meets(area):
                del nodes[index]
                return replace(choices, label=node.label, marks=choices.marks | node.marks)
    return choices


class _Builder:
    """Makes nodes of what was found on one sheet; it remembers the headings above for their levels."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.above: list[Marker] = []

    def nodes(self, item: Found) -> list[Node]:
        """The nodes for one find."""
        if isinstance(item, FoundTable):
            return [self._grid(item)]
        if isinstance(item, FoundField):
            return [self._pair(item)]
        if isinstance(item, FoundChoices):
            return [
                Choices(
                    label=item.path, options=tuple(Choice(text=text, selected=on) for text, on in item.options),
                    place=self._place(item.rect), marks=self._marks(item.cells or item.label_cells),
                )
            ]  # fmt: skip
        if isinstance(item, FoundHeading):
            return [
                Heading(
                    text=item.text, level=self._level(item.marker), number=item.number, place=self._place(item.rect),
                    marks=self._marks(item.cells), readings=readings_of(item.cells),
                )
            ]  # fmt: skip
        role = Role.TITLE if item.is_title else Role.LIST_ITEM if item.number else Role.BODY
        return [
            Paragraph(
                text=item.text, role=role, number=item.number, place=self._place(item.rect),
                marks=self._marks(item.cells), readings=readings_of(item.cells),
            )
        ]  # fmt: skip

    def _place(self, rect: Rect) -> Place:
        return Place(sheet=self.sheet.name, range=_range(rect))

    def _marks(self, cells: Iterable[Cell]) -> frozenset[Mark]:
        """What all cells share; struck-through parts count wherever they are."""
        every = {cell.marks for cell in cells}
        marks = self.sheet.marks.union(frozenset.intersection(*every)) if every else self.sheet.marks
        if Mark.WITHDRAWN not in marks and any(found & _STRUCK for found in every):
            marks |= {Mark.PARTLY_WITHDRAWN}
        return marks

    def _level(self, marker: Marker) -> int:
        if marker in self.above:
            del self.above[self.above.index(marker) + 1 :]
        else:
            self.above.append(marker)
        return min(1 + len(self.above), DEEPEST)

    def _pair(self, item: FoundField) -> Pair:
        cells = [cell for cell in item.cells if cell.text.strip()]
        raw = cells[0].value if len(cells) == 1 and cells[0].value != item.value else None
        if isinstance(raw, str) and (raw.strip() == item.value or len(item.cells) == len(item.label_cells)):
            raw = None
        unit = item.unit or next((cell.unit for cell in cells if cell.unit), "")
        labels = item.label_cells or item.group_cells
        return Pair(
            label=item.path, value=item.value, unit=unit, raw=raw, place=self._place(item.rect),
            label_place=self._place(bounds(labels)) if labels else self._place(item.rect),
            marks=self._marks(cells or labels), readings=readings_of(cells),
        )  # fmt: skip

    def _grid(self, item: FoundTable) -> Grid:
        cells, height, width = grid_cells(item)
        return Grid(
            cells=cells, rows=height, columns=width, header_rows=item.header_rows,
            header_columns=item.header_columns, caption=self._caption(item), place=self._place(item.rect),
            marks=self._marks(item.cells) - {Mark.PARTLY_WITHDRAWN}, row_places=self._row_places(item, height),
        )  # fmt: skip

    def _row_places(self, item: FoundTable, height: int) -> tuple[Place, ...]:
        """Where the logical rows stand on the sheet."""
        if height > ROWS_PLACED:
            return ()
        cuts, rect = item.row_cuts, item.rect
        ends = [*cuts[1:height], rect.bottom]
        return tuple(
            self._place(Rect(top, rect.left, max(bottom, top + 1), rect.right))
            for top, bottom in zip(cuts[:height], ends, strict=False)
        )

    def _caption(self, item: FoundTable) -> str:
        return "/".join(item.groups) or one_line(join_cells(item.caption))


def _range(rect: Rect) -> str:
    start = cell_name(rect.top, rect.left)
    end = cell_name(max(rect.bottom - 1, rect.top), max(rect.right - 1, rect.left))
    return start if start == end else f"{start}:{end}"
