"""What layout inference finds on a sheet, each with the cells it was made of and the reason."""

from __future__ import annotations

from dataclasses import dataclass

from genba.formats.layout.areas import Rect
from genba.formats.layout.boxes import Box
from genba.formats.layout.wording import Marker
from genba.model.cells import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """A table: `row_cuts` and `column_cuts` are its logical rows and columns in the sheet's counting."""

    rect: Rect
    boxes: tuple[Box, ...]  # row-major; empty ones may be absent
    row_cuts: tuple[int, ...]
    column_cuts: tuple[int, ...]
    header_rows: int = 0
    header_columns: int = 0
    caption: tuple[Cell, ...] = ()
    groups: tuple[str, ...] = ()
    reason: str = ""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells with text."""
        return tuple([cell for box in self.boxes for cell in box.cells])


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundField:
    """A label with its value, or with the place where a value should be."""

    rect: Rect  # of the value
    label: str
    value: str
    unit: str = ""
    groups: tuple[str, ...] = ()  # labels it stands under, outermost first
    group_cells: tuple[Cell, ...] = ()
    label_cells: tuple[Cell, ...] = ()
    cells: tuple[Cell, ...] = ()  # of the value

    @property
    def path(self) -> str:
        """The full label."""
        return "/".join(part for part in (*self.groups, self.label) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChoices:
    """A group of check boxes."""

    rect: Rect
    label: str
    options: tuple[tuple[str, bool], ...]
    groups: tuple[str, ...] = ()
    group_cells: tuple[Cell, ...] = ()
    label_cells: tuple[Cell, ...] = ()
    cells: tuple[Cell, ...] = ()

    @property
    def path(self) -> str:
        """The full label."""
        return "/".join(part for part in (*self.groups, self.label) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHeading:
    """A section's heading."""

    rect: Rect
    text: str
    number: str = ""
    marker: Marker = Marker.NONE
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """Running text; `is_title` where it names the whole sheet."""

    rect: Rect
    text: str
    number: str = ""
    is_title: bool = False
    cells: tuple[Cell, ...] = ()


Found = FoundTable | FoundField | FoundChoices | FoundHeading | FoundText
