"""Text outside boxes: tables seen by alignment, labels and values on a line, headings, numbered lines, running text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from genba.formats.layout.areas import Rect, bounds
from genba.formats.layout.boxes import Box, join_cells, token, trim
from genba.formats.layout.checks import lone_mark, read_options
from genba.formats.layout.fields import SURE_LABEL, read_line, read_single
from genba.formats.layout.found import Found, FoundField, FoundHeading, FoundTable, FoundText
from genba.formats.layout.roles import Roles, is_heading, names_document
from genba.formats.layout.tables import find_tables
from genba.formats.layout.wording import (
    Marker,
    clean_label,
    in_cell_pairs,
    is_note,
    is_number_only,
    is_value,
    label_score,
    marker,
    one_line,
)
from genba.model.cells import Cell

# Share of positions that are filled in something that is a table and not lines that happen to align.
MIN_FILL = 0.5
# A wide sheet of loose cells has at most so many columns looked at as one table.
MAX_COLUMNS = 512


def read_free(cells: Sequence[Cell], roles: Roles | None = None) -> list[Found]:
    """Everything in cells that no box holds, row by row."""
    rows = [row for row in _rows(cells) if any(cell.text.strip() for cell in row)]
    if not rows:
        return []
    if roles is None:
        roles = Roles([token(cell) for row in rows for cell in row])
    found: list[Found] = []
    for block in _blocks(rows):
        found.extend(_block(block, roles))
    return found


def _rows(cells: Sequence[Cell]) -> list[list[Cell]]:
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    return [sorted(rows[row], key=lambda cell: cell.column) for row in sorted(rows)]


def _blocks(rows: Sequence[Sequence[Cell]]) -> list[list[list[Cell]]]:
    """Rows without a blank row between them whose cells begin at the same columns."""
    blocks: list[list[list[Cell]]] = []
    lefts: set[int] = set()
    tall: dict[int, int] = {}  # column → first row below a tall cell that begins there
    end = -1
    for row in rows:
        top = row[0].row
        begins = {cell.column for cell in row} | {column for column, bottom in tall.items() if bottom > top}
        block = blocks[-1] if blocks else []
        if block and top <= end and _joins(row, begins, block, lefts):
            block.append(list(row))
            lefts |= begins
        else:
            blocks.append([list(row)])
            lefts, tall, end = begins, {}, -1
        for cell in row:
            if cell.row_span > 1:
                tall[cell.column] = cell.row + cell.row_span
            end = max(end, cell.row + cell.row_span)
    return blocks


def _joins(row: Sequence[Cell], begins: set[int], block: Sequence[Sequence[Cell]], lefts: set[int]) -> bool:
    """Whether the row goes on with the block above it."""
    if len(row) == 1 and len(begins) == 1 and is_heading(token(row[0])):
        return False
    if (len(begins) > 1) != (len(lefts) > 1):
        return False
    grows = len(block) <= 3 and lefts <= begins and len(lefts) > 1
    return begins <= lefts or grows or len(begins & lefts) * 2 > len(begins | lefts)


def _block(rows: Sequence[Sequence[Cell]], roles: Roles) -> list[Found]:
    parts = _split_columns(rows) if len(rows) > 2 else [rows]
    found: list[Found] = []
    for part in parts:
        found.extend(_as_table(part, roles) or _lines(part, roles))
    return found


def _split_columns(rows: Sequence[Sequence[Cell]]) -> Sequence[Sequence[Sequence[Cell]]]:
    """Side-by-side tables: columns that otherwise touch are parted by an empty one."""
    begins = sorted({(cell.column, cell.column + cell.column_span) for row in rows for cell in row})
    gaps: list[int] = []
    end = begins[0][1]
    columns = 1
    for left, right in begins:
        if left > end:
            gaps.append(left)
        if left >= end:
            columns += 1
        end = max(end, right)
    if not gaps or len(gaps) * 3 > columns:
        return [rows]
    edges = [0, *gaps, 1 << 30]
    parts = []
    for low, high in itertools.pairwise(edges):
        part = [[cell for cell in row if low <= cell.column < high] for row in rows]
        part = [row for row in part if row]
        if len({cell.column for row in part for cell in row}) < 2:
            return [rows]
        parts.append(part)
    return parts


def _as_table(rows: Sequence[Sequence[Cell]], roles: Roles) -> list[Found]:
    """A table by alignment, with the lines above and below it; empty where there is none."""
    lefts = sorted({cell.column for row in rows for cell in row})
    filled = sum(len(row) for row in rows)
    covered = sum(1 for row in rows for cell in row if cell.column_span > 1 or cell.row_span > 1)
    if any(not cell.text.strip() for row in rows for cell in row):
        return []  # underlined blanks are fields
    if len(rows) < 3 or not 2 <= len(lefts) <= MAX_COLUMNS:
        return []
    if (filled + covered) < MIN_FILL * len(rows) * len(lefts):
        return []
    if len(lefts) == 2 and all(is_number_only(row[0].text) for row in rows if len(row) == 2):
        return []  # a numbered list: numbers in one column, sentences in the next
    boxes = _aligned(rows, lefts)
    parts = find_tables(boxes, roles)
    if not any(isinstance(part, FoundTable) for part in parts):
        return []
    found: list[Found] = []
    rest: list[Cell] = []
    for part in parts:
        if isinstance(part, Box):
            rest.extend(part.cells)
            continue
        found.extend(_lines(_rows(rest), roles))
        rest = []
        found.append(part)
    found.extend(_lines(_rows(rest), roles))
    return found


def _aligned(rows: Sequence[Sequence[Cell]], lefts: Sequence[int]) -> list[Box]:
    """Boxes as if lines were drawn between the columns; empty ones where nothing is written."""
    last = max(cell.column + cell.column_span for row in rows for cell in row)
    ends = [*lefts[1:], max(last, lefts[-1] + 1)]
    index_of = {left: index for index, left in enumerate(lefts)}
    blocked: dict[int, int] = {}  # column index → first free row below a tall cell
    boxes: list[Box] = []
    for number, row in enumerate(rows):
        top = row[0].row
        bottom = rows[number + 1][0].row if number + 1 < len(rows) else top + max(cell.row_span for cell in row)
        taken = -1
        at = {index_of[cell.column]: cell for cell in row}
        for index in range(len(lefts)):
            cell = at.get(index)
            if cell is not None:
                stop = index
                while stop + 1 < len(lefts) and lefts[stop + 1] < cell.column + cell.column_span:
                    stop += 1
                low = max(bottom, cell.row + cell.row_span) if cell.row_span > 1 else bottom
                boxes.append(Box(top, lefts[index], low, ends[stop], [cell], cell.style.fill, 15))
                taken = stop
                for column in range(index, stop + 1):
                    blocked[column] = low
            elif index > taken and blocked.get(index, 0) <= top:
                boxes.append(Box(top, lefts[index], bottom, ends[index], [], "", 15))
    return boxes


def _lines(rows: Sequence[Sequence[Cell]], roles: Roles) -> list[Found]:
    found: list[Found] = []
    written = [[cell for cell in row if cell.text.strip()] for row in rows]
    markers = [marker(row[0].text) if len(row) == 1 else Marker.NONE for row in written]
    blank = _blank_fields(written)
    for index, row in enumerate(rows):
        if index in blank:
            cell = written[index][0]
            box = token(cell)
            found.append(FoundField(rect=box.rect, label=clean_label(cell.text), value="", label_cells=(cell,)))
            continue
        neighbours = (*markers[max(0, index - 1) : index], *markers[index + 1 : index + 2])
        found.extend(_line(row, roles, listed=markers[index] != Marker.NONE and markers[index] in neighbours))
    return found


def _blank_fields(lines: Sequence[Sequence[Cell]]) -> set[int]:
    """Labels below one another with room to write beside them: 医療機関名, 所在地, 電話番号."""
    found: set[int] = set()
    for column, run in itertools.groupby(range(len(lines)), lambda index: _label_column(lines[index])):
        indices = list(run)
        sure = sum(label_score(lines[index][0].text) >= SURE_LABEL for index in indices) if column >= 0 else 0
        if len(indices) >= 3 and sure == len(indices):
            found.update(indices)
    return found


def _label_column(line: Sequence[Cell]) -> int:
    """Where a line begins that may be nothing but a label; -1 for others."""
    if len(line) != 1 or len(line[0].text) > 12 or line[0].style.bold:
        return -1
    text = line[0].text
    return -1 if marker(text) is not Marker.NONE or is_note(text) or names_document(text) else line[0].column


def _line(row: Sequence[Cell], roles: Roles, *, listed: bool) -> list[Found]:
    if any(not cell.text.strip() for cell in row):
        read = read_line([token(cell) for cell in row], roles) if len(row) > 1 else []
        if read:
            return read
        row = [cell for cell in row if cell.text.strip()]
        if not row:
            return []
    if len(row) == 1:
        return _one(row[0], roles, listed=listed)
    first = row[0]
    if is_number_only(first.text) and lone_mark(first.text) is None and not is_value(row[1].text):
        rest = _line(row[1:], roles, listed=True) if len(row) > 2 else _one(row[1], roles, listed=listed)
        return _numbered(first, rest)
    tokens = [token(cell) for cell in row]
    read = read_line(tokens, roles)
    if read:
        return read
    runs: list[list[Cell]] = [[row[0]]]
    for cell in row[1:]:
        # what is hidden or outside the print area does not belong to the sentence beside it
        if cell.marks == runs[-1][-1].marks:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    if len(runs) > 1:
        return [item for run in runs for item in _line(run, roles, listed=listed)]
    text = " ".join(one_line(cell.text) for cell in row)
    return [FoundText(rect=bounds(row), text=text, cells=tuple(row))]


def _numbered(number: Cell, rest: list[Found]) -> list[Found]:
    """A numbering in a cell of its own goes with the text beside it."""
    head, *more = rest
    rect = trim([token(number), Box(*head.rect)]) or head.rect
    if isinstance(head, FoundHeading):
        numbered = FoundHeading(
            rect=rect,
            text=head.text,
            number=number.text.strip(),
            marker=marker(f"{number.text} {head.text}"),
            cells=(number, *head.cells),
        )
        return [numbered, *more]
    if isinstance(head, FoundText):
        return [FoundText(rect=rect, text=head.text, number=number.text.strip(), cells=(number, *head.cells)), *more]
    return [FoundText(rect=Rect(*token(number).rect), text=number.text.strip(), cells=(number,)), *rest]


def _one(cell: Cell, roles: Roles, *, listed: bool) -> list[Found]:
    """A line of one text: what its sign, its weight and its length say."""
    box = token(cell)
    text = cell.text.strip()
    if read_options(text) or in_cell_pairs(text) or roles.is_title(box):
        return read_single(box, roles)
    if _is_heading_line(box, roles, listed=listed):
        return [FoundHeading(rect=box.rect, text=one_line(text), marker=marker(text), cells=(cell,))]
    return [FoundText(rect=box.rect, text=join_cells([cell]), cells=(cell,))]


def _is_heading_line(box: Box, roles: Roles, *, listed: bool) -> bool:
    text = box.text
    if len(text) > 60 or is_note(text) or text.rstrip().endswith(("。", "、", "：", ":")) or is_value(text):
        return False
    sign = marker(text)
    stands_out = (box.bold and roles.bold_tells) or box.size_pt >= roles.size_pt * 1.15 or bool(box.fill)
    if sign in (Marker.CHAPTER, Marker.SQUARE, Marker.BRACKET, Marker.DIAMOND):
        return True
    if sign in (Marker.NUMBER, Marker.SUBNUMBER, Marker.PARENTHESIS):
        return stands_out or (not listed and len(text) <= 24 and not text.endswith(("する", "こと", "ます", "です")))
    return stands_out and len(text) <= 40
