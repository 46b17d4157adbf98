"""Files on the local disk: opened as blobs, hashed in one pass, written so that a kill leaves the old or the new."""

import errno
import hashlib
import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from genba.errors import Unavailable
from genba.formats.paths import extended
from genba.model.record import OutputRecord
from genba.ports.blob import Blob

BLOCK_BYTES = 1 << 20
# ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION (winerror.h)
_SHARING_VIOLATIONS = frozenset({32, 33})
_BUSY = frozenset({errno.EBUSY, errno.EAGAIN, errno.ETXTBSY})
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
# Virus scanners and indexers on Windows hold a file for a moment after it was written.
REPLACE_PAUSES_S = (0.02, 0.1, 0.3, 1.0, 2.0)


_Replace = Callable[[Path, Path], None]


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


def is_in_use(error: OSError) -> bool:
    """Tell a file that somebody has open, which may soon be free, from one that is forbidden."""
    if getattr(error, "winerror", None) in _SHARING_VIOLATIONS:
        return True
    return error.errno in _BUSY


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

    def put(self, path: str, data: bytes, *, lasting: bool = False) -> OutputRecord:
        """Write a file whole, or leave the one that was there; `lasting` waits until the disk has it."""
        with self.stream(path, lasting=lasting) as stream:
            stream.write(data)
        return stream.record()

    @contextmanager
    def stream(self, path: str, *, lasting: bool = False) -> "Iterator[HashingFile]":
        """Open a file for writing under a temporary name; it takes its place when the block ends without error."""
        target = long_path(self.root / path)
        temporary = target.with_name(f"{target.name}.{os.getpid()}.part")
        in_place = False
        try:
            try:
                file = temporary.open("wb")
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                file = temporary.open("wb")
            hashing = HashingFile(file, path)
            try:
                yield hashing
                if lasting:
                    file.flush()
                    os.fsync(file.fileno())
            finally:
                file.close()
            replace_patiently(temporary, target)
            in_place = True
        except OSError as error:
            raise write_failed(error) from None
        finally:
            if not in_place:
                _remove(temporary)

    def remove_all_but(self, folders: tuple[str, ...], keep: set[str]) -> None:
        """Delete files in the given folders that the product does not name; leftovers of killed runs among them."""
        for folder in folders:
            path = long_path(self.root / folder)
            if not path.is_dir():
                continue
            for name in os.listdir(path):
                if f"{folder}/{name}" not in keep and not (path / name).is_dir():
                    try:
                        (path / name).unlink(missing_ok=True)
                    except OSError as error:
                        raise write_failed(error) from None


@contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder for temporary files: what a killed run has left there goes now, not with the system."""
    folder = long_path(path)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_failed(error) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_failed(error: OSError) -> Unavailable:
    """Say that the output cannot be written."""
    return Unavailable("storage.write_failed", reason=error.strerror or type(error).__name__)


def is_full(error: OSError) -> bool:
    """Tell whether a disk, a quota or a limit is at its end."""
    return error.errno in _FULL


def replace_patiently(
    temporary: Path, target: Path, *, wait: Callable[[float], None] = time.sleep, replace: _Replace = os.replace
) -> None:
    """Put a file in the place of another; raises the last OSError when somebody keeps the old one open."""
    for pause_s in REPLACE_PAUSES_S:
        try:
            return replace(temporary, target)
        except PermissionError:
            wait(pause_s)
    return replace(temporary, target)


def append_line(place: Path, line: bytes) -> None:
    """Add a line to a file; it does not become one with what a crash left of the line before."""
    with long_path(place).open("a+b") as stream:
        if stream.seek(0, os.SEEK_END):
            stream.seek(-1, os.SEEK_END)
            line = line if stream.read(1) == b"\n" else b"\n" + line
        stream.write(line + b"\n")


def make_last(folder: Path) -> None:
    """Wait until the disk holds every file below a folder, so that a name given to it now survives a power cut."""
    root = long_path(folder)
    for path in root.rglob("*"):
        if path.is_file():
            with path.open("r+b") as stream:  # Windows makes last only what was opened for writing
                os.fsync(stream.fileno())
    for path in root.rglob("*"):
        if path.is_dir():
            make_name_last(path)
    make_name_last(root)


def make_name_last(folder: Path) -> None:
    """Make the names in a folder last too, where the system lets a folder be opened (Windows does it by itself)."""
    with suppress(OSError):
        descriptor = os.open(long_path(folder), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(temporary: Path) -> None:
    with suppress(OSError):  # what cannot be removed now goes with the next index
        temporary.unlink(missing_ok=True)


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
