"""Long form: columns that repeat one measurement (1回目 2回目, 4月 5月) become rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from genba.formats.layout.series import is_series
from genba.model.table import Column, ColumnType, Table

if TYPE_CHECKING:
    import pyarrow as pa

# Two columns side by side may be two things; three alike are a repetition.
MIN_SERIES = 3


@dataclass(frozen=True, slots=True)
class LongBatches:
    """Each batch with the columns of the series stacked; iterable again and again."""

    source: Any
    series: tuple[int, ...]
    labels: tuple[str, ...]
    names: tuple[str, str]

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in self.source:
            count = len(batch)
            keep = [index for index in range(batch.num_columns) if index not in self.series]
            # row by row, the series within the row, so that order in time stays
            rows = pa.array([row for row in range(count) for _ in self.series], pa.int64())
            place = pa.array([row + count * at for row in range(count) for at in range(len(self.series))], pa.int64())
            stacked = pa.concat_arrays([batch.column(index) for index in self.series]).take(place)
            labels = pa.array(list(self.labels) * count, pa.string())
            arrays = [*(batch.column(index).take(rows) for index in keep), labels, stacked]
            names = [*(batch.schema.names[index] for index in keep), *self.names]
            yield pa.RecordBatch.from_arrays(arrays, names=names)


def to_long(table: Table) -> Table:
    """The table with its longest series of like columns unpivoted; unchanged where there is none."""
    series = _find(table.columns)
    if series is None:
        return table
    first = table.columns[series[0]]
    group = first.name.rpartition("/")[0]
    labels = tuple(table.columns[index].name.rpartition("/")[2] for index in series)
    kept = [column for index, column in enumerate(table.columns) if index not in series]
    taken = {column.name for column in kept}
    label = _free(f"{group}/区分" if group else "区分", taken)
    value = _free(group or "値", taken | {label})
    columns = (
        *kept,
        Column(name=label, description="列見出しだったもの"),
        replace(first, name=value, source=",".join(table.columns[index].source for index in series)),
    )
    batches = LongBatches(table.batches, tuple(series), labels, (label, value))
    return replace(table, columns=columns, batches=batches, rows=table.rows * len(series))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _find(columns: Sequence[Column]) -> list[int] | None:
    best: list[int] = []
    index = 0
    while index < len(columns):
        first = columns[index]
        stop = index
        while stop < len(columns) and _alike(first, columns[stop]):
            stop += 1
        run = list(range(index, stop))
        leaves = [columns[at].name.rpartition("/")[2] for at in run]
        if len(run) >= MIN_SERIES and len(run) > len(best) and is_series(leaves):
            best = run
        index = max(stop, index + 1)
    return best or None


def _alike(first: Column, other: Column) -> bool:
    return (
        other.type is first.type
        and other.type is not ColumnType.STRING
        and (other.unit, other.ucum) == (first.unit, first.ucum)
        and other.name.rpartition("/")[0] == first.name.rpartition("/")[0]
    )
