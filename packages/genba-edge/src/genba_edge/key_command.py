"""`genba-edge key`: make a key that protects recordings from being changed unseen."""

from __future__ import annotations

import argparse
import sys

from genba_edge.keys import make_key
from genba_edge.wording import help_of, sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to put it."""
    parser.add_argument("path", help=help_of("key.path"))


def run(options: argparse.Namespace) -> int:
    """Make it, and say what to do with it."""
    made = make_key(options.path)
    sys.stdout.write(sentence("key_made", key=made, path=options.path) + "\n")
    return 0
