"""Columns that texts take on a screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.displaywidth import display_width, pad, truncate


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("abc", 3),
        ("日本", 4),
        ("ﾎﾞ", 2),
        ("か\u3099", 2),
        ("a\u0301", 1),
        ("①", 1),
        ("\u200b", 0),
        ("", 0),
    ],
)
def test_display_width_counts_columns(text, width):
    assert display_width(text) == width


def test_ambiguous_characters_are_wide_where_the_console_says_so():
    assert display_width("○①", ambiguous=2) == 4


def test_padding_and_truncation_respect_full_width():
    assert pad("日本", 6) == "日本  "
    assert pad("日本", 6, align="right") == "  日本"
    assert pad("日本", 7, align="center") == " 日本  "
    assert pad("長い文字列", 4) == "長い文字列"
    assert truncate("検査基準書", 7) == "検査基…"
    assert truncate("検査", 4) == "検査"
    assert truncate("検査基準", 0) == ""


@given(st.text(max_size=30), st.integers(0, 20))
def test_a_truncated_text_fits(text, width):
    assert display_width(truncate(text, width)) <= width
