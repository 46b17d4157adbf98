"""Finds what stands in rows on a drawing: the parts list, the table of revisions, the numbered notes."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genba.formats.calendar import parse_date
from genba.formats.drawing.labels import field_of, folded, parts_column, revision_column
from genba.formats.drawing.sheet import PlacedText, Sheet, is_closed, joined
from genba.model.place import Box

MOST_ROWS = 2_000
MOST_COLUMNS = 16
MOST_HEADERS = 60
NOTE_LINES = 400
_NOTES = re.compile(
    r"[<【\[(■●]?\s*(?:注\s*記|注\s*意\s*事\s*項|特\s*記\s*事\s*項"
    r"|一\s*般\s*注\s*記|注|備考|NOTES?|GENERAL NOTES?)\s*[>】\])]?\s*[:：.]?",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:[(（]?\d{1,2}\s?[)）.．、:：]|\d{1,2}\s(?=\S)|[①-⑳]|[・※●○◎-])\s*(\S.*)", re.DOTALL)
_ANY_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class FoundList:
    """A table with its header; `columns` are our names, in the order drawn, `rows` in the order of reading."""

    kind: str  # parts | revisions
    header: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    box: Box
    used: frozenset[int]  # ids of the texts it consists of


def lists(sheet: Sheet) -> list[FoundList]:
    """Find parts lists and revision tables by the header they share a row of cells with."""
    found: list[FoundList] = []
    used: set[int] = set()
    candidates = [
        text for text in sheet.texts if not text.is_hidden and (parts_column(text.text) or revision_column(text.text))
    ]
    for text in sorted(candidates, key=lambda text: (text.box[0], text.box[1]))[: 20 * MOST_HEADERS]:
        if id(text) in used or len(found) >= MOST_HEADERS:
            continue
        header = _header(sheet, text)
        for kind, column, is_one in (
            ("revisions", revision_column, _is_revisions),
            ("parts", parts_column, _is_parts),
        ):
            names = _names(header, column)
            if header and is_one(names, header):
                table = _table(sheet, kind, header, names)
                found.append(table)
                used |= table.used
                break
    return found


_Header = list[tuple[Box, list[PlacedText]]]


def _header(sheet: Sheet, first: PlacedText) -> _Header:
    """Collect the cells of a row from one of its texts to the right, while they share top and bottom."""
    x, y = first.middle
    header: _Header = []
    top = bottom = 0.0
    while len(header) < MOST_COLUMNS:
        cell = sheet.cell(x, y)
        if not is_closed(cell):
            break
        if not header:
            top, bottom = cell[1], cell[3]
            if bottom - top > 8 * first.height:
                return []
        elif abs(cell[1] - top) > 2 * sheet.tolerance or abs(cell[3] - bottom) > 2 * sheet.tolerance:
            break
        texts = list(sheet.within(cell))
        if not texts or len(texts) > 3:
            break
        header.append((cell, texts))
        x = cell[2] + 0.2 * first.height
    return header if len(header) >= 3 else []


def _names(header: _Header, column: Callable[[str], str]) -> tuple[str, ...]:
    """Name each column once: of two that may be the same, the second stays unnamed."""
    names: list[str] = []
    for _, texts in header:
        name = column(joined(texts)) or column(texts[0].text)
        names.append(name if name == "remarks" or name not in names else "")
    return tuple(names)


def _is_parts(names: tuple[str, ...], header: _Header) -> bool:
    known = set(names) - {""}
    told = len(known & {"mark", "number", "name", "quantity"})
    return told >= 3 or (told >= 2 and "quantity" in known and "material" in known)


def _is_revisions(names: tuple[str, ...], header: _Header) -> bool:
    return {"mark", "text"} <= set(names) and bool({"date", "by"} & set(names))


def _table(sheet: Sheet, kind: str, header: _Header, names: tuple[str, ...]) -> FoundList:
    """Read the rows below the header, or above it where the list grows upwards from the title block."""
    down, up = _rows(sheet, header, 1), _rows(sheet, header, -1)
    rows = down if sum(map(bool, map(_filled, down))) >= sum(map(bool, map(_filled, up))) else up
    texts = [[joined(cell) for cell in row] for row in rows]
    kept = [tuple(row) for row in texts if any(row)]
    used = {id(text) for row in rows for cell in row for text in cell} | {
        id(text) for _, found in header for text in found
    }
    box = (header[0][0][0], header[0][0][1], header[-1][0][2], header[0][0][3])
    labels = tuple(joined(found) for _, found in header)
    return FoundList(kind, labels, names, tuple(kept), box, frozenset(used))


def _filled(row: Sequence[Sequence[PlacedText]]) -> int:
    return sum(1 for cell in row if cell)


def _rows(sheet: Sheet, header: _Header, direction: int) -> list[list[list[PlacedText]]]:
    """Walk from row to row while the first column's walls go on; a text that is a label ends the list."""
    first = header[0][0]
    step = 0.02 * (first[3] - first[1])
    x = (first[0] + first[2]) / 2
    slack = 4 * sheet.tolerance
    rows: list[list[list[PlacedText]]] = []
    edge = first[3] if direction > 0 else first[1]
    while len(rows) < MOST_ROWS:
        cell = sheet.cell(x, edge + direction * step)
        if not is_closed(cell) or abs(cell[0] - first[0]) > slack or abs(cell[2] - first[2]) > slack:
            break
        if cell[3] - cell[1] > 6 * (first[3] - first[1]):
            break
        row = [list(sheet.within((column[0], cell[1], column[2], cell[3]))) for column, _ in header]
        labels = sum(1 for texts in row for text in texts if field_of(text.text) and not _ANY_DIGIT.search(text.text))
        if labels >= 2:
            break
        rows.append(row)
        edge = cell[3] if direction > 0 else cell[1]
    return rows


