"""genba identity: set up a company's exchange, show who it is, and change its secrets."""

import argparse
import sys

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

ACTIONS = ("new", "show", "rotate", "secret")


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS), help=translate("share.identity_do", lang))
    parser.add_argument("--name", default="", metavar="NAME", help=translate("share.identity_name", lang))
    parser.add_argument("--did", default="did:key", metavar="DID", help=translate("share.identity_did", lang))
    parser.add_argument("--address", default="", metavar="URL", help=translate("share.identity_address", lang))
    parser.add_argument("--keyring", action="store_true", help=translate("share.identity_keyring", lang))
    parser.add_argument("--local", action="store_true", help=translate("share.identity_local", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Make keys and settings, show the id that partners enter, or put a new key or secret in."""
    from genba.app.exchange.home import NewHome, new_home, new_signing_key
    from genba.storage.exchange.settings import load_settings

    if parsed.action == "rotate":
        key = new_signing_key(parsed.home)
        if parsed.json:
            console.json({"key": key})
        else:
            console.say("share.identity_rotated", key=key)
        return 0
    if parsed.action == "secret":
        return _secret(parsed, console)
    if parsed.action == "new":
        settings = new_home(
            NewHome(
                home=parsed.home,
                name=parsed.name,
                did=parsed.did,
                address=parsed.address.rstrip("/"),
                keyring=parsed.keyring,
                local=parsed.local,
            ),
            config,
        )
    else:
        settings = load_settings(parsed.home)
    if parsed.json:
        console.json(settings)
        return 0
    address = settings.protocol.address
    console.table(
        [translate("share.identity_what", console.lang), translate("share.identity_value", console.lang)],
        [
            [translate("share.identity_id", console.lang), settings.participant],
            [translate("share.identity_company", console.lang), settings.name or "–"],
            [translate("share.identity_where", console.lang), f"{address}/dsp/2025-1" if address else "–"],
        ],
    )
    console.line()
    if parsed.action == "new":
        if not parsed.address:
            console.say("share.identity_unreachable")
        console.say("share.identity_made", home=str(parsed.home), key=settings.secrets.key_file or "keyring")
    return 0


def _secret(parsed: argparse.Namespace, console: Console) -> int:
    """Take the secret from the keyboard without showing it, or from standard input; never from the command line."""
    from getpass import getpass

    from genba.app.exchange.home import open_vault
    from genba.app.exchange.identities import set_client_secret
    from genba.errors import InvalidInput

    _, vault = open_vault(parsed.home)
    given = getpass(translate("share.secret_ask", console.lang)) if sys.stdin.isatty() else sys.stdin.readline()
    if not given.strip():
        raise InvalidInput("share.no_secret")
    set_client_secret(parsed.home.absolute(), vault, given.strip())
    if parsed.json:
        console.json({"kept": True})
    else:
        console.say("share.secret_kept")
    return 0
