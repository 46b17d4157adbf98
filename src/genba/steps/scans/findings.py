"""What a person must know about pictures that were read, or were not: once per document, with counts and places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from genba.errors import GenbaError, InvalidInput
from genba.formats.scans.page import PageReading
from genba.model.document import Document
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Figure
from genba.model.place import NOWHERE, Box, Place
from genba.steps.scans.placing import move

# Said by the PDF reader before anybody could read the pictures.
ANSWERED = frozenset({"pdf.scanned_pages", "pdf.text_layer_garbled"})
PLACES_TOLD = 20
PAGES_NAMED = 20


@dataclass(slots=True)
class Told:
    """What came up while the pictures of a document were read."""

    pages: list[int] = field(default_factory=list)  # read, by their number where they have one
    first: Place = NOWHERE
    pictures: int = 0  # others in which words were found
    lines: int = 0
    uncertain: int = 0
    uncertain_at: Place = NOWHERE
    doubtful: int = 0  # lines in pictures that were not noted
    beyond: int = 0
    not_decoded: list[Place] = field(default_factory=list)
    too_large: list[tuple[Place, dict[str, str | int | float]]] = field(default_factory=list)
    broken: list[tuple[Place, str]] = field(default_factory=list)
    stamps: list[Place] = field(default_factory=list)
    handwriting: list[Place] = field(default_factory=list)
    columns: list[Place] = field(default_factory=list)

    def page(self, node: Figure, reading: PageReading) -> None:
        """Count a page that was read, and what on it was not."""
        if not self.pages:
            self.first = node.place
        self.pages.append(node.place.page)
        self.lines += reading.lines
        if reading.uncertain and not self.uncertain:
            self.uncertain_at = node.place
        self.uncertain += reading.uncertain
        self.stamps += _places(reading.stamps, node.place, reading)
        self.handwriting += _places(reading.handwriting, node.place, reading)
        self.columns += _places(reading.unread_columns, node.place, reading)

    def refused(self, error: InvalidInput, place: Place) -> None:
        """Remember a picture that cannot or must not be decoded."""
        if error.code == "scans.too_large":
            details = {name: value for name, value in error.details.items() if isinstance(value, int)}
            self.too_large.append((place, {**details}))
        else:
            self.not_decoded.append(place)

    def failed(self, error: Exception, place: Place) -> None:
        """Remember a picture whose reading broke off."""
        self.broken.append((place, error.code if isinstance(error, GenbaError) else type(error).__name__))


def _places(boxes: Sequence[Box], shown: Place, reading: PageReading) -> list[Place]:
    return [move(Place(page=shown.page, box=box), shown, reading.size) for box in boxes]


def unread(document: Document, images: Mapping[str, Image]) -> Document:
    """Say how many pictures were not looked at, and what does it; pages of PDFs are told of by their reader."""
    pictures = [
        node
        for node in document.nodes
        if isinstance(node, Figure) and node.image in images and node.kind != "page" and Mark.HIDDEN not in node.marks
    ]
    if not pictures:
        return document
    finding = Finding(
        code="scans.not_read", severity=Severity.NOTICE, place=pictures[0].place, details={"count": len(pictures)},
        count=len(pictures),
    )  # fmt: skip
    return replace(document, findings=(*document.findings, finding))


def told(document: Document, notes: Told) -> tuple[Finding, ...]:
    """Give the document's findings with those of the reading; what the reading has answered is said no more."""
    left = any(isinstance(node, Figure) and node.kind == "page" for node in document.nodes)
    kept = [item for item in document.findings if left or not notes.pages or item.code not in ANSWERED]
    return (*kept, *_said(notes))


def _said(notes: Told) -> list[Finding]:
    notice, problem = Severity.NOTICE, Severity.PROBLEM
    found: list[Finding] = []
    if notes.pages:
        details: dict[str, str | int | float] = {"count": len(notes.pages), "pages": _pages(notes.pages)}
        found.append(_finding("scans.read", notice, len(notes.pages), notes.first, details))
    if notes.pictures:
        found.append(_finding("scans.words_read", notice, notes.pictures, NOWHERE))
    if notes.uncertain:
        share = round(100 * notes.uncertain / max(notes.lines, 1))
        details = {"count": notes.uncertain, "lines": notes.lines, "share": share}
        found.append(_finding("scans.uncertain", problem, notes.uncertain, notes.uncertain_at, details))
    for code, severity, places in (
        ("scans.stamp", notice, notes.stamps),
        ("scans.handwriting", problem, notes.handwriting),
        ("scans.vertical", problem, notes.columns),
        ("scans.not_decoded", problem, notes.not_decoded),
    ):
        found += _each(code, severity, places)
    for place, details in notes.too_large[:PLACES_TOLD]:
        found.append(_finding("scans.too_large", problem, 1, place, details))
    for place, reason in notes.broken[:PLACES_TOLD]:
        found.append(_finding("scans.failed", problem, 1, place, {"reason": reason}))
    if notes.beyond:
        found.append(_finding("scans.beyond_limit", problem, notes.beyond, NOWHERE))
    return found


def _each(code: str, severity: Severity, places: Sequence[Place]) -> list[Finding]:
    """One finding per place, so that each can be looked at; the last stands for the rest of very many."""
    found = [_finding(code, severity, 1, place, {"count": 1}) for place in places[: PLACES_TOLD - 1]]
    rest = places[PLACES_TOLD - 1 :]
    if rest:
        found.append(_finding(code, severity, len(rest), rest[0]))
    return found


def _finding(
    code: str, severity: Severity, count: int, place: Place, details: Mapping[str, str | int | float] | None = None
) -> Finding:
    return Finding(code=code, severity=severity, place=place, details=details or {"count": count}, count=count)


def _pages(numbers: Sequence[int]) -> str:
    """Page numbers for people: "1-3, 7"; the first few of many."""
    spans: list[list[int]] = []
    for number in sorted({number or 1 for number in numbers}):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans[:PAGES_NAMED]]
    return ", ".join(shown) + (", …" if len(spans) > PAGES_NAMED else "")
