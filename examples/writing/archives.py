"""Write archives as old Japanese tools made them: zip with CP932 names, LZH, 7z, tar; and hostile ones."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Sequence

from examples.writing.package import STAMP, zip_bytes

_DOS_TIME = ((STAMP[0] - 1980) << 25) | (STAMP[1] << 21) | (STAMP[2] << 16) | (STAMP[3] << 11)
Members = Sequence[tuple[str, bytes]]


class _Cp932Info(zipfile.ZipInfo):
    """An entry whose name is written as CP932 without the UTF-8 flag, as Windows did for decades."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile calls it by this name
        return self.filename.encode("cp932"), self.flag_bits & ~0x800


def zip_cp932(members: Members) -> bytes:
    """A zip with Japanese names in CP932."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = _Cp932Info(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, data)
    return buffer.getvalue()


def zip_bomb(copies: int = 10, megabytes: int = 30) -> bytes:
    """A nested zip, under 1 MB, that unpacks to hundreds of megabytes of zeros."""
    inner = zip_bytes([("data.bin", bytes(megabytes << 20))])
    return zip_bytes([(f"{number:02d}.zip", inner) for number in range(copies)])


def tar_gz(members: Members) -> bytes:
    """A gzipped tar without clock or user."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1743465600
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)


def lzh(members: Members) -> bytes:
    """An LZH archive, level 0 headers, stored (-lh0-)."""
    body = b""
    for name, data in members:
        encoded = name.encode("cp932")
        fields = b"-lh0-" + struct.pack("<IIIBBB", len(data), len(data), _DOS_TIME, 0x20, 0, len(encoded))
        fields += encoded + struct.pack("<H", _crc16(data))
        body += bytes([len(fields), sum(fields) & 0xFF]) + fields + data
    return body + b"\0"


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def seven_zip(members: Members) -> bytes:
    """A 7z archive with one folder of the copy method."""
    packed = b"".join(data for _, data in members)
    sizes = [len(data) for _, data in members]
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name, _ in members)
    checks = b"".join(struct.pack("<I", zlib.crc32(data)) for _, data in members)
    header = b"\x01\x04"
    header += b"\x06" + _number(0) + _number(1) + b"\x09" + _number(len(packed)) + b"\x00"
    header += b"\x07\x0b" + _number(1) + b"\x00" + _number(1) + b"\x01\x00" + b"\x0c" + _number(len(packed)) + b"\x00"
    header += b"\x08\x0d" + _number(len(members))
    if len(members) > 1:
        header += b"\x09" + b"".join(_number(size) for size in sizes[:-1])
    header += b"\x0a\x01" + checks + b"\x00\x00"
    header += b"\x05" + _number(len(members)) + b"\x11" + _number(len(names) + 1) + b"\x00" + names + b"\x00\x00"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


def _number(value: int) -> bytes:
    """7z's variable-length integer: leading ones in the first byte count the bytes that follow."""
    for extra in range(8):
        if value < 1 << (7 * (extra + 1)):
            mask = (0xFF << (8 - extra)) & 0xFF
            return bytes([mask | value >> (8 * extra)]) + (value & ((1 << 8 * extra) - 1)).to_bytes(extra, "little")
    return b"\xff" + value.to_bytes(8, "little")
