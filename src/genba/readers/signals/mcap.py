"""Read MCAP: topics as streams, the bytes of messages as they are; files without an index or an end to the break.

The file is read from front to back once, whatever its index says, so that memory stays bounded and order is kept.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.recordings.topics import Topic, Topics, ragged
from genba.formats.recordings.unpacking import NotUnpackable, begun, unpacked
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import RAGGED, Block, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

MAGIC = b"\x89MCAP0\r\n"
HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK, MESSAGE_INDEX = 1, 2, 3, 4, 5, 6, 7
ATTACHMENT, METADATA, DATA_END = 9, 12, 15
CHUNK_BYTES = 512 << 20  # unpacked; writers stay below a few MiB
_RECORD = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<BQHIQQ")  # opcode and length included
_CHUNK = struct.Struct("<QQQI")


class _Broken(Exception):
    """A record that does not hold what its length says."""


class _Ended(Exception):
    """The file ends within a record."""


@dataclass(slots=True)
class _Reading:
    file: BinaryIO
    size: int
    limits: SignalLimits
    topics: Topics
    schemas: dict[int, tuple[str, str, bytes]] = field(default_factory=dict)
    channels: dict[int, Topic] = field(default_factory=dict)
    held: int = 0
    unpacked: int = 0
    damaged: int = 0  # chunks
    too_large: int = 0
    unknown: int = 0  # messages of channels that nothing tells about
    lost: bool = False  # the last chunk was damaged: the indexes behind it tell what it held
    losses: list[tuple[int, int, int, int]] = field(default_factory=list)  # channel, first, last, count
    attached: int = 0


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield a stream for each topic with the arrivals at the recorder; numbers of JSON and ROS messages beside."""
    with blob.open() as file:
        if file.read(8) != MAGIC:
            raise InvalidInput("signals.not_of_kind", kind="mcap")
        reading = _Reading(file, blob.size_bytes, limits, Topics(limits))
        complete = False
        try:
            for opcode, length in _records(reading):
                if opcode in (FOOTER, DATA_END):
                    complete = True
                    break
                try:
                    yield from _record(reading, opcode, length)
                except _Broken:
                    reading.damaged += 1
        except _Ended:
            pass
        yield from reading.topics.finish()
        yield from _losses(reading)
        if not complete:
            yield from reading.topics.truncated()
            yield Finding(code="signals.truncated", severity=Severity.PROBLEM)
        yield from _findings(reading)


def _records(reading: _Reading) -> Iterator[tuple[int, int]]:
    file = reading.file
    at = 8
    while True:
        head = file.read(9)
        if len(head) < 9:
            return
        opcode, length = _RECORD.unpack(head)
        at += 9
        if opcode == 0 or (length > reading.size - at and opcode != CHUNK):
            raise _Ended
        yield opcode, length
        at += length
        if at > reading.size:
            raise _Ended
        file.seek(at)


def _record(reading: _Reading, opcode: int, length: int) -> Iterator[SignalPart]:
    if opcode == MESSAGE:
        if length > reading.limits.sample_bytes + 22:
            reading.too_large += 1
            return
        _take(reading, _RECORD.pack(opcode, length) + _exactly(reading, length))
        if reading.held >= 1 << 20:
            yield from _due(reading)
    elif opcode == CHUNK:
        _chunk(reading, length)
        yield from _due(reading)
    elif opcode == MESSAGE_INDEX:
        if reading.lost:
            _index(reading, _exactly(reading, length))
    elif opcode == ATTACHMENT:
        yield from _attachment(reading, length)
    elif opcode == METADATA and length <= 16 << 20:
        yield from _metadata(_exactly(reading, length))
    elif opcode in (HEADER, SCHEMA, CHANNEL) and length <= 16 << 20:
        data = _exactly(reading, length)
        if opcode == HEADER:
            yield from _header(data)
        else:
            _take(reading, _RECORD.pack(opcode, length) + data)


