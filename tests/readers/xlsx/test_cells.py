# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""Cells come as stored and as displayed, with formulas, marks and spans; nothing is lost without a word."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.formats.ranges import cell_name
from genba.model.finding import Finding
from genba.model.marks import Mark, Reading
from genba.model.sheet import Sheet
from tests.readers.xlsx.build import cells_of, codes_of, of, package, parts_of, sheet_of, worksheet

HIDDEN = frozenset((Mark.HIDDEN,))


def test_a_number_keeps_its_value_and_shows_as_excel_shows_it() -> None:
    cell = cells_of('<row r="1"><c r="A1" s="1"><v>12000</v></c></row>')["A1"]
    assert (cell.value, cell.text, cell.unit) == (12000, "12,000円", "円")


def test_booleans_errors_and_dates_written_out_are_shown_as_text() -> None:
    rows = '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="str"><v>a&amp;b</v></c></row>'
    cells = cells_of(rows)
    assert [(c.value, c.text) for c in cells.values()] == [(True, "TRUE"), ("#N/A", "#N/A"), ("a&b", "a&b")]


def test_a_formula_without_a_stored_value_is_kept_and_reported() -> None:
    data = package({"S": worksheet('<row r="2"><c r="B2"><f>A1*2</f><v></v></c><c r="C2"><f>B2</f></c></row>')})
    cell = sheet_of(data).cells[0]
    assert (cell.value, cell.text, cell.formula) == (None, "", "=A1*2")
    (finding,) = of(parts_of(data), Finding)
    assert (finding.code, finding.count, finding.place.range) == ("xlsx.formula_without_value", 2, "B2")


def test_an_empty_text_as_stored_result_is_no_missing_value() -> None:
    data = package({"S": worksheet('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>')})
    assert sheet_of(data).cells[0].value == ""
    assert codes_of(data) == []


def test_shared_formulas_are_moved_to_the_cell_that_uses_them() -> None:
    rows = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B2" si="0">A1*$C$1+LOG10(A1)&amp;"A1"</f><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    cells = cells_of(rows)
    assert cells["B2"].formula == '=A2*$C$1+LOG10(A2)&"A1"'
    assert cells["B2"].value == 2


def test_struck_through_runs_leave_the_text_and_are_kept_apart() -> None:
    rich = "<si><r><t>新しい</t></r><r><rPr><strike/></rPr><t>古い</t></r></si>"
    cell = cells_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=rich)["A1"]
    assert (cell.text, cell.withdrawn, cell.marks) == ("新しい", "古い", frozenset((Mark.PARTLY_WITHDRAWN,)))


def test_a_cell_struck_through_as_a_whole_keeps_its_text_and_is_marked() -> None:
    strings = "<si><r><rPr><strike/></rPr><t>全部</t></r></si><si><t>書式で</t></si>"
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="2" t="s"><v>1</v></c><c r="C1" s="2"><v>5</v></c>'
        '<c r="D1" s="2" t="inlineStr"><is><t>行内</t></is></c></row>'
    )
    cells = cells_of(rows, strings=strings)
    assert [cell.text for cell in cells.values()] == ["全部", "書式で", "5", "行内"]
    assert all(cell.marks == frozenset((Mark.WITHDRAWN,)) for cell in cells.values())


def test_a_strike_that_is_switched_off_withdraws_nothing() -> None:
    rich = '<si><r><rPr><strike val="0"/></rPr><t>有効</t></r></si>'
    cell = cells_of('<row r="1"><c r="A1" s="2" t="s"><v>0</v></c></row>', strings=rich)["A1"]
    assert (cell.text, cell.marks) == ("有効", frozenset())


def test_furigana_are_readings_of_their_base_and_never_part_of_the_text() -> None:
    spoken = '<si><t>返りと𠮷野</t><rPh sb="0" eb="2"><t>バリ</t></rPh><rPh sb="3" eb="6"><t>ヨシノ</t></rPh><phoneticPr fontId="1"/></si>'
    cell = cells_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=spoken)["A1"]
    assert cell.text == "返りと𠮷野"
    assert cell.readings == (Reading(base="返り", reading="バリ"), Reading(base="𠮷野", reading="ヨシノ"))


def test_escaped_line_ends_and_control_letters_are_resolved() -> None:
    strings = "<si><t>一行_x000D_\n二行_x005F_x0041_&#x2460;</t></si>"
    cell = cells_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=strings)["A1"]
    assert cell.text == "一行\n二行_x0041_①"


