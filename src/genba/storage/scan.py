"""Walks folders for the files to refine, in an order that does not depend on the file system."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from genba.errors import InvalidInput, NotFound
from genba.storage.files import long_path


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to refine."""

    portable: str  # NFC, forward slashes, from the name of the folder given
    path: Path
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder left out on purpose; `code` says why."""

    portable: str
    code: str


def scan(roots: list[Path]) -> Iterator[Entry | Skipped]:
    """Give every file under the roots; raises for roots that do not exist or share a name."""
    names: dict[str, Path] = {}
    for root in roots:
        name = unicodedata.normalize("NFC", root.resolve().name) or "root"
        if not os.path.lexists(long_path(root)):
            raise NotFound("scan.no_such_source", name=str(root))
        if name in names:
            raise InvalidInput("scan.same_name", name=name)
        names[name] = root
    for name in sorted(names):
        yield from _walk(long_path(names[name].absolute()), name)


def _walk(path: Path, portable: str) -> Iterator[Entry | Skipped]:
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            yield Entry(portable, path, status.st_size, status.st_mtime_ns)
            return
        if not stat.S_ISDIR(status.st_mode):
            return
        children = sorted(os.scandir(path), key=lambda item: unicodedata.normalize("NFC", item.name))
    except OSError:
        yield Skipped(portable, "scan.unreadable")
        return
    for child in children:
        below = f"{portable}/{unicodedata.normalize('NFC', child.name)}"
        if child.is_symlink():
            yield Skipped(below, "scan.link")
        elif child.name.startswith("~$") or child.name.lower() in ("thumbs.db", "desktop.ini", ".ds_store"):
            yield Skipped(below, "scan.system_file")
        else:
            yield from _walk(Path(child.path), below)
