"""Offers of partners as they stood in their catalogues when we last looked, so that an id is enough to ask for one."""

from datetime import datetime

from genba.model.exchange import SeenOffer
from genba.ports.database import Transaction
from genba.storage.exchange.columns import moment, time


def remember(tx: Transaction, offers: tuple[SeenOffer, ...], at: datetime) -> None:
    """Keep offers; a newer look at the same one replaces it."""
    rows = [
        {
            "offer_id": offer.offer_id,
            "partner": offer.partner,
            "address": offer.address,
            "dataset": offer.dataset,
            "title": offer.title,
            "policy": offer.policy,
            "seen_at": moment(at),
        }
        for offer in offers
    ]
    tx.execute_many(
        "INSERT INTO seen_offers(offer_id, partner, address, dataset, title, policy, seen_at) "
        "VALUES (:offer_id, :partner, :address, :dataset, :title, :policy, :seen_at) "
        "ON CONFLICT (offer_id, partner) DO UPDATE SET address = excluded.address, dataset = excluded.dataset, "
        "title = excluded.title, policy = excluded.policy, seen_at = excluded.seen_at",
        rows,
    )


def find(tx: Transaction, offer_id: str) -> tuple[SeenOffer, ...]:
    """Give every partner's offer with this id, the one seen last first."""
    rows = tx.execute(
        "SELECT offer_id, partner, address, dataset, title, policy, seen_at FROM seen_offers "
        "WHERE offer_id = :offer_id ORDER BY seen_at DESC LIMIT 10",
        offer_id=offer_id,
    )
    return tuple(
        SeenOffer(
            offer_id=row[0],
            partner=row[1],
            address=row[2],
            dataset=row[3],
            title=row[4],
            policy=row[5],
            seen_at=time(row[6]),
        )
        for row in rows
    )


def title(tx: Transaction, dataset: str, partner: str) -> str:
    """Give what a partner called a dataset when we saw it last; empty for one that we have not seen."""
    rows = tx.execute(
        "SELECT title FROM seen_offers WHERE dataset = :dataset AND partner = :partner ORDER BY seen_at DESC LIMIT 1",
        dataset=dataset,
        partner=partner,
    )
    return str(rows[0][0]) if rows else ""


def forget_before(tx: Transaction, at: datetime) -> None:
    """Drop what was not seen since."""
    tx.execute("DELETE FROM seen_offers WHERE seen_at < :at", at=moment(at))
