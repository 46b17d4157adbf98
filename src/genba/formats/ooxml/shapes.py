"""Shapes of a drawing laid flat: groups resolved, each shape with its box, text, joints and references.

Spreadsheets, presentations and (inside a canvas) documents name these elements alike in namespaces of their own,
so elements are told apart by their local names.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from lxml import etree

from genba.formats.ooxml.chart import CX, C
from genba.formats.ooxml.diagram import relation_id
from genba.formats.ooxml.drawing import NO_TEXT, A, DrawnText, R, children, drawn_text

_COMPATIBLE = "{http://schemas.microsoft.com/office/drawing/2010/main}compatExt"
_DEPTH_LIMIT = 64
_LINES = ("line", "straightConnector", "bentConnector", "curvedConnector")


class Box(NamedTuple):
    """A rectangle in EMU (1/914400 inch) from the top left corner of the drawing."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.left + self.width / 2, self.top + self.height / 2


NO_BOX = Box(0.0, 0.0, 0.0, 0.0)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A shape, connector, picture or frame of a drawing."""

    key: str  # its id in the drawing
    kind: str  # shape | connector | picture | frame
    name: str = ""
    preset: str = ""  # flowChartDecision, rect, bentConnector3, …
    box: Box = NO_BOX
    text: DrawnText = NO_TEXT
    description: str = ""
    hidden: bool = False
    group: str = ""  # id of the outermost group it belongs to
    text_box: bool = False
    outlined: bool = True  # False where line and fill are switched off: a bare label
    image: str = ""  # relationship id
    image_link: str = ""  # relationship id of a picture kept outside
    chart: str = ""  # relationship id
    diagram: str = ""  # relationship id of the data part
    legacy: str = ""  # id of the VML shape it repeats, for form controls
    start: str = ""  # id of the shape a connector is glued to where it starts
    end: str = ""
    start_arrow: bool = False
    end_arrow: bool = False
    path: tuple[Point, ...] = ()  # corners of a connector from its start to its end


class Frame(NamedTuple):
    """How coordinates inside a group turn into those of the drawing."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    shift_x: float = 0.0
    shift_y: float = 0.0

    def place(self, box: Box) -> Box:
        """Put a box of the group into the drawing."""
        return Box(
            box.left * self.scale_x + self.shift_x,
            box.top * self.scale_y + self.shift_y,
            box.width * self.scale_x,
            box.height * self.scale_y,
        )


IDENTITY = Frame()


def read_shapes(
    container: etree._Element, *, anchor: Box | None = None, frame: Frame = IDENTITY, group: str = "", depth: int = 0
) -> Iterator[Shape]:
    """Give the shapes of an anchor, tree or group in drawing order; `anchor` places what has no box of its own."""
    for element in children(container):
        kind = _local(element)
        if kind == "grpSp":
            if depth < _DEPTH_LIMIT:
                key, hidden, inner = _group(element, frame, anchor)
                for shape in read_shapes(element, frame=inner, group=group or key, depth=depth + 1):
                    yield replace(shape, hidden=True) if hidden else shape
        elif kind in ("sp", "cxnSp", "pic", "graphicFrame"):
            yield _shape(element, kind, frame, anchor, group)


