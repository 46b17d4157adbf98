"""Puts everything together that holds between documents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from genba.model.gist import Gist
from genba.model.relations import Relations
from genba.model.vocabulary import NO_VOCABULARY, Vocabulary
from genba.steps.collection.contradictions import contradictions
from genba.steps.collection.families import families
from genba.steps.collection.learning import Learnt, known_codes, known_words
from genba.steps.collection.resolving import links

DISTINCTIVE = 5


def relate(gists: Sequence[Gist], vocabulary: Vocabulary = NO_VOCABULARY) -> Relations:
    """Find what holds between documents, given in the order of their paths."""
    learnt = Learnt(gists, vocabulary)
    together = families(gists)
    relations = Relations(
        families=together,
        links=links(gists, together, learnt),
        codes=known_codes(gists, learnt),
        patterns=learnt.patterns(),
        words=known_words(gists, vocabulary),
        distinctive=_distinctive(gists),
    )
    return replace(relations, contradictions=contradictions(gists, relations.superseded()))


def _distinctive(gists: Sequence[Gist]) -> dict[str, tuple[str, ...]]:
    """The terms that set a document apart from the others (TF-IDF over all)."""
    spread: Counter[str] = Counter(term for gist in gists for term, *_ in gist.terms)
    rarity = {term: math.log(len(gists) / count) for term, count in spread.items() if count < len(gists)}
    found: dict[str, tuple[str, ...]] = {}
    for gist in gists:
        weighed = [(-count * rarity[term], text) for term, count, text in gist.terms if term in rarity]
        if weighed:
            found[gist.id] = tuple(term for _, term in sorted(weighed)[:DISTINCTIVE])
    return dict(sorted(found.items()))
