# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""Broken and hostile workbooks cost nothing, and what can be read of them is read."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.model.finding import Finding, Severity
from genba.model.sheet import Sheet
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.readers.xlsx import read
from tests.readers.xlsx.build import MAIN, codes_of, of, package, parts_of, sheet_of, worksheet, zipped

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def test_ranges_over_the_whole_sheet_cost_nothing_and_spans_end_with_the_content() -> None:
    xml = worksheet(
        '<row r="1"><c r="A1"><v>1</v></c><c r="C1" s="3"/></row><row r="1048576"><c r="XFD1048576" s="3"/></row>',
        before='<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" width="9"/></cols>',
        after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
        '<dataValidations><dataValidation type="list" sqref="A1:XFD1048576"><formula1>$A:$XFD</formula1>'
        "</dataValidation></dataValidations>",
    )
    start = time.perf_counter()
    sheet = sheet_of(package({"S": xml}))
    assert time.perf_counter() - start < 2
    assert sheet.rows < 200 and sheet.columns < 300
    assert sheet.cells[0].row_span <= sheet.rows and sheet.cells[0].column_span <= sheet.columns


def test_rows_formatted_to_the_end_of_the_sheet_are_not_kept() -> None:
    rows = ROW + "".join(f'<row r="{n}"><c r="A{n}" s="3"/><c r="B{n}" s="3"/></row>' for n in range(2, 3000))
    assert len(sheet_of(package({"S": worksheet(rows)})).cells) < 250


@pytest.mark.parametrize(
    "rows",
    [
        '<!-- c --><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        "<row><c><v>1</v></c></row>",
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row r="1"><c t="n" r="A1" ><v >1</v></c></row>',
    ],
)
def test_unusual_but_sound_xml_gives_the_same_cells(rows: str) -> None:
    (cell,) = sheet_of(package({"S": worksheet(rows)})).cells
    assert (cell.row, cell.column, cell.value) == (0, 0, 1)


def test_prefixed_elements_and_strict_namespaces_are_read() -> None:
    main = MAIN.replace("xmlns=", "xmlns:x=")
    prefixed = f'<x:worksheet {main}><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>字</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    assert sheet_of(package({"S": prefixed})).cells[0].text == "字"
    strict = worksheet(ROW, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>').replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    assert sheet_of(package({"S": strict})).cells[0].column_span == 2


def test_a_sheet_that_breaks_off_keeps_its_first_rows_and_the_next_sheet() -> None:
    whole = worksheet(ROW + '<row r="2"><c r="A2"><v>2</v></c></row>')
    data = package({"A": whole[: whole.index("<v>2")], "B": worksheet(ROW)})
    sheets = of(parts_of(data), Sheet)
    assert [[cell.value for cell in sheet.cells] for sheet in sheets] == [[1], [1]]
    assert codes_of(data) == ["xml.broken"]


def test_a_missing_sheet_part_is_a_blocker_for_that_sheet_only() -> None:
    data = package({"A": worksheet(ROW), "B": worksheet(ROW)}, relations=[("s1", "worksheet", "worksheets/none.xml")])
    parts = parts_of(data)
    assert [sheet.name for sheet in of(parts, Sheet)] == ["B"]
    (finding,) = of(parts, Finding)
    assert (finding.code, finding.severity, finding.place.sheet) == ("ooxml.part_missing", Severity.BLOCKER, "A")


def test_document_types_are_refused_where_they_stand() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + worksheet('<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>')
    data = package({"A": bomb, "B": worksheet(ROW)})
    assert codes_of(data) == ["xml.doctype"]
    assert [sheet.name for sheet in of(parts_of(data), Sheet)] == ["B"]


def test_damaged_shared_strings_are_reported_and_numbers_stay() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>7</v></c></row>'
    data = package({"S": worksheet(rows)}, strings="<si><t>残る</t></si><si><t>切れ")
    assert [cell.text for cell in sheet_of(data).cells] == ["残る", "7"]
    assert codes_of(data) == ["xml.broken"]


def test_damaged_formats_are_reported_and_values_stay() -> None:
    data = package(
        {"S": worksheet('<row r="1"><c r="A1" s="1"><v>12000</v></c></row>')}, styles="<styleSheet><cellXfs>"
    )
    (cell,) = sheet_of(data).cells
    assert (cell.value, cell.text) == (12000, "12000")
    assert codes_of(data) == ["xml.broken"]


def test_what_is_no_workbook_is_refused() -> None:
    for data in (b"", b"PK\x03\x04broken", zipped({"a.txt": "x"})):
        with pytest.raises(InvalidInput):
            parts_of(data)


def test_macros_are_named_and_never_touched() -> None:
    data = package(
        {"S": worksheet(ROW)}, relations=[("v", "vbaProject", "vbaProject.bin")], parts={"xl/vbaProject.bin": b"x"}
    )
    assert codes_of(data) == ["xlsx.macros"]


def test_many_overlapping_merged_ranges_end_in_time() -> None:
    merges = "".join(f'<mergeCell ref="A{n}:XFD{n + 500000}"/>' for n in range(1, 3000))
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 300))
    start = time.perf_counter()
    parts_of(package({"S": worksheet(rows, after=f"<mergeCells>{merges}</mergeCells>")}))
    assert time.perf_counter() - start < 10


@settings(max_examples=60)
@given(st.data())
def test_no_damage_to_a_package_escapes_as_another_error(data: st.DataObject) -> None:
    whole = bytearray(package({"S": worksheet(ROW)}, strings="<si><t>文字</t></si>"))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        list(read(Blob(name="x.xlsx", size_bytes=len(cut), open=lambda: io.BytesIO(cut)), Limits()))
    except InvalidInput:
        pass


@settings(max_examples=80)
@given(st.text(alphabet='<>/="rcvtis AB12 &;#', max_size=60))
def test_any_text_between_rows_gives_cells_or_a_finding(noise: str) -> None:
    parts_of(package({"S": worksheet(ROW + noise)}))
