"""Tar archives and single compressed files, unpacked as a stream that cannot grow without bound."""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from genba.errors import InvalidInput
from genba.formats.membernames import decode_names

CHUNK_BYTES = 1 << 20
MEMORY_BYTES = 256 << 20
BLOCK = 512
EXTENDED_BYTES = 1 << 20
BROKEN = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class TarMember:
    """One file of an archive, whose bytes are given by `pieces` before the next is asked for."""

    name: str
    pieces: Iterator[bytes]
    is_folder: bool = False
    is_special: bool = False  # a link or a device
    modified: str = ""


def plain_stream(stream: BinaryIO, kind: str) -> BinaryIO:
    """Open a compressed file as its plain bytes."""
    if kind == "gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if kind == "bz2":
        return cast(BinaryIO, bz2.BZ2File(stream))
    return cast(BinaryIO, io.BufferedReader(_Xz(stream), CHUNK_BYTES)) if kind == "xz" else stream


class _Xz(io.RawIOBase):
    """An xz stream with a bound on the memory its header may ask for, which LZMAFile lacks."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = self._new()

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._decoder.eof:
                rest = (self._decoder.unused_data or self._stream.read(CHUNK_BYTES)).lstrip(b"\0")
                if not rest:
                    return 0
                self._decoder, data = self._new(), rest
            else:
                data = self._stream.read(CHUNK_BYTES) if self._decoder.needs_input else b""
                if not data and self._decoder.needs_input:
                    raise EOFError("xz")
            piece = self._decoder.decompress(data, len(buffer))
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)


def pieces_of(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """Read a plain stream to its end; raises InvalidInput for damage."""
    try:
        while piece := stream.read(CHUNK_BYTES):
            yield piece
    except BROKEN as error:
        raise InvalidInput("zip.damaged_member", name=name, reason=type(error).__name__) from None


def holds_tar(stream: BinaryIO) -> bool:
    """Say whether a compressed file holds a tar, by its first block."""
    try:
        head = stream.read(BLOCK)
    except BROKEN:
        return False
    if len(head) < BLOCK:
        return False
    if head[257:262] == b"ustar":
        return True
    try:  # tar before POSIX has no magic, only a checksum
        return int(head[148:156].strip(b" \0") or b"-1", 8) == 256 + sum(head[:148]) + sum(head[156:])
    except ValueError:
        return False


def tar_members(stream: BinaryIO) -> Iterator[TarMember]:
    """Go through an archive in one pass."""
    try:
        with tarfile.open(
            fileobj=stream,
            mode="r|",
            encoding="utf-8",
            errors="surrogateescape",
            bufsize=CHUNK_BYTES,
            tarinfo=_BoundedInfo,
        ) as archive:
            for info in archive:
                (name,) = decode_names([info.name.encode("utf-8", "surrogateescape")])
                pieces: Iterator[bytes] = iter(())
                if info.isreg():
                    pieces = _pieces(archive, info, name)
                yield TarMember(
                    name=name,
                    pieces=pieces,
                    is_folder=info.isdir(),
                    is_special=not (info.isreg() or info.isdir()),
                    modified=_time(info.mtime),
                )
    except BROKEN as error:
        raise InvalidInput("archive.broken", reason=type(error).__name__) from None


def _pieces(archive: tarfile.TarFile, info: tarfile.TarInfo, name: str) -> Iterator[bytes]:
    source = archive.extractfile(info)
    if source is None:
        return
    left = info.size
    while left > 0:
        try:
            piece = source.read(min(CHUNK_BYTES, left))
        except BROKEN:
            piece = b""
        if not piece:
            raise InvalidInput("zip.damaged_member", name=name, reason="EOFError")
        left -= len(piece)
        yield piece


class _BoundedInfo(tarfile.TarInfo):
    """Refuses the extended headers of gigabytes that a forged size makes tarfile hold in memory."""

    def _proc_pax(self, archive: tarfile.TarFile) -> Any:
        return self._bounded(super()._proc_pax, archive)  # type: ignore[misc]

    def _proc_gnulong(self, archive: tarfile.TarFile) -> Any:
        return self._bounded(super()._proc_gnulong, archive)  # type: ignore[misc]

    def _bounded(self, proceed: Any, archive: tarfile.TarFile) -> Any:
        if self.size > EXTENDED_BYTES:
            raise tarfile.ReadError("extended header")
        return proceed(archive)


def _time(stamp: float) -> str:
    try:
        return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if stamp > 0 else ""
    except (OverflowError, OSError, ValueError):
        return ""
