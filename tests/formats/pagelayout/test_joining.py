"""Lines of running text: what a line break takes apart and what it leaves whole."""

import pytest

from genba.formats.pagelayout.joining import glue


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("押付け荷重4", "650±50 Nで圧入する", "押付け荷重4650±50 Nで圧入する"),
        ("グリスを3.9±0", ".1 g塗布する", "グリスを3.9±0.1 g塗布する"),
        ("see table 10", "20 items", "see table 10 20 items"),
        ("回転数 100", "200", "回転数 100 200"),
    ],
)
def test_a_figure_broken_within_japanese_is_whole_again(before: str, after: str, whole: str) -> None:
    assert glue(before, after) == whole
