"""Let data flow under an agreement: request, start, suspend, complete, terminate; withdraw the agreement itself."""

from dataclasses import replace

from genba.app.exchange import in_force, notices, transfer_steps
from genba.app.exchange.guarding import callback
from genba.app.exchange.negotiating import own_address
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import in_transaction
from genba.app.exchange.sending import Letter, queue, record
from genba.dsp import messages
from genba.dsp.catalog import FORMAT_PULL
from genba.dsp.transfer import FINAL, Message
from genba.errors import Conflict, NotFound
from genba.model.exchange import Agreement, Role, Transfer, TransferState
from genba.ports.database import Transaction
from genba.ports.exchange import Step
from genba.storage.exchange import agreements, transfers

PAGE = 200


def request_transfer(exchange: Exchange, agreement_id: str, *, address: str, format: str = FORMAT_PULL) -> Transfer:
    """Ask the provider for the data of an agreement; it answers with a start that says where they are."""
    base = callback(exchange, address)

    def begin(tx: Transaction) -> Transfer:
        agreement = agreements.load(tx, agreement_id)
        if agreement is None or agreement.role is not Role.CONSUMER:
            raise NotFound("exchange.unknown_agreement", id=agreement_id[:100])
        in_force.check(exchange, tx, agreement_id)
        transfer = Transfer(
            provider_pid="",
            consumer_pid=exchange.new_id(),
            role=Role.CONSUMER,
            state=None,
            partner=agreement.assigner,
            address=base,
            agreement_id=agreement_id,
            format=format,
            changed_at=exchange.now(),
        )
        message = messages.TransferRequest(
            id=exchange.new_id(),
            consumer_pid=transfer.consumer_pid,
            agreement_id=agreement_id,
            format=format,
            callback_address=own_address(exchange, base),
        )
        transfers.add(tx, transfer, exchange.vault)
        queue(
            exchange,
            tx,
            Letter(message=message, path=("transfers", "request")),
            process=transfer.pid,
            kind="transfer",
            partner=transfer.partner,
            address=base,
        )
        return transfer

    return in_transaction(exchange, begin)


def start(exchange: Exchange, pid: str) -> Transfer:
    """Start what was requested, or go on after a suspension."""
    return _take(exchange, pid, Step(do="start"))


def suspend(exchange: Exchange, pid: str, *, reason: str) -> Transfer:
    """Let a transfer rest; a provider takes the access away at once."""
    return _take(exchange, pid, Step(do="suspend", reason="exchange.suspended", details={"text": reason}))


def complete(exchange: Exchange, pid: str) -> Transfer:
    """End a transfer that is done."""
    return _take(exchange, pid, Step(do="complete"))


def terminate(exchange: Exchange, pid: str, *, reason: str) -> Transfer:
    """Break a transfer off; a provider takes the access away at once."""
    return _take(exchange, pid, Step(do="terminate", reason="exchange.ended", details={"text": reason}))


def _take(exchange: Exchange, pid: str, step: Step) -> Transfer:
    def change(tx: Transaction) -> Transfer:
        transfer = transfers.load(tx, pid, exchange.vault, hold=True)
        if transfer is None:
            raise NotFound("exchange.unknown_transfer", id=pid[:100])
        if transfer.state is None and step.do == "terminate":
            return _called_off(exchange, tx, transfer, step)
        return _taken(exchange, tx, transfer, step)

    return in_transaction(exchange, change)


def _called_off(exchange: Exchange, tx: Transaction, transfer: Transfer, step: Step) -> Transfer:
    """End a transfer whose request may not have arrived; a provider that has it is told (see `calling_off`)."""
    reason = step.details.get("text") or step.reason
    ended = replace(transfer, state=TransferState.TERMINATED, reason=reason, changed_at=exchange.now())
    noted = transfer_steps.note(exchange, tx, transfer, ended, message=Message.TERMINATION, sender=transfer.role)
    return transfers.save(tx, noted, exchange.vault)


def _taken(exchange: Exchange, tx: Transaction, transfer: Transfer, step: Step) -> Transfer:
    changed = transfer_steps.carry_out(exchange, tx, transfer, step)
    notices.over(exchange, tx, transfer.pid)
    return transfers.save(tx, replace(changed, changed_at=exchange.now()), exchange.vault)


def withdraw(exchange: Exchange, agreement_id: str, reason: str) -> Agreement:
    """Withdraw an agreement that we gave: its transfers end at once, and the partner is told."""

    def change(tx: Transaction) -> Agreement:
        agreement = agreements.load(tx, agreement_id)
        if agreement is None or agreement.role is not Role.PROVIDER:
            raise NotFound("exchange.unknown_agreement", id=agreement_id[:100])
        if agreement.withdrawn_at is not None:
            return agreement
        withdrawn = replace(agreement, withdrawn_at=exchange.now(), withdrawn_because=reason)
        agreements.save(tx, withdrawn)
        for transfer in _running(exchange, tx, agreement_id):
            _end(exchange, tx, transfer, reason)
        record(exchange, tx, "withdrawn", agreement=agreement_id, partner=agreement.assignee, reason=reason)
        return withdrawn

    return in_transaction(exchange, change)


def _running(exchange: Exchange, tx: Transaction, agreement_id: str) -> list[Transfer]:
    found: list[Transfer] = []
    after = ""
    while True:
        page = transfers.listing(tx, exchange.vault, agreement=agreement_id, limit=PAGE, after=after)
        found += [transfer for transfer in page if transfer.state not in FINAL]
        if len(page) < PAGE:
            return found
        after = page[-1].pid


def _end(exchange: Exchange, tx: Transaction, transfer: Transfer, reason: str) -> None:
    step = Step(do="terminate", reason="exchange.agreement_withdrawn", details={"text": reason})
    try:
        _taken(exchange, tx, transfer, step)
    except Conflict as conflict:
        if conflict.code == "exchange.stale":
            raise
        # A message is on its way that decides first; the token is worthless already, and the sweep ends the rest.
        transfers.save(tx, replace(transfer_steps.closed(transfer), changed_at=exchange.now()), exchange.vault)
