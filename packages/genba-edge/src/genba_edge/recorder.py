"""Records streams into a queue of batches: the object that a program at a machine makes."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from genba_edge.batchfile import About, BatchFile, Loss
from genba_edge.blocks import Packing, Samples
from genba_edge.declared import Channel, Clock, Request, Stream, check_stream
from genba_edge.diskqueue import Queue
from genba_edge.errors import EdgeError
from genba_edge.keys import Signer
from genba_edge.recovery import recover
from genba_edge.track import Limits, Row, Track

HOST = Clock(id="host", epoch="unix", description="the recorder's system clock")
TICK_S = 0.5
TRAILER_BYTES = 1 << 16  # kept free, so that a full queue can still say what it lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a recorder cuts its files, and what it holds in memory while the disk is slow."""

    block: Limits = field(default_factory=Limits)
    batch_bytes: int = 16 << 20
    batch_ns: int = 60_000_000_000
    pending_bytes: int = 8 << 20
    level: int = 1  # of zlib
    in_background: bool = True  # without, samples are written by whoever records them: for simulations and imports


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a recorder did so far, in samples."""

    recorded: int
    written: int
    lost: int
    pending_bytes: int
    error: str  # the last one of the disk


class Recorder:
    """Takes samples of any number of streams; never blocks on the disk, never grows beyond its bounds.

    What it cannot keep it counts, and writes into the next batch as losses.
    """

    def __init__(
        self,
        queue: Queue | str | Path,
        recorder: str,
        *,
        run: str = "",
        key: bytes = b"",
        signer: Signer | None = None,
        host_clock: Clock = HOST,
        now: Callable[[], int] = time.time_ns,
        options: Options | None = None,
        request: Request | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """Lock the queue, close what an earlier run left open, and wait for streams."""
        self.queue = queue if isinstance(queue, Queue) else Queue(queue)
        self.queue.lock()
        try:
            self.recovered = recover(self.queue, key)
            if run and self.queue.knows(recorder, run):
                raise EdgeError("run_twice", run=run)
        except (OSError, EdgeError):
            self.queue.unlock()
            raise
        self.options = options = options or Options()
        run = run or new_run(now())
        self._about = About(
            recorder=recorder, run=run, clocks=(host_clock,), request=request, properties=dict(properties or {})
        )
        self._now = now
        self._host = host_clock.id
        self._writer = Writer(self.queue, self._about, key, signer, options)
        self._tracks: dict[str, Track] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="genba-edge writer", daemon=True)
        if options.in_background:
            self._thread.start()

    def stream(
        self,
        id: str,
        channels: Sequence[Channel],
        *,
        clock: Clock,
        rate_hz: float = 0.0,
        properties: Mapping[str, str] | None = None,
    ) -> Track:
        """Declare a stream; what comes back takes its samples."""
        stream = Stream(
            id=id,
            channels=tuple(channels),
            clock=clock.id,
            host_clock=self._host,
            rate_hz=rate_hz,
            properties=dict(properties or {}),
        )
        check_stream(stream)
        if id in self._tracks:
            raise EdgeError("stream_twice", stream=id)
        self._writer.declare(stream, clock)
        emit = self._writer.put if self.options.in_background else self._writer.write_now
        self._tracks[id] = Track(stream, self.options.block, self._now, emit)
        return self._tracks[id]

    def record(
        self,
        stream: str,
        device_ns: int,
        values: Row | Sequence[float | bytes],
        sequence: int | None = None,
        host_ns: int | None = None,
    ) -> None:
        """Take one sample of a stream by its id."""
        self._tracks[stream].record(device_ns, values, sequence, host_ns)

    def lost(self, loss: Loss) -> None:
        """Say that a source itself knows of samples that it lost."""
        self._writer.lose(loss)

    def flush(self) -> None:
        """Write what was recorded so far; afterwards it lies on the disk."""
        for track in list(self._tracks.values()):
            track.cut()
        if self._thread.is_alive():
            self._writer.wait_until_empty()

    def state(self) -> State:
        """Figures to show or to watch."""
        return self._writer.state()

    def close(self) -> None:
        """Write everything, end the batch and the run."""
        if self._closed:
            return
        self._closed = True
        self.flush()
        self._writer.stop()
        if self._thread.is_alive():
            self._thread.join()
        self._writer.end_run()
        self.queue.unlock()

    def __enter__(self) -> Recorder:
        """For `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close, whatever happened."""
        self.close()

    def _run(self) -> None:
        while self._writer.write_waiting(TICK_S):
            now = self._now()
            for track in list(self._tracks.values()):
                track.cut(now)


class Writer:
    """Turns blocks into files; at most `pending_bytes` of them wait."""

    def __init__(self, queue: Queue, about: About, key: bytes, signer: Signer | None, options: Options) -> None:
        """No file is made before the first block."""
        self._queue, self._about, self._key, self._signer, self._options = queue, about, key, signer, options
        self._packings: dict[str, Packing] = {}
        self._clock_of: dict[str, Clock] = {}
        self._file: BatchFile | None = None
        self._previous = queue.last_end()
        self._batch = 0
        self._waiting: deque[tuple[Stream, Samples]] = deque()
        self._waiting_bytes = 0
        self._losses: dict[tuple[str, str, str, str], Loss] = {}
        self._changed = threading.Condition()
        self._busy = self._stopped = False
        self._recorded = self._written = self._lost = 0
        self._error = ""
        self._writing = threading.Lock()

    def declare(self, stream: Stream, clock: Clock) -> None:
        """Make a stream known to this and all later batches."""
        with self._writing:
            clocks = self._about.clocks
            known = next((one for one in clocks if one.id == clock.id), None)
            if known is not None and known != clock:
                raise EdgeError("clock_twice", clock=clock.id)
            self._about = replace(
                self._about,
                clocks=clocks if known else (*clocks, clock),
                streams=(*self._about.streams, stream),
            )
            self._packings[stream.id] = Packing(stream, self._options.level)
            self._clock_of[stream.id] = clock

    def put(self, track: Track, samples: Samples) -> None:
        """Queue a block for the background; where too much waits already, it is counted as lost."""
        size = samples.size_bytes
        with self._changed:
            self._recorded += len(samples.device)
            if self._waiting and self._waiting_bytes + size > self._options.pending_bytes:
                self._drop(track.stream.id, samples, "back_pressure")
                return
            self._waiting.append((track.stream, samples))
            self._waiting_bytes += size
            self._changed.notify_all()

    def write_now(self, track: Track, samples: Samples) -> None:
        """Write a block at once."""
        with self._changed:
            self._recorded += len(samples.device)
        self._write(track.stream, samples)

    def write_waiting(self, wait_s: float) -> bool:
        """Write what waits, or wait for it a little; false when the recorder was closed and nothing is left."""
        with self._changed:
            if not self._waiting and not self._stopped:
                self._changed.wait(wait_s)
            if not self._waiting:
                return not self._stopped
            stream, samples = self._waiting.popleft()
            self._busy = True
        try:
            self._write(stream, samples)
        finally:
            with self._changed:
                self._busy = False
                self._waiting_bytes -= samples.size_bytes
                self._changed.notify_all()
        return True

    def wait_until_empty(self) -> None:
        """Return when every block was written or counted as lost."""
        with self._changed:
            while self._waiting or self._busy:
                self._changed.wait(1.0)

    def stop(self) -> None:
        """Let the background end when nothing waits."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def lose(self, loss: Loss) -> None:
        """Remember a loss for the next record; losses of one kind that follow each other are one."""
        with self._changed:
            self._remember(loss)

    def state(self) -> State:
        """Figures so far."""
        with self._changed:
            return State(
                recorded=self._recorded,
                written=self._written,
                lost=self._lost,
                pending_bytes=self._waiting_bytes,
                error=self._error,
            )

    def end_run(self) -> None:
        """Write pending losses and the trailer of the last batch; where the disk is full the next start does it."""
        with self._writing:
            try:
                if self._losses:
                    self._open_file(TRAILER_BYTES // 2)
                    self._write_losses()
                self._close_file(is_last=True)
            except OSError as error:
                self._error = type(error).__name__
                if self._file is not None:
                    self._file.abandon()

    def _write(self, stream: Stream, samples: Samples) -> None:
        payload = self._packings[stream.id].payload(samples)
        span = (samples.device[0], samples.device[-1], len(samples.device))
        host_ns = samples.arrivals[-1] if samples.arrivals else None
        with self._writing:
            try:
                if self._is_due(host_ns, len(payload)):
                    self._close_file(is_last=False)
                if not self._queue.make_room(len(payload) + TRAILER_BYTES, self._file.size_bytes if self._file else 0):
                    self._lose_block(stream.id, samples, "quota")
                    return
                file = self._open_file(len(payload))
                if file.first_host_ns is None:
                    file.first_host_ns = host_ns
                self._write_losses()
                if not file.knows(stream.id):
                    file.declare(stream, [self._clock_of[stream.id]])
                file.block(stream.id, payload, span)
                self._written += len(samples.device)
            except OSError as error:
                self._error = type(error).__name__
                self._queue.delete_oldest_sent()
                self._lose_block(stream.id, samples, "disk_full")

    def _is_due(self, host_ns: int | None, more: int) -> bool:
        file = self._file
        if file is None or not file.samples:
            return False
        age = host_ns - file.first_host_ns if host_ns is not None and file.first_host_ns is not None else 0
        return age >= self._options.batch_ns or file.size_bytes + more > self._options.batch_bytes

    def _open_file(self, size: int) -> BatchFile:
        if self._file is None:
            path = self._queue.part(self._about.recorder, self._about.run, self._batch)
            self._file = BatchFile(path, self._about, self._batch, self._previous, self._key)
            self._batch += 1
        return self._file

    def _close_file(self, *, is_last: bool) -> None:
        if self._file is not None:
            self._previous = self._file.close(self._signer, is_last=is_last)
            path, self._file = self._file.path, None
            self._queue.finish(path)
            self._queue.keep_end(self._previous)

    def _write_losses(self) -> None:
        while self._losses and self._file is not None:
            with self._changed:
                place, loss = next(iter(self._losses.items()))
            self._file.loss(loss)
            with self._changed:
                if self._losses.get(place) == loss:
                    del self._losses[place]

    def _lose_block(self, stream: str, samples: Samples, why: str) -> None:
        with self._changed:
            self._drop(stream, samples, why)

    def _drop(self, stream: str, samples: Samples, why: str) -> None:
        count = len(samples.device)
        self._lost += count
        first, last = samples.device[0], samples.device[-1]
        self._remember(Loss(kind="drop", stream=stream, detail=why, count=count, first_ns=first, last_ns=last))

    def _remember(self, loss: Loss) -> None:
        """One entry a stream, kind and reason, so that a week without room takes no more memory than a second."""
        place = (loss.kind, loss.stream, loss.channel, loss.detail)
        before = self._losses.get(place)
        if before is not None:
            loss = replace(loss, count=before.count + loss.count, first_ns=before.first_ns)
        self._losses[place] = loss


def new_run(now_ns: int) -> str:
    """A name for a run that sorts by time and that no other run bears."""
    seconds = time.gmtime(now_ns // 1_000_000_000)
    return f"{time.strftime('%Y%m%dT%H%M%S', seconds)}Z-{secrets.token_hex(4)}"
