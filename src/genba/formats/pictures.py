"""Pictures decoded within limits: their size from the header first, large ones at a fraction of it.

Needs OpenCV, which comes with the `ocr` extra; `can_decode` says whether it is there.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from genba.errors import InvalidInput
from genba.formats.exif import exif_of
from genba.formats.picture_size import picture_size
from genba.formats.tiff_pages import tiff_pages
from genba.ports.recognisers import Raster

Pixels = Any  # a numpy array: rows, columns and, in colour, blue, green and red

# What a picture may have at most: only JPEG can be decoded at a fraction of its size.
MOST_PX = 100_000_000
MOST_JPEG_PX = 1_000_000_000
MOST_COLOUR_PX = 40_000_000  # larger ones are decoded in grey
MOST_PROGRESSIVE_PX = 40_000_000  # of a JPEG that must be held whole until its last scan
PAGE_PX = 12_000_000  # an A4 page at 350 dpi: more pixels make reading slower, not better
TURNS = {2: (0, True), 3: (2, False), 4: (2, True), 5: (3, True), 6: (1, False), 7: (1, True), 8: (3, False)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a picture's header says, turned as it is to be seen."""

    width: int
    height: int
    orientation: int = 1
    dpi: float = 0.0
    frames: int = 1


def can_decode() -> bool:
    """Say whether this machine can decode pictures."""
    return find_spec("cv2") is not None and find_spec("numpy") is not None


def facts_of(data: bytes, frame: int = 0) -> Facts:
    """Read a picture's size, turn and resolution from its header; zeros where they cannot be told."""
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        pages = tiff_pages(data)
        if not 0 <= frame < len(pages):
            return Facts(width=0, height=0, frames=len(pages))
        page = pages[frame]
        return Facts(
            width=page.width, height=page.height, orientation=page.orientation, dpi=page.dpi, frames=len(pages)
        )
    width, height = picture_size(data) if data[:2] != b"\xff\x4f" and data[4:8] != b"jP  " else _jpeg2000(data)
    exif = exif_of(data[: 512 << 10])
    return Facts(width=width, height=height, orientation=exif.orientation, dpi=_dpi(data))


def decode(data: bytes, *, frame: int = 0, most_px: int = PAGE_PX) -> Raster:
    """Decode one page of a picture, upright and not larger than `most_px`; raises InvalidInput beyond the limits."""
    import cv2
    import numpy as np

    facts = facts_of(data, frame)
    count = facts.width * facts.height
    refuse_beyond_limits(data, facts)
    colour = count <= MOST_COLOUR_PX or fraction(data, facts, most_px) > 1
    pixels = pixels_of(data, frame, facts, fraction(data, facts, most_px), colour)
    pixels = _turned(pixels, facts.orientation)
    if (actual := pixels.shape[0] * pixels.shape[1]) > most_px:
        scale = (most_px / actual) ** 0.5
        size = (max(1, int(pixels.shape[1] * scale)), max(1, int(pixels.shape[0] * scale)))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    height, width = pixels.shape[:2]
    scale = (width * height / count) ** 0.5 if count else 1.0
    return Raster(
        width=width,
        height=height,
        channels=3 if pixels.ndim == 3 else 1,
        data=np.ascontiguousarray(pixels).tobytes(),
        dpi=round(facts.dpi * scale, 2),
    )


def jpeg(pixels: Pixels) -> bytes:
    """Pack pixels of OpenCV's order as JPEG, for pictures made here; raises InvalidInput where that fails."""
    import cv2

    done, packed = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, 90))
    if not done:
        raise InvalidInput("scans.not_decoded", count=1)
    return bytes(packed)


