"""Placeholders: a slide's text stands where its layout and master say (ISO/IEC 29500-1, 19.3.1.36)."""

from dataclasses import dataclass, field

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import A
from genba.formats.ooxml.drawingml_text import Bullets
from genba.formats.ooxml.shapes import NO_BOX, Box
from genba.formats.ooxml.wordml import integer
from genba.model.place import Place
from genba.readers.pptx.deck import Deck

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
TITLES = frozenset(("title", "ctrTitle"))
FURNITURE = frozenset(("ftr", "dt", "sldNum", "hdr"))
_STYLES = {"title": "titleStyle", "ctrTitle": "titleStyle", "": "otherStyle"}


@dataclass(frozen=True, slots=True)
class Holder:
    """A placeholder of a layout or master."""

    kind: str
    index: str
    box: Box
    styles: tuple[etree._Element, ...]


@dataclass(slots=True)
class Template:
    """A layout together with its master."""

    part: str
    root: etree._Element | None = None
    layers: list[list[Holder]] = field(default_factory=list)  # layout first
    styles: etree._Element | None = None  # p:txStyles of the master
    texts: list[tuple[str, etree._Element]] = field(default_factory=list)  # what layout and master show on every slide
    _bullets: dict[tuple[str, str], tuple[Bullets, tuple[etree._Element, ...]]] = field(default_factory=dict)

    def box(self, kind: str, index: str) -> Box:
        """Tell where a placeholder without a position of its own stands."""
        return next((found.box for found in self._find(kind, index) if found.box != NO_BOX), NO_BOX)

    def bullets(self, kind: str, index: str, own: etree._Element | None, *, placeholder: bool = True) -> Bullets:
        """Collect the list styles of a text, its own first."""
        base = [style for found in self._find(kind, index) for style in found.styles] if placeholder else []
        name = _STYLES.get(kind, "bodyStyle") if placeholder else "otherStyle"
        general = self.styles.find(P + name) if self.styles is not None else None
        chain = [*([own] if own is not None and len(own) else []), *base, *([general] if general is not None else [])]
        if own is not None and len(own):
            return Bullets(chain)
        key = (kind if placeholder else "other", index)
        if key not in self._bullets:
            self._bullets[key] = (Bullets(chain), tuple(chain))
        return self._bullets[key][0]

    def _find(self, kind: str, index: str) -> list[Holder]:
        found: list[Holder] = []
        for layer in self.layers:
            same = [holder for holder in layer if holder.index == index and index not in ("", "0")]
            if not same:
                wanted = _family(kind)
                same = [holder for holder in layer if _family(holder.kind) == wanted]
            if same:
                found.append(same[0])
                kind, index = same[0].kind or kind, ""
        return found


def _family(kind: str) -> str:
    return "title" if kind in TITLES else kind if kind in FURNITURE else "body"


def placeholder_of(element: etree._Element) -> tuple[str, str] | None:
    """Give the type and index of a placeholder, or nothing for other shapes."""
    for found in element.iterfind(f"*/{P}nvPr/{P}ph"):
        return found.get("type", "body" if found.get("idx") else ""), found.get("idx", "")
    return None


def load_template(deck: Deck, slide_part: str) -> Template:
    """Read a slide's layout and master; broken ones are findings, and the slide is read without them."""
    layout = next((found.target for found in deck.related(slide_part, "slideLayout")), "")
    template = Template(layout)
    if not layout:
        return template
    try:
        template.root = deck.package.xml(layout)
        _add_layer(template, layout, template.root)
        shows_master = template.root.get("showMasterSp") not in ("0", "false")
        for found in deck.related(layout, "slideMaster")[:1]:
            master = deck.package.xml(found.target)
            _add_layer(template, found.target, master, shown=shows_master)
            template.styles = master.find(P + "txStyles")
    except InvalidInput as error:
        deck.note_error(error, Place(part=layout))
    return template


def _add_layer(template: Template, part: str, root: etree._Element, *, shown: bool = True) -> None:
    tree = root.find(f"{P}cSld/{P}spTree")
    if tree is None:
        return
    layer: list[Holder] = []
    for element in tree.iter(P + "sp"):
        body = element.find(P + "txBody")
        kind = placeholder_of(element)
        if kind is None:
            if shown and body is not None:
                template.texts.append((part, body))
            continue
        style = body.find(A + "lstStyle") if body is not None else None
        layer.append(Holder(kind[0], kind[1], _box(element), (style,) if style is not None else ()))
    template.layers.append(layer)


def _box(element: etree._Element) -> Box:
    """Read a placeholder's position; those of layouts and masters do not stand in groups."""
    offset, extent = element.find(f"{P}spPr/{A}xfrm/{A}off"), element.find(f"{P}spPr/{A}xfrm/{A}ext")
    if offset is None or extent is None:
        return NO_BOX
    left, top = integer(offset.get("x")), integer(offset.get("y"))
    return Box(left, top, integer(extent.get("cx")), integer(extent.get("cy")))
