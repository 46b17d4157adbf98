import struct
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from genba.writers.signals.mp4 import Mp4Writer
from genba.writers.signals.pictures import Levels, encode, encode_all


def moving(count: int, planes: int = 3) -> list[np.ndarray]:
    base = np.random.default_rng(1).integers(0, 255, (12, 16, planes), dtype=np.uint8)
    large = cv2.resize(base, (64, 48), interpolation=cv2.INTER_CUBIC)
    return [np.ascontiguousarray(np.roll(large, at, 1)) for at in range(count)]


def written(path: Path, frames: list[np.ndarray], encoding: str, rate: Fraction = Fraction(30)) -> Mp4Writer:
    with path.open("wb") as file:
        video = Mp4Writer(file.write, width=64, height=48, rate_hz=rate, encoding=encoding)
        for picture in encode_all(iter(frames), encoding):
            video.add(picture)
        video.close()
    return video


def shown(path: Path) -> tuple[list[np.ndarray], list[float]]:
    """Every frame with its time, as FFmpeg gives them."""
    video = cv2.VideoCapture(str(path))
    frames, times = [], []
    while True:
        there, picture = video.read()
        if not there:
            return frames, times
        times.append(video.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        frames.append(picture)


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(15, 2), Fraction(30000, 1001), Fraction(240)])
def test_ffmpeg_reads_every_frame_at_its_exact_time(tmp_path: Path, rate: Fraction) -> None:
    frames = moving(40)
    written(tmp_path / "a.mp4", frames, "jpeg", rate)
    found, times = shown(tmp_path / "a.mp4")
    assert len(found) == 40
    assert times == pytest.approx([float(at / rate) for at in range(40)], abs=1e-9)
    assert min(cv2.PSNR(a, b) for a, b in zip(found, frames, strict=True)) > 20  # noise in colour, halved


def test_png_frames_come_back_bit_for_bit(tmp_path: Path) -> None:
    frames = moving(10)
    written(tmp_path / "a.mp4", frames, "png")
    found, _ = shown(tmp_path / "a.mp4")
    assert all((a == b).all() for a, b in zip(found, frames, strict=True))


def test_grey_pictures_are_read_as_three_equal_planes(tmp_path: Path) -> None:
    frames = moving(5, planes=1)
    written(tmp_path / "a.mp4", frames, "png")
    found, _ = shown(tmp_path / "a.mp4")
    assert all((a == b[..., None]).all() for a, b in zip(found, frames, strict=True))


def test_many_boxes_hold_what_one_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = moving(30)
    written(tmp_path / "one.mp4", frames, "png")
    monkeypatch.setattr("genba.writers.signals.mp4.BOX_BYTES", 5000)
    written(tmp_path / "many.mp4", frames, "png")
    one, many = shown(tmp_path / "one.mp4"), shown(tmp_path / "many.mp4")
    assert one[1] == many[1]
    assert all((a == b).all() for a, b in zip(one[0], many[0], strict=True))


def test_what_came_encoded_is_in_the_file_as_it_came(tmp_path: Path) -> None:
    picture = encode(moving(1)[0], "jpeg")
    with (tmp_path / "a.mp4").open("wb") as file:
        video = Mp4Writer(file.write, width=64, height=48, rate_hz=Fraction(10), encoding="jpeg")
        for found in encode_all(iter([picture, picture]), "jpeg"):
            video.add(found)
        video.close()
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.count(picture) == 2
    assert video.size_bytes == len(data)


def test_boxes_add_up_to_the_file(tmp_path: Path) -> None:
    written(tmp_path / "a.mp4", moving(12), "jpeg")
    data, at, kinds = (tmp_path / "a.mp4").read_bytes(), 0, []
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        kinds.append(kind)
        at += size
    assert at == len(data) and kinds[0] == b"ftyp" and kinds[-1] == b"moov"


def test_levels_are_counted_of_some_pictures_only() -> None:
    levels = Levels(1000)
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 2] = 200
    assert len(list(levels.seen([red] * 1000))) == 1000
    found, count = levels.result()
    assert count == Levels.PICTURES
    assert found[0, 200] == found[1, 0] == found[2, 0] == count * 16
