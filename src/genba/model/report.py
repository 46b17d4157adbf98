"""What a run tells people: what is there, what is usable, what blocks, in which order to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from genba.model.place import Place
from genba.model.relations import Contradiction, Family, Link
from genba.model.vocabulary import CodePattern


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """Files of one kind."""

    kind: str
    files: int
    size_bytes: int
    usable: int  # fully or partly


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One place where a finding was made; `details` fill the finding's sentence."""

    path: str
    document: str  # id
    place: Place
    count: int
    details: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """All findings of one code; issues stand in the order in which mending them helps most."""

    code: str
    severity: str
    files: int
    count: int
    share: float  # of all documents
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Files with the same content."""

    sha256: str
    size_bytes: int
    paths: tuple[str, ...]
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelScore:
    """A level of machine-readability over all files that it applies to."""

    level: int
    files: int
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How many files fail a rule before and after refinement."""

    rule: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScore:
    """A file's scores by level: (level, before, after); None where no rule applies."""

    path: str
    levels: tuple[tuple[int, int | None, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScore:
    """What all scored files add up to: their mean × 0.7 + the share of families that keep one format × 0.3."""

    files: int
    before: float
    after: float
    families: int  # files of one folder and kind whose names differ in numbers and dates only, two or more each
    changing: tuple[str, ...]  # the first file of every family that fails L3-07


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What holds between documents, counted; of each the first few that a person should decide on."""

    families: int
    superseded: int  # documents that another one of their family stands for
    undecided: int
    references: Mapping[str, int]  # by what became of them
    contradictions: int
    codes: int
    old: tuple[Family, ...] = ()  # that hold more than copies
    unresolved: tuple[Link, ...] = ()
    disagreeing: tuple[Contradiction, ...] = ()
    patterns: tuple[CodePattern, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Files left out on purpose, by reason."""

    code: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The few lines of a report that fit a terminal."""

    documents: int
    usability: Mapping[str, int]
    kinds: tuple[KindCount, ...]
    counts: Mapping[str, int]
    first: tuple[Issue, ...]  # what to mend first
    levels: tuple[LevelScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole report."""

    title: str
    documents: int
    size_bytes: int
    usability: Mapping[str, int]
    kinds: tuple[KindCount, ...]
    years: Mapping[str, int]  # files by year of last change
    counts: Mapping[str, int]  # what was found, summed over documents
    issues: tuple[Issue, ...]
    duplicates: tuple[Duplicate, ...]
    duplicate_files: int  # files beyond the first of each group
    left_out: tuple[Left, ...]
    levels: tuple[LevelScore, ...]
    rules: tuple[RuleCount, ...]
    files: tuple[FileScore, ...]
    together: SetScore | None = None  # where any file has a score
    related: Related | None = None  # where anything holds between documents
