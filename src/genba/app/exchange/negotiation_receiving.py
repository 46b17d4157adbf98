"""Messages of a negotiation that come in: each changes the record, the log, the outbox and the answer kept at once."""

from genba.app.exchange import cataloguing, negotiation_steps
from genba.app.exchange.admission import admitted
from genba.app.exchange.guarding import callback
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import ProtocolResponse, answered, in_transaction, is_refusal, remember
from genba.app.exchange.said_again import negotiation_again, same_request
from genba.dsp import messages, offers
from genba.dsp.errors import negotiation_error
from genba.dsp.negotiation import advance, allows, identifier, meaning
from genba.dsp.repetition import is_repetition, receive_negotiation
from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.exchange import Caller, Negotiation, Role
from genba.ports.database import Transaction
from genba.storage.exchange import negotiations, outbox

# So many negotiations of one partner may wait for a person: more would bury those of all others.
MOST_WAITING = 50
# The messages of each path below a negotiation.
KINDS: dict[tuple[str, ...], type[messages.Body]] = {
    ("request",): messages.ContractRequest,
    ("offers",): messages.ContractOffer,
    ("events",): messages.NegotiationEvent,
    ("agreement",): messages.ContractAgreement,
    ("agreement", "verification"): messages.AgreementVerification,
    ("termination",): messages.NegotiationTermination,
}


def state_of(negotiation: Negotiation) -> bytes:
    """Write the state as the protocol shows it."""
    if negotiation.state is None:
        raise NotFound("exchange.no_such_process")
    return messages.write(
        messages.ContractNegotiation(
            provider_pid=negotiation.provider_pid, consumer_pid=negotiation.consumer_pid, state=negotiation.state
        )
    )


def show(exchange: Exchange, caller: Caller, pid: str) -> ProtocolResponse:
    """Answer with the state of a negotiation, to its partner alone."""
    with exchange.database.reading() as tx:
        admitted(tx, caller)
        negotiation = negotiations.load(tx, pid)
    if negotiation is None or negotiation.partner != caller.id:
        raise NotFound("exchange.no_such_process")
    return ProtocolResponse(status=200, body=state_of(negotiation))


def beginning(message: messages.ContractRequest | messages.ContractOffer) -> str:
    """Name a negotiation that has no id of ours yet, for repetitions of the message that begins it."""
    if isinstance(message, messages.ContractRequest):
        return f"request:{message.consumer_pid}"
    return f"offer:{message.provider_pid}"


def open_request(exchange: Exchange, caller: Caller, body: bytes) -> ProtocolResponse:
    """Begin a negotiation that a consumer asks for; what it may not see does not exist for it."""
    message = messages.read(body, messages.ContractRequest)
    if message.provider_pid:
        raise InvalidInput("exchange.not_a_beginning")
    offer = offers.said_once(bytes(message.offer))
    target = str(negotiation_steps.decoded(offer).get("target") or "")
    address = callback(exchange, message.callback_address)

    def begin(tx: Transaction) -> ProtocolResponse:
        partner = admitted(tx, caller)
        known = answered(tx, caller.id, beginning(message), body)
        if known is not None:
            return known
        begun = negotiations.by_peer(tx, Role.PROVIDER, message.consumer_pid, caller.id)
        if begun is not None and same_request(begun, message, dataset=target, address=address):
            return ProtocolResponse(status=201, body=state_of(begun))
        if begun is not None:
            raise Conflict("exchange.pid_taken")
        publication = cataloguing.offered(exchange, tx, caller, partner, target)
        if publication is None or publication.offer_id != identifier(offer):
            raise NotFound("exchange.no_such_offer")
        empty = Negotiation(
            provider_pid=exchange.new_id(),
            consumer_pid=message.consumer_pid,
            role=Role.PROVIDER,
            state=None,
            partner=caller.id,
            address=address,
            dataset=target,
            offer="",
            changed_at=exchange.now(),
        )
        situation = negotiation_steps.Situation(partner=partner, publication=publication)
        return _begun(exchange, tx, empty, message, body, situation)

    return in_transaction(exchange, begin)


