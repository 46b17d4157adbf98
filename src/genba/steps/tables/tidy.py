"""Grids and tables of strings become tables with types and units; what changes is written down.

Totals leave the rows and go into the table's notes; rows that are hidden or struck through stay, told by a column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from genba.formats.layout.wording import is_note
from genba.formats.units import parse_unit
from genba.model.document import Document, Edit, Node
from genba.model.finding import Finding, Severity
from genba.model.nodes import Grid, Heading, Paragraph, Role
from genba.model.place import Place
from genba.model.table import Column, ColumnType, Table
from genba.steps.tables.casting import Plan, TypedBatches, TypedTexts
from genba.steps.tables.codes import CodeLists
from genba.steps.tables.filling import (
    KEY_COLUMNS,
    LOGGED,
    OTHERS,
    DittoFill,
    FilledBatches,
    ReplacedColumns,
    fill_blanks,
)
from genba.steps.tables.grids import Raw, read_grid
from genba.steps.tables.long import to_long
from genba.steps.tables.profile import MOMENTS, Decision, Profile
from genba.steps.tables.values import read_value

if TYPE_CHECKING:
    import pyarrow as pa

STEP = "tables.tidy"
# Rows in a time series rise nearly always; a clock set back once does not make it less of one.
RISING_SHARE = 0.95
HIDDEN_COLUMN = "非表示の列"
HIDDEN, WITHDRAWN, SECTION = "_hidden", "_withdrawn", "_section"
_TABLE = re.compile(r"\s*[【(（<＜]?\s*(表|Table)")
_FINDINGS = {"total_row": "table.totals", "repeated_header": "table.repeated_header"}


def tidy(document: Document, *, long_form: bool = False) -> Document:
    """Make a tidy table of every grid that is one, and type the tables that came as strings."""
    log = _Log([], [])
    tables = [_stream(table, log) for table in document.tables]
    lists = CodeLists(document.code_lists)
    for index, node in enumerate(document.nodes):
        if isinstance(node, Grid) and (raw := read_grid(node)) is not None:
            raw.notes.extend(_footnotes(document.nodes, index))
            names = [header.name for header in raw.headers]
            filled = fill_blanks(raw.rows, names, _starts(raw.sections))
            log.blanks({names[at]: done for at, done in filled.items()}, node.place)
            log.changes(raw, node.place)
            tables.append(_from_raw(raw, node, _name(document.nodes, index), lists, log))
    if not tables:
        return document
    return replace(
        document,
        tables=tuple(to_long(table) if long_form else table for table in tables),
        edits=(*document.edits, *log.edits),
        findings=(*document.findings, *log.findings),
    )


def _starts(sections: Sequence[str]) -> frozenset[int]:
    """Rows where a table or a section of it begins."""
    return frozenset((0, *(at for at, (above, own) in enumerate(pairwise(sections), 1) if above != own)))


def _footnotes(nodes: Sequence[Node], index: int) -> Iterator[str]:
    """Remarks right below a table; they stay in the text as well."""
    for node in nodes[index + 1 : index + 11]:
        if not isinstance(node, Paragraph) or not (is_note(node.text) or node.role is Role.FOOTNOTE):
            return
        yield node.text


def _name(nodes: Sequence[Node], index: int) -> str:
    """What a table is called: its caption, the line above it, or the heading it stands under."""
    grid = nodes[index]
    assert isinstance(grid, Grid)
    if grid.caption:
        return grid.caption
    above = nodes[index - 1] if index else None
    if isinstance(above, Paragraph) and above.role in (Role.CAPTION, Role.TITLE):
        return above.text
    if (
        isinstance(above, Paragraph)
        and len(above.text) <= 40
        and above.text.lstrip("【(（<＜ ").startswith(("表", "Table"))
    ):
        return above.text
    for node in reversed(nodes[max(0, index - 50) : index]):
        if isinstance(node, Heading):
            return node.text
    return grid.place.sheet


@dataclass(slots=True)
class _Log:
    edits: list[Edit]
    findings: list[Finding]

    def changes(self, raw: Raw, place: Place) -> None:
        """What was done to make a grid a table."""
        for (rule, before, after), count in raw.done.items():
            self.edits.append(Edit(step=STEP, rule=rule, before=before, after=after, place=place, count=count))
            code = _FINDINGS.get(rule)
            if code:
                details: dict[str, str | int | float] = {"count": count}
                self.findings.append(Finding(code=code, severity=Severity.NOTICE, place=place, details=details))

    def filled(self, rule: str, done: Mapping[tuple[str, str], int], place: Place) -> None:
        """Which marks or blanks got the value above."""
        for (before, after), count in done.items():
            self.edits.append(Edit(step=STEP, rule=rule, before=before, after=after, place=place, count=count))

    def blanks(self, filled: Mapping[str, Counter[str]], place: Place) -> None:
        """Blanks that were taken for "as above"; whether rightly, a person should look."""
        for name, done in filled.items():
            count = done.total()
            details: dict[str, str | int | float] = {"column": name, "count": count}
            code = "table.blanks_filled"
            self.findings.append(Finding(code=code, severity=Severity.NOTICE, place=place, details=details))
            told = dict(list(done.items())[:LOGGED])
            if rest := count - sum(told.values()):
                told[OTHERS] = rest
            self.filled("blank_as_above", {("", value): number for value, number in told.items()}, place)

    def typed(self, profile: Profile, decision: Decision, place: Place) -> None:
        """What became of a column's values."""
        if decision.left:
            details: dict[str, str | int | float] = {
                "column": profile.name,
                "count": decision.left,
                "type": decision.type.value,
            }
            self.findings.append(Finding(code="table.values_left", place=place, details=details))
        self.edits.extend(_changes(profile, decision.type, place))


