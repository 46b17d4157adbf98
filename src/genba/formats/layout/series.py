"""Texts that count (1回目 2回目, 4月 5月) and texts that sum up (合計, 平均)."""

import re
from collections.abc import Sequence
from itertools import pairwise

from genba.formats.layout.wording import fold

TOTALS = re.compile(
    r"^(総?合計|小計|計|総計|平均|平均値|最大|最小|最大値|最小値|標準偏差|total|sum|average|avg|max|min|range|r|x̄|σ|.{0,8}(合計|小計|総計))$"
)
_DIGITS = re.compile(r"\d+")
_COUNTED = re.compile(r"^(no\.?|n|#|第)?\d{1,4}[^\x00-\x7f]{1,3}$|^(no\.?|n|#)\d{1,3}$")  # 4月, 1回目, No.1


def is_counted(text: str) -> bool:
    """A number with its counter: 4月, 1回目, No.1."""
    return bool(_COUNTED.match(fold(text)))


def looks_counted(text: str) -> bool:
    """A short text with a number in it."""
    return len(text) <= 8 and bool(_DIGITS.search(text))


def is_series(texts: Sequence[str]) -> bool:
    """Headers that count: 4月 5月 6月, 1回目 2回目, No.1 No.2, 2024年度 2025年度."""
    folded = [fold(text) for text in texts if text.strip()]
    numbered = [_DIGITS.sub("#", text) for text in folded]
    if len(numbered) < 2 or len(set(texts)) < len(texts):
        return False
    common = max(dict.fromkeys(numbered), key=numbered.count)
    if "#" not in common or numbered.count(common) * 2 < len(numbered):
        return False
    values = [
        int(digits[-1][:9])
        for text, shape in zip(folded, numbered, strict=True)
        if shape == common and (digits := _DIGITS.findall(text))
    ]
    if len(values) < 2:
        return False
    steps = {later - earlier for earlier, later in pairwise(values)}
    return len(steps) == 1 or (common != "#" and "." not in common)
