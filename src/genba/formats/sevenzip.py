"""7z archives: headers, and folders packed by copy, LZMA, LZMA2, deflate or bzip2, with delta and branch filters."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.sevenzip_coders import Coder, decode

SIGNATURE = b"7z\xbc\xaf\x27\x1c"
HEADER_BYTES = 64 << 20
END, HEADER, FILES, PACK, UNPACK, SUBSTREAMS = 0x00, 0x01, 0x05, 0x06, 0x07, 0x08
SIZES, CRCS, FOLDERS, UNPACK_SIZES, STREAM_COUNTS = 0x09, 0x0A, 0x0B, 0x0C, 0x0D
EMPTY_STREAMS, EMPTY_FILES, ANTI, NAMES, MODIFIED, ATTRIBUTES, ENCODED = 0x0E, 0x0F, 0x10, 0x11, 0x14, 0x15, 0x17
UNIX_LINK = 0xA000


@dataclass(slots=True)
class Folder:
    """Streams packed together: a chain of coders over one packed stream."""

    coders: list[Coder]
    linear: bool  # one packed stream through coders of one input and one output each
    unpack_sizes: list[int] = field(default_factory=list)
    offset: int = 0
    packed_bytes: int = 0
    crc: int | None = None
    sizes: list[int] = field(default_factory=list)  # of the files in it
    crcs: list[int | None] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """Bytes that come out of the last coder."""
        return self.unpack_sizes[-1] if self.unpack_sizes else 0


@dataclass(slots=True)
class SevenZipMember:
    """One file or folder of an archive."""

    name: str
    size_bytes: int = 0
    crc: int | None = None
    folder: Folder | None = None  # None for empty files and for folders
    is_folder: bool = False
    is_link: bool = False
    modified: str = ""


def members(stream: BinaryIO, limit: int) -> list[SevenZipMember]:
    """List what an archive holds, in the order it is packed; raises InvalidInput for damage and encryption."""
    head = stream.read(32)
    if len(head) < 32 or head[:6] != SIGNATURE:
        raise InvalidInput("archive.broken", reason="7z")
    offset, size, crc = struct.unpack_from("<QQI", head, 12)
    if size == 0:
        return []
    if size > HEADER_BYTES:
        raise InvalidInput("archive.broken", reason="7z header")
    if 32 + offset + size > stream.seek(0, 2):
        raise InvalidInput("file.truncated")
    stream.seek(32 + offset)
    data = stream.read(size)
    if len(data) < size or zlib.crc32(data) != crc:
        raise InvalidInput("file.truncated")
    try:
        for _ in range(4):
            parser = _Parser(data, limit)
            kind = parser.byte()
            if kind == HEADER:
                return parser.header()
            if kind != ENCODED:
                break
            folders = parser.streams()
            if not folders or folders[0].size_bytes > HEADER_BYTES:
                break
            data = b"".join(
                decode(stream, folders[0].coders, folders[0].unpack_sizes, folders[0].offset, folders[0].packed_bytes)
            )
    except (struct.error, IndexError, ValueError, EOFError, OverflowError, UnicodeDecodeError):
        raise InvalidInput("archive.broken", reason="7z header") from None
    raise InvalidInput("archive.broken", reason="7z header")


class Unpacker:
    """Gives the bytes of one folder's files one after the other."""

    def __init__(self, stream: BinaryIO, folder: Folder) -> None:
        """Raises InvalidInput when a coder is not known, or the folder is encrypted."""
        self._pieces = decode(stream, folder.coders, folder.unpack_sizes, folder.offset, folder.packed_bytes)
        self._held = b""

    def file(self, member: SevenZipMember) -> Iterator[bytes]:
        """Give the next file's bytes; all must be taken before the next is asked for."""
        left, crc = member.size_bytes, 0
        while left:
            if not self._held:
                self._held = next(self._pieces, b"")
                if not self._held:
                    raise InvalidInput("zip.damaged_member", name=member.name, reason="7z")
            piece, self._held = self._held[:left], self._held[left:]
            left -= len(piece)
            crc = zlib.crc32(piece, crc)
            yield piece
        if member.crc is not None and crc != member.crc:
            raise InvalidInput("zip.damaged_member", name=member.name, reason="CRC")


