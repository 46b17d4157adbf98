"""Ask before data are used whether they stand under a partner's terms; nothing is loaded where none do."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from genba.ports.exchange import Verifier
from genba.storage.files import long_path

TERMS, RECEIPTS, WITHDRAWN, USES = "terms.json", "receipt.json", "withdrawn.json", "uses.jsonl"
RESERVED = frozenset({TERMS, RECEIPTS, WITHDRAWN, USES})
TERMS_FORMAT, RECEIPTS_FORMAT = "genba-terms/1.0", "genba-receipts/1.0"
_SIGNS = ((RECEIPTS, RECEIPTS_FORMAT.encode()), (TERMS, TERMS_FORMAT.encode()))
_BEGINNING_BYTES = 200
_DEEPEST = 64  # folders above a file that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUse:
    """What is to be done with data that may be somebody else's."""

    action: str  # refine, export, render, learn, capture, publish
    now: datetime
    purposes: tuple[str, ...] | None = None  # without one, those stated when the data were pulled
    place: str | None = None  # likewise
    training: bool = False
    onward: bool = False


def check_use(path: Path, use: HeldUse, *, below: bool = False, verifier: Verifier | None = None) -> None:
    """Raise Denied unless every agreement that a file or folder stands under allows this use; log each decision.

    With `below` products inside the folder count as well, as when a folder of sources is read.
    """
    for folder in holdings(path, below=below):
        from genba.app.exchange.held import decide_use

        decide_use(folder, use, verifier)


def check_sources(paths: Iterable[Path], files: Iterable[Path], use: HeldUse) -> frozenset[Path]:
    """Check folders of sources and the files found in them; gives the records beside products, which are no sources."""
    above = {folder for path in paths for folder in holdings(path)}
    beside = [file for file in files if file.name in RESERVED]
    inside = {file.parent for file in beside if is_held(file.parent)}
    for folder in sorted({folder.absolute() for folder in above | inside}):
        from genba.app.exchange.held import decide_use

        decide_use(folder, use)
    return frozenset(file for file in beside if file.parent in inside)


def holdings(path: Path, *, below: bool = False) -> Iterator[Path]:
    """Find the folders under terms that a path lies in, and those inside it."""
    place = path.absolute()
    for folder in (place, *list(place.parents)[:_DEEPEST]):
        if is_held(folder):
            yield folder
    if not below or not long_path(place).is_dir():
        return
    for inner, folders, files in os.walk(long_path(place)):
        folders.sort()
        has_terms = TERMS in files or RECEIPTS in files
        if has_terms and Path(inner) != long_path(place) and is_held(Path(inner)):
            yield Path(inner)


def is_held(folder: Path) -> bool:
    """Tell whether a folder holds a product under terms, or did: either file says so."""
    for name, sign in _SIGNS:
        try:
            with long_path(folder / name).open("rb") as stream:
                if sign in stream.read(_BEGINNING_BYTES):
                    return True
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True  # what cannot be read is not free
    return False
