"""Pictures of a workbook: each part is handed on once, however often it is shown."""

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package
from genba.formats.picture_size import picture_size
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.place import Place
from genba.ports.reader import Part
from genba.readers.xlsx.troubles import finding_of


class Pictures:
    """Gives pictures their names and collects what is to be handed on."""

    def __init__(self, package: Package, limit_bytes: int) -> None:
        """Take pictures out of one package, none larger than the limit."""
        self._package = package
        self._limit_bytes = limit_bytes
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        self.waiting: list[Part] = []  # images and findings not handed on yet

    def name(self, part: str, place: Place) -> str:
        """Give the name of the picture in a part, "" where it cannot be had."""
        known = self._names.get(part)
        if known is not None:
            return known
        self._names[part] = ""
        if self._package.size(part) > self._limit_bytes:
            limit_mb = self._limit_bytes >> 20
            self.waiting.append(Finding(code="xlsx.picture_too_large", place=place, details={"limit_mb": limit_mb}))
            return ""
        try:
            data = self._package.read(part)
            media_type = self._package.content_type(part) or "application/octet-stream"
        except InvalidInput as error:
            self.waiting.append(finding_of(error, place))
            return ""
        name = self._free(part.rsplit("/", 1)[-1])
        width, height = picture_size(data)
        self._names[part] = name
        self.waiting.append(Image(name=name, media_type=media_type, data=data, width_px=width, height_px=height))
        return name

    def collect(self) -> list[Part]:
        """Take what is to be handed on."""
        waiting, self.waiting = self.waiting, []
        return waiting

    def _free(self, base: str) -> str:
        name, count = base, 1
        while name.lower() in self._taken:
            count += 1
            name = f"{count}_{base}"
        self._taken.add(name.lower())
        return name
