"""What one box or one row of boxes says: fields with their labels, choices, headings, text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from genba.formats.layout.areas import Rect, bounds
from genba.formats.layout.boxes import Box, trim
from genba.formats.layout.checks import lone_mark
from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundHeading, FoundText
from genba.formats.layout.options import options_of
from genba.formats.layout.roles import Roles, caption_of, is_heading
from genba.formats.layout.sequences import LABEL, clipped, read_row
from genba.formats.layout.values import read_value
from genba.formats.layout.wording import (
    clean_label,
    fold,
    in_cell_pairs,
    is_note,
    is_remark,
    is_value,
    label_score,
    marker,
    one_line,
)
from genba.model.cells import Cell

# Without boxes around them only words that are known labels (or end in a colon) are labels.
SURE_LABEL = 1.3
UNDERLINED = 1.6


@dataclass(frozen=True, slots=True)
class Context:
    """Where a box stands: the looks of its area, and the group labels above it."""

    roles: Roles
    groups: tuple[str, ...] = ()
    group_cells: tuple[Cell, ...] = ()
    depth: int = 0

    def under(self, label: Box) -> Context:
        """The context below a group label."""
        return Context(self.roles, (*self.groups, caption_of(label)), (*self.group_cells, *label.cells), self.depth + 1)

    def deeper(self) -> Context:
        """The same, one step further in."""
        return replace(self, depth=self.depth + 1)


def read_single(box: Box, roles: Roles) -> list[Found]:
    """One text by itself."""
    return read_box(box, Context(roles))


def read_line(tokens: Sequence[Box], roles: Roles) -> list[Found]:
    """Texts side by side without boxes: labels and values only where the labels are beyond doubt; else empty."""
    context = Context(roles)
    if options_of(tokens) is not None or all(in_cell_pairs(token.text) for token in tokens):
        return _row_or_each(tokens, context)
    if _is_short(tokens[0]) and options_of(tokens[1:]) is not None and not is_value(tokens[0].text):
        return make_field(tokens[:1], tokens[1:], context)
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
    return read_row_of_boxes(tokens, context, reading)


def _is_short(token: Box) -> bool:
    return not token.is_empty and len(token.text) <= 20


def _row_or_each(tokens: Sequence[Box], context: Context) -> list[Found]:
    options = options_of(tokens)
    if options is not None:
        return [make_choices(tokens, options, context)]
    return [item for token in tokens for item in read_box(token, context)]


def read_row_of_boxes(run: Sequence[Box], context: Context, reading: tuple[int, ...] = ()) -> list[Found]:
    """Boxes side by side: label, value, label, value."""
    if not run:
        return []
    if len(run) == 1:
        return read_box(run[0], context)
    roles = context.roles
    reading = reading or read_row(_evidence(run, roles)).roles
    found: list[Found] = []
    labels: list[Box] = []
    values: list[Box] = []
    for box, role in zip(run, reading, strict=True):
        if role == LABEL:
            if values:
                found.extend(make_field(labels, values, context))
                labels, values = [], []
            labels.append(box)
        else:
            values.append(box)
    if values:
        found.extend(make_field(labels, values, context))
    else:
        found.extend(item for box in labels for item in read_box(box, context))
    return found


def _evidence(run: Sequence[Box], roles: Roles) -> list[float]:
    """Evidence per box; the form's own title labels nothing, nor does what stands beside a box to tick."""
    evidence = [-2.5 if roles.is_title(box) else clipped(roles, box) for box in run]
    for index, box in enumerate(run[:-1]):
        if not box.is_empty and lone_mark(box.text) is not None:
            evidence[index + 1] = -2.0
    return evidence


def make_field(labels: Sequence[Box], values: Sequence[Box], context: Context) -> list[Found]:
    """The field that labels (the last is its own, the others are groups) and values make."""
    if not labels:
        return _values_only(values, context)
    if any(context.roles.is_title(box) for box in values) and len(values) > 1:
        return [
            *make_field(labels, values[:1], context),
            *(item for box in values[1:] for item in read_box(box, context)),
        ]
    remarks = [box for box in values[1:] if is_remark(box.text)]
    if remarks:  # printed beside the field, no part of what is filled in
        kept = [box for box in values if box not in remarks]
        return [*make_field(labels, kept, context), *(_text_of(box) for box in remarks)]
    groups = (*context.groups, *(caption_of(box) for box in labels[:-1]))
    group_cells = (*context.group_cells, *(cell for box in labels[:-1] for cell in box.cells))
    label_cells = tuple(labels[-1].cells)
    label = caption_of(labels[-1])
    rect = trim(values) or labels[-1].rect
    cells = tuple(cell for box in values for cell in box.cells)
    options = options_of(values)
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
    inner = inner_labels(cells)
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


def _text_of(box: Box) -> FoundText:
    return FoundText(rect=box.rect, text=box.text, cells=tuple(box.cells))


def inner_labels(cells: Sequence[Cell]) -> list[int]:
    """Labels printed inside a field beside other text: 〒 … 連絡先."""
    if len(cells) < 2:
        return []
    return [index for index, cell in enumerate(cells) if label_score(cell.text) >= 2.0]


def _with_inner(labels: Sequence[Box], box: Box, inner: Sequence[int], context: Context) -> list[Found]:
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


def _values_only(values: Sequence[Box], context: Context) -> list[Found]:
    options = options_of(values)
    if options is not None:
        return [make_choices(values, options, context)]
    if context.groups and all(not _splits_further(box) for box in values):
        cells = tuple(cell for box in values for cell in box.cells)
        value, unit = read_value(cells)
        return [
            FoundField(
                rect=trim(values) or values[0].rect, label="", value=value, unit=unit, groups=context.groups,
                group_cells=context.group_cells, label_cells=context.group_cells, cells=cells,
            )
        ]  # fmt: skip
    return [item for box in values for item in read_box(box, context)]


def _splits_further(box: Box) -> bool:
    return bool(in_cell_pairs(box.text)) or is_heading(box)


def make_choices(
    boxes: Sequence[Box], options: tuple[str, tuple[tuple[str, bool], ...]], context: Context
) -> FoundChoices:
    """A group of choices as found."""
    return FoundChoices(
        rect=trim(boxes) or boxes[0].rect, label=options[0], options=options[1], groups=context.groups,
        group_cells=context.group_cells,
        cells=tuple(cell for box in boxes for cell in box.cells),
    )  # fmt: skip


def read_box(box: Box, context: Context) -> list[Found]:
    """A box that has no partner: its text says what it is."""
    if box.is_empty:
        return _unlabelled(box, context)
    cells = tuple(box.cells)
    text = box.text
    options = options_of([box])
    if options is not None:
        return [make_choices([box], options, context)]
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
        return [make_heading(box)]
    inner = _labelled_inside(box, context)
    if inner:
        return inner
    if context.groups and not is_note(text):
        return _unlabelled(box, context)
    return [_text_of(box)]


def caption_of_text(text: str) -> str:
    """A label cut out of a longer text."""
    return text.strip().strip("・").strip()


def _unlabelled(box: Box, context: Context) -> list[Found]:
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


def _labelled_inside(box: Box, context: Context) -> list[Found]:
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


def make_heading(box: Box) -> FoundHeading:
    """A box as a section's heading."""
    return FoundHeading(rect=box.rect, text=one_line(box.text), marker=marker(box.text), cells=tuple(box.cells))
