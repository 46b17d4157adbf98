"""One retriever and one reader for all tools: BM25 over Sudachi's normal forms, and the value beside the words."""

# ruff: noqa: E501 - tables of spellings

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from benchmarks.matching import squash

TARGET, LARGEST = 500, 1000  # what genba's recipe for retrieval cuts to
K1, B = 1.5, 0.75
FIRST = 10  # as many are put into a new order by vectors
_UNITS = {
    "torque": r"N[·・･⋅.\-]?m", "temperature": "℃|°C", "pressure": "MPa", "hold": "秒間?|s(?![a-z])", "soak": "分間?|min(?![-−⁻])", "gap": "mm",
    "length": "mm", "bore": "mm", "speed": r"rpm|r/min|min[-−⁻]1", "force": "N(?![·・･⋅.\\-]?m)", "mass": "g(?![a-z])", "voltage": "V",
}  # fmt: skip
_NUMERAL = re.compile(r"\d+(?:\.\d+)?")
# What an expression of a quantity may consist of around its unit: 24.5(±1.5), 60℃~70℃, 100 +0.2/-0.1, MAX 70, ≦0.3.
_BEFORE = re.compile(
    r"(?:[\d.,±+\-−/~〜～()\[\]≦≧<>φΦ\s]|から|℃|°C|MAX|MIN|mm|MPa|秒|分|rpm|r/min|N[·・･.]?m|N|g|V)*$", re.IGNORECASE
)
_BEHIND = re.compile(
    r"^[\])]?\s*(?:\(?±\s*[\d.]+\)?|\(?\+[\d.]+[/,\s]*[-−]?\s*[\d.]*\)?|[~〜～\-]\s*[\d.]+|から[\d.]+)?"
)


@lru_cache(maxsize=1)
def _tokeniser() -> Any:
    import sudachipy

    return sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.A)


_IGNORED = {"助詞", "助動詞", "補助記号", "空白", "記号"}


@lru_cache(maxsize=200_000)
def words(line: str) -> tuple[str, ...]:
    """Normalised forms of the words that carry meaning."""
    return tuple(
        token.normalized_form().casefold()
        for token in _tokeniser().tokenize(unicodedata.normalize("NFKC", line)[:10_000])
        if token.part_of_speech()[0] not in _IGNORED
    )


def words_of(text: str) -> list[str]:
    """The words of a text, line by line."""
    return [word for line in text.splitlines() for word in words(line)]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk with the file that it comes from."""

    file: str
    text: str


@dataclass
class Index:
    """BM25 over passages; the file's name counts as words of each of its passages, for every tool."""

    passages: list[Passage]
    vectors: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _counted(self) -> list[Counter[str]]:
        return [Counter(words_of(f"{_stem(one.file)}\n{one.text}")) for one in self.passages]

    @cached_property
    def _postings(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, counted in enumerate(self._counted):
            for word, count in counted.items():
                found[word].append((place, count))
        return found

    @cached_property
    def _lengths(self) -> list[int]:
        return [sum(counted.values()) for counted in self._counted]

    def ranked(self, question: str, count: int = FIRST) -> list[int]:
        """The best passages, first one first."""
        scores: dict[int, float] = defaultdict(float)
        total = len(self.passages)
        mean = sum(self._lengths) / max(total, 1)
        for word in set(words_of(question)):
            held = self._postings.get(word, ())
            rarity = math.log(1 + (total - len(held) + 0.5) / (len(held) + 0.5))
            for place, times in held:
                scores[place] += rarity * times * (K1 + 1) / (times + K1 * (1 - B + B * self._lengths[place] / mean))
        return sorted(scores, key=lambda place: (-scores[place], place))[:count]

    def fused(self, question: str, embed: Callable[[Sequence[str]], Any]) -> list[int]:
        """The first ones of BM25 in an order that vectors share in: reciprocal ranks, 1 to 0.5, k = 10."""
        first = self.ranked(question)
        texts = [self.passages[place].text[:600] for place in first]
        missing = [text for text in dict.fromkeys(texts) if text not in self.vectors]
        if missing:
            self.vectors.update(zip(missing, embed(missing), strict=True))
        asked = embed([question])[0]
        near = sorted(range(len(first)), key=lambda i: -float(self.vectors[texts[i]] @ asked))
        by_vector = {first[place]: rank for rank, place in enumerate(near)}
        points = {place: 1 / (10 + rank) + 0.5 / (10 + by_vector[place]) for rank, place in enumerate(first)}
        return sorted(first, key=lambda place: -points[place])


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0].replace("_", " ")


def cut(markdown: str) -> list[str]:
    """A peer's Markdown in pieces of the same size: at headings, then between lines; a table's head goes with its rows."""
    pieces: list[str] = []
    heading, head, now = "", "", ""

    def close() -> None:
        nonlocal now
        if now.strip() and now.strip() not in (heading, head):
            pieces.append(now.strip())
        now = ""

    lines = markdown.splitlines()
    for place, line in enumerate(lines):
        is_table = line.lstrip().startswith("|")
        if line.startswith("#"):
            close()
            heading = line
        if not is_table:
            head = ""
        elif not head and place + 1 < len(lines) and re.match(r"^\s*\|[\s:|-]+\|\s*$", lines[place + 1]):
            head = line
        if now and len(now) + len(line) > (LARGEST if is_table and len(now) < TARGET else TARGET):
            close()
            now = "\n".join(part for part in (heading, head if is_table else "") if part and part != line)
        for start in range(0, max(len(line), 1), LARGEST):
            if start:
                close()
            now += ("\n" if now else "") + line[start : start + LARGEST]
    close()
    return pieces


def read_answer(text: str, thing: str, kind: str) -> list[float]:
    """The numbers of the quantity of a kind that stands nearest to a thing: in its line, else in the next three."""
    lines = [unicodedata.normalize("NFKC", line) for line in text.splitlines() if line.strip()]
    wanted = squash(thing)
    at = [place for place, line in enumerate(lines) if wanted in squash(line)]
    for place in at:
        for line in lines[place : place + 4]:
            shown = line
            if line is lines[place]:
                # What stands before the thing in a row may belong to another one only in running text.
                cutting = shown.find(thing) if thing in shown and not shown.lstrip().startswith("|") else 0
                shown = shown[cutting:]
            found = quantity(shown, kind)
            if found:
                return found
    return []


def quantity(line: str, kind: str) -> list[float]:
    """The numbers of the first expression with a unit of this kind."""
    for unit in re.finditer(_UNITS[kind], line):
        before = _BEFORE.search(line[: unit.start()])
        behind = _BEHIND.match(line[unit.end() :])
        numerals = _NUMERAL.findall((before[0] if before else "").replace(",", "")) if before else []
        if not numerals:
            continue
        return [float(one) for one in numerals + _NUMERAL.findall(behind[0] if behind else "")]
    return []


def is_right(found: Sequence[float], wanted: Sequence[float]) -> bool:
    """Whether these are the numbers of the answer; a deviation of nought may be left out."""
    plain = [round(one, 4) for one in found]
    return plain == [round(one, 4) for one in wanted] or plain == [round(one, 4) for one in wanted if one]
