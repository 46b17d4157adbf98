"""The command line `genba-edge`: a dict of commands, each in a module with `arguments` and `run`."""

from __future__ import annotations

import argparse
import importlib
import sys

from genba_edge.errors import EdgeError
from genba_edge.wording import help_of, sentence

# Each module has `arguments(parser)` and `run(options) -> exit status`: 0 all, 1 some, 2 none or misuse.
COMMANDS: dict[str, str] = {
    "verify": "genba_edge.verify_command",
    "upload": "genba_edge.upload_command",
    "key": "genba_edge.key_command",
    "tail": "genba_edge.tail_command",
    "simulate": "genba_edge.simulate_command",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a CP932 console has not every letter
    parser = argparse.ArgumentParser(prog="genba-edge", description=help_of("genba-edge"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        known = importlib.import_module(module)
        known.arguments(commands.add_parser(name, help=help_of(name), description=help_of(name)))
    options = parser.parse_args(arguments)
    try:
        return int(importlib.import_module(COMMANDS[options.command]).run(options))
    except EdgeError as error:
        sys.stderr.write(f"genba-edge: {sentence(error.code, **error.details)}\n")
        return 2
    except OSError as error:
        reason = error.strerror or type(error).__name__
        sys.stderr.write(f"genba-edge: {sentence('file', path=error.filename or '–', reason=reason)}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
