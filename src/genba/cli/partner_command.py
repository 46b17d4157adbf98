"""genba partner: enter, show and block the companies that we exchange data with."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

ACTIONS = ("list", "add", "block", "unblock")


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS), help=translate("share.partner_do", lang))
    parser.add_argument("did", nargs="?", default="", metavar="DID", help=translate("share.partner_did", lang))
    parser.add_argument("--name", default="", metavar="NAME", help=translate("share.partner_name", lang))
    parser.add_argument("--address", default="", metavar="URL", help=translate("share.partner_address", lang))
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help=translate("share.group", lang))
    parser.add_argument("--corporate-number", default="", metavar="N", help=translate("share.corporate_number", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Change the list of partners, then show it."""
    from genba.app.exchange.home import open_home
    from genba.app.exchange.partnering import add_partner, changed, list_partners, set_blocked
    from genba.model.exchange import Partner

    exchange = open_home(parsed.home)
    if parsed.action == "add":
        given = Partner(
            id=parsed.did,
            name=parsed.name,
            address=parsed.address.rstrip("/"),
            groups=tuple(parsed.group),
            corporate_number=parsed.corporate_number,
        )
        add_partner(exchange, changed(exchange, given))
    elif parsed.action != "list":
        set_blocked(exchange, parsed.did, blocked=parsed.action == "block")
    partners = list_partners(exchange)
    if parsed.json:
        console.json(partners)
        return 0
    if not partners:
        console.say("share.partners_none")
        return 0
    header = [translate(f"share.column_{name}", console.lang) for name in ("name", "id", "address", "groups", "state")]
    states = {True: "share.blocked", False: "share.known"}
    rows = [
        [item.name, item.id, item.address, ", ".join(item.groups), translate(states[item.blocked], console.lang)]
        for item in partners
    ]
    console.table(header, rows)
    return 0
