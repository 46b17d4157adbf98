"""Read a workbook from its package: properties, names, each sheet, and the files inside."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package
from genba.formats.ooxml.properties import read_properties
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part
from genba.readers.xlsx.book import Book, Entry
from genba.readers.xlsx.large import read_large
from genba.readers.xlsx.troubles import finding_of
from genba.readers.xlsx.worksheet import Worksheet

_EMBEDDED = ("package", "oleObject")
_CELLS = ("worksheet", "chartsheet")


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Read xlsx, xlsm and xltx; raises InvalidInput where the package or the workbook cannot be opened."""
    with _opened(blob, limits) as package:
        book = Book(package, limits)
        yield from read_properties(package)
        yield from book.defined_names()
        yield from _notices(book)
        for entry in book.sheets:
            yield from _sheet(book, entry, blob, limits)
        if book.strings.lost and book.strings.trouble is None:
            yield Finding(
                code="xlsx.lost_texts", place=Place(part="sharedStrings"), details={"count": book.strings.lost}
            )
        yield from _children(book)


@contextmanager
def _opened(blob: Blob, limits: Limits) -> Iterator[Package]:
    with blob.open() as stream:
        yield Package(
            stream,
            unpacked_bytes=limits.unpacked_bytes,
            member_bytes=limits.member_bytes,
            members=limits.members,
            ratio=limits.ratio,
        )


def _notices(book: Book) -> Iterator[Finding]:
    kinds = [relationship.type for relationship in book.relationships.values()]
    if "vbaProject" in kinds:
        yield Finding(code="xlsx.macros", severity=Severity.NOTICE)
    links = kinds.count("externalLink")
    if links:
        yield Finding(code="xlsx.external_links", severity=Severity.NOTICE, details={"count": links}, count=links)
    if book.strings.trouble is not None:
        yield finding_of(book.strings.trouble, Place(part="sharedStrings"), Severity.BLOCKER)
    if book.styles.trouble is not None:
        yield finding_of(book.styles.trouble, Place(part="styles"))


def _sheet(book: Book, entry: Entry, blob: Blob, limits: Limits) -> Iterator[Part]:
    place = Place(sheet=entry.name)
    if entry.kind not in _CELLS:
        yield Finding(code="xlsx.sheet_kind", severity=Severity.NOTICE, place=place, details={"sheet": entry.name})
        return
    try:
        sheet = Worksheet(book, entry, blob.name)
        if sheet.loaded.large:
            table = read_large(lambda: _opened(blob, limits), entry.part, entry.name, book.strings, book.styles)
            details: dict[str, str | int | float] = {
                "sheet": entry.name,
                "rows": table.rows,
                "columns": len(table.columns),
                "limit": limits.cells,
            }
            yield Finding(code="xlsx.large_sheet", severity=Severity.NOTICE, place=place, details=details)
            yield table
        yield from sheet.parts()
    except InvalidInput as error:
        yield finding_of(error, place, Severity.BLOCKER)


def _children(book: Book) -> Iterator[Part]:
    """Hand on the files that were put into sheets."""
    seen: set[str] = set()
    for entry in book.sheets:
        if not entry.part:
            continue
        try:
            relationships = book.package.relationships(entry.part)
        except InvalidInput:
            continue  # said with the sheet
        for relationship in relationships.values():
            if relationship.type not in _EMBEDDED or relationship.external or relationship.target in seen:
                continue
            seen.add(relationship.target)
            try:
                data = book.package.read(relationship.target)
            except InvalidInput as error:
                yield finding_of(error, Place(sheet=entry.name))
                continue
            name = relationship.target.rsplit("/", 1)[-1]
            yield Child(path=f"embedded/{name}", blob=_blob(name, data))


def _blob(name: str, data: bytes) -> Blob:
    return Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))
