"""The retriever and the reader treat all tools alike."""

import pytest

from benchmarks.answering import LARGEST, Index, Passage, cut, is_right, quantity, read_answer


@pytest.mark.parametrize(
    ("line", "kind", "numbers"),
    [
        ("ボルトを締付けトルク24.5±1.5N・mで締め付ける", "torque", [24.5, 1.5]),
        ("24.5(±1.5)N·m", "torque", [24.5, 1.5]),
        ("24.5N-m±1.5", "torque", [24.5, 1.5]),
        ("60℃〜70℃に加熱する", "temperature", [60, 70]),
        ("60から70℃", "temperature", [60, 70]),
        ("圧力 MAX 0.30MPa", "pressure", [0.3]),
        ("0.3MPa以上", "pressure", [0.3]),
        ("100 +0.2/-0.1 mm", "length", [100, 0.2, 0.1]),
        ("100mm +0.2 -0.1", "length", [100, 0.2, 0.1]),
        ("350(±50)min-1", "speed", [350, 50]),
        ("5分間", "soak", [5]),
        ("| 3 | Oリング溝 | 2.9~3.1g | |", "mass", [2.9, 3.1]),
    ],
)
def test_a_quantity_is_read_in_every_spelling(line: str, kind: str, numbers: list[float]):
    assert is_right(quantity(line, kind), numbers)


def test_newtons_are_no_torque_and_minutes_no_speed():
    assert quantity("950N", "torque") == []
    assert quantity("5 N・m", "force") == []
    assert quantity("350 min-1", "soak") == []


def test_the_value_beside_the_thing_is_read_not_another_one():
    text = "| 1 | 上部のナット | 10 N・m |\n| 2 | 左側のナット | 20 N・m |"
    assert read_answer(text, "左側のナット", "torque") == [20]


def test_a_value_in_a_line_below_is_read():
    assert read_answer(
        "手順3 左側のナットを締める\n・ポイント：端から\n・条件：20(±2)N・m", "左側のナット", "torque"
    ) == [20, 2]


def test_markdown_is_cut_with_the_head_of_its_table():
    rows = "\n".join(f"| {n} | {'治具を清掃する' * 5} |" for n in range(60))
    pieces = cut(f"# 手順\n| No. | 内容 |\n| --- | --- |\n{rows}")
    assert len(pieces) > 3
    assert all("| No. | 内容 |" in piece and "# 手順" in piece for piece in pieces)
    assert all(len(piece) <= LARGEST + 100 for piece in pieces)


def test_nothing_is_lost_in_cutting():
    text = "\n".join(f"行{n}：治具{n}を清掃する" for n in range(300))
    assert "\n".join(cut(text)) == text


def test_the_passage_with_the_words_asked_for_comes_first():
    pytest.importorskip("sudachipy")
    index = Index(
        [Passage("a.docx", "銘板を貼る"), Passage("b.docx", "ナットを締め付ける"), Passage("c.docx", "治具の清掃")]
    )
    assert index.ranked("ナットを締付ける強さ")[0] == 1
