"""Read MP4: encoded frames as they are, each with its times, and the bytes around them: the file can be made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from genba.errors import InvalidInput
from genba.formats.recordings.naming import stem
from genba.formats.recordings.times import SECOND_NS
from genba.formats.recordings.topics import ragged
from genba.model.finding import Finding
from genba.model.signals import RAGGED, Block, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    from genba.model.signals import Times, Values

CLOCK = "video"
INDEX_BYTES = 256 << 20
MOST_BOXES = 100_000
PIECE_BYTES = 8 << 20
NESTED = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl"))


@dataclass(slots=True)
class _Track:
    scale: int = 0
    handler: bytes = b""
    boxes: dict[bytes, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Frames:
    offsets: Times
    sizes: Times
    decoded: Times  # in the track's units
    shown: Times
    keys: Times


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield the frames of the first picture track in file order, timed by when they are to be decoded."""
    import numpy as np

    with blob.open() as file:
        track = next((item for item in _tracks(file, blob.size_bytes) if item.handler == b"vide"), None)
        frames = _frames(track) if track is not None else None
        if track is None or frames is None or not len(frames.offsets):
            raise InvalidInput("signals.encoding_unknown", kind="video", encoding="MP4")
        name = stem(blob.name)
        deltas = np.diff(frames.decoded)
        rate = float(track.scale / np.median(deltas)) if len(deltas) and np.median(deltas) > 0 else 0.0
        codec = track.boxes[b"stsd"][12:16].decode("latin-1")
        yield Clock(id=CLOCK, epoch="start", description="the times that the file states for its frames")
        yield Stream(
            id=name,
            channels=(
                Channel(name="frame", dtype=RAGGED, kind="image", properties={"encoding": codec}),
                Channel(name="presentation", dtype="<i8", kind="time", unit="ns"),
                Channel(name="key", dtype="|u1", kind="state"),
                Channel(name="offset", dtype="<i8", kind="state", unit="byte"),
            ),
            clock=CLOCK,
            rate_hz=rate,
            properties={"codec": codec, "description": track.boxes[b"stsd"][8:4096].hex()},
        )
        there = frames.offsets + frames.sizes <= blob.size_bytes
        there &= frames.sizes <= limits.sample_bytes
        yield from _blocks(file, name, frames, there, track.scale, limits)
        yield from _around(file, blob.size_bytes, name, frames, limits)
        missing = int((~there).sum())
        if missing:
            last = int(_ns(frames.decoded, track.scale)[there][-1]) if there.any() else 0
            yield Loss(
                kind=LossKind.TRUNCATED,
                evidence=LossEvidence.FILE,
                stream=name,
                first_ns=last,
                last_ns=int(_ns(frames.decoded, track.scale)[-1]),
                count=missing,
            )
            yield Finding(code="signals.truncated")


