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
    """What codes of one kind look like: a shape such as "AA-9999-99", learnt from files or written by the user."""

    kind: TermKind
    shape: str
    examples: tuple[str, ...] = ()
    count: int = 0
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Everything the user has told or confirmed."""

    concepts: tuple[Concept, ...] = ()
    patterns: tuple[CodePattern, ...] = ()
    refused: tuple[CodePattern, ...] = ()  # learnt once, and the user said no


NO_VOCABULARY = Vocabulary()