class _Parser:
    """Reads the tree of properties a header is."""

    def __init__(self, data: bytes, limit: int) -> None:
        self._data = io.BytesIO(data)
        self._limit = limit

    def bytes(self, count: int) -> bytes:
        found = self._data.read(count)
        if len(found) < count:
            raise EOFError
        return found

    def byte(self) -> int:
        return self.bytes(1)[0]

    def number(self) -> int:
        """A number whose first byte tells by its leading ones how many bytes follow."""
        first = self.byte()
        mask, value = 0x80, 0
        for shift in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * shift)
            value |= self.byte() << (8 * shift)
            mask >>= 1
        return value

    def count(self) -> int:
        found = self.number()
        if found > self._limit:
            raise InvalidInput("zip.too_many_members", count=found, limit=self._limit)
        return found

    def bits(self, count: int) -> list[bool]:
        data = self.bytes((count + 7) // 8)
        return [bool(data[at >> 3] & 0x80 >> (at & 7)) for at in range(count)]

    def defined(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def crcs(self, count: int) -> list[int | None]:
        return [struct.unpack("<I", self.bytes(4))[0] if known else None for known in self.defined(count)]

    def streams(self) -> list[Folder]:
        """Packed streams, folders, and the files in each."""
        folders: list[Folder] = []
        start, packed = 0, list[int]()
        while (kind := self.byte()) != END:
            if kind == PACK:
                start, packed = self._packed()
            elif kind == UNPACK:
                folders = self._folders()
            elif kind == SUBSTREAMS:
                self._substreams(folders)
            else:
                raise ValueError(kind)
        at, number = 32 + start, 0
        for folder in folders:
            streams = packed[number : number + (1 if folder.linear else 4)]
            folder.offset, folder.packed_bytes = at, sum(streams[:1])
            number += 1 if folder.linear else len(streams)
            at += sum(streams)
            if not folder.sizes and not folder.crcs:
                folder.sizes, folder.crcs = [folder.size_bytes], [folder.crc]
        return folders

    def _packed(self) -> tuple[int, list[int]]:
        start, count = self.number(), self.count()
        sizes: list[int] = []
        while (kind := self.byte()) != END:
            if kind == SIZES:
                sizes = [self.number() for _ in range(count)]
            elif kind == CRCS:
                self.crcs(count)
            else:
                raise ValueError(kind)
        return start, sizes

    def _folders(self) -> list[Folder]:
        if self.byte() != FOLDERS:
            raise ValueError("folders")
        count = self.count()
        if self.byte():
            raise ValueError("external")
        folders = [self._folder() for _ in range(count)]
        while (kind := self.byte()) != END:
            if kind == UNPACK_SIZES:
                for folder in folders:
                    folder.unpack_sizes = [self.number() for _ in range(sum(c.outputs for c in folder.coders))]
            elif kind == CRCS:
                for folder, crc in zip(folders, self.crcs(count), strict=True):
                    folder.crc = crc
            else:
                raise ValueError(kind)
        for folder in folders:
            if folder.linear:  # sizes come in the order of the coders as written; the first written is the last to run
                folder.unpack_sizes = [folder.unpack_sizes[coder.written] for coder in folder.coders]
        return folders

    def _folder(self) -> Folder:
        coders = []
        count = self.number()
        if not 0 < count <= 32:
            raise ValueError("coders")
        for written in range(count):
            flags = self.byte()
            identity = self.bytes(flags & 15).hex()
            inputs, outputs = (self.number(), self.number()) if flags & 0x10 else (1, 1)
            properties = self.bytes(self.number()) if flags & 0x20 else b""
            if inputs > 32 or outputs > 32:
                raise ValueError("streams")
            coders.append(Coder(identity, properties, inputs, outputs, written))
        inputs, outputs = sum(c.inputs for c in coders), sum(c.outputs for c in coders)
        bonds = {self.number(): self.number() for _ in range(outputs - 1)}  # input → the output that feeds it
        packed = inputs - len(bonds)
        first = next((at for at in range(inputs) if at not in bonds), 0)
        if packed > 1:
            first = next(self.number() for _ in range(packed))
        linear = packed == 1 and all(c.inputs == c.outputs == 1 for c in coders)
        if linear:
            ordered = [coders[first]]
            feeds = {output: into for into, output in bonds.items()}
            while ordered[-1].written in feeds and len(ordered) <= count:
                ordered.append(coders[feeds[ordered[-1].written]])
            coders = ordered
        return Folder(coders, linear)

    def _substreams(self, folders: list[Folder]) -> None:
        counts = [1] * len(folders)
        kind = self.byte()
        if kind == STREAM_COUNTS:
            counts = [self.count() for _ in folders]
            kind = self.byte()
        for folder, count in zip(folders, counts, strict=True):
            sizes = [self.number() for _ in range(count - 1)] if kind == SIZES else []
            folder.sizes = [*sizes, folder.size_bytes - sum(sizes)] if count else []
            if any(size < 0 for size in folder.sizes):
                raise ValueError("sizes")
            folder.crcs = [folder.crc] if count == 1 and folder.crc is not None else [None] * count
        if kind == SIZES:
            kind = self.byte()
        if kind == CRCS:
            unknown = [(folder, at) for folder in folders for at, crc in enumerate(folder.crcs) if crc is None]
            for (folder, at), crc in zip(unknown, self.crcs(len(unknown)), strict=True):
                folder.crcs[at] = crc
            kind = self.byte()
        if kind != END:
            raise ValueError(kind)

    def header(self) -> list[SevenZipMember]:
        """The list of files with the streams they come from."""
        folders: list[Folder] = []
        found: list[SevenZipMember] = []
        while (kind := self.byte()) != END:
            if kind == 0x04:
                folders = self.streams()
            elif kind == FILES:
                found = self._files(folders)
            elif kind == 0x02:
                while (kind := self.byte()) != END:
                    self.bytes(self.number())
            else:
                raise ValueError(kind)
        return found

    def _files(self, folders: list[Folder]) -> list[SevenZipMember]:
        count = self.count()
        found = [SevenZipMember("") for _ in range(count)]
        empty, empty_files = [False] * count, list[bool]()
        while (kind := self.byte()) != END:
            size = self.number()
            end = self._data.tell() + size
            if kind == EMPTY_STREAMS:
                empty = self.bits(count)
            elif kind == EMPTY_FILES:
                empty_files = self.bits(sum(empty))
            elif kind == NAMES and not self.byte():
                for member, name in zip(found, self.bytes(size - 1).decode("utf-16-le").split("\0"), strict=False):
                    member.name = name
            elif kind in (MODIFIED, ATTRIBUTES):
                self._facts(found, kind)
            self._data.seek(end)
        streams = (
            (folder, size, crc) for folder in folders for size, crc in zip(folder.sizes, folder.crcs, strict=True)
        )
        empties = iter(empty_files or [False] * sum(empty))
        for member, is_empty in zip(found, empty, strict=True):
            if is_empty:
                member.is_folder = not next(empties)
            else:
                member.folder, member.size_bytes, member.crc = next(streams)
        return found

    def _facts(self, found: list[SevenZipMember], kind: int) -> None:
        known = self.defined(len(found))
        if self.byte():
            return
        for member, has in zip(found, known, strict=True):
            if has and kind == MODIFIED:
                member.modified = _file_time(struct.unpack("<Q", self.bytes(8))[0])
            elif has:
                attributes = struct.unpack("<I", self.bytes(4))[0]
                unix = attributes >> 16 & 0xF000 if attributes & 0x8000 else 0
                member.is_link = unix == UNIX_LINK or bool(attributes & 0x400)


def _file_time(ticks: int) -> str:
    try:
        return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:
        return ""
