"""Rows of a table of steps, and what each of their columns adds to a step."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from genba.formats.units import split_header, split_quantity
from genba.model import instruction
from genba.model.cells import Cell
from genba.model.instruction import Check, Parameter
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.model.place import Place
from genba.steps.instructions import items
from genba.steps.instructions.columns import Name, Part, Rows
from genba.steps.instructions.drafts import Draft, Event, Loose
from genba.steps.instructions.filling import say, take_field
from genba.steps.instructions.hazards import hazards_of, opening_level, split_hazards
from genba.steps.instructions.numbering import is_number, ordinal, split_inline, split_number
from genba.steps.instructions.quantities import parameters
from genba.steps.instructions.verbs import is_imperative
from genba.steps.instructions.wording import Column

_CHECKING = (Column.METHOD, Column.CRITERION, Column.INSTRUMENT, Column.FREQUENCY, Column.CHARACTERISTIC, Column.CHECK)
_VALUES = (Column.NOMINAL, Column.TOLERANCE, Column.UPPER, Column.LOWER, Column.UNIT)
_PARTS = (Column.PART, Column.PART_NUMBER, Column.QUANTITY, Column.EQUIPMENT, Column.QUALIFICATION)
_SIGNED = re.compile(r"^[+\-±＋－−]|^0$")
_DASHES = re.compile(r"^[-―－ー—–]$")


class RowReader:
    """Turns the rows under one header into steps; an inspection's rows are its characteristics."""

    def __init__(self, grid: Grid, part: Part, rows: Rows, *, by_action: bool, section: str) -> None:
        self.grid, self.part, self.rows, self.by_action = grid, part, rows, by_action
        self.section = part.section or section
        self.events: list[Event] = []
        self.current: Draft | None = None
        self.number_ends = -1
        self.process = ""
        self.width = max((cell.column + cell.column_span for row in rows.values() for cell in row), default=1)
        numbers = [column for column, name in part.names.items() if name.column is Column.NUMBER]
        self.number_column = min(numbers) if numbers else -1
        self.is_numbered = self.number_column >= 0 and self._count_numbers() > 0
        self.main = self._main_column()

    def read(self) -> list[Event]:
        """Read all rows."""
        for row in range(self.part.first, self.part.last):
            cells = self.rows.get(row)
            if cells and not self._is_header_again(cells):
                self._row(row, cells)
        return self.events

    def _count_numbers(self) -> int:
        return sum(
            cell.column == self.number_column and is_number(cell.text)
            for row in range(self.part.first, self.part.last)
            for cell in self.rows.get(row, ())
        )

    def _main_column(self) -> int:
        """The column whose words are the step: of two that may be, the one called 内容 or 方法."""
        wanted = (Column.ACTION,) if self.by_action else (Column.PROCESS, Column.CHARACTERISTIC, Column.ACTION)
        for role in wanted:
            found = [column for column, name in self.part.names.items() if name.column is role]
            if found:
                firsts = [
                    column
                    for column in found
                    if column - 1 not in found or self.part.names[column] is not self.part.names[column - 1]
                ]
                better = [
                    column for column in firsts if re.search(r"内容|方法|手順|要領|詳細", self.part.names[column].label)
                ]
                return (better or firsts)[0]
        return -1

    def _is_header_again(self, cells: list[Cell]) -> bool:
        return len(cells) > 1 and all(cell.text.strip() in self.part.header for cell in cells)

    def _row(self, row: int, cells: list[Cell]) -> None:
        if len(cells) == 1 and (self._is_across(cells[0]) or self._warns(cells[0])):
            self._across(cells[0], row)
            return
        if self._begins(row, cells):
            self._begin(row, cells)
        draft = self.current
        if draft is None:
            return
        place = self._place(row)
        if place not in draft.places:
            draft.places.append(place)
        found: dict[Column, list[tuple[Cell, Name]]] = {}
        for cell in cells:
            name = self.part.names.get(cell.column) or Name(None, "")
            draft.confidence = min(draft.confidence, cell.confidence)
            if name.column is not None:
                found.setdefault(name.column, []).append((cell, name))
            else:
                self._unnamed(draft, cell, name, place)
        self._fill(draft, found, place)

    def _is_across(self, cell: Cell) -> bool:
        """A text across the table or alone in its row is no step unless it stands where steps stand."""
        if cell.column_span * 5 >= self.width * 3 and self.width > 1 and cell.column_span > 1:
            return True
        role = self.part.names[cell.column].column if cell.column in self.part.names else None
        return role is Column.NUMBER and not is_number(cell.text)

    def _warns(self, cell: Cell) -> bool:
        """A warning alone in its row, in a column that holds no warnings or steps: it is not about one row."""
        name = self.part.names.get(cell.column)
        role = name.column if name is not None else None
        aside = role not in (Column.HAZARD, Column.KEY_POINT, Column.REMARK, Column.ACTION)
        return aside and opening_level(cell.text.strip()) is not None

    def _across(self, cell: Cell, row: int) -> None:
        text, place = cell.text.strip(), self._place(row)
        if hazards := hazards_of(text, place) if opening_level(text) else ():
            self.events.extend(Loose(hazard, node=self.grid.id) for hazard in hazards)
            return
        number, rest = split_number(text)
        if self.by_action and number and is_imperative(rest):
            self.current = self._draft(number, row, cell.marks)
            say(self.current, rest, place)
        elif text.startswith(("※", "*", "注", "図", "写真")) or len(text) > 30:
            if self.current is not None:
                self.current.figure_words.append(text)
        elif not is_imperative(text):
            self.section = rest or text
            self.current = None

    def _begins(self, row: int, cells: list[Cell]) -> bool:
        """Whether a row begins a step, or goes on with the one above."""
        main = next((cell for cell in cells if cell.column == self.main), None)
        if self.current is None:
            return main is not None or any(cell.column == self.number_column for cell in cells)
        if self.is_numbered:
            number = next((cell for cell in cells if cell.column == self.number_column), None)
            if number is not None:
                return True
            if row < self.number_ends:
                return False
            withdrawn = main is not None and Mark.WITHDRAWN in main.marks
            return main is not None and (withdrawn != self.current.is_withdrawn or bool(split_number(main.text)[0]))
        return main is not None

    def _begin(self, row: int, cells: list[Cell]) -> None:
        number = next((cell for cell in cells if cell.column == self.number_column), None)
        others = [cell for cell in cells if cell is not number]
        if number is not None and not others:
            self.current = None  # a form's empty line
            return
        said = number.text.strip() if number is not None else ""
        struck = all(Mark.WITHDRAWN in cell.marks for cell in others)
        self.current = self._draft(said, row, frozenset((Mark.WITHDRAWN,)) if struck else frozenset())
        self.number_ends = row + number.row_span if number is not None else row

    def _draft(self, number: str, row: int, marks: frozenset[Mark]) -> Draft:
        draft = Draft(
            number=number, section=self.section, nodes=[self.grid.id], places=[self._place(row)], is_row=True,
            is_withdrawn=Mark.WITHDRAWN in marks, confidence=self.grid.confidence, wants_action=self.by_action,
        )  # fmt: skip
        self.events.append(draft)
        return draft

    def _place(self, row: int) -> Place:
        return self.grid.row_places[row] if row < len(self.grid.row_places) else self.grid.place

    def _unnamed(self, draft: Draft, cell: Cell, name: Name, place: Place) -> None:
        """A column that nobody knows may bear the name of a quantity: トルク(N・m)."""
        if name.label and (name.unit or split_quantity(cell.text.strip(), context=name.label) is not None):
            draft.add(
                parameters(_with_unit(cell), place=place, name=name.label, unit=name.unit, is_value=bool(name.unit))
            )
        else:
            draft.figure_words.append(cell.text)

    def _fill(self, draft: Draft, found: dict[Column, list[tuple[Cell, Name]]], place: Place) -> None:
        for role, cells in found.items():
            for cell, name in cells:
                if role is Column.ACTION or (cell.column == self.main and role is not Column.NUMBER):
                    self._action(draft, cell, name, place)
                elif role is Column.PROCESS:
                    draft.section = cell.text.strip() or draft.section
                elif role not in _VALUES and role not in _CHECKING and role not in _PARTS:
                    take_field(draft, role, _with_unit(cell), place, name.label, name.unit)
        if any(role in found for role in (*_CHECKING, *_VALUES)):
            self._check(draft, found, place)
        numbers = [cell.text for cell, _ in found.get(Column.PART_NUMBER, ())]
        if Column.PART in found or numbers:
            names = [cell.text for cell, _ in found.get(Column.PART, ())]
            counts = [cell.text for cell, _ in found.get(Column.QUANTITY, ())]
            draft.parts.extend(row_parts(numbers, names, counts, place))

    def _action(self, draft: Draft, cell: Cell, name: Name, place: Place) -> None:
        beside = cell.column != self.main and name.column is Column.ACTION
        if beside and (cell.row_span > 1 or len(cell.text) <= 12):
            draft.section = cell.text.strip()
            return
        text, hazards = split_hazards(cell.text.strip(), place)
        opened = hazards_of(text, place) if opening_level(text) else ()
        if opened and not draft.lines and not draft.number:
            self.events.remove(draft)
            self.events.extend(Loose(hazard, node=self.grid.id) for hazard in opened)
            self.current = None
            return
        draft.warnings.extend((*opened, *hazards))
        if opened:
            return
        pieces = _numbered_pieces(text) if self.by_action else [("", text)]
        if len(pieces) > 1:
            self._several(draft, pieces, place)
            return
        number, rest = pieces[0]
        if number and not draft.number:
            draft.number = number
            text = rest
        if text:
            say(draft, text, place)

    def _several(self, draft: Draft, pieces: list[tuple[str, str]], place: Place) -> None:
        """A cell with numbered lines holds steps of its own."""
        first = True
        for number, words in pieces:
            if not number:
                say(draft, words, place)
                continue
            if first and not draft.lines and not draft.number:
                draft.number = number
            else:
                below = Draft(
                    number=number, section=draft.section, nodes=[self.grid.id], places=list(draft.places), is_row=True,
                    level=draft.level + (1 if draft.number else 0), confidence=draft.confidence,
                )  # fmt: skip
                self.events.append(below)
                draft = below
            first = False
            say(draft, words, place)
        self.current = draft

    def _check(self, draft: Draft, found: dict[Column, list[tuple[Cell, Name]]], place: Place) -> None:
        said = {role: "\n".join(_with_unit(cell) for cell, _ in found.get(role, ())) for role in (*_CHECKING, *_VALUES)}
        quantities = self._quantities(said, found, place)
        characteristic = said[Column.CHARACTERISTIC]
        if self.main in self.part.names and self.part.names[self.main].column is Column.CHARACTERISTIC:
            characteristic = next((cell.text.strip() for cell, _ in found.get(Column.CHARACTERISTIC, ())), "")
        criterion = said[Column.CRITERION] or said[Column.CHECK] or _limits_text(said)
        only_value = (
            self.by_action
            and quantities
            and not any(
                said[role]
                for role in (Column.METHOD, Column.INSTRUMENT, Column.FREQUENCY, Column.CHARACTERISTIC, Column.CHECK)
            )
        )
        if only_value:
            draft.add(quantities)  # a column 規格 beside the steps holds what to set
            return
        check = Check(
            characteristic=characteristic, method=said[Column.METHOD], criterion=criterion,
            instrument=said[Column.INSTRUMENT], frequency=said[Column.FREQUENCY], parameters=quantities, place=place,
        )  # fmt: skip
        if check != Check(place=place):
            draft.checks.append(check)
            draft.figure_words.append(criterion)

    def _quantities(
        self, said: dict[Column, str], found: dict[Column, list[tuple[Cell, Name]]], place: Place
    ) -> tuple[Parameter, ...]:
        name = said[Column.CHARACTERISTIC].split("\n")[0] or ("" if self.by_action else self._process_name(found))
        name, named_unit = split_header(name) if name else ("", None)
        unit = said[Column.UNIT] or next(
            (each.unit for role in (Column.CRITERION, *_VALUES) for _, each in found.get(role, ()) if each.unit),
            named_unit.as_written if named_unit is not None else "",
        )
        whole = with_limits(said[Column.NOMINAL] or said[Column.CRITERION], said, unit, name)
        if whole is not None:
            return (replace(whole, place=place),)
        texts = [
            said[Column.NOMINAL],
            said[Column.CRITERION],
            said[Column.CHECK],
            said[Column.METHOD] if self.by_action else "",
        ]
        found_all = [
            parameters(text, place=place, name=name, unit=unit, is_value=at < 2) for at, text in enumerate(texts)
        ]
        return tuple(item for each in found_all for item in each)

    def _process_name(self, found: dict[Column, list[tuple[Cell, Name]]]) -> str:
        return next((cell.text.strip() for cell, _ in found.get(Column.CHARACTERISTIC, ())), "")


