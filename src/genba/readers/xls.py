"""Read .xls workbooks: values as stored and as displayed, spans, hidden and withdrawn cells, comments, text boxes."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from genba.errors import InvalidInput
from genba.formats import biff
from genba.formats.numberformat import compiled
from genba.formats.ranges import Area, cell_name
from genba.model.cells import NO_MARKS, Cell, CellStyle
from genba.model.finding import Finding, Severity
from genba.model.marks import Mark
from genba.model.nodes import Comment, Paragraph, Role
from genba.model.place import Place
from genba.model.sheet import Sheet
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

ROW, COLINFO, LABELSST, NUMBER, RK, MULRK, FORMULA, STRING = (
    0x0208,
    0x007D,
    0x00FD,
    0x0203,
    0x027E,
    0x00BD,
    0x0006,
    0x0207,
)
BOOLERR, LABEL, BLANK, MULBLANK, MERGED, NOTE, OBJ, TXO = 0x0205, 0x0204, 0x0201, 0x00BE, 0x00E5, 0x001C, 0x005D, 0x01B6
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
DRAWING = 0x00EC
COMMENT_OBJECT, PICTURE_OBJECT, CHART_OBJECT = 0x19, 0x08, 0x05
CLIENT_ANCHOR = b"\x10\xf0\x12\0\0\0"  # OfficeArtClientAnchorSheet: 18 bytes
Value = str | int | float | bool | None


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield a sheet per worksheet; workbooks before Excel 97 give values and spans only."""
    data, has_macros = _stream(blob, limits)
    if has_macros:
        yield Finding(code="xls.macros", severity=Severity.NOTICE)
    if not biff.is_biff8(data):
        yield from _by_calamine(blob, limits)
        return
    book = biff.read_globals(data)
    if not book.sheets:
        raise InvalidInput("file.truncated")
    for entry in book.sheets:
        if entry.is_worksheet:
            yield from _Worksheet(book, entry, limits).read(data)
        else:
            yield Finding(code="xls.other_sheet", severity=Severity.NOTICE, place=Place(sheet=entry.name))


def _stream(blob: Blob, limits: Limits) -> tuple[bytes, bool]:
    import olefile

    with blob.open() as stream:
        try:
            with olefile.OleFileIO(stream) as ole:
                name = "Workbook" if ole.exists("Workbook") else "Book"
                macros = ole.exists("_VBA_PROJECT_CUR") or ole.exists("_VBA_PROJECT")
                return ole.openstream(name).read(limits.member_bytes), macros
        except (OSError, IndexError, ValueError, struct.error, RecursionError):
            raise InvalidInput("file.truncated") from None