def latest(table: FoundList) -> str:
    """Give the mark of the latest revision: by date where there are dates, else the last row filled."""
    mark = table.columns.index("mark")
    day = table.columns.index("date") if "date" in table.columns else -1
    rows = [row for row in table.rows if row[mark].strip()]
    dated = [(found.iso, number) for number, row in enumerate(rows) if day >= 0 and (found := parse_date(row[day]))]
    if dated:
        return rows[max(dated)[1]][mark]
    return rows[-1][mark] if rows else ""


@dataclass(frozen=True, slots=True)
class FoundNotes:
    """Notes with the place of each; `heading` is empty where they stand without one."""

    heading: str
    items: tuple[tuple[str, Box], ...]
    used: frozenset[int]


def notes(sheet: Sheet, taken: frozenset[int]) -> list[FoundNotes]:
    """Find 注記 and the lines below it, in one text or in many."""
    found: list[FoundNotes] = []
    used = set(taken)
    for text in sheet.texts:
        if id(text) in used or text.is_hidden:
            continue
        head, _, rest = text.text.partition("\n")
        heading = _NOTES.match(unicodedata.normalize("NFKC", head))
        is_whole = heading is not None and heading.end() == len(unicodedata.normalize("NFKC", head).rstrip())
        if is_whole and rest.strip():
            group = FoundNotes(head.strip(), tuple(_items(rest.split("\n"), text.box)), frozenset({id(text)}))
        elif is_whole and (lines := _below(sheet, text, used)):
            group = _gathered(head.strip(), text, lines)
        elif not rest and heading and _ITEM.match(head[heading.end() :].strip()):
            lines = [text, *_below(sheet, text, used)]
            group = _gathered("", text, lines)
        elif rest and sum(1 for line in text.text.split("\n") if _ITEM.fullmatch(line.strip())) >= 2:
            group = FoundNotes("", tuple(_items(text.text.split("\n"), text.box)), frozenset({id(text)}))
        else:
            continue
        if group.items:
            found.append(group)
            used |= group.used
    return found


def _below(sheet: Sheet, heading: PlacedText, used: set[int]) -> list[PlacedText]:
    """Collect the lines under a heading that begin near its left edge and follow each other closely."""
    x0, _, _, y1 = heading.box
    height = heading.height
    lines: list[PlacedText] = []
    edge = y1
    area = (-1e300, y1, 1e300, y1 + NOTE_LINES * 3 * height)
    for text in sheet.within(area):
        if id(text) in used or text.is_hidden or not x0 - 2 * height <= text.box[0] <= x0 + 9 * height:
            continue
        if text.box[1] - edge > 2.4 * max(height, text.height) or len(lines) >= NOTE_LINES:
            break
        if text.text.count("\n") == 0 and field_of(text.text) and folded(text.text) == folded(heading.text):
            break
        lines.append(text)
        edge = max(edge, text.box[3])
    return lines


def _gathered(heading: str, first: PlacedText, lines: list[PlacedText]) -> FoundNotes:
    """Join lines to items; among numbered lines, one without a number goes on with the item above."""
    numbered = sum(1 for text in lines if _ITEM.fullmatch(text.text.split("\n")[0].strip())) >= 2
    items: list[tuple[str, Box]] = []
    for text in lines:
        for item, box in _items(text.text.split("\n"), text.box):
            is_indented = numbered or text.box[0] > lines[0].box[0] + first.height
            if items and is_indented and not _ITEM.fullmatch(text.text.split("\n")[0].strip()):
                items[-1] = (f"{items[-1][0]} {item}", items[-1][1])
            else:
                items.append((item, box))
    return FoundNotes(heading, tuple(items), frozenset({id(first), *map(id, lines)}))


def _items(lines: list[str], box: Box) -> list[tuple[str, Box]]:
    items: list[tuple[str, Box]] = []
    numbered = any(_ITEM.fullmatch(line.strip()) for line in lines)
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if numbered and items and not _ITEM.fullmatch(text):
            items[-1] = (f"{items[-1][0]} {text}", box)
        else:
            items.append((text, box))
    return items


def without_number(note: str) -> tuple[str, str]:
    """Part a note into its number and its words."""
    match = _ITEM.fullmatch(note)
    if match is None:
        return "", note
    return note[: match.start(1)].strip(), match[1]
