"""Workbooks for tests, from the XML of their parts: what a test is about stands in the test, the rest here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from genba.model.cells import Cell
from genba.model.finding import Finding
from genba.model.sheet import Sheet
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.xlsx import read

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'{MAIN} xmlns:r="{RELATIONS}"'
DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    f' xmlns:r="{RELATIONS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
)
STYLES = f"""<styleSheet {MAIN}>
<numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0&quot;円&quot;"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><strike/><sz val="11"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/>
</border></borders>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="164" fontId="0" borderId="0"/>
<xf numFmtId="0" fontId="1" borderId="0"/><xf numFmtId="0" fontId="0" borderId="1"/></cellXfs></styleSheet>"""

T = TypeVar("T")


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A worksheet part around its rows."""
    return f"<worksheet {NAMESPACES}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def relationships(entries: Sequence[tuple[str, str, str]]) -> str:
    """A relationships part from (id, type, target); targets with a scheme are external."""
    lines = [
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
        for key, kind, target in entries
    ]
    inner = "".join(lines)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def package(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    names: str = "",
    states: Mapping[str, str] | None = None,
    styles: str = STYLES,
    settings: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    relations: Sequence[tuple[str, str, str]] = (),
) -> bytes:
    """An xlsx package; `strings` are the `si` elements, `names` the `definedName` elements, `parts` further parts."""
    states = states or {}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="s{n}" state="{states.get(name, "visible")}"/>'
        for n, name in enumerate(sheets, 1)
    )
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": relationships([("r1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f"<workbook {NAMESPACES}>{settings}<sheets>{listed}</sheets>"
        f"<definedNames>{names}</definedNames></workbook>",
        "xl/styles.xml": styles,
        "xl/_rels/workbook.xml.rels": relationships(
            [
                *((f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
                ("st", "styles", "styles.xml"),
                ("ss", "sharedStrings", "sharedStrings.xml"),
                *relations,
            ]
        ),
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
    }
    for n, xml in enumerate(sheets.values(), 1):
        content[f"xl/worksheets/sheet{n}.xml"] = xml
    return zipped({**content, **(parts or {})})


def zipped(content: Mapping[str, str | bytes]) -> bytes:
    """A zip of the given members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


def parts_of(data: bytes, limits: Limits = Limits()) -> list[Part]:  # noqa: B008
    """Everything the reader yields."""
    return list(read(Blob(name="book.xlsx", size_bytes=len(data), open=lambda: io.BytesIO(data)), limits))


def of(parts: Sequence[Part], kind: type[T]) -> list[T]:
    """The parts of one kind."""
    return [part for part in parts if isinstance(part, kind)]


def sheet_of(data: bytes, limits: Limits = Limits()) -> Sheet:  # noqa: B008
    """The first sheet."""
    return of(parts_of(data, limits), Sheet)[0]


def cells_of(rows: str, **options: Any) -> dict[str, Cell]:
    """The cells of a workbook with one sheet, by name; `before` and `after` stand around its rows."""
    from genba.formats.ranges import cell_name

    around = {key: options.pop(key) for key in ("before", "after") if key in options}
    sheet = sheet_of(package({"S": worksheet(rows, **around)}, **options))
    return {cell_name(cell.row, cell.column): cell for cell in sheet.cells}


def codes_of(data: bytes) -> list[str]:
    """The codes of all findings."""
    return [finding.code for finding in of(parts_of(data), Finding)]
