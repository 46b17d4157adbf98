"""HTML as nodes in reading order: headings, paragraphs, lists, tables with spans, pictures' texts; scripts dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from genba.model.cells import Cell, CellStyle
from genba.model.document import Node, Property
from genba.model.nodes import Figure, Grid, Heading, Paragraph, Role
from genba.model.place import Place

Element = Any  # the stubs of lxml know neither comments among children nor source lines

DROPPED = frozenset("script style noscript template head svg object embed iframe".split())
BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html li main nav ol p pre section summary table ul".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SPAN = 1000  # a wider span is a mistake or an attack
GRID_CELLS = 300_000
DEPTH = 200
CHARSET = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?([\w.-]+)""", re.I)
SPACE = re.compile(r"[ \t\r\n\f]+")
HEADER_STYLE = CellStyle(bold=True)
PLAIN_STYLE = CellStyle()


def charset_of(head: bytes) -> str:
    """Give the encoding an HTML file claims; empty when it claims none."""
    found = CHARSET.search(head[:4096])
    return found[1].decode("ascii").lower() if found else ""


def nodes_of(text: str) -> Iterator[Node | Property]:
    """Parse and give the nodes; a document without any text gives none."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        return
    try:
        root = lxml_html.document_fromstring(text, parser=lxml_html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.ParserError, ValueError):
        return
    title: Element = root.find(".//title")
    if title is not None and (name := _squeezed("".join(title.itertext()))):
        yield Property(name="title", value=name, origin="properties")
    yield from _Walk(root.getroottree()).nodes(root)


def _squeezed(text: str) -> str:
    return SPACE.sub(" ", text).strip()


@dataclass(slots=True)
class _Walk:
    """Collects inline text until a block begins or ends."""

    tree: Element
    held: list[str] = field(default_factory=list)
    role: Role = Role.BODY
    number: str = ""
    level: int = 0

    def nodes(self, root: Element) -> Iterator[Node]:
        yield from self._element(root, 0)
        yield from self._flush(root)

    def _flush(self, element: Element) -> Iterator[Node]:
        text = "\n".join(line.strip() for line in SPACE.sub(" ", "".join(self.held)).split("\0")).strip()
        self.held.clear()
        if text:
            yield Paragraph(text=text, role=self.role, number=self.number, level=self.level, place=self._place(element))
            self.number = ""

    def _place(self, element: Element) -> Place:
        return Place(line=element.sourceline or 0)

    def _element(self, element: Element, depth: int) -> Iterator[Node]:
        tag = element.tag
        if not isinstance(tag, str) or tag in DROPPED or depth > DEPTH:
            if isinstance(tag, str) and depth > DEPTH:
                self.held.append(" ".join(element.itertext()))
            return
        if tag == "br":
            self.held.append("\0")
            return
        if tag == "img":
            yield from self._image(element)
            return
        if tag not in BLOCKS:
            self.held.append(element.text or "")
            yield from self._children(element, depth)
            return
        yield from self._flush(element)
        if tag in HEADINGS:
            text = _squeezed("".join(element.itertext()))
            if text:
                yield Heading(text=text, level=HEADINGS[tag], place=self._place(element))
        elif tag == "table":
            yield from self._table(element, depth)
        elif tag == "pre":
            text = "".join(element.itertext()).strip("\n")
            if text:
                yield Paragraph(text=text, role=Role.CODE, place=self._place(element))
        elif tag in ("ul", "ol"):
            yield from self._list(element, depth)
        else:
            self.held.append(element.text or "")
            yield from self._children(element, depth)
            yield from self._flush(element)

    def _children(self, element: Element, depth: int) -> Iterator[Node]:
        for child in element:
            yield from self._element(child, depth + 1)
            self.held.append(child.tail or "")

    def _list(self, element: Element, depth: int) -> Iterator[Node]:
        outer = (self.role, self.number, self.level)
        level = self.level + 1 if self.role is Role.LIST_ITEM else 0
        start = element.get("start") or "1"
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
        self.held.append(element.text or "")
        for child in element:
            if child.tag != "li":
                yield from self._element(child, depth + 1)
                self.held.append(child.tail or "")
                continue
            yield from self._flush(element)
            self.role, self.level = Role.LIST_ITEM, level
            self.number = f"{number}." if element.tag == "ol" else "•"
            number += 1
            self.held.append(child.text or "")
            yield from self._children(child, depth + 1)
            yield from self._flush(child)
            self.held.append(child.tail or "")
        yield from self._flush(element)
        self.role, self.number, self.level = outer

    def _image(self, element: Element) -> Iterator[Node]:
        description = _squeezed(element.get("alt") or element.get("title") or "")
        source = element.get("src") or ""
        if description:
            name = "" if source.startswith("data:") else source
            yield Figure(
                description=description, kind="picture", place=Place(line=element.sourceline or 0, part=name[:200])
            )

    def _table(self, element: Element, depth: int) -> Iterator[Node]:
        self.held.append(_stray(element))
        yield from self._flush(element)
        rows = [row for row in element.iter("tr") if _owner(row) is element]
        caption = element.find("caption")
        cells: list[Cell] = []
        header_rows = 0
        blocked: dict[tuple[int, int], bool] = {}
        for at, row in enumerate(rows):
            column = 0
            found = [cell for cell in row if cell.tag in ("td", "th")]
            if found and all(cell.tag == "th" for cell in found) and header_rows == at:
                header_rows += 1
            for cell in found:
                while blocked.pop((at, column), False):
                    column += 1
                down, across = _span(cell.get("rowspan")), _span(cell.get("colspan"))
                down = min(down, len(rows) - at)
                if len(blocked) + down * across > GRID_CELLS or len(cells) >= GRID_CELLS:
                    down = across = 1
                for below in range(1, down):
                    for beside in range(across):
                        blocked[at + below, column + beside] = True
                text = _cell_text(cell)
                link = cell.find(".//a[@href]")
                style = HEADER_STYLE if cell.tag == "th" else PLAIN_STYLE
                cells.append(
                    Cell(
                        at,
                        column,
                        text or None,
                        text,
                        style=style,
                        row_span=down,
                        column_span=across,
                        link=(link.get("href") or "") if link is not None else "",
                    )
                )
                column += across
        width = max((cell.column + cell.column_span for cell in cells), default=0)
        title = _squeezed("".join(caption.itertext())) if caption is not None else ""
        if title and (width == 1 or not any(cell.text for cell in cells)):
            self.held.append(title)
        if width == 1 or (len(rows) == 1 and element.find(".//table") is not None):  # a table only to lay out the page
            for row in rows:
                for cell in (part for part in row if part.tag in ("td", "th")):
                    self.held.append(cell.text or "")
                    yield from self._children(cell, depth + 1)
                    yield from self._flush(cell)
        elif any(cell.text for cell in cells):
            yield Grid(
                cells=tuple(cells),
                rows=len(rows),
                columns=width,
                header_rows=min(header_rows, max(0, len(rows) - 1)),
                caption=title,
                place=self._place(element),
            )


def _owner(row: Element) -> Element | None:
    parent = row.getparent()
    while parent is not None and parent.tag not in ("table", "td", "th"):
        parent = parent.getparent()
    return parent


def _stray(table: Element) -> str:
    """Gather text that stands in a table but in none of its cells, each run once however the tags are broken."""
    cells = {cell for row in table.iter("tr") if _owner(row) is table for cell in row if cell.tag in ("td", "th")}
    cells.update(table.findall("caption")[:1])
    texts: list[str] = []
    apart: Element | None = None  # the cell or dropped element whose text is not ours
    for event, element in etree.iterwalk(table, events=("start", "end", "comment", "pi")):
        if event == "start":
            if apart is None and (element in cells or element.tag in DROPPED):
                apart = element
            elif apart is None:
                texts.append(element.text or "")
            continue
        if element is apart:
            apart = None
        if apart is None and element is not table:
            texts.append(element.tail or "")
    return " ".join(texts)


def _span(text: str | None) -> int:
    return max(1, min(int(text), SPAN)) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1


def _cell_text(cell: Element) -> str:
    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if not isinstance(element.tag, str) or element.tag in DROPPED:
            continue
        if event == "start":
            if element.tag in ("br", "p", "div", "li", "tr"):
                parts.append("\0")
            elif element.tag == "img":
                parts.append(element.get("alt") or "")
            parts.append(element.text or "")
        elif element is not cell:
            parts.append(element.tail or "")
    lines = SPACE.sub(" ", "".join(parts).replace("\xa0", " ")).split("\0")
    return "\n".join(line.strip() for line in lines if line.strip())
