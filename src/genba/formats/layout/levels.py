"""Rows of boxes by their upper edges, with the columns that boxes from above go on to cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from genba.formats.layout.boxes import Box


@dataclass(slots=True)
class Level:
    """One row of boxes by the tops of those that begin here; `edges` are the intervals covering the row."""

    top: int
    starting: list[Box]
    edges: tuple[tuple[int, int], ...]


def read_levels(boxes: Sequence[Box]) -> list[Level]:
    """The rows of boxes from the top."""
    starting: dict[int, list[Box]] = {}
    for box in boxes:
        starting.setdefault(box.top, []).append(box)
    levels: list[Level] = []
    tall: list[Box] = []
    edges: tuple[tuple[int, int], ...] = ()
    for top in sorted(starting):
        row = sorted(starting[top], key=attrgetter("left"))
        tall = [box for box in tall if box.bottom > top]
        covering = sorted([*tall, *row], key=attrgetter("left")) if tall else row
        own = tuple([(box.left, box.right) for box in covering])
        if own != edges:  # rows of a list share theirs
            edges = own
        levels.append(Level(top, row, edges))
        bottoms = {box.bottom for box in row}
        if len(bottoms) > 1:
            below = min(bottoms)
            tall.extend(box for box in row if box.bottom > below)
    return levels


def spans_columns(box: Box, edges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a box stands over several columns."""
    return sum(1 for left, right in edges if box.left <= left and right <= box.right) > 1


def reaches_all(above: Level, below: Level) -> bool:
    """Each box above either comes down through the next row or stands over boxes that begin there."""
    return all(
        box.bottom > below.top or any(box.left <= item.left < box.right for item in below.starting)
        for box in above.starting
    )


def groups_columns(above: Level, below: Level) -> bool:
    """Names right over some of the columns, nothing over the others."""
    first, last = below.edges[0][0], below.edges[-1][1]
    return all(
        first <= box.left and box.right <= last and box.bottom == below.top and box.cells for box in above.starting
    )
