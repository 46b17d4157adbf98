"""Read Parquet whose rows are samples: the time by type, name and unit; the frames of a LeRobot dataset by episode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from genba.errors import InvalidInput
from genba.formats.recordings.arrowcolumns import EXACT, ArrowColumn, column_of
from genba.formats.recordings.naming import stem, unique
from genba.formats.recordings.texttables import TextTable
from genba.formats.recordings.texttimes import TimePlan, plan_times, times
from genba.formats.recordings.times import SECOND_NS
from genba.model.finding import Finding
from genba.model.signals import Block, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    import pyarrow as pa

    from genba.model.signals import Times

BATCH_ROWS = 1 << 16
SAMPLE_ROWS = 1000
UNITS = {"s": SECOND_NS, "ms": 1_000_000, "us": 1_000, "ns": 1}
NANOSECONDS = re.compile(r"(?:^|[_.\s])ns$|nanos", re.I)
ARRIVAL = re.compile(r"host|arriv|receiv|recv|log_?time|受信", re.I)
EPISODES = frozenset(("episode_index", "frame_index", "timestamp"))  # of LeRobot


@dataclass(frozen=True, slots=True)
class _Time:
    """The column that is the time: a timestamp, whole nanoseconds, or numbers and words as in a text file."""

    name: str
    clock: Clock
    unit_ns: int = 0
    plan: TimePlan | None = None

    def of(self, batch: pa.RecordBatch) -> tuple[Times, Any]:
        import numpy as np
        import pyarrow as pa

        column = batch.column(batch.schema.get_field_index(self.name))
        if self.plan is not None:
            return times(self.plan, pa.RecordBatch.from_arrays([column.cast(pa.string())], names=[self.name]))
        whole = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        good = column.is_valid().to_numpy(zero_copy_only=False)
        good &= np.abs(whole) <= (2**63 - 1) // self.unit_ns
        return np.where(good, whole, 0) * self.unit_ns, good


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield one stream, or one for each episode; raises InvalidInput where no column tells the time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with blob.open() as stream:
        try:
            file = pq.ParquetFile(stream)
            names = set(file.schema_arrow.names)
            if file.metadata.num_rows == 0 or len(file.schema_arrow.names) > limits.channels:
                raise InvalidInput("signals.no_samples")
            if names >= EPISODES:
                yield from _episodes(file, limits)
            else:
                yield from _series(file, stem(blob.name), limits)
        except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise InvalidInput("signals.not_of_kind", kind="parquet") from None


def _batches(file: Any, limits: SignalLimits) -> Iterator[pa.RecordBatch]:
    rows = file.metadata.num_rows
    size = sum(file.metadata.row_group(at).total_byte_size for at in range(file.metadata.num_row_groups))
    fitting = int(limits.block_bytes // 4 // max(1, size // max(1, rows)))
    step = max(1, min(BATCH_ROWS, limits.block_samples, fitting))
    yield from file.iter_batches(batch_size=step, use_threads=False)


def _columns(file: Any, first: pa.RecordBatch, left_out: frozenset[str]) -> list[tuple[int, ArrowColumn]]:
    lacking = _lacking(file)
    found = [
        (
            at,
            column_of(column, first.column(at), may_lack=column.name in lacking, is_long=_is_long(file, column.name)),
        )
        for at, column in enumerate(first.schema)
        if column.name not in left_out
    ]
    for (_, column), name in zip(found, unique([column.name for _, column in found]), strict=True):
        column.name = name
    return found


def _is_long(file: Any, name: str) -> bool:
    """Say whether a column may hold integers that a float does not count exactly."""
    metadata = file.metadata
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group)
        for at in range(rows.num_columns):
            column = rows.column(at)
            if column.path_in_schema == name:
                found = column.statistics
                if found is None or not found.has_min_max:
                    return True
                if isinstance(found.min, int) and max(abs(found.min), abs(found.max)) > EXACT:
                    return True
    return False


def _lacking(file: Any) -> frozenset[str]:
    """Name the columns in which values may be missing, as the file's own statistics say."""
    found: set[str] = set()
    metadata = file.metadata
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group)
        for at in range(rows.num_columns):
            column = rows.column(at)
            top = column.path_in_schema.split(".")[0]
            statistics = column.statistics
            if (statistics is not None and statistics.has_null_count and statistics.null_count) or (
                (statistics is None or not statistics.has_null_count)
                and metadata.schema.column(at).max_definition_level == 1
            ):
                found.add(top)
    return frozenset(found)


def _series(file: Any, name: str, limits: SignalLimits) -> Iterator[SignalPart]:
    batches = _batches(file, limits)
    first = next(batches)
    time = _time_of(first)
    if time is None:
        raise InvalidInput("signals.no_time")
    host = _host_of(first, time.name)
    columns = _columns(file, first, frozenset((time.name, *((host.name,) if host else ()))))
    yield time.clock
    if host:
        yield host.clock
    yield Stream(
        id=name,
        channels=tuple(column.channel for _, column in columns),
        clock=time.clock.id,
        host_clock=host.clock.id if host else "",
        properties={"time_column": time.name},
    )
    skipped = last = 0
    for batch in _chain(first, batches):
        stamps, good = time.of(batch)
        if not good.all():
            import pyarrow as pa

            bad = int((~good).sum())
            skipped += bad
            yield _unreadable(name, last, bad)
            batch, stamps = batch.filter(pa.array(good)), stamps[good]
        if len(stamps):
            last = int(stamps[-1])
            yield _block(name, batch, stamps, columns, host)
    if skipped:
        yield Finding(code="signals.time_unreadable", count=skipped)


