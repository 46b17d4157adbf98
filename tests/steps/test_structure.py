"""Sheets resolved into nodes: marks, places, reading order, what lies on top."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from genba.model.cells import Cell, CellStyle
from genba.model.document import Document, Node
from genba.model.marks import Mark, Reading
from genba.model.nodes import Choice, Choices, Comment, Figure, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.model.sheet import Sheet
from genba.model.source import Source
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.steps import structure

BOXED = CellStyle(borders=15)
PLAIN = CellStyle()


def cell(row: int, column: int, text: str = "", style: CellStyle = BOXED, **more: object) -> Cell:
    return Cell(row, column, text or None, text, style=style, **more)  # type: ignore[arg-type]


def resolved(*cells: Cell, **settings: object) -> tuple[Node, ...]:
    rows = max((item.row + item.row_span for item in cells), default=0)
    columns = max((item.column + item.column_span for item in cells), default=0)
    sheet = Sheet(name="検査", cells=cells, rows=rows, columns=columns, **settings)  # type: ignore[arg-type]
    source = Source(path="a.xlsx", sha256="", size_bytes=0, kind="xlsx")
    return structure.sheets(Document(source=source, nodes=(sheet,))).nodes


def test_a_sheet_becomes_a_heading_and_keeps_its_marks() -> None:
    nodes = resolved(cell(0, 0, "旧版のデータ", PLAIN), marks=frozenset((Mark.HIDDEN,)))
    assert nodes[0] == Heading(text="検査", level=1, place=Place(sheet="検査"), marks=frozenset((Mark.HIDDEN,)))
    assert all(Mark.HIDDEN in node.marks for node in nodes)


def test_a_pair_tells_the_ranges_of_its_label_and_value_and_the_stored_value() -> None:
    value = Cell(0, 2, 45000, "2023/3/15", style=BOXED, column_span=3)
    (pair,) = [node for node in resolved(cell(0, 0, "検査日", column_span=2), value) if isinstance(node, Pair)]
    assert (pair.label, pair.value, pair.raw) == ("検査日", "2023/3/15", 45000)
    assert (pair.label_place.range, pair.place.range) == ("A1:B1", "C1:E1")


def test_readings_stay_beside_their_text() -> None:
    reading = Reading(base="田中", reading="タナカ")
    (pair,) = [
        node for node in resolved(cell(0, 0, "担当"), cell(0, 1, "田中", readings=(reading,))) if isinstance(node, Pair)
    ]
    assert pair.readings == (reading,)


def test_a_hidden_row_marks_its_node_and_no_other() -> None:
    hidden = cell(2, 0, "秘密のメモ", PLAIN, marks=frozenset((Mark.HIDDEN,)))
    nodes = resolved(cell(0, 0, "見える文", PLAIN), hidden)
    assert [Mark.HIDDEN in node.marks for node in nodes] == [False, False, True]


def test_what_stands_outside_the_print_area_is_not_fused_with_what_stands_inside() -> None:
    outside = cell(0, 4, "走り書き", PLAIN, marks=frozenset((Mark.OUTSIDE_PRINT_AREA,)))
    _, inside, scribble = resolved(cell(0, 0, "作業手順", PLAIN), outside)
    assert isinstance(inside, Paragraph) and isinstance(scribble, Paragraph)
    assert (inside.text, scribble.text) == ("作業手順", "走り書き")
    assert scribble.marks == {Mark.OUTSIDE_PRINT_AREA}


def test_struck_runs_become_deletions_and_mark_their_node() -> None:
    struck = cell(0, 0, "24.5 N・mで締める。", PLAIN, withdrawn="20", marks=frozenset((Mark.PARTLY_WITHDRAWN,)))
    sheet = Sheet(name="S", cells=(struck,), rows=1, columns=1)
    source = Source(path="a.xlsx", sha256="", size_bytes=0, kind="xlsx")
    document = structure.sheets(Document(source=source, nodes=(sheet,)))
    assert [(item.kind, item.text) for item in document.revisions] == [("deleted", "20")]
    assert document.nodes[1].marks == {Mark.PARTLY_WITHDRAWN}


def test_a_table_on_a_grid_of_narrow_columns_has_only_its_logical_columns() -> None:
    cells = [
        cell(row * 2, column * 5, text, row_span=2, column_span=5)
        for row, line in enumerate([["No", "項目", "結果"], ["1", "外径", "25.0"], ["2", "全長", "120.5"]])
        for column, text in enumerate(line)
    ]
    (grid,) = [node for node in resolved(*cells) if isinstance(node, Grid)]
    assert (grid.rows, grid.columns, grid.header_rows, grid.place.range) == (3, 3, 1, "A1:O6")
    assert all(item.row_span == item.column_span == 1 for item in grid.cells)


def test_a_table_declared_by_the_author_is_one_whatever_it_looks_like() -> None:
    nodes = resolved(cell(0, 0, "品番", PLAIN), cell(0, 1, "A-1", PLAIN), cell(1, 0, "品名", PLAIN),
                     cell(1, 1, "軸", PLAIN),
                     tables=("A1:B2",))  # fmt: skip
    (grid,) = [node for node in nodes if isinstance(node, Grid)]
    assert grid.header_rows == 1


def test_comments_and_figures_stand_where_they_are_attached() -> None:
    comment = Comment(text="要確認", place=Place(sheet="検査", range="A3"))
    nodes = resolved(
        cell(0, 0, "上の文", PLAIN), cell(2, 0, "中の文", PLAIN), cell(4, 0, "下の文", PLAIN), on_top=(comment,)
    )
    assert [getattr(node, "text", "") for node in nodes] == ["検査", "上の文", "中の文", "要確認", "下の文"]


def test_the_caption_of_a_figure_is_not_repeated_as_text() -> None:
    figure = Figure(image="image1.png", caption="図1 治具の取付", place=Place(sheet="検査", range="A1:C4"))
    nodes = resolved(cell(5, 0, "図1 治具の取付", PLAIN), on_top=(figure,))
    assert [type(node) for node in nodes] == [Heading, Figure]


def test_form_controls_over_an_empty_field_take_its_label() -> None:
    controls = Choices(label="", options=(Choice(text="良", selected=True),), place=Place(sheet="検査", range="C1:D1"))
    nodes = resolved(cell(0, 0, "外観判定", column_span=2), cell(0, 2, column_span=6), on_top=(controls,))
    (choices,) = [node for node in nodes if isinstance(node, Choices)]
    assert choices.label == "外観判定"
    assert not any(isinstance(node, Pair) for node in nodes)


def test_headings_nest_by_the_signs_they_open_with() -> None:
    bold = CellStyle(bold=True)
    texts = [
        ("■ 準備", bold),
        ("工具をそろえる。", PLAIN),
        ("1.1 治具", bold),
        ("洗浄しておく。", PLAIN),
        ("■ 加工", bold),
        ("削る。", PLAIN),
    ]
    nodes = resolved(*(cell(row * 2, 0, text, style) for row, (text, style) in enumerate(texts)))
    assert [(node.text, node.level) for node in nodes if isinstance(node, Heading)] == [
        ("検査", 1), ("■ 準備", 2), ("1.1 治具", 3), ("■ 加工", 2),
    ]  # fmt: skip


def test_the_title_of_a_form_is_a_title() -> None:
    nodes = resolved(
        cell(0, 0, "不具合連絡書", CellStyle(bold=True, size_pt=16), column_span=8),
        cell(2, 0, "品番"),
        cell(2, 1, "A-1"),
    )
    assert [node.text for node in nodes if isinstance(node, Paragraph) and node.role is Role.TITLE] == ["不具合連絡書"]


def test_a_sheet_without_cells_is_a_heading_alone() -> None:
    assert len(resolved()) == 1


@pytest.mark.parametrize("borders", [0, 15])
def test_hostile_sheets_take_no_longer_than_their_size(borders: int) -> None:
    style = CellStyle(borders=borders)
    checkered = [cell(row, column, "x", style) for row in range(0, 300, 2) for column in range(0, 200, 2)]
    started = time.process_time()
    resolved(*checkered)
    assert time.process_time() - started < 10


def read_sheets(path: Path) -> Document:
    from genba.readers.xlsx import read

    blob = Blob(name=path.name, size_bytes=path.stat().st_size, open=lambda: path.open("rb"), path=str(path))
    nodes = tuple(part for part in read(blob, Limits()) if isinstance(part, Sheet))
    return structure.sheets(Document(source=Source(path=path.name, sha256="", size_bytes=0, kind="xlsx"), nodes=nodes))


def test_every_label_of_a_real_form_has_its_field(real_data: Path) -> None:
    document = read_sheets(real_data / "documents" / "exstruct-bsd3" / "ja_form.xlsx")
    labels = {node.label for node in document.nodes if isinstance(node, Pair)}
    assert {
        "フリガナ", "被保険者氏名", "被保険者番号", "個人番号", "生年月日", "住所", "住所/連絡先", "配偶者の有無",
        "配偶者に関する事項/フリガナ", "配偶者に関する事項/氏名", "配偶者に関する事項/生年月日",
        "配偶者に関する事項/個人番号",
        "配偶者に関する事項/課税状況", "預貯金等に関する申告/預貯金額", "申請者氏名", "申請者住所", "本人との関係",
    } <= labels  # fmt: skip
    assert not any(isinstance(node, Grid) for node in document.nodes)


def test_every_sheet_of_a_real_code_list_is_one_table(real_data: Path) -> None:
    document = read_sheets(real_data / "documents" / "gif-cc0" / "491-2_codelist.xlsx")
    grids = [node for node in document.nodes if isinstance(node, Grid)]
    assert len({grid.place.sheet for grid in grids}) == len(grids) >= 12
    assert all(grid.header_rows == 1 for grid in grids)


def test_a_list_without_lines_that_is_filtered_is_a_table_with_its_header() -> None:
    lines = [["赤", "青"], ["丸", "角"], ["大", "小"]]
    cells = [cell(row + 1, column, text, PLAIN) for row, line in enumerate(lines) for column, text in enumerate(line)]
    title = cell(0, 0, "色の並び", PLAIN)
    (found,) = [node for node in resolved(title, *cells, auto_filter="A2:B3") if isinstance(node, Grid)]
    assert (found.place.range, found.header_rows, found.rows) == ("A2:B4", 1, 3)
    assert not any(isinstance(node, Grid) for node in resolved(title, *cells))
