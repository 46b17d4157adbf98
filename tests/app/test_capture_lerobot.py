"""A LeRobot dataset is captured as one recording: what genba rendered comes back with its values and its times."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genba.app.align import AlignRequest, align
from genba.app.capture import CapturedSource, CaptureRequest, capture
from genba.app.render import RenderRequest, render
from genba.errors import InvalidInput
from genba.model.signals import RAGGED, Block, Capture, Channel, Clock, Ragged, SourceFile, Stream
from genba.ports.signals import SignalLimits
from genba.readers.signals.lerobot import read
from genba.storage.captures.store import CaptureStore
from genba.storage.files import blob_of
from genba.writers.signals import lerobot as written
from genba.writers.signals.lerobot import Episode, Feature, LeRobotWriter
from genba.writers.signals.pictures import encode

BEGIN = 1_700_000_000_000_000_000
STATE = Feature(key="observation.state", dtype="float32", shape=(2,), names=("x[mm]", "force"))
REWARD = Feature(key="next.reward", dtype="float32", shape=(1,))
CAMERA = Feature(
    key="observation.images.top",
    dtype="video",
    shape=(16, 24, 3),
    names=("height", "width", "channels"),
    encoding="png",
    pixels="rgb24",
)


def picture(at: int) -> bytes:
    return encode(np.full((16, 24, 3), at % 250, np.uint8), "png")


def state(numbers: Sequence[int]) -> np.ndarray:
    return np.stack([np.asarray(numbers) * 0.5, -np.asarray(numbers)], axis=1).astype("<f4")


def dataset(root: Path, lengths: Sequence[int] = (20, 30, 10), fps: int = 30) -> Path:
    """As LeRobot writes one: no measured times; every episode in files of its own."""

    def open_file(path: str) -> Any:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        return (root / path).open("wb")

    writer = LeRobotWriter(open_file, (STATE, REWARD, CAMERA), fps=Fraction(fps), robot="arm")
    begin = 0
    for at, length in enumerate(lengths):
        numbers = range(begin, begin + length)
        writer.add(
            Episode(
                length=length,
                task=f"task {at % 2}",
                values={STATE.key: state(numbers), REWARD.key: np.arange(length, dtype="<f4")},
                pictures={CAMERA.key: [picture(number) for number in numbers]},
            )
        )
        begin += length
    writer.close()
    return root


def taken(source: Path, store: Path) -> tuple[CapturedSource, CaptureStore, Capture]:
    (found,) = capture(CaptureRequest(sources=(source,), store=store)).sources
    kept = CaptureStore(store)
    return found, kept, kept.load(found.capture)


def codes(found: CapturedSource) -> set[str]:
    return {finding.code for finding in found.findings}


def channel(store: CaptureStore, of: Capture, stream: str, name: str) -> Any:
    (described,) = (item for item in of.streams if item.id == stream)
    values = store.stream(of, stream).values[[item.name for item in described.channels].index(name)]
    if isinstance(values, Ragged):
        return [values.data[a:b] for a, b in zip(values.offsets[:-1], values.offsets[1:], strict=True)]
    return values


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of the writer, not its code: every episode begins files, and two files fill a chunk."""
    monkeypatch.setattr(written, "DATA_BYTES", 1)
    monkeypatch.setattr(written, "VIDEO_BYTES", 1)
    monkeypatch.setattr(written, "FILES_A_CHUNK", 2)


