"""Read MP4: encoded frames as they are, each with its times, and the bytes around them: the file can be made again."""

from __future__ import annotations

from collections.abc import Iterator

from genba.errors import InvalidInput
from genba.formats.recordings.mp4frames import Mp4, around, mp4_of, pieces
from genba.formats.recordings.naming import stem
from genba.formats.recordings.topics import ragged
from genba.model.finding import Finding
from genba.model.signals import RAGGED, Block, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

CLOCK = "video"


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield the frames of the first picture track in file order, timed by when they are to be decoded."""
    import numpy as np

    with blob.open() as file:
        found = mp4_of(file, blob.size_bytes)
        if found is None:
            raise InvalidInput("signals.encoding_unknown", kind="video", encoding="MP4")
        name = stem(blob.name)
        yield Clock(id=CLOCK, epoch="start", description="the times that the file states for its frames")
        yield _stream(found, name)
        frames, decoded, shown = found.frames, found.decoded_ns, found.shown_ns
        there = found.is_there(blob.size_bytes, limits.sample_bytes)
        for rows, pictures in pieces(file, frames, there, limits):
            yield Block(
                stream=name,
                device_ns=decoded[rows],
                values=(
                    pictures,
                    shown[rows],
                    frames.keys[rows].astype(np.uint8),
                    np.ascontiguousarray(frames.offsets[rows]),
                ),
            )
        rest = around(file, blob.size_bytes, frames, limits.sample_bytes)
        if rest is None:
            yield Finding(code="signals.sample_too_large", details={"limit_mib": limits.sample_bytes >> 20})
        else:
            channel = Channel(name="bytes", dtype=RAGGED, kind="message", properties={"encoding": "mp4 without frames"})
            yield Stream(id=f"{name}/container", channels=(channel,), clock=CLOCK)
            yield Block(stream=f"{name}/container", device_ns=np.zeros(1, np.int64), values=(ragged([rest]),))
        missing = int((~there).sum())
        if missing:
            yield Loss(
                kind=LossKind.TRUNCATED,
                evidence=LossEvidence.FILE,
                stream=name,
                first_ns=int(decoded[there][-1]) if there.any() else 0,
                last_ns=int(decoded[-1]),
                count=missing,
            )
            yield Finding(code="signals.truncated")


def _stream(found: Mp4, name: str) -> Stream:
    import numpy as np

    deltas = np.diff(found.frames.decoded)
    rate = float(found.scale / np.median(deltas)) if len(deltas) and np.median(deltas) > 0 else 0.0
    return Stream(
        id=name,
        channels=(
            Channel(name="frame", dtype=RAGGED, kind="image", properties={"encoding": found.codec}),
            Channel(name="presentation", dtype="<i8", kind="time", unit="ns"),
            Channel(name="key", dtype="|u1", kind="state"),
            Channel(name="offset", dtype="<i8", kind="state", unit="byte"),
        ),
        clock=CLOCK,
        rate_hz=rate,
        properties={"codec": found.codec, "description": found.description.hex()},
    )
