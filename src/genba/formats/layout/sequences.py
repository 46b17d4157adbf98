"""Rows of boxes read as labels and values: the likeliest roles by a small Viterbi search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from genba.formats.layout.boxes import Box
from genba.formats.layout.roles import Roles

LABEL, VALUE = 0, 1
# What it costs when roles do not alternate, in the unit of `Roles.evidence`. A label nobody answers at the end of a
# row is the least likely; two labels in a row are a group with its first member; two values are one value in parts.
LABEL_LABEL = -0.9
VALUE_VALUE = -0.7
BEGINS_WITH_VALUE = -0.6
ENDS_WITH_LABEL = -1.2


class Reading(NamedTuple):
    """Roles of a row of boxes and how well they fit."""

    roles: tuple[int, ...]
    score: float


def read_row(evidence: Sequence[float], rows: int = 1) -> Reading:
    """The best roles for boxes from left to right; `rows` scales the costs where evidence is a sum over rows."""
    best: list[tuple[float, tuple[int, ...]]] = [
        (evidence[0], (LABEL,)),
        (-evidence[0] + BEGINS_WITH_VALUE * rows, (VALUE,)),
    ]
    for item in evidence[1:]:
        label, value = best
        best = [
            _better((label[0] + LABEL_LABEL * rows, label[1]), value, item, LABEL),
            _better(label, (value[0] + VALUE_VALUE * rows, value[1]), -item, VALUE),
        ]
    label, value = best
    if label[0] + ENDS_WITH_LABEL * rows > value[0]:
        return Reading(label[1], label[0] + ENDS_WITH_LABEL * rows)
    return Reading(value[1], value[0])


def _better(
    one: tuple[float, tuple[int, ...]], other: tuple[float, tuple[int, ...]], gain: float, role: int
) -> tuple[float, tuple[int, ...]]:
    chosen = one if one[0] >= other[0] else other
    return (chosen[0] + gain, (*chosen[1], role))


def clipped(roles: Roles, box: Box) -> float:
    """Evidence within ±2, so that one loud box does not decide for its neighbours."""
    return max(-2.0, min(2.0, roles.evidence(box)))


def is_stack(upper: Sequence[Box], lower: Sequence[Box]) -> bool:
    """Whether each lower box stands under exactly one upper box, with nothing left over."""
    if not upper or not lower or upper[0].left != lower[0].left or upper[-1].right != lower[-1].right:
        return False
    edges = {box.left for box in lower}
    return all(box.left in edges for box in upper)


def stack_score(roles: Roles, upper: Sequence[Box], lower: Sequence[Box]) -> float:
    """How well a row of labels over a row of values fits, on the scale of `read_row`."""
    if all(box.is_empty for box in upper):
        return -100.0
    above = sum(clipped(roles, box) if not box.is_empty else -1.0 for box in upper)
    below = sum(-clipped(roles, box) for box in lower)
    return above + below