def _due(reading: _Reading) -> Iterator[SignalPart]:
    yield from reading.topics.due(reading.held)
    reading.held = sum(len(row[3]) for topic in reading.channels.values() for row in topic.rows)


def _exactly(reading: _Reading, length: int) -> bytes:
    data = reading.file.read(length)
    if len(data) < length:
        raise _Ended
    return data


def _take(reading: _Reading, data: bytes | memoryview, *, cut: bool = False) -> None:
    """Sort the records of a chunk's content; the hot path of reading."""
    at, end = 0, len(data)
    unpack, channels = _MESSAGE.unpack_from, reading.channels
    data = bytes(data)
    most = reading.limits.sample_bytes
    held = 0
    while at + 9 <= end:
        opcode, length = _RECORD.unpack_from(data, at)
        after = at + 9 + length
        if after > end:
            if cut:
                break
            raise _Broken
        if opcode == MESSAGE:
            if length < 22:
                raise _Broken
            _, _, channel, sequence, log, publish = unpack(data, at)
            topic = channels.get(channel)
            if topic is None:
                reading.unknown += 1
            elif length - 22 > most:
                reading.too_large += 1
            else:
                topic.rows.append((sequence, log, publish, data[at + 31 : after]))
                held += length
        elif opcode == SCHEMA:
            _schema(reading, data[at + 9 : after])
        elif opcode == CHANNEL:
            _channel(reading, data[at + 9 : after])
        at = after
    reading.held += held


def _chunk(reading: _Reading, length: int) -> None:
    reading.lost = False
    head = reading.file.read(min(length, 32))
    try:
        _, _, size, crc = _CHUNK.unpack_from(head)
        name = int.from_bytes(head[28:32], "little")
        if len(head) < 32 or name > 64:
            raise _Broken
        compression = _exactly(reading, name).decode("utf-8", "replace")
        packed = int.from_bytes(_exactly(reading, 8), "little")
    except struct.error:
        raise _Ended from None
    except _Broken:
        _damage(reading)
        return
    rest = length - 40 - name
    if size > CHUNK_BYTES or packed > rest or reading.unpacked + size > reading.limits.unpacked_bytes:
        _damage(reading)
        return
    data = reading.file.read(packed)
    cut = len(data) < packed
    reading.unpacked += size
    try:
        content = _unpacked(data, compression, size, cut=cut)
        if not cut and (len(content) != size or (crc and zlib.crc32(content) != crc)):
            raise _Broken
        _take(reading, content, cut=cut)
    except _Broken:
        _damage(reading)
    if cut:
        raise _Ended


def _damage(reading: _Reading) -> None:
    reading.damaged += 1
    reading.lost = True


def _unpacked(data: bytes, compression: str, size: int, *, cut: bool) -> bytes:
    if compression == "":
        return data
    if compression not in ("zstd", "lz4"):
        raise _Broken
    if cut:
        return begun(data, compression, size)
    try:
        return unpacked(data, compression, size)
    except NotUnpackable:
        raise _Broken from None


def _string(data: bytes, at: int) -> tuple[str, int]:
    if at + 4 > len(data):
        raise _Broken
    length = int.from_bytes(data[at : at + 4], "little")
    end = at + 4 + length
    if end > len(data):
        raise _Broken
    return data[at + 4 : end].decode("utf-8", "replace"), end


def _schema(reading: _Reading, data: bytes) -> None:
    number = int.from_bytes(data[:2], "little")
    name, at = _string(data, 2)
    encoding, at = _string(data, at)
    reading.schemas.setdefault(number, (name, encoding, data[at + 4 :]))


def _channel(reading: _Reading, data: bytes) -> None:
    number, schema = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little")
    if number in reading.channels:
        return
    topic, at = _string(data, 4)
    encoding, at = _string(data, at)
    name, schema_encoding, text = reading.schemas.get(schema, ("", "", b""))
    binary = schema_encoding in ("protobuf", "flatbuffer")
    reading.channels[number] = reading.topics.add(
        Topic(
            name=topic,
            type=name,
            encoding=encoding,
            schema=text.hex() if binary else text.decode("utf-8", "replace"),
            schema_encoding=f"{schema_encoding} in hex" if binary else schema_encoding,
            properties=_map(data, at),
        )
    )