def refuse_beyond_limits(data: bytes, facts: Facts) -> None:
    """Raise InvalidInput for a picture that would fill the memory, and for one that does not tell its size."""
    if not facts.width or not facts.height:
        raise InvalidInput("scans.not_decoded", count=1)
    most = MOST_PX
    if _is_jpeg(data):
        most = MOST_PROGRESSIVE_PX if _is_progressive(data) else MOST_JPEG_PX
    if facts.width * facts.height > most:
        details = {"width": facts.width, "height": facts.height, "limit": most // 1_000_000}
        raise InvalidInput("scans.too_large", **details)


def _is_jpeg(data: bytes) -> bool:
    return data[:2] == b"\xff\xd8"


def _is_progressive(data: bytes) -> bool:
    """Look for the frame header that says so (ITU-T T.81, table B.1)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return marker not in (0xC0, 0xC1)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big") if marker != 0xFF else 1
    return False


def fraction(data: bytes, facts: Facts, most_px: int) -> int:
    """By how much a JPEG is to be reduced while it is decoded: a half, a quarter or an eighth of its sides."""
    if not _is_jpeg(data):
        return 1
    return next((n for n in (8, 4, 2) if facts.width * facts.height >= most_px * n * n), 1)


def pixels_of(data: bytes, frame: int, facts: Facts, fraction: int, colour: bool) -> Pixels:
    """Decode with OpenCV, in grey or in blue, green, red, as stored; raises InvalidInput where it cannot."""
    import cv2
    import numpy as np

    flags = {
        1: (cv2.IMREAD_GRAYSCALE, cv2.IMREAD_COLOR),
        2: (cv2.IMREAD_REDUCED_GRAYSCALE_2, cv2.IMREAD_REDUCED_COLOR_2),
        4: (cv2.IMREAD_REDUCED_GRAYSCALE_4, cv2.IMREAD_REDUCED_COLOR_4),
        8: (cv2.IMREAD_REDUCED_GRAYSCALE_8, cv2.IMREAD_REDUCED_COLOR_8),
    }[fraction][colour] | cv2.IMREAD_IGNORE_ORIENTATION
    # Four channels of 16 bits and their copies would take 20 bytes a pixel.
    has_alpha = facts.frames == 1 and facts.width * facts.height <= MOST_COLOUR_PX and _has_alpha(data)
    if has_alpha:
        flags = cv2.IMREAD_UNCHANGED
    source = np.frombuffer(data, np.uint8)
    try:
        if facts.frames > 1:
            decoded, pages = cv2.imdecodemulti(source, flags, range=(frame, frame + 1))
            found: Pixels = pages[0] if decoded and pages else None
        else:
            found = cv2.imdecode(source, flags)
    except cv2.error:
        found = None
    if found is None or not found.size:
        raise InvalidInput("scans.not_decoded", count=1)
    if found.dtype != np.uint8:
        found = (found >> 8).astype(np.uint8) if found.dtype == np.uint16 else found.clip(0, 255).astype(np.uint8)
    return _on_paper(found, colour) if has_alpha else found


def _has_alpha(data: bytes) -> bool:
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return data[25:26] in (b"\x04", b"\x06")
    return data[8:16] == b"WEBPVP8X" and bool(data[20] & 0x10)


def _on_paper(pixels: Pixels, colour: bool) -> Pixels:
    """Lay what is transparent on white: letters are often all that is not."""
    import cv2

    if pixels.ndim == 3 and pixels.shape[2] == 4:
        alpha = cv2.cvtColor(pixels[:, :, 3], cv2.COLOR_GRAY2BGR)
        pixels = cv2.add(cv2.multiply(pixels[:, :, :3], alpha, scale=1 / 255), 255 - alpha)
    if colour or pixels.ndim == 2:
        return pixels
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    import cv2

    quarters, mirrored = TURNS.get(orientation, (0, False))
    if mirrored:
        pixels = cv2.flip(pixels, 1)
    turns = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
    turn = turns[quarters]
    return pixels if turn is None else cv2.rotate(pixels, turn)


def _jpeg2000(data: bytes) -> tuple[int, int]:
    at = data.find(b"\xff\x4f\xff\x51", 0, 4096)
    if at < 0 or len(data) < at + 24:
        return 0, 0
    right, bottom, left, top = struct.unpack_from(">IIII", data, at + 8)
    return max(0, right - left), max(0, bottom - top)


def _dpi(data: bytes) -> float:
    """The resolution that a PNG or JPEG states; 0 where it states none, or one that no scanner has."""
    dpi = 0.0
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        at = data.find(b"pHYs", 0, 4096)
        if 0 < at <= len(data) - 13:
            across, _, unit = struct.unpack_from(">IIB", data, at + 4)
            dpi = across * 0.0254 if unit == 1 else 0.0
    elif data[6:11] == b"JFIF\0" and len(data) > 18:
        unit, across = struct.unpack_from(">BH", data, 13)
        dpi = across * {1: 1.0, 2: 2.54}.get(unit, 0.0)
    return round(dpi, 1) if 96 < dpi <= 2400 else 0.0
