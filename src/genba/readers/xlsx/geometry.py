"""Where on a sheet a drawn thing lies: anchors to lengths and lengths back to cells."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from lxml import etree

from genba.formats.ooxml.drawing import A
from genba.formats.ooxml.shapes import Box
from genba.formats.ranges import MAX_COLUMNS, MAX_ROWS, Area

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
EMU_PER_PIXEL = 9525
EMU_PER_POINT = 12700
_WIDE_DIGITS = ("ＭＳ", "MS ", "游", "Yu Gothic", "Yu Mincho")  # standard fonts whose digits are 8 pixels at 11 points


class _Axis:
    """Lengths along rows or columns: a default, and exceptions."""

    def __init__(self, default: float, exceptions: Mapping[int, float], limit: int) -> None:
        self.default = default
        self.limit = limit
        self.indexes = sorted(exceptions)
        self.surplus = [0.0, *accumulate(exceptions[index] - default for index in self.indexes)]

    def start(self, index: int) -> float:
        """The distance from the first row or column to where this one begins."""
        return index * self.default + self.surplus[bisect_right(self.indexes, index - 1)]

    def at(self, distance: float) -> int:
        """The row or column that lies at a distance."""
        low, high = 0, self.limit - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.start(middle) <= distance:
                low = middle
            else:
                high = middle - 1
        return low


class Geometry:
    """The grid of a sheet in EMU."""

    def __init__(
        self,
        widths: Sequence[tuple[int, int, float]],  # first and last column, width in characters
        heights: Mapping[int, float],  # points
        *,
        default_width: float = 0.0,
        default_height: float = 15.0,
        base_font: str = "",
    ) -> None:
        digit = 8 if base_font.startswith(_WIDE_DIGITS) else 7
        columns = {
            column: _column_emu(width, digit)
            for first, last, width in widths
            for column in range(first, min(last, first + 1024) + 1)  # a style to the last column is no exception
        }
        default = _column_emu(default_width, digit) if default_width else 64.0 * EMU_PER_PIXEL * digit / 7 // 8 * 8
        self.columns = _Axis(max(default, 1.0), columns, MAX_COLUMNS)
        self.rows = _Axis(
            max(default_height, 0.1) * EMU_PER_POINT,
            {row: height * EMU_PER_POINT for row, height in heights.items()},
            MAX_ROWS,
        )

    def anchor(self, element: etree._Element) -> tuple[Box, Area] | None:
        """Read a two-cell, one-cell or absolute anchor: its box, and the cells it lies on."""
        kind = element.tag.removeprefix(XDR)
        start = _mark(element.find(XDR + "from"))
        if kind == "twoCellAnchor":
            return self.between(start, _mark(element.find(XDR + "to")))
        extent = element.find(XDR + "ext")
        width, height = _number(extent, "cx"), _number(extent, "cy")
        if kind == "oneCellAnchor":
            left, top = self._corner(start)
        elif kind == "absoluteAnchor":
            position = element.find(XDR + "pos")
            left, top = _number(position, "x"), _number(position, "y")
        else:
            return None
        box = Box(left, top, width, height)
        area = self.area(box)
        if kind == "oneCellAnchor":
            area = Area(start[2], start[0], max(area.bottom, start[2]), max(area.right, start[0]))
        return box, area

    def between(self, start: tuple[int, float, int, float], end: tuple[int, float, int, float]) -> tuple[Box, Area]:
        """Span from one corner to another, each given as column, offset, row, offset in EMU."""
        left, top = self._corner(start)
        right, bottom = self._corner(end)
        box = Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))
        # An end without offset lies on the border before its cell.
        last_row = end[2] - 1 if end[3] <= 0 and end[2] > start[2] else end[2]
        last_column = end[0] - 1 if end[1] <= 0 and end[0] > start[0] else end[0]
        return box, Area(start[2], start[0], max(start[2], last_row), max(start[0], last_column))

    def area(self, box: Box) -> Area:
        """Give the cells a box lies on."""
        top, left = self.rows.at(max(box.top, 0.0)), self.columns.at(max(box.left, 0.0))
        bottom = self.rows.at(max(box.bottom - 1, 0.0))
        return Area(top, left, max(top, bottom), max(left, self.columns.at(max(box.right - 1, 0.0))))

    def _corner(self, mark: tuple[int, float, int, float]) -> tuple[float, float]:
        column, off_x, row, off_y = mark
        return self.columns.start(column) + off_x, self.rows.start(row) + off_y


def _column_emu(width: float, digit: int) -> float:
    """ISO/IEC 29500-1, 18.3.1.13: a width in characters to whole pixels, padding included."""
    return math.trunc((256 * max(width, 0.0) + math.trunc(128 / digit)) / 256 * digit) * float(EMU_PER_PIXEL)


def _mark(element: etree._Element | None) -> tuple[int, float, int, float]:
    """Read a corner, kept on the sheet."""
    if element is None:
        return 0, 0.0, 0, 0.0
    found = {child.tag.rsplit("}", 1)[-1]: _float(child.text) for child in element.iterchildren("*")}
    column = int(min(max(found.get("col", 0.0), 0), MAX_COLUMNS - 1))
    row = int(min(max(found.get("row", 0.0), 0), MAX_ROWS - 1))
    return column, found.get("colOff", 0.0), row, found.get("rowOff", 0.0)


def _number(element: etree._Element | None, name: str) -> float:
    return _float(element.get(name)) if element is not None else 0.0


def _float(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def frame_of(element: etree._Element) -> Box | None:
    """Find the box that the outermost shape of an anchor states for itself."""
    for xfrm in element.iter(A + "xfrm", XDR + "xfrm"):
        off, ext = xfrm.find(A + "off"), xfrm.find(A + "ext")
        if off is not None and ext is not None:
            return Box(_number(off, "x"), _number(off, "y"), _number(ext, "cx"), _number(ext, "cy"))
    return None
