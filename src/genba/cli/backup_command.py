"""genba backup: save an exchange while it runs, and make a home from what was saved."""

import argparse
from pathlib import Path

from genba.cli.console import Console, size_text
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

ACTIONS = ("save", "restore")


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS), help=translate("share.backup_do", lang))
    parser.add_argument("folder", type=Path, metavar="DIR", help=translate("share.backup_folder", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Save, or restore into a home that is not there yet."""
    from genba.app.exchange.home import open_home
    from genba.storage.exchange.backup import back_up, check_restored, restore

    if parsed.action == "save":
        exchange = open_home(parsed.home)
        made = back_up(exchange.database, exchange.home, parsed.folder, at=exchange.now())
    else:
        made = restore(parsed.folder, parsed.home)
        exchange = open_home(parsed.home)  # the keys must open what was restored
        check_restored(exchange.database, exchange.home, made)
    if parsed.json:
        console.json({"files": len(made.files), "database": made.database, "made_at": made.made_at})
        return 0
    size = size_text(sum(file.size_bytes for file in made.files))
    if parsed.action == "save":
        console.say("share.backed_up", folder=str(parsed.folder), size=size)
        if made.database == "postgresql":
            console.say("share.backup_server")
    else:
        console.say("share.restored", home=str(parsed.home))
    return 0
