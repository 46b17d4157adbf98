"""Tests of MP4: frames with their times, and bytes around them from which the file can be made again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from genba.errors import InvalidInput
from genba.model.signals import LossKind
from tests.readers.signals.recordings import Recorded, read


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Forty frames at 25 a second, by OpenCV's own writer."""
    path = tmp_path_factory.mktemp("video") / "front.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 25.0, (64, 48))
    rng = np.random.default_rng(0)
    for _ in range(40):
        writer.write(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8))
    writer.release()
    if not path.exists():
        pytest.skip("OpenCV writes no MP4 here")
    return path.read_bytes()


def made_again(found: Recorded, name: str) -> bytes:
    rest = found.values(f"{name}/container", "bytes")[0]
    out, at = b"", 0
    frames = zip(found.values(name, "offset").tolist(), found.values(name, "frame"), strict=True)
    for offset, frame in sorted(frames):
        take = offset - len(out)
        out += rest[at : at + take] + frame
        at += take
    return out + rest[at:]


def test_frames_have_their_times_and_the_file_can_be_made_again(video: bytes) -> None:
    found = read(video, "video", "front.mp4")
    assert found.times("front") == [at * 40_000_000 for at in range(40)]
    assert found.streams["front"].rate_hz == 25
    assert found.values("front", "key")[0] == 1
    assert made_again(found, "front") == video
    assert not found.codes


def test_what_is_no_mp4_is_refused_and_damaged_bytes_never_break_the_reader(video: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(video[: len(video) // 2], "video")  # the index stands at the end
    rng = np.random.default_rng(1)
    index = video.find(b"moov")
    for _ in range(150):
        changed = bytearray(video)
        for at in rng.integers(index, len(video), 4):
            changed[at] = int(rng.integers(256))
        try:
            read(bytes(changed), "video")
        except InvalidInput:
            pass


def with_index_in_front(video: bytes) -> bytes:
    """Move the index before the samples and shift the places it names."""
    at = video.find(b"moov") - 4
    index = bytearray(video[at:])
    table = index.find(b"stco") + 12
    places = np.frombuffer(index, ">u4", (len(index) - table) // 4, table)
    count = int.from_bytes(index[table - 4 : table], "big")
    index[table : table + 4 * count] = (places[:count] + len(index)).astype(">u4").tobytes()
    samples = video.find(b"mdat") - 4
    return video[:samples] + bytes(index) + video[samples:at]


def test_a_cut_file_with_its_index_in_front_gives_the_frames_that_are_there(video: bytes) -> None:
    data = with_index_in_front(video)
    assert len(read(data, "video").times("a")) == 40
    found = read(data[: len(data) * 2 // 3], "video")
    assert 0 < len(found.times("a")) < 40
    assert [loss.kind for loss in found.losses] == [LossKind.TRUNCATED]
    assert found.values("a", "frame") == read(video, "video").values("a", "frame")[: len(found.times("a"))]
