"""Records of a batch file: a header with its own checksum, a payload, a chain value and a checksum of both.

Every layout here stands as a table in docs/en/edge.md; genba's reader is written from that page, not from this code.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"\x89GBE\r\n\x1a\n"
VERSION = (1, 0)
PREAMBLE = MAGIC + struct.pack("<HHI", *VERSION, 0)
MARKER = b"\xa7GBR"
HEAD = struct.Struct("<4sBBHIIqqI")
CHECK = struct.Struct("<I")
HEAD_BYTES = HEAD.size + CHECK.size  # 40
TAIL_BYTES = 32 + CHECK.size
PAYLOAD_LIMIT = 256 << 20
NO_STREAM = 0xFFFF
START = bytes(32)  # the chain value before the first record of a file

HEADER, BLOCK, LOSS, STREAMS, TRAILER, SIGNATURE = range(1, 7)


@dataclass(frozen=True, slots=True)
class Frame:
    """The header of a record."""

    kind: int
    stream: int = NO_STREAM
    number: int = 0
    length: int = 0
    first_ns: int = 0
    last_ns: int = 0
    count: int = 0

    def packed(self) -> bytes:
        """The 40 bytes as they stand in a file."""
        fields = (self.kind, 0, self.stream, self.number, self.length, self.first_ns, self.last_ns, self.count)
        head = HEAD.pack(MARKER, *fields)
        return head + CHECK.pack(zlib.crc32(head))


def unpacked(raw: bytes) -> Frame | None:
    """A header, or nothing where these bytes are none."""
    if len(raw) != HEAD_BYTES or raw[:4] != MARKER or CHECK.unpack_from(raw, HEAD.size)[0] != zlib.crc32(raw[:-4]):
        return None
    _, kind, _, stream, number, length, first, last, count = HEAD.unpack_from(raw)
    return Frame(kind, stream, number, length, first, last, count) if length <= PAYLOAD_LIMIT else None


class Chain:
    """Ties every record to the one before it: by a keyed hash where there is a key, else by a plain one."""

    def __init__(self, key: bytes = b"", value: bytes = START) -> None:
        """Begin a file, or go on after the record whose chain value is given."""
        self.value = value
        self._key = key
        self.algorithm = "hmac-sha256" if key else "sha256"

    def next(self, head: bytes, payload: bytes) -> bytes:
        """The chain value of the next record, which becomes the present one."""
        message = (PREAMBLE if self.value == START else b"") + self.value + head + payload
        if self._key:
            self.value = hmac.digest(self._key, message, "sha256")
        else:
            self.value = hashlib.sha256(message).digest()
        return self.value


def record(frame: Frame, payload: bytes, chain: Chain) -> bytes:
    """The bytes of a whole record; the chain moves on."""
    head = frame.packed()
    tail = chain.next(head, payload)
    return b"".join((head, payload, tail, CHECK.pack(zlib.crc32(tail, zlib.crc32(payload)))))


@dataclass(frozen=True, slots=True)
class Scan:
    """How far a file holds: the end of its last whole record, and what was seen up to there."""

    end: int  # 0: not even the first bytes are those of a batch
    size: int
    records: int
    value: bytes  # the chain value of the last record
    header: bytes
    trailer: bytes
    signature: bytes
    sealed: bytes  # the chain value of the trailer
    is_chained: bool  # every chain value is what the key makes it

    @property
    def is_whole(self) -> bool:
        """Nothing is cut off, damaged or left over."""
        return self.end == self.size and bool(self.trailer)


def scan(file: BinaryIO, key: bytes = b"", seen: Callable[[Frame, bytes], None] | None = None) -> Scan:
    """Go through the records up to the first that is not whole; `seen` gets each with its payload."""
    size = file.seek(0, 2)
    file.seek(0)
    header = trailer = signature = sealed = b""
    end = records = 0
    chain, is_chained = Chain(key), True
    if file.read(len(PREAMBLE)) == PREAMBLE:
        end = len(PREAMBLE)
        while (frame := unpacked(head := file.read(HEAD_BYTES))) is not None and frame.number == records:
            if end + HEAD_BYTES + frame.length + TAIL_BYTES > size:
                break
            payload, tail = file.read(frame.length), file.read(TAIL_BYTES)
            if CHECK.unpack_from(tail, 32)[0] != zlib.crc32(tail[:32], zlib.crc32(payload)):
                break
            is_chained &= hmac.compare_digest(chain.next(head, payload), tail[:32])
            chain.value = tail[:32]
            end += HEAD_BYTES + frame.length + TAIL_BYTES
            records += 1
            if frame.kind == HEADER and records == 1:
                header = payload
            elif frame.kind == TRAILER:
                trailer, sealed = payload, tail[:32]
            elif frame.kind == SIGNATURE:
                signature = payload
            if seen is not None:
                seen(frame, payload)
    return Scan(end, size, records, chain.value, header, trailer, signature, sealed, is_chained)


def holds_record(file: BinaryIO, begin: int) -> bool:
    """Whether a whole record stands somewhere behind a place that is damaged."""
    file.seek(begin)
    rest = file.read()
    at = rest.find(MARKER)
    while at >= 0:
        frame = unpacked(rest[at : at + HEAD_BYTES])
        if frame is not None:
            payload = rest[at + HEAD_BYTES : at + HEAD_BYTES + frame.length]
            tail = rest[at + HEAD_BYTES + frame.length : at + HEAD_BYTES + frame.length + TAIL_BYTES]
            if len(tail) == TAIL_BYTES and CHECK.unpack_from(tail, 32)[0] == zlib.crc32(tail[:32], zlib.crc32(payload)):
                return True
        at = rest.find(MARKER, at + 1)
    return False
