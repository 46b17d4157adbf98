"""Level 1, each rule with files that keep it and files that do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genba.formats.ranges import Area
from genba.model.cells import CellStyle
from genba.model.document import Edit
from genba.model.finding import Finding
from genba.model.marks import Mark
from genba.model.nodes import Comment, Figure, Paragraph, Role
from genba.model.table import Column
from tests.schemes.tables_by_hand import Book, failures, judged, page, text_file, tidy

ROWS = [["品名", "重量(kg)"], ["軸", 1.5], ["歯車", 2.5], ["カバー", 0.5]]


def before(book: Book) -> set[str]:
    return judged(book)[0]


def with_row(*row: str | float | None) -> Book:
    return Book([*ROWS, list(row)])


def test_a_plain_table_keeps_every_rule_of_level_1() -> None:
    assert not {rule for rule in before(Book(ROWS)) if rule.startswith("L1")}


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_workbooks_are_readable_file_types(kind: str) -> None:
    assert "L1-01" not in before(Book(ROWS, kind=kind))


@pytest.mark.parametrize("kind", ["docx", "pdf", "pptx", "html", "md"])
def test_pages_are_not_readable_file_types_but_their_refined_tables_are(kind: str) -> None:
    first, second = failures(*page([["品名", "数"], ["軸", "1"]], kind=kind))
    assert "L1-01" in first and "L1-01" not in second


def test_two_tables_on_a_sheet_fail_and_become_two_files() -> None:
    book = Book(ROWS)
    book.more_tables = (Area(10, 0, 13, 1),)
    first, second = judged(book)
    assert "L1-02" in first and "L1-02" not in second


def test_two_tables_in_a_csv_fail() -> None:
    assert "L1-02" in failures(*text_file(["a", "b"], [["x", "1"]], tables=2))[0]
    assert "L1-02" not in failures(*text_file(["a", "b"], [["x", "1"]]))[0]


def test_a_blank_row_within_the_table_fails() -> None:
    rows = [ROWS[0], ROWS[1], [None, None], ROWS[2]]
    assert "L1-03" in before(Book(rows))


def test_a_blank_column_within_the_table_fails() -> None:
    assert "L1-03" in before(Book([["品名", None, "数"], ["軸", None, 3], ["歯車", None, 4]]))


@pytest.mark.parametrize("spot", [(2, 0), (0, 1)])
def test_a_blank_margin_above_or_left_fails(spot: tuple[int, int]) -> None:
    assert "L1-03" in before(Book(ROWS, top=spot[0], left=spot[1]))


def test_blank_rows_and_repeated_headers_that_the_reader_took_out_fail() -> None:
    for finding in (Finding(code="csv.blank_rows", count=2), Finding(code="csv.repeated_header")):
        first, second = failures(*text_file(["a"], [["x"]], findings=[finding]))
        assert "L1-03" in first and "L1-03" not in second


def test_empty_columns_of_a_csv_fail() -> None:
    edit = Edit(step="read.csv", rule="empty_columns", before=",,", after="", count=2)
    assert "L1-03" in failures(*text_file(["a"], [["x"]], edits=[edit]))[0]


@pytest.mark.parametrize(
    ("spot", "text", "fails"),
    [
        ((1, 5), "あとで確認", True),
        ((8, 0), "次は佐藤さん", True),
        ((8, 0), "※社内限り", False),
        ((8, 0), "出典：生産管理システム", False),
        ((0, 0), "部品一覧", False),
    ],
)
def test_texts_beside_the_table_fail_unless_they_head_or_explain_it(
    spot: tuple[int, int], text: str, fails: bool
) -> None:
    book = Book(ROWS, top=1)
    book.outside[spot] = text
    first, second = judged(book)
    assert ("L1-04" in first) is fails and "L1-04" not in second


def test_stray_lines_of_a_csv_fail_but_titles_labelled_facts_and_sums_do_not() -> None:
    assert "L1-04" in failures(*text_file(["a"], [["x"]], notes=["一覧", "あとで直す"]))[0]
    notes = ["一覧", "出力日：2025/4/1", "※社外秘", "合計 12"]
    assert "L1-04" not in failures(*text_file(["a"], [["x"]], notes=notes))[0]


@pytest.mark.parametrize("name", [None, "1", "-", "列3", "Column2", "Unnamed: 0"])
def test_a_column_without_a_meaningful_name_fails_before_and_after(name: str | None) -> None:
    first, second = judged(Book([["品名", name], ["軸", "a"], ["歯車", "b"]]))
    assert "L1-05" in first and "L1-05" in second


@pytest.mark.parametrize("name", ["重量", "2024", "σ", "外径A", "No.", "4月"])
def test_short_names_that_say_something_pass(name: str) -> None:
    assert "L1-05" not in before(Book([["品名", name], ["軸", "a"], ["歯車", "b"]]))


def test_a_csv_without_a_header_fails() -> None:
    finding = Finding(code="csv.no_header")
    assert "L1-05" in failures(*text_file(["列1"], [["x"]], findings=[finding]))[1]


@pytest.mark.parametrize("text", ["氏　名", " 軸", "軸　", "歯\n車", "軸    受"])
def test_spaces_and_line_breaks_for_looks_fail(text: str) -> None:
    assert "L1-06" in before(with_row(text, 1.0))


@pytest.mark.parametrize(
    "text",
    ["ボール ベアリング", "SUS304 t2", "一行目の説明がここまで続いて終わる。\n二行目の説明もここまで続いて終わる。"],
)
def test_spaces_between_words_and_paragraphs_of_prose_pass(text: str) -> None:
    assert "L1-06" not in before(with_row(text, 1.0))


def test_spaces_for_looks_are_gone_after_refinement() -> None:
    refined = tidy(["品名"], [["軸"], ["歯車"]], Book([["品名"]]).place)
    first, second = judged(Book([["品　名"], ["軸"], ["歯車"]], refined=refined))
    assert "L1-06" in first and "L1-06" not in second


@pytest.mark.parametrize("text", ["10mm×20mm", "10×20×30", "2025/4/1、2025/4/2", "軸、歯車", "軸/カバー"])
def test_several_data_in_a_cell_fail(text: str) -> None:
    assert "L1-07" in before(with_row(text, 1.0))


@pytest.mark.parametrize("text", ["2025/4/1", "軸、および特注の部品", "M6×20六角", "1/50個", "KG-1/2"])
def test_one_datum_with_separators_passes(text: str) -> None:
    assert "L1-07" not in before(with_row(text, 1.0))


@pytest.mark.parametrize("text", ["①", "㎜", "㈱軸", "ﾎﾞﾙﾄ", "Ⅳ型", "ⅳ"])
def test_platform_dependent_characters_fail(text: str) -> None:
    assert "L1-08" in before(with_row(text, 1.0))


@pytest.mark.parametrize("text", ["髙橋", "﨑山", "直径10"])
def test_kanji_of_names_pass(text: str) -> None:
    assert "L1-08" not in before(with_row(text, 1.0))


def test_proper_names_are_excepted_by_their_column() -> None:
    assert "L1-08" not in before(Book([["取引先"], ["㈱鳥羽"], ["㈲杉"]]))
    assert "L1-08" in before(Book([["取引先①"], ["鳥羽"], ["杉"]]))


def test_zeros_and_blanks_in_one_column_fail_where_nothing_types_them() -> None:
    rows = [["品名", "不良数"], ["a", 0], ["b", None], ["c", 3], ["d", 1]]
    first, second = judged(Book(rows))
    assert "L1-09" in first
    assert "L1-09" not in second
    assert "L1-09" not in before(Book([*rows[:2], ["b", "-"], *rows[3:]]))


def test_pictures_fail_but_comments_and_printed_headers_do_not() -> None:
    book = Book(ROWS)
    book.on_top = (Comment(text="確認"), Paragraph(text="社外秘", role=Role.HEADER))
    assert "L1-10" not in before(book)
    book.on_top = (Figure(image="a.png"),)
    assert "L1-10" in before(book)
    assert "L1-10" not in judged(book)[1]


def _filled(*spots: tuple[int, int]) -> Book:
    book = Book([["品名", "数"], *([f"部品{n}", n] for n in range(8))])
    book.styles = dict.fromkeys(spots, CellStyle(fill="FFFFFF00"))
    return book


def test_a_filled_cell_fails_and_what_it_meant_is_lost() -> None:
    first, second = judged(_filled((3, 1)))
    assert "L1-11" in first and "L1-11" in second


def test_a_filled_row_fails() -> None:
    assert "L1-11" in before(_filled((3, 0), (3, 1)))


def test_stripes_headers_and_whole_columns_are_no_meaning() -> None:
    assert "L1-11" not in before(_filled(*((row, column) for row in (1, 3, 5, 7) for column in (0, 1))))
    assert "L1-11" not in before(_filled((0, 0), (0, 1)))
    assert "L1-11" not in before(_filled(*((row, 0) for row in range(1, 9))))


def test_withdrawn_rows_fail_until_a_column_tells_them() -> None:
    book = Book(ROWS)
    book.marks = dict.fromkeys([(2, 0), (2, 1)], frozenset({Mark.WITHDRAWN}))
    assert "L1-11" in before(book)
    rows = [["軸", "1.5", "false"], ["歯車", "2.5", "true"]]
    book.refined_table = tidy(["品名", "重量(kg)", "_withdrawn"], rows, book.place)
    assert "L1-11" not in judged(book)[1]
    book.styles[1, 1] = CellStyle(fill="FFFFFF00")
    assert "L1-11" in judged(book)[1]


def test_merged_cells_fail() -> None:
    book = Book(ROWS)
    book.spans[1, 0] = (2, 1)
    first, second = judged(book)
    assert "L1-12" in first and "L1-12" not in second
    assert "L1-12" not in before(Book(ROWS))


def test_hidden_rows_fail() -> None:
    book = Book(ROWS)
    book.marks = dict.fromkeys([(2, 0), (2, 1)], frozenset({Mark.HIDDEN}))
    first, second = judged(book)
    assert "L1-13" in first and "L1-13" not in second


def test_a_hidden_column_fails_until_its_description_tells() -> None:
    book = Book(ROWS)
    book.marks = {(row, 1): frozenset({Mark.HIDDEN}) for row in range(4)}
    first, second = judged(book)
    assert "L1-13" in first and "L1-13" in second
    told = Column(name="重量(kg)", description="非表示の列")
    book.refined_table = tidy(["品名", "重量(kg)"], [["軸", "1.5"]], book.place, {"重量(kg)": told})
    assert "L1-13" not in judged(book)[1]


def test_a_line_break_in_a_csv_value_fails() -> None:
    assert "L1-14" in failures(*text_file(["a", "b"], [["長い説明の一行目、\n長い説明の二行目がここに続く文", "1"]]))[0]
    assert "L1-14" not in failures(*text_file(["a", "b"], [["x", "1"]]))[0]
    assert "L1-14" not in before(with_row("歯\n車", 1.0))


def _ragged(columns: int) -> Finding:
    return Finding(code="csv.ragged_rows", details={"columns": columns}, count=1)


@pytest.mark.parametrize(
    ("finding", "fails"),
    [(_ragged(2), True), (_ragged(3), False), (Finding(code="csv.open_quote"), True), (None, False)],
    ids=["longer rows", "shorter rows", "open quote", "even rows"],
)
def test_rows_torn_at_commas_fail_and_stay_torn(finding: Finding | None, fails: bool) -> None:
    names = ["a", "b", "列3"]
    result = failures(*text_file(names, [["x", "1", "2"]], findings=[finding] if finding else []))
    assert [("L1-15" in rules) for rules in result] == [fails, fails]


def test_rules_of_workbooks_do_not_apply_to_csv_and_the_other_way_round() -> None:
    csv_rules = {"L1-14", "L1-15"}
    workbook_rules: dict[str, Callable[[], set[str]]] = {
        rule: lambda: failures(*text_file(["a"], [["x"]]))[0] for rule in ("L1-10", "L1-11", "L1-12", "L1-13")
    }
    assert not any(rule in find() for rule, find in workbook_rules.items())
    assert not csv_rules & before(with_row("歯\n車", 1.0))
