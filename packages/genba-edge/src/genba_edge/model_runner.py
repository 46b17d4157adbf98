"""Runs a deployed model over a stream's samples, window by window; needs the extra `model`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba_edge.declared import Stream
from genba_edge.deployment import Deployment
from genba_edge.errors import EdgeError
from genba_edge.slices import Piece, part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Counts = NDArray[Any]

NORMAL, UNSURE, ABNORMAL = 0, 1, 2
BATCH = 64  # windows that go through the model at once


@dataclass(frozen=True)
class Verdict:
    """What the model says of a window; the times are of its last sample but for `first_host_ns`."""

    number: int
    device_ns: int
    first_host_ns: int
    host_ns: int
    score: float
    state: int


class Model:
    """The ONNX graph."""

    def __init__(self, deployment: Deployment) -> None:
        """Load the graph and check that it takes what the deployment says."""
        try:
            import numpy
            import onnxruntime
        except ImportError as error:
            raise EdgeError("needs_extra", extra="model") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the other cores belong to the recording
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(deployment.onnx, options, ["CPUExecutionProvider"])
            names = [one.name for one in self._session.get_inputs()], [one.name for one in self._session.get_outputs()]
        except Exception as error:  # the library raises types of its own
            raise EdgeError("deployment_model", reason=type(error).__name__) from error
        if names[0] != ["windows"] or "score" not in names[1]:
            raise EdgeError("deployment_model", reason="names")
        blank = numpy.zeros((1, deployment.window, len(deployment.channels)), numpy.float32)
        if self.scores(blank).shape != (1,):
            raise EdgeError("deployment_model", reason="shape")

    def scores(self, windows: Floats) -> Floats:
        """A score for each window of calibrated values."""
        try:
            found: Floats = self._session.run(["score"], {"windows": windows})[0]
        except Exception as error:
            raise EdgeError("deployment_model", reason=type(error).__name__) from error
        return found


class Reader:
    """Reads calibrated values of the model's channels from rows of raw counts."""

    def __init__(self, deployment: Deployment, stream: Stream) -> None:
        """Refuse a stream that is not the one the model was made for."""
        import numpy as np

        if stream.id != deployment.stream:
            raise EdgeError("deployment_stream", stream=stream.id, wanted=deployment.stream)
        if stream.rate_hz and abs(stream.rate_hz - deployment.rate_hz) > 1e-3 * deployment.rate_hz:
            raise EdgeError("deployment_rate", rate_hz=stream.rate_hz, wanted=deployment.rate_hz)
        known = {channel.name: channel for channel in stream.channels}
        for name in deployment.channels:
            if name not in known or known[name].shape or known[name].dtype == "bytes":
                raise EdgeError("deployment_channel", channel=name)
        fields = [(channel.name, channel.dtype, channel.shape) for channel in stream.channels]
        self._dtype = np.dtype(fields)
        self._polynomials = [(name, known[name].calibration.coefficients) for name in deployment.channels]

    def values(self, rows: bytes) -> Floats:
        """(samples, channels) in the channels' units."""
        import numpy as np

        table: Counts = np.frombuffer(rows, self._dtype)
        out: Floats = np.empty((len(table), len(self._polynomials)), np.float32)
        for place, (name, coefficients) in enumerate(self._polynomials):
            raw = table[name].astype(np.float64)
            value = np.full(len(table), coefficients[-1] if coefficients else 0.0)
            for coefficient in reversed(coefficients[:-1]):
                value = value * raw + coefficient
            out[:, place] = value
        return out


class ModelRunner:
    """Takes one stream's samples in the order in which they came, and says what the model thinks of each window.

    A window never spans a place where samples are missing: windows begin anew behind it.
    """

    def __init__(self, deployment: Deployment, stream: Stream) -> None:
        """Load the model; raises EdgeError where it does not fit the stream."""
        self.deployment = deployment
        self._reader = Reader(deployment, stream)
        self._model = Model(deployment)
        self._held: list[tuple[Floats, Piece]] = []
        self._held_samples = 0
        self._skip = 0  # samples to the next window, where windows leave some out
        self._last: tuple[int, int] | None = None  # device time and number of the last sample
        self._step_ns = 1e9 / deployment.rate_hz if deployment.rate_hz else 0.0
        self._number = 0
        self.broken = 0  # times at which windows began anew

    def take(self, piece: Piece) -> Iterator[Verdict]:
        """Verdicts on the windows that these samples complete."""
        if not len(piece.device_ns):
            return
        start = 0
        for at, device_ns in enumerate(piece.device_ns):
            number = piece.sequence[at] if piece.sequence is not None else 0
            if self._last is not None and self._is_gap(self._last, device_ns, number, piece.sequence is None):
                self._append(part(piece, start, at))
                yield from self._score()
                start = at
                self._held.clear()
                self._held_samples = self._skip = 0
                self.broken += 1
            self._last = (device_ns, number)
        self._append(part(piece, start, len(piece.device_ns)))
        yield from self._score()

    def _is_gap(self, last: tuple[int, int], device_ns: int, number: int, by_time: bool) -> bool:
        if by_time:
            return not 0 < device_ns - last[0] < 1.5 * self._step_ns
        return number != last[1] + 1 and not (number == 0 and 0 < device_ns - last[0] < 1.5 * self._step_ns)

    def _append(self, piece: Piece) -> None:
        if len(piece.device_ns):
            self._held.append((self._reader.values(piece.rows), piece))
            self._held_samples += len(piece.device_ns)

    def _score(self) -> Iterator[Verdict]:
        import numpy as np

        window, step = self.deployment.window, self.deployment.step
        if self._held_samples < self._skip + window:
            return
        values = np.concatenate([values for values, _ in self._held])
        times = np.concatenate([np.asarray(piece.device_ns, np.int64) for _, piece in self._held])
        sizes = [len(piece.device_ns) for _, piece in self._held]
        hosts = np.repeat(np.array([piece.host_ns for _, piece in self._held], np.int64), sizes)
        starts = range(self._skip, len(values) - window + 1, step)
        for at in range(0, len(starts), BATCH):
            chosen = starts[at : at + BATCH]
            windows = np.stack([values[start : start + window] for start in chosen])
            for start, score in zip(chosen, self._model.scores(windows), strict=True):
                last = start + window - 1
                yield self._verdict(int(times[last]), int(hosts[start]), int(hosts[last]), float(score))
        self._keep_from(starts[-1] + step)

    def _keep_from(self, start: int) -> None:
        """Forget the samples that no later window holds."""
        self._skip = start
        while self._held and self._skip >= len(self._held[0][0]):
            gone = len(self._held.pop(0)[0])
            self._skip -= gone
            self._held_samples -= gone

    def _verdict(self, device_ns: int, first_host_ns: int, host_ns: int, score: float) -> Verdict:
        deployment = self.deployment
        state = UNSURE if deployment.is_unsure(score) else ABNORMAL if score >= deployment.threshold else NORMAL
        self._number += 1
        return Verdict(self._number - 1, device_ns, first_host_ns, host_ns, score, state)
