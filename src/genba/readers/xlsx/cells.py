"""Raw cells made into cells of the model: value, displayed text, formula, marks and spans."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from genba.formats.celldraft import CellDraft
from genba.formats.ranges import MAX_COLUMNS, MAX_ROWS, Area, cell_name, column_index
from genba.model.cells import Cell, CellStyle
from genba.model.marks import Mark
from genba.readers.xlsx.canonical import attributes, cell_text
from genba.readers.xlsx.figures import measure, numeric, serial
from genba.readers.xlsx.formulas import link_of, moved
from genba.readers.xlsx.scan import RawCell
from genba.readers.xlsx.strings import EMPTY, FALSE, CellText, SharedStrings, rich_text
from genba.readers.xlsx.styles import Format, Styles

_FORMULA = re.compile(r"<f([^>]*?)(?:/>|>([^<]*)</f>)")
_VALUE = re.compile(r"<v[^>]*>([^<]*)</v>")
_INLINE = re.compile(r"<is>(.*)</is>", re.DOTALL)
_ROW_NUMBER = re.compile(r' r="([0-9]{1,7})"')
_HEIGHT = re.compile(r' ht="([0-9.]+)"')
_HIDDEN_ROW = re.compile(r' (?:hidden="(?:1|true)"|ht="0(?:\.0*)?")')
_IMAGE = re.compile(r'\bvm="([0-9]{1,9})"')
_TALL, _WIDE = 1000, 256  # a span beyond is cut to what the sheet uses
_ROWS_AFTER, _COLUMNS_AFTER = 100, 50  # empty formatted cells are layout only near content
_HIDDEN, _OUTSIDE, _WITHDRAWN = 1, 2, 4  # as bits while a cell is made
_LEFT, _TOP, _RIGHT, _BOTTOM = 1, 2, 4, 8  # as bits of a style's borders
_MARKS = tuple(
    frozenset(mark for bit, mark in ((1, Mark.HIDDEN), (2, Mark.OUTSIDE_PRINT_AREA), (4, Mark.WITHDRAWN)) if bits & bit)
    for bits in range(8)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a sheet says about its cells beside the cells themselves."""

    strings: SharedStrings
    styles: Styles
    merges: Sequence[Area] = ()
    hidden_columns: Sequence[tuple[int, int]] = ()  # first and last
    print_areas: Sequence[Area] = ()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    date1904: bool = False


@dataclass(slots=True)
class Laid:
    """The cells of a sheet with what was noticed on the way."""

    cells: list[Cell] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    without_value: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)  # cells with content under a merged range
    images: dict[tuple[int, int], int] = field(default_factory=dict)  # pictures placed in cells, by metadata index


def lay_out(tokens: Sequence[RawCell], around: Surroundings) -> Laid:
    """Turn the raw cells of a sheet into cells, row by row."""
    return _Layer(around).run(tokens)


