"""Tests of MCAP: every message as it came, numbers beside, and what a damaged or cut file still holds."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from mcap.writer import CompressionType, Writer

from genba.errors import InvalidInput
from genba.model.signals import LossEvidence, LossKind
from tests.readers.signals.recordings import Recorded, read

START = 1_700_000_000_000_000_000


def recording(count: int = 400, *, compression: CompressionType = CompressionType.ZSTD, chunked: bool = True) -> bytes:
    """Two topics of JSON messages, published 5 µs before they are logged."""
    out = io.BytesIO()
    writer = Writer(out, compression=compression, chunk_size=2000, use_chunking=chunked)
    writer.start(profile="test", library="none")
    schema = writer.register_schema("force", "jsonschema", b"{}")
    channels = [writer.register_channel(topic, "json", schema, {"serial": "7"}) for topic in ("/arm/force", "/plc")]
    for at in range(count):
        body = json.dumps({"x": at, "tool": {"z": at / 7, "on": at % 2 == 0}, "note": "n"}).encode()
        stamp = START + at * 1000
        writer.add_message(channels[at % 2], stamp, body, stamp - 5000, at // 2)
    writer.add_attachment(START, START, "calibration.txt", "text/plain", b"k = 2")
    writer.add_metadata("cell", {"name": "A-3"})
    writer.finish()
    return out.getvalue()


def messages(found: Recorded) -> int:
    return sum(len(found.times(stream)) for stream in found.streams if not stream.startswith("attachments"))


def test_messages_times_and_numbers_are_those_of_the_file() -> None:
    found = read(recording(), "mcap")
    assert set(found.streams) == {"attachments/1", "arm/force", "plc"}
    stream = found.streams["arm/force"]
    assert (stream.clock, stream.host_clock) == ("publisher", "recorder")
    assert stream.properties == {"topic": "/arm/force", "type": "force", "serial": "7"}
    assert found.times("arm/force")[:2] == [START - 5000, START - 3000]
    assert found.arrivals("arm/force")[:2] == [START, START + 2000]
    assert found.values("arm/force", "x").tolist() == [float(at) for at in range(0, 400, 2)]
    assert found.values("arm/force", "tool.z")[3] == 6 / 7
    assert json.loads(found.values("plc", "message")[0]) == {"x": 1, "tool": {"z": 1 / 7, "on": False}, "note": "n"}
    assert next(c for c in stream.channels if c.name == "x").derived_from == "message"
    assert found.blocks["plc"][0].sequence.tolist()[:3] == [0, 1, 2]
    assert found.values("attachments/1", "file") == [b"k = 2"]
    assert found.properties["cell.name"] == "A-3"
    assert not found.losses
    assert not found.codes


@pytest.mark.parametrize("compression", list(CompressionType))
@pytest.mark.parametrize("chunked", [True, False])
def test_every_compression_gives_the_same(compression: CompressionType, chunked: bool) -> None:
    found = read(recording(compression=compression, chunked=chunked), "mcap")
    assert found.times("plc") == read(recording(), "mcap").times("plc")


@pytest.mark.parametrize("compression", list(CompressionType))
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_cut_file_is_read_to_the_break_and_says_so(compression: CompressionType, share: float) -> None:
    data = recording(compression=compression)
    found = read(data[: int(len(data) * share)], "mcap")
    assert 0 < messages(found) < 400
    assert found.codes == ["signals.truncated"]
    assert {(loss.stream, loss.kind) for loss in found.losses} == {
        ("arm/force", LossKind.TRUNCATED),
        ("plc", LossKind.TRUNCATED),
    }


def test_a_damaged_chunk_is_left_out_and_its_index_tells_what_it_held() -> None:
    data = bytearray(recording(2000, compression=CompressionType.NONE))
    data[len(data) // 3] ^= 0xFF
    found = read(bytes(data), "mcap")
    assert found.codes == ["signals.damaged_blocks"]
    assert {loss.kind for loss in found.losses} == {LossKind.DAMAGED}
    assert {loss.evidence for loss in found.losses} == {LossEvidence.FILE}
    assert messages(found) + sum(loss.count for loss in found.losses) == 2000


def test_one_counter_for_all_topics_is_kept_as_a_channel_and_not_taken_for_gaps() -> None:
    out = io.BytesIO()
    writer = Writer(out)
    writer.start()
    channels = [writer.register_channel(topic, "", 0) for topic in ("/a", "/b")]
    for at in range(10):
        writer.add_message(channels[at % 2], START + at, b"x", START + at, at)
    writer.finish()
    found = read(out.getvalue(), "mcap")
    assert found.blocks["a"][0].sequence is None
    assert found.values("a", "sequence").tolist() == [0, 2, 4, 6, 8]


def test_order_of_the_file_is_kept_where_times_go_back() -> None:
    out = io.BytesIO()
    writer = Writer(out)
    writer.start()
    channel = writer.register_channel("/a", "", 0)
    for stamp in (5, 3, 4):
        writer.add_message(channel, START + stamp, bytes([stamp]), START + stamp, 0)
    writer.finish()
    found = read(out.getvalue(), "mcap")
    assert [ns - START for ns in found.times("a")] == [5, 3, 4]
    assert found.values("a", "message") == [b"\5", b"\3", b"\4"]


def test_a_message_beyond_the_limit_is_left_out_and_told() -> None:
    found = read(recording(20), "mcap", sample_bytes=40)
    assert found.codes == ["signals.sample_too_large"]


def test_memory_is_bounded_by_giving_blocks_before_the_end() -> None:
    found = read(recording(9000), "mcap", block_samples=500)
    assert max(len(block.device_ns) for block in found.blocks["plc"]) <= 500
    assert messages(found) == 9000


def test_other_bytes_are_refused() -> None:
    with pytest.raises(InvalidInput):
        read(b"\x89MCAP0\r", "mcap")


@settings(max_examples=25)
@given(st.data())
def test_damaged_bytes_never_break_the_reader(data: st.DataObject) -> None:
    whole = bytearray(recording(60, compression=data.draw(st.sampled_from(list(CompressionType)))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(whole), "mcap")
    assert messages(found) <= 60 * 2


def test_real_bags_hold_as_many_messages_as_the_library_finds(real_data: Path) -> None:
    paths = sorted((real_data / "sensors/rosbag2/mcap").rglob("*.mcap"))
    assert len(paths) >= 5
    for path in paths:
        found = read(path.read_bytes(), "mcap")
        with path.open("rb") as file:
            expected: dict[str, list[tuple[int, int, bytes]]] = {}
            for _, channel, message in make_reader(file).iter_messages(log_time_order=False):
                row = (message.log_time, message.publish_time, message.data)
                expected.setdefault(channel.topic.lstrip("/"), []).append(row)
        assert set(found.streams) == set(expected)
        for stream, rows in expected.items():
            given = zip(found.arrivals(stream), found.times(stream), found.values(stream, "message"), strict=True)
            assert sorted(given) == sorted(rows)
