"""Boxes as the eye sees them: what borders enclose, be it one cell, a merged range or many cells of a 3-mm grid."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from genba.formats.layout.areas import BOTTOM, LEFT, RIGHT, TOP, Area, Rect
from genba.formats.layout.boxes import Box
from genba.formats.layout.wording import label_score
from genba.model.cells import Cell

# Positions of the compressed grid per cell that are still worth looking at: real forms stay below 8.
MAX_SPREAD = 40


class _Lattice:
    """The cells of a band on the coarsest grid that keeps every edge."""

    def __init__(self, band: Area) -> None:
        rect, cells = band
        rows = {rect.top, rect.bottom}
        columns = {rect.left, rect.right}
        for cell in cells:
            rows.update((cell.row, cell.row + cell.row_span))
            columns.update((cell.column, cell.column + cell.column_span))
        self.rows = sorted(row for row in rows if rect.top <= row <= rect.bottom)
        self.columns = sorted(column for column in columns if rect.left <= column <= rect.right)
        self.height, self.width = len(self.rows) - 1, len(self.columns) - 1
        self.too_large = self.height * self.width > MAX_SPREAD * len(cells) + 10_000
        if not self.too_large:
            self._fill(cells)

    def _fill(self, cells: Sequence[Cell]) -> None:
        height, width = self.height, self.width
        self.owner = [[-1] * width for _ in range(height)]
        # vertical[r][c]: a line left of column c; horizontal[r][c]: a line above row r
        self.vertical = [bytearray(width + 1) for _ in range(height)]
        self.horizontal = [bytearray(width) for _ in range(height + 1)]
        row_at = {row: index for index, row in enumerate(self.rows)}
        column_at = {column: index for index, column in enumerate(self.columns)}
        for index, cell in enumerate(cells):
            r0, c0 = row_at.get(cell.row), column_at.get(cell.column)
            if r0 is None or c0 is None or r0 >= height or c0 >= width:
                continue
            r1 = bisect_left(self.rows, min(cell.row + cell.row_span, self.rows[-1]))
            c1 = bisect_left(self.columns, min(cell.column + cell.column_span, self.columns[-1]))
            borders = cell.style.borders
            # the first cell of a merged range may know its own sides only: the far side is ruled like the near one
            if cell.column_span > 1 and borders & LEFT:
                borders |= RIGHT
            for r in range(r0, r1):
                line = self.owner[r]
                for c in range(c0, c1):
                    line[c] = index
                if borders & LEFT:
                    self.vertical[r][c0] = 1
                if borders & RIGHT:
                    self.vertical[r][c1] = 1
            if borders & TOP:
                self.horizontal[r0][c0:c1] = b"\1" * (c1 - c0)
            if borders & BOTTOM:
                self.horizontal[r1][c0:c1] = b"\1" * (c1 - c0)


def find_boxes(cells: Sequence[Cell], rect: Rect) -> list[Box] | None:
    """Boxes of a ruled area in row-major order; None where the lines make no boxes (or far too many)."""
    bands = _bands(cells, rect)
    boxes: list[Box] = []
    for band in bands:
        if isinstance(band, list):
            boxes.extend(map(_single, band))
            continue
        lattice = _Lattice(band)
        if lattice.too_large or not lattice.height or not lattice.width:
            return None
        if len(bands) == 1 and _has_rules_only(lattice, cells):
            return None
        if band.rect.top > rect.top:
            lattice.horizontal[0][:] = b"\1" * lattice.width
        if band.rect.bottom < rect.bottom:
            lattice.horizontal[-1][:] = b"\1" * lattice.width
        found = [_finish(box) for box in _segments(lattice, band.cells)]
        boxes.extend(box for box in found if box.cells or box.closed.bit_count() >= 3 or box.closed == TOP | BOTTOM)
    return boxes


def _has_rules_only(lattice: _Lattice, cells: Sequence[Cell]) -> bool:
    """Rules between the rows only: columns are seen by alignment."""
    if any(any(line[1:-1]) for line in lattice.vertical):
        return False
    return lattice.height > 1 and sum(1 for cell in cells if cell.text) > 2 * lattice.height


def _bands(cells: Sequence[Cell], rect: Rect) -> list[list[Cell] | Area]:
    """The area from the top: rows whose every cell is a box by itself (lists have thousands), areas of other rows."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    lines = _borders(rows, rect)
    bands: list[list[Cell] | Area] = []
    start = rect.top
    pending: list[Cell] = []
    for row in sorted(rows):
        own = lines.get(row)
        if (
            own is not None
            and _is_parted(own)
            and (row == rect.top or _is_ruled(lines.get(row - 1, b""), own))
            and (row == rect.bottom - 1 or _is_ruled(own, lines.get(row + 1, b"")))
        ):
            if start < row:
                bands.append(Area(Rect(start, rect.left, row, rect.right), tuple(pending)))
            bands.append(rows[row])
            start, pending = row + 1, []
        else:
            pending.extend(rows[row])
    if start < rect.bottom:
        bands.append(Area(Rect(start, rect.left, rect.bottom, rect.right), tuple(pending)))
    return bands


def _borders(rows: dict[int, list[Cell]], rect: Rect) -> dict[int, bytes]:
    """The borders of each row that has a cell of its own in every column."""
    width = rect.right - rect.left
    lines: dict[int, bytes] = {}
    reach = 0  # merged cells above come down to here
    for row in sorted(rows):
        cells = rows[row]
        below = row + max([cell.row_span for cell in cells])
        if len(cells) == width > 1 and row >= reach and below == row + 1:
            lines[row] = bytes([cell.style.borders for cell in cells])
        reach = max(reach, below)
    return lines


