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


def open_log(state_dir: Path) -> logging.Logger:
    """Open the log; where it cannot be written, runs go on without one."""
    logger = logging.getLogger("genba")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        logger.addHandler(_handler(log_path(state_dir)))
    return logger


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    return handler
