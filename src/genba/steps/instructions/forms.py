"""Steps in tables and forms: tables under a header, their rest without one, cards of fields, tables of warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from genba.formats.ranges import parse_area
from genba.model.cells import Cell
from genba.model.instruction import Hazard, InstructionKind
from genba.model.nodes import Grid, Pair, Paragraph
from genba.model.place import Place
from genba.steps.instructions.columns import Name, Part, Rows, parts_of, seen_rows
from genba.steps.instructions.drafts import Draft
from genba.steps.instructions.filling import say, take_field
from genba.steps.instructions.hazards import hazards_of, level_of, opening_level
from genba.steps.instructions.numbering import is_number, ordinal, split_number
from genba.steps.instructions.parted import goes_on
from genba.steps.instructions.prose import take_paragraph
from genba.steps.instructions.rows import RowReader
from genba.steps.instructions.state import NO_STEPS, State
from genba.steps.instructions.verbs import is_imperative
from genba.steps.instructions.wording import Column, column_like, column_of
from genba.steps.instructions.zones import Zone

_CHECKING = frozenset(
    (
        Column.CRITERION,
        Column.METHOD,
        Column.INSTRUMENT,
        Column.NOMINAL,
        Column.TOLERANCE,
        Column.UPPER,
        Column.FREQUENCY,
    )
)
_MATERIAL = ("部品", "部材", "材料", "資材", "消耗", "油脂")


def take_grid(state: State, grid: Grid) -> None:
    """Read a table part by part, each under its header."""
    rows = seen_rows(grid)
    parts = parts_of(grid, rows)
    if not parts:
        if not goes_on(state, grid, rows) and not _is_card(state, grid, rows):
            _loose_rows(state, grid, rows, grid.rows)
            _headless(state, grid, rows)
        return
    if parts[0].top > 0 and not goes_on(state, grid, {row: cells for row, cells in rows.items() if row < parts[0].top}):
        _loose_rows(state, grid, rows, parts[0].top)
    for part in parts:
        _part(state, grid, part, rows)


def _part(state: State, grid: Grid, part: Part, rows: Rows) -> None:
    roles = part.roles
    inspects = Column.CHARACTERISTIC in roles and bool(roles & _CHECKING)
    if state.kind is InstructionKind.QC_PROCESS_CHART and Column.PROCESS in roles:
        inspects = inspects or bool(roles & _CHECKING)
    acts = Column.ACTION in roles
    if state.zone is Zone.APART or (state.zone in NO_STEPS and not acts):
        acts = inspects = False
    if Column.KIND in roles and not inspects and _hazard_table(state, grid, part, rows):
        return
    by_action = acts and (not inspects or state.kind is InstructionKind.WORK_INSTRUCTION or Column.KEY_POINT in roles)
    if not by_action and state.materials.take_table(part, rows, grid.row_places, state.zone, state.section):
        return
    if state.zone is Zone.ABNORMAL or not (by_action or inspects):
        return
    if not by_action and state.kind is InstructionKind.WORK_INSTRUCTION and Column.OTHER in roles and len(roles) <= 3:
        return  # a record that somebody fills in
    _read(state, grid, part, rows, by_action=by_action)


def _read(state: State, grid: Grid, part: Part, rows: Rows, *, by_action: bool) -> None:
    found = RowReader(grid, part, rows, by_action=by_action, section=state.section).read()
    state.events.extend(found)
    drafts = [event for event in found if isinstance(event, Draft)]
    if drafts:
        state.current, state.names, state.columns = drafts[-1], part.names, grid.columns


def _hazard_table(state: State, grid: Grid, part: Part, rows: Rows) -> bool:
    """A table with a column of levels."""
    kinds = [column for column, name in part.names.items() if name.column is Column.KIND]
    found: list[Hazard] = []
    level = None
    for row in range(part.first, part.last):
        words = []
        for cell in rows.get(row, ()):
            if cell.column in kinds:
                level = level_of(cell.text)
            elif not is_number(cell.text):
                words.append(cell.text.strip())
        if level is not None and words:
            found.append(Hazard(level=level, text=" ".join(words), place=_place(grid, row)))
    state.materials.warnings.extend(found)
    return bool(found)


def _place(grid: Grid, row: int) -> Place:
    return grid.row_places[row] if row < len(grid.row_places) else grid.place


def _loose_rows(state: State, grid: Grid, rows: Rows, last: int) -> None:
    """Above the header, or in a table without one: labels with their values beside them, warnings across."""
    for row in range(last):
        cells = rows.get(row, [])
        place = _place(grid, row)
        for index, cell in enumerate(cells):
            text = cell.text.strip()
            if opened := opening_level(f"{text}\n"):
                rest = opened[1] or "\n".join(other.text.strip() for other in cells[index + 1 :])
                _warn(state, hazards_of(text, place) or hazards_of(rest, place, opened[0]), grid, place)
                if not opened[1]:
                    break
            elif index + 1 < len(cells) and (column := _wanted(text)) is not None:
                state.materials.take(column, cells[index + 1].text.strip(), place, text)


def _wanted(label: str) -> Column | None:
    """A label's column; 品名 names what is made, not what is used."""
    column = column_of(label)
    return None if column is Column.PART and not any(word in label for word in _MATERIAL) else column


