"""Take a worksheet part apart into rows of raw cells, and the rest of the sheet as a small document.

Excel and the usual libraries write cells in one canonical form, which a regular expression reads three times
faster than an XML parser can hand elements to Python (measured on 9,000 cells: 13 ms against 49 ms). Anything
unusual (prefixes, comments, CDATA, other encodings, elements that do not add up) goes through the parser.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ranges import column_index, column_letters
from genba.formats.xml import parse
from genba.readers.xlsx.canonical import fragment, is_canonical, transitional, written

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

# The start of a row's tag; or of a cell: column letters, style, type, other attributes, and what it holds: a value and
# nothing else, a plain inline text and nothing else, or anything.
RawCell = tuple[str, str, str, str, str, str, str, str]
ROW_START: RawCell = ("<row", "", "", "", "", "", "", "")
_TOKENS = re.compile(
    r'(<row[^>]*)>|<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?([^>/]*)'
    r'(?:/>|>(?:<v>([^<]*)</v></c>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>|(.*?)</c>))',
    re.DOTALL,
)
_START, _END = b"<sheetData>", b"</sheetData>"
_BLOCK_BYTES = 1 << 20
_HEAD_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """A sheet's settings without its cells, and the raw cells, rows and cells in one sequence."""

    settings: etree._Element
    tokens: list[RawCell]
    broken_line: int = 0  # where the XML broke off; what came before is kept


def scan(data: bytes, *, name: str) -> Scanned:
    """Split a whole worksheet part; raises InvalidInput where it declares a document type or holds no worksheet."""
    start, end = _bounds(data)
    if start >= 0:
        try:
            tokens = canonical_tokens(data[start:end].decode("utf-8"))
        except UnicodeDecodeError:
            tokens = None
        if tokens is not None:
            try:
                return Scanned(parse(transitional(data[:start] + data[end:]), name=name), tokens)
            except InvalidInput as error:
                if error.code != "xml.broken":
                    raise
    return _parsed(data, name)


def _bounds(data: bytes) -> tuple[int, int]:
    """Where the rows start and end, or -1 where the canonical form is in doubt."""
    start = data.find(_START)
    end = data.rfind(_END)
    if start < 0 or end < start or not is_canonical(data):
        return -1, -1
    return start + len(_START), end


def canonical_tokens(text: str) -> list[RawCell] | None:
    """Split rows in canonical form; None where the pieces found do not account for every element."""
    tokens: list[RawCell] = _TOKENS.findall(text)
    if text.count("<row") + text.count("<c") != len(tokens) or text.count("<") != text.count(">"):
        return None
    return tokens


def _parsed(data: bytes, name: str) -> Scanned:
    """Read a sheet by the parser, as far as it goes, rows set free as they come."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise InvalidInput("xml.doctype", name=name)
    tokens: list[RawCell] = []
    root: etree._Element | None = None
    events = etree.iterparse(
        io.BytesIO(transitional(data)),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for event, element in events:
            if root is None:
                root = element
            if event == "end" and element.tag == S + "row":
                tokens.extend(_row_tokens(element))
                element.clear()
    except etree.XMLSyntaxError as error:
        if root is None:
            raise InvalidInput("xml.broken", name=name, line=error.lineno or 0) from None
        return Scanned(root, tokens, error.lineno or 1)
    if root is None:
        raise InvalidInput("xml.broken", name=name, line=0)
    return Scanned(root, tokens)


def _row_tokens(row: etree._Element) -> Iterator[RawCell]:
    yield ("<row" + written(row.items()), "", "", "", "", "", "", "")
    column = -1
    for cell in row.iterchildren(S + "c"):
        letters = (cell.get("r") or "").rstrip("0123456789")
        column = column_index(letters) if letters.isascii() and letters.isalpha() else column + 1
        others = written((key, value) for key, value in cell.items() if key not in ("r", "s", "t"))
        inner = "".join(fragment(child) for child in cell.iterchildren("*"))
        yield ("", column_letters(column), cell.get("s") or "", cell.get("t") or "", others, "", "", inner)


def row_blocks(chunks: Iterable[bytes]) -> Iterator[str]:
    """Cut a stream of a large worksheet part into texts of whole rows; what is around them is skipped."""
    buffer = bytearray()
    inside = False
    for chunk in chunks:
        buffer += chunk
        if not inside:
            start = buffer.find(_START)
            if start < 0:
                if len(buffer) > _HEAD_BYTES:
                    return
                continue
            del buffer[: start + len(_START)]
            inside = True
        end = buffer.find(_END)
        if end >= 0:
            yield buffer[:end].decode("utf-8", "replace")
            return
        if len(buffer) >= _BLOCK_BYTES:
            cut = buffer.rfind(b"</row>")
            if cut >= 0:
                yield buffer[: cut + 6].decode("utf-8", "replace")
                del buffer[: cut + 6]
    if inside:
        yield buffer[: buffer.rfind(b"</row>") + 6].decode("utf-8", "replace")
