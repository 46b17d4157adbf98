"""Read a LeRobot dataset (v3) as one recording: features, episodes and videos, with measured times where there are any.

The blob is its meta/info.json, whose path leads to the folder. LeRobot keeps no measured time: a frame's `timestamp` is
its number ÷ the rate. Datasets that genba rendered keep the measured times beside the frames, and these are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from genba.errors import InvalidInput
from genba.formats.recordings import lerobot as about
from genba.formats.recordings.lerobot import COUNTED, INFO_BYTES, OWN, TIME, Feature, Info
from genba.formats.recordings.lerobotcolumns import Plan, measured_in, measured_plans, plan_of, whole_numbers
from genba.formats.recordings.lerobotepisodes import Episodes, episodes_of, tasks_of
from genba.formats.recordings.lerobotvideos import Video, video_parts
from genba.formats.recordings.naming import Names
from genba.formats.recordings.times import epoch_of
from genba.formats.recordings.topics import ragged
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import RAGGED, Block, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    import pyarrow as pa

    from genba.model.signals import Times

BATCH_ROWS = 1 << 16
MOST_TASKS = 1000
LARGEST = 1 << 40  # of a number of frames
NOMINAL = "frames"
REFERENCE = "reference"
NOMINAL_CLOCK = Clock(
    id=NOMINAL,
    epoch="start",
    description=f"nominal: frame number / stated rate, {about.PAUSE_FRAMES} frames between episodes; nothing measured",
)


@dataclass(slots=True)
class _Series:
    """A stream in the making: the columns of the table that it is of, and which measured times are its own."""

    name: str
    plans: list[Plan] = field(default_factory=list)
    measured: int = -1  # which of the measured streams
    first: int = -1  # numbers of the frames given so far
    last: int = -1
    last_ns: int = 0

    def saw(self, numbers: Times, times: Times) -> None:
        self.first = int(numbers[0]) if self.first < 0 else self.first
        self.last, self.last_ns = int(numbers[-1]), int(times[-1])


@dataclass(slots=True)
class _Reading:
    """A dataset while it is read."""

    root: Path
    info: Info
    episodes: Episodes
    limits: SignalLimits
    measured: list[Plan]
    cameras: tuple[int, ...]  # which of the measured streams are videos
    names: Names = field(default_factory=Names)
    videos: dict[str, str] = field(default_factory=dict)  # the names of their streams
    series: list[_Series] = field(default_factory=list)
    # Of measured cameras: numbers of frames, with device and reference time of each.
    kept: dict[int, list[tuple[Times, Times, Times]]] = field(default_factory=dict)
    bad_rows: int = 0
    missing: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def frames(self) -> int:
        return self.episodes.frames or self.info.frames

    def clock(self, measured: int) -> str:
        """Name the clock of a stream's times."""
        if measured >= 0:
            return f"device/{self.info.measured[measured]}"
        return REFERENCE if self.info.measured else NOMINAL

    def host_clock(self, measured: int) -> str:
        return REFERENCE if measured >= 0 else ""


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield a stream for each feature, one of the frames' numbers, one of the episodes, and the videos' frames."""
    with blob.open() as file:
        info = about.described(file.read(INFO_BYTES))
    if not blob.path:
        raise InvalidInput("signals.lerobot_info")
    root = Path(blob.path).parent.parent
    episodes, broken = episodes_of(root)
    columns = (info.column_of(item.key) for item in info.features if item.dtype == "video")
    cameras = tuple(at for at in columns if at >= 0)
    reading = _Reading(root, info, episodes, limits, measured_plans(info), cameras, broken=broken)
    reading.videos = {item.key: reading.names.take(item.key) for item in info.features if item.dtype == "video"}
    yield from _facts(reading)
    yield from _frames(reading)
    yield from _episodes(reading)
    for feature in info.features:
        if feature.dtype == "video":
            yield from _video(reading, feature)
    for name, paths in (("missing", reading.missing), ("damaged", reading.broken)):
        if paths:
            details: dict[str, str | int | float] = {"path": paths[0]}
            yield Finding(code=f"signals.lerobot_file_{name}", details=details, count=len(paths))
    if reading.bad_rows:
        yield Finding(code="signals.lerobot_rows", count=reading.bad_rows)
    if not info.measured:
        yield Finding(code="signals.lerobot_nominal", severity=Severity.NOTICE, details={"fps": float(info.fps)})


def _facts(reading: _Reading) -> Iterator[Property]:
    info = reading.info
    yield Property(name="codebase_version", value=info.version)
    yield Property(name="fps", value=str(info.fps))
    if info.robot:
        yield Property(name="robot_type", value=info.robot)
    for number, task in sorted(tasks_of(reading.root).items())[:MOST_TASKS]:
        yield Property(name=f"task {number}", value=task)


def _frames(reading: _Reading) -> Iterator[SignalPart]:
    """Read the tables of frames one after the other."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name in reading.episodes.data_files(reading.root, reading.info):
        path = reading.root / name
        if not path.is_file():
            reading.missing.append(name)
            continue
        try:
            with path.open("rb") as stream:
                file = pq.ParquetFile(stream)
                if not set(COUNTED[:4]) <= set(file.schema_arrow.names):
                    reading.broken.append(name)
                    continue
                size = sum(file.metadata.row_group(at).total_byte_size for at in range(file.metadata.num_row_groups))
                fitting = reading.limits.block_bytes // 4 // max(1, size // max(1, file.metadata.num_rows))
                step = max(1, min(BATCH_ROWS, reading.limits.block_samples, fitting))
                for batch in file.iter_batches(batch_size=step, use_threads=False):
                    if not reading.series and len(batch):
                        yield from _begin(reading, batch)
                    yield from _rows(reading, batch)
        except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError, ValueError):
            reading.broken.append(name)
    if not reading.series:
        yield NOMINAL_CLOCK
    for series in reading.series:
        yield from _ends(reading, series)


