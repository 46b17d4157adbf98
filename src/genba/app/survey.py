"""Count what lies on a file share without opening a single file: kinds, ages, sizes, depth, on request duplicates."""

import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from genba.errors import NotFound
from genba.storage.files import blob_of, long_path, sha256_of
from genba.storage.scan import nfc

TOLD_EVERY = 5_000
LARGEST_SHOWN = 10
DUPLICATES_SHOWN = 50
YEAR_NS = 365 * 86_400 * 1_000_000_000
AGES = (("under_1_year", 1), ("1_to_3_years", 3), ("3_to_5_years", 5), ("5_to_10_years", 10))
SIZES = (("under_100_kb", 100 << 10), ("under_1_mb", 1 << 20), ("under_10_mb", 10 << 20), ("under_100_mb", 100 << 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class SameContent:
    """Files whose bytes are the same."""

    sha256: str
    size_bytes: int
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a folder holds, by counting alone; kinds are those of the file names."""

    files: int
    folders: int
    size_bytes: int
    unreadable: int
    links: int
    depth: int
    kinds: Mapping[str, tuple[int, int]]  # extension: files, bytes; most files first
    ages: Mapping[str, int]
    sizes: Mapping[str, int]
    largest: tuple[tuple[str, int], ...]
    duplicates: tuple[SameContent, ...] = ()
    duplicate_files: int = 0
    duplicate_bytes: int = 0


@dataclass(slots=True)
class _Counts:
    files: int = 0
    folders: int = 0
    size_bytes: int = 0
    unreadable: int = 0
    links: int = 0
    depth: int = 0
    kinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    ages: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    largest: list[tuple[int, str]] = field(default_factory=list)
    by_size: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def survey(root: Path, *, now: datetime, duplicates: bool = False, tell: Callable[[int], None]) -> Survey:
    """Walk a folder and count; with `duplicates`, files of equal size are read and compared by hash."""
    if not root.is_dir():
        raise NotFound("survey.not_a_folder", name=str(root))
    counts = _Counts()
    now_ns = int(now.timestamp()) * 1_000_000_000
    top = str(long_path(root.absolute()))
    for entry, depth in _walk(top, counts):
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            counts.unreadable += 1
            continue
        if stat.S_ISREG(status.st_mode):
            _count(entry, status, depth, counts, now_ns)
            if duplicates and status.st_size:
                counts.by_size[status.st_size].append(entry.path)
            if counts.files % TOLD_EVERY == 0:
                tell(counts.files)
    same, copies, wasted = _same_contents(counts, top) if duplicates else ((), 0, 0)
    kinds = sorted(counts.kinds.items(), key=lambda item: (-item[1][0], item[0]))
    return Survey(
        files=counts.files,
        folders=counts.folders,
        size_bytes=counts.size_bytes,
        unreadable=counts.unreadable,
        links=counts.links,
        depth=counts.depth,
        kinds={kind: (files, size) for kind, (files, size) in kinds},
        ages={name: counts.ages[name] for name in (*(name for name, _ in AGES), "over_10_years")},
        sizes={name: counts.sizes[name] for name in ("empty", *(name for name, _ in SIZES), "over_100_mb")},
        largest=tuple((_below(path, top), size) for size, path in sorted(counts.largest, reverse=True)),
        duplicates=same,
        duplicate_files=copies,
        duplicate_bytes=wasted,
    )


def _walk(top: str, counts: _Counts) -> Iterator[tuple[os.DirEntry[str], int]]:
    pending = [(top, 1)]
    while pending:
        folder, depth = pending.pop()
        counts.folders += 1
        counts.depth = max(counts.depth, depth)
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    if entry.is_symlink():
                        counts.links += 1
                    elif entry.is_dir(follow_symlinks=False):
                        pending.append((entry.path, depth + 1))
                    else:
                        yield entry, depth
        except OSError:
            counts.unreadable += 1


def _count(entry: os.DirEntry[str], status: os.stat_result, depth: int, counts: _Counts, now_ns: int) -> None:
    counts.files += 1
    counts.size_bytes += status.st_size
    dot = entry.name.rfind(".")
    kind = counts.kinds[entry.name[dot + 1 :].lower() if dot > 0 and len(entry.name) - dot <= 12 else ""]
    kind[0] += 1
    kind[1] += status.st_size
    years = (now_ns - status.st_mtime_ns) / YEAR_NS
    counts.ages[next((name for name, limit in AGES if years < limit), "over_10_years")] += 1
    if status.st_size == 0:
        counts.sizes["empty"] += 1
    else:
        counts.sizes[next((name for name, limit in SIZES if status.st_size < limit), "over_100_mb")] += 1
    if len(counts.largest) < LARGEST_SHOWN:
        counts.largest.append((status.st_size, entry.path))
        counts.largest.sort()
    elif status.st_size > counts.largest[0][0]:
        counts.largest[0] = (status.st_size, entry.path)
        counts.largest.sort()


def _same_contents(counts: _Counts, top: str) -> tuple[tuple[SameContent, ...], int, int]:
    groups: list[SameContent] = []
    for size, paths in counts.by_size.items():
        if len(paths) < 2:
            continue
        by_hash: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            try:
                by_hash[sha256_of(blob_of(Path(path), Path(path).name))].append(_below(path, top))
            except OSError:
                counts.unreadable += 1
        groups.extend(
            SameContent(sha256=digest, size_bytes=size, paths=tuple(sorted(same)))
            for digest, same in by_hash.items()
            if len(same) > 1
        )
    groups.sort(key=lambda group: (-group.size_bytes * (len(group.paths) - 1), group.paths))
    copies = sum(len(group.paths) - 1 for group in groups)
    wasted = sum(group.size_bytes * (len(group.paths) - 1) for group in groups)
    return tuple(groups[:DUPLICATES_SHOWN]), copies, wasted


def _below(path: str, top: str) -> str:
    return nfc(path.removeprefix(top).lstrip("/\\")).replace("\\", "/")
