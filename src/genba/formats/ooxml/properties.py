"""What an Office file says of itself: core, extended and custom properties (ISO/IEC 29500-2, 8; 29500-1, 22.2–22.3)."""

from collections.abc import Iterator

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.place import Place

# Their element to our word; dates of printing, word counts and the like say nothing about the content.
NAMES = {
    "title": "title",
    "subject": "subject",
    "creator": "author",
    "keywords": "keywords",
    "description": "description",
    "category": "category",
    "contentStatus": "status",
    "version": "version",
    "language": "language",
    "created": "created",
    "modified": "modified",
    "lastModifiedBy": "last_modified_by",
    "Company": "company",
    "Manager": "manager",
    "HyperlinkBase": "hyperlink_base",
}
PARTS = ("core-properties", "extended-properties", "custom-properties")
CUSTOM_LIMIT = 1_000


def read_properties(package: Package) -> Iterator[Property | Finding]:
    """Give the properties that are filled in; custom ones keep the names their authors gave them."""
    for kind in PARTS:
        for found in package.related("", kind)[:1]:
            try:
                root = package.xml(found.target)
            except InvalidInput as error:
                details = {name: str(value) for name, value in error.details.items()}
                place = Place(part=found.target)
                yield Finding(code=error.code, severity=Severity.NOTICE, place=place, details=details)
                continue
            place = Place(part=found.target)
            for name, text in _custom(root) if kind == PARTS[2] else _named(root):
                yield Property(name=name, value=text, origin="properties", place=place)


def _named(root: etree._Element) -> Iterator[tuple[str, str]]:
    for child in root.iterchildren("*"):
        name = NAMES.get(child.tag.rsplit("}", 1)[-1])
        text = (child.text or "").strip()
        if name and text:
            yield name, text


def _custom(root: etree._Element) -> Iterator[tuple[str, str]]:
    for count, child in enumerate(root.iterchildren("*")):
        if count >= CUSTOM_LIMIT:
            return
        text = "".join(part.text or "" for part in child.iter("*")).strip()
        name = (child.get("name") or "").strip()
        if name and text and not name.startswith("_"):  # _dlc_…, _AdHoc…: written by programs
            yield name, text
