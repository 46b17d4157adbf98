"""Two sides of one process over a network that loses, doubles, delays and re-orders: what `repetition` is for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from genba.dsp import messages, negotiation, transfer
from genba.dsp import repetition as rep
from genba.errors import Conflict, NotFound, Unavailable
from genba.model.exchange import Negotiation, NegotiationState, Role, Transfer
from tests.dsp.documents import AGREEMENT, OFFER, raw
from tests.dsp.documents import negotiation as new_negotiation
from tests.dsp.documents import transfer as new_transfer

Record = Negotiation | Transfer
Number = Callable[[], int]


@dataclass(frozen=True)
class Kind:
    """What differs between negotiations and transfers."""

    machine: Any  # the module negotiation or transfer
    record: Callable[..., Any]
    receive: Callable[..., Any]
    may_send: Callable[..., bool]
    refused: Callable[..., Any]
    read: Callable[[bytes], Any]
    write: Callable[[Any, Any, str], messages.Body]  # meaning, record, id
    opening: type[messages.Body]


def _negotiation_message(means: Any, record: Any, id: str) -> messages.Body:
    pids = {"provider_pid": record.provider_pid, "consumer_pid": record.consumer_pid}
    message = negotiation.Message
    match means:
        case message.REQUEST:
            return messages.ContractRequest(id=id, **pids, offer=raw(OFFER))
        case message.OFFER:
            return messages.ContractOffer(id=id, **pids, offer=raw(OFFER))
        case message.AGREEMENT:
            return messages.ContractAgreement(id=id, **pids, agreement=raw(AGREEMENT))
        case message.VERIFICATION:
            return messages.AgreementVerification(id=id, **pids)
        case message.TERMINATION:
            return messages.NegotiationTermination(id=id, **pids)
    event = NegotiationState.ACCEPTED if means is message.ACCEPTED else NegotiationState.FINALIZED
    return messages.NegotiationEvent(id=id, **pids, event_type=event)


def _transfer_message(means: Any, record: Any, id: str) -> messages.Body:
    message = transfer.Message
    if means is message.REQUEST:
        return messages.TransferRequest(
            id=id, consumer_pid=record.consumer_pid, agreement_id="a-1", format="HttpData-PULL", callback_address="x"
        )
    kind: Any = {
        message.START: messages.TransferStart,
        message.SUSPENSION: messages.TransferSuspension,
        message.COMPLETION: messages.TransferCompletion,
        message.TERMINATION: messages.TransferTermination,
    }[means]
    return kind(id=id, provider_pid=record.provider_pid, consumer_pid=record.consumer_pid)  # type: ignore[no-any-return]


NEGOTIATION = Kind(
    machine=negotiation,
    record=new_negotiation,
    receive=rep.receive_negotiation,
    may_send=rep.may_send_negotiation,
    refused=rep.refused_negotiation,
    read=messages.read_negotiation_message,
    write=_negotiation_message,
    opening=messages.ContractRequest,
)
TRANSFER = Kind(
    machine=transfer,
    record=new_transfer,
    receive=rep.receive_transfer,
    may_send=rep.may_send_transfer,
    refused=rep.refused_transfer,
    read=messages.read_transfer_message,
    write=_transfer_message,
    opening=messages.TransferRequest,
)


@dataclass(frozen=True)
class Answered:
    """What comes back for a message: accepted, refused or later."""

    to: bytes
    status: int
    provider_pid: str


@dataclass
class Side:
    """One side as the engine keeps it: a record, one message under way, and the answers it gave."""

    kind: Kind
    role: Role
    record: Any = None
    pending: bytes | None = None
    answers: dict[str, Answered] = field(default_factory=dict)
    accepted: list[tuple[object, object, Role]] = field(default_factory=list)

    def may_send(self, means: Any) -> bool:
        if self.record is None:
            return False
        ours = None if self.pending is None else self.kind.read(self.pending)
        return self.kind.may_send(self.record, means, pending=ours)

    def send(self, means: Any, number: int) -> bytes:
        """Put a message under way, in the place of one that is undecided."""
        self.pending = messages.write(self.kind.write(means, self.record, f"{self.role}-{number}"))
        return self.pending

    def take(self, body: bytes) -> Answered:
        """Decide on a message once, and answer the same ever after."""
        known = self.answers.get(sha256(body).hexdigest())
        if known is not None:
            return known
        try:
            answer = Answered(to=body, status=200, provider_pid=self._decide(body))
        except Unavailable:
            return Answered(to=body, status=503, provider_pid="")
        except (Conflict, NotFound):
            answer = Answered(to=body, status=400, provider_pid="")
        self.answers[sha256(body).hexdigest()] = answer
        return answer

    def _decide(self, body: bytes) -> str:
        message = self.kind.read(body)
        means = self.kind.machine.meaning(message)
        if self.record is None:
            if not isinstance(message, self.kind.opening):
                raise NotFound("nothing here")
            self.record = self.kind.machine.advance(self.kind.record(self.role), message, self.role.other)
            self.accepted.append((None, means, self.role.other))
            return str(self.record.provider_pid)
        ours = None if self.pending is None else self.kind.read(self.pending)
        received = self.kind.receive(self.record, message, pending=ours)
        self.accepted.append((received.before.state, means, self.role.other))
        self.record = received.record
        if received.settled:
            self.pending = None
        return str(self.record.provider_pid)

    def hear(self, answer: Answered, other: "Side") -> None:
        """Take the answer to our message; one to a message that is no longer under way says nothing."""
        if answer.to != self.pending or answer.status == 503:
            return
        ours = self.kind.read(self.pending)
        self.pending = None
        if answer.status == 200:
            known = replace(self.record, provider_pid=self.record.provider_pid or answer.provider_pid)
            self.record = self.kind.machine.advance(known, ours, self.role)
        else:
            theirs = None if other.record is None else other.record.state
            self.record = self.kind.refused(self.record, ours, theirs)


@dataclass
class World:
    """Both sides and what is on its way between them."""

    kind: Kind
    consumer: Side = field(init=False)
    provider: Side = field(init=False)
    under_way: list[tuple[Role, bytes]] = field(default_factory=list)  # to whom
    answers: list[tuple[Role, Answered]] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.provider = Side(self.kind, Role.PROVIDER)
        self.consumer = Side(self.kind, Role.CONSUMER, self.kind.record(Role.CONSUMER, provider_pid=""))
        self.send(Role.CONSUMER, self.kind.machine.Message.REQUEST)

    def side(self, role: Role) -> Side:
        return self.provider if role is Role.PROVIDER else self.consumer

    def send(self, role: Role, means: Any) -> None:
        self.sent += 1
        self.side(role).send(means, self.sent)
        self.repeat(role)

    def repeat(self, role: Role) -> None:
        body = self.side(role).pending
        if body is not None:
            self.under_way.append((role.other, body))

    def deliver(self, index: int, *, keep: bool) -> None:
        to, body = self.under_way[index] if keep else self.under_way.pop(index)
        self.answers.append((to.other, self.side(to).take(body)))

    def answer(self, index: int, *, keep: bool) -> None:
        to, answer = self.answers[index] if keep else self.answers.pop(index)
        self.side(to).hear(answer, self.side(to.other))

    def drain(self) -> None:
        """Every link heals: messages are repeated until nothing is undecided."""
        for _ in range(20):
            for role in Role:
                body = self.side(role).pending
                if body is not None:
                    self.side(role).hear(self.side(role.other).take(body), self.side(role.other))
        assert self.consumer.pending is None
        assert self.provider.pending is None

    def states(self) -> tuple[object, object]:
        return self.consumer.record.state, None if self.provider.record is None else self.provider.record.state
