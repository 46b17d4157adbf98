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
    across = [(shape.box.top, shape.box.bottom) for shape in shapes]
    for spans, joined in (
        (across, True),
        ([(shape.box.left, shape.box.right) for shape in shapes], False),
        (across, False),
    ):
        groups = _cut(spans, touching_joined=joined)
        if len(groups) > 1:
            break
    else:
        return sorted(shapes, key=lambda shape: (shape.box.top, shape.box.left))
    return [shape for group in groups for shape in reading_order([shapes[index] for index in group], depth + 1)]


def _cut(spans: Sequence[tuple[float, float]], *, touching_joined: bool) -> list[list[int]]:
    """Part intervals into runs that do not overlap; equal places keep the drawing order."""
    order = sorted(range(len(spans)), key=lambda index: (spans[index][0], index))
    groups: list[list[int]] = []
    reach = edge = 0.0
    for index in order:
        start, end = spans[index]
        slack = (end - start) * _OVERLAP
        touching = touching_joined and 0 <= start - edge < _TOUCHING_EMU
        if groups and (touching or start + slack < reach):
            groups[-1].append(index)
            reach, edge = max(reach, end - slack), max(edge, end)
        else:
            groups.append([index])
            reach, edge = end - slack, end
    return [sorted(group) for group in groups]
