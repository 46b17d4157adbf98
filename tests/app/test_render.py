import itertools
import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from genba.app.render import RenderRequest, render
from genba.cli.main import main
from genba.errors import Conflict, GenbaError, InvalidInput, NotFound
from genba.model.clock import ClockModel, ClockRefusal, Timebase
from genba.model.signals import Block, Calibration, Capture, Channel, Clock, Ragged, Request, SourceFile, Stream
from genba.ports.signals import SignalLimits
from genba.readers.signals.mcap import read as read_mcap
from genba.storage.captures.store import CaptureStore
from genba.storage.files import blob_of
from genba.storage.product import load_product
from genba.storage.rendered import RenderedStore
from genba.writers.signals.pictures import encode

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BEGIN = 1_700_000_000_000_000_000  # 2023-11-15 07:13:20 in Japan
VIBRATION = Stream(
    id="spindle/vibration",
    clock="daq",
    rate_hz=1000.0,
    properties={"machine": "MC-07"},
    channels=(
        Channel(name="x", dtype="<i2", unit="m/s2", kind="vibration", calibration=Calibration(coefficients=(0.0, 0.5))),
        Channel(name="y", dtype="<i2", unit="m/s2", kind="vibration"),
    ),
)
JOINTS = Stream(
    id="arm/joints",
    clock="arm",
    rate_hz=100.0,
    channels=(Channel(name="q", dtype="<f4", shape=(2,), unit="rad", kind="position"),),
)
CAMERA = Stream(
    id="camera", clock="arm", channels=(Channel(name="frame", dtype="|u1", shape=(24, 32, 3), kind="image"),)
)

JOINTS_ELSEWHERE = replace(JOINTS, id="arm/other", clock="c")


def shot(at: int) -> np.ndarray:
    picture = np.full((24, 32, 3), 3 * at, np.uint8)
    picture[:, :, 0] = np.arange(32) * 4
    return picture


def recorded(
    store: CaptureStore, *, seconds: int = 4, title: str = "day", lost: tuple[int, int] = (0, 0), model: str = ""
) -> Capture:
    """A capture whose arm counts from its own boot, 2 s before the rest began."""
    with store.writer(title) as writer:
        writer.source(SourceFile(name=f"{title}.bin", size_bytes=9, sha256="ab" * 32, kind="edge"))
        writer.add(Clock(id="daq", epoch="unix"))
        writer.add(Clock(id="arm", epoch="boot"))
        if model:
            writer.add(Request(model=model, deployment="d", rule="uncertain"))
        for stream in (VIBRATION, JOINTS, CAMERA):
            writer.add(stream)
        number = np.arange(1000 * seconds)
        kept = number[(number < lost[0]) | (number >= lost[1])]
        counts = (number % 200 - 100).astype("<i2")[kept]
        times = BEGIN + kept * 1_000_000
        writer.add(Block(stream=VIBRATION.id, device_ns=times, values=(counts, counts), sequence=kept))
        arm = 2_000_000_000 + np.arange(100 * seconds) * 10_000_000 + 1_234
        angles = np.stack([np.arange(len(arm)) * 0.01, np.zeros(len(arm))], axis=1).astype("<f4")
        writer.add(Block(stream=JOINTS.id, device_ns=arm, values=(angles,)))
        shots = 2_000_000_000 + np.arange(20 * seconds) * 50_000_000
        pictures = np.stack([shot(at) for at in range(len(shots))])
        writer.add(Block(stream=CAMERA.id, device_ns=shots, values=(pictures,)))
        return writer.commit()


def aligned(store: CaptureStore, capture: Capture) -> None:
    model = ClockModel(
        clock="arm",
        reference="daq",
        method="pairs",
        epoch_ns=2_000_000_000,
        offset_ns=BEGIN - 2_000_000_000,
        variance=(100.0**2, 0.0, 0.0),
    )
    store.keep_timebase(capture.id, Timebase(reference="daq", models=(model,)))


@pytest.fixture
def store(tmp_path: Path) -> CaptureStore:
    found = CaptureStore(tmp_path / "store")
    aligned(found, recorded(found))
    return found


def made(store: CaptureStore, kind: str, **options: Any) -> tuple[Any, Path]:
    outcome = render(RenderRequest(store=store.root, kind=kind, **options), now=NOW)
    return outcome, store.root / outcome.folder


def table(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path, use_threads=False).to_pylist()
    return found