def _stream(table: Table, log: _Log) -> Table:
    """Two passes over the batches: what each column holds, then a plan by which it is cast when asked for."""
    texts = [index for index, column in enumerate(table.columns) if column.type is ColumnType.STRING]
    profiles = {index: Profile(table.columns[index].name, table.columns[index].unit) for index in texts}
    filler = DittoFill(texts)
    batches: Iterable[pa.RecordBatch] = table.batches
    for batch in table.batches:
        filled = filler.fill(batch)
        if table.rows == len(batch) and texts == list(range(len(table.columns))):
            replaced = _fill_groups(table, filled, log)
            if replaced:
                batches = ReplacedColumns(batches, replaced)
                filled = next(iter(ReplacedColumns((filled,), replaced)))
        for index in texts:
            profiles[index].learn(filled.column(index))
    if filler.found:
        batches = FilledBatches(batches, tuple(sorted(filler.found)))
        log.filled("same_as_above", filler.done, table.place)
    columns, plans = _decide(table.columns, profiles, table.place, log)
    return replace(table, columns=columns, batches=TypedBatches(batches, plans))


def _fill_groups(table: Table, batch: pa.RecordBatch, log: _Log) -> dict[int, pa.Array]:
    """The columns of a table that is read at once whose blanks mean "as above"."""
    import pyarrow as pa

    width = min(KEY_COLUMNS + 1, len(table.columns))
    rows = [
        [text or "" for text in row] for row in zip(*(batch.column(at).to_pylist() for at in range(width)), strict=True)
    ]
    filled = fill_blanks(rows, [column.name for column in table.columns[:width]])
    log.blanks({table.columns[at].name: done for at, done in filled.items()}, table.place)
    return {at: pa.array([row[at] for row in rows], pa.string()) for at in filled}


