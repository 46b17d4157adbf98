"""Ruled tables that are forms: labels with their values, found as on sheets of a workbook."""

from collections.abc import Iterable
from dataclasses import replace

from genba.formats.layout.areas import Rect
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundHeading, FoundTable
from genba.formats.layout.gridded import grid_cells
from genba.formats.layout.sheet import ALL_SIDES, arrange
from genba.model.cells import Cell
from genba.model.document import Node
from genba.model.marks import Mark
from genba.model.nodes import Choice, Choices, Grid, Pair, Paragraph, Role
from genba.model.place import Place

MOST_CELLS = 2_000


def as_form(node: Node) -> list[Node]:
    """Give the fields and tables of a form instead of its grid; whatever else stays as it is."""
    if not isinstance(node, Grid) or len(node.cells) > MOST_CELLS:
        return [node]
    found = arrange([replace(cell, style=replace(cell.style, borders=ALL_SIDES)) for cell in node.cells])
    if len(found) == 1 and isinstance(found[0], FoundTable):
        header, first = node.header_rows or found[0].header_rows, node.header_columns or found[0].header_columns
        return [replace(node, header_rows=header, header_columns=first)]
    if not any(isinstance(item, FoundField | FoundChoices) for item in found):
        return [node]
    return [_part(item, node) for item in found]


def _part(item: Found, grid: Grid) -> Node:
    place, marks, sure = _place(item.rect, grid), _marks(item.cells), _sureness(item.cells)
    if isinstance(item, FoundTable):
        cells, rows, columns = grid_cells(item)
        return Grid(
            cells=cells, rows=rows, columns=columns, header_rows=item.header_rows, header_columns=item.header_columns,
            caption="/".join(item.groups), place=place, marks=marks, confidence=sure,
            row_places=_row_places(item, grid, rows),
        )  # fmt: skip
    if isinstance(item, FoundField):
        return Pair(
            label=item.path, value=item.value, unit=item.unit, place=place, label_place=place, marks=marks,
            confidence=_sureness((*item.cells, *item.label_cells)),
        )  # fmt: skip
    if isinstance(item, FoundChoices):
        options = tuple(Choice(text=text, selected=on) for text, on in item.options)
        return Choices(label=item.path, options=options, place=place, marks=marks)
    role = Role.TITLE if not isinstance(item, FoundHeading) and item.is_title else Role.BODY
    return Paragraph(text=item.text, role=role, number=item.number, place=place, marks=marks, confidence=sure)


def _row_places(item: FoundTable, grid: Grid, rows: int) -> tuple[Place, ...]:
    if len(item.row_cuts) < rows or not grid.row_places:
        return ()
    ends = (*item.row_cuts[1:rows], item.rect.bottom)
    return tuple(
        _place(Rect(top, item.rect.left, bottom, item.rect.right), grid)
        for top, bottom in zip(item.row_cuts[:rows], ends, strict=True)
    )


def _place(rect: Rect, grid: Grid) -> Place:
    """The rows that a part stands in, as far as the grid tells where they are."""
    boxes = [place.box for place in grid.row_places[rect.top : max(rect.bottom, rect.top + 1)] if place.box]
    if not boxes:
        return grid.place
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return replace(grid.place, box=(left, top, right, bottom))


def _marks(cells: Iterable[Cell]) -> frozenset[Mark]:
    return frozenset({Mark.UNCERTAIN}) if any(Mark.UNCERTAIN in cell.marks for cell in cells) else frozenset()


def _sureness(cells: Iterable[Cell]) -> float:
    """What was read least surely decides."""
    return min((cell.confidence for cell in cells if cell.text), default=1.0)
