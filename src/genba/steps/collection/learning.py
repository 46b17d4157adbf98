"""Learns what the company's codes look like from those that stand beside a label, and tells the others' kind by it.

A shape is taken where nine in ten labelled codes of it are of one kind. A wider shape is taken only where the narrower
ones keep changing: the share of those seen once estimates how likely a new one is (Good and Turing).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from genba.formats.codes import fits, shapes_of
from genba.model.gist import Gist
from genba.model.relations import KnownCode, KnownWord
from genba.model.terms import TermKind
from genba.model.vocabulary import CodePattern, Vocabulary

PRECISION = 0.9
LEAST = 2  # labelled codes of an exact shape
LEAST_WIDE = 4
NEW_ONES = 0.1
EXAMPLES = 5
LEVELS = 3
CODES = 200_000
DOCUMENTS_OF_A_CODE = 200
PATTERNS = 200
WORDS = 1_000

KINDS = (TermKind.PART, TermKind.DRAWING, TermKind.DOCUMENT, TermKind.EQUIPMENT, TermKind.LOT, TermKind.PROCESS)


@dataclass(slots=True)
class _Votes:
    """Labelled codes of one shape, by kind; and the narrower shapes that they had."""

    kinds: dict[str, int] = field(default_factory=dict)
    narrower: dict[tuple[str, str], int] = field(default_factory=dict)

    def best(self) -> tuple[str, int, float]:
        """The kind of most codes, how many those are, and their share."""
        kind = max(self.kinds, key=lambda name: (self.kinds[name], name))
        return kind, self.kinds[kind], self.kinds[kind] / sum(self.kinds.values())


class Learnt:
    """Kinds of codes, by the code itself where a label names it and by its shape elsewhere."""

    def __init__(self, gists: Sequence[Gist], vocabulary: Vocabulary) -> None:
        self.labelled: dict[str, dict[str, int]] = {}
        for gist in gists:
            for seen in gist.codes:
                if seen.labelled:
                    kinds = self.labelled.setdefault(seen.code, {})
                    kinds[seen.kind] = kinds.get(seen.kind, 0) + 1
        self._shapes: list[dict[str, _Votes]] = [{} for _ in range(LEVELS)]
        for code, kinds in self.labelled.items():
            winner = _winner(kinds)
            shapes = shapes_of(code)
            for level in range(LEVELS):
                votes = self._shapes[level].get(shapes[level])
                if votes is None:
                    votes = self._shapes[level][shapes[level]] = _Votes()
                votes.kinds[winner] = votes.kinds.get(winner, 0) + 1
                if level:
                    key = (winner, shapes[level - 1])
                    votes.narrower[key] = votes.narrower.get(key, 0) + 1
        self._confirmed = [pattern for pattern in vocabulary.patterns if pattern.is_confirmed]
        self._refused = {(pattern.kind, pattern.shape) for pattern in vocabulary.refused}
        self._taken: dict[str, tuple[str, float, str] | None] = {}
        self._by_shape: dict[str, tuple[str, float, str] | None] = {}

    def kind_of(self, code: str) -> tuple[str, float] | None:
        """Tell what a code names that no label names in this place, and how sure that is; None where nothing tells."""
        if code not in self._taken:
            self._taken[code] = self._decide(code)
        found = self._taken[code]
        return found[:2] if found else None

    def _decide(self, code: str) -> tuple[str, float, str] | None:
        for pattern in self._confirmed:
            if fits(code, pattern.shape):
                return str(pattern.kind), 1.0, pattern.shape
        if code in self.labelled:
            kinds = self.labelled[code]
            kind = max(kinds, key=lambda name: (kinds[name], name))
            share = kinds[kind] / sum(kinds.values())
            return (kind, share, "") if share >= PRECISION and kind != TermKind.UNKNOWN else None
        exact = shapes_of(code)[0]
        if exact not in self._by_shape:
            self._by_shape[exact] = self._by_levels(code)
        return self._by_shape[exact]

    def _by_levels(self, code: str) -> tuple[str, float, str] | None:
        if code.isdigit() and len(code) < 7:
            return None  # a short number may count anything
        for level, shape in enumerate(shapes_of(code)[:LEVELS]):
            votes = self._shapes[level].get(shape)
            if votes is None:
                continue
            kind, count, precision = votes.best()
            if precision < PRECISION:
                return None  # what is known of this shape contradicts itself
            if kind == TermKind.UNKNOWN or (TermKind(kind), shape) in self._refused:
                return None
            if (level == 0 and count >= LEAST) or (level and self._keeps_changing(votes, kind, count)):
                return kind, round(precision * (1 - 1 / (count + 2)), 3), shape
        return None

    def _keeps_changing(self, votes: _Votes, kind: str, count: int) -> bool:
        once = sum(1 for (name, _), number in votes.narrower.items() if number == 1 and name == kind)
        return count >= LEAST_WIDE and once >= 2 and once / count >= NEW_ONES

    def patterns(self) -> tuple[CodePattern, ...]:
        """The shapes that told, those of most codes first, for the user to confirm; what was decided stays decided."""
        examples: dict[tuple[str, str], list[str]] = defaultdict(list)
        counts: Counter[tuple[str, str]] = Counter()
        widest: dict[tuple[str, str], str] = {}
        for code, kinds in self.labelled.items():
            kind = _winner(kinds)
            if kind == TermKind.UNKNOWN:
                continue
            key = (kind, shapes_of(code)[0])
            if key not in widest:
                widest[key] = self._widest(code, kind)
            shape = widest[key]
            counts[kind, shape] += 1
            examples[kind, shape].append(code)
        decided = {(pattern.kind, pattern.shape) for pattern in self._confirmed} | self._refused
        found = [
            CodePattern(
                kind=TermKind(kind),
                shape=shape,
                examples=tuple(sorted(examples[kind, shape])[:EXAMPLES]),
                count=count,
                precision=round(self._precision(kind, shape), 3),
            )
            for (kind, shape), count in counts.items()
            if count >= LEAST and (TermKind(kind), shape) not in decided
        ]
        found.sort(key=lambda item: (KINDS.index(item.kind) if item.kind in KINDS else 9, -item.count, item.shape))
        return tuple(found[:PATTERNS])

    def _widest(self, code: str, kind: str) -> str:
        """The widest shape that may be taken for this code."""
        shapes = shapes_of(code)
        for level in range(LEVELS - 1, 0, -1):
            votes = self._shapes[level].get(shapes[level])
            if votes is None:
                continue
            best, count, share = votes.best()
            if best == kind and share >= PRECISION and self._keeps_changing(votes, kind, count):
                return shapes[level]
        return shapes[0]

    def _precision(self, kind: str, shape: str) -> float:
        for level in self._shapes:
            if shape in level:
                return level[shape].kinds.get(kind, 0) / sum(level[shape].kinds.values())
        return 1.0


def _winner(kinds: dict[str, int]) -> str:
    """The kind that most labels give; a code that two labels name alike often is no example of either."""
    if len(kinds) == 1:
        return next(iter(kinds))
    (first, count), (_, next_count) = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:2]
    return TermKind.UNKNOWN.value if next_count * 2 > count else first


def known_codes(gists: Iterable[Gist], learnt: Learnt) -> tuple[KnownCode, ...]:
    """Give every code with the kind that its label or its shape tells, and the documents it stands in so."""
    documents: dict[tuple[str, str], dict[str, None]] = {}
    confidence: dict[tuple[str, str], float] = {}
    for gist in gists:
        for seen in gist.codes:
            if seen.labelled:
                kind, sure = seen.kind, 1.0
            else:
                told = learnt.kind_of(seen.code)
                if told is None:
                    continue
                kind, sure = told
            if kind == TermKind.UNKNOWN:
                continue
            key = (kind, seen.code)
            documents.setdefault(key, {})[gist.id] = None
            confidence[key] = max(sure, confidence.get(key, 0.0))
    ordered = sorted(documents)[:CODES]
    return tuple(
        KnownCode(
            kind=kind,
            code=code,
            confidence=confidence[kind, code],
            documents=tuple(sorted(documents[kind, code])[:DOCUMENTS_OF_A_CODE]),
        )
        for kind, code in ordered
    )


def known_words(gists: Iterable[Gist], vocabulary: Vocabulary) -> tuple[KnownWord, ...]:
    """Give the names of processes and defects, those in most documents first."""
    counts: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str], str] = {}
    for gist in gists:
        for seen in gist.words:
            counts[seen.kind, seen.code] += 1
            texts.setdefault((seen.kind, seen.code), seen.text or seen.code)
    refused = set(vocabulary.refused_words)
    ordered = sorted(counts, key=lambda key: (key[0], -counts[key], key[1]))
    return tuple(
        KnownWord(kind=key[0], word=texts[key], count=counts[key]) for key in ordered if texts[key] not in refused
    )[:WORDS]
