"""Read XML: elements that repeat become tables, the rest labels with values; Excel's XML of 2003 becomes sheets."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.delimited.columns import time_column
from genba.formats.rows import TextRows
from genba.formats.spreadsheetml import sheets_of
from genba.formats.xml import parse
from genba.model.nodes import Pair, Paragraph
from genba.model.place import Place
from genba.model.table import Column, Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

Element = Any  # the stubs of lxml know neither comments among children nor source lines

DOCUMENT_BYTES = 64 << 20
SAMPLE_ROWS = 300
SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}Workbook"


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield tables and pairs with XPaths as places."""
    if blob.size_bytes > DOCUMENT_BYTES:
        raise InvalidInput("xml.too_large", size_mb=blob.size_bytes >> 20, limit_mb=DOCUMENT_BYTES >> 20)
    with blob.open() as stream:
        data = stream.read(DOCUMENT_BYTES + 1)
    root = parse(data.lstrip(), name=blob.name)
    if root.tag == SPREADSHEET:
        yield from sheets_of(root, limits)
    else:
        yield from _nodes(root, _name(root), root.getroottree(), blob.name)


def _name(element: Element) -> str:
    return etree.QName(element).localname


def _nodes(element: Element, label: str, tree: Element, name: str) -> Iterator[Part]:
    place = Place(pointer=tree.getpath(element))
    for attribute, value in element.items():
        yield Pair(label=f"{label}/@{etree.QName(attribute).localname}", value=value, place=place)
    children = [child for child in element if isinstance(child.tag, str)]
    own = (element.text or "").strip()
    if not children:
        if own:
            yield Pair(label=label, value=own, place=place)
        return
    if own or any((child.tail or "").strip() for child in children):
        yield Paragraph(text=" ".join("".join(element.itertext()).split()), place=place)
        return
    repeated = {tag for tag, count in Counter(child.tag for child in children).items() if count > 1}
    tabled: set[object] = set()
    for child in children:
        if child.tag in tabled:
            continue
        alike = [other for other in children if other.tag == child.tag] if child.tag in repeated else []
        if alike and all(_is_record(other) for other in alike):
            tabled.add(child.tag)
            yield _table(alike, _name(child), Place(pointer=f"{tree.getpath(element)}/{_name(child)}"))
        else:
            yield from _nodes(child, f"{label}/{_name(child)}", tree, name)


def _is_record(element: Element) -> bool:
    """Accept elements whose children hold plain text, each at most once, or one level of such."""
    seen: set[object] = set()
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag in seen or (child.tail or "").strip():
            return False
        seen.add(child.tag)
        if len(child) and not all(isinstance(inner.tag, str) and not len(inner) for inner in child):
            return False
        if len({inner.tag for inner in child}) < len(child):
            return False
    return True


def _record(element: Element) -> dict[str, str | None]:
    found: dict[str, str | None] = {f"@{etree.QName(name).localname}": value for name, value in element.items()}
    text = (element.text or "").strip()
    if text:
        found["値"] = text
    for child in element:
        if isinstance(child.tag, str):
            inner = _record(child)
            if set(inner) <= {"値"}:
                found[_name(child)] = inner.get("値")
            else:
                found.update(
                    {_name(child) if name == "値" else f"{_name(child)}/{name}": text for name, text in inner.items()}
                )
    return found


def _table(elements: list[Element], name: str, place: Place) -> Table:
    records = [_record(element) for element in elements]
    names = tuple(dict.fromkeys(column for record in records for column in record)) or ("値",)
    return Table(
        name=name,
        columns=tuple(Column(name=column, source=column) for column in names),
        batches=TextRows(names, lambda: ([record.get(column) for column in names] for record in records)),
        rows=len(records),
        time_column=time_column(
            list(names), [[record.get(column) or "" for column in names] for record in records[:SAMPLE_ROWS]]
        ),
        place=place,
    )
