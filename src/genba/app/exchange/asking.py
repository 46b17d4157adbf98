"""Ask for a partner's offer: its terms with how each is kept, then the request, then the partner's answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from genba.app.exchange.cataloguing import SERVICE_ID
from genba.app.exchange.dispatch import deliver_due
from genba.app.exchange.negotiating import OfferRequest, request_offer
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import FILE
from genba.dsp.versions import WELL_KNOWN, read_versions
from genba.errors import GenbaError, InvalidInput, NotFound
from genba.model.exchange import Negotiation, NegotiationState, SeenOffer
from genba.model.policy import Enforcement
from genba.policy import labels, odrl
from genba.policy.labels import TermLine
from genba.storage.exchange import negotiations, seen

Connector = Literal["genba", "other"]
POLL_S = 0.2
SETTLED = (NegotiationState.FINALIZED, NegotiationState.TERMINATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """An offer as somebody should see it before asking for it."""

    offer: SeenOffer
    connector: Connector  # what the partner runs, as far as it says so
    terms: tuple[TermLine, ...]


def consider(exchange: Exchange, offer_id: str, *, lang: str) -> Considered:
    """Find an offer that was seen in a catalogue and say how each of its terms would be kept."""
    with exchange.database.reading() as tx:
        found = seen.find(tx, offer_id)
    if not found:
        raise NotFound("share.unknown_offer", offer=offer_id[:200])
    if len(found) > 1 and len({offer.partner for offer in found}) > 1:
        raise InvalidInput("share.offer_of_several", offer=offer_id[:200])
    connector = connector_at(exchange, found[0].address)
    stated = terms_of(found[0].policy, recipient="genba", provider=connector, lang=lang)
    return Considered(offer=found[0], connector=connector, terms=stated)


def terms_of(policy: str, *, recipient: Connector, lang: str, provider: Connector = "genba") -> tuple[TermLine, ...]:
    """Say in sentences what a policy asks for and how far it is kept between these two connectors.

    Another connector as provider may decide what genba decides, or not: nobody here can know, so that is a promise.
    """
    try:
        read = odrl.read(msgspec.json.decode(policy, type=dict[str, object]))
    except (msgspec.MsgspecError, RecursionError):
        raise InvalidInput("share.unreadable_terms") from None
    lines = labels.describe(read, partner=recipient, lang=lang)
    if provider == "genba":
        return lines
    promised = Enforcement.CONTRACTUAL
    return tuple(
        replace(line, enforcement=promised) if line.enforcement is Enforcement.ENFORCED else line for line in lines
    )


def connector_at(exchange: Exchange, address: str) -> Connector:
    """Tell genba from another connector by its version document; in doubt it is another, which keeps less."""
    if address == FILE:  # only genba reads and writes carried files
        return "genba"
    root = address.removesuffix("/dsp/2025-1")
    try:
        answer = exchange.http.request("GET", f"{root}{WELL_KNOWN}")
        versions = read_versions(answer.body) if answer.status == 200 else ()
    except GenbaError:
        return "other"
    return "genba" if any(version.service_id == SERVICE_ID for version in versions) else "other"


def ask(
    exchange: Exchange, offer: SeenOffer, *, wait_s: float, sleep: Callable[[float], None] = time.sleep
) -> Negotiation:
    """Ask for an offer as it stands and give the negotiation as it is when settled, or when the time is over."""
    begun = request_offer(
        exchange,
        OfferRequest(partner=offer.partner, address=offer.address, dataset=offer.dataset, offer=offer.policy),
    )
    deliver_due(exchange)
    waited = 0.0
    while True:
        with exchange.database.reading() as tx:
            now = negotiations.load(tx, begun.pid) or begun
        if now.state in SETTLED or waited >= wait_s:
            return now
        sleep(POLL_S)
        waited += POLL_S
