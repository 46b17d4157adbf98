"""One page picture to nodes: set straight, its rules and lines found, read, and put into reading order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from genba.formats.pagelayout.blocks import arrange
from genba.formats.pagelayout.glyphs import Box
from genba.formats.pagelayout.headings import body_size, find_headings
from genba.formats.pagelayout.items import Block, PageTable
from genba.formats.pagelayout.lattice import Rule
from genba.formats.pagelayout.paragraphs import Passage, paragraphs
from genba.formats.pagelayout.passages import passage_node, rounded
from genba.formats.pagelayout.tables import Continued, as_grid
from genba.formats.scans.columns import reread_columns
from genba.formats.scans.cuttings import Cutting, Pictured, attach_captions, cut_out, part_texts, texts_in
from genba.formats.scans.drawn import find_rules, without_rules
from genba.formats.scans.overlooked import joined, lies_in, overlooked
from genba.formats.scans.pictures import Picture, find_pictures, holds, painted, within
from genba.formats.scans.rasters import DPI, Array, to_array, to_raster
from genba.formats.scans.stamps import without_stamps
from genba.formats.scans.straighten import Straight, straighten, to_grey
from genba.formats.scans.tables import Boxed, lattices_of, place_lines
from genba.formats.scans.turning import best_turn, is_doubtful, quarter
from genba.formats.scans.written import UNCERTAIN, Written, as_lines, as_written, cut_at_rules
from genba.model.document import Node
from genba.model.marks import Mark
from genba.model.nodes import Figure, Paragraph, Role
from genba.model.place import Place
from genba.ports.recognisers import Raster, TextLine, TextRecogniser

POINTS = 72.0
UNREADABLE = 0.5  # a line read with less confidence is told of and left out
SPECK_PT = 5.0
WEAK = 0.7  # what a recogniser for lines makes of columns: a tenth is wrong, full stops are lost


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What was read on a page; boxes are in points of the picture as it was given."""

    nodes: tuple[Node, ...] = ()
    confidence: float = 1.0  # by the character; 1 where nothing was read
    lines: int = 0
    uncertain: int = 0  # lines below the threshold
    characters: int = 0
    turned: int = 0  # quarter turns clockwise by which the picture had to be set upright
    skew: float = 0.0  # degrees clockwise that were taken out
    stamps: tuple[Box, ...] = ()  # seals, taken out before reading
    handwriting: tuple[Box, ...] = ()  # left unread
    unread_columns: tuple[Box, ...] = ()  # vertical writing that only the recogniser for lines has read: uncertain
    pictures: tuple[Cutting, ...] = ()  # cut out; a figure among the nodes has the key of its own as `image`
    size: tuple[float, float] = (0.0, 0.0)


@dataclass(slots=True)
class Sheet:
    """A straight page on the way to nodes."""

    number: int
    scale: float  # pixels a point
    straight: Straight
    written: list[Written] = field(default_factory=list)

    @property
    def size(self) -> tuple[float, float]:
        """In points."""
        height, width = self.straight.picture.shape[:2]
        return width / self.scale, height / self.scale

    def place(self, box: Box) -> Place:
        """The place of a box of the straight page."""
        return Place(page=self.number, box=self.box(box))

    def box(self, box: Box) -> Box:
        """Where a box of the straight page stands in the picture as it was given."""
        import numpy as np

        x0, y0, x1, y1 = (side * self.scale for side in box)
        corners = np.array([(x0, y0, 1), (x1, y0, 1), (x1, y1, 1), (x0, y1, 1)]).T
        u, v, w = self.straight.back @ corners
        u, v = u / w / self.scale, v / w / self.scale
        return rounded((float(u.min()), float(v.min()), float(u.max()), float(v.max())))


