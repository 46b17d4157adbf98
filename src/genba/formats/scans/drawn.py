"""The ruled lines of a page picture, found by morphology: long thin runs of ink, also broken or noisy ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genba.formats.pagelayout.lattice import Lattice, Rule
from genba.formats.scans.rasters import Array

LEAST_PT = 16.0  # a shorter run of ink is a stroke of a character
LONG_PT = 72.0  # a run this long is no stroke, whatever it meets
MEETS_PT = 3.0
BAND_PT = 2.5  # on either side of where a rule of a table stands
GAP_PT = 1.2  # a break in a line that noise makes
THICK_PT = 3.5  # what is thicker is a bar or a picture
THIN = 6.0  # a rule is so many times longer than thick
BLOCK_PT = 18.0  # of the area that brightness is compared with
DARKER = 12  # than its surroundings, of 255


def ink(grey: Array, scale: float) -> Array:
    """Mark what is darker than its surroundings; `scale` is pixels a point."""
    import cv2

    side = max(3, round(BLOCK_PT * scale) | 1)
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, DARKER)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rules of a level page, in points, and the pixels that belong to long runs of ink."""

    across: list[Rule]
    down: list[Rule]
    mask: Array


def find_rules(grey: Array, scale: float) -> Drawn:
    """Find the horizontal and the vertical rules of a level page."""
    marked = ink(grey, scale)
    level, upright = long_runs(marked, scale), long_runs(marked.T.copy(), scale)
    across, down = [*as_rules(level, scale)], [*as_rules(upright, scale)]
    return Drawn(anchored(across, down), anchored(down, across), level | upright.T)


def without_rules(picture: Array, mask: Array, lattices: Sequence[Lattice], scale: float) -> Array:
    """Paint the rules of tables like the paper beside them, so that nobody reads them as characters."""
    import cv2
    import numpy as np

    found = np.zeros_like(mask)
    for frame in (frame for lattice in lattices for frame in lattice.frames):
        left, top, right, bottom = frame.box
        sides = [(x, top, x, bottom) for x in (left, right)] + [(left, y, right, y) for y in (top, bottom)]
        for x0, y0, x1, y1 in sides:
            rows = slice(max(0, round((y0 - BAND_PT) * scale)), round((y1 + BAND_PT) * scale))
            columns = slice(max(0, round((x0 - BAND_PT) * scale)), round((x1 + BAND_PT) * scale))
            found[rows, columns] = mask[rows, columns]
    wide = cv2.dilate(found, np.ones((3, 3), np.uint8)) > 0
    side = max(3, round(2 * THICK_PT * scale) | 1)
    paper = cv2.morphologyEx(picture, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    result = picture.copy()
    result[wide] = paper[wide]
    return result


def anchored(rules: list[Rule], others: list[Rule]) -> list[Rule]:
    """Leave out short runs that meet no rule at either end: strokes of large characters."""
    return [
        rule
        for rule in rules
        if rule.end - rule.start >= LONG_PT
        or any(
            other.start - MEETS_PT <= rule.at <= other.end + MEETS_PT
            and (abs(other.at - rule.start) <= MEETS_PT or abs(other.at - rule.end) <= MEETS_PT)
            for other in others
        )
    ]


def long_runs(marked: Array, scale: float) -> Array:
    """Mark the pixels of long horizontal runs of ink."""
    import cv2
    import numpy as np

    length, gap = max(8, round(LEAST_PT * scale)), max(1, round(GAP_PT * scale))
    closed = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((1, gap + 1), np.uint8))
    # A rule that leaves the level by a little steps from row to row: a pixel more across keeps its run whole.
    wider = cv2.dilate(closed, np.ones((2, 1), np.uint8))
    return cv2.morphologyEx(wider, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))


def as_rules(long: Array, scale: float) -> Iterator[Rule]:
    """Give the thin ones among long runs."""
    import cv2

    count, _, stats, centres = cv2.connectedComponentsWithStats(long, connectivity=8)
    for index in range(1, count):
        left, _, width, height, area = (int(value) for value in stats[index])
        thickness = area / width
        if (
            thickness > THICK_PT * scale + 1
            or height > max(2 * THICK_PT * scale, 0.02 * width)
            or width < THIN * height
        ):
            continue
        yield Rule(float(centres[index][1]) / scale, left / scale, (left + width) / scale)
