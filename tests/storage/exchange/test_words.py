"""Texts are found by what people type: one writing for all its variants, Japanese without spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.storage.exchange.words import folded, tokens, wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("油圧ﾎﾟﾝﾌﾟ", {"油", "圧", "ポ", "ン", "プ", "油圧", "圧ポ", "ポン", "ンプ"}),
        ("AE-12 Ａｅ", {"ae", "12"}),
        ("Größe STRASSE straße", {"grösse", "strasse"}),
        ("々〆ー", {"々", "〆", "ー", "々〆", "〆ー"}),
        ("㍉ ㌔", {"ミ", "リ", "ミリ", "キ", "ロ", "キロ"}),
        ("a_b", {"a", "b"}),
        ("", set()),
        ("、。%_'\"\x00", set()),
        ("x" * 100, {"x" * 64}),
    ],
)
def test_a_text_is_found_by(text, found):
    assert tokens(text) == found


def test_a_query_asks_for_pairs_and_a_single_character_for_itself():
    assert wanted("油圧ポ 軸 AE") == ("油圧", "圧ポ", "軸", "ae")


def test_a_query_is_bounded():
    assert len(wanted(" ".join(f"w{number}" for number in range(500)))) == 32


@given(st.text(max_size=60))
def test_every_text_is_found_by_itself_and_by_its_variants(text):
    assert set(wanted(text)) <= tokens(text)
    assert tokens(folded(text)) == tokens(text)


@given(st.text(alphabet="温度記録ポンプA1 ", max_size=20), st.data())
def test_every_stretch_of_japanese_in_a_text_finds_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    stretch = text[start : data.draw(st.integers(start, len(text)))].strip("A1 ")
    if not set(stretch) & set("A1 "):
        assert set(wanted(stretch)) <= tokens(text)
