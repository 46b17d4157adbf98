"""An open presentation: what is shared while its slides are read, and where the results go."""

import io
from dataclasses import dataclass, field

from genba.errors import InvalidInput
from genba.formats.ooxml.embedded import unwrap
from genba.formats.ooxml.package import Package, Relationship
from genba.formats.picture_size import picture_size
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.place import NOWHERE, Place
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part


class Full(Exception):
    """The presentation holds more than the limits allow; what was read before stays."""


@dataclass(slots=True)
class Deck:
    """Everything the modules of this reader share while one presentation is read."""

    package: Package
    limits: Limits
    out: list[Part] = field(default_factory=list)
    written: int = 0
    cells: int = 0
    images: dict[str, str] = field(default_factory=dict)  # part to Image.name
    names: set[str] = field(default_factory=set)
    children: set[str] = field(default_factory=set)
    furniture: set[tuple[str, str]] = field(default_factory=set)  # role and text that were said before
    authors: dict[str, str] = field(default_factory=dict)

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

    def relationships(self, part: str) -> dict[str, Relationship]:
        """Give a part's relationships; none, and a finding, when they are broken."""
        try:
            return self.package.relationships(part)
        except InvalidInput as error:
            self.note_error(error, Place(part=part))
            return {}

    def related(self, part: str, kind: str) -> list[Relationship]:
        """List a part's internal relationships of one type."""
        return [found for found in self.relationships(part).values() if found.type == kind and not found.external]

    def target(self, part: str, key: str, place: Place) -> Relationship | None:
        """Follow a relationship to a part inside the package; a broken one is a finding."""
        found = self.relationships(part).get(key)
        if found is None:
            self.note("pptx.relationship_missing", place, id=key)
        elif found.external:
            self.note("pptx.picture_linked", place)
            return None
        return found

    def image(self, part: str, key: str, place: Place) -> str:
        """Write the picture a relationship points to, once, and give its name; empty when there is none."""
        found = self.target(part, key, place)
        if found is None:
            return ""
        if found.target in self.images:
            return self.images[found.target]
        if self.package.size(found.target) > self.limits.image_bytes:
            self.note("pptx.picture_too_large", place, limit_mb=self.limits.image_bytes >> 20)
            return ""
        try:
            data = self.package.read(found.target)
            media_type = self.package.content_type(found.target) or "application/octet-stream"
        except InvalidInput as error:
            self.note_error(error, place)
            return ""
        name = self.images[found.target] = self._free_name(found.target)
        width, height = picture_size(data)
        self.emit(Image(name=name, media_type=media_type, data=data, width_px=width, height_px=height))
        return name

    def hand_on(self, part: str, key: str, place: Place) -> None:
        """Hand on an embedded file, once."""
        found = self.target(part, key, place)
        if found is None or found.target in self.children:
            return
        self.children.add(found.target)
        try:
            data = self.package.read(found.target)
        except InvalidInput as error:
            self.note_error(error, place)
            return
        label, data = unwrap(data, found.target.rsplit("/", 1)[-1])
        name = self._free_name(label)
        blob = Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))
        self.emit(Child(path=f"embedded/{name}", blob=blob))

    def _free_name(self, target: str) -> str:
        base = target.rsplit("/", 1)[-1]
        name, count = base, 1
        while name.lower() in self.names:
            count += 1
            name = f"{count}_{base}"
        self.names.add(name.lower())
        return name
