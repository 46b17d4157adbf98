"""A model beside the recording: it sees every whole window, never one with a hole, and recording never waits for it."""

from __future__ import annotations

import hashlib
from array import array
from pathlib import Path

import pytest

from genba_edge.declared import Calibration, Channel, Clock
from genba_edge.deployment import Deployment
from genba_edge.diskqueue import Queue
from genba_edge.errors import EdgeError
from genba_edge.recorder import Options, Recorder
from genba_edge.slices import Budget, Slices
from genba_edge.watch import Watch, request_of

np = pytest.importorskip("numpy", reason="needs numpy: pip install genba-edge[model]")
onnx = pytest.importorskip("onnx", reason="needs onnx: pip install onnx")
pytest.importorskip("onnxruntime", reason="needs onnxruntime: pip install genba-edge[model]")

WINDOW, STEP = 8, 4
DAQ = Clock(id="daq", epoch="start")
CHANNELS = (
    Channel(name="x", dtype="<i2", calibration=Calibration.linear(0.5, 1.0)),
    Channel(name="spare", dtype="|u1"),
    Channel(name="y", dtype="<i2", calibration=Calibration(coefficients=(0.0, 0.0, 0.25))),
)


def graph(inputs: str = "windows") -> bytes:
    """The mean of a window's absolute values."""
    nodes = [
        onnx.helper.make_node("Abs", [inputs], ["all"]),
        onnx.helper.make_node("ReduceMean", ["all"], ["score"], axes=[1, 2], keepdims=0),
    ]
    kind = onnx.TensorProto.FLOAT
    made = onnx.helper.make_graph(
        nodes,
        "mean",
        [onnx.helper.make_tensor_value_info(inputs, kind, ["n", WINDOW, 2])],
        [onnx.helper.make_tensor_value_info("score", kind, ["n"])],
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 13)])
    model.ir_version = 8
    return bytes(model.SerializeToString())


def deployment(onnx_bytes: bytes = b"", **changes: object) -> Deployment:
    raw = onnx_bytes or graph()
    facts: dict[str, object] = {
        "id": "d" * 20, "model": hashlib.sha256(raw).hexdigest()[:20], "machine": "", "stream": "vibration",
        "channels": ("x", "y"), "window": WINDOW, "step": STEP, "rate_hz": 1000.0, "threshold": 10.0,
        "uncertain": (5.0, 15.0), "rule": "uncertain", "onnx": raw,
    }  # fmt: skip
    return Deployment(**(facts | changes))  # type: ignore[arg-type]


def rows(values: list[tuple[int, int]]) -> bytes:
    kinds = np.dtype([("x", "<i2"), ("spare", "|u1"), ("y", "<i2")])
    return bytes(np.array([(x, 9, y) for x, y in values], kinds).tobytes())


def calibrated(values: list[tuple[int, int]]) -> object:
    return np.array([(1 + 0.5 * x, 0.25 * y * y) for x, y in values], np.float32)


def watching(folder: Path, *, slices: Slices | None = None, background: bool = False, **changes: object) -> Watch:
    recorder = Recorder(folder / "queue", "gate", run="run", options=Options(in_background=False))
    watch = Watch(recorder, deployment(**changes), slices, in_background=background)  # type: ignore[arg-type]
    watch.stream("vibration", CHANNELS, clock=DAQ, rate_hz=1000.0)
    return watch


def show(watch: Watch, first: int, values: list[tuple[int, int]], size: int = 5) -> None:
    for at in range(0, len(values), size):
        piece = values[at : at + size]
        numbers = array("q", range(first + at, first + at + len(piece)))
        times = array("q", [1_000_000 * number for number in numbers])
        watch.extend("vibration", times, rows(piece), numbers, times[-1] + 500)