def code_of(call: Any) -> str:
    with pytest.raises(GenbaError) as caught:
        call()
    return caught.value.code


def test_windows_hold_calibrated_samples_at_their_measured_times(store: CaptureStore) -> None:
    outcome, folder = made(store, "windows", streams=("spindle/vibration",), window="256/128")
    values = np.load(folder / "windows/values.npy", mmap_mode="r")
    rows = table(folder / "windows/windows.parquet")
    about = json.loads((folder / "windows/windows.json").read_text())
    assert values.dtype == np.float32 and values.shape == (len(rows), 256, 2) == (outcome.dataset.samples, 256, 2)
    assert (about["rate_hz"], about["channels"], about["units"]) == (1000.0, ["x", "y"], ["m/s2", "m/s2"])
    assert rows[1]["first_ns"] == BEGIN + 128_000_000 and rows[1]["last_ns"] == BEGIN + 383_000_000
    assert values[1, 0].tolist() == [14.0, 28.0]  # 128 % 200 - 100, the one halved by its calibration
    assert {row["machine"] for row in rows} == {"MC-07"}


def test_no_window_spans_a_gap_and_the_ledger_is_counted(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "store")
    aligned(store, recorded(store, lost=(1000, 1003)))
    _, folder = made(store, "windows", streams=("spindle/vibration",), window="300")
    rows = table(folder / "windows/windows.parquet")
    assert all(not row["first_ns"] <= BEGIN + 1_001_000_000 <= row["last_ns"] for row in rows)
    assert all(row["last_ns"] - row["first_ns"] == 299_000_000 for row in rows)
    assert len(rows) == 3 + 9


def test_windows_of_several_streams_lie_on_one_raster(store: CaptureStore) -> None:
    _, folder = made(store, "windows", streams=("spindle/vibration", "arm/joints"), window="100", rate="500:linear")
    about = json.loads((folder / "windows/windows.json").read_text())
    values = np.load(folder / "windows/values.npy")
    rows = table(folder / "windows/windows.parquet")
    assert about["channels"] == ["spindle/vibration.x", "spindle/vibration.y", "arm/joints.q[0]", "arm/joints.q[1]"]
    assert about["rate_hz"] == 500.0 and about["stream"] == "spindle/vibration+arm/joints"
    assert np.allclose(np.diff(values[2, :, 2]), 0.002, atol=1e-4)  # 1 rad/s on a line
    assert 0 < max(row["farthest_ns"] for row in rows) <= 5_000_000
    assert max(row["half_width_ns"] for row in rows) == 196


def test_lots_and_what_was_wrong_with_them_label_windows(store: CaptureStore, tmp_path: Path) -> None:
    text = (
        "生産実績,,,,,\n設備,ロット,開始,終了,判定,不良区分\n"
        "MC-07,L1,2023/11/15 07:13:18.000,2023/11/15 07:13:21.000,OK,\n"
        "MC-07,L2,2023/11/15 07:13:21.500,2023/11/15 07:13:30.000,NG,軸受異音\n"
        "MC-08,L3,2023/11/15 07:13:18.000,2023/11/15 07:13:30.000,NG,\n"
    )
    path = tmp_path / "生産実績.csv"
    path.write_bytes(text.encode("cp932"))
    records = (f"Asia/Tokyo={path}",)
    outcome, folder = made(store, "windows", streams=("spindle/vibration",), window="250", records=records)
    rows = table(folder / "windows/windows.parquet")
    labels = [(row["lot"], row["label"]) for row in rows]
    assert labels[:3] == [("L1", "normal")] * 3
    assert labels[4:6] == [("", ""), ("", "")]  # between two lots
    assert labels[-1] == ("L2", "軸受異音")
    assert "records" in outcome.dataset.options


def test_annotations_outweigh_lots_and_half_a_window_makes_a_fault(store: CaptureStore, tmp_path: Path) -> None:
    capture = store.captures()[0]
    path = tmp_path / "notes.csv"
    notes = [
        ("", "", BEGIN, BEGIN + 1_999_000_000, "normal"),
        (capture.id, "spindle/vibration", BEGIN + 500_000_000, BEGIN + 700_000_000, "chatter"),
        (capture.id, "other", BEGIN, BEGIN + 9_000_000_000, "wrong stream"),
        ("", "", BEGIN, BEGIN + 9_000_000_000, ""),
    ]
    lines = ["capture,stream,first_ns,last_ns,label", *(",".join(map(str, note)) for note in notes)]
    path.write_text("\n".join(lines), encoding="utf-8")
    _, folder = made(store, "windows", streams=("spindle/vibration",), window="250", records=(str(path),))
    labels = [row["label"] for row in table(folder / "windows/windows.parquet")]
    assert labels[:8] == ["normal", "normal", "chatter", *["normal"] * 5]
    assert set(labels[8:]) == {""}


