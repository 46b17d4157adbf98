"""Unpacked bytes, in memory while they are few and on disk when they are many, and the budget for all of them."""

import contextlib
import io
import os
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.ports.blob import Blob
from genba.ports.reader import Limits

MEMORY_BYTES = 32 << 20
RATIO_JUDGED_FROM_BYTES = 16 << 20


class Budget:
    """How much one container may still unpack to."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left_bytes = limits.unpacked_bytes
        self._members = 0

    def member(self) -> None:
        """Count a member; raises InvalidInput for one too many."""
        self._members += 1
        if self._members > self._limits.members:
            raise InvalidInput("zip.too_many_members", count=self._members, limit=self._limits.members)

    def unpack(self, name: str, packed_bytes: int, pieces: Iterable[bytes], *, modified: str = "") -> Blob:
        """Collect a member's pieces; raises InvalidInput as soon as a limit is passed."""
        allowed = max(0, min(self._limits.member_bytes, self._left_bytes))
        spool = _Spool()
        try:
            for piece in pieces:
                spool.write(piece)
                if spool.size > allowed:
                    raise InvalidInput("zip.too_large", name=name, limit_mb=allowed >> 20)
                if spool.size > RATIO_JUDGED_FROM_BYTES and spool.size > self._limits.ratio * max(packed_bytes, 1):
                    raise InvalidInput("zip.bomb", name=name, ratio=spool.size // max(packed_bytes, 1))
        finally:  # what is refused has cost time too: ten thousand small bombs are a large one
            self._left_bytes -= spool.size
        return spool.blob(name.rpartition("/")[2], modified)


class _Spool:
    """Grows in memory, then moves to a temporary file that lives as long as somebody can open it."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None
        self._path = ""

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self._file is None and self.size > MEMORY_BYTES:
            handle, self._path = tempfile.mkstemp(prefix="genba-")
            weakref.finalize(self, _remove, self._path)
            self._file = os.fdopen(handle, "wb")
            self._file.writelines(self._pieces)
            self._pieces.clear()
        if self._file is None:
            self._pieces.append(piece)
        else:
            self._file.write(piece)

    def blob(self, name: str, modified: str) -> Blob:
        if self._file is None:
            data = b"".join(self._pieces)
            return Blob(name=name, size_bytes=self.size, open=lambda: io.BytesIO(data), modified=modified)
        self._file.close()
        return Blob(name=name, size_bytes=self.size, open=self._open, path=self._path, modified=modified)

    def _open(self) -> BinaryIO:
        return open(self._path, "rb")


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):  # Windows refuses while a reader still holds it; the system's cleaning takes it
        Path(path).unlink()