@pytest.mark.usefixtures("small_files")
def test_episodes_in_many_files_and_chunks_are_one_recording(tmp_path: Path) -> None:
    found, store, kept = taken(dataset(tmp_path / "pick"), tmp_path / "store")
    assert (tmp_path / "pick/data/chunk-001/file-000.parquet").is_file()
    assert codes(found) == {"signals.lerobot_nominal"}
    assert found.losses == {}
    assert {file.kind for file in kept.sources} == {"lerobot"}
    assert len(kept.sources) == len([path for path in (tmp_path / "pick").rglob("*") if path.is_file()])
    (values,) = [stream for stream in kept.streams if stream.id == STATE.key]
    assert [(item.name, item.dtype, item.unit) for item in values.channels] == [
        ("x[mm]", "<f4", "mm"),
        ("force", "<f4", ""),
    ]
    assert (values.rate_hz, values.properties["times"]) == (30.0, "nominal")
    assert np.array_equal(channel(store, kept, STATE.key, "x[mm]"), state(range(60))[:, 0])
    assert np.array_equal(store.stream(kept, STATE.key).sequence, np.arange(60))
    frame = channel(store, kept, "frames", "frame_index")
    assert frame.tolist() == [*range(20), *range(30), *range(10)]
    assert channel(store, kept, "frames", "timestamp").dtype == np.float32
    assert np.array_equal(channel(store, kept, "frames", "timestamp"), (frame / 30).astype("<f4"))
    times = store.stream(kept, STATE.key).device_ns
    steps = np.diff(times)
    assert np.abs(times[20:50] - times[20] - frame[20:50] * 1e9 / 30).max() <= 1
    assert np.flatnonzero(steps > 34_000_000).tolist() == [19, 49]  # between episodes nobody knows what passed
    episodes = [json.loads(text) for text in channel(store, kept, "episodes", "episode")]
    assert [(one["tasks"], one["length"]) for one in episodes] == [(["task 0"], 20), (["task 1"], 30), (["task 0"], 10)]
    assert kept.properties["task 1"] == "task 1"


@pytest.mark.usefixtures("small_files")
def test_videos_are_kept_as_they_are_and_timed_by_their_frames(tmp_path: Path) -> None:
    root = dataset(tmp_path / "pick")
    _, store, kept = taken(root, tmp_path / "store")
    assert channel(store, kept, CAMERA.key, "frame") == [picture(at) for at in range(60)]
    assert channel(store, kept, CAMERA.key, "index").tolist() == list(range(60))
    assert np.array_equal(store.stream(kept, CAMERA.key).device_ns, store.stream(kept, STATE.key).device_ns)
    container, offsets = (
        channel(store, kept, f"{CAMERA.key}/container", "bytes"),
        channel(store, kept, CAMERA.key, "offset"),
    )
    number = channel(store, kept, CAMERA.key, "chunk_index") * 2 + channel(store, kept, CAMERA.key, "file_index")
    for at, path in enumerate(sorted((root / "videos").rglob("*.mp4"))):
        rest, data = io.BytesIO(container[at]), io.BytesIO()
        for row in np.flatnonzero(number == at):
            data.write(rest.read(int(offsets[row]) - data.tell()))
            data.write(picture(int(row)))
        assert data.getvalue() + rest.read() == path.read_bytes()


def recorded(store: CaptureStore) -> None:
    """Two streams on a clock of their own, whose times jitter."""
    rng = np.random.default_rng(7)
    with store.writer("day") as writer:
        writer.source(SourceFile(name="a", size_bytes=1, sha256="cd" * 32, kind="mcap"))
        writer.add(Clock(id="arm", epoch="unix"))
        joints = Channel(name="q", dtype="<f4", shape=(2,), unit="rad", kind="position")
        writer.add(Stream(id="arm/joints", clock="arm", rate_hz=100.0, channels=(joints,)))
        writer.add(Stream(id="camera", clock="arm", channels=(Channel(name="jpeg", dtype=RAGGED, kind="image"),)))
        times = BEGIN + np.arange(300) * 10_000_000 + rng.integers(0, 2_000_000, 300)
        writer.add(Block(stream="arm/joints", device_ns=times, values=(rng.normal(size=(300, 2)).astype("<f4"),)))
        shots = [encode(np.full((16, 24, 3), at, np.uint8), "jpeg") for at in range(60)]
        offsets = np.concatenate([[0], np.cumsum([len(shot) for shot in shots])]).astype(np.int64)
        times = BEGIN + np.arange(60) * 50_000_000 + rng.integers(0, 5_000_000, 60)
        writer.add(Block(stream="camera", device_ns=times, values=(Ragged(offsets, b"".join(shots)),)))
        writer.commit()