class Ruled:
    """A straight page with its rules and the tables they make."""

    def __init__(self, straight: Straight, scale: float) -> None:
        height, width = straight.picture.shape[:2]
        self.straight, self.scale = straight, scale
        self.drawn = find_rules(to_grey(straight.picture), scale)
        self.lattices = lattices_of(self.drawn.across, self.drawn.down, (width / scale, height / scale))
        mask = self.drawn.mask
        self.clean = without_rules(straight.picture, mask, self.lattices, scale) if self.lattices else straight.picture

    def lines(self, recogniser: TextRecogniser, dpi: float) -> tuple[TextLine, ...]:
        """Read the page without the rules of its tables."""
        return recogniser.lines(to_raster(self.clean, dpi))

    def pictures(self, written: Sequence[Written]) -> tuple[Picture, ...]:
        """Find the pictures on the page; what they draw makes no tables."""
        found = find_pictures(to_grey(self.straight.picture), self.scale, written, self.lattices)
        if found:
            toned = [picture.box for picture in found if picture.toned]
            self.lattices = [one for one in self.lattices if not any(holds(box, one.box) for box in toned)]
            self.clean = painted(self.clean, found, self.scale)
        return found

    def overlooked(
        self, written: Sequence[Written], recogniser: TextRecogniser, mend: Callable[[str], str]
    ) -> list[Written]:
        """Look once more at cells with ink in which nothing was read."""
        found = overlooked(
            self.lattices,
            written,
            self.clean,
            self.scale,
            lambda cell: recogniser.lines(to_raster(cell, 0.0)),
        )
        return [replace(line, text=mend(line.text)) for line in found]


def stands_in(rule: Rule, box: Box) -> bool:
    """Say whether a vertical rule belongs to the table in a box."""
    return box[0] - 3 <= rule.at <= box[2] + 3 and rule.end > box[1] and rule.start < box[3]


def read_page(
    page: Raster,
    number: int,
    *,
    text_recogniser: TextRecogniser,
    vertical_recogniser: TextRecogniser | None = None,
    mend: Callable[[str], str] = lambda text: text,
) -> PageReading:
    """Read a page picture into nodes in reading order; `mend` repairs each line's text."""
    scale = (page.dpi or DPI) / POINTS
    picture, stamps = without_stamps(to_array(page, channels=page.channels), scale)
    ruled = Ruled(straighten(picture), scale)
    lines = ruled.lines(text_recogniser, page.dpi)
    if is_doubtful(lines):
        turns = best_turn(ruled.straight.picture, lines, text_recogniser, page.dpi)
        if turns:
            ruled = Ruled(straighten(quarter(picture, turns), turns), scale)
            lines = ruled.lines(text_recogniser, page.dpi)
    straight = ruled.straight
    sheet = Sheet(number, scale, straight)
    pictures = ruled.pictures([as_written(line, scale, str) for line in lines])
    lattices = ruled.lattices
    sides = [rule for lattice in lattices for rule in ruled.drawn.down if stands_in(rule, lattice.box)]
    written = [*cut_at_rules([as_written(line, scale, mend) for line in lines], sides)]
    written, inside = part_texts(written, pictures)
    written, unread = part_unread(written)
    found, unread_too = part_unread(ruled.overlooked(written, text_recogniser, mend))
    written = joined(written, found)
    unread = [box for box in unread + unread_too if not any(lies_in(one, box) for one in found)]
    columns = [(line.x0, line.y0, line.x1, line.y1) for line in written if line.vertical]
    if vertical_recogniser is not None and columns:
        written, columns = reread_columns(written, straight.picture, scale, vertical_recogniser, mend), []
    elif columns:
        written = [replace(line, confidence=min(line.confidence, WEAK)) if line.vertical else line for line in written]
    sheet.written = written
    blocks, rest = place_lines(as_lines(sheet.written), lattices)
    figures, cuttings = as_blocks(pictures, inside, to_array(page, channels=page.channels), sheet)
    nodes = tuple(nodes_of([*rest, *blocks, *figures], sheet))
    seals = [rounded(box) for box in stamps]
    shown = [sheet.box(picture.box) for picture in pictures]
    return PageReading(
        nodes=nodes,
        confidence=mean_of(sheet.written),
        lines=len(sheet.written),
        uncertain=sum(line.confidence < UNCERTAIN for line in sheet.written),
        characters=sum(len(line.text) for line in sheet.written),
        turned=straight.turned,
        skew=straight.skew,
        stamps=tuple(seal for seal in seals if not any(within(seal, box) > 0.5 for box in shown)),
        handwriting=tuple(sheet.box(box) for box in unread),
        unread_columns=tuple(sheet.box(box) for box in columns),
        pictures=cuttings,
        size=(page.width / scale, page.height / scale),
    )


