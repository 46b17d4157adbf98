"""What a LeRobot dataset says of itself in meta/info.json: version, rate, features, where its files lie."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from genba.errors import InvalidInput
from genba.formats.recordings.times import SECOND_NS

if TYPE_CHECKING:
    from genba.model.signals import Times

INFO = "meta/info.json"
INFO_BYTES = 16 << 20
FOLDERS = ("meta", "data", "videos", "images")
# Nobody measured what passed between episodes; so much of nominal time stands there, in frames.
PAUSE_FRAMES = 10
FASTEST_HZ = 100_000
# Features that genba's own datasets have: the frames on its reference clock, and of each stream what was measured.
TIME, DISTANCE, WIDTH, DEVICE = "genba.time_ns", "genba.distance_ns", "genba.half_width_ns", "genba.device_ns"
OWN = frozenset((TIME, DISTANCE, WIDTH, DEVICE))
COUNTED = ("timestamp", "frame_index", "episode_index", "index", "task_index")
PICTURES = frozenset(("video", "image"))
_PLACE = re.compile(r"\{(chunk_index|file_index|video_key)(?::0?([1-9])d)?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A column, or a video, as info.json describes it."""

    key: str
    dtype: str
    shape: tuple[int, ...]
    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()  # one for all, or one for each name; not of the format, but some state them


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """A dataset's own description."""

    version: str
    fps: Fraction
    robot: str
    frames: int  # as stated; 0 where it is not
    features: tuple[Feature, ...]
    data_path: str
    video_path: str

    @property
    def measured(self) -> tuple[str, ...]:
        """Name the streams whose own times stand beside the frames, in their order."""
        found = {item.key: item for item in self.features}
        if not {TIME, DISTANCE, DEVICE} <= found.keys():
            return ()
        names = found[DEVICE].names
        return names if found[DEVICE].shape == found[DISTANCE].shape == (len(names),) else ()

    def column_of(self, key: str) -> int:
        """Give the place of a feature's stream among the measured ones; -1 where there is none, or more than one."""
        fitting = [at for at, name in enumerate(self.measured) if key in _keys(name)]
        return fitting[0] if len(fitting) == 1 else -1


def is_dataset(data: bytes) -> bool:
    """Say whether the bytes of an info.json are those of a LeRobot dataset, of whatever version, whole or damaged."""
    return b'"codebase_version"' in data and b'"features"' in data


def described(data: bytes) -> Info:
    """Understand info.json; raises InvalidInput for other versions and for what is not as the format says."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise InvalidInput("signals.lerobot_info") from None
    if not isinstance(found, dict):
        raise InvalidInput("signals.lerobot_info")
    version = str(found.get("codebase_version", ""))[:40]
    if not re.fullmatch(r"v?3(\.\w+)*", version):
        raise InvalidInput("signals.lerobot_version", version=version)
    storage = found.get("storage_format")
    if storage not in (None, "", "parquet"):
        raise InvalidInput("signals.lerobot_storage", storage=str(storage)[:40])
    fps, features, frames = found.get("fps"), found.get("features"), found.get("total_frames")
    if not isinstance(fps, int | float) or isinstance(fps, bool) or not math.isfinite(fps):
        raise InvalidInput("signals.lerobot_info")
    if not 1e-4 <= fps <= FASTEST_HZ or not isinstance(features, dict):
        raise InvalidInput("signals.lerobot_info")
    return Info(
        version=version,
        fps=Fraction(fps).limit_denominator(10_000),
        robot=str(found.get("robot_type") or ""),
        frames=frames if isinstance(frames, int) and 0 <= frames < 1 << 40 else 0,
        features=tuple(_feature(key, item) for key, item in features.items() if isinstance(item, dict)),
        data_path=str(found.get("data_path") or "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"),
        video_path=str(
            found.get("video_path") or "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
        ),
    )


def _feature(key: str, item: dict[str, Any]) -> Feature:
    shape = item.get("shape")
    plain = isinstance(shape, list) and all(isinstance(size, int) and 0 < size <= 1 << 20 for size in shape)
    return Feature(
        key=key,
        dtype=str(item.get("dtype", "")),
        shape=tuple(shape) if plain and shape else (1,),
        names=tuple(_words(item.get("names"))),
        units=tuple(_words(item.get("units", item.get("unit")))),
    )


def _words(written: Any, depth: int = 0) -> Iterator[str]:
    """Names stand in a list, or in one by axis ({"motors": [...]}), or as keys with their places."""
    if isinstance(written, str):
        yield written
    elif isinstance(written, list) and depth < 4:
        for item in written:
            yield from _words(item, depth + 1)
    elif isinstance(written, dict) and depth < 4:
        for key, item in written.items():
            yield from [key] if isinstance(item, int) else _words(item, depth + 1)


def _keys(stream: str) -> tuple[str, ...]:
    """Name the features that genba renders a stream as: the name asked for, or one made of the stream's."""
    plain = stream.replace("/", ".")
    return stream, f"observation.{plain}", f"observation.images.{plain}"


def path_of(template: str, chunk: int, file: int, key: str = "") -> str:
    """Give the path of a numbered file below the dataset's folder; empty for one that would leave it."""
    values = {"chunk_index": chunk, "file_index": file}

    def put(found: re.Match[str]) -> str:
        return key if found[1] == "video_key" else f"{values[found[1]]:0{found[2] or 1}d}"

    path = PurePosixPath(_PLACE.sub(put, template.replace("\\", "/")))
    is_inside = not path.is_absolute() and ".." not in path.parts and ":" not in str(path) and "\0" not in str(path)
    return str(path) if is_inside and path.parts and path.parts[0] in FOLDERS else ""


def nominal_ns(index: Times, episode: Times, fps: Fraction) -> Times:
    """Lay the frames out at the stated rate, with a pause between episodes: frame_index / fps within each."""
    import numpy as np

    steps = (index + PAUSE_FRAMES * episode) * fps.denominator
    seconds, rest = np.divmod(steps, fps.numerator)
    return np.asarray(seconds * SECOND_NS + rest * SECOND_NS // fps.numerator, np.int64)