def test_what_genba_rendered_comes_back_with_the_measured_times(tmp_path: Path) -> None:
    first = CaptureStore(tmp_path / "first")
    recorded(first)
    (before,) = first.captures()
    outcome = render(RenderRequest(store=first.root, kind="lerobot", rate="20"), now=datetime(2026, 1, 1, tzinfo=UTC))
    found, store, kept = taken(first.root / outcome.folder / "lerobot", tmp_path / "second")
    assert codes(found) == set()
    clocks = {stream.id: stream.clock for stream in kept.streams}
    assert clocks["observation.arm.joints"] == "device/arm/joints"
    assert clocks["observation.images.camera"] == "device/camera"
    assert clocks["frames"] == "reference"
    for name, stream in (("observation.arm.joints", "arm/joints"), ("observation.images.camera", "camera")):
        old, new = first.stream(before, stream), store.stream(kept, name)
        at = np.searchsorted(old.device_ns, new.device_ns)
        assert np.array_equal(old.device_ns[at], new.device_ns)  # measured, not nominal
        assert new.host_ns is not None
        assert np.array_equal(new.host_ns, new.device_ns)  # on the reference clock, which here is the same
    old, new = first.stream(before, "arm/joints"), store.stream(kept, "observation.arm.joints")
    at = np.searchsorted(old.device_ns, new.device_ns)
    assert np.array_equal(np.stack(new.values, axis=1), old.values[0][at])
    shots = channel(first, before, "camera", "jpeg")
    at = np.searchsorted(
        first.stream(before, "camera").device_ns, store.stream(kept, "observation.images.camera").device_ns
    )
    assert channel(store, kept, "observation.images.camera", "frame") == [shots[number] for number in at]
    assert len(channel(store, kept, "episodes", "episode")) == outcome.amounts["episodes"]


