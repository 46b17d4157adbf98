"""The log of the server: one JSON object a line, without bodies, tokens, names of files or of participants."""

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from logging.handlers import RotatingFileHandler
from pathlib import Path

import msgspec

LARGEST_BYTES = 10 << 20
KEPT = 5
FOLDER = "logs"
NAME = "serve.jsonl"
STANDARD_OUTPUT = "-"


class StructuredLog:
    """Writes lines; where they cannot be written, the server goes on without them."""

    def __init__(self, handler: logging.Handler, *, now: Callable[[], datetime]) -> None:
        """`now` stamps the lines, in UTC."""
        self._handler = handler
        self._now = now

    def line(self, code: str, /, **fields: str | float | None) -> None:
        """Write one event; fields that are None are left out."""
        moment = self._now().isoformat(timespec="milliseconds")
        found = {name: value for name, value in fields.items() if value is not None}
        text = msgspec.json.encode({"at": moment, "code": code, **found}).decode("utf-8")
        self._handler.handle(logging.LogRecord("genba.web", logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        """Let go of the file."""
        self._handler.close()


class _QuietHandler(RotatingFileHandler):
    """Drops a line where the disk is full: a log must not stop a server."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the standard library's name
        """Say nothing."""


def open_log(where: str, home: Path, *, now: Callable[[], datetime]) -> StructuredLog:
    """Open the log: a file that rotates, below the home unless another is named, or `-` for standard output."""
    if where == STANDARD_OUTPUT:
        return StructuredLog(logging.StreamHandler(sys.stdout), now=now)
    path = Path(where) if where else home / FOLDER / NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _QuietHandler(path, maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    return StructuredLog(handler, now=now)


def participant_mark(participant: str) -> str:
    """Give a mark by which lines of one participant can be found without naming it."""
    return sha256(participant.encode("utf-8")).hexdigest()[:16] if participant else ""
