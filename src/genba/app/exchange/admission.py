"""Whether a proven caller is served at all."""

from genba.errors import Denied
from genba.model.exchange import Caller, Partner
from genba.ports.database import Transaction
from genba.storage.exchange import partners


def admitted(tx: Transaction, caller: Caller) -> Partner | None:
    """Give what we entered about a caller; raises Denied("exchange.blocked") for one that a person has blocked."""
    partner = partners.load(tx, caller.id)
    if partner is not None and partner.blocked:
        raise Denied("exchange.blocked")
    return partner
