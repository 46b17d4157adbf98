"""genba pull: fetch the data of an agreement, stating what they are for."""

import argparse
import time
from pathlib import Path

from genba.cli.console import Console, size_text
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("agreement", metavar="AGREEMENT", help=translate("share.agreement", lang))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=translate("share.pull_out", lang))
    parser.add_argument("--purpose", default="", metavar="PURPOSE", help=translate("share.pull_purpose", lang))
    parser.add_argument("--place", default="", metavar="CC", help=translate("share.pull_place", lang))
    parser.add_argument("--training", action="store_true", help=translate("share.pull_training", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Fetch, prove, put in place with terms and receipt."""
    from genba.app.exchange.home import open_home
    from genba.app.exchange.pull import pull

    begun = time.monotonic()
    pulled = pull(
        open_home(parsed.home),
        parsed.agreement,
        out=parsed.out,
        purpose=parsed.purpose,
        place=parsed.place,
        training=parsed.training,
    )
    if parsed.json:
        console.json(pulled)
        return 0
    rate = f"{size_text(int(pulled.received_bytes / max(time.monotonic() - begun, 1e-3)))}/s"
    said = "share.pulled" if pulled.proven else "share.pulled_unproven"
    if not pulled.received_bytes:
        said = "share.pulled_already"
    console.say(said, files=pulled.files, size=size_text(pulled.size_bytes), rate=rate)
    if pulled.proven and not pulled.provider_receipt:
        console.warn(translate("share.pulled_unreceipted", console.lang))
    console.say("share.pulled_next", out=str(parsed.out))
    return 0
