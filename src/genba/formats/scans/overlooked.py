"""Cells that hold ink but no text are looked at once more, one by one: a lone ○ is easily overlooked on a page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from genba.formats.pagelayout.glyphs import Box
from genba.formats.pagelayout.lattice import Lattice
from genba.formats.scans.drawn import ink
from genba.formats.scans.rasters import Array
from genba.formats.scans.straighten import to_grey
from genba.formats.scans.written import Written, as_written
from genba.ports.recognisers import TextLine

MOST_LOOKS = 80
EDGE_PT = 2.0  # beside the rules of a cell
MARK_PT, STROKE_PT = 5.0, 0.6  # a mark is so large; smaller ones are specks
LARGEST_PT = 120.0  # in larger cells nothing is overlooked
SURE = 0.9  # of what is round, closed and empty within
ROUND, HOLLOW = 0.85, 0.45
ROUND_TEXTS = frozenset("0OoＯｏ〇○◯")
PAPER_PX = 40  # around a cell


def overlooked(
    lattices: Sequence[Lattice],
    written: Sequence[Written],
    picture: Array,
    scale: float,
    read: Callable[[Array], Sequence[TextLine]],
) -> Iterator[Written]:
    """Read the cells that nothing was read in though there is ink; `picture` has no rules.

    What seems to be a zero comes too where its shape is a ring: it takes the zero's place.
    """
    grey = to_grey(picture)
    looks = 0
    for box in empty_cells(lattices, written):
        rows = slice(round((box[1] + EDGE_PT) * scale), round((box[3] - EDGE_PT) * scale))
        columns = slice(round((box[0] + EDGE_PT) * scale), round((box[2] - EDGE_PT) * scale))
        cell = grey[rows, columns]
        if looks == MOST_LOOKS or not cell.size or not has_mark(cell, scale):
            continue
        looks += 1
        left, top = columns.start / scale, rows.start / scale
        ring = ring_in(cell, scale)
        if ring is not None:
            x0, y0, x1, y1 = ring
            yield Written("○", left + x0, top + y0, left + x1, top + y1, SURE, (0.5,), vertical=False)
        elif not any(line.text in ROUND_TEXTS and lies_in(line, box) for line in written):
            for line in read(on_paper(cell)):
                one = as_written(line, scale, str)
                dx, dy = left - PAPER_PX / scale, top - PAPER_PX / scale
                yield replace(one, x0=one.x0 + dx, y0=one.y0 + dy, x1=one.x1 + dx, y1=one.y1 + dy)


def joined(written: Sequence[Written], found: Sequence[Written]) -> list[Written]:
    """Put what was overlooked in the place of what stood there."""
    kept = [line for line in written if not any(lies_in(line, (new.x0, new.y0, new.x1, new.y1)) for new in found)]
    return [*kept, *found]


def lies_in(line: Written, box: Box) -> bool:
    """Say whether the middle of a line is in a box."""
    return box[0] <= (line.x0 + line.x1) / 2 <= box[2] and box[1] <= (line.y0 + line.y1) / 2 <= box[3]


def empty_cells(lattices: Sequence[Lattice], written: Sequence[Written]) -> Iterator[Box]:
    """The cells that no line has its middle in, or one that may be a ring."""
    telling = [line for line in written if line.text not in ROUND_TEXTS]
    middles = [((line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2) for line in telling]
    for lattice in lattices:
        filled = {lattice.frame_at(x, y) for x, y in middles}
        for index, frame in enumerate(lattice.frames):
            x0, y0, x1, y1 = frame.box
            if index not in filled and x1 - x0 <= LARGEST_PT and y1 - y0 <= LARGEST_PT:
                yield frame.box


def has_mark(grey: Array, scale: float) -> bool:
    """Say whether there is ink of some size."""
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(ink(grey, scale), connectivity=8)
    return any(
        max(int(stats[index][2]), int(stats[index][3])) >= MARK_PT * scale
        and min(int(stats[index][2]), int(stats[index][3])) >= STROKE_PT * scale
        for index in range(1, count)
    )


def ring_in(grey: Array, scale: float) -> Box | None:
    """Bound the mark of a cell, in points, where it is one ring: ○."""
    import cv2
    import numpy as np

    contours, tree = cv2.findContours(ink(grey, scale), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    large = [index for index, contour in enumerate(contours) if max(cv2.boundingRect(contour)[2:]) >= MARK_PT * scale]
    outer = [index for index in large if tree[0][index][3] < 0]
    if len(outer) != 1:
        return None
    x, y, w, h = cv2.boundingRect(contours[outer[0]])
    holes = [cv2.contourArea(contours[index]) for index in large if tree[0][index][3] == outer[0]]
    area, around = cv2.contourArea(contours[outer[0]]), cv2.arcLength(contours[outer[0]], closed=True)
    is_round = min(w, h) >= ROUND * max(w, h) and 4 * np.pi * area >= ROUND * around * around
    if not is_round or len(holes) != 1 or holes[0] < HOLLOW * area:
        return None
    return (x / scale, y / scale, (x + w) / scale, (y + h) / scale)


def on_paper(cell: Array) -> Array:
    """Put paper around a cell, as bright as its own."""
    import cv2
    import numpy as np

    paper = np.median(cell.reshape(-1, *cell.shape[2:]), axis=0)
    value = tuple(float(part) for part in np.atleast_1d(paper))
    return cv2.copyMakeBorder(cell, PAPER_PX, PAPER_PX, PAPER_PX, PAPER_PX, cv2.BORDER_CONSTANT, value=value)
