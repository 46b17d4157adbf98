"""LZH (LHA) archives, which old Japanese file shares are full of: header levels 0 to 2, methods lh0 and lh4 to lh7."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.membernames import decode_names

STORED = (b"-lh0-", b"-lz4-")
WINDOW_BITS = {b"-lh4-": 12, b"-lh5-": 13, b"-lh6-": 15, b"-lh7-": 16}
CHUNK_BYTES = 1 << 16
HEADER_BYTES = 64 << 10
CODES = 510  # 256 bytes and lengths 3 to 256
TEMPORARY_CODES = 19


@dataclass(frozen=True, slots=True)
class LzhMember:
    """One file of an archive."""

    name: str
    method: str
    packed_bytes: int
    size_bytes: int
    crc: int
    offset: int  # of its packed bytes
    is_folder: bool = False
    modified: str = ""


def members(stream: BinaryIO, limit: int) -> list[LzhMember]:
    """List what an archive holds; raises InvalidInput("archive.broken") when a header is damaged."""
    stream.seek(0)
    raw: list[tuple[bytes, LzhMember]] = []
    while len(raw) < limit:
        start = stream.tell()
        head = stream.read(HEADER_BYTES)
        if not head or head[0] == 0:
            break
        try:
            name, member, after = _header(head, start)
        except (struct.error, IndexError, ValueError):
            if raw:
                break  # an archive cut off: what was listed can still be read
            raise InvalidInput("archive.broken", reason="LZH header") from None
        raw.append((name, member))
        stream.seek(after)
    names = decode_names([name for name, _ in raw])
    return [_named(member, name) for (_, member), name in zip(raw, names, strict=True)]


def _named(member: LzhMember, name: str) -> LzhMember:
    name = (member.name or name).replace("\\", "/")
    return LzhMember(
        name,
        member.method,
        member.packed_bytes,
        member.size_bytes,
        member.crc,
        member.offset,
        member.method == "-lhd-" or name.endswith("/"),
        member.modified,
    )


def _header(head: bytes, start: int) -> tuple[bytes, LzhMember, int]:
    method = head[2:7]
    if method[:2] not in (b"-l", b"-p") or method[4:5] != b"-":
        raise ValueError(method)
    packed, size, stamp = struct.unpack_from("<III", head, 7)
    level = head[20]
    if level in (0, 1):
        length = head[0] + 2
        if sum(head[2:length]) & 0xFF != head[1]:
            raise ValueError("checksum")
        end = 22 + head[21]
        name = head[22:end].split(b"\0")[0]
        crc = struct.unpack_from("<H", head, end)[0]
        extensions = _extensions(head, length - 2) if level == 1 else _Extensions()
        modified = _dos_time(stamp)
        offset, packed = start + length + extensions.length, packed - extensions.length
    elif level == 2:
        length, crc = struct.unpack_from("<H", head, 0)[0], struct.unpack_from("<H", head, 21)[0]
        extensions = _extensions(head, 24)
        name, modified, offset = b"", _unix_time(stamp), start + length
    else:
        raise ValueError(level)
    if packed < 0 or offset <= start:
        raise ValueError("size")
    name = extensions.folder + (extensions.name or name)
    unicode_name = extensions.unicode_folder + extensions.unicode_name if extensions.unicode_name else ""
    member = LzhMember(unicode_name, method.decode("ascii"), packed, size, crc, offset, modified=modified)
    return name, member, offset + packed


@dataclass(slots=True)
class _Extensions:
    length: int = 0
    name: bytes = b""
    folder: bytes = b""
    unicode_name: str = ""
    unicode_folder: str = ""


def _extensions(head: bytes, at: int) -> _Extensions:
    found = _Extensions()
    (size,) = struct.unpack_from("<H", head, at)
    at += 2
    while size:
        if size < 3 or at + size > len(head):
            raise ValueError("extended header")
        kind, data = head[at], head[at + 1 : at + size - 2]
        if kind == 0x01:
            found.name = data
        elif kind == 0x02:
            found.folder = data.replace(b"\xff", b"/")
        elif kind == 0x44:
            found.unicode_name = data.decode("utf-16-le", "replace")
        elif kind == 0x45:
            found.unicode_folder = data.decode("utf-16-le", "replace").replace("\uffff", "/")
        found.length += size
        (next_size,) = struct.unpack_from("<H", head, at + size - 2)
        at += size
        size = next_size
    return found


def _dos_time(stamp: int) -> str:
    try:
        found = datetime(
            1980 + (stamp >> 25),
            stamp >> 21 & 15,
            stamp >> 16 & 31,
            stamp >> 11 & 31,
            stamp >> 5 & 63,
            (stamp & 31) * 2,
            tzinfo=UTC,
        )
    except ValueError:
        return ""
    return found.strftime("%Y-%m-%dT%H:%M:%S")  # local time of the packer's machine, whose zone nobody wrote down


def _unix_time(stamp: int) -> str:
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unpack(stream: BinaryIO, member: LzhMember) -> Iterator[bytes]:
    """Give a member's bytes in pieces; raises InvalidInput for methods we do not know and for damage."""
    method = member.method.encode("ascii")
    if method not in STORED and method not in WINDOW_BITS:
        raise InvalidInput("archive.unknown_method", name=member.name, method=member.method)
    stream.seek(member.offset)
    crc = left = 0
    left = member.size_bytes
    pieces = (
        _stored(stream, member.packed_bytes)
        if method in STORED
        else _Decoder(stream, member.packed_bytes, WINDOW_BITS[method]).pieces(member.size_bytes)
    )
    try:
        for piece in pieces:
            crc = crc16(piece, crc)
            left -= len(piece)
            yield piece
    except (EOFError, IndexError, ValueError):
        raise InvalidInput("zip.damaged_member", name=member.name, reason="LZH") from None
    if left or crc != member.crc:
        raise InvalidInput("zip.damaged_member", name=member.name, reason="CRC")