def test_every_window_is_scored_on_calibrated_values_as_numpy_would(tmp_path: Path) -> None:
    values = [(number * 7 % 60 - 30, number % 11) for number in range(40)]
    seen: list[float] = []
    watch = watching(tmp_path)
    assert watch._scores is not None
    taken = watch._scores.record
    watch._scores.record = lambda *sample: (seen.append(sample[1][0]), taken(*sample))  # type: ignore[method-assign]
    show(watch, 0, values)
    watch.close()
    windows = np.stack([calibrated(values)[at : at + WINDOW] for at in range(0, 40 - WINDOW + 1, STEP)])
    assert seen == pytest.approx(np.abs(windows).mean(axis=(1, 2)).tolist(), rel=1e-6)
    assert watch.progress().scored == len(windows)


def test_a_window_never_spans_a_hole(tmp_path: Path) -> None:
    watch = watching(tmp_path)
    show(watch, 0, [(0, 0)] * 11)  # one window, and 3 samples over
    show(watch, 13, [(0, 0)] * 11)  # 2 samples are missing: begins anew
    watch.close()
    progress = watch.progress()
    assert (progress.scored, progress.broken) == (2, 1)
    watch.recorder.close()


def test_a_counter_that_begins_again_in_time_is_no_hole(tmp_path: Path) -> None:
    watch = watching(tmp_path)
    for number in range(16):
        watch.extend(
            "vibration", [number * 1_000_000], rows([(0, 0)]), [(65_530 + number) % 65_536], number * 1_000_000
        )
    watch.close()
    assert (watch.progress().scored, watch.progress().broken) == (3, 0)
    watch.recorder.close()


def test_unsure_windows_come_back_as_slices_of_what_was_recorded(tmp_path: Path) -> None:
    asked = deployment()
    kept = Slices(Queue(tmp_path / "slices"), "gate", "run", request_of(asked), Budget())
    watch = watching(tmp_path, slices=kept)
    show(watch, 0, [(0, 0)] * 16 + [(20, 0)] * 16 + [(2000, 0)] * 16)
    watch.close()
    watch.recorder.close()
    progress = watch.progress()
    assert progress.unsure > 0
    assert progress.abnormal > 0
    assert progress.kept.slices == 1
    (path,) = Queue(tmp_path / "slices").final()
    assert asked.model.encode() in path.read_bytes()


def test_recording_goes_on_when_the_model_is_too_slow(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "queue", "gate", run="run", options=Options(in_background=False))
    watch = Watch(recorder, deployment(), pending_bytes=0)
    watch.stream("vibration", CHANNELS, clock=DAQ, rate_hz=1000.0)
    show(watch, 0, [(0, 0)] * 50)
    watch.close()
    recorder.flush()
    assert watch.progress().passed_over == 50
    assert watch.progress().scored == 0
    assert recorder.state().written == 50
    recorder.close()


def test_in_the_background_the_same_windows_are_scored(tmp_path: Path) -> None:
    watch = watching(tmp_path, background=True)
    show(watch, 0, [(number, 0) for number in range(400)], size=16)
    watch.close()
    assert watch.progress().scored == (400 - WINDOW) // STEP + 1
    assert watch.progress().passed_over == 0
    watch.recorder.close()


def test_scores_are_recorded_as_a_stream_that_names_model_and_deployment(tmp_path: Path) -> None:
    watch = watching(tmp_path)
    show(watch, 0, [(0, 0)] * 16)
    watch.close()
    watch.recorder.close()
    (path,) = Queue(tmp_path / "queue").final()
    raw = path.read_bytes()
    assert b'"model/score"' in raw
    assert b'"deployment":"' + b"d" * 20 in raw


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channels": ("x", "z")}, "deployment_channel"),
        ({"rate_hz": 900.0}, "deployment_rate"),
        ({"onnx_bytes": b"no graph"}, "deployment_model"),
        ({"onnx_bytes": graph("other")}, "deployment_model"),
        ({"window": WINDOW + 1}, "deployment_model"),
    ],
)
def test_a_model_that_does_not_fit_the_stream_is_refused_at_once(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(EdgeError) as refusal:
        watching(tmp_path, **changes)
    assert refusal.value.code == code
