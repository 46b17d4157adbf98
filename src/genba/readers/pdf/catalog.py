"""What a PDF says of itself as a whole: properties, bookmarks, files inside."""

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits
from genba.readers.pdf.dates import iso_date
from genba.readers.pdf.library import read_utf16

NAMES = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator_tool",
    "Producer": "producer_tool",
    "CreationDate": "created",
    "ModDate": "modified",
}
DATES = {"CreationDate", "ModDate"}
MOST_BOOKMARKS = 20_000
BOOKMARK_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; `page` from 1, 0 when it leads nowhere."""

    title: str
    level: int  # from 1
    page: int


def read_properties(document: Any) -> Iterator[Property]:
    """Read the information dictionary, dates as ISO 8601."""
    import pypdfium2.raw as pdfium

    for key, name in NAMES.items():
        value = read_utf16(pdfium.FPDF_GetMetaText, document, key.encode("ascii"), most_bytes=65536).strip()
        if not value:
            continue
        date = iso_date(value) if key in DATES else ""
        if key not in DATES or date:
            yield Property(name=name, value=date or value, as_written=value if date else "", origin="properties")


def read_bookmarks(document: Any) -> list[Bookmark]:
    """Read the outline; a tree that bites its own tail is cut where it does."""
    import pypdfium2.raw as pdfium

    found: list[Bookmark] = []
    seen: set[int] = set()
    waiting = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)]
    while waiting and len(found) < MOST_BOOKMARKS:
        entry, level = waiting.pop()
        address = ctypes.cast(entry, ctypes.c_void_p).value if entry else None
        if address is None or address in seen:
            continue
        seen.add(address)
        title = read_utf16(pdfium.FPDFBookmark_GetTitle, entry, most_bytes=8192).strip()
        destination = pdfium.FPDFBookmark_GetDest(document, entry)
        page = pdfium.FPDFDest_GetDestPageIndex(document, destination) + 1 if destination else 0
        found.append(Bookmark(title, level, max(page, 0)))
        waiting.append((pdfium.FPDFBookmark_GetNextSibling(document, entry), level))
        if level < BOOKMARK_DEPTH:
            waiting.append((pdfium.FPDFBookmark_GetFirstChild(document, entry), level + 1))
    return found


def read_attachments(handles: list[Any], limits: Limits) -> Iterator[Child | Finding]:
    """Yield the files inside as children, with a notice that names how many there are."""
    names: dict[str, int] = {}
    left = limits.unpacked_bytes
    for handle in handles[: limits.members]:
        child = read_attachment(handle, min(limits.member_bytes, left), names)
        if isinstance(child, Child):
            left -= child.blob.size_bytes
        yield child
    if handles:
        listed = ", ".join(list(names)[:5])
        details: dict[str, str | int | float] = {"count": len(handles), "names": listed}
        yield Finding(code="pdf.embedded_files", severity=Severity.NOTICE, details=details)


def attachments_of(document: Any) -> list[Any]:
    """The files of the document's name tree."""
    import pypdfium2.raw as pdfium

    count = min(max(pdfium.FPDFDoc_GetAttachmentCount(document), 0), 10_000)
    return [pdfium.FPDFDoc_GetAttachment(document, index) for index in range(count)]


def read_attachment(handle: Any, most_bytes: int, names: dict[str, int]) -> Child | Finding:
    """Read one file inside."""
    import pypdfium2.raw as pdfium

    name = read_utf16(pdfium.FPDFAttachment_GetName, handle, most_bytes=8192) or "attachment"
    length = ctypes.c_ulong()
    known = pdfium.FPDFAttachment_GetFile(handle, None, 0, length)
    if not known or length.value > most_bytes:
        code = "pdf.embedded_file_too_large" if known else "pdf.embedded_file_damaged"
        return Finding(code=code, details={"name": name})
    buffer = ctypes.create_string_buffer(length.value or 1)
    pdfium.FPDFAttachment_GetFile(handle, buffer, length.value, length)
    data = buffer.raw[: length.value]
    path = name.replace("\\", "/").rsplit("/", 1)[-1] or "attachment"
    names[path] = names.get(path, 0) + 1
    if names[path] > 1:
        stem, dot, extension = path.rpartition(".")
        path = f"{stem or extension}-{names[path]}{dot if stem else ''}{extension if stem else ''}"
    return Child(path=path, blob=Blob(name=path, size_bytes=len(data), open=lambda: io.BytesIO(data)))
