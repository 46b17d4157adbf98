"""Level 2, each rule with files that keep it and files that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genba.formats.ranges import Area
from genba.model.cells import CellStyle
from genba.model.finding import Finding
from genba.model.sheet import CodeList
from genba.model.table import Column, ColumnType
from tests.schemes.tables_by_hand import Book, Raw, failures, judged, text_file, tidy


def book(name: str, *values: Raw) -> Book:
    return Book([["品名", name], *([f"部品{at}", value] for at, value in enumerate(values))])


@pytest.mark.parametrize("odd", ["1,200", "12円", "3※1", "１２", "12", "▲5", "要確認"])
def test_amounts_with_text_in_them_fail(odd: str) -> None:
    assert "L2-01" in judged(book("金額(円)", 10, 20, 30, odd))[0]


def test_numbers_shown_with_a_unit_by_their_format_pass() -> None:
    shown = book("金額", 1200, 1300, 1400)
    shown.styles = {(row, 1): CellStyle(number_format='#,##0"円";▲#,##0"円"') for row in (1, 2, 3)}
    assert "L2-01" not in judged(shown)[0]


@pytest.mark.parametrize("name", ["品番", "ロットNo.", "電話番号", "社員コード"])
def test_figures_that_name_things_are_no_amounts(name: str) -> None:
    assert "L2-01" not in judged(book(name, "0012", "13", "14", "15"))[0]


def test_marks_for_missing_values_are_left_to_another_rule() -> None:
    assert "L2-01" not in judged(book("重量(kg)", 1.0, 2.0, 3.0, "-"))[0]


def test_plain_digits_in_a_csv_pass_and_thousands_fail() -> None:
    assert "L2-01" not in failures(*text_file(["重量(kg)"], [["1.5"], ["20"], ["3"]]))[0]
    assert "L2-01" in failures(*text_file(["重量(kg)"], [["1.5"], ["2,000"], ["3"]]))[0]


def test_typed_columns_pass_after_refinement() -> None:
    written = book("金額", "1,200円", "800円", "900円")
    number = Column(name="金額", type=ColumnType.INTEGER, unit="円")
    written.refined_table = tidy(
        ["品名", "金額"], [["a", 1200], ["b", 800], ["c", 900]], written.place, {"金額": number}
    )
    first, second = judged(written)
    assert "L2-01" in first and "L2-01" not in second
    written.refined_table = None  # left as strings
    assert "L2-01" in judged(written)[1]


@pytest.mark.parametrize("mark", ["同上", "〃", "″"])
def test_ditto_marks_fail(mark: str) -> None:
    assert "L2-02" in judged(book("工程", "旋削", mark, "研削"))[0]


def test_cells_merged_downwards_fail_until_filled() -> None:
    merged = Book([["工程", "不良"], ["旋削", "キズ"], [None, "打痕"], ["研削", "焼け"]])
    merged.spans[1, 0] = (2, 1)
    merged.refined_table = tidy(["工程", "不良"], [["旋削", "キズ"], ["旋削", "打痕"], ["研削", "焼け"]], merged.place)
    first, second = judged(merged)
    assert "L2-02" in first and "L2-02" not in second


LEADING = [["ライン", "設備"], ["A棟", "旋盤1"], [None, "旋盤2"], [None, "旋盤3"], ["B棟", "研削1"], [None, "研削2"]]


def test_gaps_below_values_of_a_leading_column_fail() -> None:
    assert "L2-02" in judged(Book(LEADING))[0]


def test_missing_remarks_and_unfilled_numbers_are_no_omissions() -> None:
    remarks = Book([["設備", "備考"], ["旋盤1", "更新"], ["旋盤2", None], ["旋盤3", None], ["旋盤4", None]])
    assert "L2-02" not in judged(remarks)[0]
    numbers = Book([["No.", "作業"], ["1", "a"], [None, "b"], [None, "c"], [None, "d"], ["2", "e"]])
    assert "L2-02" not in judged(numbers)[0]


def test_a_header_of_two_rows_fails_until_joined() -> None:
    first, second = judged(Book([["測定値", None], ["1回目", "2回目"], [1.0, 2.0], [1.1, 2.1]], header_rows=2))
    assert "L2-03" in first and "L2-03" not in second


def test_names_that_occur_twice_fail() -> None:
    assert "L2-03" in judged(Book([["数", "数"], ["a", "b"], ["c", "d"]], refined=None))[0]
    assert "L2-03" not in judged(Book([["良品", "不良"], ["a", "b"], ["c", "d"]]))[0]
    repeated = Finding(code="csv.duplicate_headers", count=1)
    assert "L2-03" in failures(*text_file(["数", "数_2"], [["1", "2"]], findings=[repeated]))[0]


ANSWERS = ["実施", "未実施", "実施", "検討中", "実施", "未実施", "検討中", "実施", "未実施", "検討中"]


@pytest.mark.parametrize("variant", ["実 施", "実施 "])
def test_an_answer_spelt_in_two_ways_fails(variant: str) -> None:
    assert "L2-04" in judged(book("状況", *ANSWERS, variant))[0]


@pytest.mark.parametrize(("first", "second"), [("○", "◯"), ("OK", "ＯＫ"), ("ﾌﾟﾚｽ", "プレス")])
def test_answers_that_only_look_different_fail(first: str, second: str) -> None:
    assert "L2-04" in judged(book("判定", *[first, "×", second, "×"] * 3))[0]


def test_answers_spelt_alike_pass_and_part_numbers_are_no_answers() -> None:
    assert "L2-04" not in judged(book("状況", *ANSWERS))[0]
    assert "L2-04" not in judged(book("品番", *["KG-1", "ＫＧ－１"] * 6))[0]


def test_an_answer_outside_its_list_fails() -> None:
    listed = book("工程", "旋削", "研削", "旋盤")
    place = str(Area(1, 1, 3, 1))
    listed.code_lists = (CodeList(range=place, values=("旋削", "研削")),)
    column = Column(name="工程", codes=("旋削", "研削"))
    rows = [["a", "旋削"], ["b", "研削"], ["c", "旋盤"]]
    listed.refined_table = tidy(["品名", "工程"], rows, listed.place, {"工程": column})
    assert "L2-04" in judged(listed)[0]
    listed.refined_table = replace(listed.refined_table, columns=(Column(name="品名"), Column(name="工程")))
    assert "L2-04" not in judged(listed)[0]


@pytest.mark.parametrize("text", ["その他（治具不良）", "その他：停電", "その他(材料待ち)"])
def test_details_within_the_answer_other_fail(text: str) -> None:
    assert "L2-05" in judged(book("原因", "摩耗", text, "段取"))[0]


@pytest.mark.parametrize("text", ["その他", "その他の部品", "摩耗（大）"])
def test_the_bare_answer_other_passes(text: str) -> None:
    assert "L2-05" not in judged(book("原因", "摩耗", text, "段取"))[0]


def test_formulas_fail_and_become_values() -> None:
    summed = book("計(個)", 1, 2, 3)
    summed.formulas = {(3, 1): "=B2+B3"}
    first, second = judged(summed)
    assert "L2-06" in first and "L2-06" not in second
    assert "L2-06" not in judged(book("計(個)", 1, 2, 3))[0]


def test_a_formula_without_result_stays_failed() -> None:
    lost = book("計(個)", 1, 2, 3, None)
    lost.formulas = {(4, 1): "=SUM(B2:B4)"}
    lost.spans[4, 1] = (1, 1)
    assert "L2-06" in judged(lost)[1]
