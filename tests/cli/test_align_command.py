"""What a clock's time rests on is said in words, in both languages."""

from __future__ import annotations

import io

import pytest

from genba.cli.align_command import _evidence
from genba.cli.console import Console

CHAIN = {"events": 24, "share": 1.0, "spread_us": 12.25, "pairs": 10012.0, "span_s": 99.993, "stretches": 48.0}
SIGNALS = {"correlation": 0.9312, "peak_ratio": 0.35, "score": 22.0, "stretches": 9.0, "overlap_s": 120.0}


def said(evidence: dict[str, float], lang: str) -> str:
    return _evidence(evidence, Console(lang, io.StringIO(), io.StringIO(), color=False))


@pytest.mark.parametrize(
    ("evidence", "english", "japanese"),
    [
        (CHAIN, "10,012 arrivals over 100.0 s; the shortest delay is not", "到着10,012件、100.0秒間。最短の遅れは不明"),
        (CHAIN | {"delay_stated": 1.0}, "the shortest delay as stated", "最短の遅れは指定どおり"),
        ({"pairs": 20.0}, "20 arrivals", "到着20件"),
        ({"events": 24, "share": 1.0, "spread_us": 12.25}, "24 events matched", "イベント24件が対応"),
        (SIGNALS, "correlation of 0.93; the next possible place reaches 35 %", "相関は0.93、次の候補は最良の35 %"),
    ],
)
def test_evidence_is_said_in_a_sentence(evidence: dict[str, float], english: str, japanese: str) -> None:
    for lang, words in (("en", english), ("ja", japanese)):
        sentence = said(evidence, lang)
        assert words in sentence
        assert "_" not in sentence and "{" not in sentence


def test_nothing_is_said_of_figures_without_words() -> None:
    assert said({"stretches": 3.0}, "en") == ""
