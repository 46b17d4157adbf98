"""Excel's XML of 2003 (SpreadsheetML) as sheets, with displayed values, spans, comments and formulas."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from genba.formats.numberformat import render
from genba.formats.ranges import cell_name
from genba.model.cells import Cell, CellStyle
from genba.model.finding import Finding
from genba.model.marks import Mark
from genba.model.nodes import Comment
from genba.model.place import Place
from genba.model.sheet import Sheet
from genba.ports.reader import Limits

Element = Any  # the stubs of lxml know neither comments among children nor source lines

NS = "{urn:schemas-microsoft-com:office:spreadsheet}"
EXCEL = "{urn:schemas-microsoft-com:office:excel}"
EPOCH = datetime(1899, 12, 30)  # cells have no time zone
HIGHEST = (1 << 20) - 1
NAMED_FORMATS = {
    "General Number": "General",
    "General Date": "yyyy/m/d h:mm",
    "Short Date": "yyyy/m/d",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Currency": '"¥"#,##0',
    "Short Time": "h:mm",
    "Long Time": "h:mm:ss",
}


def sheets_of(root: Element, limits: Limits) -> Iterator[Sheet | Finding]:
    """Yield the sheets of a workbook; cells beyond the limit are reported."""
    formats: dict[str, str] = {}
    for style in root.iter(f"{NS}Style"):
        for number in style.iter(f"{NS}NumberFormat"):
            code = number.get(f"{NS}Format") or "General"
            formats[style.get(f"{NS}ID") or ""] = NAMED_FORMATS.get(code, code)
    styles = {name: CellStyle(number_format=code) for name, code in formats.items()}
    for worksheet in root.iter(f"{NS}Worksheet"):
        yield from _sheet(worksheet, styles, limits)


def _sheet(worksheet: Element, styles: dict[str, CellStyle], limits: Limits) -> Iterator[Sheet | Finding]:
    name = worksheet.get(f"{NS}Name") or ""
    cells: list[Cell] = []
    comments: list[Comment] = []
    row_number, full = -1, False
    for row in worksheet.iter(f"{NS}Row"):
        row_number = min(_index(row, row_number), HIGHEST)
        hidden = frozenset({Mark.HIDDEN}) if row.get(f"{NS}Hidden") == "1" else frozenset()
        column = -1
        for element in row.iter(f"{NS}Cell"):
            column = _index(element, column)
            if len(cells) >= limits.cells or column > HIGHEST:
                full = True
                break
            cell = _cell(element, row_number, column, styles, hidden)
            if cell is not None:
                cells.append(cell)
            for comment in element.iter(f"{NS}Comment"):
                text = "".join(comment.itertext()).strip()
                place = Place(sheet=name, range=cell_name(row_number, column))
                comments.append(Comment(text=text, author=comment.get(f"{NS}Author") or "", place=place))
            column += _whole(element.get(f"{NS}MergeAcross"))
        row_number += _whole(row.get(f"{NS}Span"))
    marks = frozenset({Mark.HIDDEN}) if worksheet.find(f".//{EXCEL}Visible") is not None else frozenset[Mark]()
    yield Sheet(
        name=name,
        cells=tuple(cells),
        rows=max((cell.row + cell.row_span for cell in cells), default=0),
        columns=max((cell.column + cell.column_span for cell in cells), default=0),
        on_top=tuple(comments),
        place=Place(sheet=name),
        marks=marks,
    )
    if full:
        yield Finding(code="xml.too_many_cells", place=Place(sheet=name), details={"limit": limits.cells})


def _index(element: Element, last: int) -> int:
    stated = _whole(element.get(f"{NS}Index"))
    return stated - 1 if stated > last + 1 else last + 1


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0


def _cell(element: Element, row: int, column: int, styles: dict[str, CellStyle], marks: frozenset[Mark]) -> Cell | None:
    data = element.find(f"{NS}Data")
    down, across = _whole(element.get(f"{NS}MergeDown")), _whole(element.get(f"{NS}MergeAcross"))
    formula = (element.get(f"{NS}Formula") or "").removeprefix("=")
    written = "".join(data.itertext()) if data is not None else ""
    if not written and not formula and not down and not across:
        return None
    style = styles.get(element.get(f"{NS}StyleID") or "", CellStyle())
    value = _value(written, data.get(f"{NS}Type") if data is not None else None)
    stored = (value - EPOCH).total_seconds() / 86_400 if isinstance(value, datetime) else value
    shown = render(stored, style.number_format) if isinstance(stored, int | float) else None
    return Cell(
        row,
        column,
        value.isoformat() if isinstance(value, datetime) else value,
        shown.text if shown else written,
        unit=shown.unit if shown else "",
        style=style,
        row_span=down + 1,
        column_span=across + 1,
        formula=formula,
        marks=marks,
        link=element.get(f"{NS}HRef") or "",
    )


def _value(written: str, kind: str | None) -> str | float | int | bool | datetime | None:
    try:
        if kind == "Number":
            number = float(written)
            return int(number) if number.is_integer() and abs(number) < 1 << 53 else number
        if kind == "Boolean":
            return written == "1"
        if kind == "DateTime":
            return datetime.fromisoformat(written).replace(tzinfo=None)
    except ValueError:
        return written
    return written or None
