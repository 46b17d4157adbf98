"""What lies on top of a sheet's cells: text boxes, pictures, charts, SmartArt and flowcharts, each tied to cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from statistics import median

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.chart import read_chart
from genba.formats.ooxml.diagram import diagram_texts
from genba.formats.ooxml.drawing import children
from genba.formats.ooxml.flow import Chartlet, read_flows, reading_order
from genba.formats.ooxml.package import Package, Relationship
from genba.formats.ooxml.shapes import Box, Shape, read_shapes
from genba.formats.ranges import Area
from genba.model.document import Revision
from genba.model.finding import Finding
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Paragraph, Role
from genba.model.place import Place
from genba.ports.reader import Part
from genba.readers.xlsx.geometry import Geometry, frame_of
from genba.readers.xlsx.pictures import Pictures
from genba.readers.xlsx.troubles import finding_of

OnTop = Paragraph | Figure | Flow | Chart | Choices | Comment
_FAR_EMU = 200_000  # coordinates below say too little about the scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The sheet that a drawing lies on."""

    sheet: str
    geometry: Geometry
    marks_of: Callable[[Area], frozenset[Mark]]
    package: Package
    pictures: Pictures
    handled: frozenset[str] = frozenset()  # ids of VML shapes that were read as controls


@dataclass(frozen=True, slots=True)
class Placed:
    """A node with the cells it lies on."""

    area: Area
    node: OnTop


