"""What a document consists of, in reading order: headings, text, grids, label–value pairs, figures, flows, comments."""

from dataclasses import dataclass, field
from enum import StrEnum

from genba.model.cells import Cell
from genba.model.marks import Mark, Reading, Value
from genba.model.place import NOWHERE, Place

ROWS_PLACED = 600  # a grid of more rows is data: where each of them stands helps nobody


class Role(StrEnum):
    """What a run of text is for."""

    BODY = "body"
    TITLE = "title"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    TEXT_BOX = "text_box"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    SPEAKER_NOTE = "speaker_note"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; `level` 1 is the highest, `number` is the automatic numbering as displayed (第1章, 3.2, ①)."""

    text: str
    level: int
    number: str = ""
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    readings: tuple[Reading, ...] = ()
    confidence: float = 1.0  # of the reading, where it was read in a picture
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A run of text; `number` is the automatic numbering or bullet as displayed, `level` the depth of a list from 0."""

    text: str
    role: Role = Role.BODY
    number: str = ""
    level: int = 0
    values: tuple[Value, ...] = ()
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    readings: tuple[Reading, ...] = ()
    confidence: float = 1.0  # of the reading, where it was read in a picture
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as it is laid out: cells with spans; `header_rows`/`header_columns` are 0 until a step has found them."""

    cells: tuple[Cell, ...]  # row-major; cells hidden under a span are absent
    rows: int
    columns: int
    header_rows: int = 0
    header_columns: int = 0
    caption: str = ""
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    confidence: float = 1.0  # of the reading, where it was read in a picture
    # Where each row stands, as far as the reader tells and the grid is no bulk of data; for steps, not for the product.
    row_places: tuple[Place, ...] = field(default=(), compare=False, repr=False)
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A label and its value on a form; an empty `value` is a field that nobody filled in."""

    label: str  # nested labels are joined with "/": "届出者/氏名"
    value: str
    unit: str = ""
    raw: str | int | float | bool | None = None  # the value as stored, where it differs from what is displayed
    values: tuple[Value, ...] = ()
    place: Place = NOWHERE  # of the value
    label_place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    readings: tuple[Reading, ...] = ()
    confidence: float = 1.0  # of the reading, where it was read in a picture
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One box of a group."""

    text: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A group of check boxes or radio buttons: ☑ ☐ ■ □ in text, or form controls."""

    label: str
    options: tuple[Choice, ...]
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture or drawing tied to its place and caption; its bytes are the image named by `image`."""

    image: str = ""  # Image.name, empty for drawings without a picture
    caption: str = ""
    description: str = ""  # alternative text written by the author
    texts: tuple[str, ...] = ()  # texts inside the drawing (SmartArt, grouped shapes) or read in the picture, in order
    callouts: tuple[str, ...] = ()  # texts laid over it that point into it
    steps: tuple[str, ...] = ()  # numbers of the steps it belongs to
    about: str = ""  # what a model wrote of it, checked against the document
    about_by: str = ""  # that model
    kind: str = "picture"  # picture | page (of a scan) | drawing | smartart
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of a chart, with the values the file has cached."""

    name: str
    categories: tuple[str, ...]
    values: tuple[float | None, ...]
    reference: str = ""  # the cells the values come from


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its data."""

    title: str
    kind: str  # bar, line, pie, scatter, … in the words of DrawingML without "Chart"
    series: tuple[Series, ...]
    axes: tuple[str, ...] = ()  # axis titles
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    id: str = ""


class Joint(StrEnum):
    """How an edge's end is known to touch its node."""

    GLUED = "glued"  # the file says so
    INFERRED = "inferred"  # the geometry suggests so
    LOOSE = "loose"  # nothing near


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode:
    """A shape of a flowchart."""

    key: str  # the shape's id in its drawing
    text: str
    shape: str = ""  # flowChartDecision, rect, …
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEnd:
    """One end of an edge; `confidence` is 1 for glued ends and 0 for loose ones."""

    key: str
    joint: Joint
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEdge:
    """A connector from `source` to `target`; `directed` is false when neither end, or both, bear an arrow."""

    source: FlowEnd
    target: FlowEnd
    label: str = ""
    directed: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flowchart."""

    nodes: tuple[FlowNode, ...]
    edges: tuple[FlowEdge, ...]
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A remark that somebody attached; replies follow in order with the same `thread`."""

    text: str
    author: str = ""
    written: str = ""  # ISO 8601 as stored
    thread: str = ""
    resolved: bool = False
    place: Place = NOWHERE  # what it is attached to
    marks: frozenset[Mark] = frozenset()
    id: str = ""
