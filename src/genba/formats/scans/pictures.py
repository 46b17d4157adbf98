"""Photographs and drawings printed on a page: regions of tone or ink that are neither text, rules nor shading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genba.formats.pagelayout.glyphs import Box
from genba.formats.pagelayout.lattice import Lattice
from genba.formats.scans.drawn import BAND_PT, ink
from genba.formats.scans.rasters import Array
from genba.formats.scans.written import Written

STROKE_PT = 4.0  # thinner ink is writing or a line of a drawing, no tone
DARKER = 20  # than the paper, of 255: tone
LINE_PT = 8  # shorter ink is grain, or a letter that was not read
GRAIN = 2  # of 255: how far half of a bad scan's pixels are from their neighbours
GAP_PT = 6  # parts of a drawing lie nearer to each other
TONED_PT = 24.0  # the least side of a photograph
DRAWN_PT = 40.0  # of a drawing: seals and handwriting are smaller
SLIMMEST = 1 / 12
LARGEST = 0.7  # of the page: larger is a border, or the shadow of the glass
LARGEST_DRAWN = 0.35  # where a page is one drawing, what is written on it matters more than its picture
WORDY = 0.3  # of a region: shaded or framed text
STRUCTURE = 9.0  # how much the tones of a picture differ; those of shading do not
SURE = 0.7  # of a line that is writing, not something of a drawing that was taken for it
LEAST_FULL = 0.3  # of its bounds is tone
EDGE_PT = 3  # around tone
MOST = 40
INSIDE_PT = 4.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture stands on a straight page, in points; `toned` tells photographs from drawings of lines."""

    box: Box
    toned: bool


def find_pictures(
    grey: Array, scale: float, written: Sequence[Written], lattices: Sequence[Lattice]
) -> tuple[Picture, ...]:
    """Find the pictures of a level page, from the top; `scale` is pixels a point, lines tell what is writing."""
    toned, shades = toned_in(grey, scale, written)
    tables = [lattice for lattice in lattices if not any(holds(box, lattice.box) for box in toned)]
    drawn = [*drawn_in(grey, scale, written, tables, shades)]
    found = [*(Picture(box, toned=True) for box in toned), *(Picture(box, toned=False) for box in drawn)]
    found.sort(key=lambda picture: (picture.box[3] - picture.box[1]) * (picture.box[0] - picture.box[2]))
    apart: list[Picture] = []
    for picture in found[: 2 * MOST]:
        if not any(within(picture.box, other.box) > 0.5 for other in apart):
            apart.append(picture)
    return tuple(sorted(apart[:MOST], key=lambda picture: (picture.box[1], picture.box[0])))


