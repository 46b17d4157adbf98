"""What waits for a person, or what a person should know: put when it begins, done when it is over."""

from genba.app.exchange.node import Exchange
from genba.model.exchange import Notice
from genba.ports.database import Transaction
from genba.storage.exchange import notices


def tell(exchange: Exchange, tx: Transaction, code: str, subject: str, **details: str) -> None:
    """Put a notice about a process or an agreement."""
    notices.put(tx, Notice(id=exchange.new_id(), at=exchange.now(), code=code, details=details, subject=subject))


def over(exchange: Exchange, tx: Transaction, subject: str) -> None:
    """Mark what was told about a process or an agreement as done."""
    notices.done_for(tx, subject, exchange.now())
