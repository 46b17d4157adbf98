"""One look at a small copy of a picture: a page of print, something with words in it, or neither."""

from __future__ import annotations

import struct
import zlib
from enum import StrEnum
from typing import Any

from genba.formats.pictures import Facts, facts_of, fraction, pixels_of, refuse_beyond_limits

Pixels = Any  # a numpy array: rows, columns and, in colour, blue, green and red

SIDE_PX = 900  # longer side of the small copy
SMALLEST_PX = 24  # a line of print needs as much
STRIPPED_PX = 1_000_000
STRIP_BYTES = 3 << 19  # of the pixels of a large PNG, enough to tell a photograph
MOST_PARTS = 6_000  # patches of ink that are looked at
PAPER_SHARE = 0.55
LINES_OF_PAGE = 5
LINES_OF_WORDS = 1
INK_SHARE = (0.0015, 0.4)
COVERED = 0.4  # of the ink, by lines of text
COVERED_BY_WORDS = 0.125
COVERED_OF_SHEET = 0.04  # of dirty paper, askew: long lines run into each other
WHOLE_PAPER = 0.97
SHEET = (1.36, 1.47)  # longer to shorter side of A4 and B5, with what a scanner adds
DARK = 90
WHITE = 205
STROKE_PX = 21  # thicker things are no strokes of print


class Look(StrEnum):
    """What one look at a picture tells."""

    PAGE = "page"  # lines of print on paper
    WORDS = "words"  # something in it may be text
    NONE = "none"


def look(data: bytes, frame: int = 0) -> Look:
    """Tell what a picture may be, from a small copy; raises InvalidInput beyond the limits."""
    facts = facts_of(data, frame)
    if 0 < min(facts.width, facts.height) < SMALLEST_PX:
        return Look.NONE
    refuse_beyond_limits(data, facts)
    strip = _strip(data, facts)
    if strip is not None and _is_photograph(strip):
        return Look.NONE
    reduced = fraction(data, facts, SIDE_PX * SIDE_PX // 2)
    return judge(_small(pixels_of(data, frame, facts, reduced, False)))


def judge(grey: Pixels) -> Look:
    """Judge a small grey picture by its paper and by the strokes on it."""
    import numpy as np

    if min(grey.shape) < SMALLEST_PX:
        return Look.NONE
    if np.median(grey) < DARK:  # light letters on a dark screen
        grey = 255 - grey
    paper, ink = _paper_and_ink(grey)
    share = float(ink.mean())
    if not INK_SHARE[0] < share < INK_SHARE[1]:
        return Look.NONE
    across, covered = _lines(ink)
    if paper >= PAPER_SHARE and (across < LINES_OF_PAGE or covered < COVERED):
        down, covered_down = _lines(np.ascontiguousarray(ink.T))
        if covered_down > covered:
            across, covered = down, covered_down
    if across >= LINES_OF_PAGE and paper >= PAPER_SHARE and covered >= COVERED:
        return Look.PAGE
    sides = max(grey.shape) / min(grey.shape)
    if across >= LINES_OF_PAGE and paper >= WHOLE_PAPER and covered >= COVERED_OF_SHEET and SHEET[0] < sides < SHEET[1]:
        return Look.PAGE  # a sheet of paper, so dirty that lines run into each other
    return Look.WORDS if across >= LINES_OF_WORDS and covered >= COVERED_BY_WORDS else Look.NONE


def _paper_and_ink(grey: Pixels) -> tuple[float, Pixels]:
    """The share of the picture that is even, light ground, and a mask of the strokes on it."""
    import cv2
    import numpy as np

    ground = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((STROKE_PX, STROKE_PX), np.uint8))
    ground = cv2.blur(ground, (STROKE_PX, STROKE_PX))
    strokes = cv2.subtract(ground, grey)
    ink = (strokes > np.maximum(ground // 5, 18)) & (ground > 60)
    beside = cv2.boxFilter(ink.astype(np.uint8), -1, (3, 3), normalize=False)
    ink &= beside >= 3  # specks of one or two pixels are no print
    coarse = cv2.resize(ground, (48, 48), interpolation=cv2.INTER_AREA).astype(np.int16)
    steps = np.maximum(np.abs(np.diff(coarse, axis=0))[:, :-1], np.abs(np.diff(coarse, axis=1))[:-1])
    light = coarse[:-1, :-1] >= 0.6 * np.percentile(coarse, 90)
    return float(((steps <= 10) & light).mean()), ink


def _lines(ink: Pixels) -> tuple[int, float]:
    """Count what looks like lines of text, and tell what share of the ink stands in them."""
    import cv2
    import numpy as np

    mask = ink.astype(np.uint8)
    rules: Pixels = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, 60), np.uint8))
    mended = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 3), np.uint8))  # upright rules, broken or aslant
    rules |= cv2.morphologyEx(mended, cv2.MORPH_OPEN, np.ones((40, 1), np.uint8))
    mask &= 1 - cv2.dilate(rules, np.ones((3, 3), np.uint8))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 13), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count > MOST_PARTS:
        return 0, 0.0
    total = max(1, int(mask.sum()))
    found, covered = 0, 0
    for x, y, width, height, area in stats[1:].tolist():
        if not 5 <= height <= 60 or width < 2.5 * height or area < 0.4 * width * height:
            continue
        part = mask[y : y + height, x : x + width]
        filled = int(part.sum())
        # Print alternates between stroke and gap: about two to six times in the width of a character.
        changes = int(np.count_nonzero(part[:, 1:] != part[:, :-1])) / height
        if 0.1 <= filled / (width * height) <= 0.75 and 1.0 <= changes * height / width <= 9.0:
            found += 1
            covered += filled
    return found, covered / total


