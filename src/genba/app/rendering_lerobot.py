"""LeRobot v3 from captures at any frame rate: snapshots of all streams, the measured times kept beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from genba.app.rendering_cameras import Camera, Look, look
from genba.app.rendering_frames import Placed, numbers_at, place, raster, stretches
from genba.app.rendering_plan import DEFAULT_RATE, Made, Plan
from genba.app.rendering_sources import Source, columns
from genba.app.rendering_truth import Truth, machine_of
from genba.errors import Conflict, InvalidInput
from genba.storage.rendered import DatasetWriter
from genba.writers.signals.lerobot import COUNTED, LONGEST_S, Episode, Feature, LeRobotWriter
from genba.writers.signals.pictures import Levels, encode_all

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]

FOLDER = "lerobot"
# Beside the frames' nominal times: when they were on the reference clock, and for each source how far the measured
# sample is, how sure its time is, and what its own clock said.
TIME, DISTANCE, WIDTH, DEVICE = "genba.time_ns", "genba.distance_ns", "genba.half_width_ns", "genba.device_ns"
SHORTEST = 2  # frames of an episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The features of a dataset and which streams make each up."""

    numbers: Mapping[str, tuple[Source, ...]]
    cameras: Mapping[str, tuple[Source, Look]]

    @property
    def sources(self) -> tuple[Source, ...]:
        """All streams, in the order of the features."""
        return tuple(source for found in self.numbers.values() for source in found) + tuple(
            source for source, _ in self.cameras.values()
        )


def write(target: DatasetWriter, chosen: Sequence[tuple[Source, ...]], asked: Plan, truth: Truth) -> Made:
    """Write all captures into one dataset; each becomes as many episodes as gaps, lots and lengths demand."""
    rate = asked.rate_hz or DEFAULT_RATE
    shapes, left = [], []
    for sources in chosen:
        shape, missing = _shape(sources, asked)
        left += missing
        if shape.sources:
            shapes.append(shape)
    if not shapes:
        raise InvalidInput("render.nothing_aligned")
    features = _features(shapes[0], asked)
    for shape in shapes[1:]:
        if _features(shape, asked) != features:
            stream, capture = shape.sources[0].stream.id, shape.sources[0].capture.title
            raise Conflict("render.other_channels", stream=stream, capture=capture)
    machine = machine_of(shapes[0].sources[0])
    writer = LeRobotWriter(lambda path: target.stream(f"{FOLDER}/{path}"), features, fps=rate, robot=machine)
    told = _Told()
    for shape in shapes:
        _add_capture(writer, shape, asked, rate, truth, told)
    if not writer.frames:
        raise InvalidInput("render.no_frames", streams=len(shapes[0].sources))
    writer.close()
    typed = [(name, "sc:Integer") for name in (TIME, *COUNTED)]
    return Made(
        samples=writer.frames,
        farthest_ns=told.farthest_ns,
        half_width_ns=told.half_width_ns,
        tables={f"{FOLDER}/data/*/*.parquet": [("timestamp", "sc:Float"), *typed]},
        left_out=tuple(left),
        amounts={"episodes": told.episodes, "skipped": told.skipped} | _handled(shapes),
    )


@dataclass(slots=True)
class _Told:
    """What is told of all captures together."""

    episodes: int = 0
    skipped: int = 0
    farthest_ns: int = 0
    half_width_ns: int = 0


def _shape(sources: Sequence[Source], asked: Plan) -> tuple[Shape, list[tuple[str, str]]]:
    numbers: dict[str, list[Source]] = {}
    cameras: dict[str, tuple[Source, Look]] = {}
    left = []
    for source in sources:
        plain = source.stream.id.replace("/", ".")
        seen = look(source, asked.way)
        if seen is not None:
            key = source.name or f"observation.images.{plain}"
            if key in cameras or key in numbers:
                raise InvalidInput("render.name_twice", name=key)
            cameras[key] = (source, seen)
        elif source.pictures() is None and source.numbers():
            numbers.setdefault(source.name or f"observation.{plain}", []).append(source)
        else:
            left.append((f"{source.capture.title}: {source.stream.id}", "render.no_feature"))
    if clash := sorted(numbers.keys() & cameras.keys()):
        raise InvalidInput("render.name_twice", name=clash[0])
    return Shape(numbers={key: tuple(found) for key, found in numbers.items()}, cameras=cameras), left


