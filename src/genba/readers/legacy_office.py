"""Old Word and PowerPoint files (.doc, .ppt): how to convert them, and their content where a converter is given."""

from collections.abc import Callable, Iterator
from datetime import datetime

from genba.errors import InvalidInput
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part, Reader

# The stream that holds the text, and what the file becomes.
STREAMS = {"WordDocument": "docx", "PowerPoint Document": "pptx"}
ENCRYPTED = ("EncryptedPackage", "EncryptedSummary")
_FIELDS = {
    "title": "title",
    "subject": "subject",
    "author": "author",
    "keywords": "keywords",
    "comments": "description",
    "last_saved_by": "last_modified_by",
    "create_time": "created",
    "last_saved_time": "modified",
    "company": "company",
    "manager": "manager",
    "category": "category",
}
_CODE_PAGES = {932: "cp932", 65001: "utf-8", 1252: "cp1252", 1200: "utf-16-le", 10001: "cp932"}
Convert = Callable[[Blob, str], Blob]


def read(
    blob: Blob,
    limits: Limits,
    *,
    convert: Convert | None = None,
    readers: Callable[[str], Reader | None] = lambda kind: None,
) -> Iterator[Part]:
    """Read through a converter when one is given; otherwise tell how the file can be converted.

    `convert` turns a blob into one of the kind named ("docx", "pptx"); `readers` gives the reader of that kind.
    """
    kind, properties = _look(blob)
    if convert is None or not kind:
        yield from properties
        yield Finding(code="legacy_office.convert", severity=Severity.BLOCKER, details={"kind": kind or "docx"})
        return
    try:
        converted = convert(blob, kind)
    except InvalidInput as error:
        yield from properties
        details = {
            name: found if isinstance(found, int | float) else str(found) for name, found in error.details.items()
        }
        yield Finding(code=error.code, severity=Severity.BLOCKER, details=details)
        return
    reader = readers(kind)
    if reader is None:
        raise InvalidInput("legacy_office.convert", kind=kind)
    yield Finding(code="legacy_office.converted", severity=Severity.NOTICE, details={"kind": kind})
    yield from reader(converted, limits)


def _look(blob: Blob) -> tuple[str, list[Property]]:
    """Tell what the file becomes, and its properties; raises InvalidInput for encrypted and broken files."""
    import olefile

    try:
        with blob.open() as stream, olefile.OleFileIO(stream) as ole:
            if any(ole.exists(name) for name in ENCRYPTED):
                raise InvalidInput("legacy_office.encrypted")
            kind = next((found for name, found in STREAMS.items() if ole.exists(name)), "")
            if kind == "docx" and _word_is_encrypted(ole.openstream("WordDocument").read(12)):
                raise InvalidInput("legacy_office.encrypted")
            return kind, _properties(ole.get_metadata())
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise InvalidInput("legacy_office.broken", reason=type(error).__name__) from None


def _word_is_encrypted(head: bytes) -> bool:
    """Look at bit fEncrypted of the file information block (MS-DOC 2.5.2)."""
    return len(head) >= 12 and bool(head[11] & 1)


def _properties(metadata: object) -> list[Property]:
    page = getattr(metadata, "codepage", None) or 932
    found: list[Property] = []
    for field, name in _FIELDS.items():
        value = getattr(metadata, field, None)
        if isinstance(value, bytes):
            text = value.decode(_CODE_PAGES.get(page & 0xFFFF, "cp932"), "replace").strip("\0 ")
        elif isinstance(value, datetime):
            text = value.strftime("%Y-%m-%dT%H:%M:%SZ") if value.year > 1980 else ""
        else:
            text = ""
        if text:
            place = Place(part="SummaryInformation")
            found.append(Property(name=name, value=text, origin="properties", place=place))
    return found
