"""Paragraphs of a page written as nodes: heading, list item, caption, footnote or plain text."""

from genba.formats.captions import is_figure_caption, is_table_caption
from genba.formats.pagelayout.glyphs import Box
from genba.formats.pagelayout.paragraphs import Passage
from genba.model.marks import Mark
from genba.model.nodes import Heading, Paragraph, Role
from genba.model.place import Place

DOUBTFUL = 0.2  # of a passage's characters


def is_caption(passage: Passage) -> bool:
    """Say whether a paragraph names a figure or table."""
    return not passage.marker and (is_figure_caption(passage.text) or is_table_caption(passage.text))


def rounded(box: Box) -> Box:
    """A box in tenths of a point."""
    x0, y0, x1, y1 = box
    return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))


def passage_node(passage: Passage, place: Place, level: int | None, body: float, *, low: bool) -> Heading | Paragraph:
    """Write a passage; `level` is None where it is no heading, `low` says that it stands low on its page."""
    marks = frozenset({Mark.UNCERTAIN}) if passage.doubtful > DOUBTFUL * passage.length else frozenset()
    confidence = round(passage.confidence, 4)
    if level is not None:
        return Heading(
            text=passage.text.replace("\n", " "),
            level=level,
            number=passage.marker,
            place=place,
            marks=marks,
            readings=passage.readings,
            confidence=confidence,
        )
    role = Role.BODY
    if is_caption(passage):
        role = Role.CAPTION
    elif passage.marker:
        role = Role.FOOTNOTE if passage.em < 0.92 * body and low else Role.LIST_ITEM
    depth = min(int(passage.indent / 1.8 + 0.2), 5) if role is Role.LIST_ITEM else 0
    return Paragraph(
        text=passage.text,
        role=role,
        number=passage.marker,
        level=max(depth, 0),
        place=place,
        marks=marks,
        readings=passage.readings,
        confidence=confidence,
    )
