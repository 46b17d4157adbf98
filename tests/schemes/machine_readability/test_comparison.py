"""One file's scores: properties over any sheet, and workbooks read and refined as in a run."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import PatternFill

from genba.app.inspect import inspect
from genba.model.document import Document
from genba.model.score import Score
from genba.schemes.machine_readability import compare
from tests.schemes.tables_by_hand import Book, Raw, failures, source

values: st.SearchStrategy[Raw] = st.one_of(
    st.none(),
    st.integers(-9, 9_999),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.booleans(),
    st.sampled_from(
        ["同上", "①", "1,200円", "軸、歯車", "軸", "その他（x）", "R7.4.1", "2025/4/1", "-", "氏　名", "東京", "a\nb"]
    ),
    st.text(max_size=8),
)


@st.composite
def books(draw: st.DrawFn) -> Book:
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(values, min_size=width, max_size=width), min_size=2, max_size=8))
    rows[0][0] = "品名"
    book = Book(rows, top=draw(st.integers(0, 2)), left=draw(st.integers(0, 1)))
    if draw(st.booleans()):
        book.outside[20, 0] = draw(st.text(min_size=1, max_size=10))
    return book


@given(books())
def test_scores_of_any_sheet_lie_within_0_and_100_and_repeat(book: Book) -> None:
    scores = compare(book.original(), book.refined())
    assert [score.level for score in scores] == [1, 2, 3]
    for score in scores:
        for points, failed in ((score.before, score.failed_before), (score.after, score.failed_after)):
            assert points is None or 0 <= points <= 100
            assert (points is None or points == 100) == (not failed)
            assert failed == tuple(sorted(failed))
    assert compare(book.original(), book.refined()) == scores


@given(books(), st.data())
def test_one_more_merged_cell_never_raises_level_1_before(book: Book, data: st.DataObject) -> None:
    apart = _level1(compare(book.original(), book.refined()))
    row = data.draw(st.integers(0, len(book.rows) - 1))
    column = data.draw(st.integers(0, book.width - 1))
    refined = book.refined()
    book.spans[row, column] = data.draw(st.sampled_from([(2, 1), (1, 2), (2, 2)]))
    merged = _level1(compare(book.original(), refined))
    assert merged is not None and apart is not None and merged <= apart


def _level1(scores: tuple[Score, ...]) -> int | None:
    return scores[0].before


def test_a_document_without_tables_has_no_scores() -> None:
    document = Document(source=source("docx"))
    assert compare(document, document) == ()


def test_an_untouched_document_of_sheets_has_no_tables_to_score() -> None:
    original = Book([["品名"], ["軸"]]).original()
    assert compare(original, original) == ()


def _saved(book: openpyxl.Workbook, folder: Path) -> Path:
    path = folder / "表.xlsx"
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def _scores(path: Path) -> dict[int, Score]:
    return {score.level: score for score in inspect(path)[0].record.scores}


PARTS = [["軸", 12.5, "旋削"], ["歯車", 8.25, "研削"], ["カバー", 3.0, "旋削"], ["ボルト", 0.5, "転造"]]


def test_a_clean_workbook_has_full_marks_but_for_its_missing_definitions(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["品名", "重量(kg)", "工程"], *PARTS):
        book.active.append(row)
    scores = _scores(_saved(book, tmp_path))
    assert scores[1].before == scores[1].after == scores[2].before == scores[2].after == 100
    assert scores[3].failed_before == scores[3].failed_after == ("L3-08",)


def test_a_workbook_as_people_make_them_gains_by_refinement(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "部品重量一覧"
    rows = [["工程", "品　名", "重量"], ["旋削", "軸", "12.5kg"], [None, "歯車", "8.25kg"], ["〃", "カバー", "3kg"]]
    for number, row in enumerate([*rows, ["研削", "ボルト", "0.5kg"]], 3):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    sheet.merge_cells("A4:A5")
    scores = _scores(_saved(book, tmp_path))
    assert {"L1-03", "L1-06", "L1-12"} <= set(scores[1].failed_before)
    assert {"L2-01", "L2-02"} <= set(scores[2].failed_before)
    assert "L3-01" in scores[3].failed_before
    assert not {"L1-03", "L1-06", "L1-12"} & set(scores[1].failed_after)
    assert not {"L2-01", "L2-02"} & set(scores[2].failed_after)
    for level in (1, 2, 3):
        assert (scores[level].after or 0) > (scores[level].before or 0)


def test_hidden_columns_and_colours_of_a_workbook_are_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["品名", "重量(kg)", "工程"], *PARTS):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFF00")
    assert set(_scores(_saved(book, tmp_path))[1].failed_before) == {"L1-11", "L1-13"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_csv_with_a_title_is_scored_by_the_lines_as_they_stand(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "実績.csv"
    text = '生産実績\n\n日付,品名,重量(kg)\nR7.4.1,軸,"1,200"\nR7.4.2,歯車,800\nR7.4.3,軸,900\nR7.4.4,ﾎﾞﾙﾄ,950\n'
    path.write_bytes(text.encode(encoding))
    scores = _scores(path)
    assert "L1-08" in scores[1].failed_before
    assert scores[2].failed_before == ("L2-01",) and scores[2].failed_after == ()
    assert {"L3-01", "L3-05"} <= set(scores[3].failed_before)
    assert not {"L3-01", "L3-05"} & set(scores[3].failed_after)


def test_the_readers_reports_of_torn_rows_reach_the_score(tmp_path: Path) -> None:
    path = tmp_path / "住所.csv"
    path.write_text("名称,人数\n本社,10\n工場,1,200\n支店,30\n営業所,5\n", encoding="utf-8")
    first = _scores(path)[1]
    assert first.before == 0 and "L1-15" in first.failed_before and "L1-15" in first.failed_after


def test_failures_are_listed_in_the_order_of_the_rules() -> None:
    first, second = failures(Book([["1"], ["①"]]).original(), Book([["1"], ["①"]]).refined())
    assert {"L1-05", "L1-08"} <= first & second
