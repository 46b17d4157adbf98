"""The files that span documents, format 1.0, as they are read back; fields that the format lacks are refused."""

from typing import Literal

import msgspec

from genba.storage.product_parts import File, Origin


class DatasetEntry(File, frozen=True, kw_only=True):
    """A document's line in the table of contents."""

    id: str
    path: str
    title: str
    kind: str
    usability: Literal["fully", "partly", "not", "listed"]
    sha256: str
    size_bytes: int
    metadata: dict[str, str]
    tables: tuple[str, ...]
    modified: str = ""
    file: str | None = None


class DatasetFile(File, frozen=True, kw_only=True):
    """dataset.json."""

    format: str
    title: str
    recipe: str
    software: str
    documents: tuple[DatasetEntry, ...]


class ManifestEntry(File, frozen=True, kw_only=True):
    """A file with its size and hash."""

    path: str
    size_bytes: int
    sha256: str


class ManifestFile(File, frozen=True, kw_only=True):
    """manifest.json."""

    format: str
    files: tuple[ManifestEntry, ...]


class SoftwareItem(File, frozen=True, kw_only=True):
    """What did it."""

    name: str
    version: str


class LineageSource(File, frozen=True, kw_only=True):
    """What it was done to."""

    path: str
    sha256: str


class ActivityItem(File, frozen=True, kw_only=True):
    """A reader or step with its options."""

    use: str
    options: dict[str, str | int | float | bool | list[str]] = msgspec.field(default_factory=dict)


class EditItem(File, frozen=True, kw_only=True):
    """A value that a step changed."""

    step: str
    rule: str
    before: str
    after: str
    count: int = 1
    origin: Origin = Origin()


class LineageFile(File, frozen=True, kw_only=True):
    """lineage/*.json."""

    format: str
    document: str
    source: LineageSource
    software: SoftwareItem
    activities: tuple[ActivityItem, ...]
    edits: tuple[EditItem, ...]


class ExampleItem(File, frozen=True, kw_only=True):
    """A place where a finding was made."""

    path: str
    count: int
    document: str = ""
    origin: Origin = Origin()
    details: dict[str, str | int | float] = msgspec.field(default_factory=dict)


class IssueItem(File, frozen=True, kw_only=True):
    """All findings of one code."""

    code: str
    severity: Literal["blocker", "problem", "notice"]
    files: int
    count: int
    share: float
    examples: tuple[ExampleItem, ...]


class KindItem(File, frozen=True, kw_only=True):
    """Files of one kind."""

    kind: str
    files: int
    size_bytes: int
    usable: int


class DuplicateItem(File, frozen=True, kw_only=True):
    """Files with the same content."""

    sha256: str
    size_bytes: int
    paths: tuple[str, ...]
    copies: int


class LeftItem(File, frozen=True, kw_only=True):
    """Files left out on purpose."""

    code: str
    count: int
    examples: tuple[str, ...]


class LevelItem(File, frozen=True, kw_only=True):
    """A level of machine-readability over all files."""

    level: int
    files: int
    before: float
    after: float


class RuleItem(File, frozen=True, kw_only=True):
    """How many files fail a rule."""

    rule: str
    before: int
    after: int


class TogetherItem(File, frozen=True, kw_only=True):
    """What all scored files add up to."""

    files: int
    before: float
    after: float
    families: int
    changing: tuple[str, ...]


class RelatedItem(File, frozen=True, kw_only=True):
    """What holds between documents, counted."""

    families: int
    superseded: int
    undecided: int
    references: dict[str, int]
    contradictions: int
    codes: int


class FileLevel(File, frozen=True, kw_only=True):
    """A file's score of one level."""

    level: int
    before: int | None
    after: int | None


class FileItem(File, frozen=True, kw_only=True):
    """A file's scores."""

    path: str
    levels: tuple[FileLevel, ...]


class ReportFile(File, frozen=True, kw_only=True):
    """report.json."""

    format: str
    title: str
    documents: int
    size_bytes: int
    usability: dict[str, int]
    kinds: tuple[KindItem, ...]
    years: dict[str, int]
    counts: dict[str, int]
    issues: tuple[IssueItem, ...]
    duplicates: tuple[DuplicateItem, ...]
    duplicate_files: int
    left_out: tuple[LeftItem, ...]
    levels: tuple[LevelItem, ...]
    rules: tuple[RuleItem, ...]
    files: tuple[FileItem, ...]
    together: TogetherItem | None = None
    related: RelatedItem | None = None
