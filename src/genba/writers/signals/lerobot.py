"""Writes LeRobot datasets of version 3 (codebase_version v3.0) without torch: tables, videos, descriptions.

`timestamp` is frame_index / fps, as the format demands; measured times are features of their own, given by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from io import RawIOBase
from typing import TYPE_CHECKING, Any

import msgspec

from genba.writers.signals import lerobot_stats as stats
from genba.writers.signals.lerobot_tables import array_of, episode_table, frame_schema, task_table
from genba.writers.signals.mp4 import Mp4Writer

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    Array = NDArray[Any]

Open = Callable[[str], AbstractContextManager[RawIOBase]]
VERSION = "v3.0"
FILES_A_CHUNK = 1000
DATA_BYTES = 100 << 20
VIDEO_BYTES = 200 << 20
# Loaders compare times in single precision to 0.1 ms; beyond 1024 s its steps are coarser than they bear.
LONGEST_S = 1000
TASKS = "meta/tasks.parquet"
DATA = "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
VIDEO = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
EPISODES = "meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet"
COUNTED = ("frame_index", "episode_index", "index", "task_index")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A column of the dataset: numbers of a shape, pictures in video, or pictures in the table."""

    key: str
    dtype: str  # float32, int64, video, image
    shape: tuple[int, ...]
    names: tuple[str, ...] = ()
    encoding: str = ""  # of pictures in video: jpeg, png
    pixels: str = ""  # as FFmpeg names them: yuvj420p, gray, rgb24


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Frames that follow each other at the rate: values by feature, pictures as encoded bytes, one a frame."""

    length: int
    task: str
    values: Mapping[str, Array]
    pictures: Mapping[str, Any] = field(default_factory=dict)  # iterables of bytes
    histograms: Mapping[str, Callable[[], tuple[Array, int]]] = field(default_factory=dict)  # asked after the pictures
    about: Mapping[str, Any] = field(default_factory=dict)  # columns of the episode of our own


@dataclass(slots=True)
class _Track:
    """A feature's video: the file that is open, and where frames in it begin."""

    chunk: int = 0
    file: int = -1
    open: ExitStack | None = None
    video: Mp4Writer | None = None


