"""Tests of Parquet: the time by type, name or unit, numbers as stored, and LeRobot's frames by episode."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genba.errors import InvalidInput
from tests.readers.signals.recordings import read

COUNT = 500
INDEX = np.arange(COUNT)


def table(**columns: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=200)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "column", "epoch", "first", "step"),
    [
        ("ts", pa.array(INDEX + 10**15, pa.timestamp("us", "Asia/Tokyo")), "unix", 10**18, 1000),
        ("ts", pa.array(INDEX + 10**12, pa.timestamp("ms")), "local", 10**18, 10**6),
        ("device_ns", INDEX * 7, "unknown", 0, 7),
        ("time[s]", INDEX / 8, "start", 0, 125_000_000),
        ("timestamp", INDEX + 1_700_000_000, "unix", 1_700_000_000 * 10**9, 10**9),
        ("time", [f"2001-09-09 01:46:40.{at:03d}" for at in INDEX], "local", 10**18, 10**6),
    ],
)
def test_the_time_is_found_by_type_name_and_unit(name: str, column: Any, epoch: str, first: int, step: int) -> None:
    found = read(table(**{name: column, "a": INDEX}), "parquet")
    assert found.clocks["time"].epoch == epoch
    assert found.times("a") == [first + at * step for at in range(COUNT)]
    assert [channel.name for channel in found.streams["a"].channels] == ["a"]


def test_values_are_those_of_the_file() -> None:
    vectors = np.arange(COUNT * 3, dtype="<f4")
    found = read(
        table(
            t_ns=INDEX,
            host_time=pa.array(INDEX, pa.timestamp("ns", "UTC")),
            small=INDEX.astype("<i2"),
            flag=pa.array([at % 2 == 0 for at in INDEX]),
            gaps=pa.array([None if at == 3 else int(at) for at in INDEX], pa.int32()),
            word=[f"s{at}" for at in INDEX],
            vector=pa.FixedSizeListArray.from_arrays(pa.array(vectors), 3),
        ),
        "parquet",
    )
    assert found.streams["a"].host_clock == "host"
    assert found.arrivals("a") == list(range(COUNT))
    assert found.values("a", "small").dtype == np.int16
    assert found.values("a", "flag")[:3].tolist() == [1, 0, 1]
    assert np.isnan(found.values("a", "gaps")[3])
    assert found.values("a", "word")[7] == b"s7"
    assert (found.values("a", "vector") == vectors.reshape(-1, 3)).all()


def test_a_lerobot_file_gives_a_stream_and_a_clock_for_each_episode() -> None:
    frame = np.tile(np.arange(COUNT // 2), 2)
    found = read(
        table(
            **{"observation.state": pa.array([[1.0, float(at)] for at in INDEX], pa.list_(pa.float32()))},
            timestamp=(frame / 30).astype("<f4"),
            frame_index=frame,
            episode_index=np.repeat([3, 4], COUNT // 2),
            index=INDEX,
            task_index=np.zeros(COUNT, int),
        ),
        "parquet",
        "file-000.parquet",
    )
    assert list(found.streams) == ["episode_000003", "episode_000004"]
    assert {stream.clock for stream in found.streams.values()} == {"episode 3", "episode 4"}
    assert found.times("episode_000004")[:2] == [0, round(float(np.float32(1 / 30)) * 1e9)]
    assert found.values("episode_000004", "observation.state")[0].tolist() == [1.0, COUNT / 2]


@pytest.mark.parametrize("data", [table(a=INDEX % 7, b=INDEX % 3), table(time=INDEX, a=INDEX)[:-40], b"PAR1"])
def test_what_has_no_time_or_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(data, "parquet")


def test_damaged_bytes_never_break_the_reader() -> None:
    data = table(time=pa.array(INDEX, pa.timestamp("us")), a=INDEX / 3, s=["x"] * COUNT)
    rng = np.random.default_rng(4)
    for _ in range(80):
        changed = bytearray(data)
        for at in rng.integers(0, len(data), 6):
            changed[at] = int(rng.integers(256))
        try:
            read(bytes(changed), "parquet")
        except InvalidInput:
            pass
