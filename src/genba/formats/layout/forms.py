"""Forms: boxes cut into bands and strips as the eye does, then read as labels, groups of labels, and values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from genba.formats.layout.areas import Rect, bounds
from genba.formats.layout.boxes import Box, trim
from genba.formats.layout.checks import lone_mark, read_options
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundHeading, FoundTable, FoundText
from genba.formats.layout.roles import Roles, caption_of, is_heading
from genba.formats.layout.sequences import LABEL, clipped, is_stack, read_row, stack_score
from genba.formats.layout.tables import find_tables
from genba.formats.layout.values import read_value
from genba.formats.layout.wording import (
    clean_label,
    fold,
    in_cell_pairs,
    is_note,
    is_value,
    label_score,
    marker,
    one_line,
)
from genba.model.cells import Cell

# Boxes within boxes deeper than this are not a form any more.
MAX_DEPTH = 12
# Without boxes around them only words that are known labels (or end in a colon) are labels.
SURE_LABEL = 1.3
UNDERLINED = 1.6


@dataclass(frozen=True, slots=True)
class _Context:
    roles: Roles
    groups: tuple[str, ...] = ()
    group_cells: tuple[Cell, ...] = ()
    depth: int = 0

    def under(self, label: Box) -> _Context:
        """The context below a group label."""
        return _Context(
            self.roles, (*self.groups, caption_of(label)), (*self.group_cells, *label.cells), self.depth + 1
        )

    def deeper(self) -> _Context:
        """The same, one step further in."""
        return replace(self, depth=self.depth + 1)


def read_form(boxes: Sequence[Box], roles: Roles | None = None) -> list[Found]:
    """Everything in a ruled area, in reading order."""
    ordered = sorted(boxes, key=lambda box: (box.top, box.left))
    return merge_choices(_region(ordered, _Context(roles or Roles(ordered))))


def read_single(box: Box, roles: Roles) -> list[Found]:
    """One text by itself."""
    return _single(box, _Context(roles))


def read_line(tokens: Sequence[Box], roles: Roles) -> list[Found]:
    """Texts side by side without boxes: labels and values only where the labels are beyond doubt; else empty."""
    context = _Context(roles)
    if _options_of(tokens) is not None or all(in_cell_pairs(token.text) for token in tokens):
        return _row_or_each(tokens, context)
    if _is_short(tokens[0]) and _options_of(tokens[1:]) is not None and not is_value(tokens[0].text):
        return _field(tokens[:1], tokens[1:], context)
    evidence = [clipped(roles, token) for token in tokens]
    if any(token.closed for token in tokens) and not all(token.closed for token in tokens):
        # underlined is what is filled in, what stands before it is its label
        evidence = [
            item - UNDERLINED if token.closed else min(2.0, item + UNDERLINED / 2)
            for item, token in zip(evidence, tokens, strict=True)
        ]
    reading = read_row(evidence).roles
    if reading[0] != LABEL or reading[-1] == LABEL:
        return []
    for index, (token, role) in enumerate(zip(tokens, reading, strict=True)):
        before_field = index + 1 < len(tokens) and tokens[index + 1].closed and not token.closed
        if role == LABEL and not before_field and roles.evidence(token) < SURE_LABEL:
            return []
    return _row(tokens, context, reading)


def _is_short(token: Box) -> bool:
    return not token.is_empty and len(token.text) <= 20


def _row_or_each(tokens: Sequence[Box], context: _Context) -> list[Found]:
    options = _options_of(tokens)
    if options is not None:
        return [_choices(tokens, options, context)]
    return [item for token in tokens for item in _single(token, context)]


def _region(boxes: Sequence[Box], context: _Context) -> list[Found]:
    """Tables first, for their rows look alike; what is left between them is cut into bands."""
    if context.depth > MAX_DEPTH:
        return [item for box in boxes for item in _single(box, context)]
    if len(boxes) == 1:
        return _single(boxes[0], context)
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


def _bands(boxes: Sequence[Box], context: _Context) -> list[Found]:
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
            found.append(_heading(band[0]))
        else:
            found.extend(_band(band, context, len(boxes)))
        index += 1
    return found


def _reads_downwards(bands: Sequence[Sequence[Box]], index: int, context: _Context) -> bool:
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
        if len(_inner_labels(lower[0].cells)) > 1:
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


def _heads_section(box: Box, following: Sequence[Box], context: _Context) -> bool:
    """A full-width box of its own over rows of several boxes."""
    if box.is_empty or len(following) < 2 or is_value(box.text) or len(box.text) > 50 or is_note(box.text):
        return False
    if lone_mark(box.text) is not None or read_options(box.text) or in_cell_pairs(box.text):
        return False
    if context.roles.is_title(box):
        return False
    return trim(following) is not None and box.right - box.left >= (following[-1].right - following[0].left) * 0.8


def _heading(box: Box) -> FoundHeading:
    return FoundHeading(rect=box.rect, text=one_line(box.text), marker=marker(box.text), cells=tuple(box.cells))


def _stack(upper: Sequence[Box], lower: Sequence[Box], context: _Context) -> list[Found]:
    found: list[Found] = []
    for label in upper:
        values = [box for box in lower if label.left <= box.left < label.right]
        if label.is_empty:
            found.extend(item for box in values for item in _single(box, context))
        else:
            found.extend(_field([label], values, context))
    return found


def _band(band: Sequence[Box], context: _Context, total: int) -> list[Found]:
    """One band: its strips from left to right, each a box or a region of its own."""
    if len(band) == 1:
        return _single(band[0], context)
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


def _interlocked(band: Sequence[Box], context: _Context) -> list[Found]:
    rows: dict[int, list[Box]] = {}
    for box in band:
        rows.setdefault(box.top, []).append(box)
    return [item for row in sorted(rows) for item in _strips([[box] for box in rows[row]], context)]


def _strips(strips: Sequence[Sequence[Box]], context: _Context) -> list[Found]:
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
            found.extend(_row(run, context))
            found.extend(_under(label, strip, context))
        else:
            found.extend(_row(run, context))
            found.extend(_region(sorted(strip, key=lambda box: (box.top, box.left)), context.deeper()))
        run = []
    found.extend(_row(run, context))
    return found


def _group_label(run: Sequence[Box], strip: Sequence[Box], context: _Context) -> Box | None:
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


def _under(label: Box, strip: Sequence[Box], context: _Context) -> list[Found]:
    inner = context.under(label)
    options = _marked_rows(strip)
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


def _join_lines(found: list[Found], context: _Context) -> list[Found]:
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


def _marked_rows(boxes: Sequence[Box]) -> tuple[tuple[str, bool], ...] | None:
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


def _row(run: Sequence[Box], context: _Context, reading: tuple[int, ...] = ()) -> list[Found]:
    """Boxes side by side: label, value, label, value."""
    if not run:
        return []
    if len(run) == 1:
        return _single(run[0], context)
    roles = context.roles
    reading = reading or read_row(_evidence(run, roles)).roles
    found: list[Found] = []
    labels: list[Box] = []
    values: list[Box] = []
    for box, role in zip(run, reading, strict=True):
        if role == LABEL:
            if values:
                found.extend(_field(labels, values, context))
                labels, values = [], []
            labels.append(box)
        else:
            values.append(box)
    if values:
        found.extend(_field(labels, values, context))
    else:
        found.extend(item for box in labels for item in _single(box, context))
    return found


def _evidence(run: Sequence[Box], roles: Roles) -> list[float]:
    """Evidence per box; the form's own title labels nothing, nor does what stands beside a box to tick."""
    evidence = [-2.5 if roles.is_title(box) else clipped(roles, box) for box in run]
    for index, box in enumerate(run[:-1]):
        if not box.is_empty and lone_mark(box.text) is not None:
            evidence[index + 1] = -2.0
    return evidence


