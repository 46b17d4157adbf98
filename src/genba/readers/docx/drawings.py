"""What is drawn on a paragraph: text boxes, pictures, groups, canvases, SmartArt, charts, WordArt, embedded objects."""

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.captions import alternative_text
from genba.formats.ooxml.chart import read_chart
from genba.formats.ooxml.diagram import diagram_texts
from genba.formats.ooxml.drawing import MC, A, R
from genba.formats.ooxml.wordml import WP, O, V, W
from genba.model.marks import Mark
from genba.model.nodes import Figure, Paragraph, Role
from genba.readers.docx.embedded import read_object
from genba.readers.docx.inline import alternative
from genba.readers.docx.opened import Opened, Story

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_ON = frozenset(("1", "true", "on"))


class Drawings:
    """Reads drawings of one story."""

    def __init__(
        self, opened: Opened, story: Story, box: Callable[[etree._Element, str, frozenset[Mark]], None]
    ) -> None:
        """Set up for a story; `box` reads the content of a text box."""
        self.opened = opened
        self.story = story
        self._box = box
        self._boxes = 0
        self._pointer = ""
        self._marks: frozenset[Mark] = frozenset()
        self._handlers: dict[str, Callable[[etree._Element, str], None]] = {
            W + "txbxContent": self._text_box,
            _PIC + "pic": self._picture,
            _C + "chart": self._chart,
            _CX + "chart": self._chart,
            _DGM + "relIds": self._diagram,
            V + "imagedata": self._image_data,
            V + "textpath": self._word_art,
            O + "OLEObject": self._object,
        }

    def read(self, element: etree._Element, pointer: str) -> None:
        """Read a `w:drawing`, `w:pict` or `w:object` and all it groups."""
        outer = self._pointer, self._boxes, self._marks
        self._pointer, self._boxes = pointer, 0
        about = next(element.iter(WP + "docPr"), None)
        description = ""
        self._marks = self.story.marks
        if about is not None:
            description = alternative_text(about.get("descr")) or alternative_text(about.get("title"))
            if about.get("hidden") in _ON:
                self._marks |= {Mark.HIDDEN}
        before = self.opened.written
        self._walk(element, description)
        if self.opened.written == before and description:
            place = self.story.place(pointer)
            self.opened.emit(Figure(description=description, kind="drawing", place=place, marks=self._marks))
        self._pointer, self._boxes, self._marks = outer

    def _walk(self, element: etree._Element, description: str) -> None:
        for child in element.iterchildren("*"):
            tag = child.tag
            if tag == MC + "AlternateContent":
                branch = alternative(child)
                if branch is not None:
                    self._walk(branch, description)
                continue
            handler = self._handlers.get(tag)
            if handler is not None:
                handler(child, description)
            else:
                self._walk(child, child.get("alt") or description)

    def _text_box(self, content: etree._Element, _: str) -> None:
        self._boxes += 1
        self._box(content, f"{self._pointer}/textbox[{self._boxes}]", self._marks)

    def _picture(self, picture: etree._Element, description: str) -> None:
        own = picture.find(f"{_PIC}nvPicPr/{_PIC}cNvPr")
        if own is not None:
            description = alternative_text(own.get("descr")) or description
        blip = next(picture.iter(A + "blip"), None)
        if blip is None:
            return
        self._figure(blip.get(R + "embed") or blip.get(R + "link"), description)

    def _image_data(self, data: etree._Element, description: str) -> None:
        self._figure(
            data.get(R + "id") or data.get(O + "relid"), description or alternative_text(data.get(O + "title"))
        )

    def _figure(self, key: str | None, description: str) -> None:
        place = self.story.place(self._pointer)
        name = self.opened.image(self.story, key, place)
        if name or description:
            self.opened.emit(Figure(image=name, description=description.strip(), place=place, marks=self._marks))

    def _chart(self, element: etree._Element, description: str) -> None:
        place = self.story.place(self._pointer)
        found = self.opened.relationship(self.story, element.get(R + "id"))
        try:
            if found is None or found.external:
                self.opened.note("docx.relationship_missing", place, id=element.get(R + "id") or "")
                return
            chart = read_chart(self.opened.package, found.target)
        except InvalidInput as error:
            self.opened.note_error(error, place)
            return
        self.opened.emit(replace(chart, place=place, marks=self._marks))

    def _diagram(self, element: etree._Element, description: str) -> None:
        place = self.story.place(self._pointer)
        try:
            found = diagram_texts(self.opened.package, self.story.part, element.get(R + "dm") or "")
        except InvalidInput as error:
            self.opened.note_error(error, place)
            return
        texts = tuple(text.text for text in found if Mark.WITHDRAWN not in text.marks)
        self.opened.emit(Figure(kind="smartart", texts=texts, description=description, place=place, marks=self._marks))
        for text in found:
            if Mark.WITHDRAWN in text.marks:
                self.opened.emit(
                    Paragraph(text=text.text, role=Role.TEXT_BOX, place=place, marks=self._marks | text.marks)
                )

    def _word_art(self, element: etree._Element, _: str) -> None:
        text = (element.get("string") or "").strip()
        if text:
            role = self.story.role or Role.TEXT_BOX
            place = self.story.place(self._pointer)
            self.opened.emit(Paragraph(text=text, role=role, place=place, marks=self._marks))

    def _object(self, element: etree._Element, _: str) -> None:
        if element.get("Type") != "Link":
            read_object(self.opened, self.story, element.get(R + "id"), self._pointer)
