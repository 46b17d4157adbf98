"""The sentences of a document that a summary may quote, each with its node and the heading it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from genba.formats.sentences import sentences
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Choices, Grid, Heading, Pair, Paragraph, Role

SHORTEST_PARAGRAPH = 10
LONGEST_SENTENCE = 200
SENTENCES_LOOKED_AT = 2_000
TEXT_LOOKED_AT = 100_000  # characters of one paragraph
_LABEL = re.compile(r"[^:：。、]{1,10}[:：]")
_ENDS = ("。", "！", "？", ".", "!", "?")
_HIRAGANA = re.compile("[ぁ-ん]")
_HIRAGANA_OF_A_SENTENCE = 4
_PROSE = frozenset((Role.BODY, Role.LIST_ITEM))
_LEFT_OUT = frozenset((Mark.HIDDEN, Mark.WITHDRAWN, Mark.FURNITURE, Mark.UNCERTAIN))


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence as the document has it."""

    text: str
    node: str
    order: int
    is_last: bool = True  # of its paragraph
    role: Role = Role.BODY

    def is_said(self) -> bool:
        """Tell whether it says something, other than a label with its value or a line of a list."""
        if _LABEL.match(self.text):
            return False
        return self.text.endswith(_ENDS) or len(_HIRAGANA.findall(self.text)) >= _HIRAGANA_OF_A_SENTENCE


@dataclass(slots=True)
class Section:
    """What stands under one heading, up to the next."""

    heading: str = ""
    node: str = ""
    passages: list[Passage] = field(default_factory=list)

    def chars(self) -> int:
        """How long it is."""
        return sum(len(passage.text) for passage in self.passages)


def sections(document: Document) -> list[Section]:
    """Cut the document at its headings; the first section has none."""
    found = [Section()]
    order = 0
    for node in document.nodes:
        if isinstance(node, Heading):
            if Mark.HIDDEN not in node.marks:
                found.append(Section(node.text, node.id))
        elif isinstance(node, Paragraph) and is_prose(node) and order < SENTENCES_LOOKED_AT:
            for passage in _passages(node, order):
                found[-1].passages.append(passage)
                order += 1
    return found


def is_prose(node: Paragraph) -> bool:
    """Tell whether a paragraph is text that somebody wrote to be read, and stands."""
    usual = node.role in _PROSE or node.role is Role.TEXT_BOX
    return usual and not node.marks & _LEFT_OUT and len(node.text) >= SHORTEST_PARAGRAPH


def _passages(node: Paragraph, order: int) -> Iterator[Passage]:
    parts = sentences(node.text[:TEXT_LOOKED_AT])
    for at, sentence in enumerate(parts):
        yield Passage(sentence, node.id, order + at, at == len(parts) - 1, node.role)


def is_form(document: Document) -> bool:
    """Tell whether fields and tables say more of a document than the lines between them."""
    prose = sum(
        len(node.text)
        for node in document.nodes
        if isinstance(node, Paragraph) and node.role in _PROSE and is_prose(node)
    )
    cells = sum(len(node.cells) for node in document.nodes if isinstance(node, Grid))
    fields = sum(isinstance(node, Pair | Choices) for node in document.nodes)
    return prose < 20 * fields + 4 * cells + 100 * len([table for table in document.tables if not table.grid])
