"""Tests of DXF's text codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.drawing.codes import formatted, plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("%%c25", "φ25"),
        ("45%%d", "45°"),
        ("10%%p0.1", "10±0.1"),
        ("%%u下線%%u", "下線"),
        ("%%065", "A"),
        ("\\U+56F3面", "図面"),
        ("\\M+190BD", "図"[:0] + b"\x90\xbd".decode("cp932")),
    ],
)
def test_codes_of_plain_texts_become_signs(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\\A1;25{\\H0.71x;\\S+0.1^ -0.2;}", "25 +0.1/-0.2"),
        ("φ25{\\SH7/g6;}", "φ25H7/g6"),
        ("{\\fＭＳ ゴシック|b0|i0;注記}\\P1. a\\P2. b", "注記\n1. a\n2. b"),
        ("a\\~b \\\\ \\{c\\}", "a b \\ {c}"),
        ("\\pi0,l4;x^Iy^Jz", "x y\nz"),
        ("\\S1#2;", "1/2"),
        ("plain", "plain"),
    ],
)
def test_formatting_is_taken_out_and_stacks_stand_in_a_line(written: str, read: str) -> None:
    assert formatted(written) == read


@given(st.text(alphabet="\\{}^;SPfHA%cdp012+-/ あa\ud800\n", max_size=60))
def test_any_text_is_read_and_can_be_written(text: str) -> None:
    for read in (formatted(text), plain(text)):
        assert read.encode("utf-8").decode("utf-8") == read
