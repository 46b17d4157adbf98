"""Build OPC packages (the zip inside every Office file) and stamp every zip with one fixed date."""

from __future__ import annotations

import html
import io
import posixpath
import re
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

STAMP = (2025, 4, 1, 9, 0, 0)
STAMP_W3C = "2025-04-01T00:00:00Z"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
_NAMESPACE = uuid.UUID("6d0f3c1e-2f0b-5c55-9d3e-0f6b7a1c2d3e")
_CLOCKS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)|(<(meta:creation-date|dc:date)>)[^<]*(<)")


def text(value: object) -> str:
    """Escape for element content."""
    return html.escape(str(value), quote=False)


def attribute(value: object) -> str:
    """Escape and quote for an attribute."""
    return '"' + html.escape(str(value)).replace("\n", "&#10;") + '"'


def guid(*key: object) -> str:
    """A GUID as Office writes it, always the same for the same key."""
    return "{" + str(uuid.uuid5(_NAMESPACE, "/".join(map(str, key)))).upper() + "}"


def zip_bytes(entries: Iterable[tuple[str, bytes | str]], *, stored: bool = False) -> bytes:
    """Pack entries in the order given, all with the same date and no host information."""
    buffer = io.BytesIO()
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", kind, compresslevel=6) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else kind  # ODF wants it readable in place
            info.create_system = 0
            archive.writestr(info, data)
    return buffer.getvalue()


def restamp(data: bytes, changes: dict[str, bytes] | None = None) -> bytes:
    """Rewrite a zip that a library made: fixed dates outside and in its properties, parts changed or added."""
    changes = dict(changes or {})
    entries: list[tuple[str, bytes | str]] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = changes.pop(name, None)
            part = archive.read(name) if part is None else part
            if name in ("docProps/core.xml", "meta.xml"):
                part = _CLOCKS.sub(_fixed_clock, part)
            entries.append((name, part))
    return zip_bytes([*entries, *changes.items()])


def _fixed_clock(match: re.Match[bytes]) -> bytes:
    opening = match[1] or match[4]
    return opening + STAMP_W3C.encode() + b"<"


@dataclass
class Package:
    """An OPC package under construction: parts, their types, and the relations between them."""

    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def add(self, name: str, content: str | bytes, content_type: str) -> str:
        """Add a part; XML given as text gets its declaration."""
        self.parts[name] = (DECLARATION + content).encode() if isinstance(content, str) else content
        self.types[name] = content_type
        return name

    def default(self, extension: str, content_type: str) -> None:
        """Declare a content type for every part with this extension."""
        self.defaults[extension] = content_type

    def relate(self, source: str, kind: str, target: str, *, external: bool = False) -> str:
        """Relate two parts (source "" is the package) and return the relation's id."""
        if not external:
            target = posixpath.relpath(target, posixpath.dirname(source) or ".")
        found = self.relations.setdefault(source, [])
        found.append((kind if ":" in kind else f"{OFFICE}/{kind}", target, "External" if external else ""))
        return f"rId{len(found)}"

    def properties(self, title: str, author: str, application: str) -> None:
        """Add docProps/core.xml and docProps/app.xml with fixed dates."""
        core = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{text(title)}</dc:title><dc:creator>{text(author)}</dc:creator>"
            f"<cp:lastModifiedBy>{text(author)}</cp:lastModifiedBy>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{STAMP_W3C}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{STAMP_W3C}</dcterms:modified></cp:coreProperties>'
        )
        app = (
            '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
            f"<Application>{text(application)}</Application><AppVersion>16.0300</AppVersion></Properties>"
        )
        self.add("docProps/core.xml", core, "application/vnd.openxmlformats-package.core-properties+xml")
        self.add("docProps/app.xml", app, "application/vnd.openxmlformats-officedocument.extended-properties+xml")
        metadata = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        self.relate("", metadata, "docProps/core.xml")
        self.relate("", "extended-properties", "docProps/app.xml")

    def to_bytes(self) -> bytes:
        """The finished zip, content types first as Office writes it."""
        defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
        defaults |= self.defaults
        listed = "".join(f'<Default Extension="{key}" ContentType="{kind}"/>' for key, kind in defaults.items())
        listed += "".join(
            f'<Override PartName="/{name}" ContentType="{kind}"/>'
            for name, kind in self.types.items()
            if name.rpartition(".")[2] not in self.defaults
        )
        namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
        types = f'{DECLARATION}<Types xmlns="{namespace}">{listed}</Types>'
        entries: list[tuple[str, bytes | str]] = [("[Content_Types].xml", types)]
        entries += [(_relations_name(source), _relations(found)) for source, found in self.relations.items()]
        return zip_bytes([*entries, *self.parts.items()])


def _relations_name(source: str) -> str:
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _relations(found: list[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target={attribute(target)}'
        + (' TargetMode="External"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(found, 1)
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{DECLARATION}<Relationships xmlns="{namespace}">{rows}</Relationships>'
