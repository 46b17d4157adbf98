"""What becomes of a message of ours: acknowledged, refused, or not delivered; the record advances with the answer."""

from dataclasses import replace
from datetime import datetime

from genba.app.exchange import calling_off, negotiation_steps, notices, received, transfer_steps
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import in_transaction
from genba.app.exchange.sending import record
from genba.dsp import messages, negotiation, transfer
from genba.dsp.repetition import refused_negotiation, refused_transfer
from genba.errors import GenbaError
from genba.model.exchange import Negotiation, NegotiationState, Outgoing, Transfer, TransferState
from genba.ports.database import Transaction
from genba.storage.exchange import negotiations, outbox, transfers


def acknowledged(exchange: Exchange, outgoing: Outgoing, answer: bytes) -> None:
    """The other side has our message: take the step it makes, unless a later message of theirs told us before."""

    def change(tx: Transaction) -> None:
        before = _held(exchange, tx, outgoing)
        if not outbox.done(tx, outgoing.id):
            return
        if isinstance(before, Negotiation):
            _advance_negotiation(exchange, tx, before, outgoing, _named(answer, messages.ContractNegotiation))
        elif before is not None:
            _advance_transfer(exchange, tx, before, outgoing, _named(answer, messages.TransferProcess))

    in_transaction(exchange, change)


def _held(exchange: Exchange, tx: Transaction, outgoing: Outgoing) -> Negotiation | Transfer | None:
    """Give the process of a message, held before anything of it is changed."""
    if outgoing.kind == "negotiation":
        return negotiations.load(tx, outgoing.process, hold=True)
    return transfers.load(tx, outgoing.process, exchange.vault, hold=True)


def _named(answer: bytes, kind: type[messages.Process]) -> str:
    """Give the provider's id of the process that an answer names, if it names one."""
    if not answer:
        return ""
    try:
        return messages.read(answer, kind).provider_pid
    except GenbaError:
        return ""


def _advance_negotiation(
    exchange: Exchange, tx: Transaction, before: Negotiation, outgoing: Outgoing, provider_pid: str
) -> None:
    if calling_off.is_over(before):
        calling_off.tell(exchange, tx, before, outgoing, provider_pid)
        return
    message = messages.read_negotiation_message(outgoing.body)
    after = negotiation.advance(before, message, before.role, at=exchange.now())
    if not after.provider_pid:
        after = replace(after, provider_pid=provider_pid)
    settled = negotiation_steps.settle(
        exchange, tx, before, after, message=negotiation.meaning(message), sender=before.role
    )
    negotiations.save(tx, settled)


def _advance_transfer(
    exchange: Exchange, tx: Transaction, before: Transfer, outgoing: Outgoing, provider_pid: str
) -> None:
    if calling_off.is_over(before):
        calling_off.tell(exchange, tx, before, outgoing, provider_pid)
        return
    message = transfer_steps.own_message(exchange, outgoing)
    after = transfer.advance(before, message, before.role, at=exchange.now())
    after = replace(after, data_address=before.data_address, provider_pid=after.provider_pid or provider_pid)
    settled = transfer_steps.settle(exchange, tx, before, after, message=transfer.meaning(message), sender=before.role)
    transfers.save(tx, settled, exchange.vault)


def refused(exchange: Exchange, outgoing: Outgoing, theirs: str | None, reason: str) -> None:
    """The other side does not take our message: follow it where it already is, otherwise stop and tell a person.

    `theirs` is its state of the process, None when it does not know one.
    """

    def change(tx: Transaction) -> None:
        before = _held(exchange, tx, outgoing)
        if not outbox.done(tx, outgoing.id) or before is None or calling_off.is_over(before):
            return
        if isinstance(before, Negotiation):
            _reconcile_negotiation(exchange, tx, before, outgoing, theirs, reason)
        else:
            _reconcile_transfer(exchange, tx, before, outgoing, theirs, reason)

    in_transaction(exchange, change)


