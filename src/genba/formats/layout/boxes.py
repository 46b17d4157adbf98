"""Boxes: fields on a sheet with the texts inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from genba.formats.layout.areas import BOTTOM, Rect
from genba.model.cells import Cell


@dataclass(slots=True, eq=False)
class Box:
    """An enclosed field with the cells that carry text inside."""

    top: int
    left: int
    bottom: int
    right: int
    cells: list[Cell] = field(default_factory=list)
    fill: str = ""
    closed: int = 0  # bits of the sides that are ruled

    @property
    def rect(self) -> Rect:
        """Its place on the sheet."""
        return Rect(self.top, self.left, self.bottom, self.right)

    @property
    def text(self) -> str:
        """Texts inside, line by line."""
        if len(self.cells) == 1:
            return self.cells[0].text.strip()
        return join_cells(self.cells)

    @property
    def is_empty(self) -> bool:
        """Nothing written inside."""
        return not self.cells

    @property
    def bold(self) -> bool:
        """Set in bold throughout."""
        if len(self.cells) == 1:
            return self.cells[0].style.bold
        return bool(self.cells) and all(cell.style.bold for cell in self.cells)

    @property
    def size_pt(self) -> float:
        """The largest type inside."""
        if len(self.cells) == 1:
            return self.cells[0].style.size_pt
        return max((cell.style.size_pt for cell in self.cells), default=0.0)


def token(cell: Cell) -> Box:
    """A text that stands free, as a box without lines."""
    cells = [cell] if cell.text.strip() else []
    bottom, right = cell.row + cell.row_span, cell.column + cell.column_span
    return Box(cell.row, cell.column, bottom, right, cells, cell.style.fill, cell.style.borders & BOTTOM)


def join_cells(cells: Sequence[Cell]) -> str:
    """Texts of cells in reading order; a space within a row, a line end between rows."""
    lines: list[str] = []
    row = -1
    for cell in cells:
        text = cell.text.strip()
        if not text:
            continue
        if cell.row == row:
            lines[-1] = f"{lines[-1]} {text}"
        else:
            lines.append(text)
            row = cell.row
    return "\n".join(lines)


def trim(boxes: Sequence[Box]) -> Rect | None:
    """The rectangle around boxes."""
    if not boxes:
        return None
    top, left, bottom, right = boxes[0].rect
    for box in boxes:
        if box.top < top:
            top = box.top
        if box.left < left:
            left = box.left
        if box.bottom > bottom:
            bottom = box.bottom
        if box.right > right:
            right = box.right
    return Rect(top, left, bottom, right)
