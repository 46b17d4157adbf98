"""Walks folders for the files to refine, in an order that does not depend on the file system; nothing is opened."""

import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from genba.errors import InvalidInput, NotFound
from genba.storage.files import long_path
from genba.storage.rules import IGNORE_FILE, IGNORE_FILE_BYTES, Rules

# Windows marks files whose bytes are in the cloud: OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS (winnt.h).
_IN_THE_CLOUD = 0x1000 | 0x40000 | 0x400000
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # os.fsdecode's stand-ins for bytes that are not text
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to refine."""

    portable: str  # text in NFC with forward slashes, from the name of the folder given; unique in a run
    path: Path
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder left out on purpose; `code` says why."""

    portable: str
    code: str


def scan(roots: list[Path], rules: Rules) -> Iterator[Entry | Skipped]:
    """Give every file under the roots; raises for roots that do not exist or share a name."""
    names: dict[str, Path] = {}
    for root in roots:
        name = root_name(root)
        if not os.path.lexists(long_path(root.absolute())):
            raise NotFound("scan.no_such_source", name=nfc(str(root)))
        if name in names:
            raise InvalidInput("scan.same_name", name=name)
        names[name] = root
    for name in sorted(names):
        yield from _root(long_path(names[name].absolute()), name, rules)


def root_name(root: Path) -> str:
    """Give the name that stands for a folder the user names, `.` and `..` resolved."""
    return nfc(Path(os.path.realpath(root)).name) or "root"


def nfc(name: str) -> str:
    """Compose a name (macOS and some NAS store が as two characters) and make it text, which not all names are."""
    if name.isascii():
        return name
    if sys.platform != "win32" and sys.getfilesystemencoding() != "utf-8":
        name = os.fsencode(name).decode("utf-8", "surrogateescape")
    return unicodedata.normalize("NFC", _as_text(name) if _SURROGATE.search(name) else name)


def _as_text(name: str) -> str:
    """Read bytes that are not UTF-8 as CP932, in which old unpackers leave Japanese names; else show them as %82."""
    try:
        text = name.encode("utf-8", "surrogateescape").decode("cp932")
    except UnicodeError:
        text = "\ue000"
    if not _PRIVATE_USE.search(text):
        return text
    return _SURROGATE.sub(lambda match: f"%{ord(match[0]) & 0xFF:02X}" if match[0] >= "\udc80" else "\ufffd", name)


def _root(path: Path, portable: str, rules: Rules) -> Iterator[Entry | Skipped]:
    try:
        status = path.stat()
    except OSError:
        yield Skipped(portable, "scan.unreadable")
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, portable, rules)
    elif stat.S_ISREG(status.st_mode):
        yield Entry(portable, path, status.st_size, status.st_mtime_ns)


def _folder(path: Path, portable: str, rules: Rules) -> Iterator[Entry | Skipped]:
    """Walk a folder without recursion, so that no depth of folders can exhaust the stack."""
    pending = [_children(path, portable, rules)]
    while pending:
        found = next(pending[-1], None)
        if found is None:
            pending.pop()
        elif isinstance(found, Skipped):
            yield found
        else:
            entry, below, inherited = found
            outcome = _judge(entry, below, inherited)
            if outcome is None:
                pending.append(_children(Path(entry.path), below, inherited))
            else:
                yield outcome


def _children(path: Path, portable: str, rules: Rules) -> Iterator[tuple[os.DirEntry[str], str, Rules] | Skipped]:
    try:
        with os.scandir(path) as listing:
            entries = sorted((nfc(entry.name), entry.name, entry) for entry in listing)
    except OSError:
        yield Skipped(portable, "scan.unreadable")
        return
    if any(name == IGNORE_FILE for name, _, _ in entries):
        rules = rules.below(portable, _ignore_lines(path / IGNORE_FILE))
    taken: set[str] = set()
    for name, _, entry in entries:
        unique, number = name, 2
        while unique in taken:  # two spellings of one name, as Linux allows
            unique, number = f"{name}#{number}", number + 1
        taken.add(unique)
        yield entry, f"{portable}/{unique}", rules


def _ignore_lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            return stream.read(IGNORE_FILE_BYTES).decode("utf-8-sig", "replace").splitlines()
    except OSError:
        return []


def _judge(entry: os.DirEntry[str], portable: str, rules: Rules) -> Entry | Skipped | None:
    """Say what becomes of a directory entry; None means: a folder to walk into."""
    try:
        if entry.is_symlink() or _is_junction(entry):
            return Skipped(portable, "scan.link")
        is_folder = entry.is_dir(follow_symlinks=False)
        reason = rules.reason_against(portable, is_folder=is_folder)
        if reason:
            return Skipped(portable, reason)
        if is_folder:
            return None
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return Skipped(portable, "scan.unreadable")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(portable, "scan.not_a_file")
    if getattr(status, "st_file_attributes", 0) & _IN_THE_CLOUD or entry.name.endswith(".icloud"):
        return Skipped(portable, "scan.in_the_cloud")
    return Entry(portable, Path(entry.path), status.st_size, status.st_mtime_ns)


def _is_junction(entry: os.DirEntry[str]) -> bool:
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0)
