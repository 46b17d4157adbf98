"""Tests of ROS bags in both formats against the writer of rosbags: times of stamps, numbers, names, breaks."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rosbags.rosbag1 import Writer as BagWriter
from rosbags.rosbag2 import StoragePlugin
from rosbags.rosbag2 import Writer as Bag2Writer
from rosbags.typesys import Stores, get_typestore

from genba.errors import InvalidInput
from genba.model.signals import LossKind
from tests.readers.signals.recordings import Recorded, read

START = 1_700_000_000_000_000_000
COUNT = 120


def messages(store: Stores) -> list[tuple[str, str, Any]]:
    """IMU and joint messages in turn; the frame's name changes its length, one message has fewer joints."""
    types = get_typestore(store).types
    made: list[tuple[str, str, Any]] = []
    vector = types["geometry_msgs/msg/Vector3"]
    for at in range(COUNT):
        seconds, rest = divmod(START + at * 10_000_000 + 7, 1_000_000_000)
        stamp = types["builtin_interfaces/msg/Time"](sec=seconds, nanosec=rest)
        counter = {"seq": at} if store is Stores.ROS1_NOETIC else {}
        header = types["std_msgs/msg/Header"](stamp=stamp, frame_id="x" * (at % 4), **counter)
        turn = types["geometry_msgs/msg/Quaternion"](0.0, 0.0, float(at), 1.0)
        nine = np.arange(9.0) * at
        imu = types["sensor_msgs/msg/Imu"](
            header, turn, nine, vector(1.0, 2.0, at / 3), nine, vector(4.0, 5.0, -at / 7), nine
        )
        joints = np.arange(6.0 if at != 50 else 5.0) + at
        names = [f"j{number}" for number in range(6)]
        state = types["sensor_msgs/msg/JointState"](header, names, joints, np.zeros(0), np.ones(6) * at)
        made += [("/imu", "sensor_msgs/msg/Imu", imu), ("/joints", "sensor_msgs/msg/JointState", state)]
    return made


def bag1(folder: Path, compression: str = "") -> bytes:
    path = folder / "a.bag"
    types = get_typestore(Stores.ROS1_NOETIC)
    writer = BagWriter(path)
    if compression:
        writer.set_compression(BagWriter.CompressionFormat[compression])
    with writer:
        connections: dict[str, Any] = {}
        for at, (topic, name, message) in enumerate(messages(Stores.ROS1_NOETIC)):
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, name, typestore=types)
            writer.write(connections[topic], START + at * 1000, types.serialize_ros1(message, name))
    return path.read_bytes()


def bag2(folder: Path, plugin: StoragePlugin = StoragePlugin.SQLITE3) -> bytes:
    types = get_typestore(Stores.ROS2_HUMBLE)
    with Bag2Writer(folder / "b", version=9, storage_plugin=plugin) as writer:
        connections: dict[str, Any] = {}
        for at, (topic, name, message) in enumerate(messages(Stores.ROS2_HUMBLE)):
            if topic not in connections:
                connections[topic] = writer.add_connection(topic, name, typestore=types)
            writer.write(connections[topic], START + at * 1000, types.serialize_cdr(message, name))
    suffix = "db3" if plugin is StoragePlugin.SQLITE3 else "mcap"
    return next((folder / "b").glob(f"*.{suffix}")).read_bytes()


def check(found: Recorded) -> None:
    assert set(found.streams) == {"imu", "joints"}
    assert found.streams["imu"].clock == "stamp imu"
    assert found.times("imu")[:2] == [START + 7, START + 10_000_007]
    assert found.arrivals("joints")[:2] == [START + 1000, START + 3000]
    at = np.arange(COUNT)
    assert (found.values("imu", "orientation.z") == at).all()
    assert (found.values("imu", "linear_acceleration.z") == -at / 7).all()
    assert (found.values("imu", "angular_velocity_covariance")[5] == np.arange(9.0) * 5).all()
    positions = found.values("joints", "position")
    assert (positions[10] == np.arange(6.0) + 10).all()
    assert np.isnan(positions[50, 5])
    assert (positions[50, :5] == np.arange(5.0) + 50).all()
    assert len(found.values("joints", "message")) == COUNT
    assert found.codes == ["signals.sequence_length_varies"]
    assert not found.losses


