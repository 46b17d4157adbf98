"""A segment: a stretch of a stream as one file, with the hash of what went in; decoded only if the proof holds."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from genba.errors import InvalidInput
from genba.formats.lossless.columns import pack, pack_text, unpack, unpack_text
from genba.model.signals import RAGGED, Block, Channel, Ragged, Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAGIC = b"GENBASG1"
FORMAT = "genba-segment/1.0"
HEADER_BYTES = 64 << 20
# A sample may have 64 MiB, and a segment ends with the sample that fills it.
LARGEST_RAW_BYTES = 1 << 30
DTYPE = re.compile(r"\|b1|[|<][iu]1|<[iu][248]|<f[248]")
_ABSENT = (1 << 64) - 1
_TIMES = ("device_ns", "sequence", "host_index", "host_ns")


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an encoded column lies; ragged channels have two, of lengths and of bytes."""

    name: str
    count: int  # values along the first axis; bytes where dtype is "bytes"
    size_bytes: int
    dtype: str
    shape: tuple[int, ...] = ()  # of one value


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a segment's file says of itself before its columns."""

    format: str
    stream: str
    count: int
    raw_bytes: int
    raw_sha256: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A segment ready to be written."""

    data: bytes
    raw_bytes: int
    raw_sha256: str


def encode(block: Block, stream: Stream) -> Encoded:
    """Encode a block; the hash is of its canonical raw bytes."""
    columns: list[Column] = []
    parts: list[bytes] = []
    for name, values in _numbers(block, stream):
        if isinstance(values, bytes):
            parts.append(pack_text(values))
            columns.append(Column(name=name, count=len(values), size_bytes=len(parts[-1]), dtype=RAGGED))
        else:
            parts.append(pack(values))
            columns.append(
                Column(
                    name=name,
                    count=len(values),
                    size_bytes=len(parts[-1]),
                    dtype=values.dtype.str,
                    shape=values.shape[1:],
                )
            )
    raw_bytes, raw_sha256 = proof(block, stream)
    header = msgspec.json.encode(
        Header(
            format=FORMAT,
            stream=block.stream,
            count=len(block.device_ns),
            raw_bytes=raw_bytes,
            raw_sha256=raw_sha256,
            columns=tuple(columns),
        )
    )
    data = b"".join((MAGIC, struct.pack("<I", len(header)), header, *parts))
    return Encoded(data=data, raw_bytes=raw_bytes, raw_sha256=raw_sha256)


def decode(data: bytes, stream: Stream) -> Block:
    """Decode a segment of the stream; raises InvalidInput where its bytes are not what went in."""
    header, at = read_header(data)
    if header.stream != stream.id:
        raise InvalidInput("store.cannot_decode", reason="another stream")
    found: dict[str, Any] = {}
    for column in header.columns:
        part = data[at : at + column.size_bytes]
        at += column.size_bytes
        found[column.name] = _column(part, column)
    block = _block(found, header, stream)
    if proof(block, stream) != (header.raw_bytes, header.raw_sha256):
        raise InvalidInput("store.cannot_decode", reason="sha256")
    return block


def read_header(data: bytes) -> tuple[Header, int]:
    """Read what a segment says of itself, and where its columns begin."""
    if data[: len(MAGIC)] != MAGIC or len(data) < len(MAGIC) + 4:
        raise InvalidInput("store.cannot_decode", reason="no segment")
    (size,) = struct.unpack_from("<I", data, len(MAGIC))
    begin = len(MAGIC) + 4
    if size > HEADER_BYTES or begin + size > len(data):
        raise InvalidInput("store.cannot_decode", reason="header")
    try:
        header = msgspec.json.decode(data[begin : begin + size], type=Header)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidInput("store.cannot_decode", reason=type(error).__name__) from None
    if not header.format.startswith("genba-segment/1."):
        raise InvalidInput("store.cannot_decode", reason="format")
    # Lengths of ragged strings take 8 bytes as offsets do; one more offset stands in the raw bytes.
    if header.raw_bytes > LARGEST_RAW_BYTES or sum(map(_raw_size, header.columns)) > header.raw_bytes:
        raise InvalidInput("store.cannot_decode", reason="too large")
    return header, begin + size


def proof(block: Block, stream: Stream) -> tuple[int, str]:
    """Count and hash the canonical raw bytes: per column its length as 8 bytes little-endian, then its bytes.

    The columns are device times, sequence numbers, host indexes, host times, then the channels in their order; a
    ragged channel has two, offsets and bytes. Numbers are little-endian; a column that is absent has length 2⁶⁴ - 1.
    """
    digest = hashlib.sha256()
    total = 0
    given = {"sequence": block.sequence, "host_index": block.host_index, "host_ns": block.host_ns}
    columns: list[Any] = [block.device_ns, *given.values()]
    for values in block.values:
        columns += [values.offsets, values.data] if isinstance(values, Ragged) else [values]
    for column in columns:
        if column is None:
            digest.update(struct.pack("<Q", _ABSENT))
            continue
        raw = memoryview(column) if isinstance(column, bytes) else _raw(column)
        digest.update(struct.pack("<Q", raw.nbytes))
        digest.update(raw)
        total += raw.nbytes
    return total, digest.hexdigest()


def _raw(array: NDArray[Any]) -> memoryview:
    import numpy as np

    flat = np.ascontiguousarray(array).reshape(-1)
    return memoryview(flat.view("u1").data)


def _numbers(block: Block, stream: Stream) -> list[tuple[str, Any]]:
    """Name the columns of a block; ragged data by the lengths of its strings, which pack better than offsets."""
    import numpy as np

    found: list[tuple[str, Any]] = [("device_ns", block.device_ns)]
    found += [
        (name, values)
        for name, values in zip(_TIMES[1:], (block.sequence, block.host_index, block.host_ns), strict=True)
        if values is not None
    ]
    for number, (channel, values) in enumerate(zip(stream.channels, block.values, strict=True)):
        if isinstance(values, Ragged):
            found.append((f"{number}.lengths", np.diff(values.offsets)))
            found.append((f"{number}.bytes", values.data))
        else:
            found.append((f"{number}", values.astype(channel.dtype, copy=False)))
    return found


def _raw_size(column: Column) -> int:
    if column.dtype == RAGGED:
        return column.count
    if not DTYPE.fullmatch(column.dtype) or min((column.count, column.size_bytes, *column.shape)) < 0:
        raise InvalidInput("store.cannot_decode", reason="dtype")
    total = column.count * int(column.dtype[2:])
    for length in column.shape:
        total *= length
    return total


def _column(part: bytes, column: Column) -> Any:
    import numpy as np

    if column.dtype == RAGGED:
        return unpack_text(part, column.count)
    return unpack(part, np.dtype(column.dtype), (column.count, *column.shape))


def _block(found: dict[str, Any], header: Header, stream: Stream) -> Block:
    values: list[Any] = []
    for number, channel in enumerate(stream.channels):
        if channel.dtype == RAGGED:
            values.append(_ragged(found.get(f"{number}.lengths"), found.get(f"{number}.bytes")))
        else:
            values.append(_checked(found.get(f"{number}"), channel, header.count))
    times = {name: found.get(name) for name in _TIMES}
    device = times.pop("device_ns")
    if device is None or len(device) != header.count:
        raise InvalidInput("store.cannot_decode", reason="times")
    return Block(stream=header.stream, device_ns=device, values=tuple(values), **times)


def _checked(values: Any, channel: Channel, count: int) -> Any:
    import numpy as np

    if values is None or values.dtype != np.dtype(channel.dtype) or values.shape != (count, *channel.shape):
        raise InvalidInput("store.cannot_decode", reason="values")
    return values


def _ragged(lengths: Any, data: Any) -> Ragged:
    import numpy as np

    if lengths is None or not isinstance(data, bytes):
        raise InvalidInput("store.cannot_decode", reason="values")
    offsets = np.zeros(len(lengths) + 1, "<i8")
    np.cumsum(lengths, out=offsets[1:])
    if (lengths < 0).any() or int(offsets[-1]) != len(data):
        raise InvalidInput("store.cannot_decode", reason="lengths")
    return Ragged(offsets, data)