def test_uncertain_slices_name_the_model_that_asked(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "store")
    aligned(store, recorded(store, model="m" * 20))
    outcome, folder = made(store, "windows", streams=("spindle/vibration",))
    assert outcome.dataset.asked_by == ("m" * 20,)
    assert {row["asked_by"] for row in table(folder / "windows/windows.parquet")} == {"m" * 20}


def test_a_dataset_is_a_product_and_the_same_again(store: CaptureStore, tmp_path: Path) -> None:
    for kind in ("windows", "lerobot", "mcap", "parquet"):
        options = {"streams": ("spindle/vibration",)} if kind == "windows" else {}
        first, folder = made(store, kind, **options)
        product = load_product(folder)
        assert [entry.id for entry in product.dataset.documents] == list(first.dataset.captures)
        assert RenderedStore(store.root).load(first.dataset.id) == first.dataset
        listed = {entry.path for entry in product.manifest.files}
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert there - listed == {"manifest.json", "run.json"}
        again = CaptureStore(tmp_path / f"again-{kind}")
        aligned(again, recorded(again))
        second, other = made(again, kind, **options)
        assert second.dataset == first.dataset
        assert all((folder / path).read_bytes() == (other / path).read_bytes() for path in listed)


def test_what_describes_a_dataset_is_as_its_schemas_say(store: CaptureStore) -> None:
    _, folder = made(store, "windows", streams=("spindle/vibration",))
    files = {
        "rendered": "lineage.json",
        "windows": "windows/windows.json",
        "manifest": "manifest.json",
        "dataset": "dataset.json",
        "run": "run.json",
    }
    for name, path in files.items():
        found = json.loads(resources.files("genba").joinpath("schemas", f"{name}.json").read_bytes())
        Draft202012Validator.check_schema(found)
        assert not list(Draft202012Validator(found).iter_errors(json.loads((folder / path).read_bytes()))), path


@pytest.mark.parametrize("kind", ["lerobot", "parquet", "mcap", "windows"])
def test_croissant_descriptions_are_understood_by_mlcroissant(store: CaptureStore, kind: str) -> None:
    from mlcroissant import Dataset

    _, folder = made(store, kind, streams=("spindle/vibration",))
    described = Dataset(jsonld=folder / "croissant.json")
    assert not described.metadata.ctx.issues.errors
    assert {item.uuid for item in described.metadata.distribution if item.uuid.endswith(".json")} <= {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.json")
    }


def test_frames_hold_the_nearest_sample_and_say_how_far_it_is(store: CaptureStore) -> None:
    outcome, folder = made(store, "lerobot", streams=("arm/joints=observation.state", "camera"), rate="30")
    frames = table(folder / "lerobot/data/chunk-000/file-000.parquet")
    assert len(frames) == outcome.dataset.samples == 119  # to the last picture, at 3.95 s
    for frame in frames:
        moment = frame["genba.time_ns"] - BEGIN
        nearest = round((moment - 1_234) / 10_000_000)
        assert frame["observation.state"][0] == pytest.approx(nearest * 0.01, abs=1e-5)
        assert frame["genba.distance_ns"][0] == nearest * 10_000_000 + 1_234 - moment
        assert frame["genba.device_ns"][0] == 2_000_000_000 + nearest * 10_000_000 + 1_234
    assert all(abs(frame["timestamp"] - at / 30) < 1e-6 for at, frame in enumerate(frames))
    assert outcome.dataset.farthest_ns == max(abs(d) for frame in frames for d in frame["genba.distance_ns"])


@pytest.mark.parametrize(("kind", "tolerance"), [("lerobot", 12), ("lerobot:lossless", 0)])
def test_videos_show_the_picture_of_each_frame(store: CaptureStore, kind: str, tolerance: int) -> None:
    _, folder = made(store, kind, streams=("camera",), rate="40")
    video = cv2.VideoCapture(str(folder / "lerobot/videos/observation.images.camera/chunk-000/file-000.mp4"))
    frames = table(folder / "lerobot/data/chunk-000/file-000.parquet")
    for frame in frames:
        _, picture = video.read()
        at = round((frame["genba.device_ns"] - 2_000_000_000) / 50_000_000)
        assert np.abs(picture[..., ::-1].astype(int) - shot(at)).max() <= tolerance
    assert not video.read()[0]


