"""What the exchange forgets: answers and tokens that nobody can repeat any more."""

from datetime import datetime, timedelta

from genba.ports.database import Transaction
from genba.storage.exchange import inbox, replay


def purge(tx: Transaction, now: datetime, *, skew: timedelta) -> None:
    """Forget what has expired; a token is still taken for `skew` after its end, so it is remembered as long."""
    inbox.purge(tx, now)
    replay.purge(tx, now - skew)
