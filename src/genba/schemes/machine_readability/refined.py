"""Evidence of the refined tables, as they are written to Parquet: what was mended, and what could not be.

A loss does not become a gain: where refinement drops what only formatting, hidden columns, formulas without a result or
torn rows could tell, the rule stays failed, although Parquet itself knows nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from genba.model.cells import Cell
from genba.model.document import Document
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.model.table import Column as TidyColumn
from genba.model.table import Table as Tidy
from genba.schemes.machine_readability.columns import make_column
from genba.schemes.machine_readability.definitions import defines_columns, has_code_table
from genba.schemes.machine_readability.evidence import Column, Evidence, Format, Part, Stored, Table, Value
from genba.schemes.machine_readability.laid_out import BLANK, BODY_ROWS
from genba.schemes.machine_readability.matching import Made

WITHDRAWN = "_withdrawn"


def evidence_of(refined: Document, made: Sequence[Made], before: Evidence) -> Evidence:
    """Gather what the rules ask about the tables as they came out."""
    losses = {id(item): loss for item, loss in zip(made, before.tables, strict=False)}
    parts = tuple(_part(item, losses.get(id(item))) for item in made)
    texts = tuple(text for part in before.parts for text in (*part.around, *part.beside))
    return Evidence(
        kind="parquet",
        format=Format.COLUMNS,
        parts=parts,
        code_tables=len(refined.code_lists) + has_code_table(made, texts)
        + sum(bool(column.codes) for part in parts for table in part.tables for column in table.columns),
        has_definitions=defines_columns(made, texts),
        # the source's path, hash and time of change and all edits stand in the document and its lineage
        has_history=True,
    )  # fmt: skip


def _part(item: Made, before: Table | None) -> Part:
    table = item.refined
    columns = tuple(_columns(table))
    seen = Table(
        columns=columns,
        notes=table.notes,
        blank_rows=_blank_rows(columns),
        header_rows=1 if before is None or before.header_rows else 0,  # names made up are no header
        formulas=_lost_formulas(item.grid),
        set_apart=_untold_differences(before, table),
        hidden=_untold_columns(item.grid, table),
        torn_rows=before.torn_rows if before is not None else 0,
    )
    return Part(tables=(seen,), around=table.notes)


def _columns(table: Tidy) -> Iterator[Column]:
    lists: list[list[object]] = [[] for _ in table.columns]
    for batch in table.batches:
        left = BODY_ROWS - len(lists[0]) if lists else 0
        for index, values in enumerate(lists):
            if index < batch.num_columns:
                values.extend(batch.column(index).slice(0, left).to_pylist())
        if not lists or len(lists[0]) >= BODY_ROWS:
            break
    for column, values in zip(table.columns, lists, strict=True):
        yield _column(column, values)


def _column(column: TidyColumn, values: list[object]) -> Column:
    return make_column(
        column.name,
        [_value(value) for value in values],
        header=(column.name,),
        is_typed=True,
        type=column.type,
        unit=column.unit,
        codes=column.codes,
        description=column.description,
    )


def _value(value: object) -> Value:
    if isinstance(value, str):
        return Value(value) if value else BLANK
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return Value(str(value).lower(), Stored.TRUTH)
    if isinstance(value, int | float):
        return Value(str(value), Stored.NUMBER)
    if isinstance(value, date | datetime | time):
        return Value(value.isoformat(), Stored.MOMENT)
    if isinstance(value, timedelta):
        return Value(str(value.total_seconds()), Stored.NUMBER)
    return Value(str(value))


def _blank_rows(columns: Sequence[Column]) -> int:
    if not columns:
        return 0
    return sum(all(not value.text.strip() for value in row) for row in zip(*(c.values for c in columns), strict=True))


def _lost_formulas(grid: Grid | None) -> int:
    return sum(bool(cell.formula) and cell.value is None for cell in grid.cells) if grid is not None else 0


def _untold_differences(before: Table | None, table: Tidy) -> int:
    """What fill or bold told is gone; what strike-through told stands in a column of its own, where whole rows were."""
    if before is None:
        return 0
    told = before.struck if any(column.name == WITHDRAWN for column in table.columns) else 0
    return before.set_apart - told


def _untold_columns(grid: Grid | None, table: Tidy) -> int:
    """Hidden columns that came along like any other."""
    if grid is None or Mark.HIDDEN in grid.marks:
        return 0
    cells: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        if cell.text.strip():
            cells.setdefault(cell.column, []).append(cell)
    hidden = [column for column, own in cells.items() if all(Mark.HIDDEN in cell.marks for cell in own)]
    if len(hidden) == len(cells):
        return 0
    told = sum("非表示" in column.description for column in table.columns)
    return max(0, len(hidden) - told)