def _chain(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _unreadable(name: str, at: int, count: int) -> Loss:
    return Loss(
        kind=LossKind.DAMAGED,
        evidence=LossEvidence.VALUES,
        stream=name,
        first_ns=at,
        last_ns=at,
        count=count,
        detail="time_unreadable",
    )


def _block(
    name: str, batch: pa.RecordBatch, stamps: Times, columns: list[tuple[int, ArrowColumn]], host: _Time | None
) -> Block:
    import numpy as np

    index = arrivals = None
    if host is not None:
        taken, known = host.of(batch)
        index, arrivals = np.flatnonzero(known).astype(np.int64), taken[known]
    return Block(
        stream=name,
        device_ns=stamps,
        values=tuple(column.values(batch.column(at)) for at, column in columns),
        host_index=index,
        host_ns=arrivals,
    )


def _time_of(first: pa.RecordBatch) -> _Time | None:
    import pyarrow as pa

    fields = list(first.schema)
    stamps = [column for column in fields if pa.types.is_timestamp(column.type)]
    device = next((column for column in stamps if not ARRIVAL.search(column.name)), None)
    if device is not None:
        return _stamp(device, "time")
    for column in fields:
        if pa.types.is_int64(column.type) and NANOSECONDS.search(column.name) and not ARRIVAL.search(column.name):
            return _Time(column.name, Clock(id="time", description=f"{column.name}, in nanoseconds"), 1)
    if stamps:  # nothing but arrivals: then these are the times
        return _stamp(stamps[0], "time")
    simple = [at for at, column in enumerate(fields) if _is_simple(column.type)]
    sample = [first.column(at).slice(0, SAMPLE_ROWS).cast(pa.string()).fill_null("").to_pylist() for at in simple]
    names = tuple(fields[at].name for at in simple)
    table = TextTable(
        names=names,
        units=tuple((fields[at].metadata or {}).get(b"unit", b"").decode("utf-8", "replace") for at in simple),
        sample=tuple(zip(*sample, strict=True)),
        batches=(first.select(simple).cast(pa.schema([(name, pa.string()) for name in names])),),
        rows=first.num_rows,
        notes=(),
        ragged_rows=0,
    )
    plan = plan_times(table) if simple else None
    if plan is None or len(plan.columns) > 1:
        return None
    own = TimePlan(columns=(0,), form=plan.form, unit_ns=plan.unit_ns, days=plan.days, zoned=plan.zoned)
    return _Time(names[plan.columns[0]], plan.clock, 0, own)


def _host_of(first: pa.RecordBatch, device: str) -> _Time | None:
    import pyarrow as pa

    for column in first.schema:
        if column.name != device and ARRIVAL.search(column.name) and pa.types.is_timestamp(column.type):
            return _stamp(column, "host")
    return None


def _stamp(column: pa.Field, clock: str) -> _Time:
    zoned = column.type.tz is not None
    description = "timestamps in UTC" if zoned else "timestamps without a zone, counted as if they were UTC"
    return _Time(
        column.name,
        Clock(id=clock, epoch="unix" if zoned else "local", description=description),
        UNITS[column.type.unit],
    )


def _is_simple(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_string(kind))


def _episodes(file: Any, limits: SignalLimits) -> Iterator[SignalPart]:
    """One stream and one clock for each episode: the times of LeRobot begin anew with each."""
    import numpy as np

    columns: list[tuple[int, ArrowColumn]] = []
    told: set[int] = set()
    for batch in _batches(file, limits):
        if not columns:
            columns = _columns(file, batch, frozenset(("timestamp",)))
        episodes = batch.column(batch.schema.get_field_index("episode_index")).to_numpy(zero_copy_only=False)
        seconds = batch.column(batch.schema.get_field_index("timestamp")).to_numpy(zero_copy_only=False)
        stamps = np.rint(np.nan_to_num(seconds.astype(np.float64)) * 1e9).astype(np.int64)
        bounds = [0, *(np.flatnonzero(np.diff(episodes)) + 1).tolist(), len(episodes)]
        for begin, end in pairwise(bounds):
            number = int(episodes[begin])
            name = f"episode_{number:06d}"
            if number not in told:
                if len(told) >= limits.streams:
                    yield Finding(code="signals.too_many_streams", details={"limit": limits.streams})
                    return
                told.add(number)
                clock = Clock(id=f"episode {number}", epoch="start", description="nominal: frame number ÷ stated rate")
                yield clock
                channels = tuple(column.channel for _, column in columns)
                yield Stream(id=name, channels=channels, clock=clock.id, properties={"times": "as LeRobot writes them"})
            yield _block(name, batch.slice(begin, end - begin), stamps[begin:end], columns, None)
