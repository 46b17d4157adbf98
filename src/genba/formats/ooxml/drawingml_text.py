"""Text of presentations with lists as displayed: bullets and numbers inherited from placeholder, layout and master."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from genba.formats.ooxml.counting import show_auto_number
from genba.formats.ooxml.drawing import A, children
from genba.formats.ooxml.math import M, linear, lowered, raised
from genba.formats.ooxml.symbols import bullet_sign, from_symbols, symbol_font
from genba.formats.ooxml.wordml import integer
from genba.model.marks import Mark

LEVELS = 9
_P, _PPR, _RPR = A + "p", A + "pPr", A + "rPr"
_R, _FLD, _BR, _T = A + "r", A + "fld", A + "br", A + "t"
_KINDS = {A + "buNone": "none", A + "buChar": "char", A + "buAutoNum": "number", A + "buBlip": "picture"}
_SLIDE_NUMBER = "‹#›"


@dataclass(frozen=True, slots=True)
class TextLine:
    """A paragraph of a shape; `number` is its bullet or number as displayed, `level` its depth from 0."""

    text: str
    number: str = ""
    level: int = 0
    withdrawn: str = ""
    marks: frozenset[Mark] = frozenset()

    @property
    def numbered(self) -> str:
        """Give the text with its number in front, for places that hold text only."""
        return f"{self.number} {self.text}" if self.number else self.text


@dataclass(frozen=True, slots=True)
class Bullet:
    """What stands in front of a paragraph: "none", a "char", a "number" by scheme and start, or a "picture"."""

    kind: str = ""
    sign: str = ""
    start: int = 1


class Bullets:
    """The list styles that apply to a shape, nearest first: a:lstStyle of shape, layout and master, then p:txStyles."""

    def __init__(self, styles: Sequence[etree._Element]) -> None:
        """Keep the styles; levels are looked up when used."""
        self._styles = styles
        self._levels: dict[int, Bullet] = {}

    def of(self, properties: etree._Element | None, level: int) -> Bullet:
        """Tell the bullet of a paragraph at a level; its own properties come first."""
        if properties is not None and len(properties):
            own = _bullet(properties, self._font(level))
            if own is not None:
                return own
        if level not in self._levels:
            found = (style.find(f"{A}lvl{level + 1}pPr") for style in self._styles)
            bullets = (_bullet(element, None) for element in found if element is not None)
            self._levels[level] = next((bullet for bullet in bullets if bullet is not None), Bullet())
        return self._levels[level]

    def _font(self, level: int) -> str | None:
        for style in self._styles:
            font = style.find(f"{A}lvl{level + 1}pPr/{A}buFont")
            if font is not None:
                return font.get("typeface")
        return None


def _bullet(properties: etree._Element, font: str | None) -> Bullet | None:
    for child in properties.iterchildren("*"):
        tag = child.tag
        if tag == A + "buFont":
            font = child.get("typeface")
        kind = _KINDS.get(tag)
        if kind == "char":
            return Bullet("char", bullet_sign(child.get("char") or "", font))
        if kind == "number":
            return Bullet("number", child.get("type") or "", integer(child.get("startAt"), 1))
        if kind:
            return Bullet(kind, "•" if kind == "picture" else "")
    return None


def text_lines(body: etree._Element, bullets: Bullets, *, slide: int = 0) -> list[TextLine]:
    """Read the paragraphs of a text body; empty ones are left out, and break no numbering."""
    found: list[TextLine] = []
    counters: dict[int, tuple[Bullet, int]] = {}
    for paragraph in body.iterchildren(_P):
        properties = paragraph.find(_PPR)
        level = min(max(integer(properties.get("lvl") if properties is not None else None), 0), LEVELS - 1)
        line = _line(paragraph, slide)
        if line is None:
            continue
        text, withdrawn, marks = line
        bullet = bullets.of(properties, level)
        for deeper in [depth for depth in counters if depth > level]:
            del counters[deeper]
        number = bullet.sign
        if bullet.kind == "number":
            before = counters.get(level)
            count = before[1] + 1 if before is not None and before[0] == bullet else bullet.start
            counters[level] = (bullet, count)
            number = show_auto_number(count, bullet.sign)
        else:
            counters.pop(level, None)
        found.append(TextLine(text, number, level, withdrawn, marks))
    return found


def _line(paragraph: etree._Element, slide: int) -> tuple[str, str, frozenset[Mark]] | None:
    runs = list(_runs(paragraph, slide))
    standing = "".join(text for text, struck in runs if not struck).strip()
    struck = "".join(text for text, gone in runs if gone).strip()
    if not struck:
        return (standing, "", frozenset()) if standing else None
    if not standing:
        return struck, "", frozenset((Mark.WITHDRAWN,))
    return standing, struck, frozenset((Mark.PARTLY_WITHDRAWN,))


def _runs(paragraph: etree._Element, slide: int) -> Iterator[tuple[str, bool]]:
    for child in children(paragraph):
        tag = child.tag
        if tag in (_R, _FLD):
            text = child.findtext(_T) or ""
            struck = False
            properties = child.find(_RPR)
            if properties is not None:
                struck = properties.get("strike", "noStrike") != "noStrike"
                text = _set(text, properties)
            if tag == _FLD and slide and text == _SLIDE_NUMBER:
                text = str(slide)
            yield text.replace("\v", "\n"), struck
        elif tag == _BR:
            yield "\n", False
        elif tag not in (_PPR, A + "endParaRPr"):
            for formula in child.iter(M + "oMath"):
                yield linear(formula), False


def _set(text: str, properties: etree._Element) -> str:
    """Show text of symbol fonts and raised or lowered digits as the page shows them."""
    baseline = integer(properties.get("baseline"))
    if baseline:
        return raised(text) if baseline > 0 else lowered(text)
    for name in ("sym", "latin"):
        font = properties.find(A + name)
        table = symbol_font(font.get("typeface")) if font is not None else None
        if table and (name == "latin" or any("\uf000" <= letter <= "\uf0ff" for letter in text)):
            return from_symbols(text, table)
    return text
