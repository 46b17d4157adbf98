"""An open document: its parts, what is shared while it is read, and where the results go."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.counting import show_number
from genba.formats.ooxml.package import Package, Relationship
from genba.formats.picture_size import picture_size
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.marks import Mark
from genba.model.nodes import Comment, Role
from genba.model.place import NOWHERE, Place
from genba.ports.reader import Limits, Part
from genba.readers.docx.fields import Field
from genba.readers.docx.line import Line
from genba.readers.docx.numbering import Numbering
from genba.readers.docx.styles import Styles

DEPTH = 40  # tables in tables, boxes in boxes


class Full(Exception):
    """The document holds more than the limits allow; what was read before stays."""


@dataclass(slots=True)
class Story:
    """A stream of text of its own: the body, a header, a note."""

    part: str  # the package part
    label: str  # its name for people: "body", "header1", "footnote 2"
    role: Role | None = None  # of every paragraph, where the story decides it
    marks: frozenset[Mark] = frozenset()
    fields: list[Field] = field(default_factory=list)
    contents: int = 0  # open tables of contents
    carried: Line | None = None  # a paragraph whose end was deleted runs on into the next
    remarks: dict[str, tuple[str, int]] = field(default_factory=dict)  # comment id to where its range begins
    depth: int = 0

    def place(self, pointer: str) -> Place:
        """Name a spot of this story."""
        return Place(part=self.label, pointer=pointer)


@dataclass(slots=True)
class Opened:
    """Everything the modules of this reader share while one document is read."""

    package: Package
    limits: Limits
    styles: Styles
    numbering: Numbering
    out: list[Part] = field(default_factory=list)
    written: int = 0
    cells: int = 0
    images: dict[str, str] = field(default_factory=dict)  # part to Image.name
    names: set[str] = field(default_factory=set)
    children: set[str] = field(default_factory=set)
    notes: dict[str, dict[str, etree._Element]] = field(default_factory=dict)  # kind to elements by id
    note_parts: dict[str, str] = field(default_factory=dict)
    note_counts: dict[str, int] = field(default_factory=dict)
    note_formats: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, list[Comment]] = field(default_factory=dict)  # threads by the id in the text, not yet placed
    changes: int = 0
    furniture: set[tuple[str, ...]] = field(default_factory=set)  # what headers and footers have said
    hidden: int = 0
    _relationships: dict[str, dict[str, Relationship]] = field(default_factory=dict)

    def emit(self, part: Part) -> None:
        """Write one result; raises Full beyond the limit of nodes."""
        self.written += 1
        if self.written > self.limits.nodes:
            raise Full
        self.out.append(part)

    def note(
        self, code: str, place: Place = NOWHERE, severity: Severity = Severity.PROBLEM, **details: str | int
    ) -> None:
        """Write a finding."""
        self.emit(Finding(code=code, severity=severity, place=place, details=details))

    def note_error(self, error: InvalidInput, place: Place) -> None:
        """Turn what made one part unusable into a finding; the rest goes on."""
        details = {
            name: found if isinstance(found, int | float) else str(found) for name, found in error.details.items()
        }
        self.emit(Finding(code=error.code, place=place, details=details))

    def relationship(self, story: Story, key: str | None) -> Relationship | None:
        """Look a relationship of the story's part up."""
        if story.part not in self._relationships:
            try:
                self._relationships[story.part] = self.package.relationships(story.part)
            except InvalidInput as error:
                self._relationships[story.part] = {}
                self.note_error(error, story.place(""))
        return self._relationships[story.part].get(key or "")

    def note_mark(self, kind: str) -> str:
        """Number the next footnote or endnote as the document does."""
        count = self.note_counts[kind] = self.note_counts.get(kind, 0) + 1
        default = "decimal" if kind == "footnote" else "lowerRoman"
        return show_number(count, self.note_formats.get(kind, default))

    def image(self, story: Story, key: str | None, place: Place) -> str:
        """Write the picture a relationship points to, once, and give its name; empty when there is none."""
        found = self.relationship(story, key)
        if found is None:
            if key:
                self.note("docx.relationship_missing", place, id=key)
            return ""
        if found.external:
            self.note("docx.picture_linked", place, Severity.PROBLEM)
            return ""
        if found.target in self.images:
            return self.images[found.target]
        if self.package.size(found.target) > self.limits.image_bytes:
            self.note("docx.picture_too_large", place, limit_mb=self.limits.image_bytes >> 20)
            return ""
        try:
            data = self.package.read(found.target)
            media_type = self.package.content_type(found.target)
        except InvalidInput as error:
            self.note_error(error, place)
            return ""
        name = self.free_name(found.target.rsplit("/", 1)[-1])
        self.images[found.target] = name
        width, height = picture_size(data)
        self.emit(
            Image(
                name=name,
                media_type=media_type or "application/octet-stream",
                data=data,
                width_px=width,
                height_px=height,
            )
        )
        return name

    def free_name(self, base: str) -> str:
        """Give a name that no other picture or attachment of this document has."""
        name, count = base, 1
        while name.lower() in self.names:
            count += 1
            name = f"{count}_{base}"
        self.names.add(name.lower())
        return name

    @contextmanager
    def aside(self) -> Iterator[list[Part]]:
        """Hold back what is emitted meanwhile, to be written later; when all is full, it is written at once."""
        outer = self.out
        held: list[Part] = []
        self.out = held
        try:
            yield held
        except Full:
            outer.extend(held)
            raise
        finally:
            self.out = outer
