"""Read bags of ROS 1 from front to back: no index is needed, and a bag that was never closed is read to its break."""

from __future__ import annotations

import bz2
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.recordings.topics import Topic, Topics
from genba.formats.recordings.unpacking import NotUnpackable, unpacked
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

MAGIC = b"#ROSBAG V2.0\n"
MESSAGE, BAG, INDEX, CHUNK, CHUNK_INFO, CONNECTION = 2, 3, 4, 5, 6, 7
HEADER_BYTES = 16 << 20
CHUNK_BYTES = 512 << 20
DUE_BYTES = 1 << 20


class _Broken(Exception):
    """A record that does not hold what its lengths say."""


class _Ended(Exception):
    """The file ends within a record."""


@dataclass(slots=True)
class _Reading:
    limits: SignalLimits
    topics: Topics
    connections: dict[int, Topic] = field(default_factory=dict)
    held: int = 0
    unpacked: int = 0
    damaged: int = 0
    too_large: int = 0
    unknown: int = 0


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield a stream for each connection: bytes of the messages, their numbers, and the recorder's times."""
    reading = _Reading(limits, Topics(limits))
    complete = True
    with blob.open() as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise InvalidInput("signals.not_of_kind", kind="rosbag1")
        try:
            while True:
                head = file.read(4)
                if not head:
                    break
                yield from _record(reading, file, head)
        except (_Ended, _Broken):
            complete = False
    yield from reading.topics.finish()
    if not complete:
        yield from reading.topics.truncated()
        yield Finding(code="signals.truncated", severity=Severity.PROBLEM)
    if reading.damaged:
        yield Finding(code="signals.damaged_blocks", count=reading.damaged)
    if reading.too_large:
        limit = limits.sample_bytes >> 20
        yield Finding(code="signals.sample_too_large", details={"limit_mib": limit}, count=reading.too_large)
    if reading.unknown:
        yield Finding(code="signals.unknown_channel", count=reading.unknown)


def _record(reading: _Reading, file: BinaryIO, head: bytes) -> Iterator[SignalPart]:
    size = int.from_bytes(head, "little")
    if len(head) < 4:
        raise _Ended
    if size > HEADER_BYTES:
        raise _Broken
    header = _fields(_exactly(file, size))
    length = int.from_bytes(_exactly(file, 4), "little")
    kind = _number(header, b"op")
    if kind in (MESSAGE, CONNECTION):
        if length > reading.limits.sample_bytes:
            reading.too_large += 1
            _skip(file, length)
            return
        _take(reading, kind, header, _exactly(file, length))
    elif kind == CHUNK:
        _chunk(reading, header, file.read(length), length)
    else:
        _skip(file, length)
    if reading.held >= DUE_BYTES:
        yield from reading.topics.due(reading.held)
        reading.held = sum(len(row[3]) for topic in reading.connections.values() for row in topic.rows)


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise _Ended
    return data


def _skip(file: BinaryIO, length: int) -> None:
    file.seek(length - 1, 1) if length else None
    if length and not file.read(1):
        raise _Ended


def _fields(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        name, mark, value = data[at + 4 : at + 4 + size].partition(b"=")
        if not mark or at + 4 + size > len(data):
            raise _Broken
        found[name] = value
        at += 4 + size
    return found


def _number(header: dict[bytes, bytes], name: bytes) -> int:
    if name not in header:
        raise _Broken
    return int.from_bytes(header[name], "little")


def _chunk(reading: _Reading, header: dict[bytes, bytes], data: bytes, length: int) -> None:
    cut = len(data) < length
    size = _number(header, b"size")
    reading.unpacked += size
    try:
        if size > CHUNK_BYTES or reading.unpacked > reading.limits.unpacked_bytes:
            raise _Broken
        content = _unpacked(data, header.get(b"compression", b"none"), size)
        _content(reading, content, cut=cut or len(content) < size)
        if len(content) != size and not cut:
            raise _Broken
    except _Broken:
        reading.damaged += not cut
    if cut:
        raise _Ended


def _unpacked(data: bytes, compression: bytes, size: int) -> bytes:
    try:
        if compression == b"none":
            return data
        if compression == b"bz2":
            return bz2.BZ2Decompressor().decompress(data, size)
        if compression == b"lz4":
            return unpacked(data, "lz4", size)
    except (OSError, EOFError, ValueError, NotUnpackable):
        pass
    raise _Broken


def _content(reading: _Reading, data: bytes, *, cut: bool) -> None:
    """Sort the records of a chunk's content."""
    at, end = 0, len(data)
    while at < end:
        after = at + 4 + int.from_bytes(data[at : at + 4], "little")
        stop = after + 4 + int.from_bytes(data[after : after + 4], "little")
        if after + 4 > end or stop > end:
            if cut:
                return
            raise _Broken
        header = _fields(data[at + 4 : after])
        kind = _number(header, b"op")
        if stop - after - 4 > reading.limits.sample_bytes:
            reading.too_large += 1
        elif kind in (MESSAGE, CONNECTION):
            _take(reading, kind, header, data[after + 4 : stop])
        at = stop


def _take(reading: _Reading, kind: int, header: dict[bytes, bytes], data: bytes) -> None:
    number = _number(header, b"conn")
    if kind == CONNECTION:
        if number not in reading.connections:
            reading.connections[number] = reading.topics.add(_topic(header, _fields(data)))
        return
    topic = reading.connections.get(number)
    stamp = header.get(b"time", b"")
    if topic is None or len(stamp) != 8:
        reading.unknown += 1
        return
    taken = int.from_bytes(stamp[:4], "little") * 1_000_000_000 + int.from_bytes(stamp[4:], "little")
    topic.rows.append((0, taken, taken, data))
    reading.held += len(data)


def _topic(header: dict[bytes, bytes], fields: dict[bytes, bytes]) -> Topic:
    text = {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in fields.items()}
    return Topic(
        name=header.get(b"topic", b"").decode("utf-8", "replace") or text.get("topic", ""),
        type=text.get("type", ""),
        encoding="ros1",
        schema=text.get("message_definition", ""),
        schema_encoding="ros1msg",
        properties={name: text[name] for name in ("callerid", "latching", "md5sum") if text.get(name)},
    )
