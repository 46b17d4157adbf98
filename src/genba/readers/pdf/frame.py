"""From the coordinates of a PDF's page to those a reader sees: y downwards, crop box at the origin, /Rotate applied."""

import ctypes
from dataclasses import dataclass
from typing import Any

from genba.formats.pagelayout.glyphs import Box, Flow


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The visible part of a page: its box in PDF coordinates and the quarter turns it is shown with."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int  # clockwise

    @property
    def width(self) -> float:
        """As displayed."""
        return self.top - self.bottom if self.turns % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """As displayed."""
        return self.right - self.left if self.turns % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Place a point of the PDF on the page as displayed."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Place a rectangle of the PDF on the page as displayed."""
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def turn(self, a: float, b: float) -> Flow | None:
        """To where text with this matrix is turned as displayed; None when it is aslant."""
        if abs(b) <= 0.1 * abs(a):
            quarter = 0 if a > 0 else 2
        elif abs(a) <= 0.1 * abs(b):
            quarter = 3 if b > 0 else 1
        else:
            return None
        return Flow((quarter + self.turns) % 4)


def frame_of(page: Any) -> PageFrame:
    """Read the visible box: the crop box within the media box, as pdfium displays it."""
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    turns = max(pdfium.FPDFPage_GetRotation(page), 0) % 4
    if pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(rect)) and rect.right > rect.left and rect.top > rect.bottom:
        return PageFrame(rect.left, rect.bottom, rect.right, rect.top, turns)
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    return PageFrame(0.0, 0.0, *((height, width) if turns % 2 else (width, height)), turns)
