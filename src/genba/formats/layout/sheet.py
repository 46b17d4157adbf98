"""A whole sheet: boxed areas, declared tables and free text found, put in reading order, nothing left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from genba.formats.layout.areas import BOTTOM, LEFT, RIGHT, TOP, Area, Rect, ruled_areas
from genba.formats.layout.boxes import Box, token, trim
from genba.formats.layout.forms import read_form
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundHeading, FoundTable, FoundText
from genba.formats.layout.free import read_free
from genba.formats.layout.lattice import find_boxes
from genba.formats.layout.options import merge_choices
from genba.formats.layout.order import reading_order
from genba.formats.layout.roles import Roles, names_document, sampled
from genba.formats.layout.wording import is_unit, is_value, label_score, one_line
from genba.model.cells import Cell

ALL_SIDES = LEFT | TOP | RIGHT | BOTTOM
# A text inside a box with more cells than this is a passage laid out freely, read line by line.
PASSAGE_CELLS = 3


class _Unit(NamedTuple):
    rect: Rect
    found: list[Found]


def arrange(cells: Sequence[Cell], declared: Iterable[Rect] = ()) -> list[Found]:
    """What stands on a sheet, in reading order; every cell with a text is in what is found."""
    used = [cell for cell in cells if cell.text.strip() or cell.style.borders]
    units: list[_Unit] = []
    for rect in declared:
        inside = [cell for cell in used if rect.holds(cell)]
        if sum(1 for cell in inside if cell.text.strip()) > 1:
            units.append(_Unit(rect, [_declared(rect, inside)]))
            used = [cell for cell in used if not rect.holds(cell)]
    free = _areas(used, units)
    if free:
        units.extend(_Unit(item.rect, [item]) for item in read_free(free, _sheet_roles(cells)))
    ordered = reading_order(units, lambda unit: unit.rect)
    found = _complete([item for unit in ordered for item in unit.found], cells)
    return _titled(merge_choices(found))


def _titled(found: list[Found]) -> list[Found]:
    """The first text of a sheet is its title when it is called 〜書, 〜票 or set wide and short."""
    for index, item in enumerate(found[:4]):
        if isinstance(item, FoundText) and item.is_title:
            break
        if isinstance(item, FoundText | FoundHeading) and names_document(item.text):
            found[index] = FoundText(rect=item.rect, text=one_line(item.text), is_title=True, cells=item.cells)
            break
    return found


def _sheet_roles(cells: Sequence[Cell]) -> Roles:
    texts = [cell for cell in cells if cell.text.strip()][:2000]  # enough to know what is usual on the sheet
    return Roles([token(cell) for cell in sampled(texts)])


def _declared(rect: Rect, cells: Sequence[Cell]) -> FoundTable:
    return FoundTable(
        rect=rect,
        boxes=tuple(token(cell) for cell in cells if cell.text.strip()),
        row_cuts=tuple(range(rect.top, rect.bottom)),
        column_cuts=tuple(range(rect.left, rect.right)),
        header_rows=1,
        reason="declared by the author",
    )


def _areas(used: Sequence[Cell], units: list[_Unit]) -> list[Cell]:
    """Read the boxed areas into units; return the cells that stand free."""
    areas = ruled_areas(used)
    if not areas:
        return [cell for cell in used if cell.text.strip()]
    inside, outside = _held(used, areas)
    free = {(cell.row, cell.column): cell for cell in outside if cell.text.strip()}
    by_row: dict[int, list[Cell]] = {}
    for cell in free.values():
        by_row.setdefault(cell.row, []).append(cell)
    taken: set[tuple[int, int]] = set()
    for area, cells in zip(areas, inside, strict=True):
        boxes = find_boxes(cells, area.rect)
        if boxes is None or not any(box.closed.bit_count() >= 3 for box in boxes):  # underlines enclose nothing
            free.update({(cell.row, cell.column): cell for cell in _with_blanks(cells)})
            continue
        if _heads_free_rows(area.rect, boxes, by_row):
            free.update({(cell.row, cell.column): cell for cell in cells if cell.text.strip()})
            continue
        loose = [box.rect for box in boxes if not _is_enclosed(box) and not _goes_on(box, boxes)]
        if loose:  # underlined fields that touch a box above or below
            open_cells = [cell for cell in cells if any(rect.holds(cell) for rect in loose)]
            free.update({(cell.row, cell.column): cell for cell in _with_blanks(open_cells)})
            boxes = [box for box in boxes if box.rect not in loose]
        rect = trim(boxes) or area.rect
        adopted = _adopt(rect, boxes, by_row, taken)
        boxes = [*boxes, *adopted]
        for box in adopted:
            rect = Rect(
                min(rect.top, box.top),
                min(rect.left, box.left),
                max(rect.bottom, box.bottom),
                max(rect.right, box.right),
            )
        units.append(_Unit(rect, _passages(read_form(boxes))))
    return [free[key] for key in sorted(free) if key not in taken]


def _held(cells: Sequence[Cell], areas: Sequence[Area]) -> tuple[list[list[Cell]], list[Cell]]:
    """The cells that begin in each area, and the rest; areas do not overlap and come from the top."""
    inside: list[list[Cell]] = [[] for _ in areas]
    outside: list[Cell] = []
    tops = [area.rect.top for area in areas]
    top = left = bottom = right = -1
    holder = outside
    for cell in cells:
        if not (top <= cell.row < bottom and left <= cell.column < right):
            for index in range(bisect_left(tops, cell.row + 1) - 1, -1, -1):
                if areas[index].rect.holds(cell):
                    top, left, bottom, right = areas[index].rect
                    holder = inside[index]
                    break
            else:
                outside.append(cell)
                continue
        holder.append(cell)
    return inside, outside


def _heads_free_rows(rect: Rect, boxes: Sequence[Box], by_row: dict[int, list[Cell]]) -> bool:
    """A boxed header over a body without lines."""
    if len(boxes) < 2 or rect.bottom - rect.top > 3 or any(box.is_empty or is_value(box.text) for box in boxes):
        return False
    below = [cell for cell in by_row.get(rect.bottom, ()) if rect.left <= cell.column < rect.right]
    starts = {box.left for box in boxes}
    return len(below) * 2 >= len(starts) and sum(cell.column in starts for cell in below) * 2 > len(below)


def _is_enclosed(box: Box) -> bool:
    """Lines on three sides, or left and right of a text (the rest may be lost in a merged range)."""
    sides = LEFT | RIGHT
    return box.closed.bit_count() >= 3 or (bool(box.cells) and box.closed & sides == sides)


def _goes_on(box: Box, boxes: Sequence[Box]) -> bool:
    """A name over several columns beside another one like it, open at its end: a group in a table's header."""
    if not box.cells or box.cells[0].column_span < 2 or not box.closed & LEFT or not box.closed & BOTTOM:
        return False
    return any(
        other.right == box.left and other.top == box.top and other.bottom == box.bottom and other.closed == ALL_SIDES
        for other in boxes
    )


