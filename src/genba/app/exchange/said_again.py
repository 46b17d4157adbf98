"""Messages that a partner sends anew in other bytes, for it does not know yet that the first one arrived.

Eclipse EDC does so when our next message overtakes its own note that the one before was sent: it takes the step again,
with new ids. Refusing that would make it break off, so what says nothing new is acknowledged once more.
"""

from dataclasses import replace

import msgspec

from genba.app.exchange import negotiation_steps
from genba.app.exchange.node import Exchange
from genba.dsp import messages
from genba.dsp.negotiation import Message, identifier
from genba.model.exchange import Negotiation, NegotiationState, Role, Transfer, TransferState
from genba.ports.database import Transaction

N = NegotiationState
T = TransferState
# What may differ between two agreements: which one it is, and when it was made out.
_NAMES = frozenset({"@id", "timestamp"})
_SAME_STATE = {
    messages.TransferSuspension: T.SUSPENDED,
    messages.TransferCompletion: T.COMPLETED,
    messages.TransferTermination: T.TERMINATED,
}


def same_request(known: Negotiation, message: messages.ContractRequest, *, dataset: str, address: str) -> bool:
    """Whether a request begins the negotiation that we know already."""
    offer = bytes(message.offer).decode()
    return (known.dataset, known.address) == (dataset, address) and _members(offer) == _members(known.offer)


def same_transfer(known: Transfer, message: messages.TransferRequest, *, address: str) -> bool:
    """Whether a request begins the transfer that we know already."""
    return (known.agreement_id, known.format, known.address) == (message.agreement_id, message.format, address)


def negotiation_again(
    exchange: Exchange, tx: Transaction, known: Negotiation, message: messages.NegotiationMessage
) -> Negotiation | None:
    """Give the record as it stands after a message that says nothing new; None for any other message.

    The caller has proven to be the partner. No state changes here, and no terms: once we have verified an agreement
    even one in the same words under another id is another agreement.
    """
    provides = known.role is Role.PROVIDER
    match message:
        case messages.ContractAgreement() if not provides and known.state in (N.AGREED, N.VERIFIED, N.FINALIZED):
            return _agreed_again(exchange, tx, known, bytes(message.agreement).decode())
        case messages.AgreementVerification() if provides and known.state in (N.VERIFIED, N.FINALIZED):
            return known
        case messages.NegotiationEvent(event_type=N.ACCEPTED) if provides and known.state in (N.ACCEPTED, N.AGREED):
            return known
        case messages.NegotiationEvent(event_type=N.FINALIZED) if not provides and known.state is N.FINALIZED:
            return known
        case messages.NegotiationTermination() if known.state is N.TERMINATED:
            return known
    return None


def _agreed_again(exchange: Exchange, tx: Transaction, known: Negotiation, text: str) -> Negotiation | None:
    """Keep a second agreement in the same words in place of the first: the provider has forgotten that one."""
    if _words(text) != _words(known.agreement):
        return None
    after = replace(known, agreement=text, agreement_id=identifier(text), changed_at=exchange.now())
    if after.agreement_id == known.agreement_id:
        return known
    if known.state is not N.AGREED:
        return None
    negotiation_steps.log_message(
        exchange, tx, after, message=Message.AGREEMENT, sender=Role.PROVIDER, instead_of=known.agreement_id
    )
    negotiation_steps.keep_agreement(tx, after, exchange.participant, exchange.now())
    return after


def _words(agreement: str) -> dict[str, object]:
    return {name: value for name, value in _members(agreement).items() if name not in _NAMES}


def _members(policy: str) -> dict[str, object]:
    return msgspec.json.decode(policy, type=dict[str, object])


def transfer_again(exchange: Exchange, known: Transfer, message: messages.TransferMessage) -> Transfer | None:
    """Give the record as it stands after a message that says nothing new but, maybe, a newer address."""
    if isinstance(message, messages.TransferStart) and known.state is T.STARTED and known.role is Role.CONSUMER:
        address = bytes(message.data_address).decode()
        return replace(known, data_address=address, changed_at=exchange.now()) if address else known
    return known if type(message) in _SAME_STATE and _SAME_STATE[type(message)] is known.state else None
