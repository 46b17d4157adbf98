"""One page at a time: what stands on it, with tables and pictures found, before pages are compared with each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from genba.formats.drawing.telling import Said
from genba.formats.pagelayout.blocks import in_order
from genba.formats.pagelayout.drawn import find_drawings
from genba.formats.pagelayout.garbled import is_garbled
from genba.formats.pagelayout.glyphs import Box, Flow, Glyph, around, holds
from genba.formats.pagelayout.items import Block, PageTable, TableCell, make_cell
from genba.formats.pagelayout.lattice import Lattice, find_lattices
from genba.formats.pagelayout.lines import Line, read_lines
from genba.model.image import Image
from genba.readers.pdf.annotations import OnPage, read_annotations
from genba.readers.pdf.characters import PageText, read_characters
from genba.readers.pdf.drawings import DrawingReader, Drawings
from genba.readers.pdf.engineering import read_sheet
from genba.readers.pdf.frame import PageFrame, frame_of
from genba.readers.pdf.library import Calls
from genba.readers.pdf.pictures import Album, ShownImage
from genba.readers.pdf.scans import Camera, scan_among

PAGE_SHARE = 0.7  # a picture that covers so much of the page is its background or its scan
SCAN_SHARE = 0.5
MOST_CELLS = 20_000
MOST_SHADE_TESTS = 400_000
CLOSING = frozenset("、。，．,.)）」』】〕］]〉》！？")
WHITES = {0xFFFFFF, 0xFEFEFE, 0xFDFDFD}


@dataclass(frozen=True, slots=True)
class Boxed:
    """Text in a drawn frame that is no table."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A vector drawing with the texts in it."""

    texts: tuple[str, ...]


@dataclass(slots=True)
class PageContent:
    """What one page holds: lines and blocks to be put in order, and what stands beside the text."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)  # PageTable, ShownImage with its texts, Drawing, Boxed
    backgrounds: list[ShownImage] = field(default_factory=list)
    picture: ShownImage | None = None  # of the whole page, where its text must be read from it
    hidden: list[Line] = field(default_factory=list)
    watermarks: list[Line] = field(default_factory=list)
    attached: OnPage = field(default_factory=OnPage)
    garbled: bool = False
    scanned: bool = False
    recognised: bool = False  # an invisible text layer over a scan
    cut_off: bool = False
    characters: int = 0
    drawing: Said | None = None  # what it says, where it is an engineering drawing


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with the texts printed over it."""

    image: ShownImage
    texts: tuple[str, ...] = ()


class PageReader:
    """Reads the pages of one document, with what is remembered from page to page."""

    def __init__(self, document: Any, form: Any, fast: Calls, album: Album, camera: Camera) -> None:
        self._document, self._form, self._calls = document, form, fast
        self.album, self.camera = album, camera
        self._fonts: dict[int, tuple[str, bool]] = {}

    def read(self, page: Any, number: int) -> tuple[PageContent, list[Image]]:
        """Read a page; its pictures that are new come with it."""
        import pypdfium2.raw as pdfium

        frame = frame_of(page)
        content = PageContent(number, frame.width, frame.height)
        content.attached = read_annotations(self._document, page, frame, number, self._form)
        drawings = DrawingReader(frame).read(page)
        shown, fresh = self.album.take(drawings.images, number)
        text_page = pdfium.FPDFText_LoadPage(page)
        text = PageText()
        if text_page:
            try:
                text = read_characters(text_page, frame, self._calls, self._fonts)
            finally:
                pdfium.FPDFText_ClosePage(text_page)
        self._fill(content, text, drawings, shown, frame)
        if content.scanned or content.garbled:
            fresh = self._pictured(content, page, shown, fresh, frame)
        return content, fresh

    def _pictured(
        self, content: PageContent, page: Any, shown: list[ShownImage], fresh: list[Image], frame: PageFrame
    ) -> list[Image]:
        """Find or make the picture that the page's text can be read from; strips and turned scans go into one."""
        scan = scan_among(shown, frame) if content.scanned else None
        if scan is not None:
            content.picture = scan
            content.backgrounds = [image for image in content.backgrounds if image.name != scan.name]
            content.blocks = [block for block in content.blocks if not isinstance(block.content, Picture)]
            return fresh
        image = self.camera.picture(page, content.number, coloured=content.scanned)
        if image is None:
            return fresh
        content.picture = ShownImage(image.name, (0.0, 0.0, frame.width, frame.height), "", True)
        content.backgrounds = []
        content.blocks = [block for block in content.blocks if not isinstance(block.content, Picture)]
        self.album.forget({picture.name for picture in fresh})
        return [image]

    def _fill(
        self, content: PageContent, text: PageText, drawings: Drawings, shown: list[ShownImage], frame: PageFrame
    ) -> None:
        area = frame.width * frame.height
        content.cut_off = text.cut_off
        content.characters = len(text.glyphs)
        scans = sum(area_of(image.box) for image in shown) >= SCAN_SHARE * area
        if text.invisible and scans and text.invisible >= 0.8 * len(text.glyphs):
            content.recognised = True
            text.glyphs = [glyph._replace(style=replace(glyph.style, hidden=False)) for glyph in text.glyphs]
        content.scanned = scans and len(text.glyphs) < 4
        if is_garbled(text.glyphs):
            content.garbled = True
            text = PageText()
        visible, unseen = part_hidden(text.glyphs, drawings, shown)
        content.hidden = read_lines([*unseen, *text.outside])
        content.watermarks = [line for glyphs in text.aslant.values() for line in aslant_lines(glyphs)]
        content.drawing = read_sheet(content.number, visible, drawings.horizontal, drawings.vertical)
        place_tables(content, visible, drawings)
        place_pictures(content, shown, area)


