"""A sheet of paper photographed on something darker: its four corners, and the picture as if taken from above."""

from genba.formats.scans.rasters import Array

SEARCHED_PX = 600
SMALLEST, LARGEST = 0.25, 0.96  # of the picture's area
BRIGHTER = 50  # than what it lies on, of 255
CORNER = 0.02  # of the way around, by which its edges may leave a straight line
FLATTEST = 0.5  # of the longer of two opposite edges: beyond it nobody could read the far side


def find_corners(grey: Array) -> Array | None:
    """Give the corners of the sheet from the top left clockwise; None where there is no clear one."""
    import cv2
    import numpy as np

    shrink = min(1.0, SEARCHED_PX / max(grey.shape))
    small = cv2.GaussianBlur(cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), (5, 5), 0)
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    sheet = cv2.convexHull(max(contours, key=cv2.contourArea))
    share = cv2.contourArea(sheet) / small.size
    corners = cv2.approxPolyDP(sheet, CORNER * cv2.arcLength(sheet, closed=True), closed=True).reshape(-1, 2)
    if not SMALLEST <= share <= LARGEST or len(corners) != 4 or not stands_out(small, corners):
        return None
    return in_order(corners) / shrink


def stands_out(grey: Array, corners: Array) -> bool:
    """Say whether what lies around the corners' area is darker everywhere."""
    import cv2
    import numpy as np

    inside = np.zeros_like(grey)
    cv2.fillConvexPoly(inside, corners.astype(np.int32), 255)
    around = cv2.bitwise_not(cv2.dilate(inside, np.ones((9, 9), np.uint8)))
    if not around.any():
        return False
    return bool(np.median(grey[inside > 0]) - np.percentile(grey[around > 0], 90) >= BRIGHTER)


def in_order(corners: Array) -> Array:
    """Put corners into the order top left, top right, bottom right, bottom left."""
    import numpy as np

    total, difference = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    picked = [total.argmin(), difference.argmax(), total.argmax(), difference.argmin()]
    return corners[picked].astype(np.float32)


def flattened(picture: Array, corners: Array) -> tuple[Array, Array] | None:
    """Give the sheet as seen from above, and the matrix that leads back; None for a sheet seen too aslant."""
    import cv2
    import numpy as np

    top, right, bottom, left = (float(np.linalg.norm(corners[at] - corners[(at + 1) % 4])) for at in range(4))
    if min(top, bottom) < FLATTEST * max(top, bottom) or min(left, right) < FLATTEST * max(left, right):
        return None
    width, height = round(max(top, bottom)), round(max(left, right))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    flat = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return flat, np.linalg.inv(matrix)
