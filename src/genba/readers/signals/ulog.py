"""Read ULog, the flight log of PX4: a stream for each instance of a topic, the logger's own drop-outs as losses.

Written after the format's public description; pyulog, with which the tests compare, keeps no place for what was lost.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.recordings.naming import Names
from genba.formats.recordings.topics import ragged
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import RAGGED, Block, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

MAGIC = b"ULog\x01\x12\x35"
SYNC = b"\x2f\x73\x13\x20\x25\x0c\xbb\x12"
CLOCK = "boot"
TYPES = {
    "int8_t": "|i1",
    "uint8_t": "|u1",
    "int16_t": "<i2",
    "uint16_t": "<u2",
    "int32_t": "<i4",
    "uint32_t": "<u4",
    "int64_t": "<i8",
    "uint64_t": "<u8",
    "float": "<f4",
    "double": "<f8",
    "bool": "|u1",
    "char": "|u1",
}
FIELD = re.compile(r"([A-Za-z0-9_/]+)(?:\[(\d{1,5})\])? (\w+)")
PIECE_BYTES = 4 << 20
HELD_BYTES = 8 << 20
MOST_DEPTH = 8
MOST_FIELDS = 4096
LEVELS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
_INFO, _MULTIPLE, _PARAMETER, _DEFAULT, _FORMAT, _ADD, _REMOVE, _DATA, _LOG, _TAGGED, _SYNC, _DROP, _FLAGS = (
    ord(letter) for letter in "IMPQFARDLCSOB"
)
KNOWN = frozenset(
    (_INFO, _MULTIPLE, _PARAMETER, _DEFAULT, _FORMAT, _ADD, _REMOVE, _DATA, _LOG, _TAGGED, _SYNC, _DROP, _FLAGS)
)


@dataclass(slots=True)
class _Field:
    name: str
    dtype: str
    count: int  # 0 for a single value


@dataclass(slots=True)
class _Topic:
    stream: Stream
    fields: list[_Field]
    record: int  # bytes of a sample without trailing padding
    most: int
    stamp: int  # where in it the time stands
    rows: list[bytes] = field(default_factory=list)
    last_us: int = 0
    is_told: bool = False  # a topic of which nothing came is no stream
    has_come: bool = False
    drops: list[tuple[int, int, int]] = field(default_factory=list)  # last before, first after (µs), duration in ms
    open_drops: list[tuple[int, int]] = field(default_factory=list)  # last before, duration: nothing has come since


@dataclass(slots=True)
class _Reading:
    limits: SignalLimits
    formats: dict[str, list[tuple[str, int, str]]] = field(default_factory=dict)
    topics: dict[int, _Topic] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    held: int = 0
    damaged: int = 0
    log: list[tuple[int, int, int, bytes]] = field(default_factory=list)  # time, level, tag, text
    refused: int = 0


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield topics with their times since boot; parameters and information as properties, log messages as a stream."""
    with blob.open() as file:
        head = file.read(16)
        if len(head) < 16 or head[:7] != MAGIC:
            raise InvalidInput("signals.not_of_kind", kind="ulog")
        reading = _Reading(limits)
        yield Clock(id=CLOCK, epoch="boot", description="microseconds since the logger's machine was switched on")
        yield Property(name="logging_started_us", value=str(int.from_bytes(head[8:], "little")), origin="properties")
        complete = True
        for kind, data in _messages(file, reading):
            if kind < 0:
                complete = False
                break
            try:
                yield from _message(reading, kind, data)
            except (struct.error, ValueError, IndexError):
                reading.damaged += 1
            if reading.held >= HELD_BYTES:
                yield from _flush(reading)
        yield from _flush(reading)
        yield from _log(reading)
        yield from _losses(reading, complete=complete)
        if not complete:
            yield Finding(code="signals.truncated", severity=Severity.PROBLEM)
        if reading.damaged:
            yield Finding(code="signals.damaged_blocks", count=reading.damaged)
        if reading.refused:
            yield Finding(code="signals.too_many_streams", details={"limit": limits.streams}, count=reading.refused)


