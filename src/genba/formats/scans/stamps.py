"""Seals (印影): red rings and squares are found by their colour and taken out, so that nobody reads names into them."""

from genba.formats.pagelayout.glyphs import Box
from genba.formats.scans.rasters import Array

REDDER = 36  # than green and blue, of 255
SMALLEST_PT, LARGEST_PT = 18.0, 130.0  # 認印 is 10 mm, 社印 up to 45 mm
SLIMMEST = 0.6  # width over height, or the other way round
CLOSED = 0.7  # of the way around must be drawn
SECTORS = 36


def without_stamps(picture: Array, scale: float) -> tuple[Array, tuple[Box, ...]]:
    """Take red seals out of a picture in colours; black print under them stays."""
    if picture.ndim == 2:
        return picture, ()
    import cv2
    import numpy as np

    red = find_red(picture)
    if int(red.max()) == 0:
        return picture, ()
    gap = max(3, round(1.5 * scale) | 1)
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[Box] = []
    cleaned = picture
    for index in range(1, count):
        x, y, w, h = (int(value) for value in stats[index][:4])
        if not (
            min(w, h) / scale >= SMALLEST_PT and max(w, h) / scale <= LARGEST_PT and min(w, h) >= SLIMMEST * max(w, h)
        ):
            continue
        area = (slice(y, y + h), slice(x, x + w))
        if not goes_around(labels[area] == index):
            continue
        if cleaned is picture:
            cleaned = picture.copy()
        wipe(cleaned[max(0, y - 3) : y + h + 3, max(0, x - 3) : x + w + 3])
        found.append((x / scale, y / scale, (x + w) / scale, (y + h) / scale))
    return cleaned, tuple(sorted(found, key=lambda box: (box[1], box[0])))


def find_red(picture: Array) -> Array:
    """Mark red and vermilion ink."""
    import cv2
    import numpy as np

    blue, green, red = cv2.split(picture)
    clear = cv2.subtract(red, cv2.max(green, blue)) > REDDER
    return clear.astype(np.uint8)


def goes_around(mask: Array) -> bool:
    """Say whether a mark has a rim: ink near the edge of its area in nearly every direction from its middle."""
    import numpy as np

    h, w = mask.shape
    ys, xs = np.nonzero(mask)
    u, v = (xs - (w - 1) / 2) / (w / 2), (ys - (h - 1) / 2) / (h / 2)
    sector = ((np.arctan2(v, u) + np.pi) / (2 * np.pi) * SECTORS).astype(int) % SECTORS
    round_rim = np.hypot(u, v) > 0.8
    square_rim = np.maximum(np.abs(u), np.abs(v)) > 0.86
    return any(len(set(sector[rim].tolist())) >= CLOSED * SECTORS for rim in (round_rim, square_rim))


def wipe(area: Array) -> None:
    """Make red ink as bright as the paper around it; what is dark in every colour is print and stays."""
    import cv2
    import numpy as np

    blue, green, red = (plane.astype(np.int16) for plane in cv2.split(area))
    reddish = ((red - np.maximum(green, blue)) > REDDER // 3).astype(np.uint8)
    inked = (cv2.dilate(reddish, np.ones((3, 3), np.uint8)) > 0) & (red > 110)
    paper = np.median(area.reshape(-1, 3)[~inked.reshape(-1)], axis=0) if not inked.all() else (255, 255, 255)
    area[inked] = paper
