"""Messages between an engine and its workers: one tag byte, a length, then bytes; nothing is unpickled."""

import struct
from typing import BinaryIO

HEADER = struct.Struct(">cI")
LARGEST_BYTES = 1 << 30

TASK = b"T"
READY = b"R"
STARTED = b"S"
OUTPUT = b"O"
FINISHED = b"F"
FAILED = b"X"
UNAVAILABLE = b"U"


def send(stream: BinaryIO, tag: bytes, body: bytes = b"") -> None:
    """Write one message and flush it."""
    stream.write(HEADER.pack(tag, len(body)) + body)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """Read one message; None when the other side has gone, even in the middle of a message."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    tag, length = HEADER.unpack(header)
    if length > LARGEST_BYTES:
        return None
    body = stream.read(length)
    return (tag, body) if len(body) == length else None
