"""Tests of the xls reader, on workbooks written by xlwt and on a real one."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.model.marks import Mark
from genba.model.nodes import Paragraph
from genba.model.sheet import Sheet
from tests.readers.blobs import codes_of, of_kind, parts_of


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(book: Any, **limits: int) -> Sheet:
    return of_kind(parts_of(saved(book), "a.xls", **limits), Sheet)[0]


def texts_of(sheet: Sheet) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.column): cell.text for cell in sheet.cells}


def test_values_are_given_as_stored_and_as_displayed() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("検査")
    cases: list[tuple[Any, str, str]] = [
        (7, "00000", "00007"),
        (12000, '#,##0"円"', "12,000円"),
        (0.5, '"±"0.00"mm"', "±0.50mm"),
        (0.125, "0.0%", "12.5%"),
        (date(2026, 3, 18), '[$-411]ggge"年"m"月"d"日"', "令和8年3月18日"),
        (-1234.5, '#,##0.0;"▲"#,##0.0', "▲1,234.5"),
        ("髙橋①", "General", "髙橋①"),
        (True, "General", "TRUE"),
    ]
    for row, (value, code, _) in enumerate(cases):
        sheet.write(row, 0, value, xlwt.easyxf(num_format_str=code))
    found = sheet_of(book)
    assert [cell.text for cell in found.cells] == [shown for _, _, shown in cases]
    assert found.cells[0].value == 7
    assert (found.cells[1].unit, found.cells[2].unit) == ("円", "mm")


def test_spans_borders_and_hidden_rows_are_kept() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write_merge(0, 1, 0, 2, "題名")
    sheet.write(3, 0, "隠し")
    sheet.row(3).hidden = True
    sheet.write(4, 1, "", xlwt.easyxf("borders: left thin, top thin"))
    sheet.col(5).hidden = True
    sheet.write(5, 5, "列")
    book.add_sheet("裏").visibility = 1
    first, second = of_kind(parts_of(saved(book), "a.xls"), Sheet)
    cells = {(cell.row, cell.column): cell for cell in first.cells}
    assert (cells[0, 0].row_span, cells[0, 0].column_span) == (2, 3)
    assert [key for key in cells if key[0] < 2] == [(0, 0)]
    assert Mark.HIDDEN in cells[3, 0].marks
    assert Mark.HIDDEN in cells[5, 5].marks
    assert cells[4, 1].style.borders == 3
    assert Mark.HIDDEN in second.marks


def test_struck_text_is_marked_and_struck_runs_are_taken_out() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    struck = xlwt.easyfont("struck_out on")
    sheet.write(0, 0, "廃止", xlwt.easyxf("font: struck_out on"))
    sheet.write_rich_text(1, 0, [("20", struck), ("24.5 mm", xlwt.easyfont(""))])
    whole, part = sheet_of(book).cells
    assert Mark.WITHDRAWN in whole.marks
    assert (part.text, part.withdrawn) == ("24.5 mm", "20")
    assert Mark.PARTLY_WITHDRAWN in part.marks


def test_a_shared_string_over_many_records_is_whole() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    texts = [f"{number}" + "あa" * 3000 for number in range(12)]
    for row, text in enumerate(texts):
        sheet.write(row, 0, text)
    assert list(texts_of(sheet_of(book)).values()) == texts


def test_the_limit_on_cells_holds() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for row in range(50):
        sheet.write(row, 0, row)
    parts = parts_of(saved(book), "a.xls", cells=20)
    assert len(of_kind(parts, Sheet)[0].cells) == 20
    assert "xls.too_many_cells" in codes_of(parts)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 40), st.integers(0, 20)),
        st.text("aあ①", max_size=5) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        max_size=20,
    )
)
def test_every_value_comes_back(values: dict[tuple[int, int], str | int | float]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for (row, column), value in values.items():
        sheet.write(row, column, value)
    found = {(cell.row, cell.column): cell.value for cell in sheet_of(book).cells}
    assert found == {
        key: float(value) if isinstance(value, int) else value for key, value in values.items() if value != ""
    }


@settings(max_examples=60)
@given(st.data())
def test_damage_ends_in_findings_not_in_crashes(data: st.DataObject) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "文字")
    sheet.write_merge(1, 2, 0, 1, 1.5)
    packed = bytearray(saved(book))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(512, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        parts_of(bytes(packed), "a.xls")
    except InvalidInput:
        pass


def test_the_real_form_gives_what_calamine_gives_and_its_text_boxes(real_data: Path) -> None:
    import python_calamine

    path = real_data / "documents" / "exstruct-bsd3" / "sample.xls"
    parts = parts_of(path.read_bytes(), "sample.xls")
    sheets = of_kind(parts, Sheet)
    other = python_calamine.CalamineWorkbook.from_path(str(path))
    for sheet in sheets:
        rows = other.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        expected = {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row) if value != ""}
        assert {(cell.row, cell.column): cell.value for cell in sheet.cells if cell.value is not None} == pytest.approx(
            expected
        )
    boxes = [top.text for top in sheets[2].on_top if isinstance(top, Paragraph)]
    assert "湖南市中央" in boxes
