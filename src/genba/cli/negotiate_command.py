"""genba negotiate: see how an offer's terms would be kept, then ask for a contract."""

import argparse
import sys

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

WAIT_S = 20.0


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("offer", metavar="OFFER", help=translate("share.offer", lang))
    parser.add_argument("--yes", action="store_true", help=translate("share.negotiate_yes", lang))
    parser.add_argument("--wait", type=float, default=WAIT_S, metavar="S", help=translate("share.negotiate_wait", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """Ask, wait a little, and say where it stands: 0 agreed, 1 waiting, 2 no contract."""
    from genba.app.exchange.asking import ask, consider
    from genba.app.exchange.home import open_home
    from genba.app.exchange.naming import company
    from genba.app.exchange.refusals import said
    from genba.cli.share_tables import show_terms
    from genba.model.exchange import NegotiationState

    exchange = open_home(parsed.home)
    considered = consider(exchange, parsed.offer, lang=console.lang)
    if not parsed.json:
        partner = company(exchange, considered.offer.partner)
        console.say("share.negotiate_terms", partner=partner, title=considered.offer.title)
        show_terms(console, considered.terms)
        console.line()
    if not parsed.yes and not _agreed(console):
        console.say("share.negotiate_stopped")
        return 2
    negotiation = ask(exchange, considered.offer, wait_s=parsed.wait)
    state = negotiation.state
    status = 0 if state is NegotiationState.FINALIZED else 2 if state is NegotiationState.TERMINATED else 1
    if parsed.json:
        console.json(negotiation)
    elif state is NegotiationState.FINALIZED:
        console.say("share.negotiate_agreed", agreement=negotiation.agreement_id)
    elif state is NegotiationState.TERMINATED:
        console.say("share.negotiate_ended", reason=said(negotiation.reason))
    elif state is None:
        console.say("share.negotiate_not_sent", pid=negotiation.pid)
    elif negotiation.waiting:  # the partner has answered with something that a person here has to decide
        console.say("share.negotiate_answered", answer=translate(negotiation.waiting, console.lang))
    else:
        console.say("share.negotiate_waits", pid=negotiation.pid)
    return status


def _agreed(console: Console) -> bool:
    if not sys.stdin.isatty():
        return False
    return input(translate("share.negotiate_ask", console.lang)).strip().lower() in ("y", "yes", "はい")
