"""Members of zip archives as Japanese Windows writes them: names in CP932, read piece by piece within limits."""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.membernames import decode_names

CHUNK_BYTES = 1 << 20
UTF8_NAME = 0x800
UNICODE_PATH = 0x7075


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One file of an archive with its name decoded."""

    name: str
    packed_bytes: int
    info: zipfile.ZipInfo

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.name.endswith("/")

    @property
    def is_encrypted(self) -> bool:
        """Whether it needs a password."""
        return bool(self.info.flag_bits & 1)

    @property
    def is_link(self) -> bool:
        """Whether it points to another file, or is a device."""
        mode = self.info.external_attr >> 16
        return self.info.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)

    @property
    def modified(self) -> str:
        """Local time of the packer's machine, as ISO 8601."""
        year, month, day, hour, minute, second = self.info.date_time
        return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}" if month and day else ""


class ZipReader:
    """An open zip."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        """Raises InvalidInput when the directory cannot be read or names too many files."""
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            raise InvalidInput("zip.broken", reason=type(error).__name__) from None
        infos = self._zip.infolist()
        if len(infos) > limit:
            raise InvalidInput("zip.too_many_members", count=len(infos), limit=limit)
        self.members = _named(infos)

    def pieces(self, member: ZipMember) -> Iterator[bytes]:
        """Unpack a member piece by piece; raises InvalidInput for damage and unknown methods."""
        try:
            with self._zip.open(member.info) as stream:
                while piece := stream.read(CHUNK_BYTES):
                    yield piece
        except NotImplementedError:
            raise InvalidInput(
                "archive.unknown_method", name=member.name, method=str(member.info.compress_type)
            ) from None
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, struct.error) as error:
            raise InvalidInput("zip.damaged_member", name=member.name, reason=type(error).__name__) from None


def _named(infos: list[zipfile.ZipInfo]) -> list[ZipMember]:
    raw: dict[int, bytes] = {}
    for at, info in enumerate(infos):
        if not info.flag_bits & UTF8_NAME and not info.orig_filename.isascii():
            raw[at] = info.orig_filename.encode("cp437", "replace")
    decoded = dict(zip(raw, decode_names(list(raw.values())), strict=True))
    members = []
    for at, info in enumerate(infos):
        name = _unicode_path(info.extra) or decoded.get(at, info.orig_filename)
        members.append(ZipMember(name.replace("\\", "/"), info.compress_size, info))
    return members


def _unicode_path(extra: bytes) -> str:
    """Give the name in Info-ZIP's Unicode field, where the packer wrote one."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == UNICODE_PATH and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return ""
