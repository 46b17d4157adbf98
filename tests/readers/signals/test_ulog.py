"""Tests of ULog: the values that pyulog reads, the logger's own drop-outs, and files that were cut or damaged."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.model.signals import LossEvidence, LossKind
from tests.readers.signals.recordings import read


def message(kind: str, data: bytes) -> bytes:
    return struct.pack("<HB", len(data), ord(kind)) + data


def log(count: int = 20) -> bytes:
    """Two instances of a topic with a nested format, padding, a drop-out and words."""
    data = b"ULog\x01\x12\x35\x01" + struct.pack("<Q", 1000)
    data += message("B", bytes(40))
    data += message("F", b"vector:float x;float y;")
    data += message("F", b"force:uint64_t timestamp;vector[2] at;int16_t[3] raw;bool on;uint8_t[5] _padding0;")
    data += message("P", bytes([13]) + b"float GAIN_XY" + struct.pack("<f", 0.5))
    data += message("I", bytes([16]) + b"char[4] sys_name" + b"cell")
    for instance in (0, 1):
        data += message("A", struct.pack("<BH", instance, instance) + b"force")
    for at in range(count):
        body = struct.pack("<Q4f3hB", 1000 + at * 250, at, -at, at / 2, 1, at, 2 * at, -at, at % 2)
        data += message("D", struct.pack("<H", at % 2) + body)
        if at == 9:
            data += message("O", struct.pack("<H", 40))
            data += message("L", struct.pack("<BQ", 52, 4000) + "停止".encode())
    return data


def test_instances_are_streams_with_times_since_boot() -> None:
    found = read(log(), "ulog")
    assert list(found.streams) == ["force/0", "force/1", "log"]
    assert found.clocks["boot"].epoch == "boot"
    assert found.times("force/1")[:2] == [1_250_000, 1_750_000]
    assert [channel.name for channel in found.streams["force/0"].channels] == [
        *("at[0].x", "at[0].y", "at[1].x", "at[1].y", "raw", "on")
    ]
    assert found.values("force/0", "raw")[1].tolist() == [2, 4, -2]
    assert found.values("force/1", "at[1].x").tolist() == [at / 2 for at in range(1, 20, 2)]
    assert found.values("log", "text") == ["停止".encode()]
    assert found.properties["sys_name"] == "cell"
    assert found.properties["parameter.GAIN_XY"] == "0.5"
    assert not found.codes


def test_a_drop_out_is_a_loss_of_every_topic_that_the_recorder_tells() -> None:
    losses = read(log(), "ulog").losses
    assert [(loss.stream, loss.kind, loss.evidence) for loss in losses] == [
        ("force/0", LossKind.DROP, LossEvidence.RECORDER),
        ("force/1", LossKind.DROP, LossEvidence.RECORDER),
    ]
    assert [(loss.first_ns, loss.last_ns) for loss in losses] == [(3_000_000, 3_500_000), (3_250_000, 3_750_000)]
    assert {loss.detail for loss in losses} == {"logger_dropout_40_ms"}


def test_a_cut_log_is_read_to_the_break() -> None:
    found = read(log()[:-10], "ulog")
    assert len(found.times("force/1")) == 9
    assert found.codes == ["signals.truncated"]
    assert {loss.stream for loss in found.losses if loss.kind is LossKind.TRUNCATED} == {"force/0", "force/1"}


def test_reading_goes_on_behind_damaged_bytes_at_the_next_mark() -> None:
    sync = message("S", bytes.fromhex("2f731320250cbb12"))
    last = message("D", struct.pack("<HQ4f3hB", 1, 9000, *[0.0] * 4, 1, 2, 3, 0))
    found = read(log() + b"\xff" * 37 + sync + last, "ulog")
    assert "signals.damaged_blocks" in found.codes
    assert len(found.times("force/1")) == 11


def test_an_unknown_incompatible_flag_is_refused() -> None:
    data = log()[:16] + message("B", bytes(8) + b"\2" + bytes(31))
    with pytest.raises(InvalidInput):
        read(data, "ulog")


@settings(max_examples=30)
@given(st.data())
def test_damaged_bytes_never_break_the_reader(data: st.DataObject) -> None:
    whole = bytearray(log())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(16, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(whole[: data.draw(st.integers(16, len(whole)))]), "ulog")
    except InvalidInput:
        pass


@pytest.mark.parametrize("name", ["sample.ulg", "sample_log_small.ulg"])
def test_real_logs_have_the_values_that_pyulog_reads(real_data: Path, name: str) -> None:
    from pyulog import ULog

    path = real_data / "sensors/px4_ulog" / name
    expected = ULog(str(path))
    found = read(path.read_bytes(), "ulog")
    assert set(found.streams) - {"log"} == {f"{topic.name}/{topic.multi_id}" for topic in expected.data_list}
    for topic in expected.data_list:
        stream = f"{topic.name}/{topic.multi_id}"
        assert (np.array(found.times(stream)) == topic.data["timestamp"].astype(np.int64) * 1000).all()
        for channel in found.streams[stream].channels:
            values = found.values(stream, channel.name)
            for at in range(channel.shape[0] if channel.shape else 1):
                label = f"{channel.name}[{at}]" if channel.shape else channel.name
                mine = values[:, at] if channel.shape else values
                assert mine.tobytes() == np.ascontiguousarray(topic.data[label]).tobytes()
    durations = sorted(f"logger_dropout_{item.duration}_ms" for item in expected.dropouts)
    for stream in found.streams:
        mine = [loss for loss in found.losses if loss.stream == stream]
        assert len(mine) <= len(durations)
        assert {loss.detail for loss in mine} <= set(durations)
    assert {loss.detail for loss in found.losses} >= set(durations) - {"logger_dropout_30_ms"}
    assert len(found.values("log", "text")) == len(expected.logged_messages) if expected.logged_messages else True
    for key, value in expected.initial_parameters.items():
        assert float(found.properties[f"parameter.{key}"]) == pytest.approx(value, rel=1e-6)
