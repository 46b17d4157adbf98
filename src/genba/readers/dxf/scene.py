"""Walks through a layout and the blocks in it, and lays out what is to be read: texts, rules, dimensions, frames."""

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from genba.formats.displaywidth import display_width
from genba.formats.drawing.codes import formatted, plain
from genba.formats.drawing.sheet import PlacedText
from genba.formats.pagelayout.lattice import Rule
from genba.model.place import Box

MOST_VISITED = 1_000_000  # entities, those in blocks as often as the blocks are set
DEPTH = 8
FAR = 1e9  # coordinates beyond are mistakes
MOST_COPIES = 1_000  # of an INSERT with rows and columns
LINE_STEP = 5 / 3  # of a text's height, between lines of MTEXT

Matrix = tuple[float, float, float, float, float, float]  # x' = a x + c y + e, y' = b x + d y + f


class Setting(NamedTuple):
    """How an entity is set: the layer it counts to, whether it is seen, and what kind of text it is."""

    layer: str
    is_hidden: bool = False
    kind: str = "text"
    tag: str = ""


@dataclass(slots=True)
class Found:
    """An entity that is read by itself, with the layer and block it stands in."""

    entity: Any
    layer: str
    is_hidden: bool


@dataclass(slots=True)
class Scene:
    """What a layout holds, in the drawing's units with y growing downwards."""

    name: str
    texts: list[PlacedText] = field(default_factory=list)
    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    dimensions: list[Found] = field(default_factory=list)
    frames: list[tuple[Found, Box]] = field(default_factory=list)
    circles: list[tuple[float, float, float]] = field(default_factory=list)
    box: list[float] = field(default_factory=lambda: [math.inf, math.inf, -math.inf, -math.inf])
    visited: int = 0
    is_cut_off: bool = False
    is_too_deep: bool = False
    unreadable: int = 0


class Walk:
    """Fills scenes from one document."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self.layers: Counter[str] = Counter()
        self._settings: dict[tuple[str, bool], Setting] = {}
        self.unseen = {layer.dxf.name.lower() for layer in document.layers if layer.is_off() or layer.is_frozen()}

    def scene(self, layout: Any) -> Scene:
        """Lay a layout out."""
        scene = Scene(layout.name)
        self._entities(scene, layout, None, Setting(""), 0)
        return scene

    def _entities(self, scene: Scene, entities: Any, matrix: Matrix | None, outer: Setting, depth: int) -> None:
        for entity in entities:
            scene.visited += 1
            if scene.visited > MOST_VISITED:
                scene.is_cut_off = True
                return
            try:
                self._entity(scene, entity, matrix, outer, depth)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 -- an entity that lacks what it needs costs itself, not the drawing
                scene.unreadable += 1

    def _entity(self, scene: Scene, entity: Any, matrix: Matrix | None, outer: Setting, depth: int) -> None:
        given = vars(entity.dxf)  # what the file says of it; asking ezdxf for defaults takes five times as long
        layer = given.get("layer", "0")
        if depth == 0:
            self.layers[layer] += 1
        elif layer == "0":
            layer = outer.layer
        is_hidden = outer.is_hidden or bool(given.get("invisible", 0))
        if self.unseen and layer.lower() in self.unseen:
            is_hidden = True
        setting = self._setting(layer, is_hidden)
        kind = entity.dxftype()
        read = _READERS.get(kind)
        if read is not None:
            read(scene, entity, matrix, setting)
        elif kind == "INSERT":
            self._insert(scene, entity, matrix, setting, depth)
        elif kind == "ACAD_TABLE":
            self._table(scene, entity, matrix, setting, depth)

    def _setting(self, layer: str, is_hidden: bool) -> Setting:
        """Give one object for all entities that are set alike."""
        found = self._settings.get((layer, is_hidden))
        if found is None:
            found = self._settings[layer, is_hidden] = Setting(layer, is_hidden)
        return found

    def _insert(self, scene: Scene, insert: Any, matrix: Matrix | None, setting: Setting, depth: int) -> None:
        for attribute in insert.attribs:
            hidden = setting.is_hidden or bool(attribute.dxf.get("flags", 0) & 1)
            tag = attribute.dxf.get("tag", "")
            _text(scene, attribute, matrix, Setting(setting.layer, hidden, "attribute", tag))
        block = self._document.blocks.get(insert.dxf.get("name", ""))
        if block is None:
            return
        if depth >= DEPTH:
            scene.is_too_deep = True
            return
        rows, columns = max(1, insert.dxf.get("row_count", 1)), max(1, insert.dxf.get("column_count", 1))
        if rows * columns > MOST_COPIES:
            rows, columns, scene.is_cut_off = 1, 1, True
        copies = [insert] if rows * columns == 1 else list(insert.multi_insert())
        for copy in copies:
            inner = affine(copy.matrix44())
            if inner is not None:
                joined = inner if matrix is None else product(matrix, inner)
                self._entities(scene, block, joined, setting, depth + 1)

    def _table(self, scene: Scene, table: Any, matrix: Matrix | None, setting: Setting, depth: int) -> None:
        block = self._document.blocks.get(table.dxf.get("geometry", "") if table.dxf.is_supported("geometry") else "")
        at = table.dxf.get("insert") if table.dxf.is_supported("insert") else None
        if block is not None and at is not None and depth < DEPTH:
            shifted: Matrix = (1.0, 0.0, 0.0, 1.0, at.x, at.y)
            self._entities(scene, block, shifted if matrix is None else product(matrix, shifted), setting, depth + 1)


def affine(matrix: Any) -> Matrix | None:
    """Give the plane part of a matrix; None where it is no number."""
    (a, b, *_), (c, d, *_), _, (e, f, *_) = matrix.rows()
    found = (a, b, c, d, e, f)
    return found if all(map(math.isfinite, found)) else None


def product(outer: Matrix, inner: Matrix) -> Matrix:
    """Join two matrices, the inner one applied first."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f


