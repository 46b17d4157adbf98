"""Sentences are pieces of the text as it stands, and their ends are where a reader sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("電源を切る。札を掛ける。", ("電源を切る。", "札を掛ける。")),
        ("「止めろ。触るな。」と声を掛ける。次へ進む。", ("「止めろ。触るな。」と声を掛ける。", "次へ進む。")),
        ("測定する(3回。平均をとる。)。記録する。", ("測定する(3回。平均をとる。)。", "記録する。")),
        ("幅は 1．5 mm とする．長さは 2.5 mm とする．", ("幅は 1．5 mm とする．", "長さは 2.5 mm とする．")),
        ("締付けトルクを\n確認する。\n記録", ("締付けトルクを\n確認する。", "記録")),
        ("第一行\n第二行", ("第一行", "第二行")),
        ("Stop the machine. Remove No. 5 bolt. Done", ("Stop the machine.", "Remove No. 5 bolt.", "Done")),
        ("よいか?よい!終わり", ("よいか?", "よい!", "終わり")),
        ("「閉じない。次の文。", ("「閉じない。", "次の文。")),
        ("v1.2.3 を使う。file.txt を開く。", ("v1.2.3 を使う。", "file.txt を開く。")),
        (" 。\n", ("。",)),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_sees_their_end(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="あ。．.「」()（）、\n 12aA!?", max_size=60) | st.text(max_size=60))
def test_nothing_but_spaces_lies_between_sentences(text: str) -> None:
    rest = text
    for sentence in sentences(text):
        assert sentence == sentence.strip() != ""
        before, found, rest = rest.partition(sentence)
        assert found
        assert not before.strip()
    assert not rest.strip()
