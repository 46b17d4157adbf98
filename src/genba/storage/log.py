"""The log of runs: English, with codes and document ids, never with contents; it rotates and cannot fill a disk."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST_BYTES = 1 << 20
KEPT = 5
FORMAT = "%(asctime)s %(levelname)s %(message)s"


def log_path(state_dir: Path) -> Path:
    """Name the log file of this user."""
    return state_dir / "logs" / "genba.log"


class _QuietHandler(RotatingFileHandler):
    """Drops a line where the disk is full or, on Windows, another run has the file open: a log must not stop a run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the standard library's name
        """Say nothing."""


def open_log(state_dir: Path | None) -> logging.Logger:
    """Open the log; where it cannot be written, or nobody has a home for it, runs go on without one."""
    logger = logging.getLogger("genba")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        logger.addHandler(handler_for(state_dir))
    return logger


def handler_for(state_dir: Path | None) -> logging.Handler:
    """Give what writes the log of this user, or nothing where that cannot be."""
    if state_dir is None:
        return logging.NullHandler()
    path = log_path(state_dir)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _QuietHandler(
            path, maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    return handler
