"""genba waiting: see what a person has to decide, and decide it."""

import argparse

from genba.cli.console import Console
from genba.cli.share_arguments import add_common, pairs
from genba.config import Config
from genba.i18n import translate

ACTIONS = ("list", "accept", "refuse", "counter", "dismiss")


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
    from genba.app.exchange.naming import short, title_of
    from genba.app.exchange.overview import dismiss, open_notices
    from genba.app.exchange.refusals import in_sentence
    from genba.app.exchange.waiting import answer, waiting
    from genba.cli.share_tables import age, local, show_terms
    from genba.errors import InvalidInput

    if parsed.action != "list" and not parsed.pid:
        raise InvalidInput("share.waiting_no_pid", action=parsed.action)
    exchange = open_home(parsed.home)
    if parsed.action == "dismiss":
        dismiss(exchange, parsed.pid)
        console.say("share.dismissed")
        return 0
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
    notices = open_notices(exchange)
    if not found:
        console.say("share.waiting_none")
    for item in found:
        partner, title = item.partner_name or short(item.partner), item.title
        title = title or title_of(exchange, item.dataset, item.partner)
        console.say("share.waiting_item", partner=partner, title=title, age=age(item.age_s, console.lang))
        console.line(f"  {item.reason}")
        show_terms(console, item.terms)
        console.say("share.waiting_next", pid=item.pid, home=str(parsed.home))
        console.line()
    others = [notice for notice in notices if notice.subject not in {item.pid for item in found}]
    if others:
        console.say("share.notices")
    for notice in others:
        console.line(f"  {local(notice.at)}  {translate(notice.code, console.lang, **in_sentence(notice.details))}")
        console.line(f"    {notice.id}")
    if others:
        console.say("share.notices_next", home=str(parsed.home))
    return 0
