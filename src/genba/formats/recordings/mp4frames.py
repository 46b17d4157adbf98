"""The pictures of an MP4 file where they lie, each with its times, and the bytes around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from genba.formats.recordings.times import SECOND_NS
from genba.formats.recordings.topics import ragged
from genba.ports.signals import SignalLimits

if TYPE_CHECKING:
    from genba.model.signals import Ragged, Times, Values

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
class Frames:
    """Where the encoded pictures of a track lie, in file order, and their times in the track's units."""

    offsets: Times
    sizes: Times
    decoded: Times
    shown: Times
    keys: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp4:
    """The first picture track of a file."""

    scale: int  # units of time in a second
    codec: str
    description: bytes  # how to decode, as the file says it
    frames: Frames

    @property
    def decoded_ns(self) -> Times:
        """When each frame is to be decoded."""
        return _ns(self.frames.decoded, self.scale)

    @property
    def shown_ns(self) -> Times:
        """When each frame is to be shown."""
        return _ns(self.frames.shown, self.scale)

    def is_there(self, size: int, largest: int) -> Values:
        """Tell which frames lie within the file and are no larger than a limit."""
        frames = self.frames
        return (frames.offsets + frames.sizes <= size) & (frames.sizes <= largest)


def mp4_of(file: BinaryIO, size: int) -> Mp4 | None:
    """Find the first picture track of a file; None where there is none that can be read."""
    track = next((item for item in _tracks(file, size) if item.handler == b"vide"), None)
    frames = _frames(track) if track is not None else None
    if track is None or frames is None or not len(frames.offsets):
        return None
    described = track.boxes[b"stsd"]
    return Mp4(
        scale=track.scale, codec=described[12:16].decode("latin-1"), description=described[8:4096], frames=frames
    )


def pieces(file: BinaryIO, frames: Frames, there: Values, limits: SignalLimits) -> Iterator[tuple[list[int], Ragged]]:
    """Give the encoded pictures that are there, some at a time, with their numbers in the file."""
    import numpy as np

    held: list[bytes] = []
    rows: list[int] = []
    size = 0
    for at in np.flatnonzero(there).tolist():
        file.seek(int(frames.offsets[at]))
        held.append(file.read(int(frames.sizes[at])))
        rows.append(at)
        size += len(held[-1])
        if size >= min(PIECE_BYTES, limits.block_bytes) or len(rows) >= limits.block_samples:
            yield rows, ragged(held)
            held, rows, size = [], [], 0
    if rows:
        yield rows, ragged(held)


def around(file: BinaryIO, size: int, frames: Frames, largest: int) -> bytes | None:
    """Everything in the file that is no frame: headers, the index, sound; None where it is more than a limit."""
    import numpy as np

    order = np.argsort(frames.offsets, kind="stable")
    found: list[bytes] = []
    at = got = 0
    starts = [*frames.offsets[order].tolist(), size]
    ends = [*(frames.offsets + frames.sizes)[order].tolist(), size]
    for start, end in zip(starts, ends, strict=True):
        if start > at:
            got += min(start, size) - at
            if got > largest:
                return None
            file.seek(at)
            found.append(file.read(min(start, size) - at))
        at = max(at, min(end, size))
    return b"".join(found)


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


def _frames(track: _Track) -> Frames | None:
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
    return Frames(offsets, sizes, decoded, shown, keys)


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
