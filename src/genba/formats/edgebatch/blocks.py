"""The payload of a block's record as numbers: unpacked, planes put back into rows, differences added up."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.formats.edgebatch.frames import Record
from genba.model.signals import RAGGED, Block, Ragged, Stream

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Times = NDArray[np.int64]

DEVICE_TIMES, SEQUENCE, ARRIVED, ARRIVALS, ROWS, RAGGED_FIRST = 1, 2, 3, 4, 5, 16
DIFFERENCES, BY_ELEMENT, PLANES = 3, 4, 8  # of a section's transform: two bits, one bit, one bit
STORED, DEFLATED = 0, 1
_SECTION = struct.Struct("<BBBBII")


class Unreadable(Exception):
    """A block whose checksum holds and whose contents do not fit its stream."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a block, unpacked but not yet put back."""

    transform: int
    raw: bytes


def block(record: Record, stream: Stream, limit: int) -> Block:
    """The samples of a record; `limit` bounds what its sections take unpacked."""
    import numpy as np

    assert record.payload is not None
    count = record.count
    sections = _sections(record.payload, limit)
    device = _numbers(sections, DEVICE_TIMES, count)
    if not count or device[0] != record.first_ns or device[-1] != record.last_ns:
        raise Unreadable
    sequence = _numbers(sections, SEQUENCE, count) if SEQUENCE in sections else None
    host_index = host_ns = None
    if ARRIVALS in sections:
        seen = _count(sections[ARRIVALS])
        host_ns = _numbers(sections, ARRIVALS, seen)
        if ARRIVED not in sections and seen != count:
            raise Unreadable
        host_index = _numbers(sections, ARRIVED, seen) if ARRIVED in sections else np.arange(seen, dtype=np.int64)
        if seen and (host_index[0] < 0 or host_index[-1] >= count or (np.diff(host_index) <= 0).any()):
            raise Unreadable
    values = _values(sections, stream, count)
    return Block(
        stream=stream.id, device_ns=device, values=values, sequence=sequence, host_index=host_index, host_ns=host_ns
    )


def _sections(payload: bytes, limit: int) -> dict[int, Section]:
    """Every section by its number; no unpacking beyond what a section says of itself."""
    at, sections = 1, {}
    for _ in range(payload[0] if payload else 0):
        if at + _SECTION.size > len(payload):
            raise Unreadable
        name, transform, packing, _, raw_bytes, stored_bytes = _SECTION.unpack_from(payload, at)
        at += _SECTION.size
        stored = payload[at : at + stored_bytes]
        at += stored_bytes
        limit -= raw_bytes
        if limit < 0 or len(stored) != stored_bytes or name in sections or packing not in (STORED, DEFLATED):
            raise Unreadable
        sections[name] = Section(transform, _inflated(stored, raw_bytes) if packing == DEFLATED else stored)
        if len(sections[name].raw) != raw_bytes:
            raise Unreadable
    if at != len(payload):
        raise Unreadable
    return sections


def _inflated(stored: bytes, size: int) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(stored, size + 1)
    except zlib.error as error:
        raise Unreadable from error
    if not unpacking.eof:
        raise Unreadable
    return raw


def _count(section: Section) -> int:
    return len(section.raw) // 8


def _numbers(sections: dict[int, Section], name: int, count: int) -> Times:
    """A list of 64-bit numbers."""
    import numpy as np

    section = sections.pop(name, None)
    if section is None or len(section.raw) != 8 * count:
        raise Unreadable
    rows = _rows(section, count, 8)
    numbers = np.ascontiguousarray(rows).view("<u8").ravel()
    for _ in range(section.transform & DIFFERENCES):
        numbers = np.cumsum(numbers, dtype=np.uint64)
    return numbers.astype(np.int64, copy=False)


def _rows(section: Section, count: int, width: int) -> Bytes:
    """Bytes as they stood in rows."""
    import numpy as np

    raw = np.frombuffer(section.raw, np.uint8)
    if section.transform & PLANES:
        return np.ascontiguousarray(raw.reshape(width, count).T)
    return raw.reshape(count, width)


def _values(sections: dict[int, Section], stream: Stream, count: int) -> tuple[Any, ...]:
    fixed = [channel for channel in stream.channels if channel.dtype != RAGGED]
    widths = [math.prod(channel.shape) * int(channel.dtype[2]) for channel in fixed]
    columns = _columns(sections.pop(ROWS, None), [channel.dtype for channel in fixed], widths, count)
    values: list[Any] = []
    strings = 0
    for channel in stream.channels:
        if channel.dtype == RAGGED:
            values.append(_ragged(sections, RAGGED_FIRST + 2 * strings, count))
            strings += 1
        else:
            values.append(next(columns).reshape(count, *channel.shape))
    if sections:
        raise Unreadable
    return tuple(values)


def _columns(section: Section | None, dtypes: list[str], widths: list[int], count: int) -> Any:
    """One array for each channel of a fixed size."""
    import numpy as np

    row = sum(widths)
    if len(section.raw if section else b"") != row * count:
        raise Unreadable
    if section is None:
        return iter(())
    width, rows_of = row, count
    if section.transform & BY_ELEMENT:
        if len(set(dtypes)) != 1 and len({dtype[2] for dtype in dtypes}) != 1:
            raise Unreadable
        width = int(dtypes[0][2])
        rows_of = len(section.raw) // width
    rows = _rows(section, rows_of, width)
    times = section.transform & DIFFERENCES
    if section.transform & BY_ELEMENT:
        numbers = np.ascontiguousarray(rows).view(f"<u{width}").ravel()
        for _ in range(times):
            numbers = np.cumsum(numbers, dtype=f"<u{width}")
        rows, times = numbers.view(np.uint8).reshape(count, row), 0
    return _split(rows, dtypes, widths, times)


def _split(rows: Bytes, dtypes: list[str], widths: list[int], times: int) -> Any:
    import numpy as np

    at = 0
    for dtype, width in zip(dtypes, widths, strict=True):
        column = np.ascontiguousarray(rows[:, at : at + width])
        at += width
        if times and dtype[1] != "f":
            whole = column.view(f"<u{dtype[2]}")
            for _ in range(times):
                whole = np.cumsum(whole, axis=0, dtype=f"<u{dtype[2]}")
            column = whole
        yield column.view(dtype)


def _ragged(sections: dict[int, Section], name: int, count: int) -> Ragged:
    import numpy as np

    lengths = _numbers(sections, name, count)
    section = sections.pop(name + 1, None)
    if section is None or section.transform or (lengths < 0).any():
        raise Unreadable
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    if offsets[-1] != len(section.raw):
        raise Unreadable
    return Ragged(offsets, section.raw)
