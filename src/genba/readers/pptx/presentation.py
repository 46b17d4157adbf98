"""A whole presentation: its slides in the order they are shown, and what is said about the file itself."""

from collections.abc import Iterator

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import R
from genba.formats.ooxml.package import Package
from genba.formats.ooxml.properties import read_properties
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.ports.reader import Limits, Part
from genba.readers.pptx.deck import Deck, Full
from genba.readers.pptx.placeholders import P, Template, load_template
from genba.readers.pptx.remarks import load_authors
from genba.readers.pptx.slides import Slide

P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"


def read_presentation(package: Package, limits: Limits) -> Iterator[Part]:
    """Read an open package; raises InvalidInput when its list of slides cannot be read."""
    yield from read_properties(package)
    mains = package.related("", "officeDocument")
    main = mains[0].target if mains else "ppt/presentation.xml"
    root = package.xml(main)
    deck = Deck(package, limits)
    try:
        load_authors(deck, main)
        _about(deck, main, root)
    except Full:
        pass
    yield from _drain(deck)
    yield from _slides(deck, main, root)


def _drain(deck: Deck) -> Iterator[Part]:
    found, deck.out = deck.out, []
    yield from found


def _slides(deck: Deck, main: str, root: etree._Element) -> Iterator[Part]:
    templates: dict[str, Template] = {}
    hidden = 0
    sections = _sections(root)
    for number, entry in enumerate(root.iterfind(f"{P}sldIdLst/{P}sldId"), 1):
        if number > deck.limits.pages:
            yield Finding(code="pptx.too_many_slides", details={"limit": deck.limits.pages})
            break
        section = sections.get(entry.get("id") or "")
        if section:
            yield Property(name="section", value=section, origin="content", place=Place(page=number))
        try:
            slide = _open(deck, main, entry.get(R + "id") or "", number, templates)
            if slide is not None:
                hidden += slide.hidden
                slide.read()
        except InvalidInput as error:
            deck.note_error(error, Place(page=number))
        except Full:
            yield from _drain(deck)
            yield Finding(code="pptx.too_many_nodes", details={"limit": deck.limits.nodes})
            return
        yield from _drain(deck)
    if hidden:
        yield Finding(code="pptx.hidden_slides", severity=Severity.NOTICE, details={"count": hidden}, count=hidden)


def _open(deck: Deck, main: str, key: str, number: int, templates: dict[str, Template]) -> Slide | None:
    target = deck.target(main, key, Place(page=number))
    if target is None:
        return None
    root = deck.package.xml(target.target)
    layout = next((found.target for found in deck.related(target.target, "slideLayout")), "")
    if layout not in templates:
        templates[layout] = load_template(deck, target.target)
    return Slide(deck, target.target, number, templates[layout], root)


def _sections(root: etree._Element) -> dict[str, str]:
    """Name each section at the id of its first slide."""
    found: dict[str, str] = {}
    for section in root.iter(P14 + "section"):
        first = section.find(f"{P14}sldIdLst/{P14}sldId")
        if first is not None and section.get("name"):
            found[first.get("id") or ""] = section.get("name") or ""
    return found


def _about(deck: Deck, main: str, root: etree._Element) -> None:
    if root.find(P + "modifyVerifier") is not None:
        deck.note("pptx.protected", severity=Severity.NOTICE)
    if deck.related(main, "vbaProject"):
        deck.note("pptx.macros", severity=Severity.NOTICE)