@pytest.mark.parametrize("compression", ["", "BZ2", "LZ4"])
def test_a_bag_of_ros_1_gives_stamps_and_numbers(tmp_path: Path, compression: str) -> None:
    found = read(bag1(tmp_path, compression), "rosbag1")
    check(found)
    assert found.values("imu", "header.seq").tolist() == list(range(COUNT))


@pytest.mark.parametrize("plugin", list(StoragePlugin))
def test_a_bag_of_ros_2_gives_stamps_and_numbers(tmp_path: Path, plugin: StoragePlugin) -> None:
    check(read(bag2(tmp_path, plugin), "rosbag2" if plugin is StoragePlugin.SQLITE3 else "mcap"))


def test_a_bag_that_was_never_closed_is_read_to_its_break(tmp_path: Path) -> None:
    data = bag1(tmp_path)
    found = read(data[: len(data) // 2], "rosbag1")
    assert 0 < len(found.times("imu")) < COUNT
    assert "signals.truncated" in found.codes
    assert {loss.kind for loss in found.losses} == {LossKind.TRUNCATED}


def test_a_database_that_is_cut_off_gives_the_pages_that_are_there(tmp_path: Path) -> None:
    data = bag2(tmp_path)
    found = read(data[: len(data) * 2 // 3], "rosbag2")
    assert 0 < len(found.times("imu")) < COUNT
    assert "signals.truncated" in found.codes


def database(path: Path, page: int, sizes: list[int]) -> bytes:
    """A bag by SQLite itself, with a page size of its own and messages of many lengths."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA page_size = {page}")
        connection.execute(
            "CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,"
            " serialization_format TEXT NOT NULL, offered_qos_profiles TEXT NOT NULL)"
        )
        connection.execute(
            "CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL,"
            " timestamp INTEGER NOT NULL, data BLOB NOT NULL)"
        )
        connection.execute("CREATE INDEX timestamp_idx ON messages (timestamp ASC)")
        connection.execute("INSERT INTO topics VALUES (1, '/画像', 'a/msg/B', 'raw', '')")
        rows = [(1, START - at, bytes([at % 251]) * size) for at, size in enumerate(sizes)]
        connection.executemany("INSERT INTO messages(topic_id, timestamp, data) VALUES (?, ?, ?)", rows)
    connection.close()
    return path.read_bytes()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.sampled_from([512, 1024, 4096, 65536]), sizes=st.lists(st.integers(0, 9000), min_size=1, max_size=60))
def test_pages_of_every_size_give_the_rows_that_sqlite_wrote(
    tmp_path_factory: pytest.TempPathFactory, page: int, sizes: list[int]
) -> None:
    found = read(database(tmp_path_factory.mktemp("db") / "a.db3", page, sizes), "rosbag2")
    assert found.values("画像", "message") == [bytes([at % 251]) * size for at, size in enumerate(sizes)]
    assert found.times("画像") == [START - at for at in range(len(sizes))]


def test_another_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE a(b)")
    connection.close()
    with pytest.raises(InvalidInput):
        read((tmp_path / "other.db").read_bytes(), "rosbag2")


@pytest.mark.parametrize("kind", ["rosbag1", "rosbag2"])
def test_damaged_bytes_never_break_the_reader(tmp_path: Path, kind: str) -> None:
    data = bag1(tmp_path, "LZ4") if kind == "rosbag1" else bag2(tmp_path)
    rng = np.random.default_rng(3)
    for _ in range(40):
        changed = bytearray(data)
        for at in rng.integers(0, len(data), 10):
            changed[at] = int(rng.integers(256))
        try:
            read(bytes(changed[: int(rng.integers(1, len(data)))]), kind)
        except InvalidInput:
            pass
