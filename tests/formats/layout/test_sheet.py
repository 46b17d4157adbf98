"""What is found on hand-drawn sheets: forms, tables, choices, headings and text."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from genba.formats.layout.found import Found, FoundChoices, FoundField, FoundHeading, FoundTable, FoundText
from genba.formats.layout.sheet import arrange
from genba.model.cells import Cell, CellStyle

BOXED = CellStyle(borders=15)
LABEL = CellStyle(borders=15, fill="FFDDEBF7")
BOLD = CellStyle(bold=True)
UNDERLINED = CellStyle(borders=8)


def cell(row: int, column: int, text: str = "", style: CellStyle = BOXED, *, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(row, column, text or None, text, style=style, row_span=rows, column_span=columns)


def drawn(lines: list[list[str]], style: CellStyle = BOXED, *, top: int = 0, left: int = 0) -> list[Cell]:
    return [
        cell(top + row, left + column, text, style)
        for row, line in enumerate(lines)
        for column, text in enumerate(line)
    ]


def fields(found: list[Found]) -> dict[str, str]:
    return {item.path: item.value + item.unit for item in found if isinstance(item, FoundField)}


def table(found: list[Found]) -> FoundTable:
    (only,) = [item for item in found if isinstance(item, FoundTable)]
    return only


def test_labels_stand_left_of_their_values() -> None:
    found = arrange(
        drawn([["品番", "A-1023", "品名", "シャフト"], ["材質", "S45C", "数量", "20"], ["納期", "", "担当", "田中"]])
    )
    assert fields(found) == {
        "品番": "A-1023", "品名": "シャフト", "材質": "S45C", "数量": "20", "納期": "", "担当": "田中",
    }  # fmt: skip


def test_labels_stand_above_their_values_and_stamps_are_empty_fields() -> None:
    cells = drawn([["承認", "照査", "作成"]])
    cells += [cell(1, column, rows=3) for column in range(3)]
    assert fields(arrange(cells)) == {"承認": "", "照査": "", "作成": ""}


def test_a_tall_label_names_the_group_of_the_labels_beside_it() -> None:
    cells = [cell(0, 0, "届出者", rows=3)]
    for row, (label, value) in enumerate([("氏名", "山田 太郎"), ("住所", ""), ("電話番号", "03-1234-5678")]):
        cells += [cell(row, 1, label), cell(row, 2, value)]
    cells.sort(key=lambda item: (item.row, item.column))
    assert fields(arrange(cells)) == {
        "届出者/氏名": "山田 太郎", "届出者/住所": "", "届出者/電話番号": "03-1234-5678",
    }  # fmt: skip


def test_a_unit_behind_the_value_is_its_unit() -> None:
    cells = [cell(0, 0, "締付トルク", LABEL, columns=4), cell(0, 4, "[", columns=1), cell(0, 5, "24.5", columns=3)]
    cells += [
        cell(0, 8, "]"),
        cell(0, 9, "N・m", columns=2),
        cell(1, 0, "備考", LABEL, columns=4),
        cell(1, 4, columns=7),
    ]
    (torque, remark) = [item for item in arrange(cells) if isinstance(item, FoundField)]
    assert (torque.value, torque.unit) == ("24.5", "N・m")
    assert (remark.label, remark.value) == ("備考", "")


def test_boxes_drawn_around_many_cells_of_a_grid_are_one_field() -> None:
    top = [cell(0, 0, "品名", CellStyle(borders=15), columns=2)]
    top += [cell(0, column, "", CellStyle(borders=2 | 8 | (4 if column == 6 else 0))) for column in range(2, 7)]
    assert fields(arrange(top)) == {"品名": ""}


def test_label_and_value_in_one_cell_are_parted() -> None:
    found = arrange([cell(0, 0, "品番：A-1023　品名：軸", CellStyle())])
    assert fields(found) == {"品番": "A-1023", "品名": "軸"}


def test_underlined_blanks_are_unfilled_fields() -> None:
    plain = CellStyle()
    found = arrange([cell(0, 0, "氏名", plain), cell(0, 5, "", UNDERLINED, columns=6), cell(2, 0, "熱処理", plain),
                     cell(2, 5, "浸炭焼入", UNDERLINED, columns=6)])  # fmt: skip
    assert fields(found) == {"氏名": "", "熱処理": "浸炭焼入"}


def test_rows_cut_alike_under_a_header_are_a_table_not_a_form() -> None:
    found = arrange(
        drawn([["No", "検査項目", "規格", "測定値"], ["1", "外径", "25±0.1", "25.01"], ["2", "全長", "120", "120.6"]])
    )
    assert (table(found).header_rows, len(table(found).row_cuts)) == (1, 3)


def test_headers_merged_over_columns_and_rows_are_all_header() -> None:
    cells = [cell(0, 0, "No", rows=2), cell(0, 1, "測定値", columns=3), cell(0, 4, "判定", rows=2)]
    cells += [cell(1, 1, "1回目"), cell(1, 2, "2回目"), cell(1, 3, "3回目")]
    cells += drawn([["1", "25.0", "25.1", "24.9", "合"], ["2", "25.1", "25.0", "25.0", "合"]], top=2)
    assert table(arrange(cells)).header_rows == 2


def test_group_names_over_some_columns_only_are_header() -> None:
    open_ended = CellStyle(borders=8, fill="FFEEEEEE")  # as drawn where the next cell's line is forgotten
    cells = [cell(0, 2, "既存コードの根拠", columns=2), cell(0, 4, "産業分類", open_ended, columns=2)]
    cells += drawn([["大分類", "POI", "コード", "対象", "コード", "分類名"]], top=1)
    cells += drawn([["地形", "山", f"01{row:02}", "山岳", "", ""] for row in range(12)], top=2)
    found = table(arrange(cells))
    assert (found.rect.top, found.header_rows) == (0, 2)


def test_a_third_header_row_below_blank_corners_is_header() -> None:
    cells = [cell(0, 0, "工程"), cell(0, 1, "設備"), cell(0, 2, "測定値", columns=2)]
    cells += drawn([["", "", "A面", "B面"], ["", "", "数量", "数量"]], top=1)
    cells += drawn([["切断", f"M-{row}", "良", str(row)] for row in range(5)], top=3)
    assert table(arrange(cells)).header_rows == 3


def test_columns_left_blank_by_one_header_row_are_named_by_the_next() -> None:
    cells = [*drawn([["", "", ""]]), cell(0, 3, "本社工場", columns=2)]
    cells += drawn([["", "", "", "夜勤帯", "日勤帯"], ["No.", "特性", "備考", "1回目", "1回目"]], top=1)
    cells += drawn([[f"部品{row}", "外観", "良好", "0.5", "ばりあり"] for row in range(6)], top=3)
    assert table(arrange(cells)).header_rows == 3


def test_names_over_some_columns_of_open_rows_head_them() -> None:
    cells = [cell(0, 0, "児童名", LABEL, columns=2), cell(0, 2, "生年月日", LABEL, columns=2)]
    for row in (1, 2, 3):
        cells += [cell(row, 0, columns=2), cell(row, 2, "2019年"), cell(row, 3, "4月"), cell(row, 4, "利用中")]
    found = table(arrange(cells))
    assert (found.rect.top, found.header_rows) == (0, 1)


def test_a_list_whose_half_is_shaded_has_its_header() -> None:
    shaded = CellStyle(borders=15, fill="FFEEEEEE")
    lines = [["大分類", "", "名称", "コード", "対象", "説明"]]
    lines += [["地形", str(row), "山と丘の名", f"{row:04}", "山岳", "官庁の統計による"] for row in range(60)]
    cells = [
        cell(row, column, text, BOXED if column < 3 else shaded)
        for row, line in enumerate(lines)
        for column, text in enumerate(line)
    ]
    assert table(arrange(cells)).header_rows == 1


def test_months_count_as_a_header() -> None:
    months = ["設備", *(f"{month}月" for month in range(4, 13))]
    body = [[f"研削盤{number}", *("12" for _ in range(9))] for number in range(3)]
    assert table(arrange(drawn([months, *body]))).header_rows == 1


def test_tables_apart_by_a_blank_row_or_column_are_two() -> None:
    one = [["名前", "数量"], ["軸", "3"], ["板", "4"]]
    cells = drawn(one) + drawn(one, left=4) + drawn(one, top=5)
    cells.sort(key=lambda item: (item.row, item.column))
    found = [item for item in arrange(cells) if isinstance(item, FoundTable)]
    assert [tuple(item.rect[:2]) for item in found] == [(0, 0), (0, 4), (5, 0)]


def test_a_form_right_above_a_table_stays_a_form() -> None:
    head = drawn([["品番", "A-1023", "品名", "シャフト"]])
    body = drawn(
        [["No", "項目", "規格", "測定値"], ["1", "外径", "25.0", "25.01"], ["2", "全長", "120", "120.6"]], top=1
    )
    found = arrange(head + body)
    assert fields(found) == {"品番": "A-1023", "品名": "シャフト"}
    assert table(found).rect.top == 1


def test_a_total_row_with_a_merged_caption_belongs_to_the_table() -> None:
    cells = drawn([["品名", "定価", "数量"], ["軸", "800", "10"], ["板", "900", "2"]])
    cells += [cell(3, 0, "合計", columns=2), cell(3, 2, "12")]
    assert len(table(arrange(cells)).row_cuts) == 4


def test_a_table_without_lines_is_seen_by_its_alignment() -> None:
    plain = CellStyle()
    found = arrange(
        drawn([["日付", "設備", "件数"], ["4/1", "A号機", "3"], ["4/2", "B号機", "5"], ["4/3", "A号機", "1"]], plain)
    )
    assert table(found).header_rows == 1


def test_boxes_to_tick_are_choices_in_one_cell_and_over_several() -> None:
    one = arrange([cell(0, 0, "区分", LABEL), cell(0, 1, "☑新規　☐変更　☐廃止"), cell(1, 0, "備考", LABEL), cell(1, 1)])
    several = arrange(
        [cell(0, 0, "区分", LABEL), *(cell(0, 1 + at, text) for at, text in enumerate(["□", "社内", "■", "客先"]))]
    )
    (first,) = [item for item in one if isinstance(item, FoundChoices)]
    (second,) = [item for item in several if isinstance(item, FoundChoices)]
    assert (first.path, first.options) == ("区分", (("新規", True), ("変更", False), ("廃止", False)))
    assert (second.path, second.options) == ("区分", (("社内", False), ("客先", True)))


def test_a_black_square_before_a_heading_is_no_choice() -> None:
    (found,) = arrange([cell(0, 0, "■1. 目的", BOLD)])
    assert isinstance(found, FoundHeading)


def test_boxes_that_are_all_ticked_are_choices_beside_their_label() -> None:
    (found,) = arrange(drawn([["有害物質の使用", "■有　■無"]]))
    assert isinstance(found, FoundChoices)
    assert found.options == (("有", True), ("無", True))


def test_instructions_printed_beside_a_field_are_no_part_of_its_value() -> None:
    found = arrange(
        drawn([["配偶者の有無", "有・無", "左記において「無」の場合は、以下は記入不要です。"], ["氏名", "山田", ""]])
    )
    assert fields(found)["配偶者の有無"] == "有・無"
    assert any(isinstance(item, FoundText) and item.text.startswith("左記") for item in found)


def test_labels_below_one_another_with_room_beside_them_are_unfilled_fields() -> None:
    plain = CellStyle()
    cells = [cell(row, 0, text, plain) for row, text in enumerate(["所在地", "電話番号", "担当者"])]
    assert fields(arrange(cells)) == {"所在地": "", "電話番号": "", "担当者": ""}
    assert not fields(arrange([cell(row, 0, text, plain) for row, text in enumerate(["箱を洗う", "電話番号", "棚"])]))


def test_full_width_rows_over_fields_are_section_headings() -> None:
    cells = [
        cell(0, 0, "基本情報", replace(LABEL, bold=True), columns=4),
        *drawn([["品番", "A-1", "品名", "軸"]], top=1),
    ]
    found = arrange(cells)
    assert isinstance(found[0], FoundHeading)
    assert fields(found) == {"品番": "A-1", "品名": "軸"}


def test_a_number_in_a_cell_of_its_own_goes_with_its_text() -> None:
    plain = CellStyle()
    rows = [["(1)", "電源を切ってから作業する。"], ["(2)", "保護めがねを着用する。"], ["(3)", "油を拭き取る。"]]
    found = arrange(drawn(rows, plain))
    assert [(item.number, item.text) for item in found if isinstance(item, FoundText)] == [
        ("(1)", "電源を切ってから作業する。"), ("(2)", "保護めがねを着用する。"), ("(3)", "油を拭き取る。"),
    ]  # fmt: skip


STYLES = st.builds(
    CellStyle,
    bold=st.booleans(),
    fill=st.sampled_from(["", "FFDDEBF7"]),
    borders=st.integers(0, 15),
    size_pt=st.sampled_from([11.0, 16.0]),
)
WORDS = st.sampled_from(
    ["品番", "氏名", "□", "☑", "■", "No", "12.5", "mm", "合計", "：", "田中", "1.", "※注", "令和6年3月1日", "　"]
)


@st.composite
def any_sheet(draw: st.DrawFn) -> list[Cell]:
    """Cells anywhere, in any dress, merged as Excel would allow (no overlap); every text is told apart by a number."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for number in range(draw(st.integers(0, 40))):
        row, column = draw(st.integers(0, 12)), draw(st.integers(0, 9))
        rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 4))
        area = {(r, c) for r in range(row, row + rows) for c in range(column, column + columns)}
        if area & taken:
            continue
        taken |= area
        text = f"{draw(WORDS)}«{number}»" if draw(st.booleans()) else draw(st.sampled_from(["", "□", "品番", "25.1"]))
        cells.append(Cell(row, column, text, text, style=draw(STYLES), row_span=rows, column_span=columns))
    return sorted(cells, key=lambda item: (item.row, item.column))


# shrinking a whole sheet takes minutes; the sheet that failed is printed as it is
@settings(max_examples=150, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(any_sheet())
def test_every_text_is_found_exactly_once(cells: list[Cell]) -> None:
    owners: dict[int, int] = {}
    for item in arrange(cells):
        own = {id(one) for one in item.cells}
        if isinstance(item, FoundField | FoundChoices):
            own |= {id(one) for one in item.label_cells} - {id(one) for one in item.group_cells}
        elif isinstance(item, FoundTable):
            own |= {id(one) for one in item.caption}
        for one in own:
            owners[one] = owners.get(one, 0) + 1
    groups = {
        id(one) for item in arrange(cells) if isinstance(item, FoundField | FoundChoices) for one in item.group_cells
    }
    for one in cells:
        if one.text.strip():
            count = owners.get(id(one), 0)
            assert count == 1 or (count == 0 and id(one) in groups) or "：" in one.text, (one, count)


@settings(max_examples=30, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(any_sheet())
def test_the_same_sheet_gives_the_same_reading(cells: list[Cell]) -> None:
    assert arrange(cells) == arrange(list(cells)) or [repr(item) for item in arrange(cells)] == [
        repr(item) for item in arrange(list(cells))
    ]
