"""What people call companies, data and moments that programs know by long ids."""

from genba.app.exchange.node import Exchange
from genba.model.exchange import Agreement
from genba.ports.database import Transaction
from genba.storage.exchange import partners, publications, seen

_SHOWN = 30
_HEAD, _TAIL = 16, 4


def company(exchange: Exchange, did: str) -> str:
    """Give the name that a person has entered for a company, or its own id shortened where nobody has."""
    if did == exchange.participant:
        return exchange.settings.name or short(did)
    with exchange.database.reading() as tx:
        known = partners.load(tx, did)
    return known.name if known is not None and known.name else short(did)


def short(did: str) -> str:
    """Shorten an id that is made of a key; one with a domain in it says something as it is."""
    is_key = did.startswith("did:key:") and len(did) > _SHOWN
    return f"{did[:_HEAD]}…{did[-_TAIL:]}" if is_key else did


def title_of(exchange: Exchange, dataset: str, provider: str) -> str:
    """Give the title of a dataset: of our own publication, or as we saw it in the provider's catalogue."""
    with exchange.database.reading() as tx:
        return _title(tx, dataset, provider, is_ours=provider == exchange.participant) or dataset


def agreed_title(exchange: Exchange, agreement: Agreement) -> str:
    """Give the title of what an agreement is about."""
    return title_of(exchange, agreement.dataset, agreement.assigner)


def _title(tx: Transaction, dataset: str, provider: str, *, is_ours: bool) -> str:
    if is_ours:
        publication = publications.load(tx, dataset)
        return publication.title if publication is not None else ""
    return seen.title(tx, dataset, provider)