def _map(data: bytes, at: int) -> dict[str, str]:
    found: dict[str, str] = {}
    end = min(len(data), at + 4 + int.from_bytes(data[at : at + 4], "little"))
    at += 4
    while at < end:
        name, at = _string(data, at)
        value, at = _string(data, at)
        found[name] = value
    return found


def _index(reading: _Reading, data: bytes) -> None:
    """What a damaged chunk held, as the index behind it says."""
    channel = int.from_bytes(data[:2], "little")
    stamps = [stamp for stamp, _ in struct.iter_unpack("<QQ", data[6 : 6 + (len(data) - 6) // 16 * 16])]
    if stamps:
        reading.losses.append((channel, min(stamps), max(stamps), len(stamps)))


def _losses(reading: _Reading) -> Iterator[SignalPart]:
    for channel, first, last, count in reading.losses:
        topic = reading.channels.get(channel)
        if topic is not None and topic.stream is not None:
            yield Loss(
                kind=LossKind.DAMAGED,
                evidence=LossEvidence.FILE,
                stream=topic.stream.id,
                first_ns=min(first, 2**63 - 1),
                last_ns=min(last, 2**63 - 1),
                count=count,
                detail="times_of_recorder",
            )


def _header(data: bytes) -> Iterator[Property]:
    try:
        profile, at = _string(data, 0)
        library, _ = _string(data, at)
    except _Broken:
        return
    for name, value in (("profile", profile), ("software", library)):
        if value:
            yield Property(name=name, value=value, origin="properties")


def _metadata(data: bytes) -> Iterator[Property]:
    try:
        name, at = _string(data, 0)
        for key, value in _map(data, at).items():
            yield Property(name=f"{name}.{key}" if name else key, value=value, origin="properties")
    except _Broken:
        return


def _attachment(reading: _Reading, length: int) -> Iterator[SignalPart]:
    if length > reading.limits.sample_bytes:
        reading.too_large += 1
        return
    data = _exactly(reading, length)
    try:
        log, created = struct.unpack_from("<QQ", data)
        name, at = _string(data, 16)
        media_type, at = _string(data, at)
    except (_Broken, struct.error):
        reading.damaged += 1
        return
    size = int.from_bytes(data[at : at + 8], "little")
    content = data[at + 8 : at + 8 + size]
    crc = int.from_bytes(data[at + 8 + size : at + 12 + size], "little")
    if len(content) < size or (crc and zlib.crc32(data[: at + 8 + size]) != crc):
        reading.damaged += 1
        return
    import numpy as np

    reading.attached += 1
    stream = f"attachments/{reading.attached}"
    yield Clock(id="attachments", epoch="unix", description="when an attachment was made")
    channel = Channel(name="file", dtype=RAGGED, kind="message", properties={"name": name, "media_type": media_type})
    yield Stream(id=stream, channels=(channel,), clock="attachments", host_clock="attachments")
    yield Block(
        stream=stream,
        device_ns=np.array([created or log], np.uint64).view(np.int64),
        values=(ragged([content]),),
        host_index=np.zeros(1, np.int64),
        host_ns=np.array([log], np.uint64).view(np.int64),
    )


def _findings(reading: _Reading) -> Iterator[Finding]:
    if reading.damaged:
        yield Finding(code="signals.damaged_blocks", count=reading.damaged)
    if reading.too_large:
        limit = reading.limits.sample_bytes >> 20
        yield Finding(code="signals.sample_too_large", details={"limit_mib": limit}, count=reading.too_large)
    if reading.unknown:
        yield Finding(code="signals.unknown_channel", count=reading.unknown)
