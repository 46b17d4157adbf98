"""Text inside DrawingML (ISO/IEC 29500-1, 21): paragraphs, struck-through runs, alternate content."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from genba.model.marks import Mark

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

_PARAGRAPH, _RUN, _BREAK, _FIELD, _TEXT = A + "p", A + "r", A + "br", A + "fld", A + "t"
_PROPERTIES = A + "rPr"
_ALTERNATE, _CHOICE, _FALLBACK = MC + "AlternateContent", MC + "Choice", MC + "Fallback"


@dataclass(frozen=True, slots=True)
class DrawnText:
    """Text of a shape: what stands, and what was struck through; all struck: `text` keeps it and is marked."""

    text: str = ""
    withdrawn: str = ""
    marks: frozenset[Mark] = frozenset()


NO_TEXT = DrawnText()


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Give an element's children, the first choice standing for alternate content, its fallback where it is empty."""
    for child in element.iterchildren("*"):
        if child.tag != _ALTERNATE:
            yield child
            continue
        branch = child.find(_CHOICE)
        if branch is None or len(branch) == 0:
            branch = child.find(_FALLBACK)
        if branch is not None:
            yield from children(branch)


def drawn_text(body: etree._Element | None) -> DrawnText:
    """Read the paragraphs of a text body (`txBody`, `dgm:t`, `c:rich`), one line each."""
    if body is None:
        return NO_TEXT
    standing: list[str] = []
    struck: list[str] = []
    whole: list[str] = []
    for paragraph in body.iter(_PARAGRAPH):
        runs = list(_runs(paragraph))
        whole.append("".join(text for text, _ in runs))
        if any(gone for _, gone in runs):
            gone_text = "".join(text for text, gone in runs if gone)
            kept = "".join(text for text, gone in runs if not gone)
            if gone_text.strip():
                struck.append(gone_text)
            if kept.strip():
                standing.append(kept)
        else:
            standing.append(whole[-1])
    text = "\n".join(standing).strip("\n")
    if not struck:
        return DrawnText(text) if text.strip() else NO_TEXT
    if not text.strip():
        return DrawnText("\n".join(whole).strip("\n"), "", frozenset((Mark.WITHDRAWN,)))
    return DrawnText(text, "\n".join(struck), frozenset((Mark.PARTLY_WITHDRAWN,)))


def _runs(paragraph: etree._Element) -> Iterator[tuple[str, bool]]:
    for child in children(paragraph):
        tag = child.tag
        if tag in (_RUN, _FIELD):
            properties = child.find(_PROPERTIES)
            strike = properties is not None and properties.get("strike", "noStrike") != "noStrike"
            yield "".join(part.text or "" for part in child.iter(_TEXT)), strike
        elif tag == _BREAK:
            yield "\n", False
        else:
            for part in child.iter(MATH_TEXT):
                yield part.text or "", False
