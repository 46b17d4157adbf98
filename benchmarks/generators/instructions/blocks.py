"""What a page consists of, between a house's way of writing and the program that lays it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; `role` is title, heading, step, or text. A step's number may be the program's own (`level`)."""

    text: str
    role: str = "text"
    number: str = ""
    level: int | None = None
    is_struck: bool = False
    starts_anew: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A frame around a few lines, placed where it stands."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph with its caption above or below, or beside it in a cell."""

    caption: str
    alt: str
    is_captioned_above: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells, or one cell over the whole width."""

    cells: tuple[Cell, ...]
    is_whole: bool = False
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are shares of the line."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Label and value side by side, as heads of documents have them."""

    items: tuple[tuple[str, str], ...]


Block = Line | Box | Picture | Table | Pairs


@dataclass(slots=True)
class Layout:
    """A document ready to be written by any of the programs."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    numbering: Sequence[tuple[str, str]] = ()  # of the program's own list, if the steps use it
    header: str = ""
    has_boxes_as_shapes: bool = True
