import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from genba.writers.signals import cdr, mcap


def read_as_ros(definition: str, name: str, data: bytes):  # type: ignore[no-untyped-def]
    store = get_typestore(Stores.EMPTY)
    store.register(get_types_from_msg(definition, name))
    return store.deserialize_cdr(data, name)


@pytest.mark.parametrize("dtype", list(cdr.TYPES))
def test_blocks_of_every_type_are_read_by_another_library(dtype: str) -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(0, 2, 7).astype(dtype)
    times = np.array([5_000_000_001, 5_000_000_101, *range(5_000_000_200, 5_000_000_205)], np.int64)
    definition = cdr.block_definition([("value", dtype), ("other", "|u1")])
    data = cdr.block(times, times - 3, None, [values, np.arange(7, dtype=np.uint8)])
    found = read_as_ros(definition, "genba_msgs/msg/Block", data)
    assert (found.stamp.sec, found.stamp.nanosec) == (5, 1)
    assert np.array_equal(found.reference_ns, times) and np.array_equal(found.device_ns, times - 3)
    assert np.array_equal(found.value, values) and np.array_equal(found.other, np.arange(7))
    assert len(found.sequence) == 0


@given(st.integers(1, 9), st.integers(1, 9), st.text("abc/", max_size=9))
@settings(max_examples=20)
def test_pictures_are_read_by_another_library(height: int, width: int, frame: str) -> None:
    picture = np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)
    found = read_as_ros(cdr.IMAGE_DEFINITION, cdr.IMAGE, cdr.image(7, frame, picture, "rgb8"))
    assert (found.height, found.width, found.step, found.encoding) == (height, width, width * 3, "rgb8")
    assert found.header.frame_id == frame and bytes(found.data) == picture.tobytes()
    again = read_as_ros(cdr.COMPRESSED_DEFINITION, cdr.COMPRESSED, cdr.compressed(7, frame, b"abc", "jpeg"))
    assert again.format == "jpeg" and bytes(again.data) == b"abc"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_fields_have_names_that_ros_allows(names: list[str]) -> None:
    fields = cdr.field_names(names)
    assert len(set(fields)) == len(names)
    definition = cdr.block_definition([(name, "<f4") for name in fields])
    assert get_types_from_msg(definition, "genba_msgs/msg/Block")


def test_topics_are_merged_in_the_order_of_common_time() -> None:
    topics = [
        mcap.Topic(
            name=f"/{name}",
            encoding="json",
            schema="s",
            schema_encoding="jsonschema",
            definition=b"{}",
            messages=[(time, time - 5, at, b"{}") for at, time in enumerate(times)],
        )
        for name, times in (("a", [10, 30, 50]), ("b", [0, 30, 31]))
    ]
    out = io.BytesIO()
    assert mcap.write(out, topics, library="test", metadata={"capture": "c"}) == 6
    out.seek(0)
    messages = list(make_reader(out).iter_messages(log_time_order=False))
    assert [message.log_time for _, _, message in messages] == [0, 10, 30, 30, 31, 50]
    assert [channel.topic for _, channel, _ in messages][:2] == ["/b", "/a"]
    assert messages[0][2].publish_time == 0  # before the device's zero
