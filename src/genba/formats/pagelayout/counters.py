"""Numbers that count the items of a page in the house's own way: STEP 3, Step14., 手順8, 1-1, ①-2."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from genba.formats.pagelayout.glyphs import is_wide

Count = tuple[int, ...]

_COUNTER = re.compile(
    r"(?P<word>[^\W\d]{0,10}[ .\-]?)(?P<count>\d{1,3}(?:[-.‐–−]\d{1,3}){0,3})(?P<end>[.:)、]?)(?=\s|$)"
)
_PART = re.compile(r"\d+")
_LONGEST = 18


def counter(text: str) -> tuple[str, Count] | None:
    """Give the way of counting and the count that a text begins with, apart from what follows; None without one."""
    head = unicodedata.normalize("NFKC", text[:_LONGEST])
    found = _COUNTER.match(head)
    if found is None:
        return None
    word, end = found.group("word").strip(" .-").casefold(), found.group("end")
    return f"{word}#{end}", tuple(int(part) for part in _PART.findall(found.group("count")))


def is_own(kind: str, count: Count) -> bool:
    """Say whether a counter shows by itself that it is one; a bare number may be a figure or a marker."""
    return kind[0] != "#" or len(count) > 1


def hanging(text: str) -> float:
    """How wide the counter is that a text begins with, in ems; 0 without one."""
    found = counter(text)
    if found is None or not is_own(*found):
        return 0.0
    head = unicodedata.normalize("NFKC", text[:_LONGEST])
    match = _COUNTER.match(head)
    return sum(1.0 if is_wide(char) else 0.5 for char in match.group()) if match is not None else 0.0


def stands_alone(text: str) -> bool:
    """Say whether a text is a counter and nothing else."""
    return hanging(text) > 0.0 and _COUNTER.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def follows(before: Count, after: Count) -> bool:
    """Say whether a count comes next after another: 3 after 2, 1-1 after 1, 1-2 after 1-1, 2 or 2-1 after 1-3."""
    if after == (*before, 1):
        return True
    for depth in range(min(len(before), len(after))):
        if before[depth] != after[depth]:
            rest = after[depth + 1 :]
            return after[depth] == before[depth] + 1 and all(part == 1 for part in rest)
    return False


def is_series(texts: Sequence[str]) -> bool:
    """Say whether texts are nothing but counters of one kind, each greater than the one before."""
    counts: list[Count] = []
    kinds: set[str] = set()
    for text in texts:
        found = counter(text)
        if found is None or len(text) > _LONGEST or _COUNTER.fullmatch(unicodedata.normalize("NFKC", text)) is None:
            return False
        kinds.add(found[0])
        counts.append(found[1])
    in_turn = sum(follows(a, b) for a, b in pairwise(counts))
    return len(counts) > 1 and len(kinds) == 1 and in_turn >= 0.7 * (len(counts) - 1)


def openers(texts: Sequence[str]) -> frozenset[int]:
    """Give the indexes of the lines that open an item: counters whose neighbour in the series opens a line too."""
    series: dict[str, list[tuple[int, Count]]] = defaultdict(list)
    for index, text in enumerate(texts):
        found = counter(text)
        if found is not None and is_own(*found):
            series[found[0]].append((index, found[1]))
    opening: set[int] = set()
    for members in series.values():
        for (index, count), (later, after) in pairwise(members):
            if follows(count, after):
                opening |= {index, later}
    return frozenset(opening)
