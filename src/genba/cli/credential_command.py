"""genba credential: what issuers have certified about this company, kept in its wallet."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

ACTIONS = ("list", "add", "remove")
MOST_BYTES = 1_000_000


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    help = translate("share.credential_do", lang)
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS), help=help)
    help = translate("share.credential_what", lang)
    parser.add_argument("what", nargs="?", default="", metavar="FILE|ID", help=help)
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Put a credential in or take one out, then show what there is."""
    from genba.app.exchange import wallet
    from genba.app.exchange.home import open_home
    from genba.app.exchange.naming import company
    from genba.cli.share_tables import local
    from genba.errors import InvalidInput, NotFound

    if parsed.action != "list" and not parsed.what:
        raise InvalidInput("share.credential_missing", action=parsed.action)
    exchange = open_home(parsed.home)
    if parsed.action == "add":
        wallet.add_credential(exchange, _read(parsed.what))
    elif parsed.action == "remove":
        known = [item for item in wallet.list_credentials(exchange) if item.id == parsed.what]
        if not known:
            raise NotFound("share.no_such_credential", id=parsed.what[:200])
        wallet.remove_credential(exchange, known[0].issuer, known[0].id)
    found = wallet.list_credentials(exchange)
    if parsed.json:
        console.json([{"id": item.id, "types": item.types, "issuer": item.issuer, "ends": item.ends} for item in found])
        return 0
    if not found:
        console.say("share.credentials_none")
        return 0
    header = [translate(f"share.column_{name}", console.lang) for name in ("types", "issuer", "ends", "id")]
    never = translate("share.never", console.lang)
    rows = [
        [", ".join(item.types), company(exchange, item.issuer), local(item.ends) if item.ends else never, item.id]
        for item in found
    ]
    console.table(header, rows)
    return 0


def _read(file: str) -> str:
    from pathlib import Path

    from genba.errors import InvalidInput
    from genba.storage.files import long_path

    try:
        with long_path(Path(file)).open("rb") as stream:
            return stream.read(MOST_BYTES).decode("ascii")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("share.credential_unreadable", file=file[:200]) from None