def area_of(box: Box) -> float:
    """The area of a box."""
    return (box[2] - box[0]) * (box[3] - box[1])


def part_hidden(
    glyphs: Sequence[Glyph], drawings: Drawings, shown: Sequence[ShownImage]
) -> tuple[list[Glyph], list[Glyph]]:
    """Part what a person sees from what is there unseen: invisible, or white with nothing dark behind it."""
    if not any(glyph.style.hidden or glyph.style.white for glyph in glyphs):
        return list(glyphs), []
    dark = [box for box, colour in drawings.filled if colour < 0 or colour not in WHITES]
    dark += [image.box for image in shown]
    visible: list[Glyph] = []
    unseen: list[Glyph] = []
    for glyph in glyphs:
        white_on_white = glyph.style.white and not any(holds(box, glyph[1:5]) for box in dark)
        (unseen if glyph.style.hidden or white_on_white else visible).append(glyph)
    return visible, unseen


def aslant_lines(glyphs: list[Glyph]) -> list[Line]:
    """Text at an angle, such as a watermark, in the order drawn."""
    text = "".join(glyph.space + glyph.text for glyph in glyphs).strip()
    if len(text) < 2:
        return []
    box = around([glyph[1:5] for glyph in glyphs])
    return [Line(text, box, Flow.RIGHT, glyphs[0].size, glyphs[0].style, len(glyphs))]


def place_tables(content: PageContent, glyphs: list[Glyph], drawings: Drawings) -> None:
    """Give the characters to the cells, frames and drawings they stand in; the rest are lines of the page."""
    lattices, crossings = find_lattices(drawings.horizontal, drawings.vertical)
    lattices = [lattice for lattice in lattices if len(lattice.frames) <= MOST_CELLS]
    frames = [lattice.box for lattice in lattices if len(lattice.xs) == 2]
    slanted = [box for box in drawings.slanted if area_of(box) < 0.5 * content.width * content.height]
    areas = find_drawings(frames, crossings, slanted) if crossings or slanted else []
    lattices = [lattice for lattice in lattices if not any(holds(area, lattice.box) for area in areas)]
    by_cell, rest = part_by_cell(glyphs, lattices)
    for index, lattice in enumerate(lattices):
        cells = {frame: in_order(read_lines(found)) for (at, frame), found in by_cell.items() if at == index}
        lines = [line for found in cells.values() for line in found]
        if not lines:
            continue
        if len(lattice.xs) == 2 and len(lattice.frames) < 4:
            if page_frame(lattice.box, content):
                content.lines.extend(lines)  # a border around the page
                continue
            texts = tuple(make_cell(0, 0, 1, 1, cells[at]).text for at in sorted(cells) if cells[at])
            block: object = Boxed(texts)
        else:
            block = as_table(lattice, cells, drawings.filled)
        content.blocks.append(Block(lattice.box, block, Flow.RIGHT, sum(line.length for line in lines)))
    inside: list[list[Line]] = [[] for _ in areas]
    for line in read_lines(rest):
        at = next((i for i, area in enumerate(areas) if holds(area, line.box)), -1)
        (inside[at] if at >= 0 else content.lines).append(line)
    for area, lines in zip(areas, inside, strict=True):
        if lines and (len(lines) > 2 or area_of(area) < 0.3 * content.width * content.height):
            texts = drawing_texts(lines, drawings)
            content.blocks.append(Block(area, Drawing(texts), Flow.RIGHT, sum(line.length for line in lines)))
        else:
            content.lines.extend(lines)


def page_frame(box: Box, content: PageContent) -> bool:
    """Say whether a frame goes around the whole page."""
    return area_of(box) > 0.6 * content.width * content.height


