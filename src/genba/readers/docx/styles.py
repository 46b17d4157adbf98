"""What a style says of a paragraph or run, its ancestors included; each style is resolved once, when first used."""

import re
from dataclasses import dataclass, replace

from lxml import etree

from genba.formats.ooxml.wordml import VAL, W, integer, is_on, value
from genba.model.nodes import Role

BODY_LEVEL = 9  # outline level 10 of the dialog: not a heading
_HEADING = re.compile(r"(?:heading|見出し)\s*([1-9１-９])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc\b|目次|table of figures|図表目次)", re.IGNORECASE)
_ROLES = {
    "title": Role.TITLE,
    "表題": Role.TITLE,
    "caption": Role.CAPTION,
    "図表番号": Role.CAPTION,
    "html preformatted": Role.CODE,
    "html code": Role.CODE,
    "source code": Role.CODE,
    "macro": Role.CODE,
}


@dataclass(frozen=True, slots=True)
class Style:
    """A resolved style; None where neither the style nor its ancestors say anything."""

    id: str = ""
    role: Role = Role.BODY
    outline: int | None = None
    contents: bool = False  # a line of a table of contents
    num_id: str | None = None
    num_level: int | None = None
    num_style: str = ""  # the style of the chain that brings the numbering
    hidden: bool = False
    struck: bool = False
    font: str | None = None


DEFAULT = Style()


class Styles:
    """The style sheet of a document."""

    def __init__(self, root: etree._Element | None) -> None:
        """Index the styles; none is resolved yet."""
        self._elements: dict[str, etree._Element] = {}
        self._resolved: dict[str, Style] = {"": DEFAULT}
        self._default = ""
        if root is None:
            return
        for element in root.iterchildren(W + "style"):
            key = element.get(W + "styleId") or ""
            self._elements[key] = element
            if element.get(W + "type") == "paragraph" and element.get(W + "default") in ("1", "true", "on"):
                self._default = key

    def paragraph(self, key: str | None) -> Style:
        """Give a paragraph's style; the default style for paragraphs that name none, or one that is missing."""
        if key is None or key not in self._elements:
            key = self._default
        found = self._resolved.get(key)
        return found if found is not None else self._resolve(key)

    def character(self, key: str) -> Style:
        """Give a run's style."""
        found = self._resolved.get(key)
        return found if found is not None else self._resolve(key)

    def _resolve(self, key: str) -> Style:
        chain: list[str] = []
        while key in self._elements and key not in chain and key not in self._resolved:  # a cycle ends where it closes
            chain.append(key)
            key = value(self._elements[key], "basedOn") or ""
        style = DEFAULT if key in chain else self._resolved.get(key, DEFAULT)
        for name in reversed(chain):
            style = _extend(style, name, self._elements[name])
            self._resolved[name] = style
        return style


def _extend(base: Style, key: str, element: etree._Element) -> Style:
    name = (value(element, "name") or key).strip()
    paragraph = element.find(W + "pPr")
    outline = value(paragraph, "outlineLvl")
    style = replace(base, id=key)
    heading = _HEADING.search(name)
    if outline is not None:
        style = replace(style, outline=integer(outline, BODY_LEVEL))
    elif heading:
        style = replace(style, outline=int(heading.group(1)) - 1)
    role = _ROLES.get(name.lower())
    if role is not None:
        style = replace(style, role=role)
    if _CONTENTS.match(name):
        style = replace(style, contents=True)
    numbering = paragraph.find(W + "numPr") if paragraph is not None else None
    if numbering is not None:
        number = value(numbering, "numId")
        level = value(numbering, "ilvl")
        style = replace(
            style,
            num_id=number if number is not None else style.num_id,
            num_level=integer(level) if level is not None else style.num_level,
            num_style=key,
        )
    return _extend_run(style, element.find(W + "rPr"))


def _extend_run(style: Style, properties: etree._Element | None) -> Style:
    if properties is None:
        return style
    for child in properties.iterchildren("*"):
        tag = child.tag
        if tag == W + "vanish":
            style = replace(style, hidden=is_on(child))
        elif tag in (W + "strike", W + "dstrike"):
            style = replace(style, struck=is_on(child))
        elif tag == W + "rFonts":
            style = replace(style, font=child.get(W + "ascii") or style.font)
    return style


def numbering_of(element: etree._Element) -> tuple[str | None, int | None]:
    """Read `w:numPr`: which list, and which level of it."""
    number: str | None = None
    level: int | None = None
    for child in element.iterchildren("*"):
        if child.tag == W + "numId":
            number = child.get(VAL)
        elif child.tag == W + "ilvl":
            level = integer(child.get(VAL))
    return number, level