def _field(labels: Sequence[Box], values: Sequence[Box], context: _Context) -> list[Found]:
    if not labels:
        return _values_only(values, context)
    if any(context.roles.is_title(box) for box in values) and len(values) > 1:
        return [*_field(labels, values[:1], context), *(item for box in values[1:] for item in _single(box, context))]
    groups = (*context.groups, *(caption_of(box) for box in labels[:-1]))
    group_cells = (*context.group_cells, *(cell for box in labels[:-1] for cell in box.cells))
    label_cells = tuple(labels[-1].cells)
    label = caption_of(labels[-1])
    rect = trim(values) or labels[-1].rect
    cells = tuple(cell for box in values for cell in box.cells)
    options = _options_of(values)
    if options is not None:
        return [
            FoundChoices(
                rect=rect,
                label=label,
                options=options[1],
                groups=groups,
                group_cells=group_cells,
                label_cells=label_cells,
                cells=cells,
            )
        ]
    inner = _inner_labels(cells)
    if inner and len(values) == 1:
        return _with_inner(labels, values[0], inner, context)
    value, unit = read_value(cells)
    return [
        FoundField(
            rect=rect,
            label=label,
            value=value,
            unit=unit,
            groups=groups,
            group_cells=group_cells,
            label_cells=label_cells,
            cells=cells,
        )
    ]


def _inner_labels(cells: Sequence[Cell]) -> list[int]:
    """Labels printed inside a field beside other text: 〒 … 連絡先."""
    if len(cells) < 2:
        return []
    return [index for index, cell in enumerate(cells) if label_score(cell.text) >= 2.0]


