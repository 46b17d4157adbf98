"""Pictures placed in cells (rich values, MS-XLSX 2.1.25), which older programs show as #VALUE!."""

from lxml import etree

from genba.errors import InvalidInput
from genba.formats.ooxml.drawing import R
from genba.formats.ooxml.package import Package

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RICH = "{http://schemas.microsoft.com/office/spreadsheetml/2017/richdata}"
_RELATED = "{http://schemas.microsoft.com/office/spreadsheetml/2022/richvaluerel}"
_KIND = "XLRICHVALUE"


def read_cell_images(package: Package, workbook: str) -> dict[int, str]:
    """Give the picture part for each value-metadata index (`vm`, from 1) that cells state."""
    parts = {rel.type: rel.target for rel in package.relationships(workbook).values() if not rel.external}
    try:
        metadata = package.xml(parts["sheetMetadata"])
        values = package.xml(parts["rdRichValue"]).findall(_RICH + "rv")
        related = parts["richValueRel"]
        links = package.relationships(related)
        keys = [entry.get(R + "id") or "" for entry in package.xml(related).iterchildren(_RELATED + "rel")]
    except (KeyError, InvalidInput):
        return {}
    found: dict[int, str] = {}
    for index, value in enumerate(_value_indexes(metadata), start=1):
        number = _number(values[value].findtext(_RICH + "v")) if 0 <= value < len(values) else -1
        link = links.get(keys[number]) if 0 <= number < len(keys) else None
        if link is not None and not link.external:
            found[index] = link.target
    return found


def _value_indexes(metadata: etree._Element) -> list[int]:
    """Follow each value-metadata record to the rich value it names, -1 where it names none."""
    types = [kind.get("name") for kind in metadata.iterfind(f"{S}metadataTypes/{S}metadataType")]
    blocks = [
        next((_number(rvb.get("i")) for rvb in block.iter(_RICH + "rvb")), -1)
        for future in metadata.iterchildren(S + "futureMetadata")
        if future.get("name") == _KIND
        for block in future.iterchildren(S + "bk")
    ]
    found: list[int] = []
    for block in metadata.iterfind(f"{S}valueMetadata/{S}bk"):
        record = block.find(S + "rc")
        kind = _number(record.get("t")) if record is not None else -1
        number = _number(record.get("v")) if record is not None else -1
        known = 0 < kind <= len(types) and types[kind - 1] == _KIND
        found.append(blocks[number] if known and 0 <= number < len(blocks) else -1)
    return found


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
