"""The folder in which batches wait to be handed on: bounded, found whole again after a power cut.

`*.gbatch.part` is being written, `*.gbatch` is final, `*.gbatch.sent` says that it was acknowledged. When room runs
out, acknowledged batches go first, the oldest first; what nobody else has is never deleted: new samples are refused.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from genba_edge.batchfile import End, sync, sync_folder
from genba_edge.errors import EdgeError

SUFFIX, PART, SENT = ".gbatch", ".gbatch.part", ".gbatch.sent"
ENDS = "chain.json"
LOCK = "recorder.lock"
NAME_BYTES = 200


class Queue:
    """A folder of batches with a quota."""

    def __init__(self, folder: str | Path, quota_bytes: int = 1 << 30) -> None:
        """The folder is made when it is missing."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.quota_bytes = quota_bytes
        self._lock: IO[bytes] | None = None
        self._final_bytes: int | None = None  # of everything but the open batch; None: not known

    def final(self) -> list[Path]:
        """Batches that are whole, in the order of their names: runs by time, batches by number."""
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    def unfinished(self) -> list[Path]:
        """Batches that a recorder did not finish, or is writing now."""
        return sorted(self.folder.glob(f"*{PART}"))

    def waiting(self) -> list[Path]:
        """Final batches that nobody acknowledged yet."""
        return [path for path in self.final() if not self.is_sent(path)]

    def is_sent(self, path: Path) -> bool:
        """Whether a batch was acknowledged."""
        return path.with_name(path.name.removesuffix(SUFFIX) + SENT).exists()

    def acknowledge(self, path: Path, entries: dict[str, Any]) -> None:
        """Keep in the folder that a batch has arrived, with what proves it."""
        self._keep(path.with_name(path.name.removesuffix(SUFFIX) + SENT), entries)

    def delete(self, path: Path) -> None:
        """Remove a batch that was acknowledged."""
        if not self.is_sent(path):
            raise EdgeError("not_sent", name=path.name)
        path.unlink(missing_ok=True)
        path.with_name(path.name.removesuffix(SUFFIX) + SENT).unlink(missing_ok=True)

    def used_bytes(self) -> int:
        """What all batches take."""
        sizes = 0
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith((SUFFIX, PART, SENT)):
                    try:
                        sizes += entry.stat().st_size
                    except FileNotFoundError:
                        continue
        return sizes

    def make_room(self, size_bytes: int, open_bytes: int) -> bool:
        """Delete acknowledged batches, the oldest first, until so much more fits the quota; tells whether it does.

        `open_bytes` is what the batch being written takes so far: the folder is not looked at for every block.
        """
        if self._final_bytes is not None and self._final_bytes + open_bytes + size_bytes <= self.quota_bytes:
            return True
        used = self.used_bytes()
        self._final_bytes = used - open_bytes
        if used + size_bytes <= self.quota_bytes:
            return True
        self._final_bytes = None
        for path in self.final():
            if self.is_sent(path):
                try:
                    size = path.stat().st_size
                    self.delete(path)
                except OSError:
                    continue
                used -= size
                if used + size_bytes <= self.quota_bytes:
                    return True
        return False

    def delete_oldest_sent(self) -> bool:
        """Make some room on a disk that is full; false where nothing may be deleted."""
        for path in self.final():
            if self.is_sent(path):
                try:
                    self.delete(path)
                    return True
                except OSError:
                    continue
        return False

    def part(self, recorder: str, run: str, batch: int) -> Path:
        """The name of a batch while it is written; names sort as batches follow each other."""
        return self.folder / f"{portable(recorder)}_{portable(run)}_{batch:08d}{PART}"

    def knows(self, recorder: str, run: str) -> bool:
        """Whether batches of a run are here, or were the last to be handed on: a second run would take their names."""
        last = self.last_end()
        is_last = last is not None and (last.recorder, last.run) == (recorder, run)
        return is_last or any(self.folder.glob(f"{portable(recorder)}_{portable(run)}_*{SUFFIX}*"))

    def finish(self, part: Path) -> Path:
        """Make a closed batch final."""
        final = part.with_name(part.name.removesuffix(PART) + SUFFIX)
        part.replace(final)
        self._final_bytes = None
        sync_folder(self.folder)
        return final

    def keep_end(self, end: End) -> None:
        """Remember the last batch of a recorder, even when all batches were handed on and deleted."""
        entries = {"recorder": end.recorder, "run": end.run, "batch": end.batch, "end": end.value.hex()}
        self._keep(self.folder / ENDS, entries)

    def last_end(self) -> End | None:
        """The last batch that was finished here."""
        try:
            entries = json.loads((self.folder / ENDS).read_bytes())
            return End(
                recorder=str(entries["recorder"]),
                run=str(entries["run"]),
                batch=int(entries["batch"]),
                value=bytes.fromhex(entries["end"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def lock(self) -> None:
        """Let no second recorder write here; the system lets go of the lock when the process ends, however it ends."""
        file = open(self.folder / LOCK, "a+b")  # noqa: SIM115 - held as long as the recorder lives
        try:
            if not file.tell():
                file.write(b"genba-edge\n")  # an empty file looks like one that was lost
                file.flush()
            if sys.platform == "win32":
                import msvcrt

                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise EdgeError("queue_in_use", folder=str(self.folder)) from error
        self._lock = file

    def unlock(self) -> None:
        """Let another recorder write here."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _keep(self, path: Path, entries: dict[str, Any]) -> None:
        temporary = path.with_name(path.name + ".tmp")
        with open(temporary, "wb") as file:
            file.write(json.dumps(entries, sort_keys=True).encode("ascii"))
            file.flush()
            sync(file.fileno())
        temporary.replace(path)
        sync_folder(self.folder)


def portable(text: str) -> str:
    """A part of a file name that every system takes, of what may be Japanese or hold slashes."""
    kept = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in text).strip(".")
    return kept.encode("utf-8")[: NAME_BYTES // 2].decode("utf-8", "ignore") or "-"
