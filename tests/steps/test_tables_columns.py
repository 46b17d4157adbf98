"""Columns of tables that stream: what means "as above", dates as machines and people write them, what was written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.model.cells import Cell
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.model.place import Place
from genba.model.source import Source
from genba.model.table import Column, ColumnType, Table
from genba.steps.tables import tidy
from genba.steps.tables.filling import DITTO

SOURCE = Source(path="a.csv", sha256="", size_bytes=0, kind="csv")


def streamed(columns: dict[str, list[str | None]], batch_rows: int = 1000) -> Document:
    whole = pa.RecordBatch.from_pydict({name: pa.array(values, pa.string()) for name, values in columns.items()})
    batches = [whole.slice(start, batch_rows) for start in range(0, len(whole), batch_rows)]
    table = Table(name="t", columns=tuple(Column(name=name) for name in columns), batches=batches, rows=len(whole))
    return tidy(Document(source=SOURCE, tables=(table,)))


def values(document: Document, name: str) -> list[Any]:
    [table] = document.tables
    return [value for batch in table.batches for value in batch.to_pydict()[name]]


def column(document: Document, name: str) -> Column:
    return next(item for item in document.tables[0].columns if item.name == name)


@pytest.mark.parametrize("batch_rows", [1, 2, 3, 100])
def test_marks_for_as_above_are_filled_across_batches(batch_rows: int) -> None:
    lots: list[str | None] = ["A-1", "〃", " 同上", None, "〃", "B-2", "″", "々", "〃"]
    document = streamed({"ロット": lots, "測定者": [*["山田"] * 8, "〃"]}, batch_rows)
    for _ in range(2):
        assert values(document, "ロット") == ["A-1", "A-1", "A-1", None, "〃", "B-2", "B-2", "B-2", "B-2"]
        assert values(document, "測定者") == ["山田"] * 9
    filled = {(edit.before, edit.after): edit.count for edit in document.edits if edit.rule == "same_as_above"}
    assert filled == {
        ("〃", "A-1"): 1, ("同上", "A-1"): 1, ("″", "B-2"): 1, ("々", "B-2"): 1, ("〃", "B-2"): 1, ("〃", "山田"): 1
    }  # fmt: skip


@given(st.lists(st.sampled_from([None, "", "a", "〃", "b", '"', " "]), max_size=12), st.integers(1, 5))
def test_filling_does_not_depend_on_how_rows_are_batched(marks: list[str | None], batch_rows: int) -> None:
    above, expected = "", []
    for mark in marks:
        text = above if (mark or "").strip() in DITTO and above.strip() else mark
        if (mark or "").strip() not in DITTO:
            above = mark or ""
        expected.append(text if (text or "").strip() else None)
    if marks:
        assert values(streamed({"x": ["良"] * len(marks), "品名": marks}, batch_rows), "品名") == expected


GROUPS: dict[str, list[str | None]] = {
    "No": ["1", "", "", "2", "", ""],
    "工程": ["研削", "", "", "洗浄", "", ""],
    "項目": ["外径", "", "面粗さ", "外径", "", "汚れ"],
    "方法": ["測定", "目視", "目視", "測定", "目視", "目視"],
}


def test_blanks_below_the_names_of_groups_are_filled_and_told() -> None:
    document = streamed(GROUPS)
    assert values(document, "No") == [1, 1, 1, 2, 2, 2]
    assert values(document, "工程") == ["研削"] * 3 + ["洗浄"] * 3
    assert values(document, "項目") == ["外径", "外径", "面粗さ", "外径", "外径", "汚れ"]
    told = {str(found.details["column"]): found.details["count"] for found in document.findings}
    assert told == {"No": 4, "工程": 4, "項目": 2}
    assert sum(edit.count for edit in document.edits if edit.rule == "blank_as_above") == 10


def test_blanks_below_the_names_of_groups_are_filled_on_sheets_too() -> None:
    lines = [list(GROUPS), *map(list, zip(*GROUPS.values(), strict=True))]
    cells = [Cell(r, c, text, text) for r, line in enumerate(lines) for c, text in enumerate(line) if text]
    place = Place(sheet="S", range="A1:D7")
    grid = Grid(cells=tuple(cells), rows=7, columns=4, header_rows=1, place=place)
    document = tidy(Document(source=SOURCE, nodes=(grid,)))
    assert values(document, "項目") == ["外径", "外径", "面粗さ", "外径", "外径", "汚れ"]


@pytest.mark.parametrize(
    "columns",
    [
        {"備考": ["再測定", "", "", "確認", "", ""], "値": list("123456")},  # remarks stand where there are any
        {"重要": ["○", "", "○", "", "", "○"], "品名": list("abcdef")},  # a mark, not a name
        {"担当": ["", "山田", "", "鈴木", "", ""], "品名": list("abcdef")},  # the first is not named
        {"測定値": ["1.5", "", "", "2.5", "", ""], "品名": list("abcdef")},  # a measure
        {"品名": ["軸", "板", "箱", "蓋", "脚", "台"], "色": ["赤", "", "", "青", "", ""], "値": list("123456")},
        {"工程": ["研削", "", "", "洗浄", "", ""], "値": ["1", "2", "", "3", "4", "5"]},  # nothing stands beside one
        {"大": ["甲", "", "", "乙", "", ""], "小": ["a", "b", "", "", "c", "d"], "値": list("123456")},
    ],
)
def test_blanks_that_may_mean_nothing_stay_blank(columns: dict[str, list[str | None]]) -> None:
    document = streamed(columns)
    name = list(columns)[-2]
    assert None in values(document, name)


STAMPS = [
    ("20250822080015", "20251231235959"),
    ("20250822_080015", "20251231_235959"),
    ("22.08.2025 08:00:15", "31.12.2025 23:59:59"),
    ("2025/08/22 08:00:15.000", "2025/12/31 23:59:59.0"),
    ("2025/8/22 8:00:15", "2025/12/31 23:59:59"),
]


@pytest.mark.parametrize("stamps", STAMPS)
@pytest.mark.parametrize("broken", [[], ["欠測"]])
def test_moments_of_machines_become_datetimes(stamps: tuple[str, str], broken: list[str | None]) -> None:
    document = streamed({"日時": [*stamps, *broken], "値": ["1"] * (2 + len(broken))})
    expected = [datetime(2025, 8, 22, 8, 0, 15), datetime(2025, 12, 31, 23, 59, 59)]
    assert values(document, "日時") == [*expected, *[None for _ in broken]]
    assert column(document, "日時").description == f"原文の例: {stamps[0]}"
    [read] = [edit for edit in document.edits if edit.rule == "datetime_read"]
    assert (read.before, datetime.fromisoformat(read.after), read.count) == (stamps[0], expected[0], 2)


def test_a_moment_that_cannot_be_leaves_a_column_of_numbers_as_numbers() -> None:
    assert column(streamed({"番": ["20250822080015", "20259922080015"] * 3, "x": ["a"] * 6}), "番").type in (
        ColumnType.STRING, ColumnType.INTEGER,
    )  # fmt: skip


def test_eight_digits_are_a_day_only_where_the_name_says_so() -> None:
    days: list[str | None] = ["20240316", "20240229"]
    document = streamed({"納入日": days, "数": days, "伝票番号": days})
    assert values(document, "納入日") == [date(2024, 3, 16), date(2024, 2, 29)]
    assert values(document, "数") == [20240316, 20240229]
    assert values(document, "伝票番号") == days


def test_days_as_people_write_them_are_told_one_by_one() -> None:
    document = streamed({"登録日": ["H19.9.7", "平成19年9月8日", "H19.9.7"], "x": ["a", "b", "c"]})
    assert values(document, "登録日") == [date(2007, 9, 7), date(2007, 9, 8), date(2007, 9, 7)]
    assert column(document, "登録日").description == "原文の例: H19.9.7、平成19年9月8日"
    told = {(edit.before, edit.after, edit.count) for edit in document.edits if edit.rule == "date_read"}
    assert told == {("H19.9.7", "2007-09-07", 2), ("平成19年9月8日", "2007-09-08", 1)}


def test_more_days_in_several_forms_than_are_told_are_kept_as_written() -> None:
    from datetime import timedelta

    days = [date(2000, 1, 1) + timedelta(days=number) for number in range(1500)]
    written: list[str | None] = [
        f"{day.year}年{day.month}月{day.day}日" if day.day % 2 else f"H{day.year - 1988}.{day.month}.{day.day}"
        for day in days
    ]
    document = streamed({"登録日": written, "x": ["a"] * 1500}, 700)
    assert values(document, "登録日") == days
    assert values(document, "登録日（原文）") == written


def test_numbers_written_with_marks_are_told_by_example() -> None:
    document = streamed({"金額": ["1,200", "3,400", "▲500", "12"], "x": list("abcd")})
    assert values(document, "金額") == [1200, 3400, -500, 12]
    told = {(edit.before, edit.after, edit.count) for edit in document.edits if edit.rule == "integer_read"}
    assert told == {("1,200", "1200", 2), ("▲500", "-500", 1)}


def test_a_hidden_column_says_so_and_hides_no_row() -> None:
    hidden = frozenset((Mark.HIDDEN,))
    cells = [Cell(r, 0, text, text) for r, text in enumerate(["品名", "軸", "板"])]
    cells += [Cell(r, 1, text, text, marks=hidden) for r, text in enumerate(["原価", "3", "4"])]
    grid = Grid(cells=tuple(cells), rows=3, columns=2, header_rows=1, place=Place(sheet="S", range="A1:B3"))
    document = tidy(Document(source=SOURCE, nodes=(grid,)))
    assert [item.name for item in document.tables[0].columns] == ["品名", "原価"]
    assert column(document, "原価").description == "非表示の列"
    assert not column(document, "品名").description


def test_months_as_headers_stay_names() -> None:
    cells = [Cell(0, c, text, text) for c, text in enumerate(["品名", "4月", "5月", "6月"])]
    cells += [Cell(1, c, text, text) for c, text in enumerate(["軸", "1", "2", "3"])]
    grid = Grid(cells=tuple(cells), rows=2, columns=4, header_rows=1, place=Place(sheet="S", range="A1:D2"))
    columns = tidy(Document(source=SOURCE, nodes=(grid,))).tables[0].columns
    assert [(item.name, item.unit) for item in columns] == [("品名", ""), ("4月", ""), ("5月", ""), ("6月", "")]
