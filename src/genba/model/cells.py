"""Cells as a file stores and shows them, and the sheets they stand on."""

from dataclasses import dataclass

from genba.model.marks import Mark, Reading

NO_MARKS: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStyle:
    """Formatting that carries layout; one object is shared by all cells of the same format."""

    bold: bool = False
    size_pt: float = 11.0
    fill: str = ""  # ARGB or theme colour as text; empty when not filled
    borders: int = 0  # bits: 1 left, 2 top, 4 right, 8 bottom
    align: str = ""  # left, center, right, centerContinuous, …; empty is general
    indent: int = 0
    number_format: str = "General"


PLAIN = CellStyle()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: `value` as stored, `text` as displayed; rows and columns count from 0."""

    row: int
    column: int
    value: str | int | float | bool | None
    text: str
    unit: str = ""  # literal unit of the number format: "円", "mm"
    style: CellStyle = PLAIN
    row_span: int = 1
    column_span: int = 1
    formula: str = ""
    marks: frozenset[Mark] = NO_MARKS
    readings: tuple[Reading, ...] = ()
    withdrawn: str = ""  # struck-through runs taken out of `text`
    link: str = ""
    confidence: float = 1.0  # of the reading, where it was read in a picture
