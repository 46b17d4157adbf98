"""What of a document is looked at for its words, how much each text counts, and whose names are left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from genba.formats.markup import header_names
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.model.sheet import Sheet

CELLS_LOOKED_AT = 5_000
TEXT_LOOKED_AT = 100_000
TITLE_WEIGHT = 8
HEADING_WEIGHT = 4
TELLING_WEIGHT = 4  # what the document says it is about
COLUMN_WEIGHT = 2
USUAL_WEIGHT = 2
LABEL_WEIGHT = 1
# Properties that name the subject.
TELLING = frozenset(
    ("product", "part_name", "process", "equipment", "part_number", "drawing_number", "material", "customer")
)
PEOPLE = re.compile(
    r"承認|照査|審査|作成|起案|確認者|担当|作業者|検査員|測定者|記入者|報告者|点検者|氏名|名前|出席|宛先|返信者|検印|差出人"
)
_PEOPLE_LINE = re.compile(rf"(?:{PEOPLE.pattern})[^:：]{{0,3}}[:：](.+)")


@dataclass(slots=True)
class Weighed:
    """A text that stands in one or many places: how much it counts in all, how often, and in which sections."""

    weight: int = 0
    count: int = 0
    sections: set[int] = field(default_factory=set)


def weighed_texts(document: Document) -> dict[str, Weighed]:
    """Give each distinct text once, in order: tables say the same again and again."""
    found: dict[str, Weighed] = {}
    chars = 0
    for text, weight, section in _texts(document):
        if not text:
            continue
        known = found.get(text)
        if known is None:
            text = text[: TEXT_LOOKED_AT - chars]  # one text may be as long as the file
            if not text:
                continue
            chars += len(text)
            known = found.setdefault(text, Weighed())
        known.weight += weight
        known.count += 1
        known.sections.add(section)
    return found


def people(document: Document) -> frozenset[str]:
    """Names of people are no keywords: neither whole nor in parts."""
    names = [item.value for item in document.properties if item.name.endswith(("_by", "creator", "author"))]
    names += [node.value for node in document.nodes if isinstance(node, Pair) and PEOPLE.search(node.label)]
    for node in document.nodes:
        if isinstance(node, Paragraph) and (match := _PEOPLE_LINE.match(node.text)):
            names.append(match.group(1))
    parts = (part for name in names for part in re.split(r"[\s、,・/]+", name))
    return frozenset(part for part in (*names, *parts) if part)


def _texts(document: Document) -> Iterator[tuple[str, int, int]]:
    cells = section = 0
    for item in document.properties[:40]:
        if item.name == "title" and item.origin in ("content", "file_name"):
            yield item.value, TITLE_WEIGHT, 0
        elif item.name in TELLING:
            yield item.value, TELLING_WEIGHT, 0
    for node in document.nodes:
        if isinstance(node, Sheet):
            section += 1
            continue
        if Mark.HIDDEN in node.marks or Mark.FURNITURE in node.marks:
            continue
        match node:
            case Heading():
                section += 1
                yield node.text, HEADING_WEIGHT, section
            case Paragraph():
                yield node.text, USUAL_WEIGHT, section
            case Pair():
                yield node.label, LABEL_WEIGHT, section
                if not PEOPLE.search(node.label):
                    yield node.value, USUAL_WEIGHT, section
            case Choices():
                yield node.label, LABEL_WEIGHT, section
            case Grid():
                yield node.caption, USUAL_WEIGHT, section
                yield from _cells(node, CELLS_LOOKED_AT - cells, section)
                cells = min(cells + len(node.cells), CELLS_LOOKED_AT)
            case Figure():
                yield node.caption, USUAL_WEIGHT, section
                for text in node.texts[:50]:
                    yield text, LABEL_WEIGHT, section
            case Flow():
                for step in node.nodes:
                    yield step.text, USUAL_WEIGHT, section
            case _:
                continue
    for table in document.tables:
        for note in table.notes[:20]:
            yield note, USUAL_WEIGHT, section
        for column in table.columns:
            if not column.name.startswith("_"):
                yield column.name, COLUMN_WEIGHT, section


def _cells(grid: Grid, limit: int, section: int) -> Iterator[tuple[str, int, int]]:
    ofpeople = {column for column, name in header_names(grid).items() if PEOPLE.search(name)}
    for cell in grid.cells[:limit]:
        if cell.row < grid.header_rows:
            yield cell.text, LABEL_WEIGHT, section
        elif cell.column not in ofpeople:
            yield cell.text, USUAL_WEIGHT, section
