"""Recording with a model beside it: every sample is recorded first, and looked at when there is time.

Recording never waits for the model: what comes faster than it can be looked at is passed over and counted.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genba_edge.declared import Channel, Clock, Request
from genba_edge.deployment import Deployment
from genba_edge.errors import EdgeError
from genba_edge.model_runner import ABNORMAL, UNSURE, ModelRunner, Verdict
from genba_edge.recorder import Recorder
from genba_edge.slices import Kept, Piece, Slices
from genba_edge.track import Track

SCORES = "model/score"
PENDING_BYTES = 16 << 20


@dataclass(frozen=True)
class Progress:
    """What the model has seen, in windows, and what was kept of it."""

    scored: int
    unsure: int
    abnormal: int
    broken: int  # times at which windows began anew because samples were missing
    passed_over: int  # samples of the model's stream that came too fast for it
    kept: Kept
    error: str  # why the model stopped; recording goes on


class Watch:
    """Declares streams and takes samples like a recorder, and shows them to a deployed model.

    Scores are recorded as a stream of their own; slices around unsure windows go to a queue of their own.
    """

    def __init__(
        self,
        recorder: Recorder,
        deployment: Deployment,
        slices: Slices | None = None,
        *,
        in_background: bool = True,
        pending_bytes: int = PENDING_BYTES,
    ) -> None:
        """Without the background, whoever records scores too: for simulations and imports."""
        self.recorder, self.deployment, self.slices = recorder, deployment, slices
        self._tracks: dict[str, Track] = {}
        self._runner: ModelRunner | None = None
        self._scores: Track | None = None
        self._waiting: deque[Piece] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._stopped = False
        self._scored = self._unsure = self._abnormal = self._passed_over = 0
        self._error = ""
        self._in_background = in_background
        self._pending_bytes = pending_bytes
        self._thread = threading.Thread(target=self._run, name="genba-edge model", daemon=True)
        if in_background:
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
        """Declare a stream as `Recorder.stream` does; raises EdgeError where the model does not fit its stream."""
        track = self.recorder.stream(id, channels, clock=clock, rate_hz=rate_hz, properties=properties)
        self._tracks[id] = track
        if self.slices is not None:
            self.slices.declare(track.stream, clock)
        if id == self.deployment.stream:
            self._runner = ModelRunner(self.deployment, track.stream)
            told = {"model": self.deployment.model, "deployment": self.deployment.id}
            self._scores = self.recorder.stream(
                SCORES,
                [Channel(name="score", dtype="<f4", kind="score"), Channel(name="state", dtype="|u1", kind="state")],
                clock=clock,
                properties=told,
            )
        return track

    def extend(
        self, stream: str, device_ns: Sequence[int], rows: bytes, sequence: Sequence[int] | None, host_ns: int
    ) -> None:
        """Record samples that arrived together, then show them to the model; returns without waiting for it."""
        self._tracks[stream].extend(device_ns, rows, sequence, host_ns)
        piece = Piece(stream, device_ns, rows, sequence, host_ns)
        if not self._in_background:
            self._look(piece)
            return
        with self._changed:
            if self._error or self._waiting_bytes + len(rows) > self._pending_bytes:
                self._passed_over += len(device_ns) if stream == self.deployment.stream else 0
                return
            self._waiting.append(piece)
            self._waiting_bytes += len(rows)
            self._changed.notify()

    def progress(self) -> Progress:
        """Figures so far."""
        broken = self._runner.broken if self._runner else 0
        kept = self.slices.kept if self.slices else Kept()
        counts = self._scored, self._unsure, self._abnormal, broken, self._passed_over
        return Progress(*counts, kept, self._error)

    def close(self) -> None:
        """Look at what waits and write the last slice; the recorder stays open."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()
        if self.slices is not None:
            self.slices.write()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._stopped:
                    self._changed.wait(1.0)
                if not self._waiting:
                    return
                piece = self._waiting.popleft()
                self._waiting_bytes -= len(piece.rows)
            try:
                self._look(piece)
            except (EdgeError, OSError) as error:  # recording goes on without the model
                with self._changed:
                    self._error = error.code if isinstance(error, EdgeError) else type(error).__name__
                    self._waiting.clear()
                    self._waiting_bytes = 0

    def _look(self, piece: Piece) -> None:
        if self.slices is not None:
            self.slices.offer(piece)
        if self._runner is not None and piece.stream == self.deployment.stream:
            for verdict in self._runner.take(piece):
                self._note(verdict)

    def _note(self, verdict: Verdict) -> None:
        self._scored += 1
        self._unsure += verdict.state == UNSURE
        self._abnormal += verdict.state == ABNORMAL
        if self._scores is not None:
            self._scores.record(verdict.device_ns, (verdict.score, verdict.state), verdict.number, verdict.host_ns)
        if verdict.state == UNSURE and self.slices is not None:
            self.slices.ask(verdict.first_host_ns, verdict.host_ns)


def request_of(deployment: Deployment) -> Request:
    """What a slice says of why it was kept."""
    return Request(model=deployment.model, deployment=deployment.id, rule=deployment.rule)
