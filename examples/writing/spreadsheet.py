"""Write workbooks as Excel does, including what writing libraries cannot express (shapes, controls, readings)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from examples.writing.cells import MAIN, Formula, Furigana, Rich, Strings, Style, Styles, letters, ref, serial
from examples.writing.drawing import Drawing
from examples.writing.notes import Checkbox, Note, add_controls, add_notes, vml
from examples.writing.package import OFFICE, Package, attribute, text

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PIXEL = 9525
_INDICATORS = f'xmlns:r="{OFFICE}"'
PLAIN = Style()


@dataclass
class Sheet:
    """One worksheet; rows and columns are counted from 1."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], tuple[object, Style]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    validations: list[tuple[str, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    checkboxes: list[Checkbox] = field(default_factory=list)
    print_area: str = ""
    default_width: float = 8.38
    default_height: float = 18.75

    def __post_init__(self) -> None:
        self.drawing = Drawing(self)

    def write(self, row: int, column: int, value: object, style: Style = PLAIN) -> str:
        """Put a value into a cell and return the cell's name."""
        self.cells[row, column] = (value, style)
        return ref(row, column)

    def row(self, row: int, column: int, values: Sequence[object], style: Style = PLAIN) -> None:
        """Write values side by side."""
        for offset, value in enumerate(values):
            self.write(row, column + offset, value, style)

    def merge(self, area: tuple[int, int, int, int], value: object = None, style: Style = PLAIN) -> str:
        """Merge (top, left, bottom, right), with the value in the first cell and the style in all."""
        top, left, bottom, right = area
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.write(row, column, None, style)
        if (top, left) != (bottom, right):
            self.merges.append(area)
        return self.write(top, left, value, style)

    def grid(self, columns: int, width: float, height: float) -> None:
        """Lay the sheet out as graph paper (方眼紙): equal small columns and rows."""
        self.default_height = height
        self.widths.update(dict.fromkeys(range(1, columns + 1), width))

    def x(self, column: float) -> int:
        """EMU from the left edge to a column's start; fractions reach into the column."""
        whole = int(column)
        pixels = sum(self.column_pixels(index) for index in range(1, whole))
        return int((pixels + (column - whole) * self.column_pixels(whole)) * PIXEL)

    def y(self, row: float) -> int:
        """EMU from the top edge to a row's start."""
        whole = int(row)
        pixels = sum(self.row_pixels(index) for index in range(1, whole))
        return int((pixels + (row - whole) * self.row_pixels(whole)) * PIXEL)

    def column_pixels(self, column: int) -> int:
        """A column's width on screen; hidden ones have none."""
        if column in self.hidden_columns:
            return 0
        return int(self.widths.get(column, self.default_width) * 8 + 5)

    def row_pixels(self, row: int) -> int:
        """A row's height on screen; hidden ones have none."""
        return 0 if row in self.hidden_rows else int(self.heights.get(row, self.default_height) * 4 / 3)


@dataclass
class Workbook:
    """A workbook under construction; `to_bytes` writes it."""

    title: str = ""
    author: str = ""
    date1904: bool = False
    sheets: list[Sheet] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    macro: bytes = b""

    def sheet(self, name: str, *, hidden: bool = False) -> Sheet:
        """Add a worksheet."""
        self.sheets.append(Sheet(name, hidden))
        return self.sheets[-1]

    def define(self, name: str, formula: str) -> None:
        """Add a defined name."""
        self.names.append((name, formula))

    def to_bytes(self, kind: str = "xlsx") -> bytes:
        """The finished file: xlsx, xlsm or xltx."""
        package, strings, styles = Package(), Strings(), Styles()
        package.relate("", "officeDocument", "xl/workbook.xml")
        package.properties(self.title, self.author, "Microsoft Excel")
        listed = ""
        for number, sheet in enumerate(self.sheets, 1):
            part = f"xl/worksheets/sheet{number}.xml"
            tail = _attach(package, part, number, sheet)
            package.add(part, _sheet_xml(sheet, strings, styles, tail, self.date1904), f"{SHEET}.worksheet+xml")
            relation = package.relate("xl/workbook.xml", "worksheet", part)
            state = ' state="hidden"' if sheet.hidden else ""
            listed += f'<sheet name={attribute(sheet.name)} sheetId="{number}"{state} r:id="{relation}"/>'
        package.add("xl/workbook.xml", self._workbook_xml(listed), KINDS[kind])
        package.add("xl/styles.xml", styles.xml(), f"{SHEET}.styles+xml")
        package.relate("xl/workbook.xml", "styles", "xl/styles.xml")
        package.add("xl/sharedStrings.xml", strings.xml(), f"{SHEET}.sharedStrings+xml")
        package.relate("xl/workbook.xml", "sharedStrings", "xl/sharedStrings.xml")
        if self.macro:
            package.add("xl/vbaProject.bin", self.macro, "application/vnd.ms-office.vbaProject")
            project = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
            package.relate("xl/workbook.xml", project, "xl/vbaProject.bin")
        return package.to_bytes()

    def _workbook_xml(self, listed: str) -> str:
        names = "".join(
            f"<definedName name={attribute(name)}>{text(formula)}</definedName>" for name, formula in self.names
        )
        for number, sheet in enumerate(self.sheets):
            if sheet.print_area:
                quoted = "'" + sheet.name.replace("'", "''") + "'"
                area = ",".join(f"{quoted}!{_absolute(part)}" for part in sheet.print_area.split(","))
                names += f'<definedName name="_xlnm.Print_Area" localSheetId="{number}">{text(area)}</definedName>'
        epoch = ' date1904="1"' if self.date1904 else ""
        body = f'<workbookPr{epoch} defaultThemeVersion="166925"/><bookViews><workbookView/></bookViews>'
        body += f"<sheets>{listed}</sheets>" + (f"<definedNames>{names}</definedNames>" if names else "")
        return f'<workbook xmlns="{MAIN}" {_INDICATORS}>{body}<calcPr calcId="191029"/></workbook>'


