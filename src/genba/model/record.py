"""What a run remembers of each document: enough to write indexes and reports without opening it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from genba.model.place import NOWHERE, Place
from genba.model.score import Score
from genba.model.table import Column


class Usability(StrEnum):
    """How far a document can be used."""

    FULLY = "fully"
    PARTLY = "partly"  # something was lost or is doubtful
    NOT = "not"  # nothing could be read
    LISTED = "listed"  # kept and counted; reading its kind comes with an extra or a conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """Findings of one code in one document: how many, and the places of the first few."""

    code: str
    severity: str
    count: int
    places: tuple[Place, ...] = ()
    details: Mapping[str, str | int | float] = field(default_factory=dict)  # of the first


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRecord:
    """A file written for a document."""

    path: str  # relative to the product's folder
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRecord:
    """A table written for a document."""

    id: str
    name: str
    path: str
    rows: int
    columns: tuple[Column, ...]
    place: Place = NOWHERE
    time_column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One document's line in the run's memory."""

    path: str
    id: str
    kind: str
    size_bytes: int
    sha256: str
    modified: str
    usability: Usability
    title: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[FindingRecord, ...] = ()
    scores: tuple[Score, ...] = ()
    tables: tuple[TableRecord, ...] = ()
    outputs: tuple[OutputRecord, ...] = ()
