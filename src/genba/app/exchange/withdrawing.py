"""Withdraw what was given: an agreement with its transfers, or a publication."""

from dataclasses import dataclass

from genba.app.exchange import transferring
from genba.app.exchange.dispatch import deliver_due
from genba.app.exchange.log_end import keep_end
from genba.app.exchange.node import Exchange
from genba.app.exchange.publish import take_back
from genba.storage.exchange import publications


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What was withdrawn."""

    id: str
    kind: str  # agreement or publication
    reason: str


def withdraw(exchange: Exchange, id: str, *, reason: str) -> Withdrawn:
    """Take back a publication with this id, else end the agreement with it; raises NotFound for neither."""
    with exchange.database.reading() as tx:
        is_publication = publications.load(tx, id) is not None
    if is_publication:
        take_back(exchange, id, reason=reason)
        return Withdrawn(id=id, kind="publication", reason=reason)
    transferring.withdraw(exchange, id, reason)
    deliver_due(exchange)
    keep_end(exchange)
    return Withdrawn(id=id, kind="agreement", reason=reason)
