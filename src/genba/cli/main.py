"""The entry point: names the commands and loads only the one that is called."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from genba import __version__
from genba.cli.arguments import Parser
from genba.cli.console import Console, open_console
from genba.config import Config, load_config
from genba.errors import GenbaError
from genba.i18n import translate

COMMANDS = (
    "refine",
    "inspect",
    "survey",
    "export",
    "capture",
    "align",
    "render",
    "learn",
    "deploy",
    "identity",
    "credential",
    "partner",
    "publish",
    "serve",
    "catalog",
    "negotiate",
    "waiting",
    "agreements",
    "pull",
    "withdraw",
    "audit",
    "carry",
    "backup",
    "demo",
    "recipes",
    "doctor",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 all, 1 some, 2 none or misuse."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    config = load_config()
    lang = _wanted_language(arguments) or config.lang
    console = open_console(lang, color=config.color)
    parser = make_parser(lang)
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        parser.print_help()
        return 2
    return _run(parsed, console, config)


def _run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    command = importlib.import_module(f"genba.cli.{parsed.command}_command")
    try:
        status: int = command.run(parsed, console, config)
        sys.stdout.flush()
    except GenbaError as error:
        console.error(error)
        return 2
    except KeyboardInterrupt:
        console.warn(translate("cli.interrupted", console.lang))
        return 2
    except BrokenPipeError:
        _let_go_of_the_pipe()
        return 1
    except Exception as error:  # noqa: BLE001 -- the rim: whatever it was, a person gets a sentence
        console.warn(translate("cli.unexpected", console.lang, reason=_where(error)))
        return 2
    return status


def _let_go_of_the_pipe() -> None:
    """Keep the interpreter from failing at its end on output that nobody takes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _where(error: Exception) -> str:
    """Name the error and the line that raised it, never its message: that may quote a file's contents."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + line


def make_parser(lang: str) -> argparse.ArgumentParser:
    """Make the parser of all commands, its help in one language."""
    parser = Parser(
        lang=lang, prog="genba", description=translate("cli.about", lang), epilog=translate("cli.begin", lang)
    )
    version = translate("cli.version", lang)
    parser.add_argument("--version", action="version", version=f"genba {__version__}", help=version)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title=translate("cli.group_commands", lang))
    for name in COMMANDS:
        about = translate(f"cli.{name}", lang)
        sub = subparsers.add_parser(name, lang=lang, help=about, description=about)
        importlib.import_module(f"genba.cli.{name}_command").add_arguments(sub, lang)
    return parser


def _wanted_language(arguments: Sequence[str]) -> str:
    """Find --lang ahead of parsing, since the help itself is translated."""
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return _known(argument.removeprefix("--lang="))
        if argument == "--lang" and position + 1 < len(arguments):
            return _known(arguments[position + 1])
    return ""


def _known(lang: str) -> str:
    return lang if lang in ("ja", "en") else ""


if __name__ == "__main__":
    sys.exit(main())
