"""The contract negotiation's state machine: a table, and one function that applies an acknowledged message."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from genba.dsp.messages import (
    AgreementVerification,
    ContractAgreement,
    ContractOffer,
    ContractRequest,
    NegotiationEvent,
    NegotiationMessage,
    NegotiationTermination,
    reason_text,
)
from genba.errors import Conflict, InvalidInput
from genba.model.exchange import Negotiation, Role
from genba.model.exchange import NegotiationState as State


class Message(StrEnum):
    """What a message means to the state machine."""

    REQUEST = "request"
    OFFER = "offer"
    ACCEPTED = "accepted"
    AGREEMENT = "agreement"
    VERIFICATION = "verification"
    FINALIZED = "finalized"
    TERMINATION = "termination"


C, P = Role.CONSUMER, Role.PROVIDER
# The diagram of contract.negotiation.protocol.md, 2025-1-err1; None: no process yet.
TRANSITIONS: dict[tuple[State | None, Message, Role], State] = {
    (None, Message.REQUEST, C): State.REQUESTED,
    (None, Message.OFFER, P): State.OFFERED,
    (State.REQUESTED, Message.OFFER, P): State.OFFERED,
    (State.REQUESTED, Message.AGREEMENT, P): State.AGREED,
    (State.REQUESTED, Message.TERMINATION, C): State.TERMINATED,
    (State.REQUESTED, Message.TERMINATION, P): State.TERMINATED,
    (State.OFFERED, Message.REQUEST, C): State.REQUESTED,
    (State.OFFERED, Message.ACCEPTED, C): State.ACCEPTED,
    (State.OFFERED, Message.TERMINATION, C): State.TERMINATED,
    (State.OFFERED, Message.TERMINATION, P): State.TERMINATED,
    (State.ACCEPTED, Message.AGREEMENT, P): State.AGREED,
    (State.ACCEPTED, Message.TERMINATION, P): State.TERMINATED,
    (State.AGREED, Message.VERIFICATION, C): State.VERIFIED,
    (State.AGREED, Message.TERMINATION, C): State.TERMINATED,
    (State.VERIFIED, Message.FINALIZED, P): State.FINALIZED,
    (State.VERIFIED, Message.TERMINATION, P): State.TERMINATED,
}
FINAL = frozenset({State.FINALIZED, State.TERMINATED})


def meaning(message: NegotiationMessage) -> Message:
    """Say what a message means; an event other than ACCEPTED and FINALIZED is no message of the protocol."""
    match message:
        case ContractRequest():
            return Message.REQUEST
        case ContractOffer():
            return Message.OFFER
        case ContractAgreement():
            return Message.AGREEMENT
        case AgreementVerification():
            return Message.VERIFICATION
        case NegotiationTermination():
            return Message.TERMINATION
        case NegotiationEvent(event_type=State.ACCEPTED):
            return Message.ACCEPTED
        case NegotiationEvent(event_type=State.FINALIZED):
            return Message.FINALIZED
    raise InvalidInput("dsp.event_unknown", event=str(message.event_type))


def allows(state: State | None, message: Message, sender: Role) -> bool:
    """Tell whether a side may send a message in a state."""
    return (state, message, sender) in TRANSITIONS


def advance(
    negotiation: Negotiation, message: NegotiationMessage, sender: Role, *, at: datetime | None = None
) -> Negotiation:
    """Apply an acknowledged message; refuse one the protocol does not allow here."""
    means = meaning(message)
    state = TRANSITIONS.get((negotiation.state, means, sender))
    if state is None:
        raise Conflict("dsp.not_allowed", state=str(negotiation.state or "-"), message=means.value, sender=sender.value)
    return replace(
        negotiation,
        state=state,
        provider_pid=negotiation.provider_pid or message.provider_pid,
        consumer_pid=negotiation.consumer_pid or message.consumer_pid,
        waiting="",
        changed_at=at or negotiation.changed_at,
        **_brought(message),
    )


def _brought(message: NegotiationMessage) -> dict[str, Any]:
    """Give what a message brings beside the state."""
    match message:
        case ContractRequest() | ContractOffer():
            return {"offer": bytes(message.offer).decode()}
        case ContractAgreement():
            text = bytes(message.agreement).decode()
            return {"agreement": text, "agreement_id": identifier(text)}
        case NegotiationTermination():
            return {"reason": reason_text(message.reason, message.code)}
    return {}


class _Identified(msgspec.Struct):
    id: str = msgspec.field(name="@id", default="")


def identifier(policy: str) -> str:
    """Give the @id of a policy as it was sent; refuse one without."""
    try:
        found = msgspec.json.decode(policy, type=_Identified).id
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidInput("dsp.policy_without_id") from error
    if not found or len(found) > 1_024:
        raise InvalidInput("dsp.policy_without_id")
    return found
