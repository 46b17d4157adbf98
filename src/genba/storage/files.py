"""Files on the local disk: opened as blobs, hashed in one pass, written so that a kill leaves the old or the new."""

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from genba.errors import Unavailable
from genba.formats.paths import extended
from genba.model.record import OutputRecord
from genba.ports.blob import Blob

BLOCK_BYTES = 1 << 20


def long_path(path: Path) -> Path:
    """Make a path usable beyond 260 characters and on UNC shares on Windows; elsewhere it stays."""
    return Path(extended(str(path), windows=sys.platform == "win32"))


def blob_of(path: Path, name: str) -> Blob:
    """Describe a file on disk as a blob."""
    reachable = long_path(path)
    status = reachable.stat()

    def open_file() -> BinaryIO:
        return reachable.open("rb")

    return Blob(
        name=name,
        size_bytes=status.st_size,
        open=open_file,
        path=str(reachable),
        modified=iso_time(status.st_mtime_ns),
    )


def iso_time(time_ns: int) -> str:
    """Write a file system's time as ISO 8601 in UTC, to the second."""
    try:
        return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return ""


def sha256_of(blob: Blob) -> str:
    """Hash a blob's bytes."""
    digest = hashlib.sha256()
    with blob.open() as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


class ProductFolder:
    """The folder of a data product: every file appears whole, with its size and hash known."""

    def __init__(self, root: Path) -> None:
        """The folder and its parents are made when the first file is written."""
        self.root = root

    def put(self, path: str, data: bytes) -> OutputRecord:
        """Write a file whole, or leave the one that was there."""
        with self.stream(path) as stream:
            stream.write(data)
        return stream.record()

    @contextmanager
    def stream(self, path: str) -> "Iterator[HashingFile]":
        """Open a file for writing under a temporary name; it takes its place when the block ends without error."""
        target = long_path(self.root / path)
        temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            try:
                file = temporary.open("wb")
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                file = temporary.open("wb")
            hashing = HashingFile(file, path)
            try:
                yield hashing
            finally:
                file.close()
            temporary.replace(target)
        except OSError as error:
            raise Unavailable("storage.write_failed", reason=error.strerror or type(error).__name__) from None
        finally:
            temporary.unlink(missing_ok=True)

    def remove_all_but(self, folders: tuple[str, ...], keep: set[str]) -> None:
        """Delete files in the given folders that the product does not name; leftovers of killed runs among them."""
        for folder in folders:
            path = long_path(self.root / folder)
            if not path.is_dir():
                continue
            for name in os.listdir(path):
                if f"{folder}/{name}" not in keep:
                    (path / name).unlink(missing_ok=True)


class HashingFile(io.RawIOBase):
    """A write-only file that hashes what goes through it."""

    def __init__(self, file: BinaryIO, path: str) -> None:
        """Wrap an open file; closing is left to whoever opened it."""
        self._file = file
        self._path = path
        self._digest = hashlib.sha256()
        self._size = 0

    def writable(self) -> bool:
        """Say yes, as writers of Parquet ask."""
        return True

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        """Write and hash."""
        self._digest.update(data)
        written = self._file.write(data)
        self._size += written
        return written

    def tell(self) -> int:
        """Tell how much was written."""
        return self._size

    def record(self) -> OutputRecord:
        """Describe what was written."""
        return OutputRecord(path=self._path, size_bytes=self._size, sha256=self._digest.hexdigest())
