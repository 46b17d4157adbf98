"""What waits for a person: shown with its reason, its age and its terms, and answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from genba.app.exchange import deciding
from genba.app.exchange.asking import Connector, connector_at, terms_of
from genba.app.exchange.deciding import Word
from genba.app.exchange.dispatch import deliver_due
from genba.app.exchange.node import Exchange
from genba.errors import GenbaError, InvalidInput
from genba.i18n import translate
from genba.model.exchange import Negotiation, Role
from genba.policy import odrl, terms
from genba.policy.checking import check_offer
from genba.policy.labels import TermLine
from genba.storage.exchange import negotiations, partners, publications

LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A negotiation that a person has to decide."""

    pid: str
    partner: str
    partner_name: str
    dataset: str
    title: str
    role: Role
    reason: str  # in words
    since: datetime
    age_s: int
    connector: Connector
    terms: tuple[TermLine, ...]


def waiting(exchange: Exchange, *, lang: str) -> tuple[Waiting, ...]:
    """Give what waits, the newest first; terms are shown as they would be kept with the partner's connector."""
    with exchange.database.reading() as tx:
        found = negotiations.listing(tx, waiting=True, limit=LIMIT)
    return tuple(_shown(exchange, negotiation, lang) for negotiation in found)


def _shown(exchange: Exchange, negotiation: Negotiation, lang: str) -> Waiting:
    with exchange.database.reading() as tx:
        partner = partners.load(tx, negotiation.partner)
        publication = publications.load(tx, negotiation.dataset)
    connector = connector_at(exchange, negotiation.address)
    is_provider = negotiation.role is Role.PROVIDER
    lines: tuple[TermLine, ...] = ()
    reason = translate(negotiation.waiting, lang)
    try:
        lines = terms_of(
            negotiation.offer,
            recipient=connector if is_provider else "genba",
            provider="genba" if is_provider else connector,
            lang=lang,
        )
    except GenbaError as error:  # terms that nobody can read must not hide that somebody waits
        reason = translate(error.code, lang, **error.details)
    return Waiting(
        pid=negotiation.pid,
        partner=negotiation.partner,
        partner_name=partner.name if partner else "",
        dataset=negotiation.dataset,
        title=publication.title if publication else "",
        role=negotiation.role,
        reason=reason,
        since=negotiation.changed_at,
        age_s=max(int((exchange.now() - negotiation.changed_at).total_seconds()), 0),
        connector=connector,
        terms=lines,
    )


def answer(
    exchange: Exchange,
    pid: str,
    word: Word,
    *,
    reason: str = "",
    template: str = "",
    parameters: Mapping[str, str] | None = None,
) -> Negotiation:
    """Say yes, no, or propose the terms of a template; sent at once where it can be, else by the server."""
    policy = ""
    if word == "counter":
        if not template:
            raise InvalidInput("share.counter_needs_terms")
        stated = terms.load(template, **(parameters or {}))
        check_offer(stated.contract)
        written = {**odrl.write(stated.contract), "@id": exchange.new_id(), "@type": "Offer"}
        policy = msgspec.json.encode(written).decode("utf-8")
    decided = deciding.decide(exchange, pid, word, policy=policy, reason=reason)
    deliver_due(exchange)
    with exchange.database.reading() as tx:
        return negotiations.load(tx, pid) or decided
