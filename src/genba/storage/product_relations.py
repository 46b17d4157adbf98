"""relations.json, format 1.0, as it is read back: families, references, contradictions, codes, words."""

from typing import Literal

import msgspec

from genba.storage.product_parts import File, Origin


class MemberItem(File, frozen=True, kw_only=True):
    """One document of a family."""

    document: str
    path: str
    kinship: Literal["current", "revision", "copy", "rendition", "undecided"]
    revision: str = ""
    date: str = ""


class FamilyItem(File, frozen=True, kw_only=True):
    """Editions and copies of one document, the current one first."""

    name: str
    members: tuple[MemberItem, ...]
    number: str = ""


class LinkItem(File, frozen=True, kw_only=True):
    """A reference with what became of it."""

    document: str
    path: str
    as_written: str
    resolution: Literal["resolved", "external", "ambiguous", "other_revision", "missing"]
    code: str = ""
    title: str = ""
    revision: str = ""
    target: str = ""
    target_path: str = ""
    candidates: tuple[str, ...] = ()
    node: str = ""
    origin: Origin = Origin()


class StatementItem(File, frozen=True, kw_only=True):
    """One side of a contradiction."""

    document: str
    path: str
    as_written: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    node: str = ""
    origin: Origin = Origin()


class ContradictionItem(File, frozen=True, kw_only=True):
    """Current documents that state different values for the same thing."""

    subject: str
    name: str
    statements: tuple[StatementItem, ...]
    process: str = ""
    about: str = ""


class CodeItem(File, frozen=True, kw_only=True):
    """A code, what it names, and the documents it stands in."""

    kind: str
    code: str
    confidence: float
    documents: tuple[str, ...]


class PatternItem(File, frozen=True, kw_only=True):
    """What codes of one kind look like."""

    kind: str
    shape: str
    examples: tuple[str, ...] = ()
    count: int = 0
    precision: float = 1.0
    is_confirmed: bool = False


class WordItem(File, frozen=True, kw_only=True):
    """A name of a process or defect."""

    kind: str
    word: str
    count: int


class RelationsFile(File, frozen=True, kw_only=True):
    """relations.json."""

    format: str
    families: tuple[FamilyItem, ...]
    references: tuple[LinkItem, ...]
    contradictions: tuple[ContradictionItem, ...]
    codes: tuple[CodeItem, ...]
    patterns: tuple[PatternItem, ...]
    words: tuple[WordItem, ...]
    distinctive: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