def _begin(reading: _Reading, batch: pa.RecordBatch) -> Iterator[SignalPart]:
    """Decide the streams by the first rows, and name their clocks."""
    info = reading.info
    if info.measured:
        first = batch.column(batch.schema.get_field_index(TIME)).to_pylist()[0] if TIME in batch.schema.names else 0
        yield Clock(id=REFERENCE, epoch=epoch_of(first or 0), description="the clock that genba rendered the frames on")
        for name in info.measured:
            yield Clock(id=f"device/{name}", description=f"{name}'s own clock, as measured before it was rendered")
    else:
        yield NOMINAL_CLOCK
    known = {item.key: item for item in info.features}
    for name in batch.schema.names:  # columns that info.json forgot are features too
        known.setdefault(name, Feature(key=name, dtype="", shape=(1,)))
    beside: list[Plan] = []
    for key, feature in known.items():
        if feature.dtype == "video":
            continue
        if key not in batch.schema.names:
            reading.broken.append(f"meta/info.json: {key}")
            continue
        if key in COUNTED or key in OWN:
            beside.append(plan_of(feature, batch, is_split=False))
        elif len(reading.series) < reading.limits.streams - 2:
            reading.series.append(_Series(reading.names.take(key), [plan_of(feature, batch)], info.column_of(key)))
    reading.series.insert(0, _Series(reading.names.take("frames"), beside))
    for series in reading.series:
        yield Stream(
            id=series.name,
            channels=tuple(channel for plan in series.plans for channel in plan.channels()),
            clock=reading.clock(series.measured),
            host_clock=reading.host_clock(series.measured),
            rate_hz=float(info.fps),
            properties={"times": "measured" if info.measured else "nominal"},
        )