def _with_unit(cell: Cell) -> str:
    text = cell.text.strip()
    return f"{text} {cell.unit}" if cell.unit and cell.unit not in text else text


def _limits_text(said: dict[Column, str]) -> str:
    limits = [said[role] for role in (Column.NOMINAL, Column.TOLERANCE) if said[role]]
    limits += [said[role] for role in (Column.LOWER, Column.UPPER) if said[role]]
    return " ".join(limits)


def with_limits(nominal: str, said: dict[Column, str], unit: str, name: str) -> Parameter | None:
    """Read a value whose tolerance or limits stand in columns of their own."""
    tolerance, upper, lower = said[Column.TOLERANCE], said[Column.UPPER], said[Column.LOWER]
    if not (tolerance or upper or lower):
        return None
    tail = f" {unit}" if unit and unit not in nominal else ""
    if tolerance and nominal:
        written = f"{nominal} {tolerance}{tail}"
    elif nominal and (_SIGNED.match(upper) or _SIGNED.match(lower)):
        if upper.lstrip("+＋") == lower.lstrip("-－−"):
            written = f"{nominal} ±{upper.lstrip('+＋')}{tail}"
        else:
            written = f"{nominal} {upper or '0'}/{lower or '0'}{tail}"
    else:
        return _absolute(nominal, upper, lower, unit, name)
    found = parameters(written, name=name, unit=unit, is_value=True)
    return found[0] if found else None


