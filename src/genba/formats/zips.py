"""Zip containers from outside, opened within limits: counts, sizes and ratios are checked before bytes are unpacked."""

import zipfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from typing import BinaryIO

from genba.errors import InvalidInput

RATIO_JUDGED_FROM_BYTES = 16 << 20  # small parts of empty XML compress 1000-fold without harm
CHUNK_BYTES = 1 << 20
DAMAGE = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, NotImplementedError, RuntimeError)


class BoundedZip:
    """A zip whose members are read only as far as the limits allow, whatever its directory claims."""

    def __init__(self, stream: BinaryIO, *, unpacked_bytes: int, member_bytes: int, members: int, ratio: int) -> None:
        """Raises InvalidInput when the directory cannot be read or names more than the limits allow."""
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise InvalidInput("zip.broken", reason=type(error).__name__) from None
        self._left_bytes = unpacked_bytes
        self._member_bytes = member_bytes
        self._ratio = ratio
        self.entries: list[zipfile.ZipInfo] = self._zip.infolist()
        if len(self.entries) > members:
            raise InvalidInput("zip.too_many_members", count=len(self.entries), limit=members)
        self._by_name: dict[str, zipfile.ZipInfo] | None = None

    def find(self, name: str) -> zipfile.ZipInfo | None:
        """Look a member up without regard to case, as OPC part names are compared (ISO/IEC 29500-2, 6.2.2.2)."""
        if self._by_name is None:
            self._by_name = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry for entry in self.entries}
        return self._by_name.get(name.lstrip("/").lower())

    def read(self, entry: zipfile.ZipInfo) -> bytes:
        """Unpack one member; raises InvalidInput for encryption, damage and anything beyond the limits."""
        if entry.flag_bits & 1:
            raise InvalidInput("zip.encrypted_member", name=entry.filename)
        allowed = min(self._member_bytes, self._left_bytes)
        if entry.file_size > allowed:
            raise InvalidInput("zip.too_large", name=entry.filename, limit_mb=allowed >> 20)
        if entry.file_size > RATIO_JUDGED_FROM_BYTES and entry.file_size > self._ratio * max(entry.compress_size, 1):
            raise InvalidInput("zip.bomb", name=entry.filename, ratio=entry.file_size // max(entry.compress_size, 1))
        try:
            with self._zip.open(entry) as member:
                data = member.read(allowed + 1)
        except DAMAGE as error:
            raise InvalidInput("zip.damaged_member", name=entry.filename, reason=type(error).__name__) from None
        if len(data) > allowed:
            raise InvalidInput("zip.too_large", name=entry.filename, limit_mb=allowed >> 20)
        self._left_bytes -= len(data)
        return data

    def chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Unpack one member piece by piece for readers that hold none of it; only all members' limit applies."""
        if entry.flag_bits & 1:
            raise InvalidInput("zip.encrypted_member", name=entry.filename)
        allowed = self._left_bytes
        if entry.file_size > self._ratio * max(entry.compress_size, 1) and entry.file_size > RATIO_JUDGED_FROM_BYTES:
            raise InvalidInput("zip.bomb", name=entry.filename, ratio=entry.file_size // max(entry.compress_size, 1))
        try:
            with self._zip.open(entry) as member:
                while chunk := member.read(CHUNK_BYTES):
                    allowed -= len(chunk)
                    if allowed < 0:
                        raise InvalidInput("zip.too_large", name=entry.filename, limit_mb=self._left_bytes >> 20)
                    yield chunk
        except DAMAGE as error:
            raise InvalidInput("zip.damaged_member", name=entry.filename, reason=type(error).__name__) from None