def _rows(reading: _Reading, batch: pa.RecordBatch) -> Iterator[SignalPart]:
    """Give a batch of rows to all streams; a row that lacks what one stream needs is missing there alone."""
    import numpy as np
    import pyarrow as pa

    index, episode = whole_numbers(batch, "index"), whole_numbers(batch, "episode_index")
    good = (index >= 0) & (index < LARGEST) & (episode >= 0) & (episode < LARGEST)
    for plan in reading.measured:
        good &= plan.is_whole(batch)
    if not good.all():
        reading.bad_rows += int((~good).sum())
        batch, index, episode = batch.filter(pa.array(good)), index[good], episode[good]
    if not len(batch):
        return
    measured = measured_in(reading.measured, batch)
    times = measured.frame_ns if measured else about.nominal_ns(index, episode, reading.info.fps)
    for series in reading.series:
        taken = np.logical_and.reduce([plan.is_whole(batch) for plan in series.plans])
        reading.bad_rows += int((~taken).sum())
        if not taken.any():
            continue
        part = batch if taken.all() else batch.filter(pa.array(taken))
        host = None
        if measured is not None and series.measured >= 0:
            device = np.ascontiguousarray(measured.device_ns[taken, series.measured])
            host = np.ascontiguousarray(measured.reference_ns[taken, series.measured])
        else:
            device = times[taken]
        series.saw(index[taken], device)
        yield Block(
            stream=series.name,
            device_ns=device,
            values=tuple(found for plan in series.plans for found in plan.values(part)),
            sequence=index[taken],
            host_index=None if host is None else np.arange(len(device), dtype=np.int64),
            host_ns=host,
        )
    if measured is not None:
        for column in reading.cameras:
            one = (index, measured.device_ns[:, column].copy(), measured.reference_ns[:, column].copy())
            reading.kept.setdefault(column, []).append(one)


def _ends(reading: _Reading, series: _Series | Video) -> Iterator[SignalPart]:
    """Tell the frames that are missing before the first and after the last; between them their numbers tell."""
    total = reading.frames
    if series.first > 0:
        yield _lost(series.name, 0, series.first)
    if series.last >= 0 and total - 1 > series.last:
        yield _lost(series.name, series.last_ns, total - 1 - series.last)


def _lost(stream: str, at_ns: int, count: int) -> Loss:
    return Loss(
        kind=LossKind.DROP, evidence=LossEvidence.FILE, stream=stream, first_ns=at_ns, last_ns=at_ns, count=count
    )


def _episodes(reading: _Reading) -> Iterator[SignalPart]:
    """Give a sample for each episode, at the time of its first frame."""
    import numpy as np

    episodes, info = reading.episodes, reading.info
    if not len(episodes.number):
        return
    clock = NOMINAL
    times = about.nominal_ns(episodes.first, episodes.number, info.fps)
    if info.measured and reading.series and "genba/first_ns" in episodes.table.column_names:
        clock = REFERENCE
        times = np.asarray(episodes.table.column("genba/first_ns").to_numpy(), np.int64)
    elif info.measured and reading.series:
        yield NOMINAL_CLOCK
    # As messages: numbers would be taken for a signal when the recording is rendered.
    name = reading.names.take("episodes")
    channel = Channel(name="episode", dtype=RAGGED, kind="message", properties={"encoding": "json"})
    yield Stream(id=name, channels=(channel,), clock=clock)
    texts = ragged(list(episodes.texts()))
    yield Block(stream=name, device_ns=times, values=(texts,), sequence=episodes.number)


def _video(reading: _Reading, feature: Feature) -> Iterator[SignalPart]:
    """Read a camera: its measured times where the frames have them, else the nominal ones."""
    import numpy as np

    at = reading.info.column_of(feature.key)
    measured = None
    if at >= 0 and at in reading.kept:
        numbers, device, reference = (np.concatenate(one) for one in zip(*reading.kept[at], strict=True))
        order = np.argsort(numbers, kind="stable")
        measured = numbers[order], device[order], reference[order]
    elif reading.info.measured:
        yield NOMINAL_CLOCK
    video = Video(
        key=feature.key,
        name=reading.videos[feature.key],
        info=reading.info,
        clock=NOMINAL if measured is None else reading.clock(at),
        host_clock="" if measured is None else REFERENCE,
        measured=measured,
        missing=reading.missing,
        broken=reading.broken,
    )
    yield from video_parts(reading.root, video, reading.episodes.video_files(reading.info, feature.key), reading.limits)
    if video.is_begun:
        yield from _ends(reading, video)
    if video.outside or video.short:
        details: dict[str, str | int | float] = {"stream": video.name, "outside": video.outside, "short": video.short}
        yield Finding(code="signals.lerobot_video_frames", details=details)
