"""Bytes with a name that a reader can open again and again, wherever they lie."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file on disk, a member of an archive or an attachment; `open` gives a seekable stream each time."""

    name: str  # the last part of its path, as found
    size_bytes: int
    open: Callable[[], BinaryIO]
    path: str = ""  # a path in the local file system when there is one, for libraries that need it
    modified: str = ""  # ISO 8601, UTC
