"""Datasets made from captures: each a data product in a folder of its own, named by what it holds."""

from __future__ import annotations

import hashlib
import re
import shutil
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from genba.errors import InvalidInput, NotFound
from genba.model.loop import Rendered
from genba.model.record import OutputRecord
from genba.storage.files import HashingFile, ProductFolder, long_path, replace_patiently, write_failed
from genba.storage.lock import FolderLock
from genba.writers import manifest_json

FORMAT = "genba-rendered/1.0"
LINEAGE = "lineage.json"
LARGEST_JSON_BYTES = 1 << 30
UNFINISHED = ".unfinished"
ID_DIGITS = 20
_ID = re.compile(rf"[0-9a-f]{{{ID_DIGITS}}}")


class RenderedStore:
    """The datasets of a signal store; opening it writes nothing."""

    def __init__(self, root: Path) -> None:
        """Name the store's folder."""
        self.root = root

    def datasets(self) -> tuple[Rendered, ...]:
        """Load what is known of every dataset, in the order of their ids; unfinished ones are not seen."""
        folder = long_path(self.root / "datasets")
        if not folder.is_dir():
            return ()
        return tuple(self.load(path.name) for path in sorted(folder.iterdir()) if _ID.fullmatch(path.name))

    def load(self, identity: str) -> Rendered:
        """Load what is known of one dataset; raises NotFound, and InvalidInput for a damaged file."""
        path = self.folder(identity) / LINEAGE
        try:
            if path.stat().st_size > LARGEST_JSON_BYTES:
                raise InvalidInput("store.broken_file", path=LINEAGE, reason="too large")
            data = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
            found = data.pop("format", "")
            if found != FORMAT:
                raise InvalidInput("store.newer_format", path=LINEAGE, found=str(found)[:40], known=FORMAT)
            rendered = msgspec.convert(data, Rendered)
        except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise InvalidInput("store.broken_file", path=LINEAGE, reason=type(error).__name__) from None
        if rendered.id != identity:
            raise InvalidInput("store.broken_file", path=LINEAGE, reason="id")
        return rendered

    def folder(self, identity: str) -> Path:
        """Give a dataset's folder; raises NotFound for an id that the store does not have."""
        folder = long_path(self.root / "datasets" / identity)
        if not _ID.fullmatch(identity) or not folder.is_dir():
            raise NotFound("render.no_such_dataset", id=identity[:40])
        return folder

    def writer(self) -> DatasetWriter:
        """Begin a dataset; use it in a with statement."""
        return DatasetWriter(self.root)


class DatasetWriter:
    """Takes the files of a dataset; nothing is seen in the store before `commit`."""

    def __init__(self, root: Path) -> None:
        """Name the store; the folder is made when the writer is entered."""
        self._datasets = root / "datasets"
        self._folder = long_path(self._datasets / UNFINISHED)
        self._files = ProductFolder(self._datasets / UNFINISHED)
        self._lock = FolderLock(root / ".genba" / "lock")
        self._open: dict[str, _Recorded] = {}

    def __enter__(self) -> DatasetWriter:
        """Take the store's lock and clean what a killed run has left."""
        self._lock.__enter__()
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
        except OSError as error:
            self._lock.__exit__(None, None, None)
            raise write_failed(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Throw away what was not committed and let go of the store."""
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
        finally:
            self._lock.__exit__(kind, error, trace)

    def stream(self, path: str) -> AbstractContextManager[HashingFile]:
        """Open a file of the dataset for writing from its beginning to its end."""
        self._open[path] = _Recorded(self._files.stream(path))
        return self._open[path]

    def put(self, path: str, data: bytes) -> None:
        """Write a file of the dataset whole."""
        with self.stream(path) as stream:
            stream.write(data)

    @property
    def records(self) -> tuple[OutputRecord, ...]:
        """What was written so far, in the order of the paths."""
        return tuple(recorded.record for _, recorded in sorted(self._open.items()) if recorded.record is not None)

    def commit(self, rendered: Rendered, *, run: bytes) -> Rendered:
        """Name the dataset by its manifest, say where it came from, show it; what is there already stays.

        The id is of the manifest without lineage.json, which holds the id; `run` is what may differ between two runs.
        """
        identity = hashlib.sha256(manifest_json.encode(self.records)).hexdigest()[:ID_DIGITS]
        named = replace(rendered, id=identity)
        lineage = {"format": FORMAT, **msgspec.to_builtins(named)}
        self.put(LINEAGE, msgspec.json.format(msgspec.json.encode(lineage), indent=1) + b"\n")
        self._files.put("manifest.json", manifest_json.encode(self.records))
        self._files.put("run.json", run)
        target = long_path(self._datasets / identity)
        try:
            if not target.exists():
                replace_patiently(self._folder, target)
        except OSError as error:
            raise write_failed(error) from None
        return named


class _Recorded(AbstractContextManager[HashingFile]):
    """A file being written, whose record is kept when it is whole."""

    def __init__(self, inner: AbstractContextManager[HashingFile]) -> None:
        self._inner = inner
        self._file: HashingFile | None = None
        self.record: OutputRecord | None = None

    def __enter__(self) -> HashingFile:
        self._file = self._inner.__enter__()
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)
        if kind is None and self._file is not None:
            self.record = self._file.record()