def moved(matrix: Matrix | None, x: float, y: float) -> tuple[float, float]:
    """Give a point where it stands on the sheet, y downwards."""
    if matrix is None:
        return x, -y
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, -(b * x + d * y + f)


def _grow(scene: Scene, x: float, y: float) -> None:
    if -FAR < x < FAR and -FAR < y < FAR:
        box = scene.box
        if x < box[0]:
            box[0] = x
        if x > box[2]:
            box[2] = x
        if y < box[1]:
            box[1] = y
        if y > box[3]:
            box[3] = y


def _segment(scene: Scene, x0: float, y0: float, x1: float, y1: float, is_hidden: bool) -> None:
    _grow(scene, x0, y0)
    _grow(scene, x1, y1)
    if is_hidden:
        return
    width, height = abs(x1 - x0), abs(y1 - y0)
    if height <= 1e-4 * width:
        scene.horizontal.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif width <= 1e-4 * height:
        scene.vertical.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _line(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    start, end = entity.dxf.start, entity.dxf.end
    if matrix is None:
        _segment(scene, start.x, -start.y, end.x, -end.y, setting.is_hidden)
    else:
        _segment(scene, *moved(matrix, start.x, start.y), *moved(matrix, end.x, end.y), setting.is_hidden)


def _polyline(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    if entity.dxftype() == "LWPOLYLINE":
        points = [(float(x), float(y), float(bulge)) for x, y, bulge in entity.get_points("xyb")]  # numpy's otherwise
    else:
        points = [(*vertex.dxf.location.vec2, vertex.dxf.get("bulge", 0.0)) for vertex in entity.vertices]
    if not points:
        return
    mirrored = entity.dxf.get("extrusion", (0, 0, 1))[2] < 0
    placed = [(*moved(matrix, -x if mirrored else x, y), bulge) for x, y, bulge in points]
    ends = [*placed[1:], placed[0]] if entity.is_closed else placed[1:]
    for (x0, y0, bulge), (x1, y1, _) in zip(placed, ends, strict=False):
        if bulge:
            _grow(scene, x0, y0)
            _grow(scene, x1, y1)
        else:
            _segment(scene, x0, y0, x1, y1, setting.is_hidden)


def _round(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    centre = entity.dxf.center
    x, y = moved(matrix, centre.x, centre.y)
    scale = 1.0 if matrix is None else math.hypot(matrix[0], matrix[1])
    radius = scale * (
        entity.dxf.major_axis.magnitude if entity.dxftype() == "ELLIPSE" else entity.dxf.get("radius", 0.0)
    )
    _grow(scene, x - radius, y - radius)
    _grow(scene, x + radius, y + radius)
    if entity.dxftype() == "CIRCLE":
        scene.circles.append((x, y, radius))


def _spline(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    for point in (*entity.control_points, *entity.fit_points):
        _grow(scene, *moved(matrix, float(point[0]), float(point[1])))


def _text(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    dxf = entity.dxf
    words = plain(dxf.get("text", ""))
    if getattr(entity, "has_embedded_mtext_entity", False):
        _mtext(scene, entity.virtual_mtext_entity(), matrix, setting)
        return
    if not words:
        return
    halign, valign = dxf.get("halign", 0), dxf.get("valign", 0)
    at = dxf.get("align_point") if halign or valign else None
    start = dxf.get("insert")
    if halign in (3, 5) and at is not None:  # aligned or fitted between two points
        at, halign, valign = start.lerp(at), 1, 0
    at = at if at is not None else start
    height = abs(dxf.get("height", 2.5)) or 2.5
    width = measure(words) * height * (abs(dxf.get("width", 1.0)) or 1.0)
    left = {1: -width / 2, 2: -width, 4: -width / 2}.get(halign, 0.0)
    bottom = -height / 2 if halign == 4 or valign == 2 else -height if valign == 3 else 0.0
    mirrored = dxf.get("extrusion", (0, 0, 1))[2] < 0
    corner = (left, bottom, left + width, bottom + height)
    place = (-at.x if mirrored else at.x, at.y, math.radians(dxf.get("rotation", 0.0)))
    _put(scene, _Words(words, corner, height, dxf.get("handle") or ""), place, matrix, setting)


def _mtext(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    dxf = entity.dxf
    words = formatted(entity.text)
    if not words:
        return
    height = abs(dxf.get("char_height", 2.5)) or 2.5
    lines = words.split("\n")
    width = max(map(measure, lines)) * height
    wrap = dxf.get("width", 0.0) or 0.0
    count = sum(max(1, math.ceil(measure(line) * height / wrap)) for line in lines) if wrap > 0 else len(lines)
    width = min(width, wrap) if wrap > 0 else width
    tall = height * (1 + (count - 1) * LINE_STEP * (dxf.get("line_spacing_factor", 1.0) or 1.0))
    column, row = divmod(max(1, min(9, dxf.get("attachment_point", 1))) - 1, 3)[::-1]
    left, top = (0.0, -width / 2, -width)[column], (0.0, tall / 2, tall)[row]
    direction = dxf.get("text_direction")
    angle = math.atan2(direction.y, direction.x) if direction is not None else math.radians(dxf.get("rotation", 0.0))
    corner = (left, top - tall, left + width, top)
    at = dxf.insert
    _put(scene, _Words(words, corner, height, dxf.get("handle") or ""), (at.x, at.y, angle), matrix, setting)


@dataclass(frozen=True, slots=True)
class _Words:
    """A text's words and box before they are placed: the corner of the box lies at the origin of its baseline."""

    text: str
    corner: Box
    height: float
    handle: str


def _put(
    scene: Scene, words: _Words, place: tuple[float, float, float], matrix: Matrix | None, setting: Setting
) -> None:
    """Place a text: its box, turned and moved, is the box around its corners."""
    x, y, angle = place
    sine, cosine = math.sin(angle), math.cos(angle)
    xs, ys = [], []
    for u, v in ((0, 1), (2, 1), (2, 3), (0, 3)):  # from the left bottom corner along the baseline
        dx, dy = words.corner[u], words.corner[v]
        px, py = moved(matrix, x + dx * cosine - dy * sine, y + dx * sine + dy * cosine)
        xs.append(px)
        ys.append(py)
    box = (min(xs), min(ys), max(xs), max(ys))
    if not all(-FAR < side < FAR for side in box):
        return
    _grow(scene, box[0], box[1])
    _grow(scene, box[2], box[3])
    scale = 1.0 if matrix is None else math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])) or 1.0
    angle = math.atan2(ys[0] - ys[1], xs[1] - xs[0])
    layer, is_hidden, kind, tag = setting
    start = (xs[0], ys[0])
    scene.texts.append(
        PlacedText(words.text, box, words.height * scale, layer, words.handle, kind, tag, is_hidden, start, angle)
    )


def measure(line: str) -> float:
    """Give a line's width in heights of its capitals: a kanji takes a little more than a square."""
    return 0.55 * display_width(line)


def _leader(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    context = getattr(entity, "context", None)
    content = getattr(context, "mtext", None)
    if content is None or not content.default_content:
        return
    words = formatted(content.default_content)
    at = content.insert
    height = (context.char_height or 2.5) if context is not None else 2.5
    width = max(map(measure, words.split("\n")), default=0.0) * height
    tall = height * (1 + words.count("\n") * LINE_STEP)
    left = {1: 0.0, 2: -width / 2, 3: -width}.get(content.alignment, 0.0)
    if words:
        box = (left, -tall, left + width, 0.0)
        found = _Words(words, box, height, entity.dxf.get("handle") or "")
        _put(scene, found, (at.x, at.y, 0.0), matrix, setting._replace(kind="leader"))


def _dimension(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    scene.dimensions.append(Found(entity, setting.layer, setting.is_hidden))
    for name in ("defpoint", "text_midpoint"):
        point = entity.dxf.get(name)
        if point is not None:
            _grow(scene, *moved(matrix, point.x, point.y))


def _frame(scene: Scene, entity: Any, matrix: Matrix | None, setting: Setting) -> None:
    x, y = moved(matrix, entity.dxf.insert.x, entity.dxf.insert.y)
    scene.frames.append((Found(entity, setting.layer, setting.is_hidden), (x, y, x, y)))


TEXT_READERS: dict[str, Any] = {"TEXT": _text, "MTEXT": _mtext, "MULTILEADER": _leader, "MLEADER": _leader}
_READERS: dict[str, Any] = {
    **TEXT_READERS,
    "LINE": _line,
    "LWPOLYLINE": _polyline,
    "POLYLINE": _polyline,
    "CIRCLE": _round,
    "ARC": _round,
    "ELLIPSE": _round,
    "SPLINE": _spline,
    "DIMENSION": _dimension,
    "ARC_DIMENSION": _dimension,
    "LARGE_RADIAL_DIMENSION": _dimension,
    "TOLERANCE": _frame,
}
