"""Words keep their places, whatever the text; names are told by what stands beside them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.recognisers.sudachi import PIECE_CHARS, SudachiNames, SudachiTokeniser


@pytest.fixture(scope="module")
def tokeniser(needs: Callable[[str, str], str]) -> SudachiTokeniser:
    needs("python:sudachipy", "pip install genba[language]")
    return SudachiTokeniser()


@pytest.fixture
def names(tokeniser: SudachiTokeniser) -> Callable[[str], list[tuple[str, str]]]:
    recogniser = SudachiNames(tokeniser)

    def found(text: str) -> list[tuple[str, str]]:
        all_found = recogniser.names(text)
        assert all(text.startswith(name.text, name.begin) for name in all_found)
        return [(name.text, name.kind) for name in all_found]

    return found


def test_spellings_meet_in_their_normalised_form(tokeniser: SudachiTokeniser) -> None:
    normal = [token.normal for token in tokeniser.tokens("ﾄﾙｸ")] + [
        token.normal for token in tokeniser.tokens("トルク")
    ]
    assert normal == ["トルク", "トルク"]
    assert {tokeniser.tokens(text)[0].normal for text in ("締付ける", "締め付ける", "しめつける")} == {"締め付ける"}


def test_the_dictionary_knows_words_and_no_others(tokeniser: SudachiTokeniser) -> None:
    assert tokeniser.is_word("検査")
    assert not any(tokeniser.is_word(text) for text in ("検查", "", "ヌヌヌ", "\ud800", "検査" * 100))


@given(text=st.text(max_size=80))
def test_words_make_up_the_text(text: str, tokeniser: SudachiTokeniser) -> None:
    end = 0
    for token in tokeniser.tokens(text):
        assert token.begin == end
        assert token.surface == text[end : end + len(token.surface)]
        end += len(token.surface)
    assert end == len(text)


@pytest.mark.parametrize(
    "text",
    ["ボルトを締める。" * 2000, "ﷺ" * (PIECE_CHARS + 1), "あ" * 20_000, "\ud800a" * 3000, "行\n" * 9000],
    ids=["sentences", "growing", "unbroken", "broken", "lines"],
)
def test_long_texts_are_cut_into_pieces_without_loss(text: str, tokeniser: SudachiTokeniser) -> None:
    tokens = tokeniser.tokens(text)
    assert "".join(token.surface for token in tokens) == text.replace("\ud800", "\ufffd")
    assert [token.begin for token in tokens[1:]] == [token.begin + len(token.surface) for token in tokens[:-1]]


def test_pieces_end_with_sentences_so_that_words_stay_whole(tokeniser: SudachiTokeniser) -> None:
    sentence = "減速機ハウジングの締付けトルクを確認する。"
    once = [token.surface for token in tokeniser.tokens(sentence)]
    assert [token.surface for token in tokeniser.tokens(sentence * 600)] == once * 600


def test_people_are_told_by_two_names_or_a_title(names: Callable[[str], list[tuple[str, str]]]) -> None:
    assert names("佐藤太郎と小野木 大輔、鈴木課長") == [
        ("佐藤太郎", "person"),
        ("小野木 大輔", "person"),
        ("鈴木", "person"),
    ]
    assert names("林の中のチャックに森をセット") == []


def test_companies_are_told_by_their_form_or_ending(names: Callable[[str], list[tuple[str, str]]]) -> None:
    found = names("㈱山田製作所、トヨタ自動車株式会社、三菱電機のシーケンサ")
    assert found == [("㈱山田製作所", "company"), ("トヨタ自動車株式会社", "company"), ("三菱電機", "company")]


def test_places_are_joined(names: Callable[[str], list[tuple[str, str]]]) -> None:
    assert names("東京都千代田区に送る") == [("東京都千代田区", "place")]
