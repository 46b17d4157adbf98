"""Level 3, each rule with files that keep it and files that do not."""

from __future__ import annotations

from datetime import date

import pytest

from genba.model.cells import CellStyle
from genba.model.sheet import CodeList
from genba.model.table import Column, ColumnType
from tests.schemes.tables_by_hand import Book, Raw, failures, judged, text_file, tidy


def book(name: str, *values: Raw) -> Book:
    return Book([["品名", name], *([f"部品{at}", value] for at, value in enumerate(values))])


def test_a_title_above_the_header_fails_until_it_stands_apart() -> None:
    titled = Book([["品名"], ["軸"], ["歯車"]], top=1)
    titled.outside[0, 0] = "部品一覧"
    first, second = judged(titled)
    assert "L3-01" in first and "L3-01" not in second
    assert "L3-01" not in judged(Book([["品名"], ["軸"], ["歯車"]]))[0]


def test_a_csv_begins_with_its_header() -> None:
    assert "L3-01" not in failures(*text_file(["a"], [["x"]]))[0]
    assert "L3-01" in failures(*text_file(["a"], [["x"]], line=3))[0]


CODES = ["1", "2", "3"] * 4


def test_codes_without_a_table_of_codes_fail() -> None:
    assert "L3-02" in judged(book("不良区分", *CODES))[0]
    assert "L3-02" not in judged(book("不良区分", *["キズ", "打痕", "欠品"] * 4))[0]


def test_codes_with_a_list_of_values_or_a_note_pass() -> None:
    listed = book("不良区分", *CODES)
    listed.code_lists = (CodeList(range="B2:B13", values=("1", "2", "3")),)
    assert "L3-02" not in judged(listed)[0]
    noted = book("不良区分", *CODES)
    noted.outside[20, 0] = "※1：キズ 2：打痕 3：欠品"
    assert not {"L3-02"} & set().union(*judged(noted))


def test_verdicts_ok_and_ng_explain_themselves() -> None:
    assert "L3-02" not in judged(book("判定", *["OK", "NG"] * 6))[0]


def test_marks_among_amounts_need_a_definition() -> None:
    assert "L3-03" in judged(book("重量(kg)", 1.0, 2.0, 3.0, "X"))[0]
    noted = book("重量(kg)", 1.0, 2.0, 3.0, "X")
    noted.outside[9, 0] = "※「X」は秘匿"
    assert "L3-03" not in judged(noted)[0]
    assert "L3-03" not in judged(book("重量(kg)", 1.0, 2.0, 3.0, "欠測"))[0]


def test_marks_are_gone_where_refinement_makes_them_null() -> None:
    marked = book("重量(kg)", 1.0, 2.0, 3.0, "X")
    number = Column(name="重量", type=ColumnType.NUMBER, unit="kg")
    rows = [["a", 1.0], ["b", 2.0], ["c", 3.0], ["d", None]]
    marked.refined_table = tidy(["品名", "重量"], rows, marked.place, {"重量": number})
    assert "L3-03" not in judged(marked)[1]


@pytest.mark.parametrize("name", ["重量", "長さ", "生産数"])
def test_amounts_without_a_unit_fail(name: str) -> None:
    assert "L3-04" in judged(book(name, 1.5, 2.5, 3.5))[0]


@pytest.mark.parametrize("name", ["重量(kg)", "長さ[mm]", "単価/円", "件数", "temp_degC", "温度 ℃", "工程能力Cpk"])
def test_names_with_a_unit_or_a_count_pass(name: str) -> None:
    assert "L3-04" not in judged(book(name, 1.5, 2.5, 3.5))[0]