def toned_in(grey: Array, scale: float, written: Sequence[Written]) -> tuple[list[Box], Array]:
    """Regions darker than the paper when strokes are painted over, whose tones differ; and all tone, as a mask."""
    import cv2
    import numpy as np

    side = max(3, round(STROKE_PT * scale) | 1)
    without_strokes = shrunk(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), scale)
    tone = (without_strokes.astype(int) < int(np.median(without_strokes)) - DARKER).astype(np.uint8)
    tone = cv2.morphologyEx(tone, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    blank = writing([line for line in written if line.confidence >= SURE], tone.shape, 0.0) == 0
    height, width = tone.shape
    found: list[Box] = []
    shades = np.zeros_like(tone)
    for (x0, y0, x1, y1), mask in regions(tone):
        wide, high = x1 - x0, y1 - y0
        area = (slice(y0, y1), slice(x0, x1))
        shades[area][mask] = 1
        if min(wide, high) < max(TONED_PT, SLIMMEST * max(wide, high)) or wide * high > LARGEST * width * height:
            continue
        # The rim is half paper.
        core = cv2.erode(
            mask.astype(np.uint8), np.ones((5, 5), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
        )
        seen = without_strokes[area][blank[area] & (core > 0)]
        if mask.mean() < LEAST_FULL or seen.size < (1 - WORDY) * core.sum() or seen.size == 0:
            continue
        if seen.std() < STRUCTURE:
            continue
        shades[area] = 1
        found.append((float(x0), float(y0), float(x1), float(y1)))
    return found, cv2.dilate(shades, np.ones((2 * EDGE_PT + 1, 2 * EDGE_PT + 1), np.uint8))


def drawn_in(
    grey: Array, scale: float, written: Sequence[Written], tables: Sequence[Lattice], shades: Array
) -> Iterator[Box]:
    """Regions of ink that is no writing and no rule of a table."""
    import cv2
    import numpy as np

    grainy = float(np.median(cv2.absdiff(grey, cv2.medianBlur(grey, 3)))) > GRAIN
    marked = shrunk(ink(cv2.medianBlur(grey, 5) if grainy else grey, scale), scale) > 40
    height, width = marked.shape
    sure = [line for line in written if line.confidence >= SURE]
    marked[writing(sure, marked.shape, 1.0) > 0] = False
    marked[shades > 0] = False
    rules = np.zeros((height, width), np.uint8)
    for frame in (frame for table in tables for frame in table.frames):
        x0, y0, x1, y1 = (round(value) for value in frame.box)
        cv2.rectangle(rules, (x0, y0), (x1, y1), 1, round(2 * BAND_PT))
    marked[rules > 0] = False
    marked = without_grain(marked)
    near = cv2.morphologyEx(marked.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((GAP_PT, GAP_PT), np.uint8))
    said, unsure = (
        writing(sure, marked.shape, 0.0),
        writing([line for line in written if line not in sure], marked.shape, 0.0),
    )
    for (x0, y0, x1, y1), _ in regions(near):
        wide, high = x1 - x0, y1 - y0
        area = (slice(y0, y1), slice(x0, x1))
        if min(wide, high) < max(DRAWN_PT, SLIMMEST * max(wide, high)) or wide * high > LARGEST_DRAWN * width * height:
            continue
        if said[area].mean() > WORDY or unsure[area].mean() > 2 * WORDY or marked[area].mean() < 0.01:
            continue
        yield (float(x0), float(y0), float(x1), float(y1))


def without_grain(marked: Array) -> Array:
    """Ink without the specks of a bad scan: lines of a drawing are long."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
    is_line = stats[:, 2:4].max(axis=1) >= LINE_PT
    is_line[0] = False  # the paper
    kept: Array = is_line[labels]
    return kept


def regions(mask: Array) -> Iterator[tuple[tuple[int, int, int, int], Array]]:
    """The connected parts of a mask with their bounds, each cut to them."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for index in range(1, count):
        x, y, w, h = (int(value) for value in stats[index][:4])
        if min(w, h) >= TONED_PT:
            yield (x, y, x + w, y + h), labels[y : y + h, x : x + w] == index


def shrunk(picture: Array, scale: float) -> Array:
    """The picture at a pixel a point."""
    import cv2

    height, width = picture.shape[:2]
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def writing(written: Sequence[Written], shape: tuple[int, int], more: float) -> Array:
    """Mark where lines stand, at a pixel a point, a little wider than they were found."""
    import numpy as np

    mask = np.zeros(shape, np.uint8)
    for line in written:
        rows = slice(max(0, round(line.y0 - more)), round(line.y1 + more))
        mask[rows, max(0, round(line.x0 - more)) : round(line.x1 + more)] = 1
    return mask


def within(inner: Box, outer: Box) -> float:
    """The share of a box that lies in another."""
    wide = min(inner[2], outer[2]) - max(inner[0], outer[0])
    high = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return wide * high / area if wide > 0 and high > 0 and area > 0 else 0.0


def holds(outer: Box, inner: Box) -> bool:
    """Say whether a box lies in another, or hardly leaves it."""
    return (
        inner[0] >= outer[0] - INSIDE_PT
        and inner[1] >= outer[1] - INSIDE_PT
        and inner[2] <= outer[2] + INSIDE_PT
        and inner[3] <= outer[3] + INSIDE_PT
    )


def painted(picture: Array, pictures: Sequence[Picture], scale: float) -> Array:
    """The page with paper where its pictures stand, so that nobody looks for writing there."""
    if not pictures:
        return picture
    result = picture.copy()
    for found in pictures:
        x0, y0, x1, y1 = found.box
        rows = slice(max(0, round((y0 - 2) * scale)), round((y1 + 2) * scale))
        result[rows, max(0, round((x0 - 2) * scale)) : round((x1 + 2) * scale)] = 255
    return result
