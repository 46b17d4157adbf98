"""Tables that came apart: a header away from its rows, rows in pieces, columns lost where they are empty."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from genba.formats.ranges import Area, parse_area
from genba.model.cells import Cell
from genba.model.document import Node
from genba.model.nodes import Grid, Pair, Paragraph
from genba.model.place import Place
from genba.steps.instructions.columns import Name, Part, Rows, named, seen_rows, settle
from genba.steps.instructions.drafts import Draft
from genba.steps.instructions.hazards import opening_level
from genba.steps.instructions.numbering import is_number
from genba.steps.instructions.rows import RowReader
from genba.steps.instructions.state import NO_STEPS, State
from genba.steps.instructions.verbs import is_imperative
from genba.steps.instructions.wording import Column, column_like, column_of

MOST_FITTED = 10  # columns of a header of which some are lost
_TELLING = frozenset((Column.KEY_POINT, Column.REASON, Column.TOOL, Column.FIGURE, Column.PARAMETER))
_SHOWN = re.compile(r"^[\s(（\[【]*(?:図|写真|Fig|Photo|イラスト)")
_WHY = re.compile(r"(?:ため|為|から|ので|防止|おそれ|恐れ|なる|しまう)。?$")


def goes_on(state: State, grid: Grid, rows: Rows) -> bool:
    """The rest of the table above, parted from its header by a page or a line across."""
    if not state.names or not (state.current is not None or state.is_header_open):
        return False
    names = state.names
    if grid.columns < state.columns:
        names = _fitted(names, rows, grid.columns)
    elif state.columns != grid.columns:
        return False
    numbers = [column for column, name in names.items() if name.column is Column.NUMBER]
    if numbers and not any(cell.column == numbers[0] and is_number(cell.text) for row in rows.values() for cell in row):
        return False
    part = Part(names, frozenset(), 0, 0, max(rows, default=-1) + 1)
    settle(part, rows)
    by_action = Column.ACTION in part.roles
    if not by_action and not part.roles & {Column.CHARACTERISTIC, Column.PROCESS}:
        return False
    reader = RowReader(grid, part, rows, by_action=by_action, section=state.section)
    found = reader.read()
    state.events.extend(found)
    drafts = [event for event in found if isinstance(event, Draft)]
    if drafts:
        state.current, state.is_header_open = drafts[-1], False
    return bool(drafts)


def _fitted(names: dict[int, Name], rows: Rows, columns: int) -> dict[int, Name]:
    """Choose the names of a header whose empty columns are lost, by what stands in those that are left."""
    texts = [
        [cell.text.strip() for cells in rows.values() for cell in cells if cell.column == at and cell.column_span == 1]
        for at in range(columns)
    ]
    if len(names) > MOST_FITTED or not all(texts):
        return {}
    order = [names[at] for at in sorted(names)]
    best = max(
        itertools.combinations(order, columns),
        key=lambda chosen: sum(_suits(name.column, words) for name, words in zip(chosen, texts, strict=True)),
        default=(),
    )
    return {at: replace(name) for at, name in enumerate(best)}


def _suits(column: Column | None, texts: list[str]) -> float:
    """How well texts go with what a column is to hold: 1 for all of them, -1 for none."""
    match column:
        case Column.NUMBER:
            fits, weight = sum(is_number(text) for text in texts), 4.0
        case Column.ACTION:
            fits, weight = sum(is_imperative(text) for text in texts), 3.0
        case Column.FIGURE:
            fits, weight = sum(_SHOWN.match(text) is not None for text in texts), 2.0
        case Column.REASON:
            fits, weight = sum(_WHY.search(text) is not None for text in texts), 2.0
        case Column.HAZARD:
            fits, weight = sum(opening_level(text) is not None for text in texts), 1.0
        case Column.TIME:
            fits, weight = sum(text[:1].isdigit() for text in texts), 1.5
        case Column.PARAMETER | Column.CRITERION:
            fits, weight = sum(any(char.isdigit() for char in text) for text in texts), 1.0
        case Column.TOOL | Column.INSTRUMENT:
            fits, weight = sum(not is_imperative(text) and len(text) < 20 for text in texts), 0.5
        case _:
            return 0.0
    return weight * (2 * fits / len(texts) - 1)


def take_header(state: State, lines: Sequence[Paragraph]) -> bool:
    """Names that stand in a row of their own: the table below has lost its header to a line across it."""
    if len(lines) < 3:
        return False
    names = named([line.text for line in lines])
    known = [name.column for name in names.values() if name.column is not None]
    tells = Column.ACTION in known or (Column.NUMBER in known and not _TELLING.isdisjoint(known))
    if not tells and not (Column.CHARACTERISTIC in known and Column.CRITERION in known):
        return False
    if len(known) * 2 < len(lines) or any(len(line.text) > 16 for line in lines):
        return False
    state.names, state.columns, state.is_header_open = names, len(lines), True
    areas = [parse_area(line.place.range) for line in lines]
    state.spans = [area for area in areas if area is not None]
    if len({area.left for area in state.spans}) < len(lines):
        state.spans = []
    return True


def take_loose_row(state: State, lines: Sequence[Paragraph]) -> bool:
    """A row of a table that came apart: its texts stand under the names of the header."""
    if not state.spans or state.zone in NO_STEPS:
        return False
    columns = [_column_under(state.spans, line) for line in lines]
    across = len(lines) == 1 and columns[0] == 0 and not is_number(lines[0].text)
    if any(column is None for column in columns) or across:
        flush_rows(state)
        return False
    state.loose.append([(column, line) for column, line in zip(columns, lines, strict=True) if column is not None])
    return True


def _column_under(spans: Sequence[Area], line: Pair | Paragraph) -> int | None:
    area = parse_area(line.place.range)
    if area is None:
        return None
    return next((at for at, span in enumerate(spans) if span.left <= area.left <= span.right), None)


def flush_rows(state: State) -> None:
    """Read the loose rows gathered so far as the table that they were."""
    gathered, state.loose = state.loose, []
    if not gathered:
        return
    cells: list[Cell] = []
    places: list[Place] = []
    for row, texts in enumerate(gathered):
        cells += [Cell(row, at, line.text, line.text, marks=line.marks) for at, line in texts]
        areas = [area for _, line in texts if (area := parse_area(line.place.range)) is not None]
        whole = Area(
            min(area.top for area in areas), min(span.left for span in state.spans),
            max(area.bottom for area in areas), max(span.right for span in state.spans),
        )  # fmt: skip
        places.append(Place(sheet=texts[0][1].place.sheet, range=str(whole)))
    grid = Grid(cells=tuple(cells), rows=len(gathered), columns=state.columns, row_places=tuple(places))
    before = len(state.events)
    goes_on(state, grid, seen_rows(grid))
    for event in state.events[before:]:
        if isinstance(event, Draft):
            rows = [texts for texts, place in zip(gathered, places, strict=True) if place in event.places]
            event.nodes[:] = [line.id for texts in rows for _, line in texts]


def unfolded(nodes: Sequence[Node]) -> Iterator[Node]:
    """Give the names in a header row that were taken for a field and its value back as names."""
    for at, node in enumerate(nodes):
        after = nodes[at + 1] if at + 1 < len(nodes) else None
        if (
            isinstance(node, Pair)
            and isinstance(after, Paragraph)
            and same_row(node, after)
            and column_like(after.text.strip()) is not None
            and _is_header(node)
        ):
            for label in filter(None, (*node.label.split("/"), node.value or node.unit)):
                yield Paragraph(text=label.strip(), place=node.place, id=node.id)
        else:
            yield node


def as_cells(state: State, before: Pair | Paragraph, pair: Pair) -> list[Paragraph]:
    """Two cells of a row of a table that came apart, taken for a field and its value."""
    column = _column_under(state.spans, pair)
    after = _column_under(state.spans, before)
    if column is None or after is None or column - after < 2 or pair.label.count("/"):
        return []
    span = state.spans[column - 1]
    area = parse_area(pair.place.range)
    if area is None:
        return []
    beside = area._replace(left=span.left, right=span.right)
    first = Place(sheet=pair.place.sheet, range=str(beside))
    return [
        Paragraph(text=pair.label, place=first, marks=pair.marks, id=pair.id),
        Paragraph(text=pair.value, place=pair.place, marks=pair.marks, id=pair.id),
    ]


def _is_header(pair: Pair) -> bool:
    labels = [label.strip() for label in pair.label.split("/")]
    value = (pair.value or pair.unit).strip()  # a column headed 秒 beside another is taken for its unit
    known = sum(column_like(label) is not None for label in labels)
    return (not value or column_of(value) is not None) and known * 3 > len(labels) * 2


def same_row(one: Pair | Paragraph, other: Pair | Paragraph) -> bool:
    """Tell whether two fields or lines of a sheet stand beside each other."""
    if not one.place.range or one.place.sheet != other.place.sheet:
        return False
    first, second = parse_area(one.place.range), parse_area(other.place.range)
    return first is not None and second is not None and first.top == second.top and first.bottom == second.bottom
