"""Draws a layout as SVG: lines in their colours on white, texts kept as texts, whatever fonts the machine has."""

import html
import math
from collections.abc import Iterable, Iterator
from typing import Any

from genba.formats.drawing.sheet import PlacedText
from genba.readers.dxf.scene import DEPTH, MOST_COPIES, TEXT_READERS, Matrix, Scene, Setting, affine, moved, product

MOST_POINTS = 300_000
MOST_VISITED = 200_000
PICTURE_PX = 1600
FINENESS = 2500  # of the longer side, how far a curve may be from its chords
BLACK = "#000"
Point = tuple[float, float]


def draw(document: Any, layout: Any, scene: Scene) -> tuple[bytes, bool]:
    """Give the picture and whether something had to be left out; empty where nothing is drawn."""
    left, top, right, bottom = scene.box
    size = max(right - left, bottom - top)
    if not (math.isfinite(size) and size > 0):
        return b"", False
    brush = _Brush(document, size)
    brush.entities(layout, None, BLACK, "0", 0)
    if not brush.paths and not brush.filled and not brush.lettering.texts:
        return b"", brush.is_cut_off
    margin = 0.01 * size
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    scale = PICTURE_PX / max(width, height)
    brush.origin = (left, top)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:.0f}" height="{height * scale:.0f}" '
        f'viewBox="{brush.number(-margin)} {brush.number(-margin)} {brush.number(width)} {brush.number(height)}">'
        f'<rect x="{brush.number(-margin)}" y="{brush.number(-margin)}" width="100%" height="100%" fill="#fff"/>'
        f'<g fill="none" stroke-width="{1.2 / scale:.4g}" stroke-linejoin="round" stroke-linecap="round">'
    )
    body = "".join((head, *brush.strokes(), "</g>", *brush.words(), "</svg>"))
    return body.encode("utf-8", "replace"), brush.is_cut_off


