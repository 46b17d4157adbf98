"""A worksheet before its structure is found: cells, and what lies on top of them."""

from __future__ import annotations

from dataclasses import dataclass

from genba.model.cells import Cell
from genba.model.marks import Mark
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Paragraph
from genba.model.place import NOWHERE, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The values a cell range may take (data validation)."""

    range: str
    values: tuple[str, ...]
    reference: str = ""  # the cells or the defined name the values come from


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One worksheet; a document of sheets holds these as nodes until `structure.sheets` has resolved them."""

    name: str
    cells: tuple[Cell, ...]  # row-major; empty cells only where formatting (a border, a span) gives them a role
    rows: int
    columns: int
    on_top: tuple[Paragraph | Figure | Flow | Chart | Choices | Comment, ...] = ()  # placed by range
    print_areas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()  # ranges the author declared as tables
    auto_filter: str = ""
    frozen_rows: int = 0
    code_lists: tuple[CodeList, ...] = ()
    column_widths: tuple[float, ...] = ()  # in characters, as far as the file states them
    row_heights: tuple[float, ...] = ()  # in points
    place: Place = NOWHERE
    marks: frozenset[Mark] = frozenset()
    id: str = ""
