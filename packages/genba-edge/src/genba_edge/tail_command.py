"""`genba-edge tail`: record a CSV log that another program writes."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from genba_edge.csv_tail import CsvTail, LogFormat
from genba_edge.diskqueue import portable
from genba_edge.errors import EdgeError
from genba_edge.log_recording import LogRecording
from genba_edge.log_values import UNITS_NS
from genba_edge.recorder import Recorder
from genba_edge.wording import help_of, sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which log, and how it is written."""
    parser.add_argument("log", type=Path, help=help_of("tail.log"))
    parser.add_argument("--out", type=Path, required=True, help=help_of("tail.out"))
    parser.add_argument("--stream", default="", help=help_of("tail.stream"))
    parser.add_argument("--time", nargs="+", default=(), metavar="COLUMN", help=help_of("tail.time"))
    parser.add_argument("--time-unit", choices=tuple(UNITS_NS), default="s", help=help_of("tail.unit"))
    parser.add_argument("--encoding", default="", help=help_of("tail.encoding"))
    parser.add_argument("--every-s", type=float, default=1.0, help=help_of("tail.every"))
    parser.add_argument("--once", action="store_true", help=help_of("tail.once"))


def run(options: argparse.Namespace) -> int:
    """Record until somebody ends it, or once; the last lines are kept either way."""
    if options.once and not options.log.is_file():
        raise EdgeError("log_missing", path=str(options.log))
    written = LogFormat(time_columns=tuple(options.time), time_unit=options.time_unit, encoding=options.encoding)
    name = options.stream or portable(options.log.stem)
    with Recorder(options.out, name.replace("/", "-")) as recorder:
        recording = LogRecording(CsvTail(options.log, name, written), recorder)
        try:
            recording.look(time.time_ns())
            while not options.once:
                time.sleep(max(options.every_s, 0.05))
                recording.look(time.time_ns())
        except KeyboardInterrupt:
            recording.look(time.time_ns())
    path = str(options.log)
    sys.stdout.write(sentence("tailed", rows=recording.rows, path=path, unread=recording.unread) + "\n")
    return 0 if recording.rows and not recording.unread else 1 if recording.rows else 2
