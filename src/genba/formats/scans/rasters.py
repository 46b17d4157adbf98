"""Pictures as arrays of numbers for OpenCV, and back; numpy comes with the extra `ocr` and is loaded when used."""

from typing import Any

from genba.errors import InvalidInput
from genba.ports.recognisers import Raster

Array = Any  # a numpy array: numpy is not there without the extra
DPI = 200.0  # assumed where a picture does not tell


def to_array(raster: Raster, *, channels: int) -> Array:
    """Give the pixels as rows × columns (grey) or rows × columns × 3 (blue, green, red, as OpenCV has them)."""
    import cv2
    import numpy as np

    count = raster.width * raster.height * raster.channels
    if raster.channels not in (1, 3) or not count or len(raster.data) != count:
        raise InvalidInput("ocr.bad_raster", width=raster.width, height=raster.height)
    shape = (raster.height, raster.width, 3) if raster.channels == 3 else (raster.height, raster.width)
    pixels = np.frombuffer(raster.data, dtype=np.uint8).reshape(shape)
    if raster.channels == channels:
        return cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if channels == 3 else pixels
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR if channels == 3 else cv2.COLOR_RGB2GRAY)


def to_raster(pixels: Array, dpi: float) -> Raster:
    """Make a raster of an array as `to_array` gives it."""
    import cv2

    height, width = pixels.shape[:2]
    if pixels.ndim == 2:
        return Raster(width=width, height=height, channels=1, data=pixels.tobytes(), dpi=dpi)
    rgb = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return Raster(width=width, height=height, channels=3, data=rgb.tobytes(), dpi=dpi)
