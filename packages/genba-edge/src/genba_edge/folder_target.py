"""A folder, such as a file share: a batch grows as `.part` and gets its name when its hash was read back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from genba_edge.batchfile import sync, sync_folder
from genba_edge.upload import CHUNK_BYTES, Outgoing, Refused, TryLater


class FolderTarget:
    """Copies batches into a folder that exists; it is not made, for a share that is not mounted looks empty."""

    def __init__(self, folder: Path) -> None:
        """Nothing is looked at before the first batch."""
        self._folder = folder

    def offset(self, batch: Outgoing) -> int:
        """What a broken copy left, if it is the beginning of this batch."""
        if not self._folder.is_dir():
            raise FileNotFoundError(self._folder)
        final = self._folder / batch.name
        if final.exists():
            if final.stat().st_size == batch.size_bytes and _sha256(final) == batch.sha256:
                return batch.size_bytes
            raise Refused("exists", name=batch.name)
        part = self._part(batch)
        if not part.exists():
            return 0
        size = part.stat().st_size
        if size >= batch.size_bytes or _sha256(part) != batch.sha256_of_first(size):
            part.unlink()
            return 0
        return size

    def send(self, batch: Outgoing, offset: int, chunks: Iterator[bytes]) -> None:
        """Write the rest, read all of it back, and only then give it its name."""
        part = self._part(batch)
        with open(part, "ab") as file:
            if file.tell() != offset:
                raise TryLater
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            sync(file.fileno())
        if _sha256(part) != batch.sha256:
            part.unlink()
            raise TryLater
        part.replace(self._folder / batch.name)
        try:
            sync_folder(self._folder)
        except OSError:  # some file shares know no such thing; the file itself is written
            return

    def _part(self, batch: Outgoing) -> Path:
        return self._folder / f"{batch.name}.part"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
