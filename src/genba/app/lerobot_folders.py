"""LeRobot datasets in a capture: a folder with meta/info.json is one recording, whatever files it is kept in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from genba.errors import InvalidInput
from genba.formats.recordings.kinds import recording_kind
from genba.formats.recordings.lerobot import FOLDERS, INFO
from genba.storage.files import blob_of
from genba.storage.scan import Entry

KIND = "lerobot"


def datasets(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Give the files of each dataset by the path of its meta/info.json, which stands first."""
    roots: dict[str, Entry] = {}
    for entry in entries:
        if entry.portable.endswith(f"/{INFO}") and _is_dataset(entry):
            roots[entry.portable.removesuffix(f"/{INFO}")] = entry
    found = {info.portable: [info] for info in roots.values()}
    for entry in entries:
        for root in _above(entry.portable):
            info = roots.get(root)
            if info is not None and entry is not info:
                if entry.portable.removeprefix(f"{root}/").partition("/")[0] in FOLDERS:
                    found[info.portable].append(entry)
                break
    return found


def members(found: Iterable[Sequence[Entry]]) -> set[str]:
    """Name all files that belong to a dataset."""
    return {entry.portable for files in found for entry in files}


def _is_dataset(entry: Entry) -> bool:
    try:
        return recording_kind(blob_of(entry.path, entry.portable.rpartition("/")[2])) == KIND
    except (InvalidInput, OSError):
        return False


def _above(path: str) -> Iterator[str]:
    """Give the folders that a file is in, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