def part_by_cell(
    glyphs: list[Glyph], lattices: list[Lattice]
) -> tuple[dict[tuple[int, int], list[Glyph]], list[Glyph]]:
    """Find the cell each character stands in; the inner lattice wins where one stands in another."""
    if not lattices:
        return {}, glyphs
    order = sorted(range(len(lattices)), key=lambda index: area_of(lattices[index].box))
    boxes = [(index, *lattices[index].box) for index in order]
    cells: dict[tuple[int, int], list[Glyph]] = {}
    rest: list[Glyph] = []
    home, at, last = rest, (-1, -1), None  # where the character before went
    for glyph in glyphs:
        is_near = last is not None and follows(last, glyph)
        last = glyph
        if is_near and glyph.text in CLOSING:
            home.append(glyph)  # it may hang out over the cell's edge
            continue
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        found = (-1, -1)
        for index, x0, y0, x1, y1 in boxes:
            if x0 <= x <= x1 and y0 <= y <= y1 and (frame := lattices[index].frame_at(x, y)) >= 0:
                found = (index, frame)
                break
        if not (is_near and found != at and one_column(lattices, at, found)):
            home, at = (cells.setdefault(found, []) if found[0] >= 0 else rest), found
        home.append(glyph)
    return cells, rest


def follows(before: Glyph, glyph: Glyph) -> bool:
    """Say whether a character stands right behind the one before it, on the same line."""
    if glyph.turn != Flow.RIGHT or before.turn != Flow.RIGHT:
        return False
    return abs(glyph.x0 - before.x1) < 0.3 * glyph.size and abs(glyph.y0 - before.y0) < 0.3 * glyph.size


def one_column(lattices: list[Lattice], at: tuple[int, int], found: tuple[int, int]) -> bool:
    """Say whether two cells stand one above the other: a line written over the edge between them is one line."""
    if at[0] != found[0] or at[0] < 0:
        return False
    frames = lattices[at[0]].frames
    one, other = frames[at[1]], frames[found[1]]
    return (one.column, one.column_span) == (other.column, other.column_span)


def as_table(lattice: Lattice, cells: dict[int, list[Line]], filled: list[tuple[Box, int]]) -> PageTable:
    """Make the table of a lattice and the lines in its cells; empty cells keep their place."""
    shades = shades_of(lattice, filled)
    found: list[TableCell] = []
    for index, frame in enumerate(lattice.frames):
        lines = cells.get(index)
        spans = (frame.row, frame.column, frame.row_span, frame.column_span)
        cell = make_cell(*spans, lines, frame.box[2]) if lines else TableCell(*spans, "", frame.box)
        found.append(replace(cell, box=frame.box, fill=shades.get(index, "")))
    rows, columns = len(lattice.ys) - 1, len(lattice.xs) - 1
    return PageTable(tuple(found), rows, columns, lattice.box, lattice.xs[:-1], ruled=True)


def shades_of(lattice: Lattice, filled: list[tuple[Box, int]]) -> dict[int, str]:
    """The colours painted behind the cells; what was painted last shows."""
    painted = [
        (box, colour)
        for box, colour in filled
        if colour >= 0 and colour not in WHITES and holds(lattice.box, box) and area_of(box) < area_of(lattice.box)
    ]
    if len(painted) * len(lattice.frames) > MOST_SHADE_TESTS:
        return {}
    return {
        index: f"{colour:06X}"
        for box, colour in painted
        for index, frame in enumerate(lattice.frames)
        if holds(box, frame.box, slack=0.0)
    }


def drawing_texts(lines: list[Line], drawings: Drawings) -> tuple[str, ...]:
    """The texts of a drawing: lines in one box together, from top to bottom."""
    boxes = sorted((box for box, _ in drawings.filled), key=area_of)
    groups: dict[Box, list[Line]] = {}
    for line in lines:
        home = next((box for box in boxes if holds(box, line.box, slack=0.0)), line.box)
        groups.setdefault(home, []).append(line)
    ordered = sorted(groups.items(), key=lambda item: (round(item[0][1] / 8), item[0][0]))
    return tuple("\n".join(line.text for line in sorted(found, key=lambda line: line.box[1])) for _, found in ordered)


def place_pictures(content: PageContent, shown: list[ShownImage], area: float) -> None:
    """Put pictures among the blocks with the text printed over them; those as large as the page stand behind it."""
    for image in shown:
        over = [line for line in content.lines if holds(image.box, line.box, slack=0.0)]
        if (
            area_of(image.box) > PAGE_SHARE * area
            or len(over) > 12
            or any(
                holds(image.box, block.box, slack=0.0)
                for block in content.blocks
                if isinstance(block.content, PageTable)
            )
        ):
            content.backgrounds.append(image)
            continue
        if over:
            taken = {id(line) for line in over}
            content.lines = [line for line in content.lines if id(line) not in taken]
        texts = tuple(line.text for line in sorted(over, key=lambda line: (round(line.box[1]), line.box[0])))
        content.blocks.append(Block(image.box, Picture(image, texts)))
