"""Columns are normalised as texts are, whatever lies in their buffers, and each change is told with its count."""

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.text import Change, normalise
from genba.formats.textcolumns import NormalTexts, columns_to_change, normal_column

TRICKY = "aZ09 \n\t\r\x00\x7fーｰ－-―～〜ｱﾞﾊﾟアぁ漢々〻①㈱№Ⅲ㎜髙﨑Ａ１　\u00a0\u200b\u0301\u3099〃゛ヽーｱ品番Ｏ"
TEXTS = st.lists(st.none() | st.text(alphabet=TRICKY, max_size=8), max_size=20)


@given(TEXTS, st.integers(0, 3), st.integers(0, 3))
def test_a_column_becomes_what_its_texts_become_one_by_one(texts: list[str | None], before: int, after: int) -> None:
    padded = pa.array([*["ｱ"] * before, *texts, *["ｶﾞ"] * after], pa.string())
    column = padded.slice(before, len(texts))
    assert normal_column(column).to_pylist() == [None if text is None else normalise(text)[0] for text in texts]


@given(st.text(max_size=30))
def test_no_text_that_would_change_is_passed_by(text: str) -> None:
    encoded = text.encode("utf-8", "ignore").decode()
    assert normal_column(pa.array([encoded], pa.string())).to_pylist() == [normalise(encoded)[0]]


def test_only_columns_that_change_are_named_and_every_value_counts() -> None:
    names = ["品番", "コード", "備考"]
    batch = pa.RecordBatch.from_arrays(
        [pa.array(["ﾎﾞﾙﾄ", "ﾎﾞﾙﾄ", "１２"]), pa.array(["00123", "A", "-"]), pa.array(["①", "髙橋", "良"])], names=names
    )
    told: Counter[tuple[str, str]] = Counter()

    def note(change: Change, count: int) -> None:
        told[change.before, change.after] += count

    changing = columns_to_change([batch, batch], (0, 1, 2), note)
    assert changing == {0}
    assert told == {("ﾎﾞﾙﾄ", "ボルト"): 4, ("１２", "12"): 2}
    batches = NormalTexts([batch], changing, tuple(names))
    for _ in range(2):  # again and again
        [again] = list(batches)
        assert again.to_pydict() == {
            "品番": ["ボルト", "ボルト", "12"], "コード": ["00123", "A", "-"], "備考": ["①", "髙橋", "良"]
        }  # fmt: skip
