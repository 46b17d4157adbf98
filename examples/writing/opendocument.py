"""Write OpenDocument spreadsheets (.ods) by hand: libraries for it keep state from file to file."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from examples.writing.package import DECLARATION, STAMP_W3C, attribute, text, zip_bytes

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_URN}:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("meta", "meta"),
        ("style", "style"),
    )
)


@dataclass(frozen=True)
class OdsCell:
    """A cell: what it shows, its value when that differs (number, ISO date, share), and columns it spans."""

    shown: str
    kind: str = "string"  # string, float, date, percentage
    value: str = ""
    span: int = 1
    note: str = ""


def spreadsheet(name: str, rows: Sequence[Sequence[OdsCell | str]], *, hidden_rows: Sequence[int] = ()) -> bytes:
    """An .ods with one sheet; rows are counted from 0."""
    body = ""
    for number, row in enumerate(rows):
        state = ' table:visibility="collapse"' if number in hidden_rows else ""
        cells = "".join(_cell(cell if isinstance(cell, OdsCell) else OdsCell(cell)) for cell in row)
        body += f"<table:table-row{state}>{cells}</table:table-row>"
    content = (
        f'<office:document-content {_NAMESPACES} office:version="1.2"><office:body><office:spreadsheet>'
        f"<table:table table:name={attribute(name)}>{body}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    meta = (
        f'<office:document-meta {_NAMESPACES} office:version="1.2"><office:meta><meta:generator>LibreOffice</meta:generator>'
        f"<meta:creation-date>{STAMP_W3C}</meta:creation-date></office:meta></office:document-meta>"
    )
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _MIME), ("content.xml", "text/xml"), ("meta.xml", "text/xml"))
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" manifest:version="1.2">{listed}</manifest:manifest>'
    )
    return zip_bytes(
        [
            ("mimetype", _MIME),
            ("content.xml", DECLARATION + content),
            ("meta.xml", DECLARATION + meta),
            ("META-INF/manifest.xml", DECLARATION + manifest),
        ]
    )


def _cell(cell: OdsCell) -> str:
    marks = f' office:value-type="{cell.kind}"'
    if cell.kind == "date":
        marks += f' office:date-value="{cell.value}"'
    elif cell.kind != "string":
        marks += f' office:value="{cell.value}"'
    if cell.span > 1:
        marks += f' table:number-columns-spanned="{cell.span}" table:number-rows-spanned="1"'
    note = f"<office:annotation><text:p>{text(cell.note)}</text:p></office:annotation>" if cell.note else ""
    covered = "<table:covered-table-cell/>" * (cell.span - 1)
    return f"<table:table-cell{marks}>{note}<text:p>{text(cell.shown)}</text:p></table:table-cell>{covered}"
