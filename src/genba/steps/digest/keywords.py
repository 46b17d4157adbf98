"""Terms with weights and kinds, and the strings of the first of them as keywords.

A run of nouns weighs by its C-value (how often it stands by itself and not inside longer ones) and by how rare its
words are in the documents of factories. How rare they are in this company's is known at index time only.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from genba.model.document import Document
from genba.model.terms import Term, TermKind
from genba.model.vocabulary import NO_VOCABULARY, Concept, Vocabulary
from genba.ports.recognisers import Tokeniser
from genba.steps.digest.codes import codes_of
from genba.steps.digest.commonness import folded, is_never, rarity
from genba.steps.digest.folding import Folding, folding_by
from genba.steps.digest.kinds import kind_of, known_kinds
from genba.steps.digest.phrases import LONGEST, Phrase, by_letters, by_tokens
from genba.steps.digest.texts import Weighed, people, weighed_texts

KEYWORDS = 12
LONGEST_KEYWORD = 16
TERMS = 40
CODES_AMONG_KEYWORDS = 3  # a list of parts would otherwise be nothing but part numbers
CANDIDATES = 3_000
# Longer runs name things more exactly, up to a length.
_BY_PARTS = (1.0, 1.0, 1.3, 1.4, 1.35, 1.2)
_CODE_RARITY = 3.6
_CONCEPT_FACTOR = 1.25  # the user has named it
_SECTIONS_FACTOR = 0.15
_FREQUENCY_POWER = 0.65  # between the square root, where rare words win, and the plain count


@dataclass(slots=True)
class _Candidate:
    """What is counted for one folded spelling."""

    phrase: Phrase
    is_code: bool = False
    concept: Concept | None = None
    weight: float = 0.0  # as a whole run, and in codes
    inside: float = 0.0  # within longer runs
    longer: set[str] = field(default_factory=set)
    count: int = 0
    sections: set[int] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, weight: float, texts: Weighed) -> None:
        self.weight += weight
        self.count += texts.count
        self.sections |= texts.sections
        self.spellings[text] += texts.count

    def score(self) -> float:
        frequency = self.weight + self.inside
        if self.longer:
            frequency -= self.inside / len(self.longer)
        if self.is_code:
            rare, by_parts = _CODE_RARITY, 1.0
        else:
            rare = rarity(self.phrase.text, self.phrase.parts)
            by_parts = _BY_PARTS[min(len(self.phrase.parts), len(_BY_PARTS) - 1)]
        spread = 1 + _SECTIONS_FACTOR * math.log2(max(1, len(self.sections)))
        return (
            math.pow(max(0.0, frequency), _FREQUENCY_POWER)
            * rare
            * by_parts
            * spread
            * (_CONCEPT_FACTOR if self.concept else 1.0)
        )


def keywords(
    document: Document,
    *,
    count: int = KEYWORDS,
    terms: int = TERMS,
    tokeniser: Tokeniser | None = None,
    vocabulary: Vocabulary = NO_VOCABULARY,
) -> Document:
    """Find the words that tell what a document is about: `terms` with weights, `keywords` the first of them."""
    folding = folding_by(vocabulary, tokeniser)
    found = _candidates(document, tokeniser, folding)
    scored = [(round(candidate.score(), 6), candidate) for candidate in found if _is_term(candidate)]
    scored.sort(key=lambda pair: -pair[0])  # stable: ties go to what comes first in the document
    best = scored[0][0] if scored else 0.0
    kinds = known_kinds(document)
    chosen = tuple(_term(candidate, score / best, kinds) for score, candidate in scored if score > 0)
    return replace(document, terms=chosen[:terms], keywords=_keywords(chosen, count))


def _candidates(document: Document, tokeniser: Tokeniser | None, folding: Folding) -> list[_Candidate]:
    texts = weighed_texts(document)
    finder = by_tokens(tokeniser) if tokeniser else by_letters
    codes = codes_of(document.mentions)
    names = people(document)
    runs: dict[str, _Candidate] = {}
    for text, weighed in texts.items():
        rest, taken = codes.taken_out(text)
        for code in taken:
            known = runs.get(code)
            if known is None:
                known = runs[code] = _Candidate(Phrase(code, (code,)), is_code=True)
            known.add(code, weighed.weight, weighed)
        for phrase in finder(rest):
            if phrase.text in names:
                continue
            concept = folding.concept_of(phrase.text, phrase.normal)
            key = f"\0{concept.name}" if concept else phrase.normal
            known = runs.get(key)
            if known is None:
                known = runs[key] = _Candidate(phrase, concept=concept)
            known.add(phrase.text, weighed.weight, weighed)
    _count_nested(runs, folding, names)
    _add_missed(runs, folding, texts)
    return list(runs.values())


def _count_nested(runs: dict[str, _Candidate], folding: Folding, names: frozenset[str]) -> None:
    """Count shorter runs inside longer ones; those that never stand alone need two longer ones to be something."""
    whole = sorted(runs.values(), key=lambda run: -run.weight)[:CANDIDATES]
    alone = set(runs)
    for run in whole:
        if len(run.phrase.parts) < 2:
            continue
        for inner in run.phrase.within():
            concept = folding.concept_of(inner.text, inner.normal)
            key = f"\0{concept.name}" if concept else inner.normal
            known = runs.get(key)
            if known is run or inner.text in names:
                continue
            if known is None:
                known = runs[key] = _Candidate(inner, concept=concept)
            known.inside += run.weight
            known.longer.add(run.phrase.normal)
            known.count += run.count
            known.sections |= run.sections
            if key not in alone:
                known.spellings[inner.text] += run.count
    for key in [key for key, run in runs.items() if key not in alone and len(run.longer) < 2 and not run.concept]:
        del runs[key]


def _add_missed(runs: dict[str, _Candidate], folding: Folding, texts: dict[str, Weighed]) -> None:
    """Add concepts whose names stand in the text but were cut otherwise."""
    for concept, name, times in folding.occurring(texts):
        key = f"\0{concept.name}"
        if key not in runs:
            written = _as_written(texts, (concept.name, *concept.others), name)
            missed = _Candidate(Phrase(written, (written,)), concept=concept, weight=2.0 * times, count=times)
            missed.spellings[written] = times
            runs[key] = missed


def _as_written(texts: Iterable[str], names: tuple[str, ...], otherwise: str) -> str:
    return next((name for name in names if any(name in text for text in texts)), otherwise)


def _is_term(candidate: _Candidate) -> bool:
    if candidate.is_code or candidate.concept:
        return True
    phrase = candidate.phrase
    if is_never(phrase.text) or is_never(phrase.normal) or len(phrase.text) < 2:
        return False
    return not phrase.text.isascii() or len(phrase.text) > 3 or (len(phrase.text) == 3 and phrase.text.isupper())


def _term(candidate: _Candidate, weight: float, kinds: dict[str, TermKind]) -> Term:
    text = candidate.spellings.most_common(1)[0][0] if candidate.spellings else candidate.phrase.text
    concept = candidate.concept
    if candidate.is_code:
        kind = kinds.get(folded(text), TermKind.UNKNOWN)
    else:
        kind = kind_of(text, kinds, concept)
    return Term(
        text=text,
        normal=concept.name if concept else candidate.phrase.normal,
        weight=max(round(weight, 3), 0.001),
        kind=kind,
        count=max(candidate.count, 1),
        concept=concept.id if concept else "",
    )


_CODES = frozenset((TermKind.UNKNOWN, TermKind.PART, TermKind.DRAWING, TermKind.DOCUMENT, TermKind.LOT))


def _keywords(terms: tuple[Term, ...], count: int) -> tuple[str, ...]:
    chosen: list[str] = []
    seen: set[str] = set()
    codes = 0
    for term in terms:
        is_code = term.kind in _CODES
        if not 2 <= len(term.text) <= (LONGEST if is_code else LONGEST_KEYWORD) or folded(term.text) in seen:
            continue
        if is_code and codes == CODES_AMONG_KEYWORDS:
            continue
        codes += is_code
        seen.add(folded(term.text))
        chosen.append(term.text)
        if len(chosen) == count:
            break
    return tuple(chosen)
