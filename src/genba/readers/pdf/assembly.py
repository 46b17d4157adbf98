"""The pages of a document put together: what repeats set apart, headings ranked, what was cut by a page joined."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from genba.formats.captions import is_figure_caption, is_table_caption
from genba.formats.pagelayout.blocks import arrange, main_flow
from genba.formats.pagelayout.furniture import Candidate, Furniture, find_furniture, in_margin
from genba.formats.pagelayout.glyphs import Box, Flow, holds, into
from genba.formats.pagelayout.headings import body_size, find_headings
from genba.formats.pagelayout.items import Block, PageTable, Stack, TableCell
from genba.formats.pagelayout.measure import Steps, measures, parting_steps
from genba.formats.pagelayout.paragraphs import Passage, continued, paragraphs
from genba.formats.pagelayout.passages import is_caption, passage_node, rounded
from genba.formats.pagelayout.tables import Continued, as_grid, join_tables
from genba.model.document import Node
from genba.model.marks import Mark
from genba.model.nodes import Comment, Figure, Heading, Paragraph, Role
from genba.model.place import Place
from genba.readers.pdf.pages import Boxed, Drawing, PageContent, Picture
from genba.readers.pdf.pictures import ShownImage

CAPTION_GAP_EM = 3.5
Content = Passage | Continued | Picture | Drawing | Boxed


@dataclass(slots=True)
class Entry:
    """One thing in reading order, with the page it starts on."""

    page: int
    box: Box
    content: Content
    caption: str = ""
    last_page: int = 0


@dataclass(slots=True)
class Assembly:
    """A document in reading order, before it is written as nodes."""

    entries: list[Entry] = field(default_factory=list)
    furniture: dict[int, list[tuple[bool, Paragraph | Figure]]] = field(default_factory=dict)  # by page; True is at top


def assemble(pages: Sequence[PageContent]) -> Assembly:
    """Set apart what repeats, order each page, and join what a page or column break has cut."""
    assembly = Assembly()
    set_furniture_apart(pages, assembly)
    by_number = {page.number: page for page in pages}
    arranged = [arrange([*page.lines, *page.blocks]) for page in pages]
    parting = parting_steps(arranged)
    for page, stacks in zip(pages, arranged, strict=True):
        entries = order_page(page, stacks, parting)
        attach_captions(entries)
        for entry in entries:
            last = assembly.entries[-1] if assembly.entries else None
            if last is None or not joins(last, entry, by_number):
                assembly.entries.append(entry)
        page.lines, page.blocks = [], []
    return assembly


def set_furniture_apart(pages: Sequence[PageContent], assembly: Assembly) -> None:
    """Take running headers, footers, page numbers and logos out of the pages; each stays once."""
    candidates: list[Candidate] = []
    for page in pages:
        items: list[tuple[str, Box]] = [(line.text, line.box) for line in page.lines]
        items += [(block_key(block), block.box) for block in page.blocks]
        vertical = main_flow(page.lines) == Flow.DOWN if page.lines else False
        for index, (text, box) in enumerate(items):
            at_edge = in_margin(box, page.width, page.height)
            if index < len(page.lines):
                across = vertical and at_edge and page.lines[index].flow == Flow.RIGHT
            else:
                across, at_edge = False, at_edge or may_repeat(page.blocks[index - len(page.lines)], page)
            if text and at_edge:
                candidates.append(Candidate(page.number, index, text, box, across))
    heights = [0.0] * (1 + max((page.number for page in pages), default=0))
    for page in pages:
        heights[page.number] = page.height
    found = find_furniture(candidates, len(pages), heights)
    by_number = {page.number: page for page in pages}
    taken: dict[int, set[int]] = {}
    for item in found:
        first = item.places[0]
        node = furniture_node(by_number[first.page], item, first)
        assembly.furniture.setdefault(first.page, []).append((item.at_top, node))
        for place in item.places:
            taken.setdefault(place.page, set()).add(place.index)
    for number, indexes in taken.items():
        page = by_number[number]
        count = len(page.lines)
        page.blocks = [block for index, block in enumerate(page.blocks) if index + count not in indexes]
        page.lines = [line for index, line in enumerate(page.lines) if index not in indexes]


def may_repeat(block: Block, page: PageContent) -> bool:
    """A logo anywhere; a title block near the top or bottom, much lower than the page."""
    if isinstance(block.content, Picture):
        return True
    _, top, _, bottom = block.box
    near_edge = bottom < 0.28 * page.height or top > 0.72 * page.height
    return near_edge and bottom - top < 0.2 * page.height


def block_key(block: Block) -> str:
    """What a block says, to recognise it on other pages."""
    if isinstance(block.content, PageTable):
        return "\t".join(cell.text for cell in block.content.cells)
    if isinstance(block.content, Picture):
        return f"picture:{block.content.image.digest}:{round(block.box[0])}"
    if isinstance(block.content, Boxed):
        return "\t".join(block.content.texts)
    return ""


def furniture_node(page: PageContent, item: Furniture, first: Candidate) -> Paragraph | Figure:
    """Write what repeats as a header or footer, or as the logo it is."""
    place = Place(page=first.page, box=rounded(first.box))
    marks = frozenset({Mark.FURNITURE})
    block = page.blocks[first.index - len(page.lines)].content if first.index >= len(page.lines) else None
    if isinstance(block, Picture):
        return Figure(image=block.image.name, texts=block.texts, place=place, marks=marks)
    text = item.text
    if isinstance(block, PageTable):
        rows: dict[int, list[str]] = {}
        for cell in block.cells:
            if cell.text:
                rows.setdefault(cell.row, []).append(cell.text)
        text = "\n".join(" ".join(texts) for texts in rows.values())
    return Paragraph(text=text, role=Role.HEADER if item.at_top else Role.FOOTER, place=place, marks=marks)


def order_page(page: PageContent, stacks: Sequence[Stack], parting: Steps) -> list[Entry]:
    """Make the entries of a page from its stacks; a paragraph may go on in the next column."""
    entries: list[Entry] = []
    for stack, measure in zip(stacks, measures(stacks), strict=True):
        for part in paragraphs(stack, measure, parting):
            content: Content
            if isinstance(part, Passage):
                content = part
            elif isinstance(part.content, PageTable):
                content = Continued(part.content, 0)
            elif isinstance(part.content, Picture | Drawing | Boxed):
                content = part.content
            else:
                continue
            entry = Entry(page.number, part.box, content, last_page=page.number)
            if not entries or not joins_passage(entries[-1], entry):
                entries.append(entry)
    return entries


def joins_passage(last: Entry, entry: Entry) -> bool:
    """Add a passage to the one before it where it goes on."""
    if isinstance(last.content, Passage) and isinstance(entry.content, Passage):
        joined = continued(last.content, entry.content)
        if joined is not None and is_elsewhere(last, entry):
            last.content, last.last_page = joined, entry.last_page
            return True
    return False


def is_elsewhere(last: Entry, entry: Entry) -> bool:
    """Say whether the second passage stands in another column or on another page."""
    if last.last_page != entry.page or not isinstance(last.content, Passage):
        return True
    flow = last.content.flow
    return into(flow, entry.box)[1] < into(flow, last.box)[3] - 0.5 * last.content.em


def joins(last: Entry, entry: Entry, pages: Mapping[int, PageContent]) -> bool:
    """Add the first thing on a page to the last on the page before, where it is its rest."""
    if entry.page != last.last_page + 1:
        return False
    if isinstance(last.content, Continued) and isinstance(entry.content, Continued):
        if entry.caption and entry.caption != last.caption:
            return False
        bottom = last.content.pages > 1 or last.box[3] > 0.75 * pages[last.last_page].height
        top = entry.box[1] < 0.25 * pages[entry.page].height
        joined = join_tables(last.content, entry.content.table, at_bottom=bottom, at_top=top)
        if joined is not None:
            last.content, last.last_page = joined, entry.page
            return True
        return False
    return joins_passage(last, entry)


def attach_captions(entries: list[Entry]) -> None:
    """Give 図1 to the picture above or below it, 表1 to the table; each caption stands once."""
    blocks = [entry for entry in entries if isinstance(entry.content, Continued | Picture | Drawing)]
    taken: list[Entry] = []
    for entry in entries:
        passage = entry.content
        if not isinstance(passage, Passage) or not is_caption(passage):
            continue
        wants_table = is_table_caption(passage.text)
        best: tuple[float, Entry] | None = None
        for block in blocks:
            if block.caption or isinstance(block.content, Continued) != wants_table:
                continue
            below = block.box[1] - entry.box[3]
            above = entry.box[1] - block.box[3]
            gap = max(below, above) / passage.em
            overlap = min(block.box[2], entry.box[2]) - max(block.box[0], entry.box[0])
            if gap > CAPTION_GAP_EM or overlap <= 0:
                continue
            usual_side = below > above if wants_table else above > below
            cost = max(gap, 0.0) + (0.0 if usual_side else 1.5)
            if best is None or cost < best[0]:
                best = (cost, block)
        if best is not None:
            best[1].caption = passage.text
            taken.append(entry)
    if taken:
        gone = {id(entry) for entry in taken}
        entries[:] = [entry for entry in entries if id(entry) not in gone]
    caption_in_cells(entries)


def caption_in_cells(entries: list[Entry]) -> None:
    """Give pictures that stand in a table the caption of their cell, or of the cell below or above; it stays there."""
    pictures = [entry for entry in entries if isinstance(entry.content, Picture | Drawing) and not entry.caption]
    for table in (entry.content.table for entry in entries if isinstance(entry.content, Continued) and pictures):
        inside: dict[int, list[Entry]] = {}
        for picture in pictures:
            at = next((at for at, cell in enumerate(table.cells) if holds(cell.box, picture.box, slack=0.0)), -1)
            if at >= 0:
                inside.setdefault(at, []).append(picture)
        for at, found in inside.items():
            captions = cell_captions(table, table.cells[at])
            if len(captions) == len(found):
                for picture, caption in zip(sorted(found, key=lambda entry: entry.box[1::-1]), captions, strict=True):
                    picture.caption = caption


def cell_captions(table: PageTable, home: TableCell) -> list[str]:
    """The captions in a cell; where it has no text, the one its neighbour below or above is made of."""
    if home.text:
        return [text for text in home.text.split("\n") if is_figure_caption(text)]
    columns = (home.column, home.column_span)
    below, above = home.row + home.row_span, home.row
    near = [cell for cell in table.cells if (cell.column, cell.column_span) == columns and cell.text]
    for cell in sorted(near, key=lambda cell: cell.row != below):
        if (cell.row == below or cell.row + cell.row_span == above) and is_figure_caption(cell.text):
            return [cell.text]
    return []


def nodes_of(assembly: Assembly, outline: Mapping[str, int], pages: Sequence[PageContent]) -> Iterator[Node]:
    """Write the document as nodes, page by page; what is attached to a page follows its text."""
    passages = [entry.content for entry in assembly.entries if isinstance(entry.content, Passage)]
    levels = find_headings(passages, outline, over_blocks(assembly.entries))
    body = body_size(passages)
    position, index = 0, 0
    watermarks: set[str] = set()
    for page in pages:
        yield from (node for at_top, node in assembly.furniture.get(page.number, ()) if at_top)
        while position < len(assembly.entries) and assembly.entries[position].page == page.number:
            entry = assembly.entries[position]
            position += 1
            if isinstance(entry.content, Passage):
                yield text_node(entry, entry.content, levels.get(index), body, page)
                index += 1
            else:
                yield from block_nodes(entry)
        yield from beside_text(page, watermarks)
        yield from (node for at_top, node in assembly.furniture.get(page.number, ()) if not at_top)


def over_blocks(entries: Sequence[Entry]) -> set[int]:
    """The indexes, among the passages, of those that a table or picture follows."""
    found: set[int] = set()
    index = -1
    for entry, after in zip(entries, [*entries[1:], None], strict=False):
        if isinstance(entry.content, Passage):
            index += 1
            if after is not None and isinstance(after.content, Continued | Picture | Drawing):
                found.add(index)
    return found


def text_node(entry: Entry, passage: Passage, level: int | None, body: float, page: PageContent) -> Heading | Paragraph:
    """Write a passage as heading, list item, caption, footnote or plain paragraph."""
    place = Place(page=entry.page, box=rounded(entry.box))
    return passage_node(passage, place, level, body, low=entry.box[1] > 0.7 * page.height)


def block_nodes(entry: Entry) -> Iterator[Node]:
    """Write a table, picture, drawing or framed text."""
    place = Place(page=entry.page, box=rounded(entry.box))
    content = entry.content
    if isinstance(content, Continued):
        yield as_grid(content, entry.page, entry.caption)
    elif isinstance(content, Picture):
        yield Figure(image=content.image.name, caption=entry.caption, texts=content.texts, place=place)
    elif isinstance(content, Drawing):
        yield Figure(caption=entry.caption, texts=content.texts, kind="drawing", place=place)
    elif isinstance(content, Boxed):
        for text in content.texts:
            yield Paragraph(text=text, role=Role.TEXT_BOX, place=place)


def beside_text(page: PageContent, watermarks: set[str]) -> Iterator[Node]:
    """Write what belongs to a page without standing in its text."""
    marks = frozenset({Mark.UNCERTAIN}) if page.garbled else frozenset()
    if page.picture is not None:
        yield Figure(image=page.picture.name, kind="page", place=Place(page=page.number, box=rounded(page.picture.box)),
                     marks=marks)  # fmt: skip
    for image in page.backgrounds:
        yield background(image, page, marks)
    if page.garbled and not page.backgrounds and page.picture is None:
        yield Figure(place=Place(page=page.number, box=(0.0, 0.0, page.width, page.height)), marks=marks)
    for line in page.watermarks:
        if line.text not in watermarks:
            watermarks.add(line.text)
            place = Place(page=page.number, box=rounded(line.box))
            yield Paragraph(text=line.text, role=Role.TEXT_BOX, place=place, marks=frozenset({Mark.FURNITURE}))
    for stack in arrange(page.hidden):
        for part in paragraphs(stack):
            if isinstance(part, Passage):
                place = Place(page=page.number, box=rounded(part.box))
                text = f"{part.marker}{part.text}"
                yield Paragraph(text=text, place=place, marks=frozenset({Mark.HIDDEN}), readings=part.readings)
    attached = [*page.attached.fields, *page.attached.comments]
    yield from sorted(attached, key=lambda node: (isinstance(node, Comment), round((node.place.box or (0, 0))[1] / 6)))


def background(image: ShownImage, page: PageContent, marks: frozenset[Mark]) -> Figure:
    """A picture that fills the page: a scan, or what the text is printed on."""
    return Figure(image=image.name, place=Place(page=page.number, box=rounded(image.box)), marks=marks)
