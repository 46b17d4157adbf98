"""Flowcharts from the shapes and connectors of a drawing: glued ends as the file says, the others by geometry."""

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from genba.formats.ooxml.shapes import Box, Point, Shape
from genba.model.nodes import FlowEdge, FlowEnd, FlowNode, Joint

_REACH = 0.6  # how far from an outline an end still counts, in shares of the shape's shorter side
_RIVAL = 0.25  # a second shape nearer than this share makes the choice doubtful
_INFERRED_AT_MOST = 0.95  # geometry alone is never certain
_LABEL_CHARS = 24
_LABEL_REACH = 1.0  # in heights of the label
_PAIRS_LIMIT = 4_000_000  # connectors times shapes; beyond, only glued ends are read
_LOOSE = FlowEnd(key="", joint=Joint.LOOSE, confidence=0.0)


@dataclass(frozen=True, slots=True)
class Chartlet:
    """One connected flowchart: its nodes in reading order, its edges, and the rectangle it covers."""

    nodes: tuple[FlowNode, ...]
    edges: tuple[FlowEdge, ...]
    shapes: tuple[Shape, ...]  # those the nodes stand for, in the same order


@dataclass(frozen=True, slots=True)
class Charted:
    """The flowcharts of a drawing, and the keys of shapes whose text became a node or the label of an edge."""

    charts: tuple[Chartlet, ...]
    used: frozenset[str]


def read_flows(shapes: Sequence[Shape]) -> Charted:
    """Connect shapes by the drawing's connectors; a connector with nothing at either end is a line, not an edge."""
    connectors = [shape for shape in shapes if shape.kind == "connector"]
    if not connectors:
        return Charted((), frozenset())
    bodies = {shape.key: shape for shape in reversed(shapes) if shape.kind in ("shape", "picture") and shape.key}
    glued = {key for line in connectors for key in (line.start, line.end) if key in bodies}
    near = _ends_by_geometry(connectors, [shape for shape in bodies.values() if _can_be_node(shape, glued)])
    edges: list[tuple[Shape, FlowEdge]] = []
    for line in connectors:
        start = _end(line, line.start, bodies, near, 0)
        end = _end(line, line.end, bodies, near, 1)
        if not start.key and not end.key:
            continue
        if start.key == end.key and Joint.INFERRED in (start.joint, end.joint):
            continue  # a line drawn inside or along one shape
        backwards = line.start_arrow and not line.end_arrow
        source, target = (end, start) if backwards else (start, end)
        edges.append((line, FlowEdge(source=source, target=target, directed=line.start_arrow != line.end_arrow)))
    nodes = dict.fromkeys(end.key for _, edge in edges for end in (edge.source, edge.target) if end.key)
    labels = _labels([line for line, _ in edges], [shape for shape in shapes if _can_be_label(shape, nodes)])
    labelled = [
        FlowEdge(
            source=edge.source,
            target=edge.target,
            label=labels[index].text.text if index in labels else line.text.text,
            directed=edge.directed,
        )
        for index, (line, edge) in enumerate(edges)
    ]
    charts = [_chartlet(keys, found, bodies) for keys, found in _components(nodes, labelled)]
    charts.sort(key=lambda chart: min((shape.box.top, shape.box.left) for shape in chart.shapes))
    return Charted(tuple(charts), frozenset((*nodes, *(shape.key for shape in labels.values()))))


def reading_order(shapes: Sequence[Shape]) -> list[Shape]:
    """Sort shapes in rows from top to bottom, each from left to right; a row is what overlaps its first by half."""
    waiting = sorted(shapes, key=lambda shape: (shape.box.top, shape.box.left))
    ordered: list[Shape] = []
    row: list[Shape] = []
    for shape in waiting:
        if row and shape.box.middle[1] > row[0].box.bottom:
            ordered.extend(sorted(row, key=lambda found: found.box.left))
            row = []
        row.append(shape)
    ordered.extend(sorted(row, key=lambda found: found.box.left))
    return ordered


def _can_be_node(shape: Shape, glued: set[str]) -> bool:
    if shape.key in glued:
        return True
    return (
        shape.kind == "shape" and not shape.legacy and (bool(shape.text.text) or shape.preset.startswith("flowChart"))
    )


def _can_be_label(shape: Shape, nodes: Container[str]) -> bool:
    text = shape.text.text
    if shape.kind != "shape" or shape.key in nodes or not text or len(text) > _LABEL_CHARS:
        return False
    return shape.text_box or not shape.outlined or shape.preset in ("", "rect")


def _end(line: Shape, stated: str, bodies: dict[str, Shape], near: dict[int, list[FlowEnd]], which: int) -> FlowEnd:
    if stated in bodies:
        return FlowEnd(key=stated, joint=Joint.GLUED)
    found = near.get(id(line))
    return found[which] if found else _LOOSE


def _ends_by_geometry(connectors: Sequence[Shape], candidates: Sequence[Shape]) -> dict[int, list[FlowEnd]]:
    """Guess what the ends of each connector touch; bare labels are candidates only where no outlined shape is near."""
    if len(connectors) * len(candidates) > _PAIRS_LIMIT:
        return {}
    solid = [shape for shape in candidates if shape.outlined]
    bare = [shape for shape in candidates if not shape.outlined and not shape.text_box]
    found: dict[int, list[FlowEnd]] = {}
    for line in connectors:
        if len(line.path) >= 2:
            ends = (line.path[0], line.path[-1])
            found[id(line)] = [_nearest(point, solid) or _nearest(point, bare) or _LOOSE for point in ends]
    return found


