"""Read logs in CSV and its kin: a stream for each table with a time, numbers as exact counts, words as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from genba.errors import InvalidInput
from genba.formats.recordings.naming import Names, stem
from genba.formats.recordings.textstreams import Roles, log_stream
from genba.formats.recordings.texttables import text_tables
from genba.formats.recordings.texttimes import plan_times
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield the tables whose rows bear a time; raises InvalidInput where no table does."""
    tables = text_tables(blob)
    names = Names()
    found = False
    for number, table in enumerate(tables, 1):
        plan = plan_times(table) if table.rows else None
        if plan is None:
            continue
        found = True
        name = stem(blob.name) if len(tables) == 1 else f"{stem(blob.name)}/{number}"
        yield from log_stream(table, names.take(name), Roles(time=plan), limits)
    if not found:
        raise InvalidInput("signals.no_time")
