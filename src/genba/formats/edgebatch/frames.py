"""Records of a batch file one after the other; past damage the next whole record is searched."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"\x89GBE\r\n\x1a\n"
PREAMBLE_BYTES = 16
VERSION = (1, 0)
MARKER = b"\xa7GBR"
HEAD_BYTES, TAIL_BYTES = 40, 36
NO_STREAM = 0xFFFF
HEADER, BLOCK, LOSS, STREAMS, TRAILER, SIGNATURE = range(1, 7)
SEARCH_BYTES = 1 << 20

_HEAD = struct.Struct("<BBHIIqqI")
_CHECK = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record whose checksums hold, or of which only the header does: then `payload` is None."""

    kind: int
    stream: int
    number: int
    first_ns: int
    last_ns: int
    count: int
    head: bytes
    payload: bytes | None
    chain: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """Bytes that are no record; `at_end` says that the file ends within them."""

    size_bytes: int
    at_end: bool


def version(file: BinaryIO) -> tuple[int, int] | None:
    """The version of a batch file; None where it is none."""
    raw = file.read(PREAMBLE_BYTES)
    if len(raw) < PREAMBLE_BYTES or not raw.startswith(MAGIC):
        return None
    major, minor = struct.unpack_from("<HH", raw, len(MAGIC))
    return int(major), int(minor)


def is_beginning(file: BinaryIO) -> bool:
    """Tell whether a file ends within what every batch begins with: its recorder was stopped at once."""
    file.seek(0)
    raw = file.read(PREAMBLE_BYTES)
    return len(raw) < PREAMBLE_BYTES and MAGIC.startswith(raw[: len(MAGIC)])


def records(file: BinaryIO, size: int, limit: int) -> Iterator[Record | Break]:
    """Everything behind the preamble; payloads over the limit are not loaded and count as damaged."""
    at = PREAMBLE_BYTES
    while at < size:
        file.seek(at)
        head = file.read(HEAD_BYTES)
        length = _length(head)
        if length is None:
            found = _next_head(file, at + 1, size)
            yield Break((size if found < 0 else found) - at, at_end=found < 0)
            at = size if found < 0 else found
            continue
        end = at + HEAD_BYTES + length + TAIL_BYTES
        if end > size:
            found = _next_head(file, at + HEAD_BYTES, size)
            if found < 0:
                yield _record(head, None, b"")
                yield Break(size - at, at_end=True)
                return
            end = found
            yield _record(head, None, b"")
        elif length > limit:
            yield _record(head, None, b"")
        else:
            payload, tail = file.read(length), file.read(TAIL_BYTES)
            whole = len(tail) == TAIL_BYTES and _CHECK.unpack_from(tail, 32)[0] == zlib.crc32(
                tail[:32], zlib.crc32(payload)
            )
            yield _record(head, payload if whole else None, tail[:32])
        at = end


def _length(head: bytes) -> int | None:
    if len(head) < HEAD_BYTES or head[:4] != MARKER or _CHECK.unpack_from(head, 36)[0] != zlib.crc32(head[:36]):
        return None
    return int(_HEAD.unpack_from(head, 4)[4])


def _record(head: bytes, payload: bytes | None, chain: bytes) -> Record:
    kind, _, stream, number, _, first, last, count = _HEAD.unpack_from(head, 4)
    return Record(
        kind=kind,
        stream=stream,
        number=number,
        first_ns=first,
        last_ns=last,
        count=count,
        head=head,
        payload=payload,
        chain=chain,
    )


def _next_head(file: BinaryIO, at: int, size: int) -> int:
    """Where the next header stands whose checksum holds; -1 where there is none."""
    while at < size:
        file.seek(at)
        chunk = file.read(SEARCH_BYTES + HEAD_BYTES)
        found = chunk.find(MARKER)
        while 0 <= found < SEARCH_BYTES:
            if _length(chunk[found : found + HEAD_BYTES]) is not None:
                return at + found
            found = chunk.find(MARKER, found + 1)
        at += SEARCH_BYTES
    return -1
