"""Options that every command of the exchange has, and how values are read from them."""

import argparse
from pathlib import Path

from genba.errors import InvalidInput
from genba.i18n import translate

HOME = Path("genba-exchange")


def add_common(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare --home, --lang and --json."""
    parser.add_argument("--home", type=Path, default=HOME, metavar="DIR", help=translate("share.home", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def pairs(given: list[str]) -> dict[str, str]:
    """Read NAME=VALUE; the same name again adds to a list, separated by commas."""
    found: dict[str, str] = {}
    for item in given:
        name, sign, value = item.partition("=")
        if not sign or not name.strip():
            raise InvalidInput("share.no_pair", given=item[:100])
        key = name.strip()
        found[key] = f"{found[key]},{value.strip()}" if key in found else value.strip()
    return found