def open_offer(exchange: Exchange, caller: Caller, body: bytes) -> ProtocolResponse:
    """Begin a negotiation that a provider offers of its own accord; a person decides on it, by the standard rules."""
    message = messages.read(body, messages.ContractOffer)
    if message.consumer_pid:
        raise InvalidInput("exchange.not_a_beginning")
    target = str(negotiation_steps.decoded(offers.said_once(bytes(message.offer))).get("target") or "")
    address = callback(exchange, message.callback_address)

    def begin(tx: Transaction) -> ProtocolResponse:
        partner = admitted(tx, caller)
        known = answered(tx, caller.id, beginning(message), body)
        if known is not None:
            return known
        if negotiations.by_peer(tx, Role.CONSUMER, message.provider_pid, caller.id) is not None:
            raise Conflict("exchange.pid_taken")
        empty = Negotiation(
            provider_pid=message.provider_pid,
            consumer_pid=exchange.new_id(),
            role=Role.CONSUMER,
            state=None,
            partner=caller.id,
            address=address,
            dataset=target,
            offer="",
            changed_at=exchange.now(),
        )
        return _begun(exchange, tx, empty, message, body, negotiation_steps.Situation(partner=partner))

    return in_transaction(exchange, begin)


def _begun(
    exchange: Exchange,
    tx: Transaction,
    empty: Negotiation,
    message: messages.ContractRequest | messages.ContractOffer,
    body: bytes,
    situation: negotiation_steps.Situation,
) -> ProtocolResponse:
    sender = empty.role.other
    after = advance(empty, message, sender, at=exchange.now())
    settled = negotiation_steps.settle(
        exchange, tx, empty, after, message=meaning(message), sender=sender, situation=situation
    )
    if settled.waiting and negotiations.waiting_of(tx, empty.partner) >= MOST_WAITING:
        raise Conflict("exchange.too_many_waiting", limit=MOST_WAITING)
    negotiations.add(tx, settled)
    process = beginning(message)
    response = ProtocolResponse(status=201, body=state_of(settled))
    return remember(exchange, tx, empty.partner, process, body, response)


def _check_said_once(message: messages.NegotiationMessage) -> None:
    if isinstance(message, messages.ContractRequest | messages.ContractOffer):
        offers.said_once(bytes(message.offer))
    elif isinstance(message, messages.ContractAgreement):
        offers.said_once(bytes(message.agreement))


def receive(exchange: Exchange, caller: Caller, pid: str, path: tuple[str, ...], body: bytes) -> ProtocolResponse:
    """Take a message of a running negotiation."""
    if path not in KINDS:
        raise NotFound("exchange.no_such_path")

    def change(tx: Transaction) -> ProtocolResponse:
        admitted(tx, caller)
        negotiation = negotiations.load(tx, pid, hold=True)
        if negotiation is None or negotiation.partner != caller.id:
            raise NotFound("exchange.no_such_process")
        message: messages.NegotiationMessage = messages.read(body, KINDS[path])  # type: ignore[assignment]
        _check_said_once(message)
        sender, means = negotiation.role.other, meaning(message)
        known = answered(tx, caller.id, pid, body)
        if known is not None and is_repetition(message, allowed_now=allows(negotiation.state, means, sender)):
            return known
        pending = outbox.pending(tx, pid)
        ours = messages.read_negotiation_message(pending.body) if pending is not None else None
        try:
            received = receive_negotiation(negotiation, message, pending=ours, at=exchange.now())
        except Conflict as refusal:
            if not is_refusal(refusal):
                raise
            again = negotiation_again(exchange, tx, negotiation, message)
            if again is not None:
                if again is not negotiation:
                    negotiations.save(tx, again)
                return remember(exchange, tx, caller.id, pid, body, ProtocolResponse(status=200, body=state_of(again)))
            error = negotiation_error(negotiation.provider_pid, negotiation.consumer_pid, refusal.code)
            response = ProtocolResponse(status=400, body=error)
            return response if known else remember(exchange, tx, caller.id, pid, body, response)
        before = negotiation
        if ours is not None and received.settled:
            outbox.drop(tx, pid)
            if negotiation.state is None or not allows(negotiation.state, means, sender):  # ours has arrived
                before = advance(negotiation, ours, negotiation.role, at=exchange.now())
                said = meaning(ours)
                negotiation_steps.note(exchange, tx, negotiation, before, message=said, sender=negotiation.role)
        settled = negotiation_steps.settle(exchange, tx, before, received.record, message=means, sender=sender)
        negotiations.save(tx, settled)
        response = ProtocolResponse(status=200, body=state_of(received.record))
        return response if known else remember(exchange, tx, caller.id, pid, body, response)

    return in_transaction(exchange, change)