def _messages(file: BinaryIO, reading: _Reading) -> Iterator[tuple[int, bytes]]:
    """Cut the file into messages; behind bytes that are none the next synchronisation mark is looked for."""
    data, at = b"", 0
    ended = False
    while True:
        while at + 3 <= len(data):
            size, kind = data[at] | data[at + 1] << 8, data[at + 2]
            if kind not in KNOWN or not size:
                found = data.find(SYNC, at)
                reading.damaged += 1
                if found < 0 and not ended:
                    at = max(at, len(data) - len(SYNC))
                    break
                at = found + len(SYNC) if found >= 0 else len(data)
                continue
            if at + 3 + size > len(data):
                break
            yield kind, data[at + 3 : at + 3 + size]
            at += 3 + size
        if ended:
            if at < len(data):
                yield -1, b""
            return
        piece = file.read(PIECE_BYTES)
        ended = not piece
        data, at = data[at:] + piece, 0


def _message(reading: _Reading, kind: int, data: bytes) -> Iterator[SignalPart]:
    if kind == _DATA:
        _sample(reading, data)
    elif kind == _FORMAT:
        name, _, fields = data.decode("utf-8", "replace").partition(":")
        found = [FIELD.fullmatch(part) for part in fields.split(";") if part]
        if not name or not all(found):
            raise ValueError
        reading.formats[name] = [(m[1], int(m[2] or 0), m[3]) for m in found if m is not None]
    elif kind == _ADD:
        yield from _subscribe(reading, data)
    elif kind == _DROP:
        duration_ms = struct.unpack_from("<H", data)[0]
        for topic in reading.topics.values():
            if topic.has_come:
                topic.open_drops.append((topic.last_us, duration_ms))
    elif kind == _LOG:
        level, stamp = struct.unpack_from("<BQ", data)
        reading.log.append((stamp, level, -1, data[9:]))
    elif kind == _TAGGED:
        level, tag, stamp = struct.unpack_from("<BHQ", data)
        reading.log.append((stamp, level, tag, data[11:]))
    elif kind == _FLAGS:
        if len(data) >= 16 and (data[8] & ~1 or any(data[9:16])):
            raise InvalidInput("signals.encoding_unknown", kind="ulog", encoding=data[8:16].hex())
    elif kind in (_INFO, _PARAMETER):
        yield _property("parameter." if kind == _PARAMETER else "", data)
    elif kind in (_MULTIPLE, _DEFAULT):
        yield _property("parameter_default." if kind == _DEFAULT else "", data[1:])


def _property(prefix: str, data: bytes) -> Property:
    length = data[0]
    type_name, _, key = data[1 : 1 + length].decode("utf-8", "replace").partition(" ")
    if not key:
        raise ValueError
    raw = data[1 + length :]
    if type_name.startswith("char["):
        value = raw.decode("utf-8", "replace").rstrip("\0")
    elif type_name in TYPES:
        import numpy as np

        value = str(np.frombuffer(raw, TYPES[type_name], 1)[0])
    else:
        value = raw.hex()
    return Property(name=prefix + key, value=value, origin="properties")


def _subscribe(reading: _Reading, data: bytes) -> Iterator[SignalPart]:
    instance, number = struct.unpack_from("<BH", data)
    name = data[3:].decode("utf-8", "replace")
    if len(reading.topics) >= reading.limits.streams:
        reading.refused += 1
        return
    fields: list[_Field] = []
    _flatten(reading, name, "", fields, 0)
    sizes = [int(item.dtype[2:]) * max(1, item.count) for item in fields]
    most = sum(sizes)
    while fields and fields[-1].name.startswith("_padding"):
        fields.pop()
        sizes.pop()
    stamp = next((at for at, item in enumerate(fields) if item.name == "timestamp"), -1)
    if stamp < 0 or fields[stamp].dtype != "<u8":
        raise ValueError
    channels = tuple(
        Channel(
            name=item.name,
            dtype=item.dtype,
            shape=(item.count,) if item.count else (),
            kind=_kind_of(item.name),
        )
        for item in fields
        if item.name != "timestamp" and not _is_padding(item.name)
    )
    stream = Stream(
        id=reading.names.take(f"{name}/{instance}"),
        channels=channels,
        clock=CLOCK,
        properties={"topic": name, "instance": str(instance)},
    )
    if number in reading.topics:
        yield from _blocks(reading.topics[number])
    reading.topics[number] = _Topic(stream, fields, sum(sizes), most, sum(sizes[:stamp]))


def _is_padding(name: str) -> bool:
    return name.rpartition(".")[2].startswith("_padding")