def _reconcile_negotiation(
    exchange: Exchange, tx: Transaction, before: Negotiation, outgoing: Outgoing, theirs: str | None, reason: str
) -> None:
    message = messages.read_negotiation_message(outgoing.body)
    means = negotiation.meaning(message)
    state = NegotiationState.__members__.get(theirs or "")
    after = refused_negotiation(before, message, state, at=exchange.now())
    if after != before:
        negotiations.save(tx, negotiation_steps.settle(exchange, tx, before, after, message=means, sender=before.role))
        return
    ended = state is NegotiationState.TERMINATED or (state is None and before.state is None)
    if ended or (state is None and means is negotiation.Message.TERMINATION):
        sender = before.role.other if ended else before.role
        after = replace(before, state=NegotiationState.TERMINATED, reason=reason, waiting="", changed_at=exchange.now())
        negotiation_steps.note(exchange, tx, before, after, message=negotiation.Message.TERMINATION, sender=sender)
        notices.tell(exchange, tx, "exchange.ended_by_partner", before.pid, partner=before.partner, reason=reason)
        negotiations.save(tx, after)
        return
    notices.tell(exchange, tx, "exchange.refused_by_partner", before.pid, partner=before.partner, reason=reason)
    negotiations.save(
        tx, replace(before, waiting="exchange.refused_by_partner", reason=reason, changed_at=exchange.now())
    )


def _reconcile_transfer(
    exchange: Exchange, tx: Transaction, before: Transfer, outgoing: Outgoing, theirs: str | None, reason: str
) -> None:
    if reason.startswith(transfer_steps.WITHDRAWN):  # how we learn of it when nothing was running
        received.learn_withdrawal(exchange, tx, before.agreement_id, reason)
    message = transfer_steps.own_message(exchange, outgoing)
    means = transfer.meaning(message)
    state = TransferState.__members__.get(theirs or "")
    after = replace(refused_transfer(before, message, state, at=exchange.now()), data_address=before.data_address)
    if after != before:
        settled = transfer_steps.settle(exchange, tx, before, after, message=means, sender=before.role)
        transfers.save(tx, settled, exchange.vault)
        return
    final = state if state in transfer.FINAL else None
    if final is None and state is None and (before.state is None or means is transfer.Message.TERMINATION):
        final = TransferState.TERMINATED
    notices.tell(exchange, tx, "exchange.refused_by_partner", before.pid, partner=before.partner, reason=reason)
    after = replace(before, reason=reason, changed_at=exchange.now())
    if final is not None:
        after = replace(after, state=final)
        ended = transfer.Message.COMPLETION if final is TransferState.COMPLETED else transfer.Message.TERMINATION
        after = transfer_steps.note(exchange, tx, before, after, message=ended, sender=before.role.other)
        notices.tell(exchange, tx, "exchange.ended_by_partner", before.pid, partner=before.partner, reason=reason)
    transfers.save(tx, after, exchange.vault)


def postponed(exchange: Exchange, outgoing: Outgoing, due_at: datetime, failure: str) -> None:
    """Nobody took our message: try again later."""
    with exchange.database.transaction() as tx:
        outbox.retry(tx, outgoing.id, due_at, failure)


def given_up(exchange: Exchange, outgoing: Outgoing, failure: str) -> None:
    """A message did not arrive for too long: stop, and let a person decide."""

    def change(tx: Transaction) -> None:
        before = _held(exchange, tx, outgoing)
        if not outbox.done(tx, outgoing.id):
            return
        notices.tell(
            exchange, tx, "exchange.given_up", outgoing.process, partner=outgoing.partner, message=outgoing.message
        )
        record(
            exchange,
            tx,
            "message.given_up",
            partner=outgoing.partner,
            process=outgoing.process,
            message=outgoing.message,
            failure=failure,
        )
        if isinstance(before, Negotiation) and not calling_off.is_over(before):
            negotiations.save(tx, replace(before, waiting="exchange.given_up", changed_at=exchange.now()))

    in_transaction(exchange, change)


def since(exchange: Exchange, outgoing: Outgoing) -> datetime | None:
    """Give the time since which a message's process has not moved."""
    with exchange.database.reading() as tx:
        found: Negotiation | Transfer | None = (
            negotiations.load(tx, outgoing.process)
            if outgoing.kind == "negotiation"
            else transfers.load(tx, outgoing.process, exchange.vault)
        )
    return None if found is None else found.changed_at
