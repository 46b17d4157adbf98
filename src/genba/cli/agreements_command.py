"""genba agreements: what was agreed with whom, and how each term is kept."""

import argparse
from typing import TYPE_CHECKING

from genba.cli.console import Console
from genba.cli.share_arguments import add_common
from genba.config import Config
from genba.i18n import translate

if TYPE_CHECKING:
    from genba.app.exchange.node import Exchange

MOST_NEGOTIATIONS = 20


def add_arguments(parser: argparse.ArgumentParser, lang: str) -> None:
    """Declare the options."""
    parser.add_argument("id", nargs="?", default="", metavar="AGREEMENT", help=translate("share.agreements_id", lang))
    add_common(parser, lang)


def run(parsed: argparse.Namespace, console: Console, config: Config) -> int:
    """List agreements, or show one with its terms."""
    from genba.app.exchange.asking import terms_of
    from genba.app.exchange.home import open_home
    from genba.app.exchange.naming import agreed_title, company
    from genba.app.exchange.overview import agreement, all_agreements
    from genba.cli.share_tables import local, show_terms
    from genba.model.exchange import Role

    exchange = open_home(parsed.home)
    found = (agreement(exchange, parsed.id),) if parsed.id else all_agreements(exchange)
    if parsed.json:
        console.json(found[0] if parsed.id else found)
        return 0
    if not found:
        console.say("share.agreements_none")
        _show_negotiations(exchange, console)
        return 0
    columns = ("agreement", "role", "partner", "dataset", "since", "state")
    rows = [
        [
            item.id,
            translate(f"share.role_{item.role}", console.lang),
            company(exchange, item.assignee if item.role is Role.PROVIDER else item.assigner),
            agreed_title(exchange, item),
            local(item.agreed_at),
            translate(f"share.state_{_state(item.withdrawn_at is not None, item.final)}", console.lang),
        ]
        for item in found
    ]
    console.table([translate(f"share.column_{name}", console.lang) for name in columns], rows)
    if parsed.id:
        console.line()
        console.say("share.agreements_terms")
        # Whoever is on the other side is not asked here: what it decides or checks counts as promised.
        ours = found[0].role is Role.PROVIDER
        lines = terms_of(
            found[0].policy,
            recipient="other" if ours else "genba",
            provider="genba" if ours else "other",
            lang=console.lang,
        )
        show_terms(console, lines)
    else:
        _show_negotiations(exchange, console)
    return 0


def _show_negotiations(exchange: "Exchange", console: Console) -> None:
    """Show what has not become an agreement: what is still open, and what was refused, with the reason."""
    from genba.app.exchange.naming import company, title_of
    from genba.app.exchange.overview import all_negotiations
    from genba.app.exchange.refusals import said
    from genba.cli.share_tables import local
    from genba.model.exchange import NegotiationState, Role

    lang = console.lang
    rows = []
    for item in all_negotiations(exchange):
        if item.state is NegotiationState.FINALIZED:
            continue
        has_ended = item.state is NegotiationState.TERMINATED
        state = "share.state_ended" if has_ended else "share.state_here" if item.waiting else "share.state_there"
        reason = said(item.reason)
        provider = item.partner if item.role is Role.CONSUMER else exchange.participant
        rows.append(
            [
                company(exchange, item.partner),
                title_of(exchange, item.dataset, provider),
                local(item.changed_at),
                translate(state, lang),
                translate(reason.code, lang, **reason.details) if has_ended else "",
            ]
        )
    if rows:
        console.line()
        console.say("share.negotiations")
        columns = ("partner", "dataset", "since", "state", "reason")
        console.table([translate(f"share.column_{name}", lang) for name in columns], rows[:MOST_NEGOTIATIONS])


def _state(is_withdrawn: bool, is_final: bool) -> str:
    return "withdrawn" if is_withdrawn else "final" if is_final else "open"
