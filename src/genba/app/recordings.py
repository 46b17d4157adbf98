"""Describes a recording as a document: its streams and channels in a table; the signals are kept by `genba capture`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

from genba.formats.rows import TextRows
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.nodes import Pair
from genba.model.signals import Block, Clock, Loss, Ragged, Stream
from genba.model.table import Column, ColumnType, Table
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.ports.signals import SignalLimits, SignalPart
from genba.readers.signals import SIGNAL_READERS, signal_reader_for

# Packages of the extra "sensors" that a kind cannot be read without.
PACKAGES: Mapping[str, tuple[str, ...]] = {
    "edge": ("numpy",),
    "flac": ("numpy", "miniaudio"),
    "ide": ("numpy", "idelib"),
    "mcap": ("numpy", "rosbags"),
    "rosbag1": ("numpy", "rosbags"),
    "rosbag2": ("numpy", "rosbags"),
    "ulog": ("numpy",),
    "wav": ("numpy",),
}
DESCRIBED_BYTES = 1 << 30  # of samples; a larger recording is described by its beginning
FACTS = 200
# Japanese, as the column names are that other readers make.
HEADINGS = (
    *("ストリーム", "チャンネル", "種類", "単位", "型", "レート(Hz)", "サンプル数"),
    *("最初の時刻", "最後の時刻", "時計", "欠落"),
)
NUMBERS = frozenset(("レート(Hz)", "サンプル数"))


@dataclass(slots=True)
class _Seen:
    clocks: dict[str, Clock] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    samples: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    losses: dict[str, Counter[str]] = field(default_factory=dict)
    size: int = 0


def can_be_described(kind: str) -> bool:
    """Say whether files of this kind are recordings for which everything is installed."""
    return kind in PACKAGES and kind in SIGNAL_READERS and all(find_spec(name) is not None for name in PACKAGES[kind])


def describe(blob: Blob, limits: Limits, *, kind: str) -> Iterator[Part]:
    """Read a recording's parts one after the other, and keep only what a person wants to know of them."""
    reader = signal_reader_for(kind)
    assert reader is not None
    seen = _Seen()
    facts = 0
    settings: list[tuple[str, ...]] = []
    failure: Exception | None = None
    try:
        for part in reader(blob, SignalLimits()):
            if isinstance(part, Finding):
                yield part
            elif isinstance(part, Property):
                if part.name.startswith("parameter"):
                    settings.append((part.name, part.value))
                elif facts < FACTS:
                    facts += 1
                    yield Pair(label=part.name, value=part.value)
            else:
                _see(part, seen)
            if seen.size > DESCRIBED_BYTES:
                details = {"limit_mib": DESCRIBED_BYTES >> 20}
                yield Finding(code="signals.described_in_part", severity=Severity.NOTICE, details=details)
                break
    except Exception as error:  # noqa: BLE001 — what was seen stands in the table first, then it is raised
        failure = error
    if settings:
        yield _text_table("設定値", ("項目", "値"), settings)
    if seen.streams:
        rows = [row for stream in seen.streams.values() for row in _rows(stream, seen)]
        yield _text_table("ストリーム", HEADINGS, rows)
        yield Finding(code="signals.kept_by_capture", severity=Severity.NOTICE)
    if failure is not None:
        raise failure


def _see(part: SignalPart, seen: _Seen) -> None:
    if isinstance(part, Clock):
        seen.clocks[part.id] = part
    elif isinstance(part, Stream):
        seen.streams[part.id] = part
    elif isinstance(part, Loss):
        seen.losses.setdefault(part.stream, Counter())[str(part.kind)] += 1
    elif isinstance(part, Block) and len(part.device_ns):
        seen.samples[part.stream] += len(part.device_ns)
        earliest, latest = int(part.device_ns.min()), int(part.device_ns.max())
        seen.first[part.stream] = min(earliest, seen.first.get(part.stream, earliest))
        seen.last[part.stream] = max(latest, seen.last.get(part.stream, latest))
        seen.size += sum(len(held.data) if isinstance(held, Ragged) else int(held.nbytes) for held in part.values)


def _text_table(name: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    return Table(
        name=name,
        columns=tuple(
            Column(name=heading, type=ColumnType.NUMBER if heading in NUMBERS else ColumnType.STRING, source=str(at))
            for at, heading in enumerate(headings, 1)
        ),
        batches=TextRows(headings, lambda: rows),
        rows=len(rows),
    )


def _rows(stream: Stream, seen: _Seen) -> Iterator[tuple[str, ...]]:
    clock = seen.clocks.get(stream.clock, Clock(id=stream.clock))
    count = seen.samples[stream.id]
    first, last = (
        _moment(times[stream.id], clock.epoch) if stream.id in times else "" for times in (seen.first, seen.last)
    )
    lost = seen.losses.get(stream.id, Counter())
    losses = ", ".join(f"{kind} {number}" for kind, number in sorted(lost.items()))
    rate = f"{stream.rate_hz:g}" if stream.rate_hz else ""
    for channel in stream.channels:
        dtype = channel.dtype.lstrip("<|") + "".join(f"×{size}" for size in channel.shape)
        name = (stream.id, channel.name, channel.kind, channel.unit, dtype, rate, str(count))
        yield (*name, first, last, f"{clock.id} ({clock.epoch})", losses)


def _moment(ns: int, epoch: str) -> str:
    """Write a time as a date where the clock counts from 1970, else as seconds."""
    if epoch in ("unix", "local"):
        seconds, rest = divmod(ns, 1_000_000_000)
        try:
            when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        except OverflowError:
            return f"{ns} ns"
        return f"{when:%Y-%m-%dT%H:%M:%S}.{rest:09d}" + ("Z" if epoch == "unix" else "")
    return f"{ns // 1_000_000_000}.{ns % 1_000_000_000:09d} s"