def _warn(state: State, hazards: tuple[Hazard, ...], grid: Grid, place: Place) -> None:
    state.warn(hazards, Paragraph(text="", place=place, id=grid.id))


def _headless(state: State, grid: Grid, rows: Rows) -> None:
    """A table without header rows whose first column counts and whose next says what to do."""
    if state.zone in NO_STEPS:
        return
    counted = [row for row, cells in rows.items() if len(cells) >= 2 and is_number(cells[0].text)]
    if len(counted) < 2 or len(counted) * 2 < len(rows):
        return
    second = rows[counted[0]][1]
    if sum(is_imperative(rows[row][1].text) for row in counted) * 2 < len(counted):
        return
    names = {rows[counted[0]][0].column: Name(Column.NUMBER, ""), second.column: Name(Column.ACTION, "")}
    _read(state, grid, Part(names, frozenset(), 0, 0, grid.rows), rows, by_action=True)


def _is_card(state: State, grid: Grid, rows: Rows) -> bool:
    """Fields below one another, a step or more beside them: the labels stand in the first column, or before a value."""
    if state.zone in NO_STEPS and state.zone is not Zone.HAZARDS:
        return False
    firsts = [cells[0] for cells in rows.values()]
    columns = [column_like(cell.text.strip()) for cell in firsts]
    known = sum(column is not None for column in columns)
    steps = sum(_is_step_label(cell.text) for cell in firsts)
    if (Column.ACTION not in columns and not steps) or known + steps < 2 or (known + steps) * 2 < len(firsts):
        return False
    width = max((len(cells) for cells in rows.values()), default=0)
    if width > 2 and columns.count(Column.ACTION) == 1 and not steps:
        _across(state, grid, rows)
        return True
    for row, cells in rows.items():
        for at in range(0, len(cells) - 1, 2):
            _card_field(state, cells[at].text.strip(), cells[at + 1], grid, _place(grid, row))
    return True


def _is_step_label(text: str) -> bool:
    return is_number(text) and bool(ordinal(text)) and not text.strip().isdigit()


def _across(state: State, grid: Grid, rows: Rows) -> None:
    """A table lying on its side: each column is a step."""
    cells = tuple(
        Cell(
            cell.column, cell.row, cell.value, cell.text, unit=cell.unit, row_span=cell.column_span,
            column_span=cell.row_span, marks=cell.marks, confidence=cell.confidence,
        )
        for each in rows.values()
        for cell in each
    )  # fmt: skip
    turned = Grid(
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))), rows=grid.columns, columns=grid.rows,
        place=grid.place, marks=grid.marks, confidence=grid.confidence, id=grid.id,
    )  # fmt: skip
    seen = seen_rows(turned)
    for part in parts_of(turned, seen):
        _part(state, turned, part, seen)


def _card_field(state: State, label: str, cell: Cell, grid: Grid, place: Place) -> None:
    node = Paragraph(text=cell.text, place=place, marks=cell.marks, confidence=cell.confidence, id=grid.id)
    take_field_of_form(state, label, cell.text.strip(), node)