def _local(element: etree._Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _find(element: etree._Element, *names: str) -> etree._Element | None:
    """Go down by local names, since each format has a namespace of its own."""
    found: etree._Element | None = element
    for name in names:
        if found is None:
            return None
        found = next((child for child in found.iterchildren("*") if _local(child) == name), None)
    return found


def _identity(element: etree._Element) -> etree._Element | None:
    """Find `cNvPr`, which holds a shape's id, name, description and visibility."""
    for child in element.iterchildren("*"):
        name = _local(child)
        if name == "cNvPr":
            return child
        if name.startswith("nv"):
            return _find(child, "cNvPr")
    return None


def _group(element: etree._Element, frame: Frame, anchor: Box | None) -> tuple[str, bool, Frame]:
    identity = _identity(element)
    key = identity.get("id") or "" if identity is not None else ""
    hidden = identity is not None and identity.get("hidden") in ("1", "true")
    xfrm = _find(element, "grpSpPr", "xfrm")
    own = _box(xfrm)
    if xfrm is None or own is None:
        return key, hidden, frame
    outer = frame.place(own)
    inner = _extent(xfrm, "chOff", "chExt") or own
    scale_x = outer.width / inner.width if inner.width else frame.scale_x
    scale_y = outer.height / inner.height if inner.height else frame.scale_y
    return key, hidden, Frame(scale_x, scale_y, outer.left - inner.left * scale_x, outer.top - inner.top * scale_y)


def _box(xfrm: etree._Element | None) -> Box | None:
    return _extent(xfrm, "off", "ext") if xfrm is not None else None


def _extent(xfrm: etree._Element, offset: str, extent: str) -> Box | None:
    off, ext = xfrm.find(A + offset), xfrm.find(A + extent)
    if off is None or ext is None:
        return None
    return Box(_number(off.get("x")), _number(off.get("y")), _number(ext.get("cx")), _number(ext.get("cy")))


def _number(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _shape(element: etree._Element, kind: str, frame: Frame, anchor: Box | None, group: str) -> Shape:
    identity = _identity(element)
    properties = _find(element, "spPr")
    xfrm = _find(element, "xfrm") if kind == "graphicFrame" else _find(element, "spPr", "xfrm")
    own = _box(xfrm)
    if anchor is not None and (own is None or (not own.width and not own.height)):
        box = anchor
    else:
        box = frame.place(own) if own is not None else NO_BOX
    preset_element = properties.find(A + "prstGeom") if properties is not None else None
    preset = (preset_element.get("prst") or "") if preset_element is not None else ""
    is_line = kind == "cxnSp" or (kind == "sp" and preset.startswith(_LINES))
    turned = _number(xfrm.get("rot")) / 60000 if xfrm is not None else 0.0
    line = properties.find(A + "ln") if properties is not None else None
    image, image_link = _picture(element, kind)
    chart, diagram = _framed(element) if kind == "graphicFrame" else ("", "")
    shape = Shape(
        key=(identity.get("id") or "") if identity is not None else "",
        kind="connector" if is_line else {"pic": "picture", "graphicFrame": "frame"}.get(kind, "shape"),
        name=(identity.get("name") or "") if identity is not None else "",
        preset=preset,
        box=box if is_line or abs(abs(turned) % 180 - 90) >= 45 else _quarter_turned(box),
        text=drawn_text(_find(element, "txBody")),
        description=_description(identity),
        hidden=identity is not None and identity.get("hidden") in ("1", "true"),
        group=group,
        text_box=_is_text_box(element),
        outlined=_is_outlined(element, properties, line),
        image=image,
        image_link=image_link,
        chart=chart,
        diagram=diagram,
        legacy=next((found.get("spid") or "" for found in element.iter(_COMPATIBLE)), ""),
    )
    return _jointed(shape, element, line, xfrm, turned) if is_line else shape


def _quarter_turned(box: Box) -> Box:
    x, y = box.middle
    return Box(x - box.height / 2, y - box.width / 2, box.height, box.width)


def _description(identity: etree._Element | None) -> str:
    if identity is None:
        return ""
    return (identity.get("descr") or identity.get("title") or "").strip()


def _is_text_box(element: etree._Element) -> bool:
    for child in element.iterchildren("*"):
        if _local(child).startswith("nv"):
            found = _find(child, "cNvSpPr")
            return found is not None and found.get("txBox") in ("1", "true")
    return False


def _is_outlined(element: etree._Element, properties: etree._Element | None, line: etree._Element | None) -> bool:
    if properties is None:
        return True
    styled = _find(element, "style") is not None
    no_fill = properties.find(A + "noFill") is not None
    no_line = line.find(A + "noFill") is not None if line is not None else not styled
    filled = any(properties.find(A + tag) is not None for tag in ("solidFill", "gradFill", "blipFill", "pattFill"))
    return not (no_line and (no_fill or not (filled or styled)))


def _picture(element: etree._Element, kind: str) -> tuple[str, str]:
    """Name the picture of a shape, or the one it is filled with, by relationship id: kept inside, kept outside."""
    fill = _find(element, "blipFill") if kind == "pic" else _find(element, "spPr", "blipFill")
    blip = fill.find(A + "blip") if fill is not None else None
    return (blip.get(R + "embed") or "", blip.get(R + "link") or "") if blip is not None else ("", "")


def _framed(element: etree._Element) -> tuple[str, str]:
    """Name the chart or the SmartArt in a frame by relationship id."""
    for child in element.iter(C + "chart", CX + "chart"):
        return child.get(R + "id") or "", ""
    return "", relation_id(element)


def _jointed(
    shape: Shape, element: etree._Element, line: etree._Element | None, xfrm: etree._Element | None, turned: float
) -> Shape:
    flip_x = xfrm is not None and xfrm.get("flipH") in ("1", "true")
    flip_y = xfrm is not None and xfrm.get("flipV") in ("1", "true")
    first = next((_number((guide.get("fmla") or "").removeprefix("val ")) for guide in element.iter(A + "gd")), 50000.0)
    return replace(
        shape,
        start=next((found.get("id") or "" for found in element.iter(A + "stCxn")), ""),
        end=next((found.get("id") or "" for found in element.iter(A + "endCxn")), ""),
        start_arrow=_has_arrow(line, "headEnd"),
        end_arrow=_has_arrow(line, "tailEnd"),
        path=_path(shape.box, shape.preset, (flip_x, flip_y), turned, first / 100000),
    )


def _has_arrow(line: etree._Element | None, end: str) -> bool:
    found = line.find(A + end) if line is not None else None
    return found is not None and found.get("type", "none") != "none"


def _path(box: Box, preset: str, flips: tuple[bool, bool], turned: float, bend: float) -> tuple[Point, ...]:
    """Corners of a line: it runs from the top left to the bottom right, is flipped, then turned about its middle."""
    unit: tuple[Point, ...]
    if preset.endswith("Connector2"):
        unit = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    elif preset.endswith("Connector3"):
        unit = ((0.0, 0.0), (bend, 0.0), (bend, 1.0), (1.0, 1.0))
    else:
        unit = ((0.0, 0.0), (1.0, 1.0))
    angle = math.radians(turned)
    cos, sin = math.cos(angle), math.sin(angle)
    middle_x, middle_y = box.middle
    corners = []
    for x, y in unit:
        off_x = ((1 - x if flips[0] else x) - 0.5) * box.width
        off_y = ((1 - y if flips[1] else y) - 0.5) * box.height
        corners.append((middle_x + off_x * cos - off_y * sin, middle_y + off_x * sin + off_y * cos))
    return tuple(corners)
