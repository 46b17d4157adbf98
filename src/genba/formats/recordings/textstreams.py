"""A table of text whose rows are samples, as a stream: each column a channel, one column (or two) its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genba.formats.recordings.naming import unique
from genba.formats.recordings.textcolumns import EMPTY, TextColumn, channel_of, survey_columns
from genba.formats.recordings.texttables import TextTable
from genba.formats.recordings.texttimes import TimePlan, times
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import Block, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    from genba.model.signals import Times

COMPUTER = "computer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What columns are besides channels: the time of a sample, and when the computer wrote it down."""

    time: TimePlan
    written: TimePlan | None = None
    device: str = "time"  # the clock's name


def log_stream(table: TextTable, name: str, roles: Roles, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield the clocks, the stream and its blocks; a row without a readable time is told of and left out."""
    timed = {*roles.time.columns, *(roles.written.columns if roles.written else ())}
    wanted = [at for at in range(len(table.names)) if at not in timed]
    if len(wanted) > limits.channels:
        yield Finding(code="signals.too_many_channels", details={"limit": limits.channels})
        wanted = wanted[: limits.channels]
    columns = survey_columns(table, wanted)
    yield from _clocks(roles)
    for note in table.notes[:20]:
        yield Property(name="note", value=note[:1000], origin="content")
    given = {at: column for at, column in columns.items() if column.level != EMPTY}
    yield _stream(table, name, roles, given, [table.names[at] for at in wanted if at not in given])
    yield from _blocks(table, name, roles, given, limits)
    if table.ragged_rows:
        yield Finding(code="signals.ragged_rows", severity=Severity.PROBLEM, count=table.ragged_rows)


def _clocks(roles: Roles) -> Iterator[Clock]:
    yield replace(roles.time.clock, id=roles.device)
    if roles.written is not None:
        yield replace(roles.written.clock, id=COMPUTER)


def _stream(
    table: TextTable, name: str, roles: Roles, columns: Mapping[int, TextColumn], empty: Sequence[str]
) -> Stream:
    labels = unique([table.names[at] for at in columns])
    properties = {"time_column": " + ".join(table.names[at] for at in roles.time.columns)}
    if empty:
        properties["empty_columns"] = ", ".join(empty[:50])
    return Stream(
        id=name,
        channels=tuple(
            channel_of(label, table.units[at], column)
            for label, (at, column) in zip(labels, columns.items(), strict=True)
        ),
        clock=roles.device,
        host_clock=COMPUTER if roles.written is not None else "",
        properties=properties,
    )


def _blocks(
    table: TextTable, name: str, roles: Roles, columns: Mapping[int, TextColumn], limits: SignalLimits
) -> Iterator[SignalPart]:
    import numpy as np
    import pyarrow as pa

    last = skipped = 0
    for batch in table.batches:
        for first in range(0, batch.num_rows, limits.block_samples):
            part = batch.slice(first, limits.block_samples)
            device_ns, good = times(roles.time, part)
            if not good.all():
                bad = int((~good).sum())
                skipped += bad
                part, device_ns = part.filter(pa.array(good)), device_ns[good]
                yield _unreadable(name, device_ns, last, bad)
            if not len(device_ns):
                continue
            index = host_ns = None
            if roles.written is not None:
                written, known = times(roles.written, part)
                index, host_ns = np.flatnonzero(known).astype(np.int64), written[known]
            last = int(device_ns[-1])
            yield Block(
                stream=name,
                device_ns=device_ns,
                values=tuple(column.values(part.column(at)) for at, column in columns.items()),
                host_index=index,
                host_ns=host_ns,
            )
    if skipped:
        yield Finding(code="signals.time_unreadable", severity=Severity.PROBLEM, count=skipped)


def _unreadable(name: str, around: Times, before: int, count: int) -> Loss:
    return Loss(
        kind=LossKind.DAMAGED,
        evidence=LossEvidence.VALUES,
        stream=name,
        first_ns=int(around[0]) if len(around) else before,
        last_ns=int(around[-1]) if len(around) else before,
        count=count,
        detail="time_unreadable",
    )
