"""What there is in an exchange, for those who own it: partners, offers, negotiations, agreements, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass

from genba.app.exchange.asking import Connector, connector_at, terms_of
from genba.app.exchange.node import Exchange
from genba.errors import NotFound
from genba.model.exchange import (
    Agreement,
    Negotiation,
    NegotiationState,
    Notice,
    Partner,
    Publication,
    Role,
    Transfer,
    TransferState,
)
from genba.policy.labels import TermLine
from genba.storage.exchange import (
    agreements,
    negotiations,
    notices,
    outbox,
    partners,
    publications,
    transfers,
)
from genba.storage.exchange import (
    standing as counting,
)

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much there is of everything, and how late the oldest message is."""

    negotiations: Mapping[tuple[str, str], int]
    transfers: Mapping[tuple[str, str], int]
    agreements: Mapping[str, int]
    notices: int
    messages: int
    oldest_due_s: float


def standing(exchange: Exchange) -> Standing:
    """Count; a message is late from the moment it should have been tried."""
    with exchange.database.reading() as tx:
        due = outbox.next_due(tx)
        return Standing(
            negotiations=counting.negotiations_by_state(tx),
            transfers=counting.transfers_by_state(tx),
            agreements=counting.agreements_in_force(tx),
            notices=counting.open_notices(tx),
            messages=outbox.size(tx),
            oldest_due_s=max((exchange.now() - due).total_seconds(), 0.0) if due is not None else 0.0,
        )


def all_partners(exchange: Exchange, *, limit: int = PAGE, after: str = "") -> tuple[Partner, ...]:
    """Give the companies that a person has entered."""
    with exchange.database.reading() as tx:
        return partners.listing(tx, limit=limit, after=after)


def partner(exchange: Exchange, id: str) -> Partner:
    """Give one company."""
    with exchange.database.reading() as tx:
        found = partners.load(tx, id)
    if found is None:
        raise NotFound("web.unknown_id", id=id[:200])
    return found


def all_publications(
    exchange: Exchange, *, withdrawn: bool | None = None, limit: int = PAGE, after: str = ""
) -> tuple[Publication, ...]:
    """Give what we offer."""
    with exchange.database.reading() as tx:
        return publications.listing(tx, withdrawn=withdrawn, limit=limit, after=after)


def publication(exchange: Exchange, id: str) -> Publication:
    """Give one of the things we offer."""
    with exchange.database.reading() as tx:
        found = publications.load(tx, id)
    if found is None:
        raise NotFound("web.unknown_id", id=id[:200])
    return found


def all_negotiations(
    exchange: Exchange,
    *,
    state: NegotiationState | None = None,
    waiting: bool | None = None,
    partner: str = "",
    limit: int = PAGE,
    after: str = "",
) -> tuple[Negotiation, ...]:
    """Give negotiations, the newest first."""
    with exchange.database.reading() as tx:
        return negotiations.listing(tx, state=state, waiting=waiting, partner=partner, limit=limit, after=after)


def negotiation(exchange: Exchange, pid: str) -> Negotiation:
    """Give a negotiation by our own id of it."""
    with exchange.database.reading() as tx:
        found = negotiations.load(tx, pid)
    if found is None:
        raise NotFound("web.unknown_id", id=pid[:200])
    return found


def all_agreements(
    exchange: Exchange,
    *,
    role: Role | None = None,
    in_force: bool | None = None,
    limit: int = PAGE,
    after: str = "",
) -> tuple[Agreement, ...]:
    """Give agreements, the newest first."""
    with exchange.database.reading() as tx:
        return agreements.listing(tx, role=role, in_force=in_force, limit=limit, after=after)


def agreement(exchange: Exchange, id: str) -> Agreement:
    """Give one agreement."""
    with exchange.database.reading() as tx:
        found = agreements.load(tx, id)
    if found is None:
        raise NotFound("web.unknown_id", id=id[:200])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTerms:
    """An agreement with its terms in sentences."""

    agreement: Agreement
    connector: Connector  # what the partner runs, as far as it says so
    terms: tuple[TermLine, ...]


def agreement_with_terms(exchange: Exchange, id: str, *, lang: str) -> AgreedTerms:
    """Give one agreement and how far each of its terms is kept with this partner's connector."""
    found = agreement(exchange, id)
    provides = found.role is Role.PROVIDER
    with exchange.database.reading() as tx:
        known = partners.load(tx, found.assignee if provides else found.assigner)
    connector = connector_at(exchange, known.address) if known is not None and known.address else "other"
    stated = terms_of(
        found.policy,
        recipient=connector if provides else "genba",
        provider="genba" if provides else connector,
        lang=lang,
    )
    return AgreedTerms(agreement=found, connector=connector, terms=stated)


def all_transfers(
    exchange: Exchange, *, state: TransferState | None = None, agreement: str = "", limit: int = PAGE, after: str = ""
) -> tuple[Transfer, ...]:
    """Give transfers, the newest first."""
    with exchange.database.reading() as tx:
        return transfers.listing(tx, exchange.vault, state=state, agreement=agreement, limit=limit, after=after)


def transfer(exchange: Exchange, pid: str) -> Transfer:
    """Give a transfer by our own id of it."""
    with exchange.database.reading() as tx:
        found = transfers.load(tx, pid, exchange.vault)
    if found is None:
        raise NotFound("web.unknown_id", id=pid[:200])
    return found


def open_notices(exchange: Exchange, *, limit: int = PAGE, after: str = "") -> tuple[Notice, ...]:
    """Give what waits for a person, the newest first."""
    with exchange.database.reading() as tx:
        return notices.listing(tx, limit=limit, after=after)


def dismiss(exchange: Exchange, id: str) -> None:
    """Take a notice for read."""
    with exchange.database.transaction() as tx:
        if not notices.done(tx, id, exchange.now()):
            raise NotFound("web.unknown_id", id=id[:200])