def test_a_unit_by_number_format_in_a_note_or_in_a_column_beside_passes() -> None:
    formatted = book("重量", 1.5, 2.5, 3.5)
    formatted.units = {(row, 1): "kg" for row in (1, 2, 3)}
    assert "L3-04" not in judged(formatted)[0]
    noted = Book([["品名", "重量"], ["a", 1.5], ["b", 2.5], ["c", 3.5]], top=1)
    noted.outside[0, 1] = "（単位：kg）"
    assert "L3-04" not in judged(noted)[0]
    beside = Book([["品名", "在庫", "単位"], ["a", 1, "個"], ["b", 2, "枚"], ["c", 3, "個"]])
    assert "L3-04" not in judged(beside)[0]


@pytest.mark.parametrize("text", ["令和7年4月1日", "R7.4.1", "4月1日", "4/1", "25/4/1"])
def test_dates_in_an_era_or_without_their_year_fail(text: str) -> None:
    assert "L3-05" in judged(book("検査日", text, text, text))[0]


def test_dates_in_several_notations_fail() -> None:
    assert "L3-05" in judged(book("検査日", "2025/4/1", "2025-04-02", "2025年4月3日"))[0]


def test_western_dates_and_stored_dates_pass() -> None:
    assert "L3-05" not in judged(book("検査日", "2025/4/1", "2025/4/12", "2025/10/3"))[0]
    stored = book("検査日", 45748, 45749, 45750)
    stored.styles = {(row, 1): CellStyle(number_format='ggge"年"m"月"d"日"') for row in (1, 2, 3)}
    assert "L3-05" not in judged(stored)[0]


def test_typed_dates_pass_after_refinement() -> None:
    written = book("検査日", "R7.4.1", "R7.4.2", "R7.4.3")
    day = Column(name="検査日", type=ColumnType.DATE)
    rows = [["a", date(2025, 4, 1)], ["b", date(2025, 4, 2)], ["c", date(2025, 4, 3)]]
    written.refined_table = tidy(["品名", "検査日"], rows, written.place, {"検査日": day})
    first, second = judged(written)
    assert "L3-05" in first and "L3-05" not in second


def test_eras_in_names_need_the_western_year() -> None:
    assert "L3-05" in judged(Book([["品名", "令和6年度"], ["軸", "a"], ["歯車", "b"]]))[0]
    assert "L3-05" not in judged(Book([["品名", "令和6年度(2024)"], ["軸", "a"], ["歯車", "b"]]))[0]


def test_prefectures_are_written_in_full() -> None:
    assert "L3-06" in judged(book("産地", "東京", "大阪", "愛知"))[0]
    assert "L3-06" not in judged(book("産地", "東京都", "大阪府", "北海道"))[0]
    assert "L3-06" not in judged(book("担当", "千葉", "佐藤", "鈴木"))[0]


def test_definitions_source_and_history_are_asked_for() -> None:
    plain = Book([["品名"], ["軸"], ["歯車"]])
    assert "L3-08" in judged(plain)[0]
    plain.outside = {(9, 0): "※項目の定義：品名は図面の名称", (10, 0): "※更新日 2025/4/1"}
    assert "L3-08" not in judged(plain)[0]


def test_a_csv_also_tells_its_encoding() -> None:
    notes = ["項目の定義：略", "更新日：2025/4/1"]
    assert "L3-08" in failures(*text_file(["a"], [["x"]], notes=notes))[0]
    assert "L3-08" not in failures(*text_file(["a"], [["x"]], notes=[*notes, "文字コード：UTF-8（BOMあり）"]))[0]


@pytest.mark.parametrize("names", [("4月", "5月", "6月"), ("2022", "2023", "2024"), ("1回目", "2回目", "3回目")])
def test_periods_and_repetitions_along_the_columns_fail(names: tuple[str, ...]) -> None:
    wide = Book([["品名", *names, "計"], ["軸", 1, 2, 3, 6], ["歯車", 4, 5, 6, 15]])
    assert all("L3-09" in rules for rules in judged(wide))


def test_different_columns_side_by_side_pass() -> None:
    tall = Book([["品名", "重量(kg)", "長さ(mm)", "数量(個)"], ["軸", 1, 2, 3], ["歯車", 4, 5, 6]])
    assert not any("L3-09" in rules for rules in judged(tall))
