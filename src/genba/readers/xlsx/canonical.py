"""The canonical form in which Excel and the usual libraries write XML: double quotes, no prefixes, no comments.

Text in that form is read by regular expressions, three times faster than through parsed elements; parsed elements
are written back into it, so that each rule of reading exists once.
"""

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from genba.formats.ooxml.package import STRICT_PREFIXES

_ATTRIBUTES = re.compile(r'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_canonical(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 XML without comments, CDATA and document types."""
    declaration = data[:200].lower().partition(b"?>")[0]
    if data[:2] in _BYTE_ORDER_MARKS or (b"encoding" in declaration and b"utf-8" not in declaration):
        return False
    return b"<!" not in data


def transitional(data: bytes) -> bytes:
    """Turn strict namespaces into transitional ones."""
    if b"purl.oclc.org/ooxml" in data[:8192]:
        for strict, loose in STRICT_PREFIXES:
            data = data.replace(strict, loose)
    return data


def attributes(text: str) -> dict[str, str]:
    """Read the attributes of a tag."""
    return {name: unescaped(double or single) for name, double, single in _ATTRIBUTES.findall(text)}


def unescaped(text: str) -> str:
    """Resolve character references."""
    return _REFERENCE.sub(_resolved, text) if "&" in text else text


def _resolved(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def cell_text(text: str) -> str:
    """Resolve references and Excel's own escapes (`_x000D_`, ISO/IEC 29500-1, 22.9.2.19), with plain line ends."""
    if "&" in text:
        text = _REFERENCE.sub(_resolved, text)
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = _CONTROL.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def fragment(element: etree._Element) -> str:
    """Write an element in canonical form; attributes in a namespace are left out."""
    tag = element.tag.rsplit("}", 1)[-1]
    inner = escaped(element.text or "") + "".join(fragment(child) for child in element.iterchildren("*"))
    return f"<{tag}{written(element.items())}>{inner}</{tag}>"


def written(items: Iterable[tuple[Any, Any]]) -> str:
    """Write attributes, each with a space before it."""
    return "".join(f' {key}="{escaped(value)}"' for key, value in items if "{" not in key)


def escaped(text: str) -> str:
    """Write text so that it can stand between tags and in attributes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
