"""Writes pictures one after the other as MP4 (ISO/IEC 14496-12): every frame whole, its time an exact fraction.

No encoder is involved: JPEG and PNG pictures are samples of their own (object types 0x6C and 0x6D of ISO/IEC 14496-1),
which FFmpeg, and so PyAV and torchcodec, decode. A picture that came as JPEG stays the one that came.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction

OBJECT_TYPES = {"jpeg": 0x6C, "png": 0x6D}
# Frames are gathered into boxes of about this size, so that nothing written need be changed afterwards.
BOX_BYTES = 1 << 20
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # language "und", ISO 639-2 packed


class Mp4Writer:
    """One track of pictures of one size at one rate; `close` writes what makes it readable."""

    def __init__(
        self, write: Callable[[bytes], object], *, width: int, height: int, rate_hz: Fraction, encoding: str
    ) -> None:
        """Begin the file; `rate_hz` is exact, so frame k has the time k / rate_hz to the last digit."""
        self._write = write
        self._size = (width, height)
        self._rate = rate_hz
        self._encoding = encoding
        self._sizes: list[int] = []
        self._chunks: list[tuple[int, int]] = []  # where each begins, how many frames it has
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._position = 0
        self._put(_box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2mp41"))

    @property
    def frames(self) -> int:
        """How many frames were added."""
        return len(self._sizes)

    @property
    def size_bytes(self) -> int:
        """How large the file is so far."""
        return self._position + self._waiting_bytes

    def add(self, picture: bytes) -> None:
        """Add a frame as JPEG or PNG data."""
        self._sizes.append(len(picture))
        self._waiting.append(picture)
        self._waiting_bytes += len(picture)
        if self._waiting_bytes >= BOX_BYTES:
            self._flush()

    def close(self) -> None:
        """Write the index."""
        self._flush()
        self._put(self._index())

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._position += len(data)

    def _flush(self) -> None:
        if not self._waiting:
            return
        body = b"".join(self._waiting)
        wide = len(body) + 8 > 0xFFFFFFFF
        head = struct.pack(">I4sQ", 1, b"mdat", len(body) + 16) if wide else struct.pack(">I4s", len(body) + 8, b"mdat")
        self._put(head)
        self._chunks.append((self._position, len(self._waiting)))
        self._put(body)
        self._waiting, self._waiting_bytes = [], 0

    def _index(self) -> bytes:
        scale, step = self._rate.numerator, self._rate.denominator
        duration = step * len(self._sizes)
        width, height = self._size
        movie = struct.pack(">IQQIQ", 1 << 24, 0, 0, scale, duration)
        movie += struct.pack(">IH10x", 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", 2)
        track = struct.pack(">IQQIIQ", (1 << 24) | 3, 0, 0, 1, 0, duration) + bytes(16) + _MATRIX
        track += struct.pack(">II", width << 16, height << 16)
        media = struct.pack(">IQQIQHH", 1 << 24, 0, 0, scale, duration, _UNDETERMINED, 0)
        handler = struct.pack(">II4s12x", 0, 0, b"vide") + b"pictures\0"
        location = _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1), _box(b"url ", struct.pack(">I", 1))))
        samples = _box(b"stbl", self._description(), self._table(step))
        information = _box(b"minf", _box(b"vmhd", struct.pack(">I8x", 1)), location, samples)
        medium = _box(b"mdia", _box(b"mdhd", media), _box(b"hdlr", handler), information)
        return _box(b"moov", _box(b"mvhd", movie), _box(b"trak", _box(b"tkhd", track), medium))

    def _description(self) -> bytes:
        width, height = self._size
        entry = struct.pack(">6xH16xHHII4xH", 1, width, height, 0x480000, 0x480000, 1)
        entry += bytes(32) + struct.pack(">Hh", 24, -1)
        config = _descriptor(4, struct.pack(">BBB3xII", OBJECT_TYPES[self._encoding], 0x11, 0, 0, 0))
        stream = _descriptor(3, struct.pack(">HB", 1, 0) + config + _descriptor(6, b"\x02"))
        sample = _box(b"mp4v", entry, _box(b"esds", bytes(4), stream))
        return _box(b"stsd", struct.pack(">II", 0, 1), sample)

    def _table(self, step: int) -> bytes:
        times = struct.pack(">III", 1, len(self._sizes), step) if self._sizes else struct.pack(">I", 0)
        runs: list[tuple[int, int]] = []
        for number, (_, count) in enumerate(self._chunks, start=1):
            if not runs or runs[-1][1] != count:
                runs.append((number, count))
        chunks = b"".join(struct.pack(">III", number, count, 1) for number, count in runs)
        sizes = struct.pack(f">{len(self._sizes)}I", *self._sizes)
        offsets = struct.pack(f">{len(self._chunks)}Q", *(begin for begin, _ in self._chunks))
        return (
            _box(b"stts", bytes(4), times)
            + _box(b"stsc", struct.pack(">II", 0, len(runs)), chunks)
            + _box(b"stsz", struct.pack(">III", 0, 0, len(self._sizes)), sizes)
            + _box(b"co64", struct.pack(">II", 0, len(self._chunks)), offsets)
        )


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _descriptor(tag: int, body: bytes) -> bytes:
    """Frame a descriptor of ISO/IEC 14496-1; none here is longer than 127 bytes."""
    return bytes((tag, len(body))) + body
