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
    parser.add_argument("--agreement", default="", metavar="ID", help=translate("share.carry_agreement", lang))
    parser.add_argument("--purpose", default="", metavar="PURPOSE", help=translate("share.carry_purpose", lang))
    parser.add_argument("--out", type=Path, metavar="DIR", help=translate("share.carry_out", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Write what waits for a partner or a product into a file, or take in what a partner wrote."""
    if parsed.action == "in":
        return _in(parsed, console)
    return _product(parsed, console) if parsed.agreement else _messages(parsed, console)


def _messages(parsed: argparse.Namespace, console: Console) -> int:
    from genba.app.exchange.carrying import write_parcel
    from genba.app.exchange.home import open_home
    from genba.app.exchange.naming import company
    from genba.errors import InvalidInput

    if not parsed.partner:
        raise InvalidInput("share.carry_no_partner")
    exchange = open_home(parsed.home)
    carried = write_parcel(exchange, parsed.partner, parsed.file, with_catalog=parsed.catalog)
    if parsed.json:
        console.json(carried)
        return 0
    numbers = {"messages": carried.messages, "answers": carried.answers, "offers": carried.offers}
    console.say("share.carried_out", file=str(parsed.file), partner=company(exchange, carried.partner), **numbers)
    return 0


def _product(parsed: argparse.Namespace, console: Console) -> int:
    from genba.app.exchange.home import open_home
    from genba.app.exchange.packing import pack

    exchange = open_home(parsed.home)
    packed = pack(exchange, parsed.agreement, out=parsed.file, purpose=parsed.purpose, place=exchange.settings.place)
    if parsed.json:
        console.json(packed)
    else:
        console.say("share.carried_product", file=str(parsed.file))
    return 0


def _in(parsed: argparse.Namespace, console: Console) -> int:
    from genba.app.exchange.home import open_home
    from genba.app.exchange.taking_in import take_in

    taken = take_in(open_home(parsed.home), parsed.file, out=parsed.out)
    if parsed.json:
        console.json(taken)
        return 0
    numbers = {"messages": taken.messages, "answers": taken.answers, "offers": taken.offers, "files": taken.files}
    console.say(f"share.taken_{taken.kind}", **numbers)
    if taken.back is not None:
        console.say("share.carry_back", file=str(taken.back))
    return 0
