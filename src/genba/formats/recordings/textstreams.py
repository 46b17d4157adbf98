"""A table of text whose rows are samples, as a stream: each column a channel, one column (or two) its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from genba.formats.recordings.naming import unique
from genba.formats.recordings.textcolumns import EMPTY, channel_of, survey_columns
from genba.formats.recordings.texttables import TextTable
from genba.formats.recordings.texttimes import TimePlan, times
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import Block, Loss, LossEvidence, LossKind, Stream
from genba.ports.signals import SignalLimits, SignalPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What columns are besides channels: the time of a sample, and when the computer wrote it down."""

    time: TimePlan
    written: TimePlan | None = None
    device: str = "time"  # the clock's name


def log_stream(table: TextTable, name: str, roles: Roles, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield the clocks, the stream and its blocks; a row without a readable time is told of and left out."""
    import numpy as np

    timed = {*roles.time.columns, *(roles.written.columns if roles.written else ())}
    wanted = [at for at in range(len(table.names)) if at not in timed]
    if len(wanted) > limits.channels:
        yield Finding(code="signals.too_many_channels", details={"limit": limits.channels})
        wanted = wanted[: limits.channels]
    columns = survey_columns(table, wanted)
    empty = [table.names[at] for at in wanted if columns[at].level == EMPTY]
    wanted = [at for at in wanted if columns[at].level != EMPTY]
    labels = unique([table.names[at] for at in wanted])
    device = replace(roles.time.clock, id=roles.device)
    yield device
    host = ""
    if roles.written is not None:
        host = "computer"
        yield replace(roles.written.clock, id=host)
    properties = {"time_column": " + ".join(table.names[at] for at in roles.time.columns)}
    if empty:
        properties["empty_columns"] = ", ".join(empty[:50])
    for note in table.notes[:20]:
        yield Property(name="note", value=note[:1000], origin="content")
    yield Stream(
        id=name,
        channels=tuple(
            channel_of(label, table.units[at], columns[at]) for label, at in zip(labels, wanted, strict=True)
        ),
        clock=device.id,
        host_clock=host,
        properties=properties,
    )
    last = skipped = 0
    for batch in table.batches:
        for first in range(0, batch.num_rows, limits.block_samples):
            part = batch.slice(first, limits.block_samples)
            device_ns, good = times(roles.time, part)
            if not good.all():
                import pyarrow as pa

                bad = int((~good).sum())
                skipped += bad
                part, device_ns = part.filter(pa.array(good)), device_ns[good]
                yield Loss(
                    kind=LossKind.DAMAGED,
                    evidence=LossEvidence.VALUES,
                    stream=name,
                    first_ns=int(device_ns[0]) if len(device_ns) else last,
                    last_ns=int(device_ns[-1]) if len(device_ns) else last,
                    count=bad,
                    detail="time_unreadable",
                )
            if not len(device_ns):
                continue
            index = host_ns = None
            if roles.written is not None:
                written, known = times(roles.written, part)
                index = np.flatnonzero(known).astype(np.int64)
                host_ns = written[known]
            last = int(device_ns[-1])
            yield Block(
                stream=name,
                device_ns=device_ns,
                values=tuple(columns[at].values(part.column(at)) for at in wanted),
                host_index=index,
                host_ns=host_ns,
            )
    if skipped:
        yield Finding(code="signals.time_unreadable", severity=Severity.PROBLEM, count=skipped)
    if table.ragged_rows:
        yield Finding(code="signals.ragged_rows", severity=Severity.PROBLEM, count=table.ragged_rows)
