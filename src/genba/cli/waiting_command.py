"""genba waiting: see what a person has to decide, and decide it."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common, pairs
from genba.config import Config
from genba.i18n import translate

ACTIONS = ("list", "accept", "refuse", "counter")
HOUR_S = 3600


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("action", choices=ACTIONS, metavar="|".join(ACTIONS), help=translate("share.waiting_do", lang))
    parser.add_argument("pid", nargs="?", default="", metavar="PID", help=translate("share.waiting_pid", lang))
    parser.add_argument("--reason", default="", metavar="TEXT", help=translate("share.waiting_reason", lang))
    parser.add_argument("--terms", default="", metavar="TEMPLATE", help=translate("share.terms", lang))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=translate("share.set", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Answer one negotiation, or show all that wait with reason, age and terms."""
    from genba.app.exchange.home import open_home
    from genba.app.exchange.waiting import answer, waiting

    exchange = open_home(parsed.home)
    if parsed.action != "list":
        decided = answer(
            exchange,
            parsed.pid,
            parsed.action,
            reason=parsed.reason,
            template=parsed.terms,
            parameters=pairs(parsed.set),
        )
        if parsed.json:
            console.json(decided)
        else:
            console.say("share.waiting_done")
        return 0
    found = waiting(exchange, lang=console.lang)
    if parsed.json:
        console.json(found)
        return 0
    if not found:
        console.say("share.waiting_none")
    for item in found:
        age = f"{item.age_s // HOUR_S} h {item.age_s % HOUR_S // 60} min"
        console.table(
            [translate(f"share.column_{name}", console.lang) for name in ("partner", "title", "age", "reason")],
            [[item.partner_name or item.partner, item.title, age, item.reason]],
        )
        console.line(f"  {item.pid}")
        header = [translate(f"share.column_{name}", console.lang) for name in ("term", "kept")]
        console.table(
            header, [[line.text, translate(f"share.{line.enforcement}", console.lang)] for line in item.terms]
        )
        console.line()
    return 0
