"""Grids and tables of strings become tables with types and units; what changes is written down.

Totals leave the rows and go into the table's notes; rows that are hidden or struck through stay, told by a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from genba.formats.layout.wording import is_note
from genba.formats.units import parse_unit
from genba.model.document import Document, Edit, Node
from genba.model.finding import Finding, Severity
from genba.model.nodes import Grid, Heading, Paragraph, Role
from genba.model.place import Place
from genba.model.table import Column, ColumnType, Table
from genba.steps.tables.casting import Plan, TypedBatches, TypedTexts
from genba.steps.tables.codes import CodeLists
from genba.steps.tables.grids import Raw, read_grid
from genba.steps.tables.long import to_long
from genba.steps.tables.profile import Decision, Profile
from genba.steps.tables.values import read_value

STEP = "tables.tidy"
# Rows in a time series rise nearly always; a clock set back once does not make it less of one.
RISING_SHARE = 0.95
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
    for batch in table.batches:
        for index in texts:
            profiles[index].learn(batch.column(index))
    columns, plans = _decide(table.columns, profiles, table.place, log)
    return replace(table, columns=columns, batches=TypedBatches(table.batches, plans))


def _from_raw(raw: Raw, grid: Grid, name: str, lists: CodeLists, log: _Log) -> Table:
    columns = [
        Column(
            name=header.name, unit=header.unit, ucum=header.ucum, source=header.source,
            codes=lists.of(grid.place, header.source),
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
        columns.append(replace(column, type=decision.type, unit=unit, ucum=ucum))
        companion = _companion(column.name, taken) if decision.left or decision.sampled else ""
        if companion:
            columns.append(Column(name=companion, source=column.source, description="値として読めなかった原文"))
        plans.append(Plan(column.name, decision, companion))
    return tuple(columns), tuple(plans)


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
