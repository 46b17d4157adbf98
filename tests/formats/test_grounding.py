"""A number or a code that the source does not have is found, however it is written; what it has is never blamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.grounding import ungrounded

SOURCE = (
    "品番 KG-1023-47A のボルト M8×20 を 25±2 N·m で締め付ける。回転数は 1,200 rpm、温度は -5℃ から 40℃。"
    "2025/10/19 改訂、在庫 25000 個、第3版、表面粗さ Ra1.6、範囲 1000-2000。"
)


@pytest.mark.parametrize(
    "text",
    [
        "KG-1023-47A を 25N·m で締める", "kg‐1023‐47a", "２５Ｎ・ｍ", "二十五 N·m", "1200rpm", "１，２００回転",
        "2万5千個", "二万五千個", "-5℃から40℃まで", "−5 ℃", "2025年10月19日", "第三版", "25.0 N·m", "Ra1.6", "M8×20",
        "一般に十分な一部の作業", "範囲は1000から2000",
    ],
)  # fmt: skip
def test_what_the_source_says_in_another_writing_is_grounded(text: str) -> None:
    assert ungrounded(text, SOURCE) == ()


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("26 N·m で締める", ("26",)), ("KG-1023-47B", ("KG-1023-47B",)), ("1023 個", ("1023",)), ("120 rpm", ("120",)),
        ("5℃", ("5",)), ("M10 のボルト", ("M10",)), ("三十回", ("三十",)),
        ("二万五千一個", ("二万五千一",)), ("2.5 N", ("2.5",)),
        ("2025-10-20", ("2025-10-20",)),
        ("2万6千", ("2万6千",)), ("8 と 8 と 9", ("8", "9")), ("٣ 個", ()), ("٧ 個", ("7",)),
        ("03-1234-5678", ("03-1234-5678",)), ("七十分間", ("七十",)), ("-25", ("-25",)),
    ],
)  # fmt: skip
def test_what_it_does_not_say_is_named_as_written(text: str, invented: tuple[str, ...]) -> None:
    assert ungrounded(text, SOURCE) == invented


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_a_line_of_the_source_is_grounded(before: str, line: str, after: str) -> None:
    assert ungrounded(line, "\n".join((before, line, after))) == ()


WRITINGS = [str, lambda n: f"{n:,}", lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
            lambda n: "".join("〇一二三四五六七八九"[int(figure)] for figure in str(n)),
            lambda n: f"{n}.0", lambda n: f" {n}kg"]  # fmt: skip


@given(
    st.integers(10, 10**9),
    st.lists(st.integers(0, 10**9), max_size=5),
    st.sampled_from(WRITINGS),
    st.sampled_from(WRITINGS),
)
def test_a_number_is_grounded_just_where_its_value_stands(number, others, said, written) -> None:  # type: ignore[no-untyped-def]
    source = "、".join(f"値は{written(other)}です" for other in others)
    invented = ungrounded(f"合計は{said(number)}です", source)
    assert bool(invented) == (number not in others)


@given(st.integers(0, 20_000))
def test_long_runs_do_no_harm(length: int) -> None:
    assert ungrounded("一" * length + "9" * length, "") != () or not length
