"""A lock on an output folder that the operating system lets go of when its holder dies."""

import os
import sys
from pathlib import Path
from types import TracebackType

from genba.errors import Conflict
from genba.storage.files import long_path, write_failed


class FolderLock:
    """Held while a run writes into a folder; a second run is refused, not queued."""

    def __init__(self, path: Path) -> None:
        """Name the lock file; it is made when the lock is taken and stays."""
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> "FolderLock":
        """Raises Conflict("storage.locked") when another process holds the lock."""
        path = long_path(self._path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise write_failed(error) from None
        try:
            _lock(self._descriptor)
        except OSError:
            os.close(self._descriptor)
            raise Conflict("storage.locked", folder=self._path.parent.parent.name) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go; the operating system does the same when the process dies."""
        os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
