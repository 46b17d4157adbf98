"""Cells made in great numbers: filled like plain objects, frozen at the end."""

from genba.model.cells import NO_MARKS, Cell, CellStyle
from genba.model.marks import Reading


class CellDraft:
    """A cell before it is frozen: same slots as Cell, filled at a quarter of the cost of a frozen dataclass.

    Measured on 20,000 cells: 25 ms against 108 ms, which would be half of the reading of a workbook. Whoever has
    filled one sets its `__class__` to Cell.
    """

    __slots__ = Cell.__slots__

    def __init__(
        self, row: int, column: int, value: str | int | float | bool | None, text: str, unit: str, style: CellStyle
    ) -> None:
        self.row = row
        self.column = column
        self.value = value
        self.text = text
        self.unit = unit
        self.style = style
        self.row_span = 1
        self.column_span = 1
        self.formula = ""
        self.marks = NO_MARKS
        self.readings: tuple[Reading, ...] = ()
        self.withdrawn = ""
        self.link = ""
        self.confidence = 1.0


def moved(cell: Cell, row: int, row_span: int, column: int, column_span: int) -> Cell:
    """The same cell at another place."""
    draft = CellDraft(row, column, cell.value, cell.text, cell.unit, cell.style)
    draft.row_span, draft.column_span = row_span, column_span
    draft.formula, draft.marks, draft.readings = cell.formula, cell.marks, cell.readings
    draft.withdrawn, draft.link, draft.confidence = cell.withdrawn, cell.link, cell.confidence
    draft.__class__ = Cell  # type: ignore[assignment]
    return draft  # type: ignore[return-value]