class Drawing:
    """Reads one drawing part; nodes first, then what was noticed and taken out."""

    def __init__(self, canvas: Canvas, part: str) -> None:
        """Raises InvalidInput where the part cannot be read."""
        self.canvas = canvas
        self.part = part
        self.notes: list[Part] = []
        self._relationships: dict[str, Relationship] = canvas.package.relationships(part)
        self._areas: dict[int, Area] = {}
        self._shapes = self._read(canvas.package.xml(part))

    def _read(self, root: etree._Element) -> list[Shape]:
        anchors = [
            (anchor, *found) for anchor in children(root) if (found := self.canvas.geometry.anchor(anchor)) is not None
        ]
        scale = _scale((box, frame) for anchor, box, _ in anchors if (frame := frame_of(anchor)) is not None)
        shapes: list[Shape] = []
        for anchor, box, area in anchors:
            scaled = Box(box.left * scale[0], box.top * scale[1], box.width * scale[0], box.height * scale[1])
            for shape in read_shapes(anchor, anchor=scaled):
                if shape.legacy and shape.legacy in self.canvas.handled:
                    continue
                shapes.append(shape)
                self._areas[id(shape)] = self._inside(shape, area, scale) if shape.group else area
        return shapes

    def _inside(self, shape: Shape, outer: Area, scale: tuple[float, float]) -> Area:
        """Find the cells of a shape in a group, never beyond those of the group."""
        box = shape.box
        found = self.canvas.geometry.area(
            Box(box.left / scale[0], box.top / scale[1], box.width / scale[0], box.height / scale[1])
        )
        top, left = min(max(found.top, outer.top), outer.bottom), min(max(found.left, outer.left), outer.right)
        bottom, right = max(min(found.bottom, outer.bottom), top), max(min(found.right, outer.right), left)
        return Area(top, left, bottom, right)

    def nodes(self) -> list[Placed]:
        """Give what the drawing says, in reading order."""
        unique = _with_unique_keys(self._shapes, self._areas)
        charted = read_flows(unique)
        found = [self._flow(chart) for chart in charted.charts]
        grouped = {shape.group for shape in unique if shape.image and shape.group}
        within: dict[str, list[str]] = {}
        rest: list[Shape] = []
        for shape in reading_order([shape for shape in unique if shape.key not in charted.used]):
            if shape.group in grouped and not shape.image and shape.kind == "shape":
                if shape.text.text:  # labels that the author grouped with a picture belong to it
                    within.setdefault(shape.group, []).append(shape.text.text)
                continue
            rest.append(shape)
        for shape in rest:
            found.extend(self._node(shape, tuple(within.pop(shape.group, ())) if shape.image else ()))
        for shape in unique:
            if shape.text.withdrawn:
                place = self._place(self._areas[id(shape)], shape)
                self.notes.append(Revision(kind="deleted", text=shape.text.withdrawn, place=place))
        return sorted(found, key=lambda placed: (placed.area.top, placed.area.left))

    def _place(self, area: Area, shape: Shape | None = None) -> Place:
        part = f"shape {shape.name}" if shape is not None and shape.name else ""
        return Place(sheet=self.canvas.sheet, range=str(area), part=part)

    def _marks(self, shape: Shape, area: Area) -> frozenset[Mark]:
        marks = self.canvas.marks_of(area) | shape.text.marks
        return marks | {Mark.HIDDEN} if shape.hidden and not shape.legacy else marks

    def _flow(self, chart: Chartlet) -> Placed:
        areas = [self._areas[id(shape)] for shape in chart.shapes]
        whole = Area(
            min(area.top for area in areas),
            min(area.left for area in areas),
            max(area.bottom for area in areas),
            max(area.right for area in areas),
        )
        nodes = tuple(
            replace(node, place=self._place(area, shape))
            for node, shape, area in zip(chart.nodes, chart.shapes, areas, strict=True)
        )
        marks = self.canvas.marks_of(whole)
        if all(shape.hidden for shape in chart.shapes):
            marks |= {Mark.HIDDEN}
        return Placed(whole, Flow(nodes=nodes, edges=chart.edges, place=self._place(whole), marks=marks))

    def _node(self, shape: Shape, texts: tuple[str, ...]) -> list[Placed]:
        area = self._areas[id(shape)]
        place, marks = self._place(area, shape), self._marks(shape, area)
        if shape.chart:
            return self._chart(shape, area, place, marks)
        if shape.diagram:
            return self._diagram(shape, area, place, marks)
        if shape.image or shape.image_link:
            name = self._picture(shape, place)
            own = (shape.text.text,) if shape.text.text else ()
            figure = Figure(image=name, description=shape.description, texts=own + texts, place=place, marks=marks)
            return [Placed(area, figure)]
        text = shape.text.text
        if not text:
            return []
        return [Placed(area, Paragraph(text=text, role=Role.TEXT_BOX, place=place, marks=marks))]

    def _picture(self, shape: Shape, place: Place) -> str:
        found = self._relationships.get(shape.image) if shape.image else None
        if found is not None and not found.external:
            return self.canvas.pictures.name(found.target, place)
        self.notes.append(Finding(code="xlsx.picture_outside", place=place))
        return ""

    def _chart(self, shape: Shape, area: Area, place: Place, marks: frozenset[Mark]) -> list[Placed]:
        found = self._relationships.get(shape.chart)
        try:
            if found is None:
                raise InvalidInput("ooxml.part_missing", part=shape.chart)
            chart = read_chart(self.canvas.package, found.target)
        except InvalidInput as error:
            self.notes.append(finding_of(error, place))
            return []
        return [Placed(area, replace(chart, place=place, marks=marks))]

    def _diagram(self, shape: Shape, area: Area, place: Place, marks: frozenset[Mark]) -> list[Placed]:
        try:
            texts = diagram_texts(self.canvas.package, self.part, shape.diagram)
        except InvalidInput as error:
            self.notes.append(finding_of(error, place))
            return []
        marks = marks.union(*(text.marks for text in texts if text.marks))
        lines = tuple(text.text for text in texts)
        figure = Figure(kind="smartart", texts=lines, description=shape.description, place=place, marks=marks)
        return [Placed(area, figure)]


def _scale(pairs: Iterable[tuple[Box, Box]]) -> tuple[float, float]:
    """How lengths by column widths compare with those the file states, since fonts make columns wider or narrower."""
    known = list(pairs)
    across = [frame.left / box.left for box, frame in known if box.left > _FAR_EMU and frame.left > _FAR_EMU]
    down = [frame.top / box.top for box, frame in known if box.top > _FAR_EMU and frame.top > _FAR_EMU]
    return _plausible(across), _plausible(down)


def _plausible(ratios: list[float]) -> float:
    ratio = median(ratios) if ratios else 1.0
    return ratio if 0.5 <= ratio <= 2.0 else 1.0


def _with_unique_keys(shapes: list[Shape], areas: dict[int, Area]) -> list[Shape]:
    """Number repeated or missing ids, so that each shape has a key of its own; the first keeps what the file says."""
    seen: dict[str, int] = {}
    unique: list[Shape] = []
    for shape in shapes:
        key = shape.key or "shape"
        seen[key] = seen.get(key, 0) + 1
        kept = shape
        if seen[key] > 1 or not shape.key:
            kept = replace(shape, key=f"{key}#{seen[key]}")
            areas[id(kept)] = areas[id(shape)]
        unique.append(kept)
    return unique
