"""Grids and string tables made tidy: names, units, types, totals, what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from genba.model.cells import Cell
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Grid, Paragraph
from genba.model.place import Place
from genba.model.sheet import CodeList
from genba.model.source import Source
from genba.model.table import Column, ColumnType, Table
from genba.steps.tables import tidy

SOURCE = Source(path="a.xlsx", sha256="", size_bytes=0, kind="xlsx")
PLACE = Place(sheet="S", range="A1:Z99")


def grid(lines: list[list[str]], header_rows: int = 1, **more: Any) -> Grid:
    cells = [Cell(r, c, text, text) for r, line in enumerate(lines) for c, text in enumerate(line) if text]
    return Grid(
        cells=tuple(cells), rows=len(lines), columns=len(lines[0]), header_rows=header_rows, place=PLACE, **more
    )


def made(*nodes: Any, **options: Any) -> tuple[Table, Document]:
    document = tidy(Document(source=SOURCE, nodes=nodes), **options)
    return document.tables[0], document


def rows(table: Table) -> list[dict[str, Any]]:
    return [row for batch in table.batches for row in batch.to_pylist()]


def column(table: Table, name: str) -> Column:
    return next(item for item in table.columns if item.name == name)


def test_header_rows_join_into_complete_names_and_units_leave_them() -> None:
    cells = [Cell(0, 0, "No", "No", row_span=2), Cell(0, 1, "測定値[mm]", "測定値[mm]", column_span=2),
             Cell(1, 1, "1回目", "1回目"), Cell(1, 2, "2回目", "2回目"), Cell(2, 0, "1", "1"),
             Cell(2, 1, "25.01", "25.01"),
             Cell(2, 2, "24.99", "24.99")]  # fmt: skip
    table, _ = made(Grid(cells=tuple(cells), rows=3, columns=3, header_rows=2, place=PLACE))
    assert [item.name for item in table.columns] == ["No", "測定値/1回目", "測定値/2回目"]
    assert (table.columns[1].unit, table.columns[1].ucum) == ("mm", "mm")


def test_a_row_of_units_below_the_names_is_no_name() -> None:
    table, _ = made(grid([["外径", "重量", "判定"], ["(mm)", "(kg)", ""], ["25", "3.5", "合"], ["26", "3.6", "否"]], 2))
    assert [(item.name, item.unit) for item in table.columns] == [("外径", "mm"), ("重量", "kg"), ("判定", "")]


def test_columns_take_the_type_of_nearly_all_their_values() -> None:
    table, _ = made(grid([
        ["個数", "長さ", "日付", "時刻", "損益", "良否"],
        ["1,200", "12.5", "令和6年3月16日", "8:30", "▲3", "○"],
        ["８００", "13", "2024/3/17", "17:05", "12", "×"],
    ]))  # fmt: skip
    assert [item.type.value for item in table.columns] == ["integer", "number", "date", "time", "integer", "string"]
    assert rows(table)[0]["個数"] == 1200 and rows(table)[0]["損益"] == -3
    assert rows(table)[0]["日付"] == date(2024, 3, 16)


def test_codes_keep_their_zeros_and_stay_text() -> None:
    table, _ = made(grid([["品番", "社員番号", "型"], ["1001", "00123", "12"], ["1002", "45678", "034"]]))
    assert [item.type for item in table.columns] == [ColumnType.STRING] * 3
    assert rows(table)[0]["社員番号"] == "00123"


def test_a_unit_in_every_cell_becomes_the_columns_unit_and_two_units_do_not() -> None:
    table, _ = made(grid([["トルク", "量"], ["24.5 N・m", "3 kg"], ["25.0 N・m", "500 g"]]))
    assert (column(table, "トルク").type, column(table, "トルク").ucum) == (ColumnType.NUMBER, "N.m")
    assert column(table, "量").type is ColumnType.STRING


def test_values_that_do_not_fit_are_kept_beside_and_reported() -> None:
    lines = [["温度"] * 1 + ["備考"], *([str(20 + n), "x"] for n in range(30)), ["高温", "x"]]
    table, document = made(grid(lines))
    last = rows(table)[-1]
    assert (last["温度"], last["温度（原文）"]) == (None, "高温")
    assert [item.code for item in document.findings] == ["table.values_left"]


def test_marks_for_missing_values_become_nothing_and_are_logged() -> None:
    table, document = made(grid([["測定値", "係"], ["12", "a"], ["―", "b"], ["欠測", "c"], ["13", "d"]]))
    assert [row["測定値"] for row in rows(table)] == [12, None, None, 13]
    assert {(edit.before, edit.count) for edit in document.edits if edit.rule == "missing_mark"} == {
        ("―", 1),
        ("欠測", 1),
    }


def test_same_as_above_and_merged_cells_are_filled_down() -> None:
    cells = [Cell(0, 0, "工程", "工程"), Cell(0, 1, "設備", "設備"), Cell(1, 0, "研削", "研削", row_span=2),
             Cell(1, 1, "A", "A"),
             Cell(2, 1, "〃", "〃"), Cell(3, 0, "同上", "同上"), Cell(3, 1, "B", "B")]  # fmt: skip
    table, document = made(Grid(cells=tuple(cells), rows=4, columns=2, header_rows=1, place=PLACE))
    assert rows(table) == [
        {"工程": "研削", "設備": "A"}, {"工程": "研削", "設備": "A"}, {"工程": "研削", "設備": "B"},
    ]  # fmt: skip
    assert {edit.rule for edit in document.edits} >= {"same_as_above", "merged_down"}


def test_totals_repeated_headers_blank_rows_and_remarks_leave_the_rows() -> None:
    lines = [["品名", "数量"], ["軸", "3"], ["", ""], ["品名", "数量"], ["板", "4"], ["合計", "7"], ["※試作を除く", ""]]
    table, document = made(grid(lines))
    assert [row["数量"] for row in rows(table)] == [3, 4]
    assert table.notes == ("合計: 数量=7", "※試作を除く")
    assert {item.code for item in document.findings} == {"table.totals", "table.repeated_header"}


def test_remarks_below_the_grid_are_its_notes_too() -> None:
    table, _ = made(grid([["品名", "数量"], ["軸", "3"], ["板", "4"]]), Paragraph(text="※ロットごとに記入"))
    assert table.notes == ("※ロットごとに記入",)


def test_hidden_and_withdrawn_rows_are_told_by_a_column_only_where_there_are_any() -> None:
    hidden = frozenset((Mark.HIDDEN,))
    cells = [Cell(0, 0, "a", "品名"), Cell(0, 1, "b", "数量"), Cell(1, 0, "軸", "軸"), Cell(1, 1, 3, "3"),
             Cell(2, 0, "板", "板", marks=hidden), Cell(2, 1, 4, "4", marks=hidden)]  # fmt: skip
    table, _ = made(Grid(cells=tuple(cells), rows=3, columns=2, header_rows=1, place=PLACE))
    assert [row["_hidden"] for row in rows(table)] == [False, True]
    assert "_withdrawn" not in [item.name for item in table.columns]


def test_figures_keep_the_digits_that_are_stored_not_those_on_display() -> None:
    cells = [Cell(0, 0, "x", "率"), Cell(0, 1, "y", "値"), Cell(1, 0, 0.12345, "12.3%"), Cell(1, 1, 25.018, "25.0")]
    cells = [cells[0], cells[1], _format(cells[2], "0.0%"), _format(cells[3], "0.0")]
    table, _ = made(Grid(cells=tuple(cells), rows=2, columns=2, header_rows=1, place=PLACE))
    assert rows(table) == [{"率": 12.345, "値": 25.018}]
    assert column(table, "率").unit == "%"


def _format(cell: Cell, code: str) -> Cell:
    from dataclasses import replace

    return replace(cell, style=replace(cell.style, number_format=code))


def test_lists_stated_for_a_columns_cells_are_its_codes() -> None:
    found = grid([["品番", "判定", "担当"], *[["A-1", "OK", "佐藤"]] * 4])
    found = replace(found, place=Place(sheet="検査 表", range="B3:D7"))
    lists = (
        CodeList(range="'検査 表'!C4:C99 '検査 表'!H1", values=("OK", "NG")),
        CodeList(range="'検査 表'!D4", values=("佐藤",)),
        CodeList(range="別!B4:B99", values=("A-1",)),
    )
    document = tidy(Document(source=SOURCE, nodes=(found,), code_lists=lists))
    assert [item.codes for item in document.tables[0].columns] == [(), ("OK", "NG"), ()]


def test_rows_in_order_of_time_name_their_time_column() -> None:
    table, _ = made(grid([["日付", "数"], ["2024/3/1", "1"], ["2024/3/2", "2"], ["2024/3/4", "3"], ["2024/3/5", "3"]]))
    assert table.time_column == "日付"


def test_long_form_turns_a_series_of_columns_into_rows() -> None:
    table, _ = made(
        grid([["設備", "4月", "5月", "6月"], ["A号機", "1", "2", "3"], ["B号機", "4", "5", "6"]]), long_form=True
    )
    assert [item.name for item in table.columns] == ["設備", "区分", "値"]
    assert [(row["設備"], row["区分"], row["値"]) for row in rows(table)][:4] == [
        ("A号機", "4月", 1), ("A号機", "5月", 2), ("A号機", "6月", 3), ("B号機", "4月", 4),
    ]  # fmt: skip
    assert table.rows == len(rows(table)) == 6


def test_names_are_unique_and_complete() -> None:
    table, _ = made(grid([["値", "値", ""], ["1", "2", "3"], ["4", "5", "6"]]))
    assert [item.name for item in table.columns] == ["値", "値_2", "列3"]


@dataclass(frozen=True)
class Streamed:
    """Batches made anew at each iteration, like a file read again; counts how many are alive at once."""

    count: int

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for number in range(self.count):
            names = ["時刻", "温度", "コード"]
            values = [[f"2026-03-18 10:{number:02d}:{s:02d}" for s in range(60)], [f"{20 + s / 10}" for s in range(60)],
                      [f"{s:05d}" for s in range(60)]]  # fmt: skip
            if number == 1:
                values[1][3], values[1][4] = "-", "異常"
            yield pa.RecordBatch.from_arrays([pa.array(item, pa.string()) for item in values], names=names)


def test_streams_are_typed_batch_by_batch_and_can_be_read_again() -> None:
    names = ("時刻", "温度", "コード")
    table = Table(name="log", columns=tuple(Column(name=name) for name in names), batches=Streamed(3), rows=180)
    document = tidy(Document(source=SOURCE, tables=(table,)))
    (typed,) = document.tables
    assert [item.type.value for item in typed.columns] == ["datetime", "number", "string", "string"]
    first, again = list(typed.batches), list(typed.batches)
    assert first == again and len(first) == 3
    assert first[1].schema.names == ["時刻", "温度", "温度（原文）", "コード"]
    assert first[1].column("温度").to_pylist()[3:6] == [None, None, 20.5]
    assert first[1].column("温度（原文）").to_pylist()[3:6] == [None, "異常", None]
    assert first[0].schema == first[1].schema == first[2].schema


def test_days_that_do_not_exist_are_never_moved_to_the_next_month() -> None:
    days = [f"2026/2/{day}" for day in range(1, 29)] * 4 + ["2026/2/30"]
    batch = pa.RecordBatch.from_arrays([pa.array(days, pa.string())], names=["日"])
    table = Table(name="log", columns=(Column(name="日"),), batches=(batch,), rows=len(days))
    (typed,) = tidy(Document(source=SOURCE, tables=(table,))).tables
    assert typed.columns[0].type is ColumnType.DATE
    assert rows(typed)[-1] == {"日": None, "日（原文）": "2026/2/30"}


def test_grids_that_are_no_tables_are_left_alone() -> None:
    document = Document(source=SOURCE, nodes=(Grid(cells=(Cell(0, 0, "注意", "注意"),), rows=1, columns=1),))
    assert tidy(document) == document


@pytest.mark.parametrize("text", ["=1+1", "\x00", "９" * 400, "1" * 60, "٣", "∞", "nan"])
def test_odd_values_never_break_a_column(text: str) -> None:
    table, _ = made(grid([["値", "名"], ["1", "a"], [text, "b"], ["3", "c"]]))
    assert len(rows(table)) == 3