def as_blocks(
    pictures: Sequence[Picture], inside: Sequence[Sequence[Written]], page: Array, sheet: Sheet
) -> tuple[list[Block], tuple[Cutting, ...]]:
    """Make what is placed as a whole of pictures, and their files."""
    blocks: list[Block] = []
    cuttings: list[Cutting] = []
    for index, (picture, lines) in enumerate(zip(pictures, inside, strict=True), start=1):
        cutting = cut_out(page, sheet.straight, sheet.scale, picture, f"{sheet.number}-{index}")
        if cutting is not None:
            cuttings.append(cutting)
            blocks.append(Block(picture.box, Pictured(cutting.key, texts_in(lines))))
    return blocks, tuple(cuttings)


def part_unread(written: Sequence[Written]) -> tuple[list[Written], list[Box]]:
    """Part what was read from what was not: writing by hand, or too poor to tell; its text would be invented."""
    read = [line for line in written if line.confidence >= UNREADABLE]
    unread = [
        (line.x0, line.y0, line.x1, line.y1)
        for line in written
        if line.confidence < UNREADABLE and min(line.height, line.length) >= SPECK_PT
    ]
    return read, unread


def mean_of(written: Sequence[Written]) -> float:
    """How sure the reading is, by the character."""
    characters = sum(len(line.text) for line in written)
    return round(sum(line.confidence * len(line.text) for line in written) / characters, 4) if characters else 1.0


def nodes_of(items: Sequence[object], sheet: Sheet) -> Iterator[Node]:
    """Order what stands on the page and write it as nodes."""
    parts = attach_captions([part for stack in arrange(items) for part in paragraphs(stack)])  # type: ignore[arg-type]
    passages = [part for part in parts if isinstance(part, Passage)]
    levels = find_headings(passages, {}, over_blocks(parts))
    body = body_size(passages)
    index = 0
    for part in parts:
        if isinstance(part, Passage):
            low = part.box[1] > 0.7 * sheet.size[1]
            yield passage_node(part, sheet.place(part.box), levels.get(index), body, low=low)
            index += 1
        else:
            yield from block_nodes(part, sheet)


def over_blocks(parts: Sequence[Passage | Block]) -> set[int]:
    """The indexes, among the passages, of those that a block follows."""
    found: set[int] = set()
    index = -1
    for part, after in zip(parts, [*parts[1:], None], strict=False):
        if isinstance(part, Passage):
            index += 1
            if isinstance(after, Block):
                found.add(index)
    return found


def block_nodes(block: Block, sheet: Sheet) -> Iterator[Node]:
    """Write a table or framed text."""
    place = sheet.place(block.box)
    if isinstance(block.content, PageTable):
        grid = as_grid(Continued(block.content, 0), sheet.number, "")
        texts = [cell for cell in grid.cells if cell.text]
        weight = sum(len(cell.text) for cell in texts)
        confidence = sum(cell.confidence * len(cell.text) for cell in texts) / weight if weight else 1.0
        doubtful = any(Mark.UNCERTAIN in cell.marks for cell in texts)
        marks = frozenset({Mark.UNCERTAIN}) if doubtful else frozenset()
        yield replace(grid, place=place, confidence=round(confidence, 4), marks=marks)
    elif isinstance(block.content, Pictured):
        yield Figure(image=block.content.key, caption=block.content.caption, texts=block.content.texts, place=place)
    elif isinstance(block.content, Boxed):
        for cell in block.content.cells:
            marks = frozenset({Mark.UNCERTAIN}) if cell.doubtful else frozenset()
            yield Paragraph(
                text=cell.text,
                role=Role.TEXT_BOX,
                place=sheet.place(cell.box),
                marks=marks,
                confidence=round(cell.confidence, 4),
            )
