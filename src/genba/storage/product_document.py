"""A document's file, format 1.1, as it is read back; a field that the format does not have is refused."""

from typing import Literal

import msgspec

from genba.storage.product_meaning import (
    EngineeringDrawingItem,
    InstructionItem,
    MentionItem,
    ReferenceItem,
    SectionSummaryItem,
    TermItem,
)
from genba.storage.product_parts import File, Origin, Reading


class _Placed(File, frozen=True, kw_only=True):
    origin: Origin = Origin()
    marks: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


class Value(File, frozen=True, kw_only=True):
    """What a written date, time or quantity means."""

    as_written: str
    iso: str = ""
    number: float | None = None
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    ucum: str = ""


class SectionNode(_Placed, frozen=True, kw_only=True):
    """A paragraph, or by `ref` the place of something that stands elsewhere in the file."""

    ref: str = ""
    id: str = ""
    text: str = ""
    role: str = "body"
    number: str = ""
    level: int = 0
    values: tuple[Value, ...] = ()
    confidence: float = 1.0


class Section(_Placed, frozen=True, kw_only=True):
    """A heading with what stands below it; the first may have none."""

    nodes: tuple[SectionNode, ...]
    id: str = ""
    title: str = ""
    number: str = ""
    level: int = 0
    path: tuple[str, ...] = ()
    confidence: float = 1.0


class GridCell(File, frozen=True, kw_only=True):
    """A cell of a grid."""

    r: int
    c: int
    text: str
    value: str | int | float | bool | None = None
    unit: str = ""
    row_span: int = 1
    column_span: int = 1
    formula: str = ""
    withdrawn: str = ""
    link: str = ""
    marks: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    confidence: float = 1.0


class GridItem(_Placed, tag="grid", tag_field="kind", frozen=True, kw_only=True):
    """A table as it is laid out."""

    id: str
    rows: int
    columns: int
    header_rows: int
    names: tuple[str, ...]
    cells: tuple[GridCell, ...]
    caption: str = ""
    header_columns: int = 0
    confidence: float = 1.0


class TableColumn(File, frozen=True, kw_only=True):
    """A column of a tidy table."""

    name: str
    type: str = "string"
    unit: str = ""
    ucum: str = ""
    codes: tuple[str, ...] = ()
    source: str = ""
    description: str = ""


class TableItem(_Placed, tag="table", tag_field="kind", frozen=True, kw_only=True):
    """A tidy table; its values stand in its Parquet file."""

    id: str
    name: str
    file: str
    rows: int
    columns: tuple[TableColumn, ...]
    time_column: str = ""
    notes: tuple[str, ...] = ()
    grid: str = ""


class Option(File, frozen=True, kw_only=True):
    """One box of a group."""

    text: str
    selected: bool


class PairItem(_Placed, frozen=True, kw_only=True):
    """A label with its value, or with the boxes of its group."""

    id: str
    label: str
    value: str | None = None
    options: tuple[Option, ...] | None = None
    unit: str = ""
    raw: str | int | float | bool | None = None
    values: tuple[Value, ...] = ()
    label_origin: Origin = Origin()
    confidence: float = 1.0


class _FigureItem(_Placed, frozen=True, kw_only=True):
    id: str
    image: str = ""
    file: str = ""
    caption: str = ""
    description: str = ""
    texts: tuple[str, ...] = ()
    callouts: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    about: str = ""
    about_by: str = ""


class PictureItem(_FigureItem, tag="picture", tag_field="kind", frozen=True, kw_only=True):
    """A picture."""


class PageItem(_FigureItem, tag="page", tag_field="kind", frozen=True, kw_only=True):
    """The picture of a whole page."""


class DrawingItem(_FigureItem, tag="drawing", tag_field="kind", frozen=True, kw_only=True):
    """A drawing of shapes."""


class SmartArtItem(_FigureItem, tag="smartart", tag_field="kind", frozen=True, kw_only=True):
    """A SmartArt drawing."""


class SeriesItem(File, frozen=True, kw_only=True):
    """One series of a chart."""

    name: str
    categories: tuple[str, ...]
    values: tuple[float | None, ...]
    reference: str = ""


