"""Come to the data of an agreement: a transfer that has started, requested and waited for where there is none."""

import time
from collections.abc import Callable

from genba.app.exchange import transferring
from genba.app.exchange.dispatch import deliver_due
from genba.app.exchange.node import Exchange
from genba.app.exchange.refusals import said
from genba.errors import Denied, GenbaError, NotFound, Unavailable
from genba.model.exchange import Agreement, Role, Transfer, TransferState
from genba.storage.exchange import partners, transfers

POLL_S = 0.2


def started(exchange: Exchange, agreement: Agreement) -> Transfer | None:
    """Give the newest transfer of an agreement that has started and has an address."""
    with exchange.database.reading() as tx:
        found = transfers.listing(tx, exchange.vault, state=TransferState.STARTED, agreement=agreement.id)
    usable = (transfer for transfer in found if transfer.role is Role.CONSUMER and transfer.data_address)
    return next(usable, None)


def start(
    exchange: Exchange, agreement: Agreement, *, wait_s: float, pause: Callable[[float], None] = time.sleep
) -> Transfer:
    """Request a transfer and wait until the provider starts it; raises Denied when it does not want to.

    Messages are sent from here as well, so that it works whether or not a server of ours runs; the answer comes in
    through the server, for a provider calls back.
    """
    with exchange.database.reading() as tx:
        partner = partners.load(tx, agreement.assigner)
    if partner is None or not partner.address:
        raise NotFound("pull.no_address", partner=agreement.assigner)
    transfer = transferring.request_transfer(exchange, agreement.id, address=partner.address)
    exchange.nudge()
    waited = 0.0
    while True:
        deliver_due(exchange)
        with exchange.database.reading() as tx:
            found = transfers.load(tx, transfer.pid, exchange.vault)
        if found is not None and found.state is TransferState.STARTED and found.data_address:
            return found
        if found is None or found.state in (TransferState.TERMINATED, TransferState.COMPLETED):
            raise Denied("pull.not_started", reason=said(found.reason if found else ""))
        if waited >= wait_s:
            raise Unavailable("pull.still_waiting", seconds=round(wait_s))
        pause(POLL_S)
        waited += POLL_S


def finish(exchange: Exchange, transfer: Transfer) -> None:
    """Say that the data have arrived; should this fail, the transfer stays open and nothing is lost."""
    try:
        transferring.complete(exchange, transfer.pid)
        exchange.nudge()
        deliver_due(exchange)
    except GenbaError:
        return
