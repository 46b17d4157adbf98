"""XML from outside, parsed without entities, document types, network or unbounded depth."""

from lxml import etree

from genba.errors import InvalidInput


def parser() -> etree.XMLParser:
    """Make a parser that resolves nothing; lxml's own limits on depth (256) and text (10 MB) stay on."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False)


def parse(data: bytes, *, name: str) -> etree._Element:
    """Parse a whole document; raises InvalidInput for a document type (entity bombs need one) and broken XML."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
        raise InvalidInput("xml.doctype", name=name)
    try:
        root: etree._Element = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise InvalidInput("xml.broken", name=name, line=error.lineno or 0) from None
    return root
