"""XML from outside, parsed without entities, document types, network or unbounded depth."""

import re

from lxml import etree

from genba.errors import InvalidInput


def parser() -> etree.XMLParser:
    """Make a parser that resolves nothing; lxml's own limits on depth (256) and text (10 MB) stay on."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )


def parse(data: bytes, *, name: str) -> etree._Element:
    """Parse a whole document; raises InvalidInput for a document type (entity bombs need one) and broken XML."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise InvalidInput("xml.doctype", name=name)
    try:
        root: etree._Element = etree.fromstring(_as_meant(data), parser())
    except etree.XMLSyntaxError as error:
        raise InvalidInput("xml.broken", name=name, line=error.lineno or 0) from None
    if root.getroottree().docinfo.internalDTD is not None:  # one that the first look missed: UTF-16, a long preamble
        raise InvalidInput("xml.doctype", name=name)
    return root


def whole_number(text: str | None, *, default: int = 0) -> int:
    """Read a count or an index from an attribute; what is none (`-1`, `²`, thousands of digits) gives the default."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


# What Japanese systems write under these names holds ㈱, ① and 髙, which only the vendors' code pages have.
_VENDOR_CODECS = {b"shift_jis": "cp932", b"shift-jis": "cp932", b"sjis": "cp932", b"x-sjis": "cp932"}
_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9_.\-]+)[\"'][^>]*\?>")


def _as_meant(data: bytes) -> bytes:
    """Re-encode a document whose declared encoding is narrower than what its writers use; others stay as they are."""
    declared = _DECLARATION.match(data[:256])
    codec = _VENDOR_CODECS.get(declared.group(1).lower()) if declared else None
    if declared is None or codec is None:
        return data
    try:
        return data[declared.end() :].decode(codec).encode("utf-8")
    except UnicodeDecodeError:
        return data  # the parser says where it breaks