def _small(pixels: Pixels) -> Pixels:
    import cv2

    longer = max(pixels.shape[:2])
    if longer <= SIDE_PX:
        return pixels
    size = (max(1, pixels.shape[1] * SIDE_PX // longer), max(1, pixels.shape[0] * SIDE_PX // longer))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _strip(data: bytes, facts: Facts) -> Pixels | None:
    """Decode the first rows of a large PNG only: all of a photograph would take a third of a second."""
    import cv2
    import numpy as np

    if data[:8] != b"\x89PNG\r\n\x1a\n" or facts.width * facts.height < STRIPPED_PX or len(data) < 33 or data[28]:
        return None  # small, or interlaced
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(data[25], 0)
    row_bytes = (facts.width * channels * data[24] + 7) // 8 + 1
    rows = min(facts.height, STRIP_BYTES // row_bytes) if channels else 0
    if rows < 64:
        return None
    before, packed, at = [], [], 33
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            packed.append(data[at + 8 : at + 8 + length])
            if sum(map(len, packed)) > STRIP_BYTES:
                break
        elif packed:
            break
        elif kind == b"PLTE":
            before.append(data[at : at + 12 + length])
        at += 12 + length
    try:
        plain = zlib.decompressobj().decompress(b"".join(packed), rows * row_bytes)
    except zlib.error:
        return None
    rows = len(plain) // row_bytes
    if rows < 64:
        return None
    header = struct.pack(">II", facts.width, rows) + data[24:29]
    body = zlib.compress(plain[: rows * row_bytes], 0)
    chunks = [_chunk(b"IHDR", header), *before, _chunk(b"IDAT", body), _chunk(b"IEND", b"")]
    source = np.frombuffer(data[:8] + b"".join(chunks), np.uint8)
    strip: Pixels | None = cv2.imdecode(source, cv2.IMREAD_GRAYSCALE)
    return strip


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_photograph(strip: Pixels) -> bool:
    """Say whether the upper rows of a large picture show neither white paper nor lines of text."""
    import numpy as np

    small = _small(strip)
    if min(small.shape) < SMALLEST_PX or (np.percentile(small, 90) >= WHITE and np.median(small) >= WHITE - 20):
        return False
    dark = bool(np.median(small) < DARK)
    paper, ink = _paper_and_ink(255 - small if dark else small)
    found, covered = _lines(ink)
    return covered < COVERED_BY_WORDS and found < LINES_OF_PAGE and (paper < PAPER_SHARE or not dark)
