"""Numbers of lists, in Word's words and in PowerPoint's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.ooxml.counting import AUTO_NUMBERS, ENCLOSURES, FORMATS, show_auto_number, show_number


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        ("japaneseCounting", 123, "百二十三"),
        ("japaneseCounting", 10_000, "一万"),
        ("ideographDigital", 120, "一二〇"),
        ("japaneseLegal", 21, "弐拾壱"),
        ("lowerLetter", 28, "bb"),
        ("lowerRoman", 1994, "mcmxciv"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("aiueoFullWidth", 47, "ア"),
        ("ideographZodiacTraditional", 11, "甲戌"),
        ("ordinal", 112, "112th"),
        ("unheard-of", 5, "5"),
    ],
)
def test_numbers_are_shown_as_word_does(kind: str, number: int, shown: str):
    assert show_number(number, kind) == shown


@pytest.mark.parametrize(
    ("scheme", "shown"),
    [("arabicPeriod", "3."), ("arabicParenBoth", "(3)"), ("circleNumDbPlain", "③"), ("romanUcParenR", "III)"),
     ("ea1JpnKorPeriod", "三."), ("arabicDbPeriod", "３．"), ("alphaLcPeriod", "c."), ("unknown", "3")],
)  # fmt: skip
def test_numbers_are_shown_as_powerpoint_does(scheme: str, shown: str):
    assert show_auto_number(3, scheme) == shown


@given(st.integers(-(10**18), 10**18), st.sampled_from(sorted(FORMATS)))
def test_any_number_is_shown_briefly(number: int, kind: str):
    assert len(show_number(number, kind)) < 80


@given(st.integers(1, 50), st.sampled_from(sorted(AUTO_NUMBERS)), st.sampled_from(sorted(ENCLOSURES)))
def test_every_scheme_shows_something(number: int, stem: str, ending: str):
    assert show_auto_number(number, stem + ending)