class LeRobotWriter:
    """Takes episodes one after the other; `close` writes what describes them all."""

    def __init__(self, open_file: Open, features: Sequence[Feature], *, fps: Fraction, robot: str = "") -> None:
        """Begin a dataset; `open_file` gives a file below its folder, written from its beginning to its end."""
        self._open = open_file
        self._features = tuple(features)
        self._fps = fps
        self._robot = robot
        self._schema: Any = None
        self._data: ExitStack | None = None
        self._table: pq.ParquetWriter | None = None
        self._data_file = -1
        self._data_bytes = 0
        self._tracks = {item.key: _Track() for item in self._features if item.dtype == "video"}
        self._tasks: dict[str, int] = {}
        self._episodes: list[dict[str, Any]] = []
        self._stats: list[dict[str, stats.Stats]] = []
        self.frames = 0

    def add(self, episode: Episode) -> None:
        """Write an episode; its length is bounded by what loaders can tell apart in single precision."""
        if episode.length < 1 or episode.length / self._fps > LONGEST_S:
            raise ValueError("an episode has at least one frame and lasts no longer than 1000 s")
        number = len(self._episodes)
        task = self._tasks.setdefault(episode.task, len(self._tasks))
        row: dict[str, Any] = {"episode_index": number, "tasks": [episode.task], "length": episode.length}
        found: dict[str, stats.Stats] = {}
        pictures: dict[str, list[bytes]] = {}
        for item in self._features:
            if item.dtype == "video":
                row |= self._add_video(item, episode)
            elif item.dtype == "image":
                pictures[item.key] = list(episode.pictures[item.key])
            if item.key in episode.histograms:
                found[item.key] = stats.of_pictures(*episode.histograms[item.key]())
        row |= self._add_frames(episode, pictures, found, {"episode_index": number, "task_index": task})
        row |= {f"stats/{key}/{name}": value for key, named in found.items() for name, value in named.items()}
        row |= {"meta/episodes/chunk_index": 0, "meta/episodes/file_index": 0}
        self._episodes.append(row | {f"genba/{name}": value for name, value in episode.about.items()})
        self._stats.append(found)
        self.frames += episode.length

    def close(self) -> None:
        """Finish the open files and write what describes the dataset."""
        import pyarrow.parquet as pq

        for track in self._tracks.values():
            _finish(track)
        self._finish_data()
        with self._open(EPISODES.format(chunk_index=0, file_index=0)) as stream:
            pq.write_table(episode_table(self._episodes), stream, compression="snappy", version="2.6")
        with self._open(TASKS) as stream:
            pq.write_table(task_table(self._tasks), stream, compression="snappy", version="2.6")
        keys = list(self._stats[0]) if self._stats else []
        together = {key: stats.put_together([found[key] for found in self._stats]) for key in keys}
        self._put("meta/stats.json", stats.as_data(together))
        self._put("meta/info.json", self._info())

    def _put(self, path: str, data: Any) -> None:
        with self._open(path) as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(data), indent=4) + b"\n")

    def _add_frames(
        self,
        episode: Episode,
        pictures: Mapping[str, list[bytes]],
        found: dict[str, stats.Stats],
        counted: Mapping[str, int],
    ) -> dict[str, Any]:
        import numpy as np
        import pyarrow as pa

        length, begin = episode.length, self.frames
        place = np.arange(length)
        values: dict[str, Any] = {
            **episode.values,
            "timestamp": (place * self._fps.denominator / self._fps.numerator).astype(np.float32),
            "frame_index": place,
            "index": place + begin,
            **{name: np.full(length, value) for name, value in counted.items()},
        }
        if self._schema is None:
            self._schema = frame_schema(self._features)
        columns = []
        for column in self._schema:
            if column.name in pictures:
                columns.append(array_of(pictures[column.name], column.type))
                continue
            columns.append(array_of(values[column.name], column.type))
            found[column.name] = stats.of_numbers(values[column.name])
        table = pa.Table.from_arrays(columns, schema=self._schema)
        if self._table is None or self._data_bytes + table.nbytes > DATA_BYTES:
            self._next_data()
        assert self._table is not None
        self._table.write_table(table)
        self._data_bytes += table.nbytes
        chunk, file = divmod(self._data_file, FILES_A_CHUNK)
        return {
            "data/chunk_index": chunk,
            "data/file_index": file,
            "dataset_from_index": begin,
            "dataset_to_index": begin + length,
        }

    def _next_data(self) -> None:
        import pyarrow.parquet as pq

        self._finish_data()
        self._data_file += 1
        chunk, file = divmod(self._data_file, FILES_A_CHUNK)
        self._data, self._data_bytes = ExitStack(), 0
        stream = self._data.enter_context(self._open(DATA.format(chunk_index=chunk, file_index=file)))
        writer = pq.ParquetWriter(stream, self._schema, compression="snappy", version="2.6")
        self._table = self._data.enter_context(writer)

    def _finish_data(self) -> None:
        if self._data is not None:
            self._data.close()
        self._data = self._table = None

    def _add_video(self, item: Feature, episode: Episode) -> dict[str, Any]:
        track = self._tracks[item.key]
        seconds = episode.length / self._fps
        video = track.video
        if video is None or video.size_bytes > VIDEO_BYTES or video.frames / self._fps + seconds > LONGEST_S:
            video = self._next_video(item, track)
        begin = video.frames
        for picture in episode.pictures[item.key]:
            video.add(picture)
        if video.frames != begin + episode.length:
            raise ValueError(f"{video.frames - begin} pictures for {episode.length} frames")
        prefix = f"videos/{item.key}"
        return {
            f"{prefix}/chunk_index": track.chunk,
            f"{prefix}/file_index": track.file,
            f"{prefix}/from_timestamp": float(begin / self._fps),
            f"{prefix}/to_timestamp": float((begin + episode.length) / self._fps),
        }

    def _next_video(self, item: Feature, track: _Track) -> Mp4Writer:
        _finish(track)
        track.file += 1
        if track.file == FILES_A_CHUNK:
            track.chunk, track.file = track.chunk + 1, 0
        track.open = ExitStack()
        path = VIDEO.format(video_key=item.key, chunk_index=track.chunk, file_index=track.file)
        stream = track.open.enter_context(self._open(path))
        height, width = item.shape[:2]
        track.video = Mp4Writer(stream.write, width=width, height=height, rate_hz=self._fps, encoding=item.encoding)
        return track.video

    def _info(self) -> dict[str, Any]:
        fps = self._fps.numerator if self._fps.denominator == 1 else float(self._fps)
        return {
            "codebase_version": VERSION,
            "robot_type": self._robot or None,
            "total_episodes": len(self._episodes),
            "total_frames": self.frames,
            "total_tasks": len(self._tasks),
            "chunks_size": FILES_A_CHUNK,
            "data_files_size_in_mb": DATA_BYTES >> 20,
            "video_files_size_in_mb": VIDEO_BYTES >> 20,
            "fps": fps,
            "splits": {"train": f"0:{len(self._episodes)}"},
            "data_path": DATA,
            "video_path": VIDEO if self._tracks else None,
            "features": {item.key: self._described(item, fps) for item in self._features}
            | {"timestamp": {"dtype": "float32", "shape": [1], "names": None}}
            | {name: {"dtype": "int64", "shape": [1], "names": None} for name in COUNTED},
        }

    def _described(self, item: Feature, fps: float) -> dict[str, Any]:
        found: dict[str, Any] = {"dtype": item.dtype, "shape": list(item.shape), "names": list(item.names) or None}
        if item.dtype == "video":
            height, width = item.shape[:2]
            found["info"] = {
                "video.height": height,
                "video.width": width,
                "video.codec": {"jpeg": "mjpeg"}.get(item.encoding, item.encoding),
                "video.pix_fmt": item.pixels,
                "video.is_depth_map": False,
                "video.fps": fps,
                "video.channels": 3,
                "has_audio": False,
            }
        return found


def _finish(track: _Track) -> None:
    if track.video is not None:
        track.video.close()
    if track.open is not None:
        track.open.close()
    track.video = track.open = None
