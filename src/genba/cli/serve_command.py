"""genba serve: let partners reach this company's exchange, and its owner manage it."""

import argparse
import sys
from pathlib import Path

from genba.cli.console import Console
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument(
        "--home", type=Path, default=Path("genba-exchange"), metavar="DIR", help=translate("web.serve_home", lang)
    )
    parser.add_argument("--log", default="", metavar="FILE", help=translate("web.serve_log", lang))
    parser.add_argument("--lang", choices=("ja", "en"), default=lang, help=translate("cli.lang", lang))
    parser.add_argument("--json", action="store_true", help=translate("cli.json", lang))


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Serve until it is stopped, and say where."""
    from genba.app.exchange.home import open_home
    from genba.web.serve import Listening, serve

    exchange = open_home(parsed.home)

    def ready(listening: Listening) -> None:
        if parsed.json:
            console.json(listening)
            return
        console.say("web.listening_protocol", address=exchange.protocol_address, listen=listening.protocol)
        console.say("web.listening_management", address=listening.management, file=listening.token_file)
        if listening.waiting:
            console.say("web.waiting", count=listening.waiting)
        console.say("web.how_to_stop")
        sys.stdout.flush()

    try:
        serve(exchange, ready=ready, log=parsed.log, lang=parsed.lang)
    finally:
        exchange.database.close()
    return 0
