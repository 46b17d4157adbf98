"""The order in which a person reads a slide: cut into rows where there is room between them, rows into columns."""

from collections.abc import Sequence

from genba.formats.ooxml.shapes import Shape

_OVERLAP = 0.15  # boxes of neighbouring rows may overlap by this share of their height
_TOUCHING_EMU = 38_100  # 3 points: rows closer than that are the parts of cards standing side by side
_DEPTH = 30


def reading_order(shapes: Sequence[Shape], depth: int = 0) -> list[Shape]:
    """Sort shapes from top to bottom and from left to right; what cannot be cut apart is sorted by its top edge."""
    if len(shapes) < 2 or depth > _DEPTH:
        return list(shapes)
    rows, row_gap = _cut([(shape.box.top, shape.box.bottom) for shape in shapes])
    columns, column_gap = _cut([(shape.box.left, shape.box.right) for shape in shapes])
    if len(rows) > 1 and not (len(columns) > 1 and row_gap < _TOUCHING_EMU < column_gap):
        groups = rows
    elif len(columns) > 1:
        groups = columns
    else:
        return sorted(shapes, key=lambda shape: (shape.box.top, shape.box.left))
    return [shape for group in groups for shape in reading_order([shapes[index] for index in group], depth + 1)]


def _cut(spans: Sequence[tuple[float, float]]) -> tuple[list[list[int]], float]:
    """Part intervals into runs that do not overlap, and tell the widest gap; equal places keep the drawing order."""
    order = sorted(range(len(spans)), key=lambda index: (spans[index][0], index))
    groups: list[list[int]] = []
    reach = edge = widest = 0.0
    for index in order:
        start, end = spans[index]
        slack = (end - start) * _OVERLAP
        if groups and start + slack < reach:
            groups[-1].append(index)
            reach, edge = max(reach, end - slack), max(edge, end)
        else:
            widest = max(widest, start - edge) if groups else 0.0
            groups.append([index])
            reach, edge = end - slack, end
    return [sorted(group) for group in groups], widest
