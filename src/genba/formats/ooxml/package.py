"""OPC packages (ISO/IEC 29500-2): parts, relationships and content types, transitional and strict alike."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import unquote

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.xml import parse
from genba.formats.zips import BoundedZip

RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# ISO/IEC 29500 strict documents differ from transitional ones by namespace only, as far as we read them.
STRICT_PREFIXES = (
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/presentationml/main", b"http://schemas.openxmlformats.org/presentationml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one part to another, or to something outside the package."""

    id: str
    type: str  # the last part of the relationship type: "worksheet", "image", …
    target: str  # a part name without leading slash, or the address when external
    external: bool


class Package:
    """An open package; parts are unpacked when asked for, within limits."""

    def __init__(self, stream: BinaryIO, *, unpacked_bytes: int, member_bytes: int, members: int, ratio: int) -> None:
        """Raises InvalidInput when the container cannot be opened."""
        self._zip = BoundedZip(
            stream, unpacked_bytes=unpacked_bytes, member_bytes=member_bytes, members=members, ratio=ratio
        )
        self._types: dict[str, str] | None = None
        self._relationships: dict[str, dict[str, Relationship]] = {}

    def has(self, name: str) -> bool:
        """Say whether a part exists."""
        return self._zip.find(name) is not None

    def read(self, name: str) -> bytes:
        """Unpack a part; raises InvalidInput("ooxml.part_missing") when a relationship points to nothing."""
        entry = self._zip.find(name)
        if entry is None:
            raise InvalidInput("ooxml.part_missing", part=name)
        return self._zip.read(entry)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack a part piece by piece, for those too large to hold."""
        entry = self._zip.find(name)
        if entry is None:
            raise InvalidInput("ooxml.part_missing", part=name)
        return self._zip.chunks(entry)

    def size(self, name: str) -> int:
        """Tell a part's unpacked size in bytes as the directory states it; 0 when there is no such part."""
        entry = self._zip.find(name)
        return entry.file_size if entry else 0

    def xml(self, name: str) -> etree._Element:
        """Parse a part, strict namespaces turned into transitional ones."""
        data = self.read(name)
        if b"purl.oclc.org/ooxml" in data[:8192]:
            for strict, transitional in STRICT_PREFIXES:
                data = data.replace(strict, transitional)
        return parse(data, name=name)

    def relationships(self, name: str = "") -> dict[str, Relationship]:
        """Give a part's relationships by id; those of the package itself for the empty name."""
        if name not in self._relationships:
            self._relationships[name] = self._load_relationships(name)
        return self._relationships[name]

    def _load_relationships(self, name: str) -> dict[str, Relationship]:
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        if not self.has(rels):
            return {}
        found: dict[str, Relationship] = {}
        for element in self.xml(rels).iter(RELATIONSHIPS):
            external = element.get("TargetMode") == "External"
            target = element.get("Target") or ""
            if not external:
                joined = target if target.startswith("/") else posixpath.join(folder, target)
                target = unquote(posixpath.normpath(joined)).lstrip("/")
            kind = (element.get("Type") or "").rsplit("/", 1)[-1]
            found[element.get("Id") or ""] = Relationship(element.get("Id") or "", kind, target, external)
        return found

    def related(self, name: str, kind: str) -> list[Relationship]:
        """List a part's internal relationships of one type, in the order of the file."""
        return [rel for rel in self.relationships(name).values() if rel.type == kind and not rel.external]

    def content_type(self, name: str) -> str:
        """Tell a part's content type by override or extension."""
        if self._types is None:
            self._types = self._load_types()
        lowered = "/" + name.lstrip("/").lower()
        return self._types.get(lowered) or self._types.get(lowered.rsplit(".", 1)[-1], "")

    def _load_types(self) -> dict[str, str]:
        types: dict[str, str] = {}
        if not self.has("[Content_Types].xml"):
            return types
        for element in self.xml("[Content_Types].xml"):
            key = element.get("PartName") or element.get("Extension") or ""
            types[key.lower()] = element.get("ContentType") or ""
        return types