def _with_blanks(cells: Sequence[Cell]) -> list[Cell]:
    """Texts, and underlined blanks between them; blanks that go on from cell to cell are one."""
    result: list[Cell] = []
    for cell in sorted(cells, key=lambda item: (item.row, item.column)):
        if cell.text.strip():
            result.append(cell)
            continue
        if not cell.style.borders & BOTTOM:
            continue
        last = result[-1] if result else None
        if last is not None and last.row == cell.row and last.column + last.column_span == cell.column:
            if not last.text.strip():
                result[-1] = replace(last, column_span=last.column_span + cell.column_span)
            elif not last.style.borders & BOTTOM:
                result.append(cell)
            continue  # the rest of a line under a text
        result.append(cell)
    return result


def _adopt(rect: Rect, boxes: Sequence[Box], by_row: dict[int, list[Cell]], taken: set[tuple[int, int]]) -> list[Box]:
    """Texts outside that belong to boxes: a label before or above a box without one, a unit behind it."""
    adopted: list[Box] = []
    lone = all(box.is_empty or is_value(box.text) or label_score(box.text) < 1.0 for box in boxes)
    rows = sorted({box.top for box in boxes})
    if lone and len(boxes) <= 40:
        above = _labels_above(rect, boxes, by_row, taken)
        adopted.extend(above)
        if not above:
            for top in rows:
                label = _label_before(top, rect, boxes, by_row, taken)
                if label is not None:
                    adopted.append(label)
    for top in rows[:200]:
        for cell in by_row.get(top, ()):
            if rect.right <= cell.column <= rect.right + 1 and is_unit(cell.text) and (top, cell.column) not in taken:
                height = max(
                    (box.bottom for box in boxes if box.top == top and box.right == rect.right), default=top + 1
                )
                taken.add((top, cell.column))
                adopted.append(Box(top, rect.right, height, cell.column + cell.column_span, [cell], "", 0))
    return adopted