def _flatten(reading: _Reading, name: str, prefix: str, fields: list[_Field], depth: int) -> None:
    if name not in reading.formats or depth > MOST_DEPTH or len(fields) > MOST_FIELDS:
        raise ValueError
    for type_name, count, label in reading.formats[name]:
        if type_name in TYPES:
            fields.append(_Field(prefix + label, TYPES[type_name], count))
        else:
            for at in range(max(1, count)):
                inner = f"{prefix}{label}[{at}]." if count else f"{prefix}{label}."
                _flatten(reading, type_name, inner, fields, depth + 1)


def _sample(reading: _Reading, data: bytes) -> None:
    topic = reading.topics.get(data[0] | data[1] << 8)
    size = len(data) - 2
    if topic is None or not topic.record <= size <= topic.most:
        reading.damaged += 1
        return
    topic.rows.append(data[2 : 2 + topic.record])
    at = 2 + topic.stamp
    topic.last_us = int.from_bytes(data[at : at + 8], "little")
    topic.has_come = True
    if topic.open_drops:
        topic.drops += [(before, topic.last_us, duration_ms) for before, duration_ms in topic.open_drops]
        topic.open_drops.clear()
    reading.held += size + 40


def _flush(reading: _Reading) -> Iterator[SignalPart]:
    for topic in reading.topics.values():
        yield from _blocks(topic)
    reading.held = 0


def _blocks(topic: _Topic) -> Iterator[SignalPart]:
    if not topic.rows:
        return
    import numpy as np

    if not topic.is_told:
        topic.is_told = True
        yield topic.stream
    rows, topic.rows = topic.rows, []
    matrix = np.frombuffer(b"".join(rows), "|u1").reshape(len(rows), topic.record)
    at = 0
    values = []
    device = np.zeros(len(rows), np.int64)
    for item in topic.fields:
        size = int(item.dtype[2:]) * max(1, item.count)
        column = np.ascontiguousarray(matrix[:, at : at + size]).view(item.dtype)
        at += size
        if item.name == "timestamp":
            device = column[:, 0].astype(np.int64) * 1000
        elif not _is_padding(item.name):
            values.append(column if item.count else np.ascontiguousarray(column[:, 0]))
    yield Block(stream=topic.stream.id, device_ns=device, values=tuple(values))


def _log(reading: _Reading) -> Iterator[SignalPart]:
    if not reading.log:
        return
    import numpy as np

    stream = reading.names.take("log")
    channels = (
        Channel(name="text", dtype=RAGGED, kind="message", properties={"encoding": "utf-8"}),
        Channel(name="level", dtype="|u1", kind="state", properties={"levels": ", ".join(LEVELS)}),
        Channel(name="tag", dtype="<i4", kind="state"),
    )
    yield Stream(id=stream, channels=channels, clock=CLOCK)
    times, levels, tags, texts = zip(*reading.log, strict=True)
    yield Block(
        stream=stream,
        device_ns=np.array(times, np.uint64).astype(np.int64) * 1000,
        values=(ragged(texts), np.array([level & 0xFF for level in levels], np.uint8), np.array(tags, np.int32)),
    )


def _losses(reading: _Reading, *, complete: bool) -> Iterator[Loss]:
    """A drop-out concerns all topics: each says between which two of its samples it lies."""
    for topic in reading.topics.values():
        if not topic.has_come:
            continue
        rest = [(before, before + duration_ms * 1000, duration_ms) for before, duration_ms in topic.open_drops]
        for before, after, duration_ms in (*topic.drops, *rest):
            yield Loss(
                kind=LossKind.DROP,
                evidence=LossEvidence.RECORDER,
                stream=topic.stream.id,
                first_ns=before * 1000,
                last_ns=after * 1000,
                detail=f"logger_dropout_{duration_ms}_ms",
            )
        if not complete:
            last = topic.last_us * 1000
            yield Loss(
                kind=LossKind.TRUNCATED,
                evidence=LossEvidence.FILE,
                stream=topic.stream.id,
                first_ns=last,
                last_ns=last,
            )


KINDS = (
    ("accelerometer", "vibration"),
    ("gyro", "velocity"),
    ("temperature", "temperature"),
    ("current", "current"),
    ("voltage", "voltage"),
    ("pressure", "pressure"),
    ("position", "position"),
    ("velocity", "velocity"),
)


def _kind_of(name: str) -> str:
    return next((kind for word, kind in KINDS if word in name.lower()), "")
