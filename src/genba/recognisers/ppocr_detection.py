"""Where the lines of a page stand: the detection model's map of text, and the boxes around its patches."""

from collections.abc import Callable, Iterator

from genba.formats.scans.rasters import Array
from genba.ports.recognisers import Quad

SEEN_DPI = 110.0  # as fine as the model needs print of 7 points
LONGEST_SIDE = 1440  # of a picture whose resolution nobody knows, as the model sees it
SHORTEST_SIDE, MOST_SIDE = 960, 4096
KNOWN_DPI = 100.0  # a lower one is what programs write into photographs
TILE, OVERLAP = 896, 96  # the model sees a page in tiles: its memory does not grow with the page
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the pictures it was trained with
IS_TEXT = 0.3
IS_LINE = 0.5  # mean over the box
GROWTH = 1.6  # the model marks the core of a line; its box is wider by this share of area over perimeter
SMALLEST = 3
MOST_LINES = 3000


def detect(picture: Array, model: Callable[[Array], Array], dpi: float = 0.0) -> list[Quad]:
    """Find the lines of a page, from top to bottom."""
    import cv2

    height, width = picture.shape[:2]
    scale = seen_scale(max(height, width), dpi)
    size = (max(32, round(width * scale / 32) * 32), max(32, round(height * scale / 32) * 32))
    shrunk = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    score = map_of(shrunk, model)
    ratio = (width / size[0], height / size[1])
    found = [as_quad(box, ratio, (width, height)) for box in boxes(score)]
    return sorted(found, key=lambda quad: (quad[0][1], quad[0][0]))


def seen_scale(longest: int, dpi: float) -> float:
    """How far a page is shrunk before the model sees it."""
    if dpi < KNOWN_DPI:
        return min(1.0, LONGEST_SIDE / longest)
    wanted = min(max(longest * SEEN_DPI / dpi, SHORTEST_SIDE), MOST_SIDE)
    return min(1.0, wanted / longest)


def map_of(picture: Array, model: Callable[[Array], Array]) -> Array:
    """The model's map of a picture, put together of tiles that overlap; each gives what lies well inside it."""
    import numpy as np

    height, width = picture.shape[:2]
    score = np.zeros((height, width), dtype=np.float32)
    for top, bottom, y0, y1 in tiles(height):
        for left, right, x0, x1 in tiles(width):
            part = model(as_input(picture[top:bottom, left:right]))[0, 0]
            score[y0:y1, x0:x1] = part[y0 - top : y1 - top, x0 - left : x1 - left]
    return score


def tiles(length: int) -> list[tuple[int, int, int, int]]:
    """Cut a length, a multiple of 32, into tiles: where each begins and ends, and which part of it counts."""
    count = max(1, -(-(length - OVERLAP) // (TILE - OVERLAP)))
    step = -(-(length - OVERLAP) // count // 32) * 32 if count > 1 else length
    found = []
    for index in range(count):
        start = index * step
        end = length if index == count - 1 else min(length, start + step + OVERLAP)
        first = start + OVERLAP // 2 if index else 0
        last = end - OVERLAP // 2 if end < length else length
        found.append((start, end, first, last))
    return found


def as_input(picture: Array) -> Array:
    """Turn a picture into what the model takes: planes of blue, green and red around zero."""
    import numpy as np

    values = picture.astype(np.float32)
    values *= np.float32(1 / 255)
    values -= np.array(MEAN, dtype=np.float32)
    values /= np.array(DEVIATION, dtype=np.float32)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def boxes(score: Array) -> Iterator[Array]:
    """Give the four corners of each patch that is a line."""
    import cv2
    import numpy as np

    patches = (score > IS_TEXT).astype(np.uint8)
    contours, _ = cv2.findContours(patches, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours[:MOST_LINES]:
        centre, (w, h), angle = cv2.minAreaRect(contour)
        if min(w, h) < SMALLEST or mean_in(score, contour) < IS_LINE:
            continue
        more = w * h * GROWTH / (2 * (w + h)) * 2
        yield cv2.boxPoints((centre, (w + more, h + more), angle))


def mean_in(score: Array, contour: Array) -> float:
    """The mean of the map over the rectangle around a patch."""
    import cv2
    import numpy as np

    x, y, w, h = cv2.boundingRect(contour)
    mask = np.zeros((h, w), dtype=np.uint8)
    corners = cv2.boxPoints(cv2.minAreaRect(contour)) - (x, y)
    cv2.fillPoly(mask, [corners.astype(np.int32)], (1,))
    return float(cv2.mean(score[y : y + h, x : x + w], mask)[0])


def as_quad(corners: Array, ratio: tuple[float, float], size: tuple[int, int]) -> Quad:
    """Scale corners to the page, clockwise from the top left one."""
    points = [
        (min(max(float(x) * ratio[0], 0.0), float(size[0])), min(max(float(y) * ratio[1], 0.0), float(size[1])))
        for x, y in corners
    ]
    by_x = sorted(points)
    left, right = sorted(by_x[:2], key=lambda p: p[1]), sorted(by_x[2:], key=lambda p: p[1])
    return (left[0], right[0], right[1], left[1])