class ChartItem(_Placed, tag="chart", tag_field="kind", frozen=True, kw_only=True):
    """A chart with its data."""

    id: str
    chart: str
    title: str
    series: tuple[SeriesItem, ...]
    axes: tuple[str, ...] = ()


class FlowNodeItem(File, frozen=True, kw_only=True):
    """A shape of a flowchart."""

    key: str
    text: str
    shape: str = ""
    origin: Origin = Origin()


class FlowEndItem(File, frozen=True, kw_only=True):
    """One end of an edge."""

    node: str
    joint: Literal["glued", "inferred", "loose"]
    confidence: float


class FlowEdgeItem(File, frozen=True, kw_only=True):
    """A connector."""

    source: FlowEndItem
    target: FlowEndItem
    directed: bool
    label: str = ""
    origin: Origin = Origin()


class FlowItem(_Placed, tag="flow", tag_field="kind", frozen=True, kw_only=True):
    """A flowchart."""

    id: str
    nodes: tuple[FlowNodeItem, ...]
    edges: tuple[FlowEdgeItem, ...]


class CommentItem(_Placed, frozen=True, kw_only=True):
    """A remark somebody attached."""

    id: str
    text: str
    author: str = ""
    written: str = ""
    thread: str = ""
    resolved: bool = False


class ImageItem(File, frozen=True, kw_only=True):
    """A picture with what is known of it."""

    id: str
    description: str


class SourceItem(File, frozen=True, kw_only=True):
    """The file a document was read from."""

    path: str
    sha256: str
    size_bytes: int
    kind: str
    modified: str = ""
    owner: str = ""
    access: str = ""


class PropertyItem(File, frozen=True, kw_only=True):
    """A fact about the document."""

    name: str
    value: str
    as_written: str = ""
    found_in: str = ""
    origin: Origin = Origin()


class RevisionItem(File, frozen=True, kw_only=True):
    """A tracked change."""

    kind: str
    text: str
    author: str = ""
    date: str = ""
    origin: Origin = Origin()


class CodeListItem(File, frozen=True, kw_only=True):
    """The values a cell range may take."""

    range: str
    values: tuple[str, ...]
    reference: str = ""


class NameItem(File, frozen=True, kw_only=True):
    """A name the author gave to cells."""

    name: str
    reference: str
    hidden: bool = False


class ScoreItem(File, frozen=True, kw_only=True):
    """A level's machine-readability."""

    level: int
    before: int | None
    after: int | None
    failed_before: tuple[str, ...]
    failed_after: tuple[str, ...]


class FindingItem(File, frozen=True, kw_only=True):
    """Something a person should know."""

    code: str
    severity: Literal["blocker", "problem", "notice"]
    count: int = 1
    details: dict[str, str | int | float] = msgspec.field(default_factory=dict)
    origin: Origin = Origin()


class DocumentFile(File, frozen=True, kw_only=True):
    """documents/*.json."""

    format: str
    id: str
    content: str
    keywords: tuple[str, ...]
    summary: str
    image: tuple[ImageItem, ...]
    title: str
    source: SourceItem
    metadata: tuple[PropertyItem, ...]
    sections: tuple[Section, ...]
    tables: tuple[GridItem | TableItem, ...]
    pairs: tuple[PairItem, ...]
    figures: tuple[PictureItem | PageItem | DrawingItem | SmartArtItem | ChartItem | FlowItem, ...]
    comments: tuple[CommentItem, ...]
    revisions: tuple[RevisionItem, ...]
    code_lists: tuple[CodeListItem, ...]
    names: tuple[NameItem, ...]
    readability: tuple[ScoreItem, ...]
    findings: tuple[FindingItem, ...]
    terms: tuple[TermItem, ...] = ()
    mentions: tuple[MentionItem, ...] = ()
    references: tuple[ReferenceItem, ...] = ()
    summaries: tuple[SectionSummaryItem, ...] = ()
    summary_by: str = ""
    instruction: InstructionItem | None = None
    drawing: EngineeringDrawingItem | None = None
