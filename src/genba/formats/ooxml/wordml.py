"""The words of WordprocessingML (ISO/IEC 29500-1, 17) that readers look for, and how its switches are read."""

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
W16SE = "{http://schemas.microsoft.com/office/word/2015/wordml/symex}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 - the prefix Office uses
VAL = W + "val"
_OFF = frozenset(("0", "false", "off", "none"))


def is_on(element: etree._Element) -> bool:
    """Read a switch (CT_OnOff): present without a value means on."""
    return element.get(VAL, "1") not in _OFF


def properties(element: etree._Element, tag: str) -> etree._Element | None:
    """Find an element's properties, which stand first wherever there are any; looking through all costs far more."""
    if not len(element):
        return None
    first = element[0]
    return first if first.tag == tag else element.find(tag)


def value(parent: etree._Element | None, name: str) -> str | None:
    """Give the `w:val` of a child, or nothing."""
    if parent is None:
        return None
    tag = W + name
    for child in parent:  # a search by path costs more than a few looks
        if child.tag == tag:
            return child.get(VAL)
    return None


def character(code: str | None) -> str:
    """Give the character of a hexadecimal code; empty for what is none: half a pair, a control, beyond Unicode."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0x110000 else ""


def integer(text: str | None, default: int = 0) -> int:
    """Read a whole number from outside; anything else, and anything absurdly long, gives the default."""
    if text is None or len(text) > 12:
        return default
    try:
        return int(text)
    except ValueError:
        return default
