"""Read HTML, also where it is named .xls: the page's text, lists and tables in reading order."""

import codecs
from collections.abc import Iterator

from genba.errors import InvalidInput
from genba.formats.encoding import CODECS, decode
from genba.formats.html import charset_of, nodes_of
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

DOCUMENT_BYTES = 64 << 20
# What web pages call these encodings means Windows' superset (WHATWG Encoding).
CLAIMS = {"shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932"}


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield the nodes of the page."""
    with blob.open() as stream:
        data = stream.read(min(DOCUMENT_BYTES, limits.member_bytes))
    if blob.size_bytes > len(data):
        yield Finding(code="file.text_too_long", severity=Severity.PROBLEM, details={"limit": len(data)})
    yield from nodes_of(_text(data))


def _text(data: bytes) -> str:
    try:
        return decode(data).text
    except InvalidInput:
        claimed = charset_of(data)
        name = CLAIMS.get(claimed, claimed)
        try:
            codecs.lookup(name)
        except (LookupError, ValueError):
            name = CODECS["utf-8"]
        return data.decode(name, "replace")