class _Brush:
    """Collects what is drawn, by colour."""

    def __init__(self, document: Any, size: float) -> None:
        self._document = document
        self._distance = size / FINENESS
        self._decimals = max(0, min(6, 4 - math.floor(math.log10(size))))
        self._colours: dict[str, str] = {}
        self._unseen: set[str] = set()
        for layer in document.layers:
            name = layer.dxf.name.lower()
            self._colours[name] = _aci(abs(layer.dxf.get("color", 7)))
            if layer.is_off() or layer.is_frozen():
                self._unseen.add(name)
        self.paths: dict[str, list[list[Point]]] = {}
        self.filled: dict[str, list[list[Point]]] = {}
        self.lettering = Scene("picture")
        self.origin: Point = (0.0, 0.0)
        self.is_cut_off = False
        self._points = 0
        self._visited = 0

    def entities(self, entities: Any, matrix: Matrix | None, outer: str, outer_layer: str, depth: int) -> None:
        for entity in entities:
            self._visited += 1
            if self._visited > MOST_VISITED or self._points > MOST_POINTS:
                self.is_cut_off = True
                return
            given = vars(entity.dxf)
            layer = given.get("layer", "0")
            if depth and layer == "0":
                layer = outer_layer
            if given.get("invisible", 0) or layer.lower() in self._unseen:
                continue
            try:
                self._entity(entity, matrix, self._colour(entity, layer, outer), layer, depth)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 -- an entity that lacks what it needs; the scene has counted it
                continue

    def _entity(self, entity: Any, matrix: Matrix | None, colour: str, layer: str, depth: int) -> None:
        kind = entity.dxftype()
        if kind == "LINE":
            start, end = entity.dxf.start, entity.dxf.end
            self._add(self.paths, colour, ((start.x, start.y), (end.x, end.y)), matrix)
        elif kind == "INSERT":
            self._insert(entity, matrix, colour, layer, depth)
        elif kind in ("DIMENSION", "ARC_DIMENSION", "LARGE_RADIAL_DIMENSION"):
            block = self._document.blocks.get(entity.dxf.get("geometry", ""))
            if block is not None and depth < DEPTH:
                self.entities(block, matrix, colour, layer, depth + 1)
        elif kind in TEXT_READERS:
            TEXT_READERS[kind](self.lettering, entity, matrix, Setting(colour))
        elif kind in ("SOLID", "TRACE"):
            corners = [entity.dxf.get(f"vtx{number}") for number in (0, 1, 3, 2)]
            points = [(corner.x, corner.y) for corner in corners if corner is not None]
            self._add(self.filled, colour, points, matrix)
        elif kind in _CURVES:
            for points in _curve(entity, self._distance):
                self._add(self.paths, colour, points, matrix)

    def _insert(self, insert: Any, matrix: Matrix | None, colour: str, layer: str, depth: int) -> None:
        for attribute in insert.attribs:
            if not attribute.dxf.get("flags", 0) & 1:
                TEXT_READERS["TEXT"](self.lettering, attribute, matrix, Setting(colour))
        block = self._document.blocks.get(insert.dxf.get("name", ""))
        if block is None or depth >= DEPTH:
            return
        count = max(1, insert.dxf.get("row_count", 1)) * max(1, insert.dxf.get("column_count", 1))
        for copy in [insert] if count == 1 or count > MOST_COPIES else insert.multi_insert():
            inner = affine(copy.matrix44())
            if inner is not None:
                joined = inner if matrix is None else product(matrix, inner)
                self.entities(block, joined, colour, layer, depth + 1)

    def _add(
        self, store: dict[str, list[list[Point]]], colour: str, points: Iterable[Point], matrix: Matrix | None
    ) -> None:
        placed = [moved(matrix, x, y) for x, y in points]
        if len(placed) > 1 and all(-1e9 < side < 1e9 for point in placed for side in point):
            self._points += len(placed)
            store.setdefault(colour, []).append(placed)

    def _colour(self, entity: Any, layer: str, outer: str) -> str:
        if entity.dxf.hasattr("true_color"):
            value = entity.dxf.true_color
            return _legible((value >> 16 & 255, value >> 8 & 255, value & 255))
        aci = entity.dxf.get("color", 256)
        return outer if aci == 0 else self._colours.get(layer.lower(), BLACK) if aci == 256 else _aci(aci)

    def number(self, value: float) -> str:
        """Write a coordinate as short as the drawing's size allows."""
        text = f"{value:.{self._decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if text not in ("-0", "") else "0"

    def strokes(self) -> Iterator[str]:
        for attribute, store in (("stroke", self.paths), ("fill", self.filled)):
            for colour in sorted(store):
                closing = "Z" if attribute == "fill" else ""
                data = "".join(f"M{self._pairs(points)}{closing}" for points in store[colour])
                yield f'<path {attribute}="{colour}" d="{data}"/>'

    def _pairs(self, points: list[Point]) -> str:
        x, y = self.origin
        return " ".join(f"{self.number(px - x)},{self.number(py - y)}" for px, py in points)

    def words(self) -> Iterator[str]:
        for text in self.lettering.texts:
            yield self._text(text)

    def _text(self, text: PlacedText) -> str:
        x, y = text.start[0] - self.origin[0], text.start[1] - self.origin[1]
        lines = text.text.split("\n")
        turned = f' transform="rotate({-math.degrees(text.angle):.4g} {self.number(x)} {self.number(y)})"'
        turn = turned if abs(text.angle) > 1e-4 else ""
        head = f'<text font-family="sans-serif" font-size="{self.number(1.2 * text.height)}" fill="{text.layer}"{turn}'
        if len(lines) == 1:
            return f'{head} x="{self.number(x)}" y="{self.number(y)}">{_legal(lines[0])}</text>'
        step = text.height * 5 / 3
        spans = (
            f'<tspan x="{self.number(x)}" y="{self.number(y - step * above)}">{_legal(line)}</tspan>'
            for above, line in zip(range(len(lines) - 1, -1, -1), lines, strict=True)
        )
        return f"{head}>{''.join(spans)}</text>"


_CURVES = frozenset({"ARC", "CIRCLE", "ELLIPSE", "SPLINE", "LWPOLYLINE", "POLYLINE", "HATCH", "LEADER", "HELIX"})


def _curve(entity: Any, distance: float) -> Iterator[list[Point]]:
    """Give a curve as chords; what ezdxf cannot make a path of is left out."""
    from ezdxf import path

    kind = entity.dxftype()
    try:
        if kind == "LEADER":
            yield [(vertex[0], vertex[1]) for vertex in entity.vertices]
            return
        paths = path.from_hatch(entity) if kind == "HATCH" else [path.make_path(entity)]
        for found in paths:
            yield [(point.x, point.y) for point in found.flattening(distance, segments=4)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- a shape that is none
        return


def _aci(index: int) -> str:
    from ezdxf.colors import aci2rgb

    return BLACK if not 1 <= index <= 255 or index == 7 else _legible(tuple(aci2rgb(index)))


def _legible(rgb: tuple[int, ...]) -> str:
    """Darken what would not be seen on white."""
    red, green, blue = rgb[:3]
    light = 0.3 * red + 0.6 * green + 0.1 * blue
    if light > 235:
        return BLACK
    factor = 1.0 if light < 140 else 140 / light
    return f"#{int(red * factor):02x}{int(green * factor):02x}{int(blue * factor):02x}"


def _legal(text: str) -> str:
    return html.escape(
        "".join(char if char >= " " and char not in "\ufffe\uffff" else " " for char in text), quote=False
    )
