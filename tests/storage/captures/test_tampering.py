"""Files of a store that somebody changed are refused by name: no crash, no foreign path, no memory beyond limits."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from genba.errors import InvalidInput
from genba.model.clock import ClockModel, ClockRefusal, Timebase
from genba.model.signals import RAGGED, Block, Channel, Clock, Ragged, Stream
from genba.storage.captures import segment
from genba.storage.captures.store import CaptureStore
from genba.storage.models import ModelStore
from genba.storage.rendered import RenderedStore
from genba.storage.windows import load_dataset
from genba.writers.signals import windows as written

STREAM = Stream(id="a", channels=(Channel(name="x", dtype="<i2"),), clock="device")
NESTED = b'{"format": "x", "more": ' + b"[" * 200_000
IDENTITY = "ab" * 10


def kept(root: Path) -> Path:
    with CaptureStore(root).writer("run") as writer:
        writer.add(Clock(id="device"))
        writer.add(STREAM)
        writer.add(Block(stream="a", device_ns=np.arange(9), values=(np.arange(9, dtype="<i2"),)))
        capture = writer.commit()
    return root / "captures" / capture.id / "capture.json"


def refused(caught: pytest.ExceptionInfo[InvalidInput]) -> bool:
    return caught.value.code in {"store.broken_file", "store.newer_format", "learn.broken_file"}


@pytest.mark.parametrize("name", ["capture", "timebase", "store"])
def test_json_nested_without_end_is_a_broken_file(tmp_path: Path, name: str) -> None:
    path = kept(tmp_path)
    store = CaptureStore(tmp_path)
    target = {"store": tmp_path / "genba-signals.json"}.get(name, path.with_name(f"{name}.json"))
    target.write_bytes(NESTED)
    with pytest.raises(InvalidInput) as caught:
        if name == "timebase":
            store.timebase(path.parent.name)
        else:
            CaptureStore(tmp_path).captures()
    assert refused(caught)


@pytest.mark.parametrize("place", ["datasets", "models", "deployments"])
def test_json_nested_without_end_breaks_no_other_part_of_a_store(tmp_path: Path, place: str) -> None:
    names = {
        "datasets": f"datasets/{IDENTITY}/lineage.json",
        "models": f"models/{IDENTITY}/model.json",
        "deployments": f"deployments/{IDENTITY}.json",
    }
    target = tmp_path / names[place]
    target.parent.mkdir(parents=True)
    target.write_bytes(NESTED)
    with pytest.raises(InvalidInput) as caught:
        {
            "datasets": RenderedStore(tmp_path).datasets,
            "models": ModelStore(tmp_path).models,
            "deployments": ModelStore(tmp_path).deployments,
        }[place]()
    assert refused(caught)


def test_a_dataset_that_names_another_than_its_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "datasets" / IDENTITY
    folder.mkdir(parents=True)
    lineage = {
        "format": "genba-rendered/1.0",
        "id": "../../x",
        "title": "",
        "kind": "mcap",
        "captures": [],
        "samples": 1,
    }
    (folder / "lineage.json").write_text(json.dumps(lineage))
    with pytest.raises(InvalidInput) as caught:
        RenderedStore(tmp_path).datasets()
    assert refused(caught)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("segments", {"stream": "another"}),
        ("segments", {"count": -1}),
        ("segments", {"first_ns": 2**63}),
        ("streams", {"id": "another"}),
        ("channels", {"dtype": "|O"}),
        ("channels", {"dtype": "no type"}),
        ("channels", {"shape": [-1]}),
        ("capture", {"id": "../../x"}),
    ],
)
def test_a_description_that_contradicts_itself_is_refused_when_it_is_read(
    tmp_path: Path, part: str, change: dict[str, Any]
) -> None:
    path = kept(tmp_path)
    data = json.loads(path.read_text("utf-8"))
    places = {
        "segments": data["segments"][0],
        "streams": data["streams"][0],
        "channels": data["streams"][0]["channels"][0],
        "capture": data,
    }
    places[part].update(change)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        CaptureStore(tmp_path).captures()
    assert refused(caught)


def test_a_segment_that_claims_many_large_columns_costs_no_memory() -> None:
    column = segment.Column(name="x", count=1 << 30, size_bytes=0, dtype="|u1")
    header = segment.Header(
        format=segment.FORMAT, stream="a", count=1, raw_bytes=9, raw_sha256="", columns=(column,) * 50
    )
    raw = msgspec.json.encode(header)
    with pytest.raises(InvalidInput, match="cannot_decode"):
        segment.decode(segment.MAGIC + len(raw).to_bytes(4, "little") + raw, STREAM)


@pytest.mark.parametrize("offsets", [[0, 5, 3], [0, 1, 2], [0, 2, 4]])
def test_byte_strings_whose_lengths_do_not_fit_their_bytes_are_not_given(offsets: list[int]) -> None:
    stream = Stream(id="a", channels=(Channel(name="m", dtype=RAGGED),), clock="device")
    block = Block(stream="a", device_ns=np.arange(2), values=(Ragged(np.array(offsets), b"abc"),))
    with pytest.raises(InvalidInput, match="cannot_decode"):
        segment.decode(segment.encode(block, stream).data, stream)


def test_what_an_alignment_could_not_measure_leaves_a_timebase_that_can_be_read(tmp_path: Path) -> None:
    path = kept(tmp_path)
    nothing = {"peaks": float("inf"), "ratio": float("nan"), "events": 3.0}
    model = ClockModel(clock="device", reference="host", method="events", epoch_ns=0, offset_ns=1, evidence=nothing)
    refusal = ClockRefusal(
        clock="x", reference="host", method="events", code="clock.weak", details=nothing, candidates=(model,)
    )
    store = CaptureStore(tmp_path)
    store.keep_timebase(path.parent.name, Timebase(reference="host", models=(model,), refusals=(refusal,)))
    found = store.timebase(path.parent.name)
    assert found is not None
    assert found.refusals[0].candidates[0].evidence == found.models[0].evidence == {"events": 3.0}


def npy(header: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(256)


def archive() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as file:
        file.writestr("x.npy", b"")
    return raw.getvalue()


def with_windows(root: Path) -> Path:
    folder = root / "datasets" / IDENTITY / "windows"
    folder.mkdir(parents=True)
    about = {"channels": ["x"], "rate_hz": 100.0, "window": 8, "step": 8, "stream": "a", "units": ["V"]}
    (folder / "windows.json").write_text(json.dumps(about))
    with (folder / "values.npy").open("wb", buffering=0) as stream:
        written.write_values(stream, (2, 8, 1), iter([np.zeros((2, 8, 1), np.float32)]))
    rows: dict[str, list[Any]] = {
        name: [0, 1] for name in ("window", "first_ns", "last_ns", "half_width_ns", "farthest_ns", "lost")
    }
    rows |= {name: ["", ""] for name in ("capture", "stream", "lot", "machine", "label", "asked_by")}
    with (folder / "windows.parquet").open("wb", buffering=0) as stream:
        written.write_table(stream, rows)
    assert len(load_dataset(root, IDENTITY)) == 2
    return folder


@pytest.mark.parametrize(
    "data",
    [
        b"",
        archive(),
        npy("(" * 2_000),
        npy(f"{{'descr':'<f4','fortran_order':False,'shape':({10**30},)}}"),
        npy("{'descr':'|O','fortran_order':False,'shape':(2,8,1)}"),
        npy("{'descr':'<f4','fortran_order':False,'shape':(2,8,1),3:4}"),
        NESTED,
    ],
)
def test_values_that_are_no_array_of_numbers_are_a_broken_file(tmp_path: Path, data: bytes) -> None:
    folder = with_windows(tmp_path)
    (folder / "values.npy").write_bytes(data)
    with pytest.raises(InvalidInput) as caught:
        load_dataset(tmp_path, IDENTITY)
    assert refused(caught)


@pytest.mark.parametrize("values", [["a", "b"], [float("nan"), 1.0], [2**63, 1], [[1], [2]]])
def test_facts_of_windows_that_are_no_whole_numbers_are_a_broken_file(tmp_path: Path, values: list[Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = with_windows(tmp_path)
    table = pq.ParquetFile(folder / "windows.parquet").read(use_threads=False)
    at = table.column_names.index("first_ns")
    column = pa.array(values, pa.uint64()) if values[0] == 2**63 else pa.array(values)
    pq.write_table(table.set_column(at, "first_ns", column), folder / "windows.parquet")
    with pytest.raises(InvalidInput) as caught:
        load_dataset(tmp_path, IDENTITY)
    assert refused(caught)


def test_windows_json_nested_without_end_is_a_broken_file(tmp_path: Path) -> None:
    folder = with_windows(tmp_path)
    (folder / "windows.json").write_bytes(NESTED)
    with pytest.raises(InvalidInput) as caught:
        load_dataset(tmp_path, IDENTITY)
    assert refused(caught)
