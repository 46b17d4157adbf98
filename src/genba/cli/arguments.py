"""The parser of the command line in the user's language: argparse itself speaks English only."""

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from genba.i18n import translate

# What argparse says, and our sentence for it; the groups' names are the sentence's placeholders.
COMPLAINTS = {
    r"the following arguments are required: (?P<names>.+)": "cli.arguments_missing",
    r"unrecognized arguments: (?P<names>.+)": "cli.arguments_unknown",
    r"argument (?P<name>[^:]+): invalid choice: '?(?P<value>.*?)'? \(choose from (?P<known>.+)\)": "cli.not_a_choice",
    r"argument (?P<name>[^:]+): expected .+": "cli.value_missing",
    r"argument (?P<name>[^:]+): invalid (?:int|float) value: '(?P<value>.*)'": "cli.not_a_number",
}


class Formatter(argparse.HelpFormatter):
    """Says "usage" in the user's language."""

    usage_word = "usage: "

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        """Put our word before the usage line."""
        super().add_usage(usage, actions, groups, self.usage_word if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose help and complaints are in one language."""

    def __init__(self, *, lang: str, **options: Any) -> None:
        """`options` are those of argparse."""
        self._lang = lang
        super().__init__(**options, add_help=False, allow_abbrev=False, formatter_class=_formatter(lang))
        self._positionals.title = translate("cli.group_arguments", lang)
        self._optionals.title = translate("cli.group_options", lang)
        self.add_argument("-h", "--help", action="help", help=translate("cli.help", lang))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and how to see what is right; exit status 2."""
        code, details = _complaint(message)
        print(f"genba: [{code}] {translate(code, self._lang, command=self.prog, **details)}", file=sys.stderr)
        sys.exit(2)


def _complaint(message: str) -> tuple[str, dict[str, str]]:
    for pattern, code in COMPLAINTS.items():
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return code, found.groupdict()
    return "cli.misuse", {"reason": message}


def _formatter(lang: str) -> Callable[..., argparse.HelpFormatter]:
    def make(*args: Any, **options: Any) -> argparse.HelpFormatter:
        formatter = Formatter(*args, **options)
        formatter.usage_word = translate("cli.usage", lang)
        return formatter

    return make
