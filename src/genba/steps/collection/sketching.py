"""Sketches by which near-equal texts are found: the smallest hashes of runs of three words (bottom-k MinHash)."""

import re
from zlib import crc32

KEPT = 64
TEXT_LOOKED_AT = 60_000

_WORDS = re.compile("[一-鿿々]+|[ァ-ヴー]+|[ぁ-ん]+|[A-Za-z]+|[0-9]+(?:[.][0-9]+)?")


def sketch(text: str) -> tuple[int, ...]:
    """Sketch a text; equal texts have equal sketches on every machine."""
    words = _WORDS.findall(text[:TEXT_LOOKED_AT])
    if len(words) < 3:
        return tuple(sorted({crc32(word.encode()) for word in words}))
    runs = {f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)}
    return tuple(sorted({crc32(run.encode()) for run in runs})[:KEPT])


def likeness(left: tuple[int, ...], right: tuple[int, ...]) -> float:
    """Estimate the share of runs that two texts have in common (Jaccard); 0 where one has none."""
    if left == right:
        return 1.0 if left else 0.0
    first, second = set(left), set(right)
    union = sorted(first | second)[:KEPT] if len(left) >= KEPT or len(right) >= KEPT else first | second
    return sum(1 for value in union if value in first and value in second) / len(union) if union else 0.0