def _labels_above(
    rect: Rect, boxes: Sequence[Box], by_row: dict[int, list[Cell]], taken: set[tuple[int, int]]
) -> list[Box]:
    if any(box.top != rect.top for box in boxes):
        return []
    found = []
    for box in boxes:
        over = [
            cell
            for cell in by_row.get(rect.top - 1, ())
            if box.left <= cell.column < box.right and (cell.row, cell.column) not in taken
        ]
        if len(over) != 1 or label_score(over[0].text) < 1.0:
            return []
        found.append(Box(rect.top - 1, box.left, rect.top, box.right, [over[0]], over[0].style.fill, 0))
    if len({(box.cells[0].row, box.cells[0].column) for box in found}) != len(found):
        return []
    taken.update((box.cells[0].row, box.cells[0].column) for box in found)
    return found


def _label_before(
    top: int, rect: Rect, boxes: Sequence[Box], by_row: dict[int, list[Cell]], taken: set[tuple[int, int]]
) -> Box | None:
    before = [cell for cell in by_row.get(top, ()) if cell.column < rect.left and (top, cell.column) not in taken]
    if not before:
        return None
    cell = max(before, key=lambda item: item.column)
    if label_score(cell.text) < 0.2 or cell.column + cell.column_span > rect.left:
        return None
    taken.add((top, cell.column))
    bottom = max(box.bottom for box in boxes if box.top == top)
    return Box(top, cell.column, bottom, rect.left, [cell], cell.style.fill, 0)


def _passages(found: list[Found]) -> list[Found]:
    """Free layout inside one large box is read like a small sheet of its own."""
    result: list[Found] = []
    for item in found:
        if isinstance(item, FoundText) and len(item.cells) >= PASSAGE_CELLS and not item.is_title:
            result.extend(read_free(item.cells))
        else:
            result.append(item)
    return result


def _complete(found: list[Found], cells: Sequence[Cell]) -> list[Found]:
    """Add as text whatever no rule has placed, after the last thing that stands above it."""
    placed: set[int] = set()
    for item in found:
        placed.update(map(id, item.cells))
        if isinstance(item, FoundField | FoundChoices):
            placed.update(map(id, item.label_cells))
            placed.update(map(id, item.group_cells))
        elif isinstance(item, FoundTable):
            placed.update(map(id, item.caption))
    missing = [cell for cell in cells if id(cell) not in placed and cell.text.strip()]
    if not missing:
        return found
    texts: list[Found] = [
        FoundText(
            rect=Rect(cell.row, cell.column, cell.row + cell.row_span, cell.column + cell.column_span),
            text=cell.text.strip(),
            cells=(cell,),
        )
        for cell in missing
    ]
    result: list[Found] = []
    position = 0
    for item in found:
        while position < len(texts) and texts[position].rect.top < item.rect.top:
            result.append(texts[position])
            position += 1
        result.append(item)
    return [*result, *texts[position:]]
