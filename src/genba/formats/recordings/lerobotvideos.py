"""The videos of a LeRobot dataset: encoded frames as they are, each at the time of the dataset's frame that it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from genba.formats.recordings.lerobot import Info, nominal_ns, path_of
from genba.formats.recordings.lerobotepisodes import Stretch
from genba.formats.recordings.mp4frames import Mp4, around, mp4_of, pieces
from genba.formats.recordings.times import SECOND_NS
from genba.formats.recordings.topics import ragged
from genba.model.finding import Finding
from genba.model.signals import RAGGED, Block, Channel, Clock, Stream
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    from genba.model.signals import Times, Values

FILE_CLOCK = Clock(id="video", epoch="start", description="the times that a video file states for its frames")


@dataclass(slots=True)
class Video:
    """A camera of the dataset, its clocks, and of which frames the measured times are known."""

    key: str
    name: str
    info: Info
    clock: str
    host_clock: str = ""
    # By the frames' numbers, ascending: device and reference times; None where times are nominal.
    measured: tuple[Times, Times, Times] | None = None
    first: int = -1  # numbers of the frames given
    last: int = -1
    last_ns: int = 0
    missing: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    outside: int = 0  # frames of no episode
    short: int = 0  # frames that an episode should have
    is_begun: bool = False
    outside_about: dict[str, str] = field(default_factory=dict)

    def times(self, index: Times, episode: Times) -> tuple[Times, Times | None, Values]:
        """Give device and reference times of frames, and which are known."""
        import numpy as np

        known: Values = index >= 0
        if self.measured is None:
            return nominal_ns(np.maximum(index, 0), np.maximum(episode, 0), self.info.fps), None, known
        numbers, device, reference = self.measured
        at = np.minimum(np.searchsorted(numbers, index), len(numbers) - 1)
        return device[at], reference[at], known & (numbers[at] == index)


def video_parts(
    root: Path, video: Video, files: Mapping[tuple[int, int], Sequence[Stretch]], limits: SignalLimits
) -> Iterator[SignalPart]:
    """Read a camera's files one after the other; what cannot be read is named in `video`."""
    for numbers, places in files.items():
        path = path_of(video.info.video_path, *numbers, video.key)
        source = root / path
        if not path or not source.is_file():
            video.missing.append(path or video.info.video_path)
            continue
        try:
            with source.open("rb") as file:
                size = source.stat().st_size
                found = mp4_of(file, size)
                if found is None:
                    video.broken.append(path)
                    continue
                if not video.is_begun:
                    video.is_begun = True
                    yield from _streams(video, found)
                yield from _file(file, size, found, video, (numbers, places), limits)
        except OSError:
            video.broken.append(path)


def _streams(video: Video, found: Mp4) -> Iterator[SignalPart]:
    yield Stream(
        id=video.name,
        channels=(_frame(found), Channel(name="index", dtype="<i8", kind="state"), *_beside()),
        clock=video.clock,
        host_clock=video.host_clock,
        rate_hz=float(video.info.fps),
        properties={**_about(found), "times": "nominal" if video.measured is None else "measured"},
    )
    path = Channel(name="path", dtype=RAGGED, kind="state", properties={"encoding": "utf-8"})
    rest = Channel(name="bytes", dtype=RAGGED, kind="message", properties={"encoding": "mp4 without frames"})
    yield Stream(id=f"{video.name}/container", channels=(rest, path), clock=video.clock)


def _outside(video: Video, found: Mp4) -> Stream:
    """Describe the frames that belong to no episode; the first file that has some describes them for all."""
    video.outside_about = video.outside_about or _about(found)
    channels = (Channel(name="frame", dtype=RAGGED, kind="image"), *_beside())
    about = video.outside_about
    return Stream(id=f"{video.name}/outside", channels=channels, clock=FILE_CLOCK.id, properties=about)


def _about(found: Mp4) -> dict[str, str]:
    return {"codec": found.codec, "description": found.description.hex()}


def _frame(found: Mp4) -> Channel:
    return Channel(name="frame", dtype=RAGGED, kind="image", properties={"encoding": found.codec})


def _beside() -> tuple[Channel, ...]:
    return (
        Channel(name="presentation", dtype="<i8", kind="time", unit="ns"),
        Channel(name="key", dtype="|u1", kind="state"),
        Channel(name="offset", dtype="<i8", kind="state", unit="byte"),
        Channel(name="chunk_index", dtype="<i4", kind="state"),
        Channel(name="file_index", dtype="<i4", kind="state"),
    )


def _file(
    file: BinaryIO,
    size: int,
    found: Mp4,
    video: Video,
    place: tuple[tuple[int, int], Sequence[Stretch]],
    limits: SignalLimits,
) -> Iterator[SignalPart]:
    """Give the frames of one file, those of no episode apart, and the bytes around them."""
    import numpy as np

    numbers, places = place
    frames, shown = found.frames, found.shown_ns
    index, episode, rank = _placed(found, places, video)
    device, reference, known = video.times(index, episode)
    there = found.is_there(size, limits.sample_bytes)
    if (there & ~known).any():
        yield FILE_CLOCK
        yield _outside(video, found)
    for is_inside, mask in ((True, there & known), (False, there & ~known)):
        for rows, pictures in pieces(file, frames, mask, limits):
            where = tuple(np.full(len(rows), number, "<i4") for number in numbers)
            beside = (shown[rows], frames.keys[rows].astype(np.uint8), np.ascontiguousarray(frames.offsets[rows]))
            if not is_inside:
                times = found.decoded_ns[rows]
                yield Block(stream=f"{video.name}/outside", device_ns=times, values=(pictures, *beside, *where))
                continue
            video.first = int(index[rows[0]]) if video.first < 0 else video.first
            video.last, video.last_ns = int(index[rows[-1]]), int(device[rows[-1]])
            yield Block(
                stream=video.name,
                device_ns=device[rows],
                # Of each frame, the dataset's frame that it shows; frames come in the order in which they are decoded.
                values=(pictures, index[rank[rows]], *beside, *where),
                sequence=index[rows],
                host_index=None if reference is None else np.arange(len(rows), dtype=np.int64),
                host_ns=None if reference is None else reference[rows],
            )
    video.outside += int((there & ~known).sum())
    if not there.all():
        yield Finding(code="signals.truncated")
    rest = around(file, size, frames, limits.sample_bytes)
    if rest is None:
        yield Finding(code="signals.sample_too_large", details={"limit_mib": limits.sample_bytes >> 20})
        return
    path = path_of(video.info.video_path, *numbers, video.key).encode("utf-8", "replace")
    times = device[known][:1] if known.any() else np.zeros(1, np.int64)
    yield Block(stream=f"{video.name}/container", device_ns=times, values=(ragged([rest]), ragged([path])))


def _placed(found: Mp4, places: Sequence[Stretch], video: Video) -> tuple[Times, Times, Times]:
    """Number the frames in the order in which they are shown, −1 for those of no episode; with each frame's place."""
    import numpy as np

    shown = found.shown_ns - found.shown_ns.min()
    order = np.argsort(shown, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    index, episode = np.full(len(order), -1, np.int64), np.full(len(order), -1, np.int64)
    half = SECOND_NS / (2 * float(video.info.fps))
    for place in places:
        begin = int(np.searchsorted(shown[order], place.from_s * SECOND_NS - half))
        count = max(0, min(place.last - place.first, len(order) - begin))
        index[begin : begin + count] = np.arange(place.first, place.first + count)
        episode[begin : begin + count] = place.episode
        video.short += place.last - place.first - count
    return index, episode, rank
