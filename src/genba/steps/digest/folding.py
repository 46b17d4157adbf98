"""Synonyms folded by the user's vocabulary: ﾄﾙｸ, トルク and 締付力 are one term where it says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from genba.formats.text import search_key
from genba.model.vocabulary import Concept, Vocabulary
from genba.ports.recognisers import Tokeniser
from genba.steps.digest.phrases import by_tokens

_SHORTEST_IN_TEXT = 2  # characters of a name that is looked for anywhere in a text


@dataclass(frozen=True, slots=True)
class Folding:
    """Knows every name of every concept by its folded spelling."""

    concepts: dict[str, Concept]

    def concept_of(self, *spellings: str) -> Concept | None:
        """Give the concept that one of the spellings names."""
        if self.concepts:
            for spelling in spellings:
                found = self.concepts.get(_key(spelling))
                if found is not None:
                    return found
        return None

    def occurring(self, texts: Iterable[str]) -> Iterator[tuple[Concept, str, int]]:
        """Find names that stand in texts however these are cut into words: concept, its folded name, how often."""
        if not self.concepts:
            return
        whole = "\n".join(_key(text) for text in texts)
        # most names are told apart by their first and last letters
        begun = {size: {whole[at : at + size] for at in range(len(whole) - size + 1)} for size in (2, 3)}
        for name, concept in self.concepts.items():
            size = min(len(name), 3)
            if size >= _SHORTEST_IN_TEXT and name[:size] in begun[size] and name[-size:] in begun[size]:
                times = whole.count(name)
                if times:
                    yield concept, name, times


_NOTHING = Folding({})
_key = lru_cache(maxsize=8192)(search_key)


class _Same:
    """Compares by identity: a vocabulary of ten thousand concepts is not hashed for every document."""

    def __init__(self, vocabulary: Vocabulary, tokeniser: Tokeniser | None) -> None:
        self.vocabulary, self.tokeniser = vocabulary, tokeniser

    def __hash__(self) -> int:
        return hash((id(self.vocabulary), id(self.tokeniser)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.vocabulary is other.vocabulary and self.tokeniser is other.tokeniser


def folding_by(vocabulary: Vocabulary, tokeniser: Tokeniser | None) -> Folding:
    """Prepare a vocabulary, once for all documents."""
    return _folding(_Same(vocabulary, tokeniser)) if vocabulary.concepts else _NOTHING


@lru_cache(maxsize=2)
def _folding(given: _Same) -> Folding:
    concepts: dict[str, Concept] = {}
    finder = by_tokens(given.tokeniser) if given.tokeniser else None
    for concept in given.vocabulary.concepts:
        for name in (concept.name, *concept.others):
            concepts.setdefault(_key(name), concept)
    if finder is not None:
        for concept in given.vocabulary.concepts:
            for name in (concept.name, *concept.others):
                phrases = finder(name)
                if len(phrases) == 1 and phrases[0].text == name:
                    concepts.setdefault(_key(phrases[0].normal), concept)
    concepts.pop("", None)
    return Folding(concepts)
