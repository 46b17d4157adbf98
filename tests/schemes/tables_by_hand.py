"""Documents made by hand for scoring: a file as read, and the same file as refined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from genba.formats.ranges import Area
from genba.model.cells import Cell, CellStyle
from genba.model.document import Document, Edit
from genba.model.finding import Finding
from genba.model.marks import Mark
from genba.model.nodes import Grid, Paragraph
from genba.model.place import Place
from genba.model.sheet import CodeList, Sheet
from genba.model.source import Source
from genba.model.table import Column, ColumnType, Table
from genba.schemes.machine_readability import compare

Raw = str | int | float | bool | None
Spot = tuple[int, int]


def source(kind: str) -> Source:
    return Source(path=f"表.{kind}", sha256="0" * 64, size_bytes=1, kind=kind)


def tidy(
    names: Sequence[str], rows: Sequence[Sequence[Any]], place: Place, columns: Mapping[str, Column] | None = None
) -> Table:
    """A refined table; columns not described are strings."""
    described = [(columns or {}).get(name, Column(name=name)) for name in names]
    kinds = {ColumnType.NUMBER: pa.float64(), ColumnType.INTEGER: pa.int64(), ColumnType.DATE: pa.date32()}
    arrays = [
        pa.array([row[at] for row in rows], kinds.get(column.type, pa.string())) for at, column in enumerate(described)
    ]
    batch = pa.RecordBatch.from_arrays(arrays, names=list(names))
    return Table(name="表", columns=tuple(described), batches=(batch,), rows=len(rows), place=place)


class Book:
    """A sheet with one table at (`top`, `left`); the first `header_rows` of `rows` are its header."""

    def __init__(
        self,
        rows: Sequence[Sequence[Raw]],
        *,
        top: int = 0,
        left: int = 0,
        header_rows: int = 1,
        kind: str = "xlsx",
        refined: Table | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        self.rows, self.top, self.left, self.header_rows = rows, top, left, header_rows
        self.kind, self.notes = kind, notes
        self.width = max(map(len, rows))
        self.place = Place(sheet="S", range=str(Area(top, left, top + len(rows) - 1, left + self.width - 1)))
        self.refined_table = refined
        self.styles: dict[Spot, CellStyle] = {}
        self.spans: dict[Spot, Spot] = {}
        self.marks: dict[Spot, frozenset[Mark]] = {}
        self.formulas: dict[Spot, str] = {}
        self.units: dict[Spot, str] = {}
        self.outside: dict[Spot, str] = {}
        self.on_top: tuple[Any, ...] = ()
        self.code_lists: tuple[CodeList, ...] = ()
        self.more_tables: tuple[Area, ...] = ()

    def cell(self, row: int, column: int, value: Raw) -> Cell:
        """A cell of the table by its place within it."""
        spot = (row, column)
        span = self.spans.get(spot, (1, 1))
        text = "" if value is None else str(value)
        return Cell(
            row, column, value, text, self.units.get(spot, ""), self.styles.get(spot, CellStyle()), span[0], span[1],
            self.formulas.get(spot, ""), self.marks.get(spot, frozenset()),
        )  # fmt: skip

    def grid(self) -> Grid:
        cells = tuple(
            self.cell(row, column, value)
            for row, values in enumerate(self.rows)
            for column, value in enumerate(values)
            if value is not None or (row, column) in self.spans
        )
        return Grid(
            cells=cells, rows=len(self.rows), columns=self.width, header_rows=self.header_rows, place=self.place
        )

    def original(self) -> Document:
        inside = [replace(c, row=c.row + self.top, column=c.column + self.left) for c in self.grid().cells]
        outside = [Cell(row, column, text, text) for (row, column), text in self.outside.items()]
        cells = tuple(sorted((*inside, *outside), key=lambda cell: (cell.row, cell.column)))
        sheet = Sheet(
            name="S", cells=cells, rows=self.top + len(self.rows) + 9, columns=self.left + self.width + 9,
            on_top=self.on_top, code_lists=self.code_lists,
        )  # fmt: skip
        return Document(source=source(self.kind), nodes=(sheet,))

    def refined(self) -> Document:
        table = self.refined_table
        if table is None:
            names = [
                "/".join(str(row[at]) for row in self.rows[: self.header_rows] if row[at]) for at in range(self.width)
            ]
            names = [name or f"列{at}" for at, name in enumerate(names)]
            body = [[None if v is None else str(v) for v in row] for row in self.rows[self.header_rows :]]
            table = tidy(names, body, self.place)
        table = replace(table, place=self.place, notes=tuple(self.notes))
        nodes: list[Any] = [self.grid()]
        tables = [table]
        for area in self.more_tables:
            place = Place(sheet="S", range=str(area))
            nodes.append(replace(self.grid(), place=place))
            tables.append(replace(table, place=place))
        return Document(source=source(self.kind), nodes=tuple(nodes), tables=tuple(tables))


def judged(book: Book) -> tuple[set[str], set[str]]:
    """The rules that a workbook fails before and after."""
    return failures(book.original(), book.refined())


def failures(original: Document, refined: Document) -> tuple[set[str], set[str]]:
    scores = compare(original, refined)
    return (
        {rule for score in scores for rule in score.failed_before},
        {rule for score in scores for rule in score.failed_after},
    )


def text_file(
    names: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    *,
    kind: str = "csv",
    line: int = 1,
    findings: Sequence[Finding] = (),
    edits: Sequence[Edit] = (),
    notes: Sequence[str] = (),
    tables: int = 1,
) -> tuple[Document, Document]:
    """A CSV as read and, unchanged but for its name, as refined."""
    place = Place(line=line, line_end=line + len(rows))
    table = replace(tidy(names, rows, place), notes=tuple(notes))
    document = Document(
        source=source(kind),
        tables=(table,) * tables,
        nodes=(),
        findings=tuple(replace(finding, place=place) for finding in findings),
        edits=tuple(replace(edit, place=place) for edit in edits),
    )
    return document, document


def page(rows: Sequence[Sequence[str]], *, kind: str = "docx") -> tuple[Document, Document]:
    """A table on a page."""
    book = Book(rows, kind=kind)
    place = Place(page=1)
    grid = replace(book.grid(), place=place)
    refined = book.refined()
    return (
        Document(source=source(kind), nodes=(Paragraph(text="題"), grid)),
        replace(
            refined, nodes=(Paragraph(text="題"), grid), tables=tuple(replace(t, place=place) for t in refined.tables)
        ),
    )