def take_field_of_form(state: State, label: str, value: str, node: Paragraph) -> None:
    """Take a label and its value: of a step, if its kind of field makes or belongs to one, else of the document."""
    if not value:
        return
    column = column_like(label)
    if is_number(label) and ordinal(label) and len(value) >= 4 and (_is_step_label(label) or is_imperative(value)):
        if state.zone not in NO_STEPS:
            state.draft(label, value, node)
        return
    level = level_of(label) if len(label) <= 8 else None
    opened = opening_level(label)
    if opened is not None and opened[1] and column is not Column.KIND:
        state.warn(hazards_of(label, node.place, opened[0]), node)
        take_paragraph(state, node)
    elif level is not None and column is Column.HAZARD:
        state.warn(hazards_of(value, node.place) or hazards_of(value, node.place, level), node)
    elif column is Column.NUMBER and is_number(value) and state.zone not in NO_STEPS:
        state.number = value
        state.current = None
    elif column is Column.ACTION:
        if state.zone not in NO_STEPS and (state.number or is_imperative(value) or "を" in value):
            state.draft("", value, node)
    elif column is Column.PART and not any(word in label for word in _MATERIAL):
        return  # 品名 names what is made, not what is used
    elif column is not None and state.current is not None and state.zone not in NO_STEPS and not _is_general(column):
        take_field(state.current, column, value, node.place, label)
        state.current.nodes.append(node.id)
    elif column is not None:
        state.materials.take(column, value, node.place, label)
    elif opened is not None:
        state.warn(hazards_of(value, node.place, opened[0]), node)
    elif split_number(label)[0] and is_imperative(split_number(label)[1]) and state.zone not in NO_STEPS:
        take_paragraph(state, replace(node, text=label))
        if state.current is not None:
            say(state.current, value, node.place)


def _is_general(column: Column) -> bool:
    return column in (
        Column.EQUIPMENT,
        Column.QUALIFICATION,
        Column.OTHER,
        Column.PROCESS,
        Column.NUMBER,
        Column.QUANTITY,
    )


def take_pairs(state: State, pairs: Sequence[Pair]) -> None:
    """Take fields that stand side by side; a table of one row comes as its names with their values."""
    columns = [column_like(pair.label.rpartition("/")[2].strip()) for pair in pairs]
    if len(pairs) == 2 and columns[0] is Column.KIND and (level := level_of(pairs[0].value)) is not None:
        pair = pairs[1]  # 表示 | 内容: a warning in a table of one row
        node = Paragraph(text=pair.value, place=pair.place, id=pair.id)
        state.warn(hazards_of(pair.value, pair.place, level), node)
        return
    if (
        len(pairs) > 2
        and Column.ACTION in columns
        and sum(column is not None for column in columns) * 3 >= 2 * len(pairs)
    ) and state.zone not in NO_STEPS:
        _row_of_pairs(state, pairs)
        return
    for pair in pairs:
        node = Paragraph(text=pair.value, place=pair.place, marks=pair.marks, confidence=pair.confidence, id=pair.id)
        group, _, label = pair.label.rpartition("/")
        group = group.rpartition("/")[2].strip()
        if group != state.group:
            state.group = group
            if _is_step_label(group) or (is_number(group) and ordinal(group)):
                state.number, state.current = group, None
        take_field_of_form(state, label.strip(), _with_unit(pair), node)


def _with_unit(pair: Pair) -> str:
    value = pair.value.strip()
    return f"{value} {pair.unit}" if value and pair.unit and pair.unit not in value else value


def _row_of_pairs(state: State, pairs: Sequence[Pair]) -> None:
    cells = [Cell(0, at, pair.label, pair.label) for at, pair in enumerate(pairs)]
    cells += [
        Cell(1, at, pair.value, pair.value, unit=pair.unit, marks=pair.marks, confidence=pair.confidence)
        for at, pair in enumerate(pairs)
        if pair.value
    ]
    place = _over(pairs)
    grid = Grid(
        cells=tuple(cells),
        rows=2,
        columns=len(pairs),
        header_rows=1,
        place=place,
        row_places=(place, place),
        id=pairs[0].id,
    )
    take_grid(state, grid)


def _over(pairs: Sequence[Pair]) -> Place:
    first, last = parse_area(pairs[0].place.range), parse_area(pairs[-1].place.range)
    if first is None or last is None:
        return pairs[0].place
    area = first._replace(bottom=max(first.bottom, last.bottom), right=max(first.right, last.right))
    return Place(sheet=pairs[0].place.sheet, range=str(area))
