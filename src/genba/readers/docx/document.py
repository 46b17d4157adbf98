"""A whole Word file: headers, the body, footers, notes and comments, and what is said about the file itself."""

from collections.abc import Iterator

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import R
from genba.formats.ooxml.package import Package
from genba.formats.ooxml.properties import read_properties
from genba.formats.ooxml.wordml import W, is_on
from genba.model.finding import Finding, Severity
from genba.model.marks import Mark
from genba.model.nodes import Grid, Paragraph, Role
from genba.model.place import Place
from genba.ports.reader import Limits, Part
from genba.readers.docx.blocks import Blocks
from genba.readers.docx.captions import tie_captions
from genba.readers.docx.notes import Notes, load_comments, load_notes
from genba.readers.docx.numbering import Numbering
from genba.readers.docx.opened import Full, Opened, Story
from genba.readers.docx.styles import Styles

_PROTECTED = {"readOnly", "comments", "forms", "trackedChanges"}


def read_document(package: Package, limits: Limits) -> Iterator[Part]:
    """Read an open package; raises InvalidInput when it has no body that can be read."""
    yield from read_properties(package)
    mains = package.related("", "officeDocument")
    main = mains[0].target if mains else "word/document.xml"
    root = package.xml(main)
    body = root.find(W + "body")
    if body is None:
        raise InvalidInput("docx.no_body", part=main)
    opened = _open(package, limits, main)
    settings = _optional(opened, main, "settings")
    try:
        load_notes(opened, main, settings)
        load_comments(opened, main)
        _settings(opened, main, settings)
        notes = Notes(opened)
        frames = _frames(opened, main, body, settings)
        for label, part, hidden in frames:
            if label.startswith("header"):
                _furniture(opened, notes, label, part, hidden)
        story = Story(main, "body")
        Blocks(opened, story, notes.write).read(body, "/body")
        notes.rest()
        for thread in opened.remarks.values():
            for remark in thread:
                opened.emit(remark)
        for label, part, hidden in frames:
            if label.startswith("footer"):
                _furniture(opened, notes, label, part, hidden)
    except Full:
        opened.out.append(Finding(code="docx.too_many_nodes", details={"limit": limits.nodes}))
    yield from tie_captions(opened.out)
    yield from _summary(opened)


def _open(package: Package, limits: Limits, main: str) -> Opened:
    opened = Opened(package, limits, Styles(None), Numbering(None, lambda _: None))
    styles = Styles(_optional(opened, main, "styles"))
    opened.styles = styles
    opened.numbering = Numbering(_optional(opened, main, "numbering"), lambda key: styles.paragraph(key).num_id)
    return opened


def _optional(opened: Opened, main: str, kind: str) -> etree._Element | None:
    """Parse a part that a document can do without; a broken one is a finding."""
    try:
        for found in opened.package.related(main, kind)[:1]:
            return opened.package.xml(found.target)
    except InvalidInput as error:
        opened.note_error(error, Place(part=kind))
    return None


def _settings(opened: Opened, main: str, settings: etree._Element | None) -> None:
    protection = settings.find(W + "documentProtection") if settings is not None else None
    if protection is not None and protection.get(W + "enforcement") in ("1", "true", "on"):
        kind = protection.get(W + "edit") or ""
        opened.note("docx.protected", severity=Severity.NOTICE, kind=kind if kind in _PROTECTED else "")
    if opened.package.related(main, "vbaProject"):
        opened.note("docx.macros", severity=Severity.NOTICE)


def _frames(
    opened: Opened, main: str, body: etree._Element, settings: etree._Element | None
) -> list[tuple[str, str, bool]]:
    """List headers and footers in use, section by section: label, part, and whether it is never displayed."""
    relationships = opened.package.relationships(main)
    switch = settings.find(W + "evenAndOddHeaders") if settings is not None else None
    even = switch is not None and is_on(switch)
    found: dict[str, tuple[str, bool]] = {}
    for section in body.iter(W + "sectPr"):
        title = section.find(W + "titlePg")
        first = title is not None and is_on(title)
        for reference in section.iterchildren(W + "headerReference", W + "footerReference"):
            target = relationships.get(reference.get(R + "id") or "")
            if target is None or target.external:
                opened.note("docx.relationship_missing", id=reference.get(R + "id") or "")
                continue
            kind = reference.get(W + "type")
            hidden = (kind == "first" and not first) or (kind == "even" and not even)
            base = target.target.rsplit("/", 1)[-1].removesuffix(".xml")
            word = "header" if reference.tag == W + "headerReference" else "footer"
            label = base if base.startswith(word) else f"{word} {base}"
            known = found.get(label)
            found[label] = (target.target, hidden and (known is None or known[1]))
    return [(label, part, hidden) for label, (part, hidden) in found.items()]


def _furniture(opened: Opened, notes: Notes, label: str, part: str, hidden: bool) -> None:
    """Read a header or footer, unless one before it said the same."""
    try:
        root = opened.package.xml(part)
    except InvalidInput as error:
        opened.note_error(error, Place(part=label))
        return
    marks = frozenset((Mark.FURNITURE, Mark.HIDDEN)) if hidden else frozenset((Mark.FURNITURE,))
    role = Role.HEADER if label.startswith("header") else Role.FOOTER
    with opened.aside() as held:
        Blocks(opened, Story(part, label, role, marks), notes.write).read(root, f"/{label}")
    seen = opened.furniture
    for found in held:
        said = _said(found)
        if said is None or said not in seen:
            opened.out.append(found)
        if said is not None:
            seen.add(said)


def _said(part: Part) -> tuple[str, ...] | None:
    if isinstance(part, Paragraph):
        return (part.role, part.text)
    if isinstance(part, Grid):
        return ("grid", *(cell.text for cell in part.cells))
    return None


def _summary(opened: Opened) -> Iterator[Part]:
    if opened.changes:
        yield Finding(
            code="docx.tracked_changes",
            severity=Severity.NOTICE,
            details={"count": opened.changes},
            count=opened.changes,
        )
    if opened.hidden:
        yield Finding(
            code="docx.hidden_text", severity=Severity.NOTICE, details={"count": opened.hidden}, count=opened.hidden
        )
