"""Groups of boxes to tick: in one box, over several, row by row, and the label they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from genba.formats.layout.areas import Rect
from genba.formats.layout.boxes import Box
from genba.formats.layout.checks import lone_mark, read_options
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundText
from genba.formats.layout.wording import (
    clean_label,
    one_line,
)


def options_of(boxes: Sequence[Box]) -> tuple[str, tuple[tuple[str, bool], ...]] | None:
    """Check boxes over one or several boxes: all in their texts, or marks with the text in the next box."""
    written = [cell for box in boxes for cell in box.cells]
    if not written:
        return None
    options: list[tuple[str, bool]] = []
    label = ""
    pending: bool | None = None
    among = sum(1 for cell in written if _opens_with_box(cell.text)) > 1
    for cell in written:
        mark = lone_mark(cell.text)
        if mark is not None:
            pending = mark
            continue
        if pending is not None:
            options.append((one_line(cell.text), pending))
            pending = None
            continue
        read = read_options(cell.text, among_boxes=among)
        if read is None:
            if options:
                options[-1] = (f"{options[-1][0]} {one_line(cell.text)}", options[-1][1])
                continue
            return None
        label = label or read.label
        options.extend((text, ticked) for text, ticked in read.options)
        pending = _trailing_mark(cell.text)
    if not options or pending is not None:
        return None
    return label, tuple(options)


def _opens_with_box(text: str) -> bool:
    return text.lstrip()[:1] in "☐□☑☒■✓✔⬜" and bool(text.strip())


def _trailing_mark(text: str) -> bool | None:
    return lone_mark(text.strip()[-1:]) if text.strip()[-1:] in "☐□☑☒■" else None


def marked_rows(boxes: Sequence[Box]) -> tuple[tuple[str, bool], ...] | None:
    """Options where every row is a mark in a box of its own and a text beside it."""
    marks = [box for box in boxes if not box.is_empty and lone_mark(box.text) is not None]
    texts = [box for box in boxes if not box.is_empty and lone_mark(box.text) is None]
    if not marks or len(texts) != len(marks):
        return None
    options = []
    for mark in marks:
        beside = [box for box in texts if box.left >= mark.right and box.top < mark.bottom and mark.top < box.bottom]
        if len(beside) < 1:
            return None
        nearest = min(beside, key=lambda box: box.left)
        options.append((one_line(nearest.text), bool(lone_mark(mark.text))))
    return tuple(options)


def merge_choices(found: list[Found]) -> list[Found]:
    """Boxes that stand row by row under one label are one group; a line right above names a group without a label."""
    merged: list[Found] = []
    for item in found:
        last = merged[-1] if merged else None
        if not isinstance(item, FoundChoices):
            merged.append(item)
        elif isinstance(last, FoundChoices) and _continues(last, item):
            merged[-1] = replace(
                last, options=(*last.options, *item.options), cells=(*last.cells, *item.cells),
                rect=_around(last.rect, item.rect),
            )  # fmt: skip
        elif isinstance(last, FoundField) and not last.value and not item.path and _names_group(last, item):
            merged[-1] = replace(
                item, label=last.label, groups=last.groups, label_cells=last.label_cells, group_cells=last.group_cells
            )
        elif isinstance(last, FoundText) and not item.path and not last.is_title and _names_group(last, item):
            merged[-1] = replace(item, label=clean_label(last.text), label_cells=last.cells)
        else:
            merged.append(item)
    return merged


def _continues(last: FoundChoices, item: FoundChoices) -> bool:
    same = item.groups == last.groups and (not item.label or item.label == last.label)
    return same and last.rect.bottom <= item.rect.top <= last.rect.bottom + 1 and not item.label_cells


def _names_group(text: FoundText | FoundField, item: FoundChoices) -> bool:
    above = text.rect.bottom == item.rect.top and abs(text.rect.left - item.rect.left) <= 2
    beside = text.rect.top == item.rect.top and text.rect.right <= item.rect.left
    inside = text.rect.top <= item.rect.top and item.rect.bottom <= text.rect.bottom
    short = isinstance(text, FoundField) or len(text.text) <= 60
    return short and (above or beside or inside)


def _around(one: Rect, other: Rect) -> Rect:
    return Rect(
        min(one.top, other.top), min(one.left, other.left), max(one.bottom, other.bottom), max(one.right, other.right)
    )