def _tracks(file: BinaryIO, size: int) -> list[_Track]:
    at = 0
    for _ in range(MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            break
        length = int.from_bytes(head[:4], "big")
        start = 8
        if length == 1 and len(head) == 16:
            length, start = int.from_bytes(head[8:], "big"), 16
        length = length or size - at
        if length < start or length > size - at + INDEX_BYTES:
            break
        if head[4:8] == b"moov" and length <= INDEX_BYTES:
            file.seek(at + start)
            found: list[_Track] = []
            _walk(file.read(length - start), found, 0)
            return found
        at += length
        if at >= size:
            break
    return []


def _walk(data: bytes, tracks: list[_Track], depth: int) -> None:
    at = 0
    while at + 8 <= len(data) and depth < 8:
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if length < 8 or len(tracks) > 64:
            return
        body = data[at + 8 : at + length]
        if name == b"trak":
            tracks.append(_Track())
        if name in NESTED:
            _walk(body, tracks, depth + 1)
        elif tracks:
            if name == b"mdhd" and len(body) >= 24:
                tracks[-1].scale = int.from_bytes(body[20:24] if body[0] == 1 else body[12:16], "big")
            elif name == b"hdlr":
                tracks[-1].handler = body[8:12]
            else:
                tracks[-1].boxes.setdefault(name, body)
        at += length


def _table(body: bytes | None, columns: int, *, skip: int = 4, wide: bool = False) -> Times | None:
    """A box of counted rows of big-endian numbers; None where it is missing or cut off."""
    import numpy as np

    if body is None or len(body) < skip + 4:
        return None
    count = int.from_bytes(body[skip : skip + 4], "big")
    dtype = ">u8" if wide else ">u4"
    size = count * columns * int(dtype[2:])
    if len(body) < skip + 4 + size:
        return None
    return np.frombuffer(body, dtype, count * columns, skip + 4).reshape(count, columns).astype(np.int64)


def _frames(track: _Track) -> _Frames | None:
    import numpy as np

    boxes = track.boxes
    times, runs = _table(boxes.get(b"stts"), 2), _table(boxes.get(b"stsc"), 3)
    chunks = _table(boxes.get(b"stco"), 1)
    if chunks is None:
        chunks = _table(boxes.get(b"co64"), 1, wide=True)
    sizes = _sizes(boxes.get(b"stsz", b""))
    if times is None or runs is None or chunks is None or sizes is None or not track.scale or b"stsd" not in boxes:
        return None
    count = len(sizes)
    if not len(runs) or not count or times[:, 0].sum() < count or (np.diff(runs[:, 0]) <= 0).any() or runs[0, 0] != 1:
        return None
    lengths = np.diff(np.append(runs[:, 0], len(chunks) + 1))
    if (lengths <= 0).any() or lengths.sum() > 1 << 26 or (runs[:, 1] > count).any():
        return None
    in_chunk = np.repeat(runs[:, 1], lengths)
    if in_chunk.sum() < count:
        return None
    chunk = np.repeat(np.arange(len(chunks)), np.minimum(in_chunk, count))[:count]
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    first = np.searchsorted(chunk, np.arange(len(chunks)))
    offsets = chunks[chunk, 0] + before - before[np.minimum(first[chunk], count - 1)]
    decoded = np.concatenate([[0], np.cumsum(np.repeat(times[:, 1], np.minimum(times[:, 0], count))[: count - 1])])
    shifts = _table(boxes.get(b"ctts"), 2)
    shown = decoded.copy()
    if shifts is not None and shifts[:, 0].sum() >= count:
        signed = np.where(shifts[:, 1] >= 1 << 31, shifts[:, 1] - (1 << 32), shifts[:, 1])
        shown += np.repeat(signed, np.minimum(shifts[:, 0], count))[:count]
    keys = np.ones(count, np.int64)
    marked = _table(boxes.get(b"stss"), 1)
    if marked is not None:
        keys = np.isin(np.arange(1, count + 1), marked[:, 0]).astype(np.int64)
    return _Frames(offsets, sizes, decoded, shown, keys)


def _sizes(body: bytes) -> Times | None:
    import numpy as np

    if len(body) < 12:
        return None
    each, count = int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big")
    if each:
        return np.full(count, each, np.int64) if count <= 1 << 24 else None
    rows = _table(body, 1, skip=8)
    return None if rows is None else rows[:, 0]


def _ns(units: Times, scale: int) -> Times:
    seconds = units // scale
    times: Times = seconds * SECOND_NS + (units - seconds * scale) * SECOND_NS // scale
    return times


def _blocks(
    file: BinaryIO, name: str, frames: _Frames, there: Values, scale: int, limits: SignalLimits
) -> Iterator[SignalPart]:
    import numpy as np

    held: list[bytes] = []
    rows: list[int] = []
    size = 0
    chosen = np.flatnonzero(there)
    for at in chosen:
        file.seek(int(frames.offsets[at]))
        held.append(file.read(int(frames.sizes[at])))
        rows.append(int(at))
        size += len(held[-1])
        if size >= min(PIECE_BYTES, limits.block_bytes) or len(rows) >= limits.block_samples or at == chosen[-1]:
            yield Block(
                stream=name,
                device_ns=_ns(frames.decoded[rows], scale),
                values=(
                    ragged(held),
                    _ns(frames.shown[rows], scale),
                    frames.keys[rows].astype(np.uint8),
                    np.ascontiguousarray(frames.offsets[rows]),
                ),
            )
            held, rows, size = [], [], 0


def _around(file: BinaryIO, size: int, name: str, frames: _Frames, limits: SignalLimits) -> Iterator[SignalPart]:
    """Everything in the file that is no frame: headers, the index, sound; in the order in which it stands there."""
    import numpy as np

    order = np.argsort(frames.offsets, kind="stable")
    pieces: list[bytes] = []
    at = got = 0
    starts = [*frames.offsets[order].tolist(), size]
    ends = [*(frames.offsets + frames.sizes)[order].tolist(), size]
    for start, end in zip(starts, ends, strict=True):
        if start > at:
            got += min(start, size) - at
            if got > limits.sample_bytes:
                yield Finding(code="signals.sample_too_large", details={"limit_mib": limits.sample_bytes >> 20})
                return
            file.seek(at)
            pieces.append(file.read(min(start, size) - at))
        at = max(at, min(end, size))
    yield Stream(
        id=f"{name}/container",
        channels=(Channel(name="bytes", dtype=RAGGED, kind="message", properties={"encoding": "mp4 without frames"}),),
        clock=CLOCK,
    )
    yield Block(stream=f"{name}/container", device_ns=np.zeros(1, np.int64), values=(ragged([b"".join(pieces)]),))
