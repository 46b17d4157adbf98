"""An agreement that a provider makes out a second time, in the same words, before it has read our verification.

Eclipse EDC does so when our verification overtakes its own note that the agreement was sent: it forgets the agreement
and sends another, with a new id. Refusing it would end the negotiation; the last one is the one that it keeps.
"""

from dataclasses import replace

import msgspec

from genba.app.exchange import negotiation_steps
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import record
from genba.dsp import messages
from genba.dsp.negotiation import Message, identifier
from genba.model.exchange import Negotiation, NegotiationState, Role
from genba.ports.database import Transaction

# What may differ: which agreement it is, and when it was made out.
_NAMES = frozenset({"@context", "@id", "timestamp"})


def agreed_again(
    exchange: Exchange, tx: Transaction, negotiation: Negotiation, message: messages.NegotiationMessage
) -> Negotiation | None:
    """Keep the second agreement in place of the first; None where the message is nothing of that kind."""
    if not isinstance(message, messages.ContractAgreement):
        return None
    if negotiation.role is not Role.CONSUMER or negotiation.state is not NegotiationState.AGREED:
        return None
    text = bytes(message.agreement).decode()
    if identifier(text) == negotiation.agreement_id or _words(text) != _words(negotiation.agreement):
        return None
    after = replace(negotiation, agreement=text, agreement_id=identifier(text), changed_at=exchange.now())
    record(
        exchange,
        tx,
        "negotiation",
        agreement=after.agreement_id,
        partner=after.partner,
        process=after.pid,
        consumer_pid=after.consumer_pid,
        provider_pid=after.provider_pid,
        dataset=after.dataset,
        state=after.state,
        message=Message.AGREEMENT,
        sender=Role.PROVIDER,
        instead_of=negotiation.agreement_id,
    )
    negotiation_steps.keep_agreement(tx, after, exchange.participant, exchange.now())
    return after


def _words(agreement: str) -> dict[str, object]:
    members = msgspec.json.decode(agreement, type=dict[str, object])
    return {name: value for name, value in members.items() if name not in _NAMES}
