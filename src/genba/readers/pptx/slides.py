"""One slide: title first, then its shapes by where they stand, then notes and comments."""

import math
from dataclasses import dataclass, replace

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.captions import alternative_text, is_figure_caption, is_table_caption
from genba.formats.ooxml.chart import read_chart
from genba.formats.ooxml.diagram import diagram_texts
from genba.formats.ooxml.drawing import A, R, children
from genba.formats.ooxml.drawingml_text import TextLine, text_lines
from genba.formats.ooxml.flow import read_flows
from genba.formats.ooxml.shapes import NO_BOX, Box, Shape, read_shapes
from genba.model.document import Revision
from genba.model.finding import Severity
from genba.model.marks import Mark
from genba.model.nodes import Figure, Flow, Grid, Heading, Paragraph, Role
from genba.model.place import Place
from genba.ports.reader import Part
from genba.readers.pptx.deck import Deck
from genba.readers.pptx.order import reading_order
from genba.readers.pptx.placeholders import FURNITURE, TITLES, P, Template, placeholder_of
from genba.readers.pptx.remarks import read_comments, read_notes
from genba.readers.pptx.tables import read_table

EMU_PER_POINT = 12_700
TITLE_CHARS = 60  # a first line that stands for a missing title
_ELEMENTS = frozenset((P + "sp", P + "pic", P + "graphicFrame", P + "cxnSp"))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape with its element and the placeholder it fills."""

    shape: Shape
    element: etree._Element
    kind: str | None  # placeholder type, "" for one without; None for other shapes
    index: str


class Slide:
    """Reads one slide."""

    def __init__(self, deck: Deck, part: str, number: int, template: Template, root: etree._Element) -> None:
        """Set up; nothing is written yet."""
        self.deck = deck
        self.part = part
        self.number = number
        self.template = template
        self.root = root
        self.hidden = root.get("show") in ("0", "false")
        self.marks: frozenset[Mark] = frozenset((Mark.HIDDEN,)) if self.hidden else frozenset()

    def read(self) -> None:
        """Write everything the slide holds."""
        drawn = self._drawn()
        start = len(self.deck.out)
        self._furniture_of_template()
        title = next((found for found in drawn if found.kind in TITLES and found.shape.text.text.strip()), None)
        if title is None:
            title = self._title_by_look(drawn)
        if title is not None:
            self._title(title)
        rest = [found for found in drawn if found is not title and found.kind not in FURNITURE and not _is_empty(found)]
        by_shape = {id(found.shape): found for found in rest}
        charted = read_flows([found.shape for found in rest if found.kind not in TITLES])
        flows = {chart.shapes[0].key: chart for chart in charted.charts}
        for shape in reading_order([found.shape for found in rest]):
            found = by_shape[id(shape)]
            chart = flows.pop(shape.key, None) if shape.key in charted.used else None
            if chart is not None:
                place = self._place(_around([node.box for node in chart.shapes]))
                self.deck.emit(Flow(nodes=chart.nodes, edges=chart.edges, place=place, marks=self.marks))
            if shape.key not in charted.used or shape.kind == "picture":
                self._shape(found)
        for found in drawn:
            if found.kind in FURNITURE:
                self._furniture(found)
        self._tie_captions(start)
        names = {found.shape.key: found.shape.name for found in drawn}
        read_notes(self.deck, self.part, self.number, self.marks)
        read_comments(self.deck, self.part, self.number, names, self.marks)

    def _drawn(self) -> list[Drawn]:
        tree = self.root.find(f"{P}cSld/{P}spTree")
        if tree is None:
            self.deck.note("pptx.no_shapes", self._place(NO_BOX))
            return []
        shapes = list(read_shapes(tree))
        elements = list(_elements(tree, 0))
        found: list[Drawn] = []
        for shape, element in zip(shapes, elements, strict=False):
            holder = placeholder_of(element)
            if holder is not None and shape.box == NO_BOX:
                shape = replace(shape, box=self.template.box(*holder))
            description = alternative_text(shape.description)
            if description != shape.description:
                shape = replace(shape, description=description)
            found.append(Drawn(shape, element, holder[0] if holder else None, holder[1] if holder else ""))
        return found

    def _place(self, box: Box, name: str = "") -> Place:
        return Place(page=self.number, box=_points(box), part=f"shape {name}" if name else "")

    def _marks(self, shape: Shape) -> frozenset[Mark]:
        return self.marks | {Mark.HIDDEN} if shape.hidden else self.marks

    # Titles.

    def _title_by_look(self, drawn: list[Drawn]) -> Drawn | None:
        """Take the first line of a slide for its title when it stands alone near the top."""
        texts = [found for found in drawn if found.kind not in FURNITURE and not found.shape.hidden]
        shapes = reading_order([found.shape for found in texts])
        if not shapes or not shapes[0].text.text or shapes[0].text.marks:
            return None
        first = next(found for found in texts if found.shape is shapes[0])
        text = first.shape.text.text.strip()
        low = max((shape.box.bottom for shape in shapes), default=0)
        alone = all(other.box.top >= first.shape.box.middle[1] for other in shapes[1:])
        if "\n" in text or len(text) > TITLE_CHARS or text[-1] in "。.:：" or not alone or len(shapes) < 2:
            return None
        return first if first.shape.box.top <= low / 4 and first.shape.kind == "shape" else None

    def _title(self, found: Drawn) -> None:
        lines = self._lines(found)
        standing = [line for line in lines if Mark.WITHDRAWN not in line.marks] or lines
        marks = self._marks(found.shape).union(*(line.marks for line in standing))
        place = self._place(found.shape.box, found.shape.name)
        text = " ".join(line.text.replace("\n", " ") for line in standing)
        if text:
            self.deck.emit(Heading(text=text, level=1, place=place, marks=marks))
        for line in lines:
            self._withdrawn(line, place, whole=line not in standing)

    # Shapes.

    def _shape(self, found: Drawn) -> None:
        shape = found.shape
        place = self._place(shape.box, shape.name)
        marks = self._marks(shape)
        if shape.kind == "frame":
            self._frame(found, place, marks)
            return
        if shape.image or shape.image_link:
            if shape.kind == "picture":
                self._media(found, place)
            self._picture(shape.image or shape.image_link, shape.description, place, marks)
        lines = self._lines(found)
        if not lines:
            return
        if found.kind is not None:
            role = Role.TITLE if found.kind == "subTitle" and self.number == 1 else Role.BODY
        else:
            role = Role.TEXT_BOX
        plain = not any(line.number or Mark.WITHDRAWN in line.marks for line in lines)
        if plain and role is not Role.BODY:
            text = "\n".join(line.text for line in lines)
            self.deck.emit(
                Paragraph(text=text, role=role, place=place, marks=marks.union(*(line.marks for line in lines)))
            )
        else:
            for line in lines:
                self._line(line, role, place, marks)
        for line in lines:
            self._withdrawn(line, place)

    def _line(self, line: TextLine, role: Role, place: Place, marks: frozenset[Mark]) -> None:
        self.deck.emit(
            Paragraph(
                text=line.text,
                role=Role.LIST_ITEM if line.number else role,
                number=line.number,
                level=line.level,
                place=place,
                marks=marks | line.marks,
            )
        )

    def _withdrawn(self, line: TextLine, place: Place, *, whole: bool = False) -> None:
        text = line.text if whole else line.withdrawn
        if text:
            self.deck.emit(Revision(kind="withdrawn", text=text, place=place))

    def _lines(self, found: Drawn) -> list[TextLine]:
        body = found.element.find(P + "txBody")
        if body is None:
            return []
        own = body.find(A + "lstStyle")
        bullets = self.template.bullets(found.kind or "", found.index, own, placeholder=found.kind is not None)
        return text_lines(body, bullets, slide=self.number)

    def _picture(self, key: str, description: str, place: Place, marks: frozenset[Mark]) -> None:
        name = self.deck.image(self.part, key, place)
        if name or description:
            self.deck.emit(Figure(image=name, description=description, place=place, marks=marks))

    def _media(self, found: Drawn, place: Place) -> None:
        kinds = (A + "videoFile", A + "audioFile", A + "wavAudioFile", A + "quickTimeFile")
        if next(found.element.iter(*kinds), None) is not None:
            self.deck.note("pptx.media", place, Severity.NOTICE)

    def _frame(self, found: Drawn, place: Place, marks: frozenset[Mark]) -> None:
        shape, element = found.shape, found.element
        try:
            table = next(element.iter(A + "tbl"), None)
            if table is not None:
                grid = read_table(self.deck, table, place, marks)
                if grid is not None:
                    self.deck.emit(grid)
            elif shape.chart:
                target = self.deck.target(self.part, shape.chart, place)
                if target is not None:
                    self.deck.emit(replace(read_chart(self.deck.package, target.target), place=place, marks=marks))
            elif shape.diagram:
                self._diagram(shape, place, marks)
            else:
                self._object(found, place, marks)
        except InvalidInput as error:
            self.deck.note_error(error, place)

    def _diagram(self, shape: Shape, place: Place, marks: frozenset[Mark]) -> None:
        texts = diagram_texts(self.deck.package, self.part, shape.diagram)
        standing = tuple(text.text for text in texts if Mark.WITHDRAWN not in text.marks)
        self.deck.emit(Figure(kind="smartart", texts=standing, description=shape.description, place=place, marks=marks))
        for text in texts:
            if Mark.WITHDRAWN in text.marks:
                self.deck.emit(Paragraph(text=text.text, role=Role.TEXT_BOX, place=place, marks=marks | text.marks))

    def _object(self, found: Drawn, place: Place, marks: frozenset[Mark]) -> None:
        for embedded in found.element.iter(P + "oleObj"):
            if embedded.find(P + "embed") is not None:
                self.deck.hand_on(self.part, embedded.get(R + "id") or "", place)
            blip = next(embedded.iter(A + "blip"), None)
            if blip is not None:
                self._picture(blip.get(R + "embed") or "", found.shape.description, place, marks)
            return
        if found.shape.description:
            self.deck.emit(Figure(kind="drawing", description=found.shape.description, place=place, marks=marks))

    # What repeats from slide to slide.

    def _furniture(self, found: Drawn) -> None:
        role = Role.HEADER if found.kind == "hdr" else Role.FOOTER
        place = self._place(found.shape.box, found.shape.name)
        for line in self._lines(found):
            self._furniture_line(line.text, role, place, self._marks(found.shape) | {Mark.FURNITURE})

    def _furniture_of_template(self) -> None:
        shown = self.root.get("showMasterSp") not in ("0", "false")
        for part, body in self.template.texts if shown else ():
            bullets = self.template.bullets("", "", None, placeholder=False)
            for line in text_lines(body, bullets):
                place = Place(part=part.rsplit("/", 1)[-1].removesuffix(".xml"))
                self._furniture_line(line.text, Role.FOOTER, place, frozenset((Mark.FURNITURE,)))

    def _furniture_line(self, text: str, role: Role, place: Place, marks: frozenset[Mark]) -> None:
        """Write a running text once for the whole presentation; page numbers differ and stay."""
        key = (role.value, text)
        if key not in self.deck.furniture:
            self.deck.furniture.add(key)
            self.deck.emit(Paragraph(text=text, role=role, place=place, marks=marks))

    def _tie_captions(self, start: int) -> None:
        """Give each picture and table the nearest caption of the slide."""
        out = self.deck.out
        captions = [
            index
            for index in range(start, len(out))
            if isinstance(part := out[index], Paragraph)
            and (is_figure_caption(part.text) or is_table_caption(part.text))
        ]
        for index in range(start, len(out)):
            part = out[index]
            if not isinstance(part, Figure | Grid) or not captions:
                continue
            named = is_table_caption if isinstance(part, Grid) else is_figure_caption
            fitting = [other for other in captions if named(_text(out[other]))]
            if not fitting:
                continue
            nearest = min(fitting, key=lambda other: _distance(part.place, _place_of(out[other])))
            captions.remove(nearest)
            caption = out[nearest]
            if isinstance(caption, Paragraph):
                out[index] = replace(part, caption=caption.text)
                out[nearest] = replace(caption, role=Role.CAPTION)


def _is_empty(found: Drawn) -> bool:
    """Say whether a placeholder was left unfilled; its prompt is not content."""
    shape = found.shape
    return (
        found.kind is not None
        and shape.kind == "shape"
        and not shape.text.text
        and not (shape.image or shape.image_link)
    )


def _elements(container: etree._Element, depth: int) -> list[etree._Element]:
    """List the elements in the order `read_shapes` gives their shapes."""
    found: list[etree._Element] = []
    for element in children(container):
        if element.tag == P + "grpSp":
            if depth < 64:
                found.extend(_elements(element, depth + 1))
        elif element.tag in _ELEMENTS:
            found.append(element)
    return found


def _text(part: Part) -> str:
    return part.text if isinstance(part, Paragraph) else ""


def _place_of(part: Part) -> Place:
    return part.place if isinstance(part, Paragraph) else Place()


def _distance(one: Place, other: Place) -> float:
    if one.box is None or other.box is None:
        return math.inf
    (left, top, right, bottom), (left2, top2, right2, bottom2) = one.box, other.box
    return math.hypot(max(left - right2, 0.0, left2 - right), max(top - bottom2, 0.0, top2 - bottom))


def _points(box: Box) -> tuple[float, float, float, float] | None:
    if box == NO_BOX:
        return None
    return tuple(round(value / EMU_PER_POINT, 1) for value in (box.left, box.top, box.right, box.bottom))  # type: ignore[return-value]


def _around(boxes: list[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)
