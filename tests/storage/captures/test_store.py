"""The raw store gives back what went in, bit for bit, or says which stretch it cannot give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.clock import ClockModel, ClockRefusal, Timebase
from genba.model.document import Property
from genba.model.signals import (
    RAGGED,
    Block,
    Capture,
    Channel,
    Clock,
    Loss,
    LossEvidence,
    LossKind,
    Ragged,
    Request,
    SourceFile,
    Stream,
)
from genba.storage.captures import stretches
from genba.storage.captures.segment import decode, encode, proof
from genba.storage.captures.store import CaptureStore
from genba.storage.captures.writing import UNFINISHED, Bounds

STREAM = Stream(
    id="spindle/vibration",
    channels=(
        Channel(name="x", dtype="<i2", kind="vibration"),
        Channel(name="frame", dtype="|u1", shape=(3, 4)),
        Channel(name="ok", dtype="|b1"),
        Channel(name="message", dtype=RAGGED),
    ),
    clock="device",
    host_clock="host",
    rate_hz=1000.0,
)


def ragged(parts: Sequence[bytes]) -> Ragged:
    offsets = np.cumsum([0, *map(len, parts)]).astype("<i8")
    return Ragged(offsets, b"".join(parts))


def block(first: int, count: int, *, seed: int = 0, numbered: bool = True) -> Block:
    rng = np.random.default_rng([seed, first])
    return Block(
        stream=STREAM.id,
        device_ns=(first + np.arange(count)) * 1_000_000,
        values=(
            rng.integers(-900, 900, count).astype("<i2"),
            rng.integers(0, 255, (count, 3, 4)).astype("|u1"),
            rng.integers(0, 2, count).astype("|b1"),
            ragged([rng.bytes(int(size)) for size in rng.integers(0, 6, count)]),
        ),
        sequence=first + np.arange(count) if numbered else None,
        host_index=np.array([count - 1]),
        host_ns=np.array([first * 1_000_000 + 5]),
    )


def kept(store: CaptureStore, blocks: Sequence[Block], title: str = "run", *, bounds: Bounds | None = None) -> Capture:
    with store.writer(title, bounds=bounds) as writer:
        writer.source(SourceFile(name="a.bin", size_bytes=3, sha256="ab" * 32, kind="edge"))
        writer.add(Clock(id="device", epoch="boot"))
        writer.add(STREAM)
        for one in blocks:
            writer.add(one)
        return writer.commit()


def same(one: Block, other: Block) -> bool:
    return proof(one, STREAM) == proof(other, STREAM)


def test_a_capture_comes_back_whole_and_described(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path / "store")
    blocks = [block(0, 700), block(700, 300), block(1_005, 50)]
    with store.writer("spindle day 1") as writer:
        writer.source(SourceFile(name="a.bin", size_bytes=3, sha256="ab" * 32, kind="edge"))
        for part in (
            Clock(id="device"),
            STREAM,
            Property(name="serial", value="7"),
            Request(model="m", deployment="d", rule="uncertain"),
        ):
            writer.add(part)
        for one in blocks:
            writer.add(one)
        assert store.captures() == ()
        capture = writer.commit()
    assert CaptureStore(store.root).captures() == (capture,)
    assert same(store.stream(capture, STREAM.id), stretches.join(blocks))
    assert (capture.properties, capture.requests[0].model) == ({"serial": "7"}, "m")
    assert [(loss.kind, loss.count) for loss in capture.losses] == [(LossKind.DROP, 5)]
    assert store.has_source("ab" * 32)
    assert not store.has_source("cd" * 32)
    assert store.verify(capture.id) == ()


def test_what_is_said_of_a_capture_fits_its_schema(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    capture = kept(store, [block(0, 100), block(120, 10)])
    for name in ("capture", "timebase"):
        schema = json.loads(resources.files("genba").joinpath("schemas", f"{name}.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        if name == "timebase":
            model = ClockModel(
                clock="device", reference="host", method="pairs", epoch_ns=5, offset_ns=10**18, drift=1e-5
            )
            refusal = ClockRefusal(
                clock="x",
                reference="host",
                method="events",
                code="clock.weak",
                details={"events": 3},
                candidates=(model,),
            )
            store.keep_timebase(capture.id, Timebase(reference="host", models=(model,), refusals=(refusal,)))
            assert store.timebase(capture.id) == Timebase(reference="host", models=(model,), refusals=(refusal,))
        written = json.loads((tmp_path / "captures" / capture.id / f"{name}.json").read_text("utf-8"))
        jsonschema.validate(written, schema)


def test_ids_and_bytes_are_of_the_content_alone(tmp_path: Path) -> None:
    whole, cut = CaptureStore(tmp_path / "a"), CaptureStore(tmp_path / "b")
    one = kept(whole, [block(0, 900)])
    two = kept(cut, [stretches.part(block(0, 900), at, at + 90) for at in range(0, 900, 90)], title="another title")
    assert one.id == two.id
    files = {path.relative_to(whole.root): path.read_bytes() for path in whole.root.rglob("*.seg")}
    assert files == {path.relative_to(cut.root): path.read_bytes() for path in cut.root.rglob("*.seg")}
    assert kept(whole, [block(0, 901)]).id != one.id
    assert len(whole.captures()) == 2


def test_the_same_content_again_changes_nothing(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    first = kept(store, [block(0, 50)], title="first")
    assert kept(store, [block(0, 50)], title="second") == first
    assert [capture.title for capture in store.captures()] == ["first"]


def test_long_streams_are_cut_into_bounded_segments(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    blocks = [block(at, 70) for at in range(0, 700, 70)]
    capture = kept(store, blocks, bounds=Bounds(segment_samples=128, pending_bytes=4_000))
    assert max(item.count for item in capture.segments) <= 128
    assert same(store.stream(capture, STREAM.id), stretches.join(blocks))
    found = list(store.blocks(capture, STREAM.id, first_ns=130_000_000, last_ns=260_000_000))
    assert int(found[0].device_ns[0]) == 130_000_000
    assert int(found[-1].device_ns[-1]) == 260_000_000
    assert sum(len(one.device_ns) for one in found) == 131


def test_streams_that_lose_their_numbers_midway_keep_what_they_had(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    capture = kept(store, [block(0, 60), block(60, 60, numbered=False), block(120, 60)])
    found = list(store.blocks(capture, STREAM.id))
    assert [one.sequence is None for one in found] == [False, True, False]


def test_a_damaged_stretch_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    capture = kept(store, [block(0, 192)], bounds=Bounds(segment_samples=64))
    path = tmp_path / "captures" / capture.id / capture.segments[1].path
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(InvalidInput) as caught:
        list(store.blocks(capture, STREAM.id))
    assert (caught.value.code, caught.value.details["path"]) == ("store.damaged_segment", capture.segments[1].path)
    assert len(store.segment_block(capture, capture.segments[2]).device_ns) == 64
    assert [finding.code for finding in store.verify(capture.id)] == ["store.damaged_segment"]
    path.unlink()
    assert len(store.verify(capture.id)) == 1


def test_a_segment_that_was_changed_with_its_hashes_is_proven_wrong(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    capture, other = kept(store, [block(0, 64)]), kept(store, [block(0, 64, seed=1)])
    swapped = store.root / "captures" / other.id / other.segments[0].path
    data = swapped.read_bytes()
    target = store.root / "captures" / capture.id / capture.segments[0].path
    target.write_bytes(data)
    item = replace(capture.segments[0], size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    with pytest.raises(InvalidInput, match="damaged_segment"):
        store.segment_block(capture, item)


def test_what_a_killed_run_left_is_not_seen_and_goes_with_the_next(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    left = tmp_path / "captures" / UNFINISHED / "segments"
    left.mkdir(parents=True)
    (left / "00000-000000.seg").write_bytes(b"half")
    assert store.captures() == ()
    capture = kept(store, [block(0, 10)])
    assert sorted(path.name for path in (tmp_path / "captures").iterdir()) == [capture.id]


def test_a_run_that_fails_leaves_nothing_and_lets_go(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    with pytest.raises(ValueError, match="broken"), store.writer("x") as writer:
        writer.add(STREAM)
        writer.add(block(0, 10))
        raise ValueError("broken")
    assert list((tmp_path / "captures").iterdir()) == []
    assert kept(store, [block(0, 10)])


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    with store.writer("one"), pytest.raises(Conflict), store.writer("two"):
        pass


@pytest.mark.parametrize(
    "wrong",
    [
        replace(block(0, 5), device_ns=np.arange(4)),
        replace(block(0, 5), values=block(0, 5).values[:3]),
        replace(block(0, 5), values=(np.zeros(5, "<i4"), *block(0, 5).values[1:])),
        replace(block(0, 5), values=(*block(0, 5).values[:3], Ragged(np.array([0, 9, 3, 3, 3, 3]), b"abc"))),
        replace(block(0, 5), sequence=np.arange(3)),
        replace(block(0, 5), host_index=np.array([5])),
        replace(block(0, 5), host_index=None),
        replace(block(0, 5), stream="unknown"),
    ],
)
def test_blocks_of_another_shape_than_their_stream_are_refused(tmp_path: Path, wrong: Block) -> None:
    with CaptureStore(tmp_path).writer("x") as writer:
        writer.add(STREAM)
        with pytest.raises(InvalidInput) as caught:
            writer.add(wrong)
    assert caught.value.code == "store.wrong_block"


def test_types_without_canonical_bytes_are_refused(tmp_path: Path) -> None:
    for dtype in ("|O", ">i2", "<U4", "<M8[ns]", "nonsense"):
        with CaptureStore(tmp_path).writer("x") as writer, pytest.raises(InvalidInput):
            writer.add(replace(STREAM, channels=(Channel(name="x", dtype=dtype),)))


def test_what_is_no_store_and_what_is_newer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(InvalidInput, match="not_a_store"):
        CaptureStore(tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "genba-signals.json").write_text('{"format": "genba-signals/2.0"}')
    with pytest.raises(InvalidInput, match="newer_format"):
        CaptureStore(tmp_path)


def test_ids_that_are_none_lead_nowhere(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    for identity in ("", "..", "../../etc", "0" * 20):
        with pytest.raises(NotFound):
            store.load(identity)
    capture = kept(store, [block(0, 5)])
    with pytest.raises(NotFound):
        store.stream(capture, "no such stream")
    path = tmp_path / "captures" / capture.id / "capture.json"
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    data["segments"][0]["path"] = "../../../secret"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InvalidInput):
        store.load(capture.id)


@settings(max_examples=25)
@given(data=st.data())
def test_any_stream_comes_back_however_it_was_cut(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    dtypes = data.draw(st.lists(st.sampled_from(["|b1", "<i2", "<u4", "<f4", "<f8", RAGGED]), min_size=1, max_size=3))
    of = Stream(id="s", channels=tuple(Channel(name=f"{n}", dtype=dtype) for n, dtype in enumerate(dtypes)), clock="c")
    wild = st.integers(-(2**63), 2**63 - 1)
    blocks = []
    for count in data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=4)):
        values: list[Any] = []
        for dtype in dtypes:
            if dtype == RAGGED:
                values.append(ragged(data.draw(st.lists(st.binary(max_size=4), min_size=count, max_size=count))))
            elif dtype == "|b1":
                values.append(np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), bool))
            else:
                size = count * np.dtype(dtype).itemsize
                values.append(np.frombuffer(data.draw(st.binary(min_size=size, max_size=size)), dtype))
        times = np.array(data.draw(st.lists(wild, min_size=count, max_size=count)), "<i8")
        blocks.append(Block(stream="s", device_ns=times, values=tuple(values)))
    store = CaptureStore(tmp_path_factory.mktemp("store"))
    with store.writer("x") as writer:
        writer.add(of)
        for one in blocks:
            writer.add(one)
        capture = writer.commit()
    assert proof(store.stream(capture, "s"), of) == proof(stretches.join(blocks), of)


@settings(max_examples=80)
@given(data=st.data())
def test_a_segment_that_was_cut_or_changed_never_gives_other_samples(data: st.DataObject) -> None:
    whole = block(0, 40)
    sound = encode(whole, STREAM).data
    at = data.draw(st.integers(0, len(sound) - 1))
    changed = bytes([sound[at] ^ data.draw(st.integers(0, 255))])
    broken = data.draw(st.sampled_from([sound[:at], sound[:at] + changed + sound[at + 1 :], sound[at:], sound + sound]))
    try:
        found = decode(broken, STREAM)
    except InvalidInput as error:
        assert error.code == "store.cannot_decode"
    else:
        assert same(found, whole)


def test_losses_that_a_reader_told_are_kept_beside_the_store_s_own(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    told = Loss(kind=LossKind.TRUNCATED, evidence=LossEvidence.FILE, stream=STREAM.id, first_ns=9, last_ns=9)
    with store.writer("x") as writer:
        writer.add(STREAM)
        writer.add(block(0, 10))
        writer.add(told)
        assert told in writer.commit().losses


def test_limits_that_json_cannot_write_are_kept_as_the_largest_number(tmp_path: Path) -> None:
    store = CaptureStore(tmp_path)
    channel = Channel(name="x", dtype="<f4", saturates_at=(float("-inf"), 5.0))
    with store.writer("x") as writer:
        writer.add(Stream(id="s", channels=(channel,), clock="c", rate_hz=float("nan")))
        writer.add(Block(stream="s", device_ns=np.arange(3), values=(np.zeros(3, "<f4"),)))
        capture = writer.commit()
    (found,) = store.captures()
    assert found == capture
    assert (found.streams[0].channels[0].saturates_at or ())[1] == 5.0
