"""Tests of the CSV reader: everything factories do to CSV, and that both ways of streaming give the same."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.formats.delimited.batches import StreamedRows
from genba.model.document import Edit
from genba.model.finding import Finding, Severity
from genba.model.nodes import Paragraph
from genba.model.table import Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.readers.csv import read


def blob_of(data: bytes, name: str = "a.csv") -> Blob:
    return Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))


def read_text(text: str, encoding: str = "utf-8", name: str = "a.csv") -> list[Any]:
    return list(read(blob_of(text.encode(encoding), name), Limits()))


def tables_of(parts: list[Any]) -> list[Table]:
    return [part for part in parts if isinstance(part, Table)]


def only_table(parts: list[Any]) -> Table:
    (table,) = tables_of(parts)
    return table


def names_of(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def rows_of(table: Table) -> list[list[str | None]]:
    rows = [list(row.values()) for batch in table.batches for row in batch.to_pylist()]
    assert len(rows) == table.rows
    return rows


def codes_of(parts: list[Any]) -> dict[str, int]:
    return {part.code: part.count for part in parts if isinstance(part, Finding)}


ORDERS = (
    "品番,品名,単価（円）,登録日,備考\n"
    "47A-3390-02,ﾎﾞﾙﾄ M8×30,①１２０,令和6年3月15日,㈱山田製作所 髙橋\n"
    "00123,ナット,85,R6.3.16,―\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_same_table_comes_out_of_every_encoding(encoding: str) -> None:
    table = only_table(read_text(ORDERS, encoding))
    assert names_of(table) == ["品番", "品名", "単価（円）", "登録日", "備考"]
    assert rows_of(table)[0] == ["47A-3390-02", "ﾎﾞﾙﾄ M8×30", "①１２０", "令和6年3月15日", "㈱山田製作所 髙橋"]


def test_euc_jp_is_read() -> None:
    text = "設備名,停止時間,原因\nプレス一号機,12,金型の交換\n旋盤二号機,5,切りくずの除去\n"
    assert rows_of(only_table(read_text(text, "euc_jp")))[1] == ["旋盤二号機", "5", "切りくずの除去"]


def test_leading_zeros_stay() -> None:
    assert rows_of(only_table(read_text(ORDERS)))[1][0] == "00123"


def test_title_and_note_lines_before_the_header_become_notes() -> None:
    parts = read_text("検査成績表\n設備,プレス1号,,\n\n品番,測定値,単位,判定\nA-1,10.02,mm,OK\nA-2,10.05,mm,NG\n")
    table = only_table(parts)
    assert table.notes == ("検査成績表", "設備: プレス1号")
    assert names_of(table) == ["品番", "測定値", "単位", "判定"]
    assert table.rows == 2
    assert codes_of(parts)["csv.notes"] == 2


def test_header_rows_are_joined_into_compound_names() -> None:
    table = only_table(read_text("品番,測定値,,,判定\n,1回目,2回目,3回目,\nA-1,1.0,1.1,1.2,OK\nA-2,1.0,1.1,1.3,OK\n"))
    assert names_of(table) == ["品番", "測定値/1回目", "測定値/2回目", "測定値/3回目", "判定"]
    assert table.rows == 2


def test_a_row_of_units_goes_to_the_columns_units() -> None:
    table = only_table(read_text("時刻,温度,圧力\n,℃,MPa\n10:00:00,20.1,0.5\n10:00:01,20.2,0.5\n"))
    assert [(column.name, column.unit) for column in table.columns] == [("時刻", ""), ("温度", "℃"), ("圧力", "MPa")]


def test_a_header_of_years_is_a_header() -> None:
    table = only_table(read_text("品名,2022,2023,2024\nボルト,10,20,30\nナット,5,6,9\n"))
    assert names_of(table) == ["品名", "2022", "2023", "2024"]


def test_a_file_without_header_gets_numbered_names() -> None:
    parts = read_text("A-1,10,2024-01-01\nA-2,11,2024-01-02\nA-3,12,2024-01-03\n")
    table = only_table(parts)
    assert names_of(table) == ["列1", "列2", "列3"]
    assert table.rows == 3
    assert "csv.no_header" in codes_of(parts)


def test_trailing_empty_columns_are_dropped_and_logged() -> None:
    parts = read_text("品番,数量,,\nA-1,10,,\nA-2,11,,\n")
    assert names_of(only_table(parts)) == ["品番", "数量"]
    (edit,) = [part for part in parts if isinstance(part, Edit)]
    assert (edit.rule, edit.count) == ("empty_columns", 2)


def test_a_trailing_column_filled_only_once_far_down_is_kept() -> None:
    body = "".join(f"A-{number},10,\n" for number in range(200_000))
    parts = read_text("品番,数量,\n" + body + "B-1,10,要確認\n")
    table = only_table(parts)
    assert names_of(table) == ["品番", "数量", "列3"]
    assert rows_of(table)[-1] == ["B-1", "10", "要確認"]


def test_ragged_rows_keep_their_extra_cells() -> None:
    parts = read_text("a,b,c\n1,2,3\n4,5,6,7\n8,9\n1,2,3\n")
    table = only_table(parts)
    assert names_of(table) == ["a", "b", "c", "列4"]
    assert rows_of(table)[1] == ["4", "5", "6", "7"]
    assert rows_of(table)[2] == ["8", "9", None, None]
    assert codes_of(parts)["csv.ragged_rows"] == 2


def test_quoted_cells_keep_delimiters_quotes_and_line_breaks() -> None:
    table = only_table(read_text('品名,備考,数\n"ボルト, M8","1行目\n2行目",1\n"""特注""",普通,2\n'))
    assert rows_of(table) == [["ボルト, M8", "1行目\n2行目", "1"], ['"特注"', "普通", "2"]]


def test_a_quote_that_never_closes_swallows_nothing() -> None:
    body = "".join(f"P-{number},x,{number}\n" for number in range(2000))
    parts = read_text('品番,寸法,数\nA-1,"3インチ,5\n' + body)
    table = only_table(parts)
    assert table.rows == 2001
    assert rows_of(table)[0] == ["A-1", '"3インチ', "5"]
    assert codes_of(parts)["csv.open_quote"] == 1


def test_two_stray_quotes_do_not_fuse_the_rows_between_them() -> None:
    table = only_table(read_text('品番,寸法,数\nA-1,"3インチ,5\nA-2,4インチ,6\nA-3,"5インチ,7\nA-4,6,8\n'))
    assert [row[0] for row in rows_of(table)] == ["A-1", "A-2", "A-3", "A-4"]


def test_decimal_commas_become_points_and_are_logged() -> None:
    parts = read_text("Nr;Temp;Druck\n1;27,875;1.013,25\n2;28,0;1.012,5\n3;28;1.000\n")
    table = only_table(parts)
    assert rows_of(table)[0] == ["1", "27.875", "1013.25"]
    (edit,) = [part for part in parts if isinstance(part, Edit)]
    assert (edit.rule, edit.before, edit.after) == ("decimal_comma", "28,0", "28.0")


def test_thousands_commas_are_left_alone() -> None:
    table = only_table(read_text('品名,金額\nボルト,"1,200"\nナット,"12,500"\n'))
    assert rows_of(table)[0] == ["ボルト", "1,200"]


def test_mixed_decimal_marks_are_reported_not_guessed() -> None:
    parts = read_text("a;b\n1,5;2.5\n1,6;2.25\n1,7;3.5\n")
    assert "csv.mixed_decimals" in codes_of(parts)
    assert rows_of(only_table(parts))[0] == ["1,5", "2.5"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("日時,温度\n2024/01/05 10:00:00,20\n2024/01/05 10:00:01,21\n2024/01/05 10:00:02,22\n", "日時"),
        ("日付,時刻,温度\n2024/01/05,10:00:00,20\n2024/01/05,10:00:01,21\n2024/01/05,10:00:02,22\n", "時刻"),
        ("時刻,温度\n10:00:00.000,20\n10:00:00.100,21\n10:00:00.200,22\n", "時刻"),
        ("経過時間[ms],温度\n0,20\n100,21\n200,22\n", "経過時間[ms]"),
        ("品番,数量\nA,1\nB,2\nC,3\n", ""),
    ],
)
def test_the_time_column_of_machine_logs_is_found(text: str, expected: str) -> None:
    assert only_table(read_text(text)).time_column == expected


def test_repeated_headers_are_taken_out() -> None:
    parts = read_text("a,b\n1,2\na,b\n3,4\na,b\n5,6\n")
    assert rows_of(only_table(parts)) == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert codes_of(parts)["csv.repeated_header"] == 2


def test_totals_and_remarks_at_the_end_become_notes() -> None:
    parts = read_text("品名,数量,金額\nボルト,1,10\nナット,2,20\n合計,3,30\n※税抜き,,\n")
    table = only_table(parts)
    assert table.rows == 2
    assert rows_of(table)[-1][0] == "ナット"
    assert "合計 3 30" in table.notes
    assert "※税抜き" in table.notes


def test_subtotals_in_the_middle_stay_and_are_reported() -> None:
    parts = read_text("品名,数量,金額\nボルト,1,10\n小計,1,10\nナット,2,20\n")
    assert only_table(parts).rows == 3
    assert codes_of(parts)["csv.subtotals"] == 1


def test_several_tables_are_told_apart_by_blank_lines() -> None:
    parts = read_text("設備,台数\nプレス,3\n旋盤,5\n\n日付,不良数,原因\n2024-01-01,2,傷\n2024-01-02,1,汚れ\n")
    first, second = tables_of(parts)
    assert names_of(first) == ["設備", "台数"]
    assert names_of(second) == ["日付", "不良数", "原因"]
    assert (first.rows, second.rows) == (2, 2)
    assert rows_of(second)[1] == ["2024-01-02", "1", "汚れ"]
    assert first.name != second.name


def test_a_blank_line_within_a_table_does_not_split_it() -> None:
    parts = read_text("a,b\n1,2\n\n3,4\n,\n5,6\n")
    assert rows_of(only_table(parts)) == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert codes_of(parts)["csv.blank_rows"] == 2


def test_nul_bytes_of_a_lost_power_supply_are_taken_out() -> None:
    parts = read_text("時刻,値\n10:00:00,1\n10:00:01,2\n" + "\0" * 300 + "\n10:05:00,3\n10:05:01,4\n")
    assert [row[1] for row in rows_of(only_table(parts))] == ["1", "2", "3", "4"]
    assert codes_of(parts)["csv.nul"] == 300


def test_duplicate_names_are_told_apart() -> None:
    parts = read_text("温度,温度,圧力\n1,2,3\n4,5,6\n")
    assert names_of(only_table(parts)) == ["温度", "温度 (2)", "圧力"]
    assert "csv.duplicate_headers" in codes_of(parts)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "品番,品名,数\nA-1,ボルト,1\nA-2,ナット,2\n".replace(",", delimiter)
    assert rows_of(only_table(read_text(text)))[1] == ["A-2", "ナット", "2"]


def test_fixed_columns_are_cut_by_position_with_full_width_characters() -> None:
    text = "品番    品名        数量\nA-1     六角ボルト    10\nA-22    ナット         5\n"
    assert rows_of(only_table(read_text(text))) == [["A-1", "六角ボルト", "10"], ["A-22", "ナット", "5"]]


def test_formulas_in_text_stay_as_they_are() -> None:
    assert rows_of(only_table(read_text("a,b\n=1+1,@x\n-5,+3\n")))[0] == ["=1+1", "@x"]


def test_excels_separator_hint_is_obeyed() -> None:
    table = only_table(read_text("sep=;\na;b\n1,5;x\n2,5;y\n"))
    assert names_of(table) == ["a", "b"]


def test_old_line_ends_and_a_dos_end_mark_are_read() -> None:
    assert rows_of(only_table(read_text("a,b\r1,2\r3,4\r"))) == [["1", "2"], ["3", "4"]]
    assert rows_of(only_table(read_text("a,b\r\n1,2\r\n\x1a"))) == [["1", "2"]]


def test_a_file_of_blanks_only_says_so() -> None:
    assert "csv.no_records" in codes_of(read_text("\n \n\n"))


def test_one_column_of_text_loses_no_line() -> None:
    parts = read_text("りんご\nみかん\nぶどう\n")
    assert [row[0] for row in rows_of(only_table(parts))] == ["りんご", "みかん", "ぶどう"]


def test_text_alone_becomes_paragraphs_or_a_table_but_is_never_lost() -> None:
    parts = read_text("作業日報,\n\n特記事項なし,\n")
    texts = [part.text for part in parts if isinstance(part, Paragraph)]
    cells = [cell for table in tables_of(parts) for row in rows_of(table) for cell in row]
    header = [name for table in tables_of(parts) for name in names_of(table)]
    notes = [note for table in tables_of(parts) for note in table.notes]
    assert {"作業日報", "特記事項なし"} <= {*texts, *cells, *header, *notes}


def test_batches_can_be_read_again_and_again() -> None:
    table = only_table(read_text(ORDERS))
    assert rows_of(table) == rows_of(table)


def test_a_large_file_streams_in_bounded_batches_with_the_right_count() -> None:
    body = "".join(f"2024-01-01 00:00:00,{number},{number * 0.5}\n" for number in range(150_000))
    table = only_table(read_text("日時,番号,値\n" + body, "cp932"))
    assert table.rows == 150_000
    assert isinstance(table.batches, StreamedRows)
    assert table.batches.is_bulk
    assert all(batch.num_rows <= 65_536 for batch in table.batches)
    assert rows_of(table)[-1] == ["2024-01-01 00:00:00", "149999", "74999.5"]


def test_the_real_cp932_files_are_read(real_data: Path) -> None:
    for name, first in (("generated/sjis.csv", "47A-3390-02"), ("markitdown-mit/test_mskanji.csv", "佐藤太郎")):
        data = (real_data / "documents" / name).read_bytes()
        parts = list(read(blob_of(data, name), Limits()))
        assert rows_of(only_table(parts))[0][0] == first


cell = st.text(st.sampled_from('abあ漢1205 ."\n-=+髙㈱'), max_size=6)
regular = st.integers(2, 5).flatmap(lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), max_size=30))


def written(rows: list[list[str]], quoting: int, delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, delimiter=delimiter, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@settings(max_examples=100)
@given(regular, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from([",", "\t", ";"]))
def test_arrows_parser_and_our_own_give_the_same(rows: list[list[str]], quoting: int, delimiter: str) -> None:
    width = len(rows[0]) if rows else 2
    text = written([[f"名前{at}" for at in range(width)], *rows, ["1"] * width], quoting, delimiter)
    for table in tables_of(read_text(text)):
        assert isinstance(table.batches, StreamedRows)
        bulk = replace(table.batches, bulk_chars=0)
        own = replace(table.batches, bulk_chars=1 << 40)
        if bulk.is_bulk:
            assert [batch.to_pylist() for batch in bulk] == [batch.to_pylist() for batch in own]


@settings(max_examples=100)
@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=20)
    )
)
def test_every_regular_row_comes_back(rows: list[list[str]]) -> None:
    width = len(rows[0])
    rows = [[f"値{number}", *row[1:]] for number, row in enumerate(rows)]
    header = [f"名前{at}" for at in range(width)]
    table = only_table(read_text(written([header, *rows, ["終", *["1"] * (width - 1)]], csv.QUOTE_ALL, ",")))
    kept = [[(value or "") for value in row] for row in rows_of(table)]
    assert kept == [*rows, ["終", *["1"] * (width - 1)]]


@settings(max_examples=150)
@given(st.text(st.sampled_from('ab,;\t"\n\r 1あ\0|=計'), max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    if not text:
        return
    for table in tables_of(list(read(blob_of(text.encode()), Limits()))):
        rows_of(table)


uneven = st.lists(
    st.lists(st.sampled_from(["", "語", "12", "3.5", "計", "※", "2024-01-05"]), max_size=4), min_size=1, max_size=25
)


@settings(max_examples=200)
@given(uneven, st.sampled_from([",", "\t", ";"]))
def test_every_cell_of_any_mess_comes_out_somewhere(shapes: list[list[str]], delimiter: str) -> None:
    rows = [
        [f"{kind}k{at}x{number}" if kind in ("語", "※") else kind for at, kind in enumerate(row)]
        for number, row in enumerate(shapes)
    ]
    text = "\n".join(delimiter.join(row) for row in rows)
    if not text:
        return
    parts = read_text(text)
    seen = "\n".join(part.text for part in parts if isinstance(part, Paragraph))
    for table in tables_of(parts):
        seen += "\n".join([*names_of(table), *(column.unit for column in table.columns), *table.notes])
        seen += "\n".join(value or "" for row in rows_of(table) for value in row)
    assert [cell for row in rows for cell in row if cell and cell not in seen] == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
def test_platform_dependent_characters_are_counted_and_the_first_is_found(encoding: str) -> None:
    parts = read_text("品名,仕入先\nボルト,髙瀬川\n①工程,㈱霧ヶ原\nﾎﾞﾙﾄ,①\n", encoding)
    [found] = [part for part in parts if isinstance(part, Finding) and part.code == "text.platform_characters"]
    assert (found.count, found.place.line, found.severity) == (4, 2, Severity.NOTICE)
    assert sorted(str(found.details["characters"])) == ["①", "㈱", "髙"]


def test_half_width_kana_and_common_kanji_are_no_platform_characters() -> None:
    parts = read_text("品名,数\nﾎﾞﾙﾄ,1\n高橋,2\n", "cp932")
    assert "text.platform_characters" not in {part.code for part in parts if isinstance(part, Finding)}
