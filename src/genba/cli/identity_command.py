"""genba identity: set up a company's exchange, and show who it is."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument(
        "action", choices=("new", "show"), metavar="new|show", help=translate("share.identity_do", lang)
    )
    parser.add_argument("--name", default="", metavar="NAME", help=translate("share.identity_name", lang))
    parser.add_argument("--did", default="did:key", metavar="DID", help=translate("share.identity_did", lang))
    parser.add_argument("--address", default="", metavar="URL", help=translate("share.identity_address", lang))
    parser.add_argument("--keyring", action="store_true", help=translate("share.identity_keyring", lang))
    parser.add_argument("--local", action="store_true", help=translate("share.identity_local", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Make keys and settings, or show the id that partners enter."""
    from genba.app.exchange.home import NewHome, new_home
    from genba.storage.exchange.settings import load_settings

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
    console.table(
        [translate("share.identity_what", console.lang), translate("share.identity_value", console.lang)],
        [
            [translate("share.identity_id", console.lang), settings.participant],
            [translate("share.identity_where", console.lang), f"{settings.protocol.address}/dsp/2025-1"],
        ],
    )
    console.line()
    if parsed.action == "new":
        console.say("share.identity_made", home=str(parsed.home), key=settings.secrets.key_file or "keyring")
    return 0
