"""The user's own words: concepts with synonyms and ids, and what codes of parts, drawings or machines look like."""

from dataclasses import dataclass

from genba.model.terms import TermKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One meaning; every name folds into `name`. `id` is the user's, or one of IEC CDD or ECLASS that the user gave."""

    name: str
    id: str = ""
    others: tuple[str, ...] = ()
    kind: TermKind = TermKind.TERM


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePattern:
    """What codes of one kind look like, learnt from files or written by the user.

    In a shape 9 is any figure, ? any letter, + one or more of what stands before it; the rest is itself: KB-9999-?.
    """

    kind: TermKind
    shape: str
    examples: tuple[str, ...] = ()
    count: int = 0
    precision: float = 1.0  # share of the labelled codes of this shape that are of this kind
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Everything the user has told or confirmed."""

    concepts: tuple[Concept, ...] = ()
    patterns: tuple[CodePattern, ...] = ()
    refused: tuple[CodePattern, ...] = ()  # learnt once, and the user said no
    refused_words: tuple[str, ...] = ()


NO_VOCABULARY = Vocabulary()