class _Layer:
    """Holds what changes from row to row while a sheet's cells are laid out."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.laid = Laid()
        self.formats: dict[str, Format] = {}
        self.shown: dict[tuple[str, str, str], tuple[int | float | str | bool, str, str]] = {}
        self.columns: dict[str, tuple[int, int]] = {}
        self.masters: dict[str, tuple[int, int, str]] = {}
        self.spans = {(area.top, area.left): area for area in around.merges}
        self.waiting = sorted((area for area in around.merges if area[:2] != area[2:]), reverse=True)
        self.active: list[Area] = []
        self.until = MAX_ROWS  # the first row on which one of them ends
        self.under: set[int] = set()  # columns of the present row that lie in a merged range
        self.row = -1
        self.bits = 0
        self.inside: list[tuple[int, int]] | None = None
        self.bottom = self.right = -1  # how far content reaches
        self.spanned: list[int] = []  # which cells span others
        self.ruled: dict[tuple[int, int], int] = {}  # sides of merged ranges by the cells under them
        self.disordered = False

    def run(self, tokens: Sequence[RawCell]) -> Laid:
        """Go through the tokens; what is commonest stands first and is written out for speed."""
        cells, formats, columns, spans = self.laid.cells, self.formats, self.columns, self.spans
        get_string, links, shown = self.around.strings.get, self.around.links, self.shown
        row, last, row_bits, under, odd_row = -1, -1, 0, self.under, False
        value: str | int | float | bool | None
        for tag, letters, index, kind, others, plain, inline, inner in tokens:
            if tag:
                previous, row, last = row, self._start_row(tag), -1
                self.disordered = self.disordered or row <= previous
                row_bits, under, odd_row = self.bits, self.under, bool(self.bits) or self.inside is not None
                continue
            column, bits = columns.get(letters) or self._column(letters)
            if column <= last:
                self.disordered = True
            last = column
            form = formats.get(index) or self._format(index)
            formula, unit, found, spanned = "", "", EMPTY, column in under
            if plain:
                if kind == "s":
                    string = get_string(plain, struck=form.struck)
                    if isinstance(string, str):
                        value = text = string
                    else:
                        found, value, text = string, string.text, string.text
                else:
                    value, text, unit = shown.get((index, kind, plain)) or self._shown(index, kind, plain)
            elif inline:
                value = text = cell_text(inline)
            elif inner:
                value, text, unit, formula, found = self._complex(index, kind, inner, column)
            elif form.layout or spanned:
                value, text = None, ""
            else:
                continue
            if spanned and (row, column) not in spans:
                if form.style.borders:
                    self._rule(row, column, form.style.borders)
                if text or formula:
                    self.laid.covered.append(cell_name(row, column))
                continue
            if text or formula or (value is not None and value != ""):
                self.bottom = row
                if column > self.right:
                    self.right = column
            elif not form.layout and not spanned:
                continue
            draft = CellDraft(row, column, value, text, unit, form.style)
            odd = bits or odd_row or spanned or form.odd or formula or others or found is not EMPTY
            if odd or (row, column) in links:
                self._dress(draft, form, bits | row_bits, formula, found, others)
            draft.__class__ = Cell  # type: ignore[assignment]
            cells.append(draft)  # type: ignore[arg-type]
        return self._finish()

    def _dress(self, draft: CellDraft, form: Format, bits: int, formula: str, found: CellText, others: str) -> None:
        """Add what only some cells have: marks, spans, formulas, readings, links, pictures, words around a text."""
        row, column, text = draft.row, draft.column, draft.text
        if form.shows_text and text and isinstance(draft.value, str):
            draft.text, draft.unit = form.show(text)
        if self.inside is not None and not any(left <= column <= right for left, right in self.inside):
            bits |= _OUTSIDE
        if form.struck and text and found is EMPTY:
            bits |= _WITHDRAWN
        draft.marks = _MARKS[bits] | found.marks if found.marks else _MARKS[bits]
        draft.formula, draft.readings, draft.withdrawn = formula, found.readings, found.withdrawn
        draft.link = self.around.links.get((row, column), "")
        if "HYPERLINK" in formula and not draft.link:
            draft.link = link_of(formula)
        area = self.spans.pop((row, column), None)
        if area is not None and area[:2] != area[2:]:
            draft.row_span, draft.column_span = area.bottom - row + 1, area.right - column + 1
            self.spanned.append(len(self.laid.cells))
        if others and (image := _IMAGE.search(others)):
            self.laid.images[row, column] = int(image.group(1))
            draft.value, draft.text = None, ""

    def _rule(self, row: int, column: int, borders: int) -> None:
        """Keep what a cell under a merged range says about the range's outer edges."""
        for area in self.active:
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                outer = (
                    (_LEFT if column == area.left else 0)
                    | (_TOP if row == area.top else 0)
                    | (_RIGHT if column == area.right else 0)
                    | (_BOTTOM if row == area.bottom else 0)
                )
                first = area.top, area.left
                self.ruled[first] = self.ruled.get(first, 0) | borders & outer
                return

    def _start_row(self, tag: str) -> int:
        found = _ROW_NUMBER.search(tag)
        row = self.row = max(0, min(int(found.group(1)) - 1, MAX_ROWS - 1)) if found else self.row + 1
        height = _HEIGHT.search(tag)
        if height:
            self.laid.heights[row] = measure(height.group(1))
        self.bits = 0
        if ("hidden" in tag or 'ht="0' in tag) and _HIDDEN_ROW.search(tag):
            self.bits = _HIDDEN
            self.laid.hidden_rows.add(row)
        areas = self.around.print_areas
        self.inside = [(area.left, area.right) for area in areas if area.top <= row <= area.bottom] if areas else None
        waiting = self.waiting
        if row > self.until or (waiting and waiting[-1].top <= row):
            while waiting and waiting[-1].top <= row:
                self.active.append(waiting.pop())
            self.active = [area for area in self.active if area.bottom >= row][:MAX_COLUMNS]
            self.until = min((area.bottom for area in self.active), default=MAX_ROWS)
            self.under = _columns_under(self.active)
        return row

    def _column(self, letters: str) -> tuple[int, int]:
        column = column_index(letters)
        hidden = _HIDDEN if _within(column, self.around.hidden_columns) else 0
        found = self.columns[letters] = (column, hidden)
        return found

    def _format(self, index: str) -> Format:
        found = self.formats[index] = self.around.styles.get(index)
        return found

    def _shown(self, index: str, kind: str, plain: str) -> tuple[int | float | str | bool, str, str]:
        """Give a value, its text and its unit, and remember them: columns repeat their values."""
        form = self.formats[index]
        value = None if kind and kind != "n" else numeric(plain)
        found: tuple[int | float | str | bool, str, str]
        found = self._typed(form, kind, plain) if value is None else (value, *form.show(value))
        self.shown[index, kind, plain] = found
        return found

    def _typed(self, form: Format, kind: str, plain: str) -> tuple[str | bool, str, str]:
        if kind == "b":
            value = plain.strip() not in FALSE
            if form.checkbox:
                return value, "☑" if value else "☐", ""
            return value, "TRUE" if value else "FALSE", ""
        if kind == "d":
            days = serial(plain, self.around.date1904)
            if days is not None:
                text, unit = form.show(days)
                return plain, text, unit
        text = cell_text(plain)
        return text, text, ""

    def _complex(
        self, index: str, kind: str, inner: str, column: int
    ) -> tuple[str | int | float | bool | None, str, str, str, CellText]:
        """Read a cell that holds more than a value: a formula, an inline string, a value oddly written."""
        form = self.formats[index]
        inline = _INLINE.search(inner)
        if inline:
            found = rich_text(inline.group(1), struck=form.struck)
            return found.text, found.text, "", "", found
        stated = _FORMULA.search(inner)
        formula = self._formula(stated.group(1), stated.group(2) or "", column) if stated else ""
        held = _VALUE.search(inner)
        plain = held.group(1) if held else ""
        if not plain:
            if stated and kind != "str":
                self.laid.without_value.append(cell_name(self.row, column))
            return ("" if kind == "str" else None), "", "", formula, EMPTY
        if kind == "s":
            string = self.around.strings.get(plain, struck=form.struck)
            found = CellText(string) if isinstance(string, str) else string
            return found.text, found.text, "", formula, found
        return (*(self.shown.get((index, kind, plain)) or self._shown(index, kind, plain)), formula, EMPTY)

    def _formula(self, own: str, body: str, column: int) -> str:
        text = cell_text(body)
        if not own:
            return "=" + text
        stated = attributes(own)
        kind = stated.get("t", "")
        if kind == "shared":
            key = stated.get("si", "")
            if text:
                self.masters[key] = (self.row, column, text)
            elif key in self.masters:
                top, left, master = self.masters[key]
                text = moved(master, self.row - top, column - left)
        elif kind == "array" and text:
            return "{=" + text + "}"
        elif kind == "dataTable":
            return f"{{=TABLE({stated.get('r2', '')},{stated.get('r1', '')})}}"
        return "=" + text

    def _finish(self) -> Laid:
        """Add merged ranges that no cell stands for, drop formats far from any content, cut spans to the sheet."""
        laid, cells = self.laid, self.laid.cells
        bottom, right = self.bottom + _ROWS_AFTER, self.right + _COLUMNS_AFTER
        spare = [
            Cell(
                area.top,
                area.left,
                None,
                "",
                row_span=area.bottom - area.top + 1,
                column_span=area.right - area.left + 1,
            )
            for area in self.spans.values()
            if area[:2] != area[2:] and area.top <= bottom and area.left <= right
        ]
        rows = max((cell.row for cell in cells), default=-1) + 1
        columns = max((cell.column for cell in cells), default=-1) + 1
        if spare or self.disordered or rows > bottom + 1 or columns > right + 1:
            kept = [cell for cell in (*cells, *spare) if cell.row <= bottom and cell.column <= right]
            cells = sorted({(cell.row, cell.column): cell for cell in kept}.values(), key=lambda c: (c.row, c.column))
            self.spanned = [place for place, cell in enumerate(cells) if cell.row_span > 1 or cell.column_span > 1]
            rows = max((cell.row for cell in cells), default=-1) + 1
            columns = max((cell.column for cell in cells), default=-1) + 1
        wide = [cells[place] for place in self.spanned]
        rows = max([rows, *(cell.row + cell.row_span for cell in wide if cell.row_span <= _TALL)])
        columns = max([columns, *(cell.column + cell.column_span for cell in wide if cell.column_span <= _WIDE)])
        styles: dict[tuple[CellStyle, int], CellStyle] = {}
        for place, cell in zip(self.spanned, wide, strict=True):
            row_span, column_span = min(cell.row_span, rows - cell.row), min(cell.column_span, columns - cell.column)
            marks = cell.marks
            if marks:
                bottom, right = cell.row + row_span - 1, cell.column + column_span - 1
                marks = self._span_marks(marks, Area(cell.row, cell.column, bottom, right))
            borders = cell.style.borders | self.ruled.get((cell.row, cell.column), 0)
            style = cell.style
            if borders != style.borders:
                style = styles.setdefault((style, borders), replace(style, borders=borders))
            if (row_span, column_span, marks, style) != (cell.row_span, cell.column_span, cell.marks, cell.style):
                cells[place] = replace(cell, row_span=row_span, column_span=column_span, marks=marks, style=style)
        laid.cells, laid.rows, laid.columns = cells, rows, columns
        return laid

    def _span_marks(self, marks: frozenset[Mark], area: Area) -> frozenset[Mark]:
        """A merged range is hidden only where no part of it shows, and outside only where it meets no print area."""
        if Mark.HIDDEN in marks:
            hidden_rows, hidden_columns = self.laid.hidden_rows, self.around.hidden_columns
            if any(row not in hidden_rows for row in range(area.top, area.bottom + 1)) and any(
                not _within(column, hidden_columns) for column in range(area.left, area.right + 1)
            ):
                marks = marks - {Mark.HIDDEN}
        if Mark.OUTSIDE_PRINT_AREA in marks and any(area.meets(printed) for printed in self.around.print_areas):
            marks = marks - {Mark.OUTSIDE_PRINT_AREA}
        return marks


def _columns_under(areas: Sequence[Area]) -> set[int]:
    """Collect the columns of ranges, each once however often ranges overlap."""
    under: set[int] = set()
    reached = -1
    for left, right in sorted((area.left, area.right) for area in areas):
        if right > reached:
            under.update(range(max(left, reached + 1), right + 1))
            reached = right
    return under


def _within(column: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= column <= last for first, last in ranges)