@dataclass(slots=True)
class _Worksheet:
    """Collects the records of one sheet."""

    book: biff.Workbook
    entry: biff.SheetEntry
    limits: Limits
    cells: dict[tuple[int, int], tuple[Value, str, int]] = field(default_factory=dict)  # value, withdrawn, XF
    blanks: dict[tuple[int, int], int] = field(default_factory=dict)
    spans: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    notes: list[tuple[int, int, int, str]] = field(default_factory=list)  # row, column, object, author
    texts: dict[int, tuple[int, str]] = field(default_factory=dict)  # object → its type and text
    full: bool = False
    waiting: tuple[int, int, int] | None = None  # the formula whose text comes next
    object: tuple[int, int] = (0, 0)  # id and type of the object described last
    text_left: int = 0
    anchor: str = ""
    anchors: dict[int, str] = field(default_factory=dict)  # object → the cells it lies on
    unread: int = 0  # pictures and charts

    def read(self, data: bytes) -> Iterator[Part]:
        """Take the records up to the sheet's end and give the sheet."""
        depth = 0
        for kind, body in biff.records(data, self.entry.offset):
            if kind == biff.BOF:
                depth += 1
            elif kind == biff.EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1:
                try:
                    self._take(kind, body)
                except (struct.error, IndexError):
                    continue
        yield self._sheet()
        if self.unread:
            place = Place(sheet=self.entry.name)
            yield Finding(code="xls.pictures_unread", place=place, count=self.unread)
        if self.full:
            place = Place(sheet=self.entry.name)
            yield Finding(code="xls.too_many_cells", place=place, details={"limit": self.limits.cells})

    def _take(self, kind: int, body: bytes) -> None:
        if kind == LABELSST:
            row, column, xf, number = struct.unpack_from("<HHHI", body)
            found = self.book.strings[number]
            self._put(row, column, xf, found.text, found.withdrawn)
        elif kind == NUMBER:
            row, column, xf, value = struct.unpack_from("<HHHd", body)
            self._put(row, column, xf, int(value) if value.is_integer() and abs(value) < 1 << 53 else value)
        elif kind == RK:
            row, column, xf, packed = struct.unpack_from("<HHHI", body)
            self._put(row, column, xf, biff.rk_number(packed))
        elif kind == MULRK:
            row, first = struct.unpack_from("<HH", body)
            for at in range((len(body) - 6) // 6):
                xf, packed = struct.unpack_from("<HI", body, 4 + at * 6)
                self._put(row, first + at, xf, biff.rk_number(packed))
        elif kind == FORMULA:
            self._formula(body)
        elif kind == STRING and self.waiting is not None:
            (count,) = struct.unpack_from("<H", body)
            self._put(*self.waiting, biff.short_string(body, 2, count)[0])
            self.waiting = None
        elif kind == BLANK:
            row, column, xf = struct.unpack_from("<HHH", body)
            self._blank(row, column, xf)
        elif kind == MULBLANK:
            row, first = struct.unpack_from("<HH", body)
            for at in range((len(body) - 6) // 2):
                self._blank(row, first + at, struct.unpack_from("<H", body, 4 + at * 2)[0])
        else:
            self._take_other(kind, body)

    def _take_other(self, kind: int, body: bytes) -> None:
        if kind == BOOLERR:
            row, column, xf, value, is_error = struct.unpack_from("<HHHBB", body)
            self._put(row, column, xf, ERRORS.get(value, "#ERR") if is_error else bool(value))
        elif kind == LABEL:
            row, column, xf, count = struct.unpack_from("<HHHH", body)
            self._put(row, column, xf, biff.short_string(body, 8, count)[0])
        elif kind == MERGED:
            for at in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<HHHH", body, 2 + at * 8)
                self.spans.append(Area(top, left, bottom, right))
        elif kind == ROW:
            row, _, _, height, _, _, flags = struct.unpack_from("<HHHHHHH", body)
            self.heights[row] = (height & 0x7FFF) / 20
            if flags & 0x20:
                self.hidden_rows.add(row)
        elif kind == COLINFO:
            first, last, width, _, flags = struct.unpack_from("<HHHHH", body)
            for column in range(first, min(last, 255) + 1):
                self.widths[column] = width / 256
                if flags & 1:
                    self.hidden_columns.add(column)
        elif kind == NOTE:
            row, column, _, number, count = struct.unpack_from("<HHHHH", body)
            self.notes.append((row, column, number, biff.short_string(body, 10, count)[0]))
        elif kind == OBJ:
            _, _, sort, number = struct.unpack_from("<HHHH", body)
            self.object = (number, sort)
            self.anchors[number] = self.anchor
            self.unread += sort in (PICTURE_OBJECT, CHART_OBJECT)
        elif kind == DRAWING:
            at = body.rfind(CLIENT_ANCHOR)
            if at >= 0:
                _, left, _, top, _, right, _, bottom, _ = struct.unpack_from("<9H", body, at + len(CLIENT_ANCHOR))
                self.anchor = str(Area(top, left, max(top, bottom), max(left, right)))
        elif kind == TXO:
            self.text_left = struct.unpack_from("<H", body, 10)[0]
        elif kind == biff.CONTINUE and self.text_left:
            wide = body[0] & 1
            count = min(self.text_left, (len(body) - 1) // (2 if wide else 1))
            number, sort = self.object
            self.texts[number] = (sort, self.texts.get(number, (sort, ""))[1] + biff.short_string(body, 0, count)[0])
            self.text_left -= count

    def _formula(self, body: bytes) -> None:
        row, column, xf = struct.unpack_from("<HHH", body)
        if body[12:14] != b"\xff\xff":
            (value,) = struct.unpack_from("<d", body, 6)
            self._put(row, column, xf, int(value) if value.is_integer() and abs(value) < 1 << 53 else value)
        elif body[6] == 0:
            self.waiting = (row, column, xf)
        elif body[6] == 1:
            self._put(row, column, xf, bool(body[8]))
        elif body[6] == 2:
            self._put(row, column, xf, ERRORS.get(body[8], "#ERR"))

    def _put(self, row: int, column: int, xf: int, value: Value, withdrawn: str = "") -> None:
        if len(self.cells) >= self.limits.cells:
            self.full = True
        elif value != "" or withdrawn:
            self.cells[row, column] = (value, withdrawn, xf)

    def _blank(self, row: int, column: int, xf: int) -> None:
        if xf < len(self.book.styles) and len(self.blanks) < self.limits.cells:
            style = self.book.styles[xf]
            if style.borders or style.fill:
                self.blanks[row, column] = xf

    def _sheet(self) -> Sheet:
        spans = {(area.top, area.left): area for area in self.spans}
        under = self._covered()
        for key, xf in self.blanks.items():
            self.cells.setdefault(key, (None, "", xf))
        for key in spans:
            self.cells.setdefault(key, (None, "", -1))
        name = self.entry.name
        cells = tuple(
            self._cell(key, *self.cells[key], spans.get(key)) for key in sorted(self.cells) if key not in under
        )
        rows = max((cell.row + cell.row_span for cell in cells), default=0)
        columns = max((cell.column + cell.column_span for cell in cells), default=0)
        return Sheet(
            name=name,
            cells=cells,
            rows=rows,
            columns=columns,
            on_top=tuple(self._on_top()),
            print_areas=tuple(str(area) for area in self.entry.print_areas),
            column_widths=tuple(self.widths.get(at, 8.43) for at in range(columns)) if self.widths else (),
            row_heights=tuple(self.heights.get(at, 15.0) for at in range(rows)) if self.heights else (),
            place=Place(sheet=name),
            marks=frozenset({Mark.HIDDEN}) if self.entry.hidden else NO_MARKS,
        )

    def _covered(self) -> set[tuple[int, int]]:
        """List the cells under spans that hold something, spans of whole columns included."""
        if not self.spans:
            return set()
        known = [*self.cells, *self.blanks]
        if len(self.spans) * 20 > len(known):
            by_row: dict[int, list[Area]] = {}
            for area in self.spans:
                for row in range(area.top, min(area.bottom, area.top + 4096) + 1):
                    by_row.setdefault(row, []).append(area)
        else:
            by_row = {}
        return {
            (row, column)
            for row, column in known
            for area in (by_row.get(row, ()) if by_row else self.spans)
            if area.holds(row, column) and (row, column) != (area.top, area.left)
        }

    def _cell(self, key: tuple[int, int], value: Value, withdrawn: str, xf: int, span: Area | None) -> Cell:
        row, column = key
        style = self.book.styles[xf] if 0 <= xf < len(self.book.styles) else CellStyle()
        text, unit = "", ""
        if value is not None:
            text, unit = compiled(style.number_format, self.book.date1904)(value)
        marks = set()
        if row in self.hidden_rows or column in self.hidden_columns:
            marks.add(Mark.HIDDEN)
        areas = self.entry.print_areas
        if areas and not any(area.holds(row, column) for area in areas):
            marks.add(Mark.OUTSIDE_PRINT_AREA)
        if withdrawn:
            marks.add(Mark.PARTLY_WITHDRAWN if text else Mark.WITHDRAWN)
        elif value is not None and 0 <= xf < len(self.book.struck) and self.book.struck[xf]:
            marks.add(Mark.WITHDRAWN)
        return Cell(
            row,
            column,
            value,
            text if text or Mark.WITHDRAWN not in marks else withdrawn,
            unit=unit,
            style=style,
            row_span=span.bottom - span.top + 1 if span else 1,
            column_span=span.right - span.left + 1 if span else 1,
            marks=frozenset(marks) if marks else NO_MARKS,
            withdrawn=withdrawn if text else "",
        )

    def _on_top(self) -> Iterator[Comment | Paragraph]:
        name = self.entry.name
        for row, column, number, author in self.notes:
            text = self.texts.get(number, (0, ""))[1].strip()
            if text:
                text = text.removeprefix(f"{author}:").lstrip() if author else text
                yield Comment(text=text, author=author, place=Place(sheet=name, range=cell_name(row, column)))
        for number, (sort, text) in sorted(self.texts.items()):
            if sort != COMMENT_OBJECT and text.strip():
                place = Place(sheet=name, range=self.anchors.get(number, ""), part=f"shape {number}")
                yield Paragraph(text=text.strip(), role=Role.TEXT_BOX, place=place)


def _by_calamine(blob: Blob, limits: Limits) -> Iterator[Part]:
    import python_calamine

    with blob.open() as stream:
        try:
            book = python_calamine.CalamineWorkbook.from_filelike(stream)
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            code = "file.password_protected" if "assword" in str(error) else "file.truncated"
            raise InvalidInput(code) from None
        for meta in book.sheets_metadata:
            sheet = book.get_sheet_by_name(meta.name)
            spans = dict(sheet.merged_cell_ranges or ())
            cells: list[Cell] = []
            for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
                for column, value in enumerate(values):
                    if value == "" or len(cells) >= limits.cells:
                        continue
                    end = spans.get((row, column), (row, column))
                    plain = value if isinstance(value, str | int | float | bool) else str(value)
                    if isinstance(plain, float) and plain.is_integer():
                        plain = int(plain)
                    shown = compiled("General")(plain).text
                    cells.append(
                        Cell(row, column, plain, shown, row_span=end[0] - row + 1, column_span=end[1] - column + 1)
                    )
            hidden = "visible" not in str(meta.visible).lower() or "hidden" in str(meta.visible).lower()
            yield Sheet(
                name=meta.name,
                cells=tuple(cells),
                rows=max((cell.row + cell.row_span for cell in cells), default=0),
                columns=max((cell.column + cell.column_span for cell in cells), default=0),
                place=Place(sheet=meta.name),
                marks=frozenset({Mark.HIDDEN}) if hidden else NO_MARKS,
            )