def _nearest(point: Point, shapes: Sequence[Shape]) -> FlowEnd | None:
    scored: list[tuple[float, float, str]] = []
    for shape in shapes:
        side = max(min(shape.box.width, shape.box.height), 1.0)
        distance = outline_distance(point, shape.box)
        if distance <= _REACH * side:
            scored.append((distance / side, distance, shape.key))
    if not scored:
        return None
    scored.sort()
    share, distance, key = scored[0]
    confidence = _INFERRED_AT_MOST * (1 - share / _REACH)
    if len(scored) > 1 and scored[1][0] - share < _RIVAL:
        confidence *= 0.5 + 0.5 * (scored[1][0] - share) / _RIVAL
    return FlowEnd(key=key, joint=Joint.INFERRED, confidence=round(confidence, 3)) if confidence >= 0.05 else None


def outline_distance(point: Point, box: Box) -> float:
    """Tell how far a point lies from the outline of a box; inside counts half: ends are often drawn in."""
    x, y = point
    outside = _outside(point, box)
    if outside > 0:
        return outside
    return min(x - box.left, box.right - x, y - box.top, box.bottom - y) / 2


def _labels(lines: Sequence[Shape], texts: Sequence[Shape]) -> dict[int, Shape]:
    """Give each short text box to the connector it lies on or beside, the nearest pair first."""
    if len(lines) * len(texts) > _PAIRS_LIMIT:
        return {}
    pairs: list[tuple[float, int, int]] = []
    for number, text in enumerate(texts):
        reach = _LABEL_REACH * max(min(text.box.width, text.box.height), 1.0)
        for index, line in enumerate(lines):
            distance = _path_distance(text.box, line.path)
            if distance <= reach:
                pairs.append((distance, index, number))
    chosen: dict[int, Shape] = {}
    taken: set[int] = set()
    for _, index, number in sorted(pairs):
        if index not in chosen and number not in taken:
            chosen[index] = texts[number]
            taken.add(number)
    return chosen


def _path_distance(box: Box, path: Sequence[Point]) -> float:
    """How far a box lies from a line, 0 where the line runs through it; of several, its middle decides."""
    gap = min((_box_distance(box, a, b) for a, b in pairwise(path)), default=math.inf)
    return gap + min((_segment_distance(box.middle, a, b) for a, b in pairwise(path)), default=0.0) / 1e6


def _box_distance(box: Box, start: Point, end: Point) -> float:
    if _crosses(box, start, end):
        return 0.0
    corners = ((box.left, box.top), (box.right, box.top), (box.left, box.bottom), (box.right, box.bottom))
    from_corners = min(_segment_distance(corner, start, end) for corner in corners)
    return min(from_corners, _outside(start, box), _outside(end, box))


def _crosses(box: Box, start: Point, end: Point) -> bool:
    """Clip the line to the box (Liang and Barsky); something is left where they cross."""
    low, high = 0.0, 1.0
    for origin, along, least, most in (
        (start[0], end[0] - start[0], box.left, box.right),
        (start[1], end[1] - start[1], box.top, box.bottom),
    ):
        if along == 0:
            if not least <= origin <= most:
                return False
            continue
        first, second = sorted(((least - origin) / along, (most - origin) / along))
        low, high = max(low, first), min(high, second)
    return low <= high


def _outside(point: Point, box: Box) -> float:
    x, y = point
    return math.hypot(max(box.left - x, 0.0, x - box.right), max(box.top - y, 0.0, y - box.bottom))


def _segment_distance(point: Point, start: Point, end: Point) -> float:
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x * along_x + along_y * along_y
    share = ((point[0] - start[0]) * along_x + (point[1] - start[1]) * along_y) / length if length else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.hypot(point[0] - start[0] - share * along_x, point[1] - start[1] - share * along_y)


def _components(nodes: Iterable[str], edges: Sequence[FlowEdge]) -> list[tuple[list[str], list[FlowEdge]]]:
    """Part the nodes into those that edges join, directly or by way of others."""
    parent = {key: key for key in nodes}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for edge in edges:
        if edge.source.key and edge.target.key:
            parent[root(edge.source.key)] = root(edge.target.key)
    keys: dict[str, list[str]] = defaultdict(list)
    for key in nodes:
        keys[root(key)].append(key)
    found: dict[str, list[FlowEdge]] = defaultdict(list)
    for edge in edges:
        found[root(edge.source.key or edge.target.key)].append(edge)
    return [(keys[top], found[top]) for top in keys]


def _chartlet(keys: Sequence[str], edges: list[FlowEdge], bodies: dict[str, Shape]) -> Chartlet:
    shapes = reading_order([bodies[key] for key in keys])
    nodes = tuple(
        FlowNode(key=shape.key, text=shape.text.text or shape.description, shape=shape.preset) for shape in shapes
    )
    return Chartlet(nodes, tuple(edges), tuple(shapes))
