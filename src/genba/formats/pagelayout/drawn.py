"""Drawings of lines and boxes, such as flowcharts: boxes joined by strokes, and heaps of strokes."""

from collections.abc import Sequence

from genba.formats.pagelayout.glyphs import Box, around

TOUCH_PT = 4.0
STROKES = 12  # so many slanted strokes and curves together are a picture even without boxes
SMALLEST_PT = 40.0
MOST = 3_000
Counts = tuple[int, int, int]  # frames, crossings, strokes


def find_drawings(frames: Sequence[Box], crossings: Sequence[Box], strokes: Sequence[Box]) -> list[Box]:
    """Gather what touches; `crossings` are areas of lines that cross without making a table."""
    if len(frames) + len(strokes) > MOST:
        frames, strokes = (), (around([*frames, *strokes]),) * STROKES
    groups: list[tuple[Box, Counts]] = []
    kinds: list[tuple[Box, Counts]] = [(box, (1, 0, 0)) for box in frames]
    kinds += [(box, (0, 1, 0)) for box in crossings]
    kinds += [(box, (0, 0, 1)) for box in strokes]
    for box, counts in kinds:
        while touching := [group for group in groups if touch(group[0], box)]:
            groups = [group for group in groups if not touch(group[0], box)]
            box = around([box, *(other for other, _ in touching)])
            a, b, c = zip(counts, *(other for _, other in touching), strict=True)
            counts = (sum(a), sum(b), sum(c))
        groups.append((box, counts))
    return [
        box
        for box, (framed, crossed, stroked) in groups
        if (crossed or (framed > 1 and stroked) or stroked >= STROKES)
        and max(box[2] - box[0], box[3] - box[1]) >= SMALLEST_PT
        and min(box[2] - box[0], box[3] - box[1]) >= SMALLEST_PT / 2
    ]


def touch(a: Box, b: Box) -> bool:
    """Say whether two boxes overlap or nearly do."""
    return a[0] - TOUCH_PT <= b[2] and b[0] - TOUCH_PT <= a[2] and a[1] - TOUCH_PT <= b[3] and b[1] - TOUCH_PT <= a[3]