def test_a_dataset_is_taken_once_and_again_when_it_has_grown(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first, _, _ = taken(dataset(tmp_path / "pick"), store)
    (again,) = capture(CaptureRequest(sources=(tmp_path / "pick/meta/info.json",), store=store)).sources
    assert (again.capture, again.known_files) == ("", first.files)
    more, _, _ = taken(dataset(tmp_path / "pick", (20, 30, 10, 5)), store)
    assert more.capture not in ("", first.capture)
    assert {stream.id: stream.samples for stream in more.streams}[STATE.key] == 65


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize(
    ("spoil", "code", "left"),
    [
        (lambda root: (root / "data/chunk-000/file-001.parquet").unlink(), "signals.lerobot_file_missing", 30),
        (
            lambda root: (root / "data/chunk-001/file-000.parquet").write_bytes(b"PAR1"),
            "signals.lerobot_file_damaged",
            50,
        ),
        (lambda root: (root / "data/chunk-000/file-000.parquet").unlink(), "signals.lerobot_file_missing", 40),
    ],
)
def test_a_missing_or_damaged_table_is_a_finding_and_a_loss_and_the_rest_goes_on(
    tmp_path: Path, spoil: Callable[[Path], Any], code: str, left: int
) -> None:
    root = dataset(tmp_path / "pick")
    spoil(root)
    found, store, kept = taken(root, tmp_path / "store")
    assert code in codes(found)
    assert len(store.stream(kept, STATE.key).device_ns) == left
    assert len(store.stream(kept, CAMERA.key).device_ns) == 60
    lost = [loss for loss in kept.losses if loss.stream == STATE.key]
    assert sum(loss.count for loss in lost if loss.kind == "drop") == 60 - left


@pytest.mark.usefixtures("small_files")
def test_a_missing_video_is_a_finding_and_a_loss(tmp_path: Path) -> None:
    root = dataset(tmp_path / "pick")
    (root / f"videos/{CAMERA.key}/chunk-000/file-001.mp4").unlink()
    found, store, kept = taken(root, tmp_path / "store")
    assert "signals.lerobot_file_missing" in codes(found)
    assert channel(store, kept, CAMERA.key, "index").tolist() == [*range(20), *range(50, 60)]
    assert sum(loss.count for loss in kept.losses if loss.stream == CAMERA.key) == 30


def test_rows_that_do_not_fit_are_left_out_of_their_stream_alone(tmp_path: Path) -> None:
    root = dataset(tmp_path / "pick")
    path = root / "data/chunk-000/file-000.parquet"
    table = pq.read_table(path, use_threads=False)
    rows = [None if at == 7 else row for at, row in enumerate(table.column(STATE.key).to_pylist())]
    column = table.schema.get_field_index(STATE.key)
    pq.write_table(table.set_column(column, STATE.key, pa.array(rows, pa.list_(pa.float32()))), path)
    found, store, kept = taken(root, tmp_path / "store")
    assert "signals.lerobot_rows" in codes(found)
    assert channel(store, kept, STATE.key, "force").tolist() == [-at for at in range(60) if at != 7]
    assert len(store.stream(kept, REWARD.key).device_ns) == 60


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"codebase_version": "v2.1"}, "signals.lerobot_version"),
        ({"storage_format": "lance"}, "signals.lerobot_storage"),
        ({"fps": None}, "signals.lerobot_info"),
        ({"fps": float("inf")}, "signals.lerobot_info"),
        ({"features": []}, "signals.lerobot_info"),
    ],
)
def test_datasets_that_cannot_be_read_say_what_to_do(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    root = dataset(tmp_path / "pick", (3,))
    info = json.loads((root / "meta/info.json").read_bytes())
    (root / "meta/info.json").write_text(json.dumps({**info, **change}).replace("Infinity", "1e999"), "utf-8")
    done = capture(CaptureRequest(sources=(root,), store=tmp_path / "store"))
    assert done.exit_status == 2
    assert codes(done.sources[0]) == {code}


def test_paths_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    root = dataset(tmp_path / "pick", (5,))
    (tmp_path / "videos").mkdir()
    info = json.loads((root / "meta/info.json").read_bytes())
    (tmp_path / "outside.mp4").write_bytes((next((root / "videos").rglob("*.mp4"))).read_bytes())
    info["video_path"] = "videos/../../outside.mp4"
    (root / "meta/info.json").write_text(json.dumps(info), "utf-8")
    found, _, kept = taken(root, tmp_path / "store")
    assert "signals.lerobot_file_missing" in codes(found)
    assert CAMERA.key not in {stream.id for stream in kept.streams}


def test_frames_of_no_episode_are_kept_apart(tmp_path: Path) -> None:
    root = dataset(tmp_path / "pick")
    path = root / "meta/episodes/chunk-000/file-000.parquet"
    pq.write_table(pq.read_table(path, use_threads=False).slice(0, 2), path)
    found, store, kept = taken(root, tmp_path / "store")
    assert "signals.lerobot_video_frames" in codes(found)
    assert channel(store, kept, CAMERA.key, "frame") == [picture(at) for at in range(50)]
    assert channel(store, kept, f"{CAMERA.key}/outside", "frame") == [picture(at) for at in range(50, 60)]


def test_what_was_captured_can_be_aligned_and_rendered_again(tmp_path: Path) -> None:
    first = CaptureStore(tmp_path / "first")
    recorded(first)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    outcome = render(RenderRequest(store=first.root, kind="lerobot", rate="20"), now=now)
    _, second, _ = taken(first.root / outcome.folder / "lerobot", tmp_path / "second")
    assert align(AlignRequest(store=second.root)).exit_status == 0
    again = render(RenderRequest(store=second.root, kind="lerobot", rate="20"), now=now)
    assert again.dataset.samples >= outcome.dataset.samples - 2


def test_features_of_every_type_and_shape_keep_it(tmp_path: Path) -> None:
    root = tmp_path / "pick"
    numbers = np.arange(6)
    features: dict[str, Any] = {
        "action": {"dtype": "float32", "shape": [2], "names": {"motors": ["pan", "tilt"]}, "units": ["deg", "rad"]},
        "grid": {"dtype": "float64", "shape": [2, 3], "names": None},
        "code": {"dtype": "int64", "shape": [3], "names": None},
        "next.done": {"dtype": "bool", "shape": [1], "names": None},
        "note": {"dtype": "string", "shape": [1], "names": None},
        "observation.image": {"dtype": "image", "shape": [16, 24, 3], "names": ["height", "width", "channels"]},
    }
    columns = {
        "action": pa.array([[at, -at] for at in numbers], pa.list_(pa.float32(), 2)),
        "grid": pa.array([[[at] * 3, [9, 8, 7]] for at in numbers], pa.list_(pa.list_(pa.float64()))),
        "code": pa.array([[at, 2**60 + at, 0] for at in numbers], pa.list_(pa.int64())),
        "next.done": pa.array([at == 5 for at in numbers]),
        "note": [f"n{at}" for at in numbers],
        "observation.image": [{"bytes": picture(at), "path": None} for at in numbers],
        **dict.fromkeys(("frame_index", "index"), numbers),
        **{name: np.zeros(6, int) for name in ("episode_index", "task_index")},
        "timestamp": (numbers / 10).astype("<f4"),
    }
    (root / "meta").mkdir(parents=True)
    (root / "data/chunk-000").mkdir(parents=True)
    pq.write_table(pa.table(columns), root / "data/chunk-000/file-000.parquet")
    info = {"codebase_version": "v3.0", "fps": 10, "total_frames": 8, "features": features}
    (root / "meta/info.json").write_text(json.dumps(info), "utf-8")
    found, store, kept = taken(root, tmp_path / "store")
    assert codes(found) == {"signals.lerobot_nominal"}
    (action,) = (stream for stream in kept.streams if stream.id == "action")
    assert [(item.name, item.unit) for item in action.channels] == [("pan", "deg"), ("tilt", "rad")]
    assert channel(store, kept, "action", "tilt").tolist() == (-numbers).tolist()
    assert channel(store, kept, "grid", "grid")[4].tolist() == [[4.0] * 3, [9.0, 8.0, 7.0]]
    assert channel(store, kept, "code", "code")[5].tolist() == [5, 2**60 + 5, 0]
    assert channel(store, kept, "next.done", "next.done").tolist() == [0, 0, 0, 0, 0, 1]
    assert channel(store, kept, "note", "note") == [f"n{at}".encode() for at in numbers]
    assert channel(store, kept, "observation.image", "observation.image") == [picture(at) for at in numbers]
    assert {loss.count for loss in kept.losses} == {2}  # the description counts eight frames


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset(tmp_path_factory.mktemp("sound") / "pick", (8, 9))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damaged_byte_breaks_the_reader(sound: Path, tmp_path: Path, data: st.DataObject) -> None:
    root = tmp_path / "pick"
    shutil.copytree(sound, root, dirs_exist_ok=True)
    path = data.draw(st.sampled_from(sorted(path.relative_to(sound) for path in sound.rglob("*") if path.is_file())))
    content = bytearray((sound / path).read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    (root / path).write_bytes(content[: data.draw(st.sampled_from([len(content), len(content) // 2]))])
    streams: dict[str, int] = {}
    with suppress(InvalidInput):
        for part in read(blob_of(root / "meta/info.json", "info.json"), SignalLimits()):
            if isinstance(part, Stream):
                streams[part.id] = len(part.channels)
            elif isinstance(part, Block):
                assert len(part.values) == streams[part.stream]
                assert all(len(found) == len(part.device_ns) for found in part.values if not isinstance(found, Ragged))