def _from_raw(raw: Raw, grid: Grid, name: str, lists: CodeLists, log: _Log) -> Table:
    columns = [
        Column(
            name=header.name, unit=header.unit, ucum=header.ucum, source=header.source,
            codes=lists.of(grid.place, header.source), description=HIDDEN_COLUMN if header.is_hidden else "",
        )
        for header in raw.headers
    ]  # fmt: skip
    values: list[tuple[str | bool, ...]] = list(zip(*raw.rows, strict=True))
    if raw.sections:
        columns.append(Column(name=SECTION, description="表の中の見出し行"))
        values.append(tuple(raw.sections))
    profiles: dict[int, Profile] = {}
    for index, column in enumerate(columns):
        profiles[index] = Profile(column.name, column.unit)
        profiles[index].learn_texts(str(value) for value in values[index])
    for flag, flags in ((HIDDEN, raw.hidden), (WITHDRAWN, raw.withdrawn)):
        if any(flags):
            columns.append(Column(name=flag, type=ColumnType.BOOLEAN))
            values.append(tuple(flags))
    decided, plans = _decide(columns, profiles, grid.place, log)
    names = tuple(column.name for column in columns)
    return Table(
        name=name, columns=decided, batches=TypedTexts(names, tuple(values), plans), rows=len(raw.rows),
        notes=tuple(raw.notes), time_column=_time_column(names, values, plans), place=grid.place, grid=grid.id,
    )  # fmt: skip


def _decide(
    found: Sequence[Column], profiles: dict[int, Profile], place: Place, log: _Log
) -> tuple[tuple[Column, ...], tuple[Plan | None, ...]]:
    """Types, units and companions for all columns."""
    columns: list[Column] = []
    plans: list[Plan | None] = []
    taken = {column.name for column in found}
    for index, column in enumerate(found):
        profile = profiles.get(index)
        if profile is None:
            columns.append(column)
            plans.append(None)
            continue
        decision = profile.decide()
        log.typed(profile, decision, place)
        unit, ucum = column.unit or decision.unit, column.ucum or decision.ucum
        if unit and not ucum:
            known = parse_unit(unit, context=column.name)
            ucum = known.ucum if known is not None else ""
        description = _with_examples(column.description, profile, decision.type)
        columns.append(replace(column, type=decision.type, unit=unit, ucum=ucum, description=description))
        is_kept = decision.left or decision.sampled or decision.keeps
        companion = _companion(column.name, taken) if is_kept else ""
        if companion:
            about = "原文" if decision.keeps else "値として読めなかった原文"
            columns.append(Column(name=companion, source=column.source, description=about))
        plans.append(Plan(column.name, decision, companion))
    return tuple(columns), tuple(plans)


def _with_examples(description: str, profile: Profile, kind: ColumnType) -> str:
    """How dates and times were written in the file, by up to three examples."""
    if kind.value not in MOMENTS:
        return description
    examples = [text for (written, _), text in profile.shapes.items() if written == kind.value][:3]
    told = f"原文の例: {'、'.join(examples)}" if examples else ""
    return "。".join(filter(None, (description, told)))


def _companion(name: str, taken: set[str]) -> str:
    companion = f"{name}（原文）"
    while companion in taken:
        companion += "_"
    taken.add(companion)
    return companion


def _changes(profile: Profile, kind: ColumnType, place: Place) -> Iterator[Edit]:
    if kind is ColumnType.STRING:
        return
    for mark, count in sorted(profile.missing.items()):
        if mark:
            yield Edit(step=STEP, rule="missing_mark", before=mark, after="", place=place, count=count)
    for (written, before, after), count in profile.written.items():
        yield Edit(step=STEP, rule=f"{written}_read", before=before, after=after, place=place, count=count)
    for written, count in profile.unlogged.items():
        yield Edit(step=STEP, rule=f"{written}_read", before=OTHERS, after=OTHERS, place=place, count=count)
    total = sum(profile.kinds.values())
    if total:
        yield Edit(step=STEP, rule="typed", before=profile.name, after=kind.value, place=place, count=total)


def _time_column(names: Sequence[str], values: Sequence[Sequence[str | bool]], plans: Sequence[Plan | None]) -> str:
    """The column by which rows follow one another in time."""
    for name, texts, plan in zip(names, values, plans, strict=True):
        if plan is None or plan.decision.type not in (ColumnType.DATE, ColumnType.DATETIME) or plan.decision.zoned:
            continue
        moments = [str(value.data) for text in texts if (value := read_value(str(text), name)).data is not None]
        if len(moments) < max(3, len(texts) * 0.9) or len(set(moments)) * 2 <= len(moments):
            continue
        rising = sum(1 for earlier, later in pairwise(moments) if earlier <= later)
        if rising >= RISING_SHARE * (len(moments) - 1):
            return name
    return ""
