"""Forms: boxes cut into bands and strips as the eye does, down to the rows and boxes that are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from genba.formats.layout.boxes import Box, trim
from genba.formats.layout.checks import lone_mark, read_options
from genba.formats.layout.fields import Context, inner_labels, make_field, make_heading, read_box, read_row_of_boxes
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundTable, FoundText
from genba.formats.layout.options import marked_rows, merge_choices
from genba.formats.layout.roles import Roles, caption_of, is_heading
from genba.formats.layout.sequences import clipped, is_stack, read_row, stack_score
from genba.formats.layout.tables import find_tables
from genba.formats.layout.wording import (
    in_cell_pairs,
    is_note,
    is_value,
)

# Boxes within boxes deeper than this are not a form any more.
MAX_DEPTH = 12


def read_form(boxes: Sequence[Box], roles: Roles | None = None) -> list[Found]:
    """Everything in a ruled area, in reading order."""
    ordered = sorted(boxes, key=attrgetter("top", "left"))
    return merge_choices(_region(ordered, Context(roles or Roles(ordered))))


def _region(boxes: Sequence[Box], context: Context) -> list[Found]:
    """Tables first, for their rows look alike; what is left between them is cut into bands."""
    if context.depth > MAX_DEPTH:
        return [item for box in boxes for item in read_box(box, context)]
    if len(boxes) == 1:
        return read_box(boxes[0], context)
    found: list[Found] = []
    rest: list[Box] = []
    for part in find_tables(boxes, context.roles):
        if isinstance(part, Box):
            rest.append(part)
            continue
        found.extend(_bands(rest, context))
        rest = []
        found.append(replace(part, groups=context.groups, caption=context.group_cells) if context.groups else part)
    found.extend(_bands(rest, context))
    return found


def _cut(boxes: Sequence[Box], *, by_rows: bool) -> list[list[Box]]:
    """Split where no box crosses."""
    if by_rows:
        ordered = sorted(boxes, key=lambda box: (box.top, box.left))
    else:
        ordered = sorted(boxes, key=lambda box: (box.left, box.top))
    parts: list[list[Box]] = []
    end = -1
    for box in ordered:
        start, stop = (box.top, box.bottom) if by_rows else (box.left, box.right)
        if start >= end:
            parts.append([])
        parts[-1].append(box)
        end = max(end, stop)
    return parts


def _is_flat(band: Sequence[Box]) -> bool:
    return all(box.top == band[0].top and box.bottom == band[0].bottom for box in band)


def _bands(boxes: Sequence[Box], context: Context) -> list[Found]:
    if not boxes:
        return []
    bands = _cut(boxes, by_rows=True)
    found: list[Found] = []
    index = 0
    while index < len(bands):
        band = bands[index]
        following = bands[index + 1] if index + 1 < len(bands) else None
        if following is not None and _reads_downwards(bands, index, context):
            found.extend(_stack(band, following, context))
            index += 2
            continue
        if len(band) == 1 and following is not None and _heads_section(band[0], following, context):
            found.append(make_heading(band[0]))
        else:
            found.extend(_band(band, context, len(boxes)))
        index += 1
    return found


def _reads_downwards(bands: Sequence[Sequence[Box]], index: int, context: Context) -> bool:
    """Labels over values beat label beside value for this band and the next."""
    upper, lower = bands[index], bands[index + 1]
    roles = context.roles
    if not _is_flat(upper) or not _is_flat(lower) or not is_stack(upper, lower) or lower[0].top != upper[0].bottom:
        return False
    if any(is_heading(box) for box in upper) and not all(box.is_empty for box in lower):
        return False
    score = stack_score(roles, upper, lower)
    if len(upper) == 1:
        if len(lower) != 1 or roles.evidence(upper[0]) < 0.2 or roles.is_title(upper[0]):
            return False
        text = lower[0].text
        if len(inner_labels(lower[0].cells)) > 1:
            return False  # a passage with fields of its own
        return (
            lower[0].is_empty or roles.evidence(lower[0]) < min(0.0, roles.evidence(upper[0]) - 1.0) or len(text) > 40
        )
    beside = (
        read_row([clipped(roles, box) for box in upper]).score + read_row([clipped(roles, box) for box in lower]).score
    )
    if score <= beside + 0.3:
        return False
    if index + 2 < len(bands) and len(bands[index + 2]) > 1 and _is_flat(bands[index + 2]):
        # the second row may be labels of the third: take the better pairing of the three
        nxt = bands[index + 2]
        if is_stack(lower, nxt):
            later = stack_score(roles, lower, nxt) + read_row([clipped(roles, box) for box in upper]).score
            now = score + read_row([clipped(roles, box) for box in nxt]).score
            return now >= later
    return True


def _heads_section(box: Box, following: Sequence[Box], context: Context) -> bool:
    """A full-width box of its own over rows of several boxes."""
    if box.is_empty or len(following) < 2 or is_value(box.text) or len(box.text) > 50 or is_note(box.text):
        return False
    if lone_mark(box.text) is not None or read_options(box.text) or in_cell_pairs(box.text):
        return False
    if context.roles.is_title(box):
        return False
    return trim(following) is not None and box.right - box.left >= (following[-1].right - following[0].left) * 0.8


def _stack(upper: Sequence[Box], lower: Sequence[Box], context: Context) -> list[Found]:
    found: list[Found] = []
    for label in upper:
        values = [box for box in lower if label.left <= box.left < label.right]
        if label.is_empty:
            found.extend(item for box in values for item in read_box(box, context))
        else:
            found.extend(make_field([label], values, context))
    return found


def _band(band: Sequence[Box], context: Context, total: int) -> list[Found]:
    """One band: its strips from left to right, each a box or a region of its own."""
    if len(band) == 1:
        return read_box(band[0], context)
    strips = _join_columns(_cut(band, by_rows=False))
    if len(strips) == 1:
        if len(band) == total:  # interlocked: no cut goes through; read its rows as they begin
            return _interlocked(band, context)
        return _region(sorted(band, key=lambda box: (box.top, box.left)), context.deeper())
    return _strips(strips, context)


def _join_columns(strips: list[list[Box]]) -> list[list[Box]]:
    """Stacks of boxes whose rows go on in the next stack belong together: labels over labels beside values."""
    joined: list[list[Box]] = []
    for strip in strips:
        if joined and len(strip) > 1 and len(joined[-1]) > 1 and _inner_cuts(joined[-1]) & _inner_cuts(strip):
            joined[-1] = [*joined[-1], *strip]
        else:
            joined.append(strip)
    return joined


def _inner_cuts(strip: Sequence[Box]) -> set[int]:
    """Heights at which a stack is cut through."""
    return {part[0].top for part in _cut(strip, by_rows=True)[1:]}


def _interlocked(band: Sequence[Box], context: Context) -> list[Found]:
    rows: dict[int, list[Box]] = {}
    for box in band:
        rows.setdefault(box.top, []).append(box)
    return [item for row in sorted(rows) for item in _strips([[box] for box in rows[row]], context)]


def _strips(strips: Sequence[Sequence[Box]], context: Context) -> list[Found]:
    """Single boxes in a row are read as labels and values; a region after a label stands under it."""
    found: list[Found] = []
    run: list[Box] = []
    for strip in strips:
        if len(strip) == 1:
            run.append(strip[0])
            continue
        label = _group_label(run, strip, context)
        if label is not None:
            run.pop()
            found.extend(read_row_of_boxes(run, context))
            found.extend(_under(label, strip, context))
        else:
            found.extend(read_row_of_boxes(run, context))
            found.extend(_region(sorted(strip, key=lambda box: (box.top, box.left)), context.deeper()))
        run = []
    found.extend(read_row_of_boxes(run, context))
    return found


def _group_label(run: Sequence[Box], strip: Sequence[Box], context: Context) -> Box | None:
    if not run or run[-1].is_empty:
        return None
    box = run[-1]
    roles = context.roles
    if roles.is_title(box) or lone_mark(box.text) is not None or read_options(box.text):
        return None
    height = max(item.bottom for item in strip) - min(item.top for item in strip)
    if box.bottom - box.top < height or is_value(box.text) or len(box.text) > 40:
        return None
    if len(run) > 1 and roles.evidence(run[-2]) >= 0.5 > roles.evidence(box):
        return None  # it is the value of the label before it
    return box


def _under(label: Box, strip: Sequence[Box], context: Context) -> list[Found]:
    inner = context.under(label)
    options = marked_rows(strip)
    if options is not None:
        return [
            FoundChoices(
                rect=trim(strip) or label.rect, label=caption_of(label), options=options, groups=context.groups,
                group_cells=context.group_cells, label_cells=tuple(label.cells),
                cells=tuple(cell for box in strip for cell in box.cells),
            )
        ]  # fmt: skip
    found = _join_lines(_region(sorted(strip, key=lambda box: (box.top, box.left)), inner), inner)
    if any(isinstance(item, FoundField | FoundChoices | FoundTable) for item in found):
        return found
    return [FoundText(rect=label.rect, text=label.text, cells=tuple(label.cells)), *found]


def _join_lines(found: list[Found], context: Context) -> list[Found]:
    """Values without a label of their own inside a group are the group's value, line by line."""
    own = [item for item in found if isinstance(item, FoundField) and not item.label]
    if len(own) < 2:
        return found
    written = [item for item in own if item.value or item.unit]
    kept = written or own[:1]
    merged = replace(
        kept[0],
        value="\n".join(item.value for item in kept if item.value),
        cells=tuple(cell for item in kept for cell in item.cells),
        label_cells=context.group_cells,
    )
    result: list[Found] = []
    for item in found:
        if item is kept[0]:
            result.append(merged)
        elif not any(item is other for other in own):
            result.append(item)
    return result
