"""Lays an instruction out on Excel graph paper (方眼紙): everything is a merged range of small cells."""

from __future__ import annotations

import random

from benchmarks.generators.instructions.blocks import Box, Cell, Layout, Line, Pairs, Picture, Table
from examples.writing import pictures
from examples.writing.cells import BOX, GRID, HEAD, Style
from examples.writing.spreadsheet import Workbook

_TITLE = Style(bold=True, size=16, align="center", middle=True)
_LABEL = Style(fill="F2F2F2", border=BOX, align="center", middle=True, size=10)
_VALUE = Style(border=BOX, middle=True, size=10)
_STRUCK = Style(border=BOX, middle=True, wrap=True, strike=True)
_WHOLE = Style(border=BOX, middle=True, bold=True)
_HEADING = Style(bold=True, middle=True, fill="DDEBF7")


def write(page: Layout, rng: random.Random) -> bytes:
    """The finished .xlsx."""
    return _Writer(page, rng).to_bytes()


class _Writer:
    def __init__(self, page: Layout, rng: random.Random) -> None:
        self.page, self.rng = page, rng
        self.book = Workbook(page.title, "")
        self.columns = rng.choice((48, 54, 60))
        self.sheet = self.book.sheet(rng.choice(("作業手順", "Sheet1", "手順書", "標準")))
        self.sheet.grid(self.columns + 2, 2.25, 15.0)
        self.row = 1

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
        self.sheet.print_area = (
            f"A1:{'BJ' if self.columns == 60 else 'BD' if self.columns == 54 else 'AX'}{self.row + 1}"
        )
        return self.book.to_bytes()

    def _put(self, left: int, right: int, text: str, style: Style, height: int = 1) -> None:
        area = (self.row, left, self.row + height - 1, right)
        self.sheet.merge(area, text or None, style)

    def _line(self, line: Line) -> None:
        if line.role == "title":
            self._put(1, self.columns, line.text, _TITLE, 2)
            self.row += 3
            return
        style = _HEADING if line.role == "heading" else Style(strike=line.is_struck, middle=True)
        if line.role == "heading":
            self.row += 1
        if line.number:
            self._put(1, 5, line.number, style)
            self._put(6, self.columns, line.text, style)
        else:
            self._put(1, self.columns, line.text, style)
        self.row += 1

    def _box(self, box: Box) -> None:
        if self.page.has_boxes_as_shapes:
            frame = (4.0, float(self.row), self.columns / 1.5, float(self.row + 2 * len(box.lines)))
            self.sheet.drawing.shape(frame, "\n".join(box.lines), text_box=True)
            self.row += 2 * len(box.lines) + 1
        else:
            self._put(3, self.columns - 2, "\n".join(box.lines), _WHOLE, 2)
            self.row += 3

    def _photograph(self, picture: Picture, box: tuple[float, float, float, float]) -> None:
        data = pictures.photograph(self.rng, self.rng.choice(("part", "machine")), format="PNG", size=(120, 90))
        self.sheet.drawing.picture(box, data, alt=picture.alt)

    def _picture(self, picture: Picture) -> None:
        if picture.is_captioned_above:
            self._put(4, 30, picture.caption, Style())
            self.row += 1
        self._photograph(picture, (4.0, self.row + 0.1, 16.0, self.row + 6.0))
        self.row += 7
        if not picture.is_captioned_above:
            self._put(4, 30, picture.caption, Style())
            self.row += 1

    def _table(self, table: Table) -> None:
        spans, left, whole = [], 1, sum(table.widths)
        for place, share in enumerate(table.widths):
            right = self.columns if place == len(table.widths) - 1 else left + max(2, self.columns * share // whole) - 1
            spans.append((left, right))
            left = right + 1
        for (start, end), name in zip(spans, table.columns, strict=True):
            self._put(start, end, name, HEAD)
        self.row += 1
        for row in table.rows:
            if row.is_whole:
                self._put(1, self.columns, row.cells[0].text, _WHOLE)
                self.row += 1
                continue
            height = 6 if any(cell.picture for cell in row.cells) else self.rng.choice((2, 2, 3))
            for (start, end), cell in zip(spans, row.cells, strict=True):
                self._cell(start, end, cell, _STRUCK if row.is_struck else GRID, height)
            self.row += height
        self.row += 1

    def _cell(self, left: int, right: int, cell: Cell, style: Style, height: int) -> None:
        if cell.picture:
            self._photograph(cell.picture, (left + 0.2, self.row + 1.1, right + 0.8, self.row + height - 0.2))
            style = Style(border=BOX, wrap=True)
        self._put(left, right, cell.text, style, height)

    def _pairs(self, pairs: Pairs) -> None:
        half = self.columns // 2
        for place, (label, value) in enumerate(pairs.items):
            left = 1 + half * (place % 2)
            self._put(left, left + 5, label, _LABEL)
            self._put(left + 6, left + half - 1, value, _VALUE)
            self.row += place % 2
        self.row += 1 + len(pairs.items) % 2
