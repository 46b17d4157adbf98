"""What is drawn on a page: rules of tables, filled areas, and where the pictures stand."""

import ctypes
from dataclasses import dataclass, field
from typing import Any

from genba.formats.pagelayout.glyphs import Box
from genba.formats.pagelayout.lattice import Rule
from genba.readers.pdf.frame import PageFrame

THIN_PT = 3.0  # a filled rectangle not thicker than this is a line
SHORTEST_PT = 1.0
MOST_OBJECTS = 60_000  # drawings of CAD systems: rules beyond this are not looked for
MOST_SEGMENTS = 400  # a path of more is a curve or a map, not a table
FORM_DEPTH = 8
Matrix = tuple[float, float, float, float, float, float]
UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """A picture's object on the page, and where it is shown."""

    handle: Any
    box: Box
    is_upright: bool = False  # neither turned nor mirrored


@dataclass(slots=True)
class Drawings:
    """Rules and pictures of a page."""

    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    filled: list[tuple[Box, int]] = field(default_factory=list)  # areas with their colour, in the order painted
    images: list[PlacedImage] = field(default_factory=list)
    slanted: list[Box] = field(default_factory=list)  # strokes that are no rules: arrows, curves
    objects: int = 0


class DrawingReader:
    """Walks through the objects of a page, into form objects too."""

    def __init__(self, frame: PageFrame) -> None:
        import pypdfium2.raw as pdfium

        self._raw, self._frame = pdfium, frame
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._numbers = [ctypes.c_float() for _ in range(4)]
        self._colours = [ctypes.c_uint() for _ in range(4)]
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self.found = Drawings()

    def read(self, page: Any) -> Drawings:
        """Read all objects of a page."""
        raw = self._raw
        for index in range(raw.FPDFPage_CountObjects(page)):
            self._object(raw.FPDFPage_GetObject(page, index), UNMOVED, 0)
            if self.found.objects > MOST_OBJECTS:
                break
        return self.found

    def _object(self, handle: Any, outer: Matrix, depth: int) -> None:
        raw = self._raw
        kind = raw.FPDFPageObj_GetType(handle)
        self.found.objects += 1
        if kind == raw.FPDF_PAGEOBJ_PATH:
            self._path(handle, outer)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            box = self._bounds(handle, outer)
            if box is not None:
                a, b, c, d, _, _ = multiply(self._matrix(handle), outer)
                straight = a > 0 and d > 0 and max(abs(b), abs(c)) < 0.001 * min(a, d)
                self.found.images.append(PlacedImage(handle, box, straight and not self._frame.turns))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < FORM_DEPTH:
            inner = multiply(self._matrix(handle), outer)
            for index in range(raw.FPDFFormObj_CountObjects(handle)):
                if self.found.objects > MOST_OBJECTS:
                    return
                self._object(raw.FPDFFormObj_GetObject(handle, index), inner, depth + 1)

    def _matrix(self, handle: Any) -> Matrix:
        matrix = self._raw.FS_MATRIX()
        if not self._raw.FPDFPageObj_GetMatrix(handle, ctypes.byref(matrix)):
            return UNMOVED
        return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)

    def _bounds(self, handle: Any, outer: Matrix) -> Box | None:
        left, bottom, right, top = self._numbers
        if not self._raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top):
            return None
        corners = [
            self._frame.point(*move(outer, x, y)) for x in (left.value, right.value) for y in (bottom.value, top.value)
        ]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return (min(xs), min(ys), max(xs), max(ys))

    def _path(self, handle: Any, outer: Matrix) -> None:
        raw = self._raw
        if not raw.FPDFPath_GetDrawMode(handle, self._fill, self._stroke):
            return
        filled, stroked = self._fill.value != 0, self._stroke.value != 0
        if not filled and not stroked:
            return
        box = self._bounds(handle, outer)
        if box is None or box[2] < 0 or box[3] < 0 or box[0] > self._frame.width or box[1] > self._frame.height:
            return
        width, height = box[2] - box[0], box[3] - box[1]
        if min(width, height) <= THIN_PT and (filled or self._segments(handle) == 2):
            self._rule(box)
            return
        if filled:
            self.found.filled.append((box, self._colour(handle)))
        if stroked:
            self._strokes(handle, multiply(self._matrix(handle), outer), box)

    def _segments(self, handle: Any) -> int:
        return int(self._raw.FPDFPath_CountSegments(handle))

    def _colour(self, handle: Any) -> int:
        red, green, blue, alpha = self._colours
        if not self._raw.FPDFPageObj_GetFillColor(handle, red, green, blue, alpha) or alpha.value == 0:
            return -1
        return red.value << 16 | green.value << 8 | blue.value

    def _rule(self, box: Box) -> None:
        width, height = box[2] - box[0], box[3] - box[1]
        if width >= height and width >= SHORTEST_PT:
            self.found.horizontal.append(Rule((box[1] + box[3]) / 2, box[0], box[2]))
        elif height >= SHORTEST_PT:
            self.found.vertical.append(Rule((box[0] + box[2]) / 2, box[1], box[3]))

    def _strokes(self, handle: Any, matrix: Matrix, box: Box) -> None:
        raw, count = self._raw, self._segments(handle)
        if count > MOST_SEGMENTS:
            self.found.slanted.append(box)
            return
        start = last = (0.0, 0.0)
        straight = True
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(handle, index)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, self._x, self._y)
            point = self._frame.point(*move(matrix, self._x.value, self._y.value))
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO:
                straight &= self._stroke_line(last, point)
            else:
                straight = False
            if raw.FPDFPathSegment_GetClose(segment) and kind != raw.FPDF_SEGMENT_MOVETO:
                straight &= self._stroke_line(point, start)
            last = point
        if not straight:
            self.found.slanted.append(box)

    def _stroke_line(self, a: tuple[float, float], b: tuple[float, float]) -> bool:
        """Keep a stroke along an axis as a rule; say whether it is one."""
        width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
        if min(width, height) > 0.75:
            return False
        self._rule((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))
        return True


def multiply(inner: Matrix, outer: Matrix) -> Matrix:
    """Apply the inner matrix, then the outer (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def move(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Apply a matrix to a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
