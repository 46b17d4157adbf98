"""Pages set straight: the skew of a scan found from the profile of its rows, and how to get back to the picture."""

from dataclasses import dataclass

from genba.formats.scans.rasters import Array
from genba.formats.scans.sheets import find_corners, flattened

SEARCHED_PX = 900  # the longer side of the picture in which the skew is looked for
WIDEST = 10.0  # degrees
CLEARER = 1.05  # than as it is, or the page is taken for level
LEAST = 0.05  # a smaller skew is left
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Straight:
    """A page set straight; `back` takes its pixels to those of the picture it comes from."""

    picture: Array
    back: Array  # 3 × 3
    skew: float = 0.0  # degrees clockwise that were taken out
    turned: int = 0  # quarter turns clockwise that were taken out


def back_from(turned: int, width: int, height: int) -> Array:
    """How places on a turned picture of this size were before it was turned by so many quarters clockwise."""
    import numpy as np

    matrices = (
        np.eye(3),
        np.array([(0, 1, 0), (-1, 0, width), (0, 0, 1)], dtype=float),
        np.array([(-1, 0, width), (0, -1, height), (0, 0, 1)], dtype=float),
        np.array([(0, -1, height), (1, 0, 0), (0, 0, 1)], dtype=float),
    )
    return matrices[turned % 4]


def to_grey(picture: Array) -> Array:
    """The picture without its colours."""
    import cv2

    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def straighten(picture: Array, turned: int = 0) -> Straight:
    """Take the skew out of a page that was turned by so many quarters clockwise before."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    unturned = back_from(turned, width, height)
    corners = find_corners(to_grey(picture))
    flat = flattened(picture, corners) if corners is not None else None
    if flat is not None:
        picture, unturned = flat[0], unturned @ flat[1]
        height, width = picture.shape[:2]
    angle = find_skew(to_grey(picture))
    if abs(angle) < LEAST:
        return Straight(picture, unturned, turned=turned)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    level = cv2.warpAffine(
        picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )  # fmt: skip
    back = np.linalg.inv(np.vstack([matrix, (0, 0, 1)]))
    return Straight(level, unturned @ back, skew=angle, turned=turned)


def find_skew(grey: Array) -> float:
    """Give the angle, in degrees clockwise, by which the lines of a page lean."""
    import cv2
    import numpy as np

    shrink = min(1.0, SEARCHED_PX / max(grey.shape))
    small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(small, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    ys, xs = np.nonzero(dark)
    if len(ys) < 50:
        return 0.0
    best = search(xs, ys, np.arange(-WIDEST, WIDEST + 0.01, 0.5))
    best = search(xs, ys, best + np.arange(-0.5, 0.51, 0.1))
    best = search(xs, ys, best + np.arange(-0.1, 0.11, 0.02))
    return float(round(best, 2)) if clarity(xs, ys, best) > CLEARER * clarity(xs, ys, 0.0) else 0.0


def search(xs: Array, ys: Array, angles: Array) -> float:
    """Give the angle at which rows, or columns, of ink stand apart most clearly."""
    scores = [clarity(xs, ys, float(angle)) for angle in angles]
    top = max(scores)
    likely = [float(angle) for angle, score in zip(angles, scores, strict=True) if score >= top * (1 - 1e-9)]
    return min(likely, key=abs)


def clarity(xs: Array, ys: Array, angle: float) -> float:
    """How clearly rows and columns of ink stand apart when the page is turned by an angle."""
    import numpy as np

    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return contrast(ys * cos - xs * sin) + contrast(xs * cos + ys * sin)


def contrast(places: Array) -> float:
    """How much the number of points differs from one pixel row to the next."""
    import numpy as np

    counts = np.bincount(np.floor(places - places.min()).astype(np.int64)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())
