"""Lines, columns and paragraphs in the order a person reads them."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from genba.formats.pagelayout.blocks import arrange
from genba.formats.pagelayout.glyphs import Flow, Glyph, into, out_of
from genba.formats.pagelayout.items import Block, PageTable
from genba.formats.pagelayout.joining import glue, split_marker
from genba.formats.pagelayout.lines import Line, read_lines
from genba.formats.pagelayout.paragraphs import Passage, paragraphs

KANJI = "検査工程設備部品加工測定記録確認作業手順安全品質管理締付規定範囲異常停止連絡責任"


def across(text: str, x: float, y: float, size: float = 10.0) -> list[Glyph]:
    glyphs = []
    for char in text:
        width = size / 2 if char.isascii() else size
        glyphs.append(Glyph(char, x, y, x + width, y + size, size))
        x += width
    return glyphs


def down(text: str, x: float, y: float, size: float = 10.0) -> list[Glyph]:
    return [Glyph(char, x, y + i * size, x + size, y + (i + 1) * size, size) for i, char in enumerate(text)]


def read(glyphs: list[Glyph]) -> list[str]:
    return [item.text for stack in arrange(read_lines(glyphs)) for item in stack if isinstance(item, Line)]


def numbered(index: int, length: int) -> str:
    return "".join(KANJI[(index * 7 + i * 3) % len(KANJI)] for i in range(length))


@given(st.integers(2, 3), st.integers(4, 20), st.integers(12, 22), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_columns_of_lines_come_back_in_order(columns, rows, length, random):
    expected, lines = [], []
    for column in range(columns):
        for row in range(rows):
            text = numbered(column * rows + row, length)
            expected.append(text)
            lines.append(across(text, 40 + column * (length * 10 + 20), 50 + row * 16))
    random.shuffle(lines)
    assert read([glyph for line in lines for glyph in line]) == expected


@given(st.integers(1, 3), st.integers(4, 20), st.integers(12, 22), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_tiers_of_vertical_lines_come_back_from_right_to_left(tiers, columns, length, scattered, random):
    expected, lines = [], []
    for tier in range(tiers):
        for column in range(columns):
            text = numbered(tier * columns + column, length)
            expected.append(text)
            lines.append(down(text, 700 - column * 17, 40 + tier * (length * 10 + 20)))
    random.shuffle(lines)
    glyphs = [glyph for line in lines for glyph in line]
    if scattered:
        random.shuffle(glyphs)
    assert read(glyphs) == expected


def test_a_heading_over_two_columns_comes_before_both():
    glyphs = across("全体にわたる長い見出しがここに入る場合の読み順の確認をする", 40, 20, 14)
    for row in range(6):
        glyphs += across(numbered(row, 18), 40, 60 + row * 16) + across(numbered(row + 50, 18), 240, 60 + row * 16)
    order = read(glyphs)
    assert order[0].startswith("全体にわたる")
    assert order[1:7] == [numbered(row, 18) for row in range(6)]


def test_vertical_presentation_forms_become_the_characters_meant():
    assert read(down("﹁安全第一﹂︑必ず守る︒", 100, 50)) == ["「安全第一」、必ず守る。"]


def test_two_digits_in_one_square_of_vertical_text_stay_in_their_place():
    glyphs = down("第", 100, 50)
    glyphs += [Glyph("1", 100, 60, 105, 70, 10), Glyph("2", 105, 60, 110, 70, 10)]
    glyphs += down("章の手順を守る", 100, 70)
    assert read(glyphs) == ["第12章の手順を守る"]


def test_latin_turned_clockwise_stays_in_its_vertical_line():
    glyphs = down("工場の", 100, 50)
    glyphs += [Glyph(char, 100, 80 + i * 5, 110, 85 + i * 5, 10, turn=Flow.DOWN) for i, char in enumerate("AI")]
    glyphs += down("を使う", 100, 90)
    assert read(glyphs) == ["工場のAIを使う"]


def test_a_vertical_block_on_a_horizontal_page_is_read_as_a_whole():
    glyphs = [g for row in range(8) for g in across(numbered(row, 30), 40, 40 + row * 16)]
    glyphs += down("注意書きの縦書き一行目です", 400, 40) + down("二行目はその左に来ます。", 383, 40)
    order = read(glyphs)
    assert order.index("注意書きの縦書き一行目です") + 1 == order.index("二行目はその左に来ます。")


def test_ruby_becomes_a_reading_and_leaves_the_text_alone():
    glyphs = across("返りを除去する", 100, 100, 12) + across("ばり", 103, 93, 6) + across("じょきょ", 136, 93, 6)
    (line,) = read_lines(glyphs)
    assert line.text == "返りを除去する"
    assert [(r.base, r.reading) for r in line.readings] == [("返", "ばり"), ("除去", "じょきょ")]


def test_ruby_beside_a_vertical_line_becomes_a_reading():
    glyphs = down("鋼板の切断", 100, 100, 12) + down("こうはん", 113, 100, 6)
    (line,) = read_lines(glyphs)
    assert line.text == "鋼板の切断"
    assert [(r.base, r.reading) for r in line.readings] == [("鋼板", "こうはん")]


def test_the_label_furigana_is_not_taken_for_ruby():
    lines = read_lines(across("フリガナ", 100, 92, 6) + across("氏名を書く", 100, 100, 12))
    assert {line.text for line in lines} == {"フリガナ", "氏名を書く"}


def test_text_drawn_twice_to_look_bold_is_read_once():
    assert read(across("重要な注意", 100, 100) + across("重要な注意", 100.4, 100)) == ["重要な注意"]


def test_texts_in_rows_and_columns_without_rules_are_a_table():
    rows = [("部品番号", "品名", "数量"), ("A-001", "ボルト", "12"), ("A-002", "ナット", "4"), ("A-003", "座金", "110")]
    glyphs = [
        g for i, row in enumerate(rows) for j, text in enumerate(row) for g in across(text, 50 + j * 120, 50 + i * 16)
    ]
    blocks = [item for stack in arrange(read_lines(glyphs)) for item in stack if isinstance(item, Block)]
    assert len(blocks) == 1
    table = blocks[0].content
    assert isinstance(table, PageTable)
    assert [[c.text for c in table.cells if c.row == r] for r in range(4)] == [list(row) for row in rows]


def test_a_numbered_list_is_no_table():
    glyphs = []
    for row, text in enumerate(("電源を入れる。", "圧力を確認する。", "記録する。", "片付ける。")):
        glyphs += across(f"({row + 1})", 50, 50 + row * 16) + across(text, 85, 50 + row * 16)
    parts = [part for stack in arrange(read_lines(glyphs)) for part in paragraphs(stack)]
    assert [(p.marker, p.text) for p in parts if isinstance(p, Passage)][:2] == [
        ("(1)", "電源を入れる。"),
        ("(2)", "圧力を確認する。"),
    ]


def test_japanese_lines_join_without_and_latin_lines_with_a_space():
    assert glue("締付けトルクを", "確認する") == "締付けトルクを確認する"
    assert glue("read the", "manual") == "read the manual"
    assert glue("manufac-", "turing") == "manufacturing"
    assert glue("ISO-", "9001") == "ISO- 9001"


def test_paragraphs_end_at_short_lines_and_begin_at_indents():
    glyphs = across(numbered(1, 20), 60, 50) + across(numbered(2, 21), 50, 66) + across(numbered(3, 8), 50, 82)
    glyphs += across(numbered(4, 20), 60, 98) + across(numbered(5, 21), 50, 114)
    parts = [part for stack in arrange(read_lines(glyphs)) for part in paragraphs(stack)]
    assert [part.text for part in parts if isinstance(part, Passage)] == [
        numbered(1, 20) + numbered(2, 21) + numbered(3, 8),
        numbered(4, 20) + numbered(5, 21),
    ]


def test_numbers_with_units_are_no_list_markers():
    assert split_marker("3.5mm以下とする") == ("", "3.5mm以下とする")
    assert split_marker("10個ずつ") == ("", "10個ずつ")
    assert split_marker("① 電源を入れる") == ("①", "電源を入れる")
    assert split_marker("1.2 適用範囲") == ("1.2", "適用範囲")
    assert split_marker("・油を拭く") == ("・", "油を拭く")


finite = st.floats(-1000, 1000)


@given(st.sampled_from(Flow), finite, finite, st.floats(0, 500), st.floats(0, 500))
def test_a_box_comes_back_from_its_frame(flow, x, y, width, height):
    box = (x, y, x + width, y + height)
    back = out_of(flow, into(flow, box))
    assert all(math.isclose(a, b) for a, b in zip(back, box, strict=True))


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=1), finite, finite, st.floats(1, 40), st.sampled_from(Flow)), max_size=60
    )
)
def test_no_character_is_lost_whatever_the_page_looks_like(characters):
    glyphs = [
        Glyph(text, x, y, x + size, y + size, size, turn=turn) for text, x, y, size, turn in characters if text.strip()
    ]
    seen = "".join(line.text for line in read_lines(glyphs)) + "".join(
        reading.reading for line in read_lines(glyphs) for reading in line.readings
    )
    assert set(
        "".join(g.text for g in glyphs).translate(
            {ord(c): None for c in "︐︑︒︓︔︕︖︗︘︙︰︱︲︳︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈"}
        )
    ) <= set(seen)
    stacks = arrange(read_lines(glyphs))
    assert sum(len(stack) for stack in stacks) <= len(glyphs)
