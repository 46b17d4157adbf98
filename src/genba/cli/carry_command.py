"""genba carry: exchange by signed files where no connection is possible."""

import argparse
from pathlib import Path

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=("out", "in"), metavar="out|in", help=translate("share.carry_do", lang))
    parser.add_argument("file", type=Path, metavar="FILE", help=translate("share.carry_file", lang))
    parser.add_argument("--partner", default="", metavar="DID", help=translate("share.carry_partner", lang))
    parser.add_argument("--catalog", action="store_true", help=translate("share.carry_catalog", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Write what waits for a partner into a file, or take in what a partner wrote."""
    from genba.app.exchange.carrying import read_parcel, write_parcel
    from genba.app.exchange.home import open_home
    from genba.errors import InvalidInput

    exchange = open_home(parsed.home)
    if parsed.action == "out":
        if not parsed.partner:
            raise InvalidInput("share.carry_no_partner")
        carried = write_parcel(exchange, parsed.partner, parsed.file, with_catalog=parsed.catalog)
    else:
        carried = read_parcel(exchange, parsed.file)
    if parsed.json:
        console.json(carried)
        return 0
    numbers = {"messages": carried.messages, "answers": carried.answers, "offers": carried.offers}
    console.say(f"share.carried_{parsed.action}", file=str(parsed.file), partner=carried.partner, **numbers)
    return 0
