"""Keeps the stretches that somebody asked for: raw counts of all streams around a moment, within a budget.

The last seconds of every stream are held in memory; a slice is written when what follows it has come too. A budget by
the hour bounds how many slices and bytes leave the machine, whatever a model asks for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genba_edge.batchfile import Loss
from genba_edge.declared import Clock, Request, Stream
from genba_edge.diskqueue import Queue
from genba_edge.recorder import HOST, Options, Recorder
from genba_edge.track import Limits

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
OPTIONS = Options(block=Limits(samples=1 << 15, size_bytes=2 << 20, age_ns=10 * SECOND), in_background=False)


@dataclass(frozen=True)
class Budget:
    """How much may be kept in any hour of the host's clock, and how a slice is cut."""

    slices: int = 20
    size_bytes: int = 256 << 20  # of raw counts, before compression
    before_ns: int = SECOND
    after_ns: int = SECOND
    longest_ns: int = 10 * SECOND
    held_bytes: int = 64 << 20  # in memory, of the last seconds of all streams


@dataclass(frozen=True)
class Piece:
    """Samples as they were recorded."""

    stream: str
    device_ns: Sequence[int]
    rows: bytes
    sequence: Sequence[int] | None
    host_ns: int


def part(piece: Piece, start: int, end: int) -> Piece:
    """Some of the samples."""
    count = len(piece.device_ns)
    if start == 0 and end == count:
        return piece
    row = len(piece.rows) // count
    sequence = None if piece.sequence is None else piece.sequence[start:end]
    return Piece(piece.stream, piece.device_ns[start:end], piece.rows[start * row : end * row], sequence, piece.host_ns)


@dataclass
class Kept:
    """What came of the requests so far."""

    asked: int = 0
    slices: int = 0
    size_bytes: int = 0
    over_budget: int = 0  # requests that were not met
    cut_short: int = 0  # slices whose beginning memory did not hold any more


@dataclass
class Slices:
    """Takes all that is recorded, and keeps what was asked for in a queue of its own."""

    queue: Queue
    recorder: str
    run: str
    request: Request
    budget: Budget = field(default_factory=Budget)
    key: bytes = b""
    host_clock: Clock = HOST

    def __post_init__(self) -> None:
        """Nothing is held and nothing was asked for."""
        self.kept = Kept()
        self._streams: dict[str, tuple[Stream, Clock]] = {}
        self._held: deque[Piece] = deque()
        self._held_bytes = 0
        self._forgotten_ns = -(1 << 62)  # everything that came up to then is gone
        self._wanted: tuple[int, int] | None = None
        self._spent: deque[tuple[int, int]] = deque()  # host time and bytes of each slice of the last hour
        self._ends: dict[str, int] = {}
        self._apart: set[str] = set()  # streams of which something was left out since their last sample in a slice
        self._written_ns = -(1 << 62)  # up to then everything that was asked for is written

    def declare(self, stream: Stream, clock: Clock) -> None:
        """Make a stream known; those that are not are left out."""
        self._streams[stream.id] = (stream, clock)

    def offer(self, piece: Piece) -> None:
        """Hold samples for a while; their host times never go back."""
        if piece.stream not in self._streams:
            return
        if self._wanted is not None and piece.host_ns > self._wanted[1] + self.budget.after_ns:
            self.write()
        self._held.append(piece)
        self._held_bytes += len(piece.rows)
        # A window may be scored a little after its last sample came: twice the longest slice is held.
        oldest = piece.host_ns - self.budget.before_ns - 2 * self.budget.longest_ns
        while self._held and (self._held[0].host_ns < oldest or self._held_bytes > self.budget.held_bytes):
            gone = self._held.popleft()
            self._held_bytes -= len(gone.rows)
            self._forgotten_ns = gone.host_ns

    def ask(self, first_ns: int, last_ns: int) -> None:
        """Want what the host received between two times; requests that touch become one slice."""
        self.kept.asked += 1
        budget = self.budget
        if self._wanted is not None:
            start, end = self._wanted
            if first_ns <= end + budget.after_ns + budget.before_ns and last_ns - start <= budget.longest_ns:
                self._wanted = (min(start, first_ns), max(end, last_ns))
                return
            self.write()
        if not self._is_affordable(last_ns):
            self.kept.over_budget += 1
            return
        self._wanted = (first_ns, last_ns)

    def write(self) -> None:
        """Write the slice that is wanted, as far as it has come."""
        if self._wanted is None:
            return
        start, end = self._wanted[0] - self.budget.before_ns, self._wanted[1] + self.budget.after_ns
        self._wanted = None
        follows = start <= self._written_ns  # the slice before reaches into this one: no sample is kept twice
        pieces = [p for p in self._held if start <= p.host_ns <= end and p.host_ns > self._written_ns]
        size = sum(len(piece.rows) for piece in pieces)
        if not pieces or not self._is_affordable(pieces[-1].host_ns, size):
            self.kept.over_budget += 1
            return
        self.kept.cut_short += self._forgotten_ns >= max(start, self._written_ns + 1)
        self._spent.append((pieces[-1].host_ns, size))
        self._written_ns = pieces[-1].host_ns
        self.kept.slices += 1
        self.kept.size_bytes += size
        run = f"{self.run}-slice-{self.kept.slices:04d}"
        with Recorder(
            self.queue,
            self.recorder,
            run=run,
            key=self.key,
            host_clock=self.host_clock,
            options=OPTIONS,
            request=self.request,
        ) as recorder:
            self._record(recorder, pieces, follows=follows)

    def _record(self, recorder: Recorder, pieces: Sequence[Piece], *, follows: bool) -> None:
        tracks = {}
        if not follows:
            self._apart.update(self._ends)
        for piece in pieces:
            if piece.stream not in tracks:
                stream, clock = self._streams[piece.stream]
                tracks[stream.id] = recorder.stream(
                    stream.id, stream.channels, clock=clock, rate_hz=stream.rate_hz, properties=stream.properties
                )
                if stream.id in self._apart:  # nothing was lost in between: nobody asked for it
                    before, first = self._ends[stream.id], piece.device_ns[0]
                    gap = Loss(kind="gap", stream=stream.id, detail="not_asked_for", first_ns=before, last_ns=first)
                    recorder.lost(gap)
                    self._apart.discard(stream.id)
            tracks[piece.stream].extend(piece.device_ns, piece.rows, piece.sequence, piece.host_ns)
            self._ends[piece.stream] = piece.device_ns[-1]

    def _is_affordable(self, now_ns: int, size_bytes: int = 0) -> bool:
        while self._spent and self._spent[0][0] <= now_ns - HOUR:
            self._spent.popleft()
        spent = sum(size for _, size in self._spent)
        return len(self._spent) < self.budget.slices and spent + size_bytes <= self.budget.size_bytes


def slices_in(folder: str | Path, recorder: str, run: str, request: Request, budget: Budget | None = None) -> Slices:
    """Keep slices in a folder, which is made when it is missing."""
    return Slices(Queue(folder), recorder, run, request, budget or Budget())
