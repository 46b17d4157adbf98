"""What ods, odt and odp share: the package's content, texts with their readings, and tables cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from genba.errors import InvalidInput
from genba.formats.xml import parse
from genba.formats.zips import BoundedZip
from genba.model.marks import Reading
from genba.ports.blob import Blob
from genba.ports.reader import Limits

Element = Any  # the stubs of lxml deny what iteration gives
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
XLINK = "{http://www.w3.org/1999/xlink}"
SPACES = 200
REPEATS = 1 << 20
ROW_HOLDERS = frozenset(
    (f"{TABLE}table-header-rows", f"{TABLE}table-row-group", f"{TABLE}table-rows", f"{TABLE}table-columns")
)


def content_of(blob: Blob, limits: Limits) -> Element:
    """Unpack and parse the content; raises InvalidInput when there is none, or it is encrypted."""
    with blob.open() as stream:
        package = BoundedZip(
            stream,
            unpacked_bytes=limits.unpacked_bytes,
            member_bytes=limits.member_bytes,
            members=limits.members,
            ratio=limits.ratio,
        )
        manifest = package.find("META-INF/manifest.xml")
        if manifest is not None and b"encryption-data" in package.read(manifest):
            raise InvalidInput("file.password_protected")
        entry = package.find("content.xml")
        if entry is None:
            raise InvalidInput("ooxml.part_missing", part="content.xml")
        return parse(package.read(entry), name="content.xml")


def whole(element: Element, name: str, default: int = 1) -> int:
    """Read a count from an attribute, bounded."""
    text = element.get(name)
    if not text or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(int(text), REPEATS)


def text_of(element: Element, readings: list[Reading] | None = None) -> str:
    """Give the text of a paragraph; notes and comments in it are left out, readings kept apart."""
    parts: list[str] = []
    _gather(element, parts, readings)
    return "".join(parts)


def _gather(element: Element, parts: list[str], readings: list[Reading] | None) -> None:
    parts.append(element.text or "")
    for child in element:
        tag = child.tag
        if tag == f"{TEXT}s":
            parts.append(" " * min(whole(child, f"{TEXT}c"), SPACES))
        elif tag == f"{TEXT}tab":
            parts.append("\t")
        elif tag == f"{TEXT}line-break":
            parts.append("\n")
        elif tag == f"{TEXT}ruby":
            base, reading = child.find(f"{TEXT}ruby-base"), child.find(f"{TEXT}ruby-text")
            if base is not None:
                _gather(base, parts, readings)
                if readings is not None and reading is not None:
                    readings.append(Reading(base=text_of(base), reading=text_of(reading)))
        elif isinstance(tag, str) and tag not in (f"{OFFICE}annotation", f"{TEXT}note", f"{DRAW}frame"):
            _gather(child, parts, readings)
        parts.append(child.tail or "")


def paragraphs_of(element: Element) -> str:
    """Join the paragraphs directly inside an element."""
    return "\n".join(text_of(child) for child in element if child.tag in (f"{TEXT}p", f"{TEXT}h")).strip()


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell at its place; `repeat` copies follow to the right."""

    row: int
    column: int
    repeat: int
    element: Element
    hidden_row: bool


def cells_of(table: Element, limit: int) -> Iterator[TableCell]:
    """Go through a table's cells; empty repetitions to the sheet's edge are jumped over."""
    number = made = 0
    for row in _rows(table):
        repeat = whole(row, f"{TABLE}number-rows-repeated")
        hidden = row.get(f"{TABLE}visibility") in ("collapse", "filter")
        found: list[tuple[int, int, Element]] = []
        column = 0
        for cell in row:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            times = whole(cell, f"{TABLE}number-columns-repeated")
            if cell.tag == f"{TABLE}table-cell" and (len(cell) or cell.get(f"{OFFICE}value-type") or _spans(cell)):
                found.append((column, times, cell))
            column += times
        for below in range(repeat if found else 0):
            for start, times, cell in found:
                made += times
                if made > limit:
                    return
                yield TableCell(number + below, start, times, cell, hidden)
        number += repeat


def _spans(cell: Element) -> bool:
    return bool(cell.get(f"{TABLE}number-columns-spanned") or cell.get(f"{TABLE}number-rows-spanned"))


def _rows(holder: Element) -> Iterator[Element]:
    for child in holder:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in ROW_HOLDERS:
            yield from _rows(child)