def _features(shape: Shape, asked: Plan) -> list[Feature]:
    found = []
    for key, sources in shape.numbers.items():
        names = [
            name if len(sources) == 1 else f"{source.stream.id}.{name}"
            for source in sources
            for channel in source.numbers()
            for name in columns(channel)
        ]
        found.append(Feature(key=key, dtype="float32", shape=(len(names),), names=tuple(names)))
    for key, (_, seen) in shape.cameras.items():
        in_table = asked.way == "images"
        found.append(
            Feature(
                key=key,
                dtype="image" if in_table else "video",
                shape=(seen.height, seen.width, 1 if seen.is_deep else 3),
                names=("height", "width", "channels"),
                encoding=seen.encoding,
                pixels="" if in_table else seen.pixels,
            )
        )
    streams = tuple(source.name or source.stream.id for source in shape.sources)
    found.append(Feature(key=TIME, dtype="int64", shape=(1,)))
    found += [
        Feature(key=key, dtype="int64", shape=(len(streams),), names=streams) for key in (DISTANCE, WIDTH, DEVICE)
    ]
    return found


def _add_capture(writer: LeRobotWriter, shape: Shape, asked: Plan, rate: Fraction, truth: Truth, told: _Told) -> None:
    import numpy as np

    axis = raster(shape.sources, rate)
    if not len(axis):
        return
    placed = [place(source, axis, rate, reading=asked.reading) for source in shape.sources]
    values, present = _values(shape, placed, axis, asked, rate)
    lots = truth.lots(shape.sources[0])
    cuts = np.searchsorted(axis, np.array(sorted({edge for lot in lots for edge in (lot.first_ns, lot.last_ns)})))
    runs = [(begin, end) for begin, end in stretches(present, int(LONGEST_S * rate), cuts) if end - begin >= SHORTEST]
    told.skipped += len(axis) - sum(end - begin for begin, end in runs)
    frames = np.concatenate([np.arange(begin, end) for begin, end in runs]) if runs else np.zeros(0, np.int64)
    first_camera = len(placed) - len(shape.cameras)
    cameras = {
        key: Camera(source, seen, placed[first_camera + at].index[frames], in_table=asked.way == "images")
        for at, (key, (source, seen)) in enumerate(shape.cameras.items())
        if len(frames)
    }
    capture = shape.sources[0].capture
    for begin, end in runs:
        part = {key: found[begin:end] for key, found in values.items()}
        lot = next((lot for lot in lots if lot.first_ns <= axis[begin] and axis[end - 1] <= lot.last_ns), None)
        levels = {key: Levels(end - begin) for key in cameras}
        episode = Episode(
            length=end - begin,
            task=(lot.product if lot else "") or capture.title or capture.id,
            values=part,
            pictures={
                key: encode_all(levels[key].seen(camera.take(end - begin)), shape.cameras[key][1].encoding)
                for key, camera in cameras.items()
            },
            histograms={key: found.result for key, found in levels.items()},
            about={
                "capture": capture.id,
                "lot": lot.lot if lot else "",
                "machine": (lot.machine if lot else "") or machine_of(shape.sources[0]),
                "first_ns": int(axis[begin]),
                "last_ns": int(axis[end - 1]),
            },
        )
        writer.add(episode)
        told.episodes += 1
        told.farthest_ns = max(told.farthest_ns, int(np.abs(part[DISTANCE]).max()))
        told.half_width_ns = max(told.half_width_ns, int(part[WIDTH].max()))


def _values(
    shape: Shape, placed: Sequence[Placed], axis: Times, asked: Plan, rate: Fraction
) -> tuple[dict[str, Array], Array]:
    """Read every feature that is numbers at all frames of a capture, and tell where every stream is there."""
    import numpy as np

    present = np.logical_and.reduce([one.is_there for one in placed])
    by_source = {id(one.source): one for one in placed}
    found: dict[str, Any] = {}
    for key, sources in shape.numbers.items():
        parts = []
        for source in sources:
            values = np.concatenate(list(source.values()))
            one = by_source[id(source)]
            part, valid = numbers_at(one, values, axis, reading=asked.reading, rate_hz=rate)
            parts.append(part)
            present &= valid
        found[key] = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    index = [np.maximum(one.index, 0) for one in placed]
    moments = [one.source.moments() for one in placed]
    found[TIME] = axis
    found[DISTANCE] = np.stack([one.distance_ns for one in placed], axis=1)
    found[WIDTH] = np.stack([item.half_width_ns[at] for item, at in zip(moments, index, strict=True)], axis=1)
    found[DEVICE] = np.stack([item.device_ns[at] for item, at in zip(moments, index, strict=True)], axis=1)
    return found, present


def _handled(shapes: Sequence[Shape]) -> dict[str, int]:
    """Count the cameras whose pictures went in as they came, and those encoded anew."""
    looks = [seen for shape in shapes for _, seen in shape.cameras.values()]
    found = {"copied": sum(seen.is_copied for seen in looks), "reencoded": sum(not seen.is_copied for seen in looks)}
    return {name: count for name, count in found.items() if count}
