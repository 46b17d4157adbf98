"""Ruled areas of a sheet: what is joined by borders stands together, be it a table or a form."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from genba.model.cells import Cell

LEFT, TOP, RIGHT, BOTTOM = 1, 2, 4, 8

# A sheet with more separate ruled areas than this is decoration (or an attack): its borders are not followed.
MAX_AREAS = 500


class Rect(NamedTuple):
    """Rows and columns from 0; bottom and right are exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, cell: Cell) -> bool:
        """Whether the cell begins inside."""
        return self.top <= cell.row < self.bottom and self.left <= cell.column < self.right

    def meets(self, other: "Rect") -> bool:
        """Whether the two share a position."""
        return (
            self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right
        )


class Area(NamedTuple):
    """A ruled area and its bordered cells, row-major."""

    rect: Rect
    cells: tuple[Cell, ...]


def bounds(cells: Sequence[Cell]) -> Rect:
    """The smallest rectangle around cells."""
    return Rect(
        min([cell.row for cell in cells]),
        min([cell.column for cell in cells]),
        max([cell.row + cell.row_span for cell in cells]),
        max([cell.column + cell.column_span for cell in cells]),
    )


class _Union:
    """Union–find over runs of bordered cells."""

    def __init__(self) -> None:
        self.parent: list[int] = []

    def add(self) -> int:
        self.parent.append(len(self.parent))
        return len(self.parent) - 1

    def find(self, item: int) -> int:
        parent = self.parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        first, second = self.find(one), self.find(other)
        if first != second:
            self.parent[max(first, second)] = min(first, second)


def ruled_areas(cells: Sequence[Cell]) -> list[Area]:
    """Join bordered cells that touch; frames around whole pages are taken away, overlapping areas become one."""
    bordered = [cell for cell in cells if cell.style.borders]
    if not bordered:
        return []
    groups = _touching(bordered)
    if len(groups) > MAX_AREAS:
        return []
    areas = [Area(bounds(group), tuple(group)) for group in groups]
    areas = [area for area in areas if not _is_frame(area, cells)]
    return _merge_overlapping(areas)


def _touching(bordered: Sequence[Cell]) -> list[list[Cell]]:
    union = _Union()
    run_of: list[int] = []
    # the lowest bordered cell of each column as disjoint intervals, so that tall and wide merges cost nothing extra
    lefts: list[int] = []
    spans: list[tuple[int, int, int]] = []  # right, bottom, run
    row, left, right, run = -1, -1, -1, -1  # a run of neighbours one row high, covered at its end
    for cell in bordered:
        if cell.row != row or cell.column > right or cell.row_span > 1:
            if left >= 0:
                _cover(lefts, spans, (row, left, row + 1, right, run), union)
            if cell.row != row or cell.column > right:
                run = union.add()
            row, left = cell.row, cell.column
        right = cell.column + cell.column_span
        if cell.row_span > 1:
            _cover(lefts, spans, (row, cell.column, row + cell.row_span, right, run), union)
            left = -1
        elif left < 0:
            left = cell.column
        run_of.append(run)
    if left >= 0:
        _cover(lefts, spans, (row, left, row + 1, right, run), union)
    groups: dict[int, list[Cell]] = {}
    for cell, run in zip(bordered, run_of, strict=True):
        groups.setdefault(union.find(run), []).append(cell)
    return list(groups.values())


def _cover(
    lefts: list[int], spans: list[tuple[int, int, int]], new: tuple[int, int, int, int, int], union: _Union
) -> None:
    top, left, bottom, right, run = new
    first = bisect_right(lefts, left) - 1
    if first >= 0 and spans[first][0] < left:  # beside, not touching
        first += 1
    first = max(first, 0)
    last = first
    keep: list[tuple[int, tuple[int, int, int]]] = []
    while last < len(lefts) and lefts[last] <= right:
        old_left, (old_right, old_bottom, old_run) = lefts[last], spans[last]
        over = old_left < right and left < old_right
        beside = (old_right == left or old_left == right) and old_bottom > top
        if (over and old_bottom >= top) or beside:
            union.join(old_run, run)
        if old_left < left:
            keep.append((old_left, (min(old_right, left), old_bottom, old_run)))
        if old_right > right:
            keep.append((max(old_left, right), (old_right, old_bottom, old_run)))
        last += 1
    keep.append((left, (right, bottom, run)))
    keep.sort()
    lefts[first:last] = [item[0] for item in keep]
    spans[first:last] = [item[1] for item in keep]


def _is_frame(area: Area, cells: Sequence[Cell]) -> bool:
    """A line drawn around a whole page or block, with free layout inside: it orders nothing by itself."""
    top, left, bottom, right = area.rect
    if bottom - top < 4 or right - left < 4:
        return False
    for cell in area.cells:
        inner = cell.row > top and cell.row + cell.row_span < bottom and cell.column > left
        if inner and cell.column + cell.column_span < right:
            return False
        crossing = cell.row_span > 1 and cell.row > top and cell.row + cell.row_span < bottom and cell.column_span > 2
        if crossing:
            return False
    if sum(cell.row_span * cell.column_span for cell in area.cells) * 2 > (bottom - top) * (right - left):
        return False  # it is filled with boxes
    # a box with one or two texts is a box, not a frame
    return sum(1 for cell in cells if cell.text and area.rect.holds(cell)) > 4


def _merge_overlapping(areas: list[Area]) -> list[Area]:
    areas.sort(key=lambda area: area.rect)
    changed = True
    while changed:
        changed = False
        merged: list[Area] = []
        for area in areas:
            for index, other in enumerate(merged):
                if area.rect.meets(other.rect):
                    both = sorted((*other.cells, *area.cells), key=lambda cell: (cell.row, cell.column))
                    merged[index] = Area(bounds(both), tuple(both))
                    changed = True
                    break
            else:
                merged.append(area)
        areas = merged
    return areas
