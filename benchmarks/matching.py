"""How texts are looked for in what a tool wrote: the same way for every tool, blind to width, spaces and markup."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_BREAKS = re.compile(r"<br\s*/?>|\\n", re.IGNORECASE)
_ESCAPES = re.compile(r"\\([^\w\s])")
_SPACES = re.compile(r"\s+")
# Marks of struck-through text and of footnotes.
_MARKS = re.compile(r"~~|\[\^\w+\]")
# Boxes look different from tool to tool; what counts is whether one is ticked.
_BOXES = str.maketrans("□☑☒☓✓✔", "☐■■■■■")


def squash(text: str) -> str:
    """A text without what tools may rightly do differently: spaces, line breaks, escapes, full or half width."""
    text = _ESCAPES.sub(r"\1", _BREAKS.sub("", html.unescape(text)))
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", _MARKS.sub("", text))).translate(_BOXES)
    return unicodedata.normalize("NFKC", plain)  # without its space an accent joins the letter before it


@dataclass(frozen=True, slots=True)
class Score:
    """Hits among what should be there, and, where it can be counted, among what is there."""

    hits: float
    expected: float
    found: float | None = None

    def __add__(self, other: Score) -> Score:
        found = None if self.found is None or other.found is None else self.found + other.found
        return Score(self.hits + other.hits, self.expected + other.expected, found)

    @property
    def value(self) -> float | None:
        """F1 where what is there was counted, else the share of what should be there; None where nothing should."""
        if self.found is None:
            return self.hits / self.expected if self.expected else None
        return 2 * self.hits / (self.expected + self.found) if self.expected + self.found else None


NOTHING = Score(0, 0)
NOTHING_COUNTED = Score(0, 0, 0)


def recall(truth: Iterable[str], squashed: str) -> tuple[Score, list[str]]:
    """How many texts stand in a squashed output, and which do not."""
    missed, total = [], 0
    for text in truth:
        wanted = squash(text)
        if not wanted:
            continue
        total += 1
        if wanted not in squashed:
            missed.append(text)
    return Score(total - len(missed), total), missed


def f1(truth: Iterable[object], found: Iterable[object]) -> tuple[Score, list[object], list[object]]:
    """Compare two bags; also gives what is missing and what is too much."""
    wanted, got = Counter(truth), Counter(found)
    both = wanted & got
    score = Score(both.total(), wanted.total(), got.total())
    return score, list((wanted - got).elements()), list((got - wanted).elements())


def similarity(truth: str, found: str) -> float:
    """Share of characters that stand in the same order: 2·M/T of the longest matching blocks."""
    return SequenceMatcher(None, squash(truth), squash(found), autojunk=False).ratio()


def table_rows(markdown: str) -> list[list[str]]:
    """The rows of all pipe tables, cells squashed."""
    rows = []
    for line in markdown.splitlines():
        if line.lstrip().startswith("|"):
            cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
            rows.append([squash(cell) for cell in cells])
    return rows


def stands_beside(label: str, value: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a value is the next other text behind its label in a row: what a reader of Markdown can still join."""
    for row in rows:
        for place, cell in enumerate(row):
            if cell == label and next((text for text in row[place:] if text not in ("", label, "NaN")), "") == value:
                return True
    return False