def test_merged_ranges_become_spans_and_what_they_cover_is_reported() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="3"/></row><row r="2"><c r="A2"><v>9</v></c></row>'
    data = package({"S": worksheet(rows, after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>')})
    sheet = sheet_of(data)
    assert [(c.row, c.column, c.row_span, c.column_span) for c in sheet.cells] == [(0, 0, 2, 2)]
    assert (sheet.rows, sheet.columns) == (2, 2)
    assert codes_of(data) == ["xlsx.covered_values"]


def test_a_merged_range_has_the_outer_edges_of_the_cells_under_it() -> None:
    rows = (
        '<row r="1"><c r="A1" s="0"><v>1</v></c><c r="B1" s="0"/><c r="C1" s="3"/></row>'
        '<row r="2"><c r="A2" s="3"/><c r="B2" s="0"/><c r="C2" s="0"/></row>'
    )
    cells = cells_of(rows, after='<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')
    assert cells["A1"].style.borders == 15  # top and right by C1, left and bottom by A2
    plain = cells_of(rows.replace('s="3"', 's="0"'), after='<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')
    assert plain["A1"].style.borders == 0


def test_a_merged_range_without_a_cell_of_its_own_still_spans() -> None:
    cells = cells_of(
        '<row r="1"><c r="A1"><v>1</v></c></row>', after='<mergeCells><mergeCell ref="B2:C3"/></mergeCells>'
    )
    assert (cells["B2"].row_span, cells["B2"].column_span) == (2, 2)


def test_empty_cells_are_kept_only_where_a_border_draws_something() -> None:
    cells = cells_of('<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="3"/><c r="C1" s="0"/></row>')
    assert list(cells) == ["A1", "B1"]
    assert cells["B1"].style.borders == 15


@pytest.mark.parametrize("row", ['hidden="1"', 'ht="0" customHeight="1"'])
def test_hidden_rows_and_rows_without_height_are_marked(row: str) -> None:
    assert cells_of(f'<row r="1" {row}><c r="A1"><v>1</v></c></row>')["A1"].marks == HIDDEN


@pytest.mark.parametrize("column", ['hidden="1" width="8"', 'width="0" customWidth="1"'])
def test_hidden_columns_and_columns_without_width_are_marked(column: str) -> None:
    cells = cells_of(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
        before=f'<cols><col min="2" max="16384" {column}/></cols>',
    )
    assert (cells["A1"].marks, cells["B1"].marks) == (frozenset(), HIDDEN)


def test_a_merged_range_is_hidden_only_where_no_part_of_it_shows() -> None:
    rows = (
        '<row r="1" hidden="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"/></row><row r="3"><c r="A3"/></row>'
    )
    merges = '<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="B1:B2"/></mergeCells>'
    cells = cells_of(rows, after=merges)
    assert (cells["A1"].marks, cells["B1"].marks) == (frozenset(), HIDDEN)


def test_what_lies_outside_every_print_area_is_marked() -> None:
    names = '<definedName name="_xlnm.Print_Area" localSheetId="0">S!$A$1:$B$2,S!$D$1</definedName>'
    cells = cells_of(
        '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c><c r="D1"><v>3</v></c></row><row r="9"><c r="A9"><v>4</v></c></row>',
        names=names,
    )
    assert [Mark.OUTSIDE_PRINT_AREA in cell.marks for cell in cells.values()] == [False, True, False, True]


def test_dates_of_the_1904_system_show_the_right_day() -> None:
    styles_cell = '<row r="1"><c r="A1" s="1"><v>0</v></c></row>'
    from tests.readers.xlsx.build import STYLES

    dated = STYLES.replace("#,##0&quot;円&quot;", "yyyy/m/d")
    assert cells_of(styles_cell, styles=dated)["A1"].text == "1900/1/0"
    assert cells_of(styles_cell, styles=dated, settings='<workbookPr date1904="1"/>')["A1"].text == "1904/1/1"


def test_links_of_cells_and_of_formulas_are_kept() -> None:
    from tests.readers.xlsx.build import relationships

    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>'
        '<c r="C1" t="str"><f>HYPERLINK("https://example.jp/c","C")</f><v>C</v></c></row>'
    )
    links = '<hyperlinks><hyperlink ref="A1" r:id="h"/><hyperlink ref="B1" location="S!A1"/></hyperlinks>'
    rels = relationships([("h", "hyperlink", "https://example.jp/a")])
    cells = cells_of(rows, after=links, parts={"xl/worksheets/_rels/sheet1.xml.rels": rels})
    assert [cell.link for cell in cells.values()] == ["https://example.jp/a", "#S!A1", "https://example.jp/c"]


def test_text_around_a_text_by_its_number_format_is_shown() -> None:
    from tests.readers.xlsx.build import STYLES

    styles = STYLES.replace("#,##0&quot;円&quot;", "&quot;第&quot;@&quot;号&quot;")
    cell = cells_of('<row r="1"><c r="A1" s="1" t="inlineStr"><is><t>12</t></is></c></row>', styles=styles)["A1"]
    assert (cell.value, cell.text) == ("12", "第12号")


VALUES = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1, max_size=20
    ),
)


@settings(max_examples=40)
@given(st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 40)), VALUES, min_size=1, max_size=30))
def test_values_written_by_another_program_come_back(values: dict[tuple[int, int], Any]) -> None:
    book = openpyxl.Workbook()
    for (row, column), value in values.items():
        cell = book.active.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins with = stays a text
    stream = io.BytesIO()
    book.save(stream)
    sheet = of(parts_of(stream.getvalue()), Sheet)[0]
    found = {cell_name(cell.row, cell.column): cell.value for cell in sheet.cells}
    expected = {cell_name(row - 1, column - 1): value for (row, column), value in values.items()}
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == (value if not isinstance(value, float) else pytest.approx(value, rel=1e-12)), name
