"""Which sentences stand for the others: near the middle of what all say, rich in terms, and not one thing twice."""

from collections.abc import Callable, Sequence
from operator import mul

from genba.model.terms import Term
from genba.ports.recognisers import Embedder
from genba.steps.digest.passages import Passage

EMBEDDED = 32  # sentences for one choice, of which each costs 5 ms
TOO_FEW = 8  # sentences in which terms and places tell enough: the model is not even loaded for them
EMBEDDED_IN_ALL = 48  # sentences of a document; its sections share what its main points leave
SHORTEST, LONGEST = 12, 120
_CENTRALITY, _TERMS, _POSITION = 0.5, 0.35, 0.15
_NOVELTY = 0.35  # of a sentence's score lost where one like it is chosen
_TERMS_COUNTED = 15

Vector = Sequence[float]
Ranking = Callable[[Sequence[Passage], int], list[Passage]]


def ranking_by(terms: Sequence[Term], embedder: Embedder | None) -> Ranking:
    """Give a function that chooses the best of some sentences, in the order of the document.

    A sentence's mean likeness to all others, which LexRank's walk settles near, is its likeness to their sum: no
    matrix is needed. A sentence is embedded once for a document, however often it is ranked.
    """
    weights = [(term.text, term.weight) for term in terms[:_TERMS_COUNTED]]
    vectors: dict[str, Vector] = {}

    def rank(passages: Sequence[Passage], count: int) -> list[Passage]:
        candidates = _candidates(passages, weights)
        if len(candidates) <= count:
            return [passage for passage, _ in candidates]
        scores = _scores(candidates)
        if embedder is not None and len(candidates) > TOO_FEW:
            chosen = sorted(candidates, key=lambda pair: -pair[1])[:EMBEDDED]
            _embed(embedder, vectors, [passage.text for passage, _ in chosen])
            _add_centrality(scores, vectors, candidates)
        return _chosen(candidates, scores, vectors, count)

    return rank


def _candidates(passages: Sequence[Passage], weights: list[tuple[str, float]]) -> list[tuple[Passage, float]]:
    """Leave out what is too short or too long to quote and what was said before; weigh the others by their terms."""
    fit = (one for one in reversed(passages) if SHORTEST <= len(one.text) <= LONGEST and one.is_said())
    unique = {passage.text: passage for passage in fit}
    ordered = sorted(unique.values(), key=lambda passage: passage.order)
    return [(passage, sum(weight for term, weight in weights if term in passage.text)) for passage in ordered]


def _scores(candidates: list[tuple[Passage, float]]) -> dict[str, float]:
    best = max(weight for _, weight in candidates) or 1.0
    last = len(candidates) - 1
    return {
        passage.text: _TERMS * weight / best + _POSITION * (1 - at / last if last else 1.0)
        for at, (passage, weight) in enumerate(candidates)
    }


def _embed(embedder: Embedder, vectors: dict[str, Vector], texts: list[str]) -> None:
    missing = [text for text in texts if text not in vectors]
    missing = missing[: EMBEDDED_IN_ALL - len(vectors)]
    if missing:
        vectors.update(zip(missing, embedder.vectors(missing), strict=True))


def _add_centrality(
    scores: dict[str, float], vectors: dict[str, Vector], candidates: list[tuple[Passage, float]]
) -> None:
    embedded = [passage.text for passage, _ in candidates if passage.text in vectors]
    if len(embedded) < 2:
        return
    middle = [sum(values) for values in zip(*(vectors[text] for text in embedded), strict=True)]
    nearness = {text: _product(vectors[text], middle) for text in embedded}
    low, high = min(nearness.values()), max(nearness.values())
    for text, value in nearness.items():
        scores[text] += _CENTRALITY * (value - low) / ((high - low) or 1.0)


def _chosen(
    candidates: list[tuple[Passage, float]], scores: dict[str, float], vectors: dict[str, Vector], count: int
) -> list[Passage]:
    left = {passage.text: passage for passage, _ in candidates}
    taken: list[Passage] = []
    while left and len(taken) < count:
        # rounded: what differs in the last bits goes to the one that stands first
        best = max(left, key=lambda text: (round(scores[text], 6), -left[text].order))
        taken.append(left.pop(best))
        for text in left:
            scores[text] -= _NOVELTY * _likeness(text, best, vectors)
    return sorted(taken, key=lambda passage: passage.order)


def _likeness(one: str, other: str, vectors: dict[str, Vector]) -> float:
    if one in vectors and other in vectors:
        return max(0.0, _product(vectors[one], vectors[other]))
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / (len(pairs | others) or 1)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _product(one: Vector, other: Vector) -> float:
    return float(sum(map(mul, one, other)))
