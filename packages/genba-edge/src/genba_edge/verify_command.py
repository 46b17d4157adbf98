"""`genba-edge verify`: are these batches whole, unchanged and in order?"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from genba_edge.diskqueue import SUFFIX
from genba_edge.keys import read_key
from genba_edge.verifying import verify
from genba_edge.wording import help_of, sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    """Files, and what they were protected by."""
    parser.add_argument("files", nargs="+", type=Path, help=help_of("verify.files"))
    parser.add_argument("--key-file", default="", help=help_of("verify.key"))
    parser.add_argument("--signer", default="", help=help_of("verify.signer"))
    parser.add_argument("--json", action="store_true", help=help_of("json"))


def run(options: argparse.Namespace) -> int:
    """A line for every file that is not sound, then how many are."""
    paths = [file for path in options.files for file in (sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path])]
    verdicts = verify(paths, read_key(options.key_file) if options.key_file else b"", options.signer.lower())
    bad = [verdict for verdict in verdicts if not verdict.is_sound]
    if options.json:
        sys.stdout.write(json.dumps([asdict(verdict) for verdict in verdicts], ensure_ascii=False, indent=1) + "\n")
    else:
        for verdict in bad:
            for code in verdict.codes:
                sys.stdout.write(f"{verdict.name}: {sentence(code)}\n")
        samples, lost = sum(one.samples for one in verdicts), sum(one.lost for one in verdicts)
        if bad or not verdicts:
            sys.stdout.write(sentence("unsound", files=len(verdicts), bad=len(bad)) + "\n")
        else:
            sys.stdout.write(sentence("sound", files=len(verdicts), samples=f"{samples:,}", lost=f"{lost:,}") + "\n")
    if not verdicts or len(bad) == len(verdicts):
        return 2
    return 1 if bad else 0
