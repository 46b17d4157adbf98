"""Formulas of Office (ISO/IEC 29500-1, 22.1) as one line of text: a/b, x^2, √(x), ∑_(i=1)^(n)."""

from lxml import etree

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DEPTH = 60
_SUPERSCRIPTS = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
_HIGH, _LOW = frozenset("0123456789+-−()n"), frozenset("0123456789+-−()")


def raised(text: str) -> str:
    """Raise digits and signs so that 10³ does not become 103; other text stays as it is."""
    return text.translate(_SUPERSCRIPTS) if _HIGH.issuperset(text) else text


def lowered(text: str) -> str:
    """Lower digits and signs: H₂O; other text stays as it is."""
    return text.translate(_SUBSCRIPTS) if _LOW.issuperset(text) else text


def linear(element: etree._Element, depth: int = 0) -> str:
    """Write a formula, or a part of one, in one line."""
    if depth > DEPTH:
        return "".join(text.text or "" for text in element.iter(M + "t"))
    pieces = []
    for child in element.iterchildren("*"):
        name = child.tag.rsplit("}", 1)[-1]
        if name == "r":
            pieces.append("".join(text.text or "" for text in child.iterchildren(M + "t")))
        elif not name.endswith("Pr"):
            pieces.append(_structure(child, name, depth + 1))
    return "".join(pieces)


def _part(element: etree._Element, name: str, depth: int) -> str:
    found = element.find(M + name)
    return linear(found, depth) if found is not None else ""


def _grouped(text: str) -> str:
    return text if len(text) <= 1 or text.replace(".", "").isalnum() else f"({text})"


def _character(element: etree._Element, properties: str, name: str, default: str) -> str:
    found = element.find(f"{M}{properties}/{M}{name}")
    return found.get(M + "val", default) if found is not None else default


def _structure(element: etree._Element, name: str, depth: int) -> str:
    if name == "f":
        return f"{_grouped(_part(element, 'num', depth))}/{_grouped(_part(element, 'den', depth))}"
    if name in ("sSup", "sSub", "sSubSup", "sPre"):
        low, high = _part(element, "sub", depth), _part(element, "sup", depth)
        scripts = (f"_{_grouped(low)}" if low else "") + (f"^{_grouped(high)}" if high else "")
        base = _part(element, "e", depth)
        return scripts + base if name == "sPre" else base + scripts
    if name == "rad":
        return f"{raised(_part(element, 'deg', depth))}√({_part(element, 'e', depth)})"
    if name == "nary":
        low, high = _part(element, "sub", depth), _part(element, "sup", depth)
        sign = _character(element, "naryPr", "chr", "∫")
        scripts = (f"_{_grouped(low)}" if low else "") + (f"^{_grouped(high)}" if high else "")
        return f"{sign}{scripts} {_part(element, 'e', depth)}"
    if name == "d":
        inner = _character(element, "dPr", "sepChr", "|").join(linear(e, depth) for e in element.iterchildren(M + "e"))
        return _character(element, "dPr", "begChr", "(") + inner + _character(element, "dPr", "endChr", ")")
    if name == "func":
        return f"{_part(element, 'fName', depth)}({_part(element, 'e', depth)})"
    if name == "m":
        rows = element.iterchildren(M + "mr")
        return "[" + "; ".join(", ".join(linear(e, depth) for e in row.iterchildren(M + "e")) for row in rows) + "]"
    if name == "eqArr":
        return "; ".join(linear(e, depth) for e in element.iterchildren(M + "e"))
    if name in ("limLow", "limUpp"):
        sign = "_" if name == "limLow" else "^"
        return f"{_part(element, 'e', depth)}{sign}{_grouped(_part(element, 'lim', depth))}"
    if name == "acc":
        return _part(element, "e", depth) + _character(element, "accPr", "chr", "\u0302")
    return linear(element, depth)
