"""Messages of a transfer that come in: each changes the record, the log, the outbox and the answer kept at once."""

from dataclasses import replace
from datetime import datetime

import msgspec

from genba.app.exchange import in_force, transfer_steps
from genba.app.exchange.admission import admitted
from genba.app.exchange.guarding import callback
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import ProtocolResponse, answered, in_transaction, is_refusal, remember
from genba.app.exchange.proven import proven_of
from genba.app.exchange.received import learn_withdrawal
from genba.app.exchange.said_again import same_transfer, transfer_again
from genba.dsp import messages
from genba.dsp.catalog import FORMAT_PULL
from genba.dsp.errors import transfer_error
from genba.dsp.repetition import is_repetition, receive_transfer
from genba.dsp.transfer import Message, advance, allows, meaning
from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.exchange import Caller, Role, Transfer
from genba.ports.database import Transaction
from genba.storage.exchange import agreements, outbox, transfers

KINDS: dict[str, type[messages.Body]] = {
    "start": messages.TransferStart,
    "completion": messages.TransferCompletion,
    "suspension": messages.TransferSuspension,
    "termination": messages.TransferTermination,
}


def state_of(transfer: Transfer) -> bytes:
    """Write the state as the protocol shows it."""
    if transfer.state is None:
        raise NotFound("exchange.no_such_process")
    return messages.write(
        messages.TransferProcess(
            provider_pid=transfer.provider_pid, consumer_pid=transfer.consumer_pid, state=transfer.state
        )
    )


def show(exchange: Exchange, caller: Caller, pid: str) -> ProtocolResponse:
    """Answer with the state of a transfer, to its partner alone."""
    with exchange.database.reading() as tx:
        admitted(tx, caller)
        transfer = transfers.load(tx, pid, exchange.vault)
    if transfer is None or transfer.partner != caller.id:
        raise NotFound("exchange.no_such_process")
    return ProtocolResponse(status=200, body=state_of(transfer))


def open_request(exchange: Exchange, caller: Caller, body: bytes) -> ProtocolResponse:
    """Begin a transfer under an agreement of ours with the caller; any other agreement does not exist for it."""
    message = messages.read(body, messages.TransferRequest)
    address = callback(exchange, message.callback_address)

    def begin(tx: Transaction) -> ProtocolResponse:
        process = f"transfer:{message.consumer_pid}"
        admitted(tx, caller)
        known = answered(tx, caller.id, process, body)
        if known is not None:
            return known
        begun = transfers.by_peer(tx, Role.PROVIDER, message.consumer_pid, caller.id, exchange.vault)
        if begun is not None and same_transfer(begun, message, address=address):
            return ProtocolResponse(status=201, body=state_of(begun))
        if begun is not None:
            raise Conflict("exchange.pid_taken")
        agreement = agreements.load(tx, message.agreement_id)
        if agreement is None or agreement.role is not Role.PROVIDER or agreement.assignee != caller.id:
            raise NotFound("exchange.no_such_agreement")
        if message.format != FORMAT_PULL:
            raise InvalidInput("exchange.format_not_offered", format=FORMAT_PULL)
        in_force.check(exchange, tx, agreement.id)
        empty = Transfer(
            provider_pid=exchange.new_id(),
            consumer_pid=message.consumer_pid,
            role=Role.PROVIDER,
            state=None,
            partner=caller.id,
            address=address,
            agreement_id=agreement.id,
            format=message.format,
            data_address=_shown(caller, exchange.now()),
            changed_at=exchange.now(),
        )
        after = advance(empty, message, Role.CONSUMER, at=exchange.now())
        settled = transfer_steps.settle(exchange, tx, empty, after, message=Message.REQUEST, sender=Role.CONSUMER)
        transfers.add(tx, settled, exchange.vault)
        response = ProtocolResponse(status=201, body=state_of(after))
        return remember(exchange, tx, caller.id, process, body, response)

    return in_transaction(exchange, begin)


def _shown(caller: Caller, now: datetime) -> str:
    """Keep what the caller has proven beside the access that it is going to get."""
    proven = proven_of(caller, now)
    return msgspec.json.encode(transfer_steps.Access(proven=proven)).decode() if proven else ""


def receive(exchange: Exchange, caller: Caller, pid: str, path: str, body: bytes) -> ProtocolResponse:
    """Take a message of a running transfer."""
    if path not in KINDS:
        raise NotFound("exchange.no_such_path")

    def change(tx: Transaction) -> ProtocolResponse:
        admitted(tx, caller)
        transfer = transfers.load(tx, pid, exchange.vault, hold=True)
        if transfer is None or transfer.partner != caller.id:
            raise NotFound("exchange.no_such_process")
        message: messages.TransferMessage = messages.read(body, KINDS[path])  # type: ignore[assignment]
        sender, means = transfer.role.other, meaning(message)
        known = answered(tx, caller.id, pid, body)
        if known is not None and is_repetition(message, allowed_now=allows(transfer.state, means, sender)):
            return known
        pending = outbox.pending(tx, pid)
        ours = transfer_steps.own_message(exchange, pending) if pending is not None else None
        try:
            received = receive_transfer(transfer, message, pending=ours, at=exchange.now())
        except Conflict as refusal:
            if not is_refusal(refusal):
                raise
            again = transfer_again(exchange, transfer, message)
            if again is not None:
                if again is not transfer:
                    transfers.save(tx, again, exchange.vault)
                return remember(exchange, tx, caller.id, pid, body, ProtocolResponse(status=200, body=state_of(again)))
            error = transfer_error(transfer.provider_pid, transfer.consumer_pid, refusal.code)
            response = ProtocolResponse(status=400, body=error)
            return response if known else remember(exchange, tx, caller.id, pid, body, response)
        before, after = transfer, received.record
        if ours is not None and received.settled:
            outbox.drop(tx, pid)
            if not allows(transfer.state, means, sender):  # ours has arrived
                before = advance(transfer, ours, transfer.role, at=exchange.now())
                transfer_steps.note(exchange, tx, transfer, before, message=meaning(ours), sender=transfer.role)
        if after.role is Role.PROVIDER:  # what we keep of a data address is not what we sent
            after = replace(after, data_address=transfer.data_address)
        settled = transfer_steps.settle(exchange, tx, before, after, message=means, sender=sender)
        transfers.save(tx, settled, exchange.vault)
        if isinstance(message, messages.TransferTermination) and message.code == transfer_steps.WITHDRAWN:
            learn_withdrawal(exchange, tx, after.agreement_id, after.reason)
        response = ProtocolResponse(status=200, body=state_of(after))
        return response if known else remember(exchange, tx, caller.id, pid, body, response)

    return in_transaction(exchange, change)