def test_pictures_in_the_table_are_lossless(store: CaptureStore) -> None:
    _, folder = made(store, "lerobot:images", streams=("camera",), rate="20")
    frames = table(folder / "lerobot/data/chunk-000/file-000.parquet")
    data = np.frombuffer(frames[7]["observation.images.camera"]["bytes"], np.uint8)
    assert (cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1] == shot(7)).all()


def test_pictures_that_came_as_jpeg_are_not_encoded_again(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "store")
    came = [encode(np.ascontiguousarray(shot(at)), "jpeg") for at in range(20)]
    offsets = np.concatenate([[0], np.cumsum([len(data) for data in came])]).astype(np.int64)
    with store.writer("jpeg") as writer:
        writer.source(SourceFile(name="a", size_bytes=1, sha256="cd" * 32, kind="mcap"))
        writer.add(Clock(id="c", epoch="unix"))
        writer.add(Stream(id="camera", clock="c", channels=(Channel(name="jpeg", dtype="bytes", kind="image"),)))
        times = BEGIN + np.arange(20) * 100_000_000
        writer.add(Block(stream="camera", device_ns=times, values=(Ragged(offsets, b"".join(came)),)))
        writer.commit()
    outcome, folder = made(store, "lerobot", rate="10")
    video = (folder / "lerobot/videos/observation.images.camera/chunk-000/file-000.mp4").read_bytes()
    assert all(data in video for data in came)
    assert outcome.amounts["copied"] == 1


def test_gaps_part_episodes(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "store")
    aligned(store, recorded(store, lost=(1000, 1500)))
    outcome, folder = made(store, "lerobot", streams=("spindle/vibration",), rate="50")
    episodes = table(folder / "lerobot/meta/episodes/chunk-000/file-000.parquet")
    assert len(episodes) == outcome.amounts["episodes"] == 2
    assert episodes[0]["genba/last_ns"] < BEGIN + 1_010_000_000 < BEGIN + 1_490_000_000 < episodes[1]["genba/first_ns"]


def test_unaligned_clocks_are_refused_with_the_way_out(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "store")
    capture = recorded(store)
    assert code_of(lambda: made(store, "lerobot")) == "render.not_aligned"
    assert made(store, "lerobot", streams=("arm/joints",))[0].exit_status == 0
    refusal = ClockRefusal(clock="arm", reference="daq", method="pairs", code="clock.weak")
    store.keep_timebase(capture.id, Timebase(reference="daq", refusals=(refusal,)))
    with pytest.raises(Conflict, match="no_common_time"):
        made(store, "lerobot", streams=("arm/joints",))
    outcome, _ = made(store, "parquet")
    assert outcome.exit_status == 1
    assert [code for _, code in outcome.left_out] == ["render.no_common_time"] * 2


def test_captures_without_the_stream_are_left_out_and_said_so(store: CaptureStore) -> None:
    with store.writer("other machine") as writer:
        writer.source(SourceFile(name="b", size_bytes=1, sha256="ef" * 32, kind="edge"))
        writer.add(Clock(id="c", epoch="unix"))
        writer.add(JOINTS_ELSEWHERE)
        values = (np.zeros((50, 2), "<f4"),)
        writer.add(Block(stream="arm/other", device_ns=BEGIN + np.arange(50) * 10_000_000, values=values))
        writer.commit()
    outcome, _ = made(store, "windows", streams=("spindle/vibration",))
    assert outcome.left_out == (("other machine", "render.without_stream"),)
    assert len(outcome.dataset.captures) == 1
    missing = code_of(lambda: made(store, "windows", streams=("spindle/vibration",), captures=("other machine",)))
    assert missing == "store.no_such_stream"


