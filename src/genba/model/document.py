"""A document: what one file holds, from the first reading to the finished refinement."""

from __future__ import annotations

from dataclasses import dataclass, field

from genba.model.chunk import Chunk
from genba.model.drawing import Drawing
from genba.model.finding import Finding
from genba.model.image import Image
from genba.model.instruction import Instruction
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph
from genba.model.place import NOWHERE, Place
from genba.model.score import Score
from genba.model.sheet import CodeList, Sheet
from genba.model.source import Source
from genba.model.table import Table
from genba.model.terms import Mention, Reference, Term

Node = Heading | Paragraph | Grid | Pair | Choices | Figure | Chart | Flow | Comment | Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A fact about the document: its name in our words, the value, and where it was found."""

    name: str  # title, document_number, revision, issued, department, approved_by, product, process, equipment, lot, …
    value: str
    as_written: str = ""
    origin: str = ""  # content | properties | folder | file_name
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A tracked change: the final text stands in the nodes, what was changed stands here."""

    kind: str  # inserted | deleted | moved | formatted
    text: str
    author: str = ""
    date: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a step changed in a value, so that the way back is known."""

    step: str
    rule: str
    before: str
    after: str
    place: Place = NOWHERE
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedName:
    """A name the author gave to cells."""

    name: str
    reference: str
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSummary:
    """A summary of a section, or of one aspect of the whole document."""

    text: str
    slot: str = ""  # purpose | scope | points | cautions; empty for a section's own
    section: str = ""  # id of the heading
    by: str = ""  # the model that wrote it; empty for the document's own sentences
    nodes: tuple[str, ...] = ()  # ids of the nodes whose sentences were taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The Markdown of nodes, made once; it holds for just this tuple of nodes and no changed copy of it."""

    nodes: tuple[Node, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything known of one file; steps return changed copies."""

    source: Source
    nodes: tuple[Node, ...] = ()
    tables: tuple[Table, ...] = ()
    images: tuple[Image, ...] = ()
    properties: tuple[Property, ...] = ()
    revisions: tuple[Revision, ...] = ()
    code_lists: tuple[CodeList, ...] = ()
    names: tuple[DefinedName, ...] = ()
    findings: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    keywords: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    mentions: tuple[Mention, ...] = ()
    references: tuple[Reference, ...] = ()
    summary: str = ""
    summary_by: str = ""  # the model that wrote it; empty where it consists of the document's own sentences
    summaries: tuple[SectionSummary, ...] = ()
    instruction: Instruction | None = None
    drawing: Drawing | None = None
    scores: tuple[Score, ...] = ()
    rendered: Rendered | None = field(default=None, compare=False, repr=False)
    id: str = ""