def _absolute(area: str) -> str:
    def cell(name: str) -> str:
        head = name.rstrip("0123456789")
        return f"${head}${name[len(head) :]}"

    return ":".join(cell(name) for name in area.split(":"))


def _attach(package: Package, part: str, number: int, sheet: Sheet) -> str:
    """Add the sheet's drawing, notes and controls; return the elements that refer to them."""
    tail = ""
    controls = ""
    if sheet.checkboxes:
        controls = add_controls(package, part, number, sheet.checkboxes)
        sheet.drawing.control_shapes = sheet.checkboxes
    if not sheet.drawing.is_empty or sheet.checkboxes:
        relation = sheet.drawing.attach(package, part, number)
        tail += f'<drawing r:id="{relation}"/>'
    if sheet.notes or sheet.checkboxes:
        name = f"xl/drawings/vmlDrawing{number}.vml"
        package.default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        package.add(name, vml(number, sheet.notes, sheet.checkboxes).encode(), "")
        tail += f'<legacyDrawing r:id="{package.relate(part, "vmlDrawing", name)}"/>'
    if sheet.notes:
        add_notes(package, part, number, sheet.notes)
    return tail + controls


def _sheet_xml(sheet: Sheet, strings: Strings, styles: Styles, tail: str, date1904: bool) -> str:
    last_row = max((row for row, _ in sheet.cells), default=1)
    last_column = max((column for _, column in sheet.cells), default=1)
    body = f'<dimension ref="A1:{ref(last_row, last_column)}"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    body += f'<sheetFormatPr defaultRowHeight="{sheet.default_height}" customHeight="1"/>{_columns(sheet)}'
    body += f"<sheetData>{''.join(_rows(sheet, strings, styles, date1904))}</sheetData>"
    if sheet.merges:
        rows = "".join(f'<mergeCell ref="{_area(area)}"/>' for area in sheet.merges)
        body += f'<mergeCells count="{len(sheet.merges)}">{rows}</mergeCells>'
    if sheet.validations:
        rows = "".join(
            f'<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="{area}">'
            f"<formula1>{text(formula)}</formula1></dataValidation>"
            for area, formula in sheet.validations
        )
        body += f'<dataValidations count="{len(sheet.validations)}">{rows}</dataValidations>'
    body += '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
    body += '<pageSetup paperSize="9" orientation="portrait"/>'
    return f'<worksheet xmlns="{MAIN}" {_INDICATORS}>{body}{tail}</worksheet>'


def _area(area: tuple[int, int, int, int]) -> str:
    top, left, bottom, right = area
    return f"{ref(top, left)}:{ref(bottom, right)}"


def _columns(sheet: Sheet) -> str:
    wanted = sorted(set(sheet.widths) | sheet.hidden_columns)
    if not wanted:
        return ""
    rows = "".join(
        f'<col min="{column}" max="{column}" width="{sheet.widths.get(column, sheet.default_width)}" customWidth="1"'
        + (' hidden="1"/>' if column in sheet.hidden_columns else "/>")
        for column in wanted
    )
    return f"<cols>{rows}</cols>"


def _rows(sheet: Sheet, strings: Strings, styles: Styles, date1904: bool) -> Iterable[str]:
    rows: dict[int, list[int]] = {}
    for row, column in sorted(sheet.cells):
        rows.setdefault(row, []).append(column)
    for row in sorted(set(rows) | sheet.hidden_rows | set(sheet.heights)):
        marks = ' hidden="1"' if row in sheet.hidden_rows else ""
        if row in sheet.heights:
            marks += f' ht="{sheet.heights[row]}" customHeight="1"'
        cells = "".join(
            _cell(ref(row, column), *sheet.cells[row, column], strings, styles, date1904)
            for column in rows.get(row, ())
        )
        yield f'<row r="{row}"{marks}>{cells}</row>'


def _cell(name: str, value: object, style: Style, strings: Strings, styles: Styles, date1904: bool) -> str:
    number = styles.number(style)
    opening = f'<c r="{name}" s="{number}"' if number else f'<c r="{name}"'
    if value is None:
        return opening + "/>"
    formula = ""
    if isinstance(value, Formula):
        formula = f"<f>{text(value.expression)}</f>"
        value = value.cached
        if value is None:
            return f"{opening}>{formula}</c>"
        if isinstance(value, str):
            return f'{opening} t="str">{formula}<v>{text(value)}</v></c>'
    if isinstance(value, str | Rich | Furigana):
        return f'{opening} t="s"><v>{strings.number(value)}</v></c>'
    if isinstance(value, bool):
        return f'{opening} t="b">{formula}<v>{int(value)}</v></c>'
    if isinstance(value, date | datetime | time | timedelta):
        value = serial(value, date1904=date1904)
    return f"{opening}>{formula}<v>{value!r}</v></c>"


def column_range(first: int, last: int) -> str:
    """A span of whole columns, as A:C."""
    return f"{letters(first)}:{letters(last)}"
