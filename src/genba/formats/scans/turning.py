"""Pages that lie on their side or upside down: a doubtful reading is tried in the other three ways."""

from collections.abc import Sequence

from genba.formats.scans.rasters import Array, to_raster
from genba.ports.recognisers import TextLine, TextRecogniser

DOUBTFUL = 0.8  # mean confidence; upright pages, vertical ones too, are read with 0.95 and more
SAMPLE_PX = 480
SURE = 0.6


def is_doubtful(lines: Sequence[TextLine]) -> bool:
    """Say whether a page may stand the wrong way: read with little confidence."""
    count = sum(len(line.text) for line in lines)
    return count > 0 and sum(line.confidence * len(line.text) for line in lines) < DOUBTFUL * count


def best_turn(picture: Array, lines: Sequence[TextLine], recogniser: TextRecogniser, dpi: float) -> int:
    """Give the quarter turns clockwise by which a part of the page is read best."""
    sample = part_with_text(picture, lines)
    worth = [merit(recogniser.lines(to_raster(quarter(sample, turns), dpi))) for turns in range(4)]
    best = max(range(4), key=lambda turns: (worth[turns], -turns))
    return best if worth[best] > 1.3 * worth[0] else 0


def part_with_text(picture: Array, lines: Sequence[TextLine]) -> Array:
    """Cut out the square around the middle of the longest line."""
    height, width = picture.shape[:2]
    longest = max(lines, key=lambda line: extent(line))
    x = sum(point[0] for point in longest.corners) / 4
    y = sum(point[1] for point in longest.corners) / 4
    left = round(min(max(x - SAMPLE_PX / 2, 0), max(width - SAMPLE_PX, 0)))
    top = round(min(max(y - SAMPLE_PX / 2, 0), max(height - SAMPLE_PX, 0)))
    return picture[top : top + SAMPLE_PX, left : left + SAMPLE_PX].copy()


def extent(line: TextLine) -> float:
    """How far a line goes in any direction."""
    xs, ys = [x for x, _ in line.corners], [y for _, y in line.corners]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def merit(lines: Sequence[TextLine]) -> float:
    """How much was read well; lines across count more than columns, which a page on its side seems to have."""
    return sum(
        line.confidence * len(line.text) * (0.7 if line.vertical else 1) for line in lines if line.confidence >= SURE
    )


def quarter(picture: Array, turns: int) -> Array:
    """Turn a picture by quarters clockwise."""
    import numpy as np

    return np.ascontiguousarray(np.rot90(picture, -turns))
