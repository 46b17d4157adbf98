"""What the columns of a grid hold: header rows found wherever they stand, one after another in a form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from genba.formats.units import split_header
from genba.model.cells import Cell
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.steps.instructions.numbering import is_number, ordinal
from genba.steps.instructions.wording import LABEL_CHARS, Column, column_like, column_of

MAX_ROWS = 2_000
UNSEEN = frozenset((Mark.HIDDEN, Mark.OUTSIDE_PRINT_AREA))
_APART = re.compile(r"改[訂定]|^版|年月日|^日付|測定値|実測|\d回目|記入欄|印$")
_TIMED = re.compile(
    r"(?P<label>.*(?:所要|標準|作業|時間|工数|タクト|[SC]\.?T).*?)\s*[\[(（［](?P<unit>秒|分|時間?|s|sec|min|h)[\])）］]$"
)
_TIME_UNIT = re.compile(r"(?:^|[/・／\s])(?P<unit>秒|分|sec|min)(?:数|間)?$")
_REVISION = re.compile(r"改[訂定](?:日|番号|内容|履歴|no|№)?|^版数?$|変更(?:内容|日|履歴|点)|rev", re.IGNORECASE)

Rows = dict[int, list[Cell]]


@dataclass(slots=True)
class Name:
    """A column: what it holds, its words as written, and the unit beside them."""

    column: Column | None
    label: str
    unit: str = ""


@dataclass(slots=True)
class Part:
    """A stretch of a grid under one header."""

    names: dict[int, Name]
    header: frozenset[str]
    top: int  # where the header begins
    first: int  # the row below it
    last: int  # exclusive
    section: str = ""
    roles: frozenset[Column] = field(default_factory=frozenset)


def seen_rows(grid: Grid, most: int = MAX_ROWS) -> Rows:
    """The cells that a reader of the page sees, by row."""
    rows: Rows = {}
    for cell in grid.cells:
        if cell.row >= most:
            break
        if cell.text.strip() and not cell.marks & UNSEEN:
            rows.setdefault(cell.row, []).append(cell)
    return rows


def parts_of(grid: Grid, rows: Rows) -> list[Part]:
    """Cut a grid at its header rows; what stands above the first has no columns."""
    parts: list[Part] = []
    row = 0
    bottom_row = max(rows, default=-1) + 1
    while row < bottom_row:
        if not _is_header(rows.get(row, [])):
            row += 1
            continue
        first = row + 1
        bottom = max(cell.row + cell.row_span for cell in rows[row])
        while first < max(bottom, row + 1) or (first < row + 3 and _goes_on(rows, row, first, grid)):
            first += 1
        if row < grid.header_rows:
            first = max(first, grid.header_rows)
        if parts:
            parts[-1].last = row
        names = _names(rows, row, first)
        header = frozenset(cell.text.strip() for at in range(row, first) for cell in rows.get(at, ()))
        if parts and parts[-1].header == header:  # repeated on the next page
            parts[-1].last = grid.rows
        else:
            roles = frozenset(name.column for name in names.values() if name.column is not None)
            parts.append(Part(names, header, row, first, grid.rows, roles=roles))
        row = first
    for part in parts:
        settle(part, rows)
    return parts


def _is_header(cells: list[Cell]) -> bool:
    """A row of labels, at least two of them known, none of them a figure."""
    if len(cells) < 2:
        return False
    known = exact = 0
    for cell in cells:
        text = cell.text.strip()
        if len(text) > LABEL_CHARS * 2 or text.endswith("。"):
            return False
        if column_like(_bare(text)) is not None:
            known += 1
            exact += column_of(_bare(text)) is not None
        elif is_number(text):
            return False
    return known >= 2 and known * 3 > len(cells) and exact > 0


def _bare(text: str) -> str:
    return split_header(text)[0] if text[-1:] in ")]】）］" or "/" in text else text


def _goes_on(rows: Rows, top: int, row: int, grid: Grid) -> bool:
    """A second header row stands under a group: each of its cells below a wide cell, none a figure."""
    cells = rows.get(row, [])
    if row >= grid.rows or not cells:
        return False
    wide = [cell for cell in rows[top] if cell.column_span > 1]
    under = all(any(above.column <= cell.column < above.column + above.column_span for above in wide) for cell in cells)
    if not under or any(is_number(cell.text) for cell in cells):
        return False
    return sum(column_like(_bare(cell.text.strip())) is not None for cell in cells) * 2 >= len(cells)


def _names(rows: Rows, first: int, last: int) -> dict[int, Name]:
    words: dict[int, list[str]] = {}
    for row in range(first, last):
        for cell in rows.get(row, ()):
            text = re.sub(r"\s*\n\s*", "", cell.text.strip())
            for column in range(cell.column, cell.column + cell.column_span):
                if not words.get(column) or words[column][-1] != text:
                    words.setdefault(column, []).append(text)
    return {column: _name(parts) for column, parts in words.items()}


def _name(parts: list[str]) -> Name:
    label, unit = split_header(parts[-1])
    written = unit.as_written if unit is not None else ""
    if unit is None and (timed := _TIMED.match(parts[-1])) is not None:
        label, written = timed["label"], timed["unit"]
    column = column_like(label) or column_of(parts[-1])
    if len(parts) > 1 and column_of(parts[0]) is Column.QUANTITY:
        column = Column.QUANTITY  # 数量/標準, 数量/予備
    if column is None and len(parts) > 1:
        column = column_of("/".join(parts)) or column_of(parts[0])
    if _APART.search(label) and column is not Column.NUMBER:
        column = Column.OTHER
    if column is Column.TIME and not written:
        written = _unit_of_time(parts[-1])
    return Name(column, label, written)


def _unit_of_time(label: str) -> str:
    """The unit that a column of times counts in: 秒, 工数/分; seconds where nothing says otherwise."""
    found = _TIME_UNIT.search(label)
    return found["unit"] if found is not None else "" if "工数" in label else "秒"


def named(labels: Sequence[str]) -> dict[int, Name]:
    """Read the names of a header that stands apart from its rows."""
    return {at: _name([re.sub(r"\s*\n\s*", "", label.strip())]) for at, label in enumerate(labels)}


def settle(part: Part, rows: Rows) -> None:
    """Decide by their contents what columns hold whose names may mean two things."""
    body = [cell for row in range(part.first, part.last) for cell in rows.get(row, ())]
    texts: dict[int, list[str]] = {}
    for cell in body:
        texts.setdefault(cell.column, []).append(cell.text.strip())
    for column, name in part.names.items():
        values = texts.get(column, [])
        figures = sum(is_number(text) for text in values)
        if name.column in (Column.ACTION, Column.PROCESS) and values and figures * 4 >= len(values) * 3:
            name.column = Column.NUMBER
        elif name.column is Column.NUMBER and values and figures * 2 < len(values) and _is_wordy(values):
            name.column = Column.ACTION if _has_no(part, Column.ACTION) else Column.PROCESS
    if _has_no(part, Column.NUMBER):
        for column, name in part.names.items():
            if name.column in (None, Column.OTHER, Column.ACTION) and _counts_up(texts.get(column, [])):
                name.column = Column.NUMBER
                break
    told = any(not _has_no(part, role) for role in (Column.KEY_POINT, Column.REASON, Column.TOOL, Column.FIGURE))
    if _has_no(part, Column.ACTION) and _has_no(part, Column.CHARACTERISTIC) and told:
        wordy = [
            column for column, name in part.names.items() if name.column is None and _is_wordy(texts.get(column, []))
        ]
        if wordy:
            part.names[max(wordy, key=lambda column: sum(map(len, texts[column])))].column = Column.ACTION
    if any(_REVISION.search(name.label) for name in part.names.values()):
        for name in part.names.values():
            name.column = Column.OTHER
    part.roles = frozenset(name.column for name in part.names.values() if name.column is not None)


def _counts_up(texts: list[str]) -> bool:
    """Tell a column of ascending numbers: 1, 2, 3 or STEP1, STEP2, with or without steps below steps."""
    orders = [ordinal(text) for text in texts if is_number(text)]
    if len(texts) < 2 or len(orders) * 5 < len(texts) * 4:
        return False
    rising = sum(one < other for one, other in pairwise(orders))
    return rising * 4 >= 3 * (len(orders) - 1)


def _has_no(part: Part, column: Column) -> bool:
    return all(name.column is not column for name in part.names.values())


def _is_wordy(texts: list[str]) -> bool:
    return bool(texts) and sum(map(len, texts)) >= 5 * len(texts)
