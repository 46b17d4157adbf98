"""Spaces and signs that recognisers lose come back where the places of the characters show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.scans.spacing import mend_signs, width, with_spaces


def spaced(text: str) -> tuple[str, list[float], float]:
    """The text without its blanks, each character in the place it was set."""
    at, places, said = 0.0, [], ""
    for char in text:
        wide = width(char)
        if not char.isspace():
            said += char
            places.append(at + wide / 2)
        at += wide
    return said, [place / at for place in places], at * 10


@pytest.mark.parametrize(
    ("printed", "given_back"),
    [
        ("1-2　現品票とパレットを照合する", "1-2 現品票とパレットを照合する"),
        ("6　　モーター側を加熱する", "6 モーター側を加熱する"),
        ("①　台車を置く", "① 台車を置く"),
        ("▲警告▲ つり荷の下に入らない", "▲警告▲ つり荷の下に入らない"),
        ("STEP3　左側を保持する", "STEP3 左側を保持する"),
        ("油分を残さない　理由は接触不良", "油分を残さない\u3000理由は接触不良"),
        ("10個のワークを置く", "10個のワークを置く"),
        ("保持する(写真1)を見る", "保持する(写真1)を見る"),
    ],
)
def test_a_space_stands_where_characters_stand_apart(printed: str, given_back: str) -> None:
    text, places = with_spaces(*spaced(printed))
    assert text == given_back
    assert len(places) == len(text)
    assert list(places) == sorted(places)


def test_a_line_set_wide_throughout_gets_no_spaces() -> None:
    text, _ = with_spaces(*spaced("作　業　標　準　書"))
    assert text == "作業標準書"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("く危険>高電圧", "<危険>高電圧"),
        ("K警告＞手を入れない", "＜警告＞手を入れない"),
        ("く警告》手を入れない", "《警告》手を入れない"),
        ("危険〉高電圧", "〈危険〉高電圧"),
        ("<注意ン床が滑る", "<注意>床が滑る"),
        ("▲く注意>床が滑る", "▲<注意>床が滑る"),
        ("<危険>高電圧", "<危険>高電圧"),
        ("危険な場所", "危険な場所"),
        ("注意して置く", "注意して置く"),
        ("回転数は3450min−1以下", "回転数は3450min-1以下"),
        ("1④配線を確かめる", "⑭配線を確かめる"),
        ("⑩0左側を見る", "⑩左側を見る"),
        ("10個", "10個"),
    ],
)
def test_signs_are_set_right_around_what_they_enclose(read: str, meant: str) -> None:
    assert mend_signs(read) == meant


@given(st.text(max_size=30))
def test_a_mended_line_stays_as_it_is(text: str) -> None:
    once = mend_signs(text)
    assert mend_signs(once) == once


@given(st.text(alphabet="あ漢ア1-(①▲警告", min_size=1, max_size=20), st.floats(1, 1000))
def test_spaces_are_all_that_is_added(text: str, length: float) -> None:
    places = [(index + 0.5) / len(text) for index in range(len(text))]
    said, _ = with_spaces(text, places, length)
    assert "".join(said.split()) == text