@lru_cache(maxsize=4096)
def _is_parted(line: bytes) -> bool:
    """Whether lines stand between all neighbours of a row."""
    return all(left & RIGHT or right & LEFT for left, right in itertools.pairwise(line))


@lru_cache(maxsize=4096)
def _is_ruled(upper: bytes, lower: bytes) -> bool:
    """Whether a line goes through between two rows; of a row that is merged (empty here) nothing is known."""
    if not upper or not lower:
        return all(side & BOTTOM for side in upper) and all(side & TOP for side in lower)
    return all(above & BOTTOM or below & TOP for above, below in zip(upper, lower, strict=True))


def _single(cell: Cell) -> Box:
    return Box(
        cell.row, cell.column, cell.row + 1, cell.column + 1, [cell] if cell.text.strip() else [], cell.style.fill, 15
    )


def _row_segments(lattice: _Lattice, row: int) -> list[tuple[int, int]]:
    """Column intervals between the vertical lines of a row."""
    lines = lattice.vertical[row]
    cuts = [0, *(column for column in range(1, lattice.width) if lines[column]), lattice.width]
    return list(itertools.pairwise(cuts))


@dataclass(slots=True, eq=False)
class _Draft:
    top: int
    left: int
    bottom: int
    right: int
    owners: dict[int, None]
    covered: bool = False  # a merged cell reaches in that begins in another box


def _segments(lattice: _Lattice, cells: Sequence[Cell]) -> list[Box]:
    drafts: list[_Draft] = []
    above: dict[tuple[int, int], _Draft] = {}
    for row in range(lattice.height):
        current: dict[tuple[int, int], _Draft] = {}
        owners = lattice.owner[row]
        owners_above = lattice.owner[row - 1] if row else []
        rule = lattice.horizontal[row]
        segments = _row_segments(lattice, row)
        cut = row > 0 and _is_row_edge(lattice, cells, row, segments, above)
        for left, right in segments:
            upper = above.get((left, right))
            if upper is not None and (
                any(owners[c] >= 0 and owners[c] == owners_above[c] for c in range(left, right))
                or (not cut and not any(rule[left:right]) and not _are_two(upper, lattice, cells, row, left))
            ):
                draft = upper
            else:
                draft = _Draft(row, left, row, right, {})
                drafts.append(draft)
            draft.bottom = row + 1
            for c in range(left, right):
                owner = owners[c]
                if owner >= 0 and owner not in draft.owners:
                    begins = cells[owner]
                    if begins.row == lattice.rows[row] and begins.column == lattice.columns[c]:
                        draft.owners[owner] = None
                    else:
                        draft.covered = True
            current[(left, right)] = draft
        above = current
    return [_to_box(draft, lattice, cells) for draft in drafts]


def _are_two(upper: _Draft, lattice: _Lattice, cells: Sequence[Cell], row: int, column: int) -> bool:
    """Two things under one another without a line between: complete labels (フリガナ over 氏名), merged ranges."""
    index = lattice.owner[row][column]
    if index < 0 or not cells[index].text.strip() or len(upper.owners) != 1:
        return False
    above = cells[next(iter(upper.owners))]
    fills = (
        above.column == lattice.columns[upper.left] and above.column + above.column_span == lattice.columns[upper.right]
    )
    if above.row_span > 1 and fills and not cells[index].text.lstrip().startswith(("(", "（")):
        return True  # a merged range is one thing, even where the line below it is lost
    if label_score(cells[index].text) < 1.5:
        return False
    if cells[index].text.lstrip().startswith(("(", "（")):  # 有価証券（評価概算額） in two lines
        return False
    return label_score(cells[next(iter(upper.owners))].text) >= 1.5


def _is_row_edge(
    lattice: _Lattice,
    cells: Sequence[Cell],
    row: int,
    segments: list[tuple[int, int]],
    above: dict[tuple[int, int], _Draft],
) -> bool:
    """Rows of a list without lines between them: several neighbours have a text of their own above and below."""
    both = 0
    for segment in segments:
        upper = above.get(segment)
        if upper is None or any(lattice.horizontal[row][segment[0] : segment[1]]):
            continue
        below = any(
            o >= 0 and cells[o].row == lattice.rows[row] and cells[o].text.strip()
            for o in lattice.owner[row][segment[0] : segment[1]]
        )
        if below and any(cells[o].text.strip() for o in upper.owners):
            both += 1
    return both >= 3 or (both >= 2 and both * 2 >= len(segments))


def _to_box(draft: _Draft, lattice: _Lattice, cells: Sequence[Cell]) -> Box:
    middle = draft.top
    closed = (
        (LEFT if lattice.vertical[middle][draft.left] else 0)
        | (RIGHT if lattice.vertical[middle][draft.right] else 0)
        | (TOP if any(lattice.horizontal[draft.top][draft.left : draft.right]) else 0)
        | (BOTTOM if any(lattice.horizontal[draft.bottom][draft.left : draft.right]) else 0)
    )
    owned = [cells[index] for index in draft.owners]
    if draft.covered and not owned:
        closed = 0
    return Box(
        lattice.rows[draft.top], lattice.columns[draft.left], lattice.rows[draft.bottom], lattice.columns[draft.right],
        owned, "", closed,
    )  # fmt: skip


def _finish(box: Box) -> Box:
    fills = [cell.style.fill for cell in box.cells if cell.text.strip()] or [cell.style.fill for cell in box.cells]
    box.fill = fills[0] if fills else ""
    box.cells = [cell for cell in box.cells if cell.text.strip()]
    return box
