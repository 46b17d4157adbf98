"""Evidence of a file as it came: from its sheets with everything on them, its pages, or its lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from genba.formats.layout.series import TOTALS
from genba.formats.layout.wording import fold
from genba.formats.ranges import Area, parse_area
from genba.model.cells import Cell
from genba.model.document import Document
from genba.model.finding import Finding
from genba.model.marks import Mark
from genba.model.nodes import Comment, Heading, Paragraph, Role
from genba.model.sheet import Sheet
from genba.model.table import Table as Read
from genba.schemes.machine_readability.columns import make_column
from genba.schemes.machine_readability.definitions import defines_columns, has_code_table, tells_history
from genba.schemes.machine_readability.evidence import Evidence, Format, Part, Table, Value
from genba.schemes.machine_readability.laid_out import BLANK, BODY_ROWS, raw_text, table_of
from genba.schemes.machine_readability.matching import Made
from genba.schemes.machine_readability.wording import is_note

FORMATS: dict[str, Format] = {
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm", "xls", "ods", "spreadsheetml"), Format.WORKBOOK),
    **dict.fromkeys(("csv", "tsv", "txt"), Format.DELIMITED),
    **dict.fromkeys(("json", "jsonl", "xml"), Format.DATA),
}
# A line so close above a table is its caption.
CAPTION_ROWS = 3
_ENCODING = re.compile(r"文字コード|utf-?8|utf-?16|shift[-_]?jis|cp932", re.IGNORECASE)
_LABELLED = re.compile(r"[^:：]{1,20}[:：]\s*\S")


def evidence_of(original: Document, refined: Document, made: Sequence[Made]) -> Evidence:
    """Gather what the rules ask about the file as it came."""
    kind = original.source.kind
    form = FORMATS.get(kind, Format.PAGE)
    sheets = {node.name: node for node in original.nodes if isinstance(node, Sheet)}
    if sheets:
        parts = tuple(_sheet_parts(sheets, made))
    elif form is Format.DELIMITED:
        parts = (_text_part(original, made),)
    elif form is Format.DATA:
        # every list in such a file has a name of its own by which it is addressed
        parts = tuple(Part(tables=(table,)) for table in _tables(original, made, form))
    else:
        texts = tuple(node.text for node in refined.nodes if isinstance(node, Paragraph | Heading))
        parts = (Part(tables=tuple(_tables(original, made, form)), around=texts),)
    texts = tuple(text for part in parts for text in (*part.around, *part.beside)) + tuple(sheets)
    return Evidence(
        kind=kind,
        format=form,
        parts=parts,
        code_tables=len(original.code_lists) + sum(len(sheet.code_lists) for sheet in sheets.values())
        + has_code_table(made, texts),
        has_definitions=defines_columns(made, texts),
        has_history=tells_history(texts),
        has_encoding=form is not Format.DELIMITED or any(map(_ENCODING.search, texts)),
    )  # fmt: skip


def _tables(original: Document, made: Sequence[Made], form: Format) -> Iterator[Table]:
    for item in made:
        if item.grid is not None:
            yield table_of(item.grid, item.refined, is_typed=form is Format.WORKBOOK)
        elif item.read is not None:
            yield _read_table(original, item.read)


def _read_table(original: Document, table: Read) -> Table:
    """A table that the reader streams; what it mended on the way it told in findings and edits."""
    told = {item.code: item for item in original.findings if item.place == table.place}
    empty = sum(item.count for item in original.edits if item.rule == "empty_columns" and item.place == table.place)
    rows = list(_texts(table))
    codes = [column.codes for column in table.columns]
    columns = tuple(
        make_column(
            column.name,
            values,
            header=(column.name,),
            unit=column.unit,
            codes=codes[index],
        )
        for index, (column, values) in enumerate(zip(table.columns, rows, strict=True))
    )
    header_rows = _header_lines(table, told)
    return Table(
        columns=columns,
        header_rows=header_rows,
        opens=table.place.line <= 1,
        notes=table.notes,
        repeated_names=_count(told, "csv.duplicate_headers"),
        blank_rows=_count(told, "csv.blank_rows"),
        blank_columns=empty,
        is_continued=_count(told, "csv.repeated_header") > 0,
        torn_rows=_torn(table, told),
    )


def _texts(table: Read) -> Iterator[tuple[Value, ...]]:
    columns: list[list[Value]] = [[] for _ in table.columns]
    for batch in table.batches:
        left = BODY_ROWS - len(columns[0]) if columns else 0
        for index, values in enumerate(columns):
            texts = batch.column(index).slice(0, left).to_pylist()
            values.extend(BLANK if text in (None, "") else Value(str(text)) for text in texts)
        if not columns or len(columns[0]) >= BODY_ROWS:
            break
    return iter(tuple(values) for values in columns)


def _header_lines(table: Read, told: dict[str, Finding]) -> int:
    """Header rows of a table of text: the lines that are neither rows nor anything else that was counted."""
    if "csv.no_header" in told:
        return 0
    joined = any("/" in column.name or column.unit for column in table.columns)
    if not joined or not table.place.line:
        return 1
    others = sum(_count(told, code) for code in ("csv.blank_rows", "csv.repeated_header", "csv.totals"))
    return max(1, min(4, table.place.line_end - table.place.line + 1 - table.rows - others))


def _torn(table: Read, told: dict[str, Finding]) -> int:
    """Rows longer than the header were cut at a comma that no quotes protect; short rows only lack their end."""
    ragged = told.get("csv.ragged_rows")
    wide = ragged is not None and len(table.columns) > int(ragged.details.get("columns", len(table.columns)))
    return (ragged.count if ragged is not None and wide else 0) + _count(told, "csv.open_quote")


def _count(told: dict[str, Finding], code: str) -> int:
    return told[code].count if code in told else 0


def _text_part(original: Document, made: Sequence[Made]) -> Part:
    loose = [node.text for node in original.nodes if isinstance(node, Paragraph)]
    notes = [text for item in made for text in item.refined.notes]
    lines = (*notes, *loose)
    tables = tuple(_tables(original, made, Format.DELIMITED))
    beside = tuple(text for text in lines[1:] if not _belongs(text))  # the first is the title
    return Part(tables=tables, beside=beside, around=lines)


def _belongs(text: str) -> bool:
    """Notes, labelled facts (出力日：…) and sums belong to a table."""
    return is_note(text) or bool(_LABELLED.match(text)) or bool(TOTALS.match(fold(text.split()[0])))


def _sheet_parts(sheets: dict[str, Sheet], made: Sequence[Made]) -> Iterator[Part]:
    by_sheet: dict[str, list[Made]] = {}
    for item in made:
        by_sheet.setdefault(item.refined.place.sheet, []).append(item)
    for name, items in by_sheet.items():
        sheet = sheets.get(name)
        if sheet is None:  # streamed: too large to be held as cells
            yield Part(tables=tuple(_read_table_of(item) for item in items if item.read is not None))
        else:
            yield _sheet_part(sheet, items)


def _read_table_of(item: Made) -> Table:
    assert item.read is not None
    columns = tuple(
        make_column(column.name, values, header=(column.name,), unit=column.unit)
        for column, values in zip(item.read.columns, _texts(item.read), strict=True)
    )
    return Table(columns=columns, notes=item.read.notes)


def _sheet_part(sheet: Sheet, items: Sequence[Made]) -> Part:
    placed = [(item, area) for item in items if (area := parse_area(item.refined.place.range)) is not None]
    areas = [area for _, area in placed]
    written = [(cell, text) for cell in sheet.cells if (text := raw_text(cell).strip())]
    tables = []
    for item, area in placed:
        if item.grid is None:
            continue
        table = table_of(item.grid, item.refined, is_typed=True)
        tables.append(_with_sheet(table, sheet, area, areas, item))
    beside, around = _surroundings(written, areas)
    return Part(
        tables=tuple(tables),
        beside=tuple(beside),
        around=tuple(around),
        margins=_margins(written, areas),
        objects=sum(not isinstance(node, Comment) and not _is_furniture(node) for node in sheet.on_top),
    )


def _with_sheet(table: Table, sheet: Sheet, area: Area, areas: Sequence[Area], item: Made) -> Table:
    """Add what only the sheet itself shows: its merged cells, formulas, hidden rows and columns."""
    inside = [cell for cell in sheet.cells if area.holds(cell.row, cell.column)]
    goes_on = table.header_rows == 0 and any(
        other != area and other.bottom < area.top and (other.left, other.right) == (area.left, area.right)
        for other in areas
    )
    return replace(
        table,
        opens=area.top == 0,
        merges=sum(cell.row_span > 1 or cell.column_span > 1 for cell in inside),
        formulas=sum(bool(cell.formula) for cell in inside),
        hidden=_hidden(inside) if Mark.HIDDEN not in sheet.marks else 0,
        is_continued=table.is_continued or goes_on,
    )


def _hidden(cells: Sequence[Cell]) -> int:
    """Count the rows and columns in which all that is written is hidden."""
    if not any(Mark.HIDDEN in cell.marks for cell in cells if cell.marks):
        return 0
    rows: dict[int, bool] = {}
    columns: dict[int, bool] = {}
    for cell in cells:
        if raw_text(cell).strip():
            hidden = Mark.HIDDEN in cell.marks
            rows[cell.row] = rows.get(cell.row, True) and hidden
            columns[cell.column] = columns.get(cell.column, True) and hidden
    return sum(rows.values()) + sum(columns.values())


def _is_furniture(node: object) -> bool:
    """Printed headers and footers lie in the page's margin, not on the sheet."""
    return isinstance(node, Paragraph) and node.role in (Role.HEADER, Role.FOOTER)


def _surroundings(written: Sequence[tuple[Cell, str]], areas: Sequence[Area]) -> tuple[list[str], list[str]]:
    """Texts outside the tables: those that belong nowhere, and those that head or explain a table."""
    first = min((area.top for area in areas), default=0)
    beside: list[str] = []
    around: list[str] = []
    outside = written
    for area in areas:
        outside = [(cell, text) for cell, text in outside if not area.holds(cell.row, cell.column)]
    for cell, text in outside:
        caption = any(0 < area.top - cell.row <= CAPTION_ROWS and cell.column <= area.right for area in areas)
        heads = cell.row < first or caption or is_note(text)
        (around if heads else beside).append(text)
    return beside, around


def _margins(written: Sequence[tuple[Cell, str]], areas: Sequence[Area]) -> int:
    """Blank rows above the tables and blank columns left of them, put in for print."""
    top = min((area.top for area in areas), default=0)
    left = min((area.left for area in areas), default=0)
    if not top and not left:
        return 0
    rows = {cell.row for cell, _ in written}
    columns = {cell.column for cell, _ in written}
    return len(set(range(top)) - rows) + len(set(range(left)) - columns)
