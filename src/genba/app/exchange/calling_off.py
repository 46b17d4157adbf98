"""What was called off before its request was acknowledged: the request is still sent, and the provider then told.

Whether a request has arrived cannot be known. So it goes on until it is answered, which brings the provider's id, and
a termination follows; on our side the process has ended at once.
"""

from dataclasses import replace

from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import Letter, queue
from genba.dsp import messages
from genba.dsp.negotiation import FINAL as NEGOTIATION_ENDS
from genba.dsp.transfer import FINAL as TRANSFER_ENDS
from genba.model.exchange import Negotiation, Outgoing, Transfer
from genba.ports.database import Transaction
from genba.storage.exchange import negotiations, transfers

CODE = "exchange.ended_by_person"
_REQUESTS = frozenset({messages.type_of(messages.ContractRequest), messages.type_of(messages.TransferRequest)})


def is_over(process: Negotiation | Transfer) -> bool:
    """Whether a process had ended when an answer to one of our messages came."""
    return process.state in (NEGOTIATION_ENDS if isinstance(process, Negotiation) else TRANSFER_ENDS)


def tell(exchange: Exchange, tx: Transaction, process: Negotiation | Transfer, outgoing: Outgoing, pid: str) -> None:
    """After the acknowledgement of a request that was called off, end it on the provider's side too."""
    if outgoing.message not in _REQUESTS or process.provider_pid or not pid:
        return
    named = replace(process, provider_pid=pid)
    kind = messages.NegotiationTermination if isinstance(named, Negotiation) else messages.TransferTermination
    message = kind(
        id=exchange.new_id(),
        provider_pid=pid,
        consumer_pid=named.consumer_pid,
        code=CODE,
        reason=(named.reason or "called off",),
    )
    area = "negotiations" if isinstance(named, Negotiation) else "transfers"
    queue(
        exchange,
        tx,
        Letter(message=message, path=(area, pid, "termination")),
        process=named.consumer_pid,
        kind=outgoing.kind,
        partner=named.partner,
        address=named.address,
    )
    if isinstance(named, Negotiation):
        negotiations.save(tx, named)
    else:
        transfers.save(tx, named, exchange.vault)