def _with_inner(labels: Sequence[Box], box: Box, inner: Sequence[int], context: _Context) -> list[Found]:
    """The field's own value, then one field per label inside it."""
    cells = box.cells
    groups = (*context.groups, *(caption_of(item) for item in labels))
    group_cells = (*context.group_cells, *(cell for item in labels for cell in item.cells))
    value, unit = read_value(cells[: inner[0]])
    found: list[Found] = [
        FoundField(
            rect=bounds(cells[: inner[0]]) if inner[0] else box.rect, label=groups[-1], value=value, unit=unit,
            groups=groups[:-1], group_cells=group_cells, label_cells=tuple(labels[-1].cells),
            cells=tuple(cells[: inner[0]]),
        )
    ]  # fmt: skip
    for index, stop in zip(inner, (*inner[1:], len(cells)), strict=True):
        rest = tuple(cells[index + 1 : stop])
        value, unit = read_value(rest)
        found.append(
            FoundField(
                rect=bounds(rest) if rest else box.rect, label=clean_label(cells[index].text), value=value, unit=unit,
                groups=groups, group_cells=group_cells, label_cells=(cells[index],), cells=rest,
            )
        )  # fmt: skip
    return found


def _values_only(values: Sequence[Box], context: _Context) -> list[Found]:
    options = _options_of(values)
    if options is not None:
        return [_choices(values, options, context)]
    if context.groups and all(not _splits_further(box) for box in values):
        cells = tuple(cell for box in values for cell in box.cells)
        value, unit = read_value(cells)
        return [
            FoundField(
                rect=trim(values) or values[0].rect, label="", value=value, unit=unit, groups=context.groups,
                group_cells=context.group_cells, label_cells=context.group_cells, cells=cells,
            )
        ]  # fmt: skip
    return [item for box in values for item in _single(box, context)]


def _splits_further(box: Box) -> bool:
    return bool(in_cell_pairs(box.text)) or is_heading(box)


def _options_of(boxes: Sequence[Box]) -> tuple[str, tuple[tuple[str, bool], ...]] | None:
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


def _choices(
    boxes: Sequence[Box], options: tuple[str, tuple[tuple[str, bool], ...]], context: _Context
) -> FoundChoices:
    return FoundChoices(
        rect=trim(boxes) or boxes[0].rect, label=options[0], options=options[1], groups=context.groups,
        group_cells=context.group_cells,
        cells=tuple(cell for box in boxes for cell in box.cells),
    )  # fmt: skip


def _single(box: Box, context: _Context) -> list[Found]:
    """A box that has no partner: its text says what it is."""
    if box.is_empty:
        return _unlabelled(box, context)
    cells = tuple(box.cells)
    text = box.text
    options = _options_of([box])
    if options is not None:
        return [_choices([box], options, context)]
    pairs = in_cell_pairs(text)
    if pairs:
        return [
            FoundField(
                rect=box.rect, label=caption_of_text(pair.label), value=pair.value, groups=context.groups,
                group_cells=context.group_cells, label_cells=cells, cells=cells,
            )
            for pair in pairs
        ]  # fmt: skip
    if context.roles.is_title(box):
        return [FoundText(rect=box.rect, text=one_line(text), is_title=True, cells=cells)]
    if is_heading(box) and not context.groups and not fold(text).endswith("。"):
        return [_heading(box)]
    inner = _labelled_inside(box, context)
    if inner:
        return inner
    if context.groups and not is_note(text):
        return _unlabelled(box, context)
    return [FoundText(rect=box.rect, text=text, cells=cells)]


def caption_of_text(text: str) -> str:
    """A label cut out of a longer text."""
    return text.strip().strip("・").strip()


def _unlabelled(box: Box, context: _Context) -> list[Found]:
    if not context.groups:
        return []
    value, unit = read_value(box.cells)
    if box.cells and label_score(box.text) >= 2.0:
        return [
            FoundField(
                rect=box.rect,
                label=caption_of(box),
                value="",
                groups=context.groups,
                group_cells=context.group_cells,
                label_cells=tuple(box.cells),
            )
        ]
    return [
        FoundField(
            rect=box.rect, label="", value=value, unit=unit, groups=context.groups,
            group_cells=context.group_cells, label_cells=context.group_cells, cells=tuple(box.cells),
        )
    ]  # fmt: skip


def _labelled_inside(box: Box, context: _Context) -> list[Found]:
    """The label printed small in the corner of its field: 「申請者氏名」 with room to write."""
    first = box.cells[0]
    lines = [cell for cell in box.cells if cell.row != first.row]
    beside = [cell for cell in box.cells[1:] if cell.row == first.row]
    roomy = box.bottom - box.top > first.row_span or box.right - box.left > max(first.column_span, 2)
    score = label_score(first.text)
    if score < 1.0 or not box.closed or is_heading(box) or (not roomy and not first.text.strip().endswith(("：", ":"))):
        return []
    if any(label_score(cell.text) >= 2.0 for cell in (*beside, *lines)):
        return []
    if not lines and not beside and box.fill and context.roles.fills.get(box.fill, 0.0) > 0:
        return []
    rest = tuple(box.cells[1:])
    value, unit = read_value(rest)
    label = caption_of(Box(0, 0, 0, 0, [first]))
    return [
        FoundField(
            rect=bounds(rest) if rest else Rect(*box.rect), label=label, value=value, unit=unit,
            groups=context.groups, group_cells=context.group_cells, label_cells=(first,), cells=rest,
        )
    ]  # fmt: skip


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


__all__ = ["FoundTable", "merge_choices", "read_form", "read_line", "read_single"]
