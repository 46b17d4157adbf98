"""What holds between documents: families of the same document, references, contradictions, codes and their shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from genba.model.place import NOWHERE, Place
from genba.model.vocabulary import CodePattern


class Kinship(StrEnum):
    """Why a document belongs to its family."""

    CURRENT = "current"
    REVISION = "revision"  # an older edition
    COPY = "copy"  # the same bytes
    RENDITION = "rendition"  # the same edition in another format, or saved once more
    UNDECIDED = "undecided"  # nearly the same, and nothing tells which of them holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One document of a family."""

    document: str  # id
    path: str
    kinship: Kinship
    revision: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Editions and copies of one document, the current one first, then from new to old."""

    name: str
    number: str = ""
    members: tuple[Member, ...]


class Resolution(StrEnum):
    """What became of a reference."""

    RESOLVED = "resolved"
    EXTERNAL = "external"  # a public standard
    AMBIGUOUS = "ambiguous"  # several documents answer to it
    OTHER_REVISION = "other_revision"  # the document is there, but not in the revision named
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference with its target; `candidates` are documents that it may mean where the target is not certain."""

    document: str  # id of the document it stands in
    path: str
    as_written: str
    resolution: Resolution
    code: str = ""
    title: str = ""
    revision: str = ""
    target: str = ""
    target_path: str = ""
    candidates: tuple[str, ...] = ()
    node: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One side of a contradiction."""

    document: str
    path: str
    as_written: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    node: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Current documents that state different values for the same thing."""

    subject: str  # part or product
    name: str  # of the quantity
    process: str = ""
    about: str = ""
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCode:
    """A code of the company, what it names, how sure that is, and the documents it stands in."""

    kind: str
    code: str
    confidence: float
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWord:
    """A name of a process or defect, from columns and labels that hold such names."""

    kind: str
    word: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Everything that spans documents."""

    families: tuple[Family, ...] = ()
    links: tuple[Link, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    codes: tuple[KnownCode, ...] = ()
    patterns: tuple[CodePattern, ...] = ()
    words: tuple[KnownWord, ...] = ()
    distinctive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by document

    def superseded(self) -> dict[str, str]:
        """Give the documents that another of their family stands for, each with that one's id."""
        return {
            member.document: family.members[0].document
            for family in self.families
            for member in family.members[1:]
            if member.kinship is not Kinship.UNDECIDED
        }
