"""What time brings about by itself: transfers whose terms are over end, answers kept for repetitions are forgotten."""

from datetime import datetime, timedelta

from genba.app.exchange import in_force, received, sessions, transferring
from genba.app.exchange.log_end import keep_end
from genba.app.exchange.node import Exchange
from genba.errors import Conflict, GenbaError
from genba.model.exchange import Agreement, Role, TransferState
from genba.storage.exchange import agreements, credentials, inbox, replay, seen, transfers

PAGE = 200
# Offers that nobody has looked at for so long are looked up in the partner's catalogue anew.
OFFERS_KEPT = timedelta(days=90)


def sweep(exchange: Exchange) -> int:
    """End transfers whose terms are over, and forget what has expired; gives the number of transfers ended."""
    now = exchange.now()
    with exchange.database.transaction() as tx:
        inbox.purge(tx, now)
        replay.purge(tx, now)
        credentials.purge(tx, now)
        seen.forget_before(tx, now - OFFERS_KEPT)
    keep_end(exchange)
    sessions.end_overdue(exchange)
    received.mark_withdrawn(exchange)
    ended, after = 0, ""
    while True:
        with exchange.database.reading() as tx:
            page = transfers.listing(tx, exchange.vault, state=TransferState.STARTED, limit=PAGE, after=after)
            over = []
            for transfer in page:
                agreement = agreements.load(tx, transfer.agreement_id) if transfer.role is Role.PROVIDER else None
                if agreement is not None and _ends(agreement, now):
                    over.append(transfer.pid)
        for pid in over:
            try:
                transferring.terminate(exchange, pid, reason="exchange.terms_over")
                ended += 1
            except Conflict:
                continue
        if len(page) < PAGE:
            return ended
        after = page[-1].pid


def _ends(agreement: Agreement, now: datetime) -> bool:
    try:
        return agreement.withdrawn_at is not None or in_force.is_over(agreement, now)
    except GenbaError:  # terms that cannot be read permit nothing; each pull is refused with the reason
        return False
