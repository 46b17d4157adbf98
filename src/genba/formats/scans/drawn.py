"""The ruled lines of a page picture, found by morphology: long thin runs of ink, also broken or noisy ones."""

from collections.abc import Iterator

from genba.formats.pagelayout.lattice import Rule
from genba.formats.scans.rasters import Array

LEAST_PT = 16.0  # a shorter run of ink is a stroke of a character
LONG_PT = 72.0  # a run this long is no stroke, whatever it meets
MEETS_PT = 3.0
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


def find_rules(grey: Array, scale: float) -> tuple[list[Rule], list[Rule]]:
    """Find the horizontal and the vertical rules of a level page, in points."""
    marked = ink(grey, scale)
    across = [*runs(marked, scale)]
    down = [*runs(marked.T.copy(), scale)]
    return anchored(across, down), anchored(down, across)


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


def runs(marked: Array, scale: float) -> Iterator[Rule]:
    """Find the long thin horizontal runs of ink."""
    import cv2
    import numpy as np

    length, gap = max(8, round(LEAST_PT * scale)), max(1, round(GAP_PT * scale))
    closed = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((1, gap + 1), np.uint8))
    # A rule that leaves the level by a little steps from row to row: a pixel more across keeps its run whole.
    wider = cv2.dilate(closed, np.ones((2, 1), np.uint8))
    long = cv2.morphologyEx(wider, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
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