def _stored(stream: BinaryIO, left: int) -> Iterator[bytes]:
    while left > 0:
        piece = stream.read(min(left, CHUNK_BYTES))
        if not piece:
            raise EOFError
        left -= len(piece)
        yield piece


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return tuple(table)


CRC_TABLE = _crc_table()


def crc16(data: bytes, crc: int = 0) -> int:
    """CRC-16/ARC, as LHA uses it."""
    table = CRC_TABLE
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


class _Decoder:
    """Static Huffman over a sliding window, block by block."""

    def __init__(self, stream: BinaryIO, packed_bytes: int, window_bits: int) -> None:
        self._stream = stream
        self._left = packed_bytes
        self._window = 1 << window_bits
        self._positions = window_bits + 1
        self._position_bits = 4 if window_bits <= 13 else 5
        self._bits = 0
        self._count = 0
        self._padded = 0

    def _need(self, count: int) -> None:
        while self._count < count:
            data = self._stream.read(min(self._left, 64))
            self._left -= len(data)
            if not data:
                self._padded += 1
                if self._padded > 16:  # the last codes may look a little beyond the end, not further
                    raise EOFError
                data = b"\0\0"
            self._bits = (self._bits & ((1 << self._count) - 1)) << len(data) * 8 | int.from_bytes(data, "big")
            self._count += len(data) * 8

    def _get(self, count: int) -> int:
        if not count:
            return 0
        self._need(count)
        self._count -= count
        return self._bits >> self._count & ((1 << count) - 1)

    def _symbol(self, table: list[int], width: int) -> int:
        self._need(width)
        entry = table[self._bits >> (self._count - width) & ((1 << width) - 1)] if width else table[0]
        self._count -= entry & 31
        return entry >> 5

    def _lengths(self, most: int, bits: int, gap_at: int) -> list[int] | int:
        """Read the code lengths of a small alphabet, or its only symbol."""
        count = self._get(bits)
        if count == 0:
            return self._get(bits)
        if count > most:
            raise ValueError("too many codes")
        lengths: list[int] = []
        while len(lengths) < count:
            length = self._get(3)
            if length == 7:
                while self._get(1):
                    length += 1
                    if length > 16:
                        raise ValueError("code too long")
            lengths.append(length)
            if len(lengths) == gap_at:
                lengths.extend([0] * self._get(2))
        return lengths

    def _code_lengths(self, table: list[int], width: int) -> list[int] | int:
        count = self._get(9)
        if count == 0:
            return self._get(9)
        lengths: list[int] = []
        while len(lengths) < count:
            symbol = self._symbol(table, width)
            if symbol > 2:
                lengths.append(symbol - 2)
                continue
            run = 1 if symbol == 0 else self._get(4) + 3 if symbol == 1 else self._get(9) + 20
            lengths.extend([0] * run)
        if len(lengths) > CODES:
            raise ValueError("too many codes")
        return lengths

    def pieces(self, size: int) -> Iterator[bytes]:
        """Decode until `size` bytes are out."""
        out = bytearray(b" " * self._window)  # the window begins as spaces
        made = 0
        start = len(out)
        codes: list[int] = []
        positions: list[int] = []
        code_width = position_width = in_block = 0
        while made < size:
            if not in_block:
                in_block = self._get(16)
                if not in_block:
                    raise ValueError("empty block")
                small, small_width = _table(self._lengths(TEMPORARY_CODES, 5, 3))
                codes, code_width = _table(self._code_lengths(small, small_width))
                positions, position_width = _table(self._lengths(self._positions, self._position_bits, -1))
            in_block -= 1
            symbol = self._symbol(codes, code_width)
            if symbol < 256:
                out.append(symbol)
                made += 1
            else:
                length = min(symbol - 253, size - made)
                back = self._symbol(positions, position_width)
                if back > 1:
                    back = (1 << (back - 1)) + self._get(back - 1)
                back += 1
                if back > len(out):
                    raise ValueError("before the window")
                at = len(out) - back
                if back >= length:
                    out += out[at : at + length]
                else:
                    out += (bytes(out[at:]) * (length // back + 1))[:length]
                made += length
            if len(out) >= self._window + CHUNK_BYTES:
                yield bytes(out[start:])
                out = out[-self._window :]
                start = len(out)
        yield bytes(out[start:])


def _table(lengths: list[int] | int) -> tuple[list[int], int]:
    """Make a table that finds symbol and length by the next bits: symbol * 32 + length."""
    if isinstance(lengths, int):
        return [lengths << 5], 0
    width = max(lengths, default=0)
    if not 0 < width <= 16:
        raise ValueError("no codes")
    table: list[int] = []
    for length in range(1, width + 1):
        repeat = 1 << (width - length)
        for symbol, own in enumerate(lengths):
            if own == length:
                table.extend([symbol << 5 | length] * repeat)
    if len(table) != 1 << width:
        raise ValueError("codes do not fill the tree")
    return table, width
