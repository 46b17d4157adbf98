"""The transfer process's state machine: a table, and one function that applies an acknowledged message."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from genba.dsp.messages import (
    TransferCompletion,
    TransferMessage,
    TransferRequest,
    TransferStart,
    TransferSuspension,
    TransferTermination,
    reason_text,
)
from genba.errors import Conflict
from genba.model.exchange import Role, Transfer
from genba.model.exchange import TransferState as State


class Message(StrEnum):
    """What a message means to the state machine."""

    REQUEST = "request"
    START = "start"
    SUSPENSION = "suspension"
    COMPLETION = "completion"
    TERMINATION = "termination"


C, P = Role.CONSUMER, Role.PROVIDER
# The diagram of transfer.process.protocol.md, 2025-1-err1; None: no process yet.
TRANSITIONS: dict[tuple[State | None, Message, Role], State] = {
    (None, Message.REQUEST, C): State.REQUESTED,
    (State.REQUESTED, Message.START, P): State.STARTED,
    (State.REQUESTED, Message.TERMINATION, C): State.TERMINATED,
    (State.REQUESTED, Message.TERMINATION, P): State.TERMINATED,
    (State.STARTED, Message.SUSPENSION, C): State.SUSPENDED,
    (State.STARTED, Message.SUSPENSION, P): State.SUSPENDED,
    (State.STARTED, Message.COMPLETION, C): State.COMPLETED,
    (State.STARTED, Message.COMPLETION, P): State.COMPLETED,
    (State.STARTED, Message.TERMINATION, C): State.TERMINATED,
    (State.STARTED, Message.TERMINATION, P): State.TERMINATED,
    (State.SUSPENDED, Message.START, C): State.STARTED,
    (State.SUSPENDED, Message.START, P): State.STARTED,
    (State.SUSPENDED, Message.TERMINATION, C): State.TERMINATED,
    (State.SUSPENDED, Message.TERMINATION, P): State.TERMINATED,
}
FINAL = frozenset({State.COMPLETED, State.TERMINATED})


def meaning(message: TransferMessage) -> Message:
    """Say what a message means."""
    match message:
        case TransferRequest():
            return Message.REQUEST
        case TransferStart():
            return Message.START
        case TransferSuspension():
            return Message.SUSPENSION
        case TransferCompletion():
            return Message.COMPLETION
        case TransferTermination():
            return Message.TERMINATION


def allows(state: State | None, message: Message, sender: Role) -> bool:
    """Tell whether a side may send a message in a state."""
    return (state, message, sender) in TRANSITIONS


def advance(transfer: Transfer, message: TransferMessage, sender: Role, *, at: datetime | None = None) -> Transfer:
    """Apply an acknowledged message; refuse one the protocol does not allow here."""
    means = meaning(message)
    state = TRANSITIONS.get((transfer.state, means, sender))
    if state is None:
        raise Conflict("dsp.not_allowed", state=str(transfer.state or "-"), message=means.value, sender=sender.value)
    changed = replace(
        transfer,
        state=state,
        consumer_pid=transfer.consumer_pid or message.consumer_pid,
        changed_at=at or transfer.changed_at,
    )
    if not isinstance(message, TransferRequest):
        changed = replace(changed, provider_pid=transfer.provider_pid or message.provider_pid)
    match message:
        case TransferStart(data_address=address) if sender is P and bytes(address):
            return replace(changed, data_address=bytes(address).decode())
        case TransferSuspension(reason=reason, code=code) | TransferTermination(reason=reason, code=code):
            return replace(changed, reason=reason_text(reason, code))
    return changed
