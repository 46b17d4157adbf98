"""Lays an instruction out as a Word document."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.generators.instructions.blocks import Box, Cell, Layout, Line, Pairs, Picture, Row, Table
from examples.writing import pictures
from examples.writing import word as w

_WIDTH = 9000


def write(page: Layout, rng: random.Random) -> bytes:
    """The finished .docx."""
    return _Writer(page, rng).to_bytes()


class _Writer:
    def __init__(self, page: Layout, rng: random.Random) -> None:
        self.page, self.rng = page, rng
        self.document = w.Document(page.title, "")
        self.document.header = w.paragraph(w.run(page.header)) if page.header else ""
        self.steps = self.document.list_of(page.numbering) if page.numbering else 0
        self.boxes = 0

    def to_bytes(self) -> bytes:
        for block in self.page.blocks:
            if isinstance(block, Line):
                self._line(block)
            elif isinstance(block, Box):
                self._box(block)
            elif isinstance(block, Picture):
                self._picture(block)
            elif isinstance(block, Table):
                self._table(block)
            else:
                self._pairs(block)
        return self.document.to_bytes()

    def _line(self, line: Line) -> None:
        if line.role == "title":
            self.document.add(w.run(line.text), style="a3", align="center")
        elif line.role == "heading":
            self.document.heading(line.text, 1)
        elif line.level is not None:
            self.document.add(w.run(line.text, strike=line.is_struck), numbering=(self.steps, line.level))
        else:
            shown = f"{line.number}　{line.text}" if line.number else line.text
            self.document.add(w.run(shown, strike=line.is_struck))

    def _box(self, box: Box) -> None:
        self.boxes += 1
        if self.page.has_boxes_as_shapes:
            self.document.add(w.text_box(box.lines, self.boxes))
        else:
            self.document.body.append(w.table([["\n".join(box.lines)]], (_WIDTH,), header_rows=0))

    def _photograph(self, picture: Picture) -> str:
        data = pictures.photograph(self.rng, self.rng.choice(("part", "machine")), size=(160, 120))
        return self.document.picture(data, picture.alt)

    def _picture(self, picture: Picture) -> None:
        caption = w.run(picture.caption)
        if picture.is_captioned_above:
            self.document.add(caption, align="center")
        self.document.add(self._photograph(picture), align="center")
        if not picture.is_captioned_above:
            self.document.add(caption, style="a4", align="center")

    def _table(self, table: Table) -> None:
        whole = sum(table.widths)
        widths = [_WIDTH * share // whole for share in table.widths]
        rows: list[list[Any]] = [list(table.columns), *(self._cells(row, len(widths)) for row in table.rows)]
        self.document.body.append(w.table(rows, widths) + w.paragraph())

    def _cells(self, row: Row, columns: int) -> list[w.Cell]:
        if row.is_whole:
            return [self._cell(row.cells[0], row, columns)]
        return [self._cell(cell, row, 1) for cell in row.cells]

    def _cell(self, cell: Cell, row: Row, span: int) -> w.Cell:
        runs = w.run(cell.text, strike=row.is_struck) if cell.text else ""
        if cell.picture:
            runs = self._photograph(cell.picture) + w.run("\n" + cell.text)
        return w.Cell(span=span, runs=runs)

    def _pairs(self, pairs: Pairs) -> None:
        items = list(pairs.items)
        rows = []
        for place in range(0, len(items), 2):
            row = [part for item in items[place : place + 2] for part in item]
            rows.append(row + [""] * (4 - len(row)))
        self.document.body.append(w.table(rows, (1500, 3000, 1500, 3000), header_rows=0) + w.paragraph())
