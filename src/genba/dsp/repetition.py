"""What an inbound message means, given our record and our own message that was not acknowledged yet.

Messages get lost, doubled, delayed, and cross each other. Both sides stay in agreement because of four rules:

1. A side has at most one undecided message of a process under way (a termination may take the place of another).
2. Every message is decided once, accepted or refused, and its answer is remembered by the hash of its bytes.
3. A message that is legal only if ours has arrived says that ours has arrived.
4. Of two messages that cross, the stronger counts: termination over completion over all others; between equals that
   change nothing for good the provider's, and the consumer lets the provider's wait until its own was refused.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from genba.dsp import negotiation as negotiations
from genba.dsp import transfer as transfers
from genba.dsp.messages import (
    Body,
    ContractRequest,
    NegotiationMessage,
    NegotiationTermination,
    TransferCompletion,
    TransferMessage,
    TransferRequest,
    TransferTermination,
)
from genba.errors import Conflict, NotFound, Unavailable
from genba.model.exchange import Negotiation, NegotiationState, Role, Transfer, TransferState

R = TypeVar("R", Negotiation, Transfer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Generic[R]):
    """What an accepted message makes of our side."""

    before: R  # ours when the other side sent its message: further than we knew if our own has arrived
    record: R
    settled: bool = False  # our undecided message is not to be sent any more: it arrived, or it is pointless now


def receive_negotiation(
    record: Negotiation,
    message: NegotiationMessage,
    *,
    pending: NegotiationMessage | None = None,
    at: datetime | None = None,
) -> Received[Negotiation]:
    """Decide on a message of a negotiation; raises Conflict (refused) or NotFound (names another process)."""
    _same_process(record, message)
    theirs, ours = record.role.other, record.role
    if pending is None:
        return Received(before=record, record=negotiations.advance(record, message, theirs, at=at))
    means, waiting = negotiations.meaning(message), negotiations.meaning(pending)
    if record.state is not None and negotiations.allows(record.state, means, theirs):
        # They cross: nothing but a termination is legal out of turn.
        if _strength(message) >= _strength(pending):
            return Received(before=record, record=negotiations.advance(record, message, theirs, at=at), settled=True)
        raise Conflict("dsp.crossed", message=means.value, pending=waiting.value)
    if waiting is negotiations.Message.TERMINATION:
        raise Conflict("dsp.crossed", message=means.value, pending=waiting.value)
    arrived = negotiations.TRANSITIONS.get((record.state, waiting, ours))
    if arrived is not None and negotiations.allows(arrived, means, theirs):
        implied = negotiations.advance(record, pending, ours, at=at)
        return Received(before=implied, record=negotiations.advance(implied, message, theirs, at=at), settled=True)
    return Received(before=record, record=negotiations.advance(record, message, theirs, at=at))  # refuses


def receive_transfer(
    record: Transfer, message: TransferMessage, *, pending: TransferMessage | None = None, at: datetime | None = None
) -> Received[Transfer]:
    """Decide on a message of a transfer; raises Conflict (refused), Unavailable (later) or NotFound."""
    _same_process(record, message)
    theirs, ours = record.role.other, record.role
    if pending is None:
        return Received(before=record, record=transfers.advance(record, message, theirs, at=at))
    means, waiting = transfers.meaning(message), transfers.meaning(pending)
    if transfers.allows(record.state, means, theirs):
        stronger = _strength(message) - _strength(pending)
        if stronger > 0 or (stronger == 0 and _strength(message) > 0):
            return Received(before=record, record=transfers.advance(record, message, theirs, at=at), settled=True)
        if stronger == 0 and ours is Role.CONSUMER:
            # Accepting now would leave ours undecided while the provider goes on.
            raise Unavailable("dsp.crossing", message=means.value)
        raise Conflict("dsp.crossed", message=means.value, pending=waiting.value)
    if waiting is transfers.Message.TERMINATION:
        raise Conflict("dsp.crossed", message=means.value, pending=waiting.value)
    arrived = transfers.TRANSITIONS.get((record.state, waiting, ours))
    if arrived is not None and transfers.allows(arrived, means, theirs):
        implied = transfers.advance(record, pending, ours, at=at)
        return Received(before=implied, record=transfers.advance(implied, message, theirs, at=at), settled=True)
    return Received(before=record, record=transfers.advance(record, message, theirs, at=at))  # refuses


def may_send_negotiation(
    record: Negotiation, message: negotiations.Message, *, pending: NegotiationMessage | None
) -> bool:
    """Tell whether we may send a message now; while one is undecided, only a termination that fits either way."""
    allowed = negotiations.allows(record.state, message, record.role)
    if pending is None:
        return allowed
    if message is not negotiations.Message.TERMINATION or not record.provider_pid or not record.consumer_pid:
        return False
    arrived = negotiations.TRANSITIONS.get((record.state, negotiations.meaning(pending), record.role))
    return allowed and arrived is not None and negotiations.allows(arrived, message, record.role)


def may_send_transfer(record: Transfer, message: transfers.Message, *, pending: TransferMessage | None) -> bool:
    """Tell whether we may send a message now; while one is undecided, only a termination that fits either way."""
    allowed = transfers.allows(record.state, message, record.role)
    if pending is None:
        return allowed
    if message is not transfers.Message.TERMINATION or not record.provider_pid or not record.consumer_pid:
        return False
    arrived = transfers.TRANSITIONS.get((record.state, transfers.meaning(pending), record.role))
    return allowed and arrived is not None and transfers.allows(arrived, message, record.role)


def is_repetition(message: Body, *, allowed_now: bool) -> bool:
    """Tell whether a message whose bytes were answered before is a repetition of it.

    Partners that give their messages no id may mean the same bytes anew, where the state allows them again.
    """
    return bool(message.id) or not allowed_now


def refused_negotiation(
    record: Negotiation, pending: NegotiationMessage, theirs: NegotiationState | None, *, at: datetime | None = None
) -> Negotiation:
    """Reconcile after the other side refused our message: it may be where the message leads, or have terminated."""
    led_to = negotiations.TRANSITIONS.get((record.state, negotiations.meaning(pending), record.role))
    if theirs is not None and led_to is theirs:
        return negotiations.advance(record, pending, record.role, at=at)
    return record


def refused_transfer(
    record: Transfer, pending: TransferMessage, theirs: TransferState | None, *, at: datetime | None = None
) -> Transfer:
    """Reconcile after the other side refused our message: it may be where the message leads."""
    led_to = transfers.TRANSITIONS.get((record.state, transfers.meaning(pending), record.role))
    if theirs is not None and led_to is theirs:
        return transfers.advance(record, pending, record.role, at=at)
    return record


def _strength(message: NegotiationMessage | TransferMessage) -> int:
    if isinstance(message, NegotiationTermination | TransferTermination):
        return 2
    return 1 if isinstance(message, TransferCompletion) else 0


def _same_process(record: Negotiation | Transfer, message: NegotiationMessage | TransferMessage) -> None:
    """A message has to name the process as we know it; what we do not know yet it may bring."""
    provider_pid = "" if isinstance(message, TransferRequest) else message.provider_pid
    named = ((record.provider_pid, provider_pid), (record.consumer_pid, message.consumer_pid))
    if any(known and given and known != given for known, given in named):
        raise NotFound("dsp.other_process")
    if isinstance(message, ContractRequest) and not message.provider_pid and record.provider_pid and record.state:
        raise Conflict("dsp.pid_taken", pid=message.consumer_pid[:100])
