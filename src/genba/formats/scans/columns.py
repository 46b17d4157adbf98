"""Vertical writing on a page: blocks of columns are cut out and read by the recogniser made for them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from genba.formats.pagelayout.glyphs import Box, around
from genba.formats.scans.rasters import Array, to_raster
from genba.formats.scans.written import Written, as_written
from genba.ports.recognisers import TextRecogniser

REACH = 1.6  # columns nearer than this, in widths of a column, are one block
MARGIN = 0.6  # around a block, in widths of a column
ENOUGH = 0.6  # of the characters that the first reading has must come back
SURE = 0.6


def reread_columns(
    written: Sequence[Written],
    picture: Array,
    scale: float,
    recogniser: TextRecogniser,
    mend: Callable[[str], str],
) -> list[Written]:
    """Read the vertical blocks of a page anew; what comes back worse keeps its first reading."""
    result = [line for line in written if not line.vertical]
    for block in blocks_of([line for line in written if line.vertical]):
        again = read_block(block, result, picture, scale, recogniser, mend)
        before, after = sum(len(line.text) for line in block), sum(len(line.text) for line in again)
        sure = sum(line.confidence * len(line.text) for line in again) >= SURE * after
        result.extend(again if after >= ENOUGH * before and sure else block)
    return result


def blocks_of(columns: Sequence[Written]) -> list[list[Written]]:
    """Group columns that stand side by side, or one below the other."""
    groups: list[list[Written]] = []
    for column in sorted(columns, key=lambda line: (-line.x1, line.y0)):
        near = [group for group in groups if any(touch(column, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in near)]
        groups.append([line for group in near for line in group] + [column])
    return groups


def touch(a: Written, b: Written) -> bool:
    """Say whether two columns belong to one block."""
    reach = REACH * max(a.height, b.height)
    apart_x = max(a.x0, b.x0) - min(a.x1, b.x1)
    apart_y = max(a.y0, b.y0) - min(a.y1, b.y1)
    return apart_x < reach and apart_y < reach


def read_block(
    block: Sequence[Written],
    others: Sequence[Written],
    picture: Array,
    scale: float,
    recogniser: TextRecogniser,
    mend: Callable[[str], str],
) -> list[Written]:
    """Cut a block out, paint over what stands beside it, and read it."""
    margin = MARGIN * max(line.height for line in block)
    x0, y0, x1, y1 = around([(line.x0, line.y0, line.x1, line.y1) for line in block])
    height, width = picture.shape[:2]
    left, top = max(0, round((x0 - margin) * scale)), max(0, round((y0 - margin) * scale))
    right, bottom = min(width, round((x1 + margin) * scale)), min(height, round((y1 + margin) * scale))
    cut = picture[top:bottom, left:right].copy()
    for line in others:
        cover(cut, (line.x0 * scale - left, line.y0 * scale - top, line.x1 * scale - left, line.y1 * scale - top))
    found = [as_written(line, scale, mend) for line in recogniser.lines(to_raster(cut, scale * 72))]
    dx, dy = left / scale, top / scale
    return [replace(line, x0=line.x0 + dx, y0=line.y0 + dy, x1=line.x1 + dx, y1=line.y1 + dy) for line in found]


def cover(picture: Array, box: Box) -> None:
    """Paint an area white."""
    height, width = picture.shape[:2]
    x0, y0 = max(0, int(box[0])), max(0, int(box[1]))
    x1, y1 = min(width, int(box[2])), min(height, int(box[3]))
    if x0 < x1 and y0 < y1:
        picture[y0:y1, x0:x1] = 255
