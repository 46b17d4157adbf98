"""Columns of strings become typed columns: by Arrow where values are plain, by our own reading where they are odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from genba.model.table import ColumnType
from genba.steps.tables.moments import form_of, plain_moments
from genba.steps.tables.profile import PLAIN_INTEGER, PLAIN_NUMBER, Decision
from genba.steps.tables.values import MISSING, read_value

if TYPE_CHECKING:
    import pyarrow as pa

FITTING = {
    ColumnType.INTEGER: ("integer",),
    ColumnType.NUMBER: ("integer", "number"),
    ColumnType.DATE: ("date",),
    ColumnType.DATETIME: ("datetime",),
    ColumnType.TIME: ("time",),
}


def arrow_type(kind: ColumnType, *, zoned: bool = False) -> pa.DataType:
    """Arrow's type for ours."""
    import pyarrow as pa

    return {
        ColumnType.STRING: pa.string(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.BOOLEAN: pa.bool_(),
        ColumnType.DATE: pa.date32(),
        ColumnType.DATETIME: pa.timestamp("us", tz="UTC" if zoned else None),
        ColumnType.TIME: pa.time64("us"),
        ColumnType.DURATION: pa.duration("us"),
    }[kind]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one column is cast; `companion` names the column for the values that do not fit."""

    name: str
    decision: Decision
    companion: str = ""


@dataclass(frozen=True, slots=True)
class TypedBatches:
    """Batches of strings cast one after the other each time they are iterated."""

    source: Any  # Iterable[pa.RecordBatch], re-iterable
    plans: tuple[Plan | None, ...]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self.source:
            yield cast_batch(batch, self.plans)


@dataclass(frozen=True, slots=True)
class TypedTexts:
    """A small table's columns of texts (or of booleans, without a plan), cast when they are asked for."""

    names: tuple[str, ...]
    values: tuple[tuple[str | bool, ...], ...]
    plans: tuple[Plan | None, ...]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        arrays: list[Any] = []
        names: list[str] = []
        for name, values, plan in zip(self.names, self.values, self.plans, strict=True):
            names.append(name)
            if plan is None:
                arrays.append(pa.array(values, pa.bool_()))
                continue
            typed, left = _cast_texts([str(value) for value in values], plan)
            arrays.append(typed)
            if plan.companion:
                names.append(plan.companion)
                arrays.append(pa.array(left, pa.string()))
        yield pa.RecordBatch.from_arrays(arrays, names=names)


def _cast_texts(texts: list[str], plan: Plan) -> tuple[Any, list[str | None]]:
    import pyarrow as pa

    kind = plan.decision.type
    if kind is ColumnType.STRING:
        return pa.array([text if text.strip() else None for text in texts], pa.string()), []
    fitting = FITTING[kind]
    data: list[int | float | str | None] = []
    left: list[str | None] = []
    for text in texts:
        value = read_value(text, plan.name)
        fits = value.kind in fitting
        data.append(value.data if fits else None)
        is_kept = not fits or plan.decision.keeps
        left.append(text if is_kept and value.kind != "missing" else None)
    return _typed(data, arrow_type(kind, zoned=plan.decision.zoned)), left


def cast_batch(batch: pa.RecordBatch, plans: Sequence[Plan | None]) -> pa.RecordBatch:
    """One batch with typed columns; a column without a plan has its type already."""
    import pyarrow as pa

    arrays: list[Any] = []
    names: list[str] = []
    for index, plan in enumerate(plans):
        if plan is None:
            arrays.append(batch.column(index))
            names.append(batch.schema.names[index])
            continue
        typed, left = cast_column(batch.column(index), plan)
        arrays.append(typed)
        names.append(plan.name)
        if plan.companion:
            arrays.append(left if left is not None else pa.nulls(len(batch), pa.string()))
            names.append(plan.companion)
    return pa.RecordBatch.from_arrays(arrays, names=names)


def cast_column(values: Any, plan: Plan) -> tuple[Any, Any]:
    """The typed column, and the originals of values that do not fit (None where all do)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = plan.decision.type
    if not pa.types.is_string(values.type):
        values = pc.cast(values, pa.string())
    trimmed = pc.utf8_trim(values, characters=" \u3000\t")
    wanting = pc.is_in(trimmed, value_set=pa.array(sorted(MISSING), pa.string()))
    if kind is ColumnType.STRING:
        # words keep their marks ("-" may be a grade); only emptiness is nothing
        return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), values), None
    bare = pc.if_else(wanting, pa.scalar(None, pa.string()), trimmed)
    target = arrow_type(kind, zoned=plan.decision.zoned)
    if not len(bare.drop_null()):
        return pa.nulls(len(bare), target), None
    if kind in (ColumnType.INTEGER, ColumnType.NUMBER):
        pattern = PLAIN_INTEGER if kind is ColumnType.INTEGER else PLAIN_NUMBER
        plain = pc.fill_null(pc.match_substring_regex(bare, pattern), False)
        nothing = pa.scalar(None, pa.string())
        typed = pc.cast(pc.if_else(plain, bare, nothing), target)
        odd = pc.if_else(plain, nothing, bare)
        if odd.null_count == len(odd):
            return typed, None
        rest, left = _by_value(odd, plan, target)
        return pc.coalesce(typed, rest), left
    if kind in (ColumnType.DATE, ColumnType.DATETIME) and not plan.decision.zoned:
        form = form_of(bare.drop_null(), plan.name)
        if form is not None and form.kind == kind.value and (moments := plain_moments(bare, form)) is not None:
            return pc.cast(moments, target), bare if plan.decision.keeps else None
    return _by_value(bare, plan, target)


def _by_value(bare: Any, plan: Plan, target: Any) -> tuple[Any, Any]:
    """Read each distinct value once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = bare.dictionary_encode()
    fitting = FITTING[plan.decision.type]
    data: list[int | float | str | None] = []
    left: list[str | None] = []
    for text in encoded.dictionary.to_pylist():
        value = read_value(text, plan.name)
        fits = value.kind in fitting
        data.append(value.data if fits else None)
        left.append(None if fits and not plan.decision.keeps else text)
    typed = _typed(data, target).take(encoded.indices)
    if all(item is None for item in left):
        return typed, None
    return typed, pc.take(pa.array(left, pa.string()), encoded.indices)


def _typed(data: list[int | float | str | None], target: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_integer(target):
        return pa.array(data, pa.int64())
    if pa.types.is_floating(target):
        return pa.array([None if item is None else float(item) for item in data], pa.float64())
    read = time if pa.types.is_time(target) else date if pa.types.is_date(target) else datetime
    return pa.array([None if item is None else read.fromisoformat(str(item)) for item in data], target)
