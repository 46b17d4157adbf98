"""genba withdraw: end an agreement that we gave, or take a publication out of the catalogue."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("id", metavar="ID", help=translate("share.withdraw_id", lang))
    parser.add_argument("--reason", required=True, metavar="TEXT", help=translate("share.withdraw_reason", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Withdraw, and tell the partner at once where that is possible."""
    from genba.app.exchange.home import open_home
    from genba.app.exchange.withdrawing import withdraw

    done = withdraw(open_home(parsed.home), parsed.id, reason=parsed.reason)
    if parsed.json:
        console.json(done)
    else:
        console.say("share.withdrawn", id=parsed.id)
    return 0
