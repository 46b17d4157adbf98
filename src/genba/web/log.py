"""The log of the server: one JSON object a line, without bodies, tokens, names of files or of participants."""

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from genba.storage.files import long_path

LARGEST_BYTES = 10 << 20
KEPT = 5
FOLDER = "logs"
NAME = "serve.jsonl"
STANDARD_OUTPUT = "-"
_EXTRAS = ("subject", "attempts")


class StructuredLog:
    """Writes lines; where they cannot be written, the server goes on without them."""

    def __init__(self, write: Callable[[bytes], object], *, now: Callable[[], datetime]) -> None:
        """`write` takes whole lines; `now` stamps them, in UTC."""
        self._write = write
        self._now = now

    def line(self, event: str, /, **fields: str | float | None) -> None:
        """Write one event; fields that are None are left out."""
        found = {name: value for name, value in fields.items() if value is not None}
        moment = self._now().isoformat(timespec="milliseconds")
        with suppress(OSError, ValueError):
            self._write(msgspec.json.encode({"at": moment, "event": event, **found}) + b"\n")


class RotatingFile:
    """A file that is put aside when it is large; a few of those before it are kept."""

    def __init__(self, path: Path, *, largest_bytes: int = LARGEST_BYTES, kept: int = KEPT) -> None:
        """Each line is written at once: logging's own handler needs 40 µs for one, this 6."""
        self._path = long_path(path)
        self._largest_bytes = largest_bytes
        self._kept = kept
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._size_bytes = 0

    def write(self, line: bytes) -> None:
        """Append a line."""
        with self._lock:
            if self._file is None or self._size_bytes + len(line) > self._largest_bytes:
                self._turn()
            if self._file is not None:
                self._file.write(line)
                self._size_bytes += len(line)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _turn(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            for number in range(self._kept, 0, -1):
                older = self._path.with_name(f"{self._path.name}.{number}")
                newer = self._path.with_name(f"{self._path.name}.{number - 1}") if number > 1 else self._path
                if newer.exists():
                    newer.replace(older)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        opened: BinaryIO = self._path.open("ab", buffering=0)
        self._file, self._size_bytes = opened, opened.tell()


def open_log(where: str, home: Path, *, now: Callable[[], datetime]) -> tuple[StructuredLog, Callable[[], None]]:
    """Open the log and give what closes it: a file, below the home unless named, or `-` for standard output."""
    if where == STANDARD_OUTPUT:
        return StructuredLog(_to_standard_output, now=now), lambda: None
    file = RotatingFile(Path(where) if where else home / FOLDER / NAME)
    return StructuredLog(file.write, now=now), file.close


def _to_standard_output(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


class Forwarding(logging.Handler):
    """Takes what others log: their sentences without what filled them in, which may come from outside."""

    def __init__(self, log: StructuredLog, event: str, level: int) -> None:
        """`event` names the source of these lines."""
        super().__init__(level)
        self._log = log
        self._event = event

    def emit(self, record: logging.LogRecord) -> None:
        """Write the sentence, the code that came with it, and of an error its kind."""
        error = record.exc_info[0] if record.exc_info else None
        known = getattr(record, "code", None) or (error.__name__ if error else None)
        extras = {name: value for name in _EXTRAS if isinstance(value := getattr(record, name, None), str | int)}
        self._log.line(self._event, said=str(record.msg).strip()[:200], error=known, **extras)


def participant_mark(participant: str) -> str:
    """Give a mark by which lines of one participant can be found without naming it."""
    return sha256(participant.encode("utf-8")).hexdigest()[:16] if participant else ""