def test_options_that_say_nothing_are_refused(store: CaptureStore) -> None:
    assert code_of(lambda: made(store, "lerobot:gold")) == "render.unknown_kind"
    assert code_of(lambda: made(store, "lerobot", rate="0")) == "render.bad_rate"
    assert code_of(lambda: made(store, "lerobot", rate="30:magic")) == "render.bad_rate"
    assert code_of(lambda: made(store, "lerobot", rate="3/0")) == "render.bad_rate"
    assert code_of(lambda: made(store, "windows", window="3")) == "render.bad_window"
    assert code_of(lambda: made(store, "windows", streams=("arm/joints=a/b",))) == "render.bad_stream"
    assert code_of(lambda: made(store, "windows")) == "render.which_stream"
    assert (
        code_of(lambda: made(store, "windows", streams=("spindle/vibration",), window="90000")) == "render.no_windows"
    )
    with pytest.raises(NotFound, match="no_such_capture"):
        made(store, "mcap", captures=("nothing",))
    with pytest.raises(InvalidInput, match="broken_table"):
        made(store, "windows", streams=("spindle/vibration",), records=("nowhere.csv",))


def test_a_dataset_that_fails_leaves_nothing_behind(store: CaptureStore) -> None:
    assert code_of(lambda: made(store, "windows", streams=("camera",))) == "render.which_stream"
    assert RenderedStore(store.root).datasets() == ()
    assert not list((store.root / "datasets").iterdir())


def test_parquet_keeps_counts_times_and_what_they_mean(store: CaptureStore) -> None:
    _, folder = made(store, "parquet", streams=("spindle/vibration", "camera"))
    path = next((folder / "parquet").glob("*/spindle.vibration.parquet"))
    rows = table(path)
    assert [rows[3][name] for name in ("x.raw", "x", "y")] == [-97, -48.5, -97]
    assert rows[3]["reference_ns"] == rows[3]["device_ns"] == BEGIN + 3_000_000 and rows[3]["sequence"] == 3
    assert pq.read_schema(path).field("x").metadata[b"unit"] == b"m/s2"


def test_mcap_holds_raw_counts_in_blocks_and_comes_back_through_our_own_reader(store: CaptureStore) -> None:
    from rosbags.typesys import Stores, get_types_from_msg, get_typestore

    _, folder = made(store, "mcap")
    path = next((folder / "mcap").glob("*.mcap"))
    parts = list(read_mcap(blob_of(path, "a.mcap"), SignalLimits()))
    streams = {part.id: part for part in parts if isinstance(part, Stream)}
    assert set(streams) == {"spindle/vibration", "arm/joints", "camera"}
    blocks = [part for part in parts if isinstance(part, Block) and part.stream == "spindle/vibration"]
    message = streams["spindle/vibration"].channels[0]
    name, definition = message.properties["schema_name"], message.properties["schema"]
    types = get_typestore(Stores.EMPTY)
    types.register(get_types_from_msg(definition, name))
    found = []
    for block in blocks:
        values = block.values[0]
        assert isinstance(values, Ragged)
        ends = values.offsets.tolist()
        found += [types.deserialize_cdr(values.data[a:b], name) for a, b in itertools.pairwise(ends)]
    assert len(found) == 4  # a second each
    assert np.array_equal(np.concatenate([one.x for one in found]), np.arange(4000) % 200 - 100)
    assert np.array_equal(np.concatenate([one.device_ns for one in found]), BEGIN + np.arange(4000) * 1_000_000)
    shots = [part for part in parts if isinstance(part, Block) and part.stream == "camera"]
    assert sum(len(block.device_ns) for block in shots) == 80


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_command_says_what_came_out_and_what_to_do_next(
    store: CaptureStore, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    asked = ["render", str(store.root), "--as", "windows", "--stream", "spindle/vibration", "--lang", lang]
    assert main(asked) == 0
    shown = capsys.readouterr().out
    (dataset,) = RenderedStore(store.root).datasets()
    assert dataset.id in shown and "genba learn" in shown
    assert main([*asked[:2], "--as", "nothing", "--lang", lang]) == 2
    assert "render.unknown_kind" in capsys.readouterr().err
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dataset"]["id"] == dataset.id


def test_the_real_loader_takes_every_frame(store: CaptureStore) -> None:
    """With LeRobot itself, where its environment (benchmarks/peers-robot.lock) is installed."""
    python = Path(os.environ.get("GENBA_PEERS_ROBOT", ROOT / ".venv-peers" / "robot")) / "bin" / "python"
    if not python.exists():
        pytest.skip("needs LeRobot: install benchmarks/peers-robot.lock and name its folder in GENBA_PEERS_ROBOT")
    _, folder = made(store, "lerobot", streams=("arm/joints=observation.state", "camera"), rate="30000/1001")
    done = subprocess.run(
        [str(python), str(ROOT / "benchmarks" / "rendering_loader.py"), str(folder / "lerobot")],
        env=dict(os.environ) | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(store.root / "hf")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1])["frames"] == 119
