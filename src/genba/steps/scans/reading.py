"""Decides for each picture what it is, reads pages and words within limits, and says what was left unread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from genba.errors import InvalidInput, Unavailable
from genba.formats.japanese_repair import close_gaps, mend
from genba.formats.picture_look import Look, look
from genba.formats.pictures import can_decode, decode
from genba.formats.scans.page import PageReading, read_page
from genba.model.document import Document, Edit, Node
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Figure
from genba.model.place import Place
from genba.ports.recognisers import Raster, TextLine, TextRecogniser, Tokeniser
from genba.steps.scans.closing import closed
from genba.steps.scans.findings import Told, told, unread
from genba.steps.scans.forms import as_form
from genba.steps.scans.furniture import set_apart
from genba.steps.scans.levels import levelled
from genba.steps.scans.placing import moved

STEP = "scans.read"
MOST_CUT = 500  # pictures cut out of the pages of one document; the rest keep their places and captions only
SHOWN_CHARS = 40
READABLE = frozenset(f"image/{kind}" for kind in ("png", "jpeg", "gif", "bmp", "tiff", "webp", "jp2"))
PICTURE_FILES = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
WORDS_PX = 4_000_000
LEAST_PX = (24, 80)  # shorter and longer side of a picture with a word in it
SURE = 0.8  # of a line in a picture that is no page: what is less sure is not noted
# An office file's picture counts as a scanned page when it has the pixels and the sides of a sheet of paper.
SHEET_PX = 900
SHEET_SIDES = (1.25, 1.55)


def read(
    document: Document,
    *,
    text_recogniser: TextRecogniser | None = None,
    vertical_recogniser: TextRecogniser | None = None,
    tokeniser: Tokeniser | None = None,
    pages: int = 2_000,
    pictures: int = 300,
) -> Document:
    """Read the text of pictures: at most so many pages, and so many other pictures with words in them."""
    images = {image.name: image for image in document.images if image.media_type in READABLE}
    if not any(isinstance(node, Figure) and node.image in images for node in document.nodes):
        return document
    if text_recogniser is None or not can_decode():
        return unread(document, images)
    session = _Session(document, images, text_recogniser, vertical_recogniser, tokeniser, pages, pictures)
    nodes = [part for node in document.nodes for part in session.read(node)]
    nodes = levelled(set_apart(nodes, session.sizes, session.numbers), set(session.numbers.values()))
    edits = tuple(session.edits())
    kept = (*document.images, *session.cut)
    document = replace(document, nodes=tuple(nodes), images=kept, edits=(*document.edits, *edits))
    return replace(document, findings=told(document, session.told))


@dataclass(slots=True)
class _Session:
    """The pictures of one document as they are read."""

    document: Document
    images: dict[str, Image]
    recogniser: TextRecogniser
    vertical: TextRecogniser | None
    tokeniser: Tokeniser | None
    pages_left: int
    pictures_left: int
    told: Told = field(default_factory=Told)
    sizes: dict[int, tuple[float, float]] = field(default_factory=dict)  # of the pages read, in points
    numbers: dict[int, int] = field(default_factory=dict)  # the page of each node, by its identity
    cut: list[Image] = field(default_factory=list)  # pictures that stand on pages
    looks: dict[tuple[str, int], Look | None] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    repairs: dict[tuple[str, str, str], tuple[int, Place]] = field(default_factory=dict)
    place: Place = field(default_factory=Place)

    def read(self, node: Node) -> Iterator[Node]:
        """Give a figure's text in its place, or the figure with the words in it."""
        if not isinstance(node, Figure) or node.image not in self.images or Mark.HIDDEN in node.marks:
            yield node
            return
        self.place = node.place
        seen = Look.PAGE if node.kind == "page" else self._look(node)
        if seen is Look.PAGE and (node.kind == "page" or self._is_sheet(node)):
            yield from self._page(node)
        elif seen in (Look.PAGE, Look.WORDS):
            yield self._with_words(node)
        else:
            yield node

    def edits(self) -> Iterator[Edit]:
        """Tell what was repaired, alike repairs together."""
        for (rule, before, after), (count, place) in self.repairs.items():
            yield Edit(step=STEP, rule=rule, before=before, after=after, place=place, count=count)

    def _frame(self, node: Figure) -> int:
        return max(0, node.place.page - 1) if self.document.source.kind == "tiff" else 0

    def _look(self, node: Figure) -> Look | None:
        image, frame = self.images[node.image], self._frame(node)
        key = (image.name, frame)
        if key not in self.looks:
            self.looks[key] = None
            sides = sorted((image.width_px, image.height_px))
            if sides[1] and (sides[0] < LEAST_PX[0] or sides[1] < LEAST_PX[1]):
                return None
            try:
                self.looks[key] = look(image.data, frame)
            except InvalidInput as error:
                self.told.refused(error, node.place)
        return self.looks[key]

    def _is_sheet(self, node: Figure) -> bool:
        """A picture file may be any page; in other files, photographs of screens and diagrams are more likely."""
        if self.document.source.kind in PICTURE_FILES:
            return True
        image = self.images[node.image]
        shorter, longer = sorted((image.width_px, image.height_px))
        return shorter >= SHEET_PX and SHEET_SIDES[0] <= longer / shorter <= SHEET_SIDES[1]

    def _page(self, node: Figure) -> Iterator[Node]:
        if self.pages_left <= 0:
            self.told.beyond += 1
            yield node
            return
        self.pages_left -= 1
        raster = self._raster(node)
        if raster is None:
            yield node
            return
        number = node.place.page or 1
        try:
            reading = read_page(
                raster,
                number,
                text_recogniser=self.recogniser,
                vertical_recogniser=self.vertical,
                mend=self._mend,
            )
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one page's fault must not cost the others
            self.told.failed(error, node.place)
            yield node
            return
        read_nodes = [part for found in reading.nodes for part in as_form(found)]
        if all(isinstance(found, Figure) for found in read_nodes):
            read_nodes = []  # the page as a whole is the picture
        read_nodes = self._pictured(read_nodes, reading, node)
        read_nodes = [moved(closed(found, self._close), node.place, reading.size) for found in read_nodes]
        self._tell(node, reading, read_nodes)
        yield from read_nodes or [node]

    def _pictured(self, nodes: list[Node], reading: PageReading, page: Figure) -> list[Node]:
        """Keep the pictures cut out of a page, each named after the page's picture."""
        if not nodes:
            return nodes
        names: dict[str, str] = {}
        stem = page.image.rpartition(".")[0] or page.image
        taken = {image.name for image in (*self.document.images, *self.cut)}
        for cutting in reading.pictures[: MOST_CUT - len(self.cut)]:
            suffix = "jpg" if cutting.media_type == "image/jpeg" else "png"
            name = f"{stem}-{cutting.key}.{suffix}"
            while name in taken:
                name = f"_{name}"
            taken.add(name)
            names[cutting.key] = name
            wide, high = cutting.width_px, cutting.height_px
            kind, data = cutting.media_type, cutting.data
            self.cut.append(Image(name=name, media_type=kind, data=data, width_px=wide, height_px=high))
        return [
            replace(node, image=names.get(node.image, ""), texts=tuple(self._mended(node.texts)))
            if isinstance(node, Figure)
            else node
            for node in nodes
        ]

    def _mended(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            yield " ".join(self._close(text).split())

    def _tell(self, node: Figure, reading: PageReading, nodes: list[Node]) -> None:
        place = node.place
        on_paper = place.box is not None or not (place.sheet or place.part)
        if on_paper and (node.kind == "page" or self.document.source.kind in PICTURE_FILES):
            number = place.page or 1
            box = place.box
            self.sizes[number] = (box[2] - box[0], box[3] - box[1]) if box else reading.size
            self.numbers.update((id(found), number) for found in nodes)
        self.told.page(node, reading)

    def _with_words(self, node: Figure) -> Figure:
        if node.image not in self.words:
            if self.pictures_left <= 0:
                self.told.beyond += 1
                return node
            self.pictures_left -= 1
            raster = self._raster(node, WORDS_PX)
            self.words[node.image] = tuple(self._words(raster, node)) if raster is not None else ()
            self.told.pictures += bool(self.words[node.image])
        said = {" ".join(text.split()) for text in node.texts}
        new = tuple(text for text in self.words[node.image] if text not in said)
        return replace(node, texts=(*node.texts, *new)) if new else node

    def _words(self, raster: Raster, node: Figure) -> Iterator[str]:
        try:
            lines = self.recogniser.lines(raster)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one picture's fault must not cost the others
            self.told.failed(error, node.place)
            return
        sure = [line for line in lines if line.confidence >= SURE and line.text.strip()]
        self.told.doubtful += len(lines) - len(sure)
        for line in _in_order(sure):
            yield " ".join(self._close(self._mend(line.text)).split())

    def _raster(self, node: Figure, most_px: int = 0) -> Raster | None:
        data, frame = self.images[node.image].data, self._frame(node)
        try:
            raster = decode(data, frame=frame, most_px=most_px) if most_px else decode(data, frame=frame)
        except InvalidInput as error:
            self.told.refused(error, node.place)
            return None
        box = node.place.box
        if box is not None and box[2] > box[0]:
            raster = replace(raster, dpi=round(raster.width * 72 / (box[2] - box[0]), 2))
        return raster

    def _mend(self, text: str) -> str:
        mended, repairs = mend(text, self.tokeniser)
        for repair in repairs:
            self._note(repair.rule, repair.before, repair.after)
        return mended

    def _close(self, text: str) -> str:
        joined = close_gaps(text, self.tokeniser)
        if joined != text:
            self._note("gap", text[:SHOWN_CHARS], joined[:SHOWN_CHARS])
        return joined

    def _note(self, rule: str, before: str, after: str) -> None:
        key = (rule, before, after)
        count, place = self.repairs.get(key, (0, self.place))
        self.repairs[key] = (count + 1, place)


def _in_order(lines: list[TextLine]) -> list[TextLine]:
    """From the top, and from the left within a row."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=_middle):
        last = rows[-1][-1] if rows else None
        if last is not None and _middle(line) - _middle(last) < 0.5 * min(_height(line), _height(last)):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda item: item.corners[0])]


def _middle(line: TextLine) -> float:
    return sum(y for _, y in line.corners) / 4


def _height(line: TextLine) -> float:
    ys = [y for _, y in line.corners]
    return max(ys) - min(ys)