def _absolute(nominal: str, upper: str, lower: str, unit: str, name: str) -> Parameter | None:
    bounds = [parameters(text, name=name, unit=unit, is_value=True) if text else () for text in (nominal, upper, lower)]
    value, high, low = (each[0] if each else None for each in bounds)
    known = high or low
    if known is None:
        return None
    written = " ".join(text for text in (nominal, f"{lower}～{upper}") if text)
    return Parameter(
        as_written=written, name=name, value=value.value if value else None,
        upper=(high.value if high.value is not None else high.upper) if high else None,
        lower=(low.value if low.value is not None else low.lower) if low else None,
        unit=known.unit or (value.unit if value else ""), ucum=known.ucum or (value.ucum if value else ""),
    )  # fmt: skip


def _numbered_pieces(text: str) -> list[tuple[str, str]]:
    """Cut a cell whose lines are numbered one after another; else the whole, with its number where it has one."""
    pieces: list[tuple[str, str]] = []
    for line in (piece for whole in text.split("\n") for piece in split_inline(whole)):
        number, rest = split_number(line)
        if number or not pieces:
            pieces.append((number, rest.strip()))
        else:
            pieces[-1] = (pieces[-1][0], f"{pieces[-1][1]}\n{line.strip()}")
    numbered = [number for number, _ in pieces if number]
    orders = [ordinal(number) for number in numbered]
    if len(numbered) >= 2 and all(a < b for a, b in itertools.pairwise(orders)):
        return pieces
    number, rest = split_number(text)
    return [(number, rest)]


def row_parts(numbers: list[str], names: list[str], counts: list[str], place: Place) -> list[instruction.Part]:
    """Parts of a row; several lines in its cells are several parts."""
    if numbers and names:
        codes = [line.strip() for line in "\n".join(numbers).split("\n")]
        words = [line.strip() for line in "\n".join(names).split("\n")]
    else:
        codes, words = [], [piece for text in (names or numbers) for piece in items.OUTSIDE.split(text)]
    amounts = [line.strip() for line in "\n".join(counts).split("\n")] if counts else []
    found: list[instruction.Part] = []
    for at in range(max(len(codes), len(words))):
        word = words[at] if at < len(words) else ""
        part = items.part_of(word, place) if word else None
        code = codes[at] if at < len(codes) else ""
        if code and not items.is_nothing(code):
            part = replace(part, number=code) if part is not None else instruction.Part(number=code, place=place)
        if part is None:
            continue
        amount = split_quantity(amounts[at]) if at < len(amounts) else None
        if amount is not None and amount.value is not None:
            part = replace(part, quantity=amount.value, unit=amount.unit.as_written if amount.unit else part.unit)
        found.append(part)
    return found
