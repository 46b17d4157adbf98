"""`genba-edge upload`: send what waits in a queue to a folder or a server."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from genba_edge.diskqueue import Queue
from genba_edge.errors import EdgeError
from genba_edge.upload import Pace, target_of, upload
from genba_edge.wording import help_of, sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    """From where to where, and how fast."""
    parser.add_argument("queue", type=Path, help=help_of("upload.queue"))
    parser.add_argument("target", help=help_of("upload.target"))
    parser.add_argument("--delete", action="store_true", help=help_of("upload.delete"))
    parser.add_argument("--limit-kb-s", type=int, default=0, help=help_of("upload.limit"))
    parser.add_argument("--attempts", type=int, default=Pace().attempts, help=help_of("upload.attempts"))
    parser.add_argument("--token-file", default="", help=help_of("upload.token"))
    parser.add_argument("--ca-file", default="", help=help_of("upload.ca"))
    parser.add_argument("--json", action="store_true", help=help_of("json"))


def run(options: argparse.Namespace) -> int:
    """Send, then say what arrived and what stopped it."""
    if not options.queue.is_dir():
        raise EdgeError("target", target=str(options.queue))
    pace = Pace(
        attempts=max(1, options.attempts), bytes_per_second=max(0, options.limit_kb_s) * 1000, delete=options.delete
    )
    target = target_of(options.target, token_file=options.token_file, ca_file=options.ca_file)
    done = upload(Queue(options.queue), target, pace)
    if options.json:
        sys.stdout.write(json.dumps(asdict(done), ensure_ascii=False, indent=1) + "\n")
    else:
        size = f"{done.size_bytes / 1e6:.1f}"
        sys.stdout.write(sentence("sent", count=len(done.sent), size_mb=size, waiting=done.waiting) + "\n")
        if done.code:
            sys.stderr.write(sentence(done.code) + "\n")
    if not done.code:
        return 0
    return 1 if done.sent else 2
