"""Negotiate: ask for an offer, decide what waits for a person, break off."""

from dataclasses import dataclass

import msgspec

from genba.app.exchange import negotiation_steps, notices
from genba.app.exchange.guarding import callback
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import in_transaction
from genba.app.exchange.sending import FILE, Letter, queue
from genba.dsp import messages
from genba.errors import NotFound
from genba.model.exchange import Negotiation, Role
from genba.ports.database import Transaction
from genba.ports.exchange import Step
from genba.storage.exchange import negotiations


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRequest:
    """What to ask a provider for."""

    partner: str  # the provider's id
    address: str  # base address of its protocol endpoint; "file:" for carried files
    dataset: str
    offer: str  # the offer as the catalogue shows it, or other terms that we propose, JSON with an @id


def request_offer(exchange: Exchange, wanted: OfferRequest) -> Negotiation:
    """Begin a negotiation as consumer; the request is sent after this, and again until it is acknowledged."""
    address = callback(exchange, wanted.address)
    text = negotiation_steps.offer_text(exchange, wanted.offer, dataset=wanted.dataset, assigner=wanted.partner)
    negotiation = Negotiation(
        provider_pid="",
        consumer_pid=exchange.new_id(),
        role=Role.CONSUMER,
        state=None,
        partner=wanted.partner,
        address=address,
        dataset=wanted.dataset,
        offer=text,
        changed_at=exchange.now(),
    )
    message = messages.ContractRequest(
        id=exchange.new_id(),
        consumer_pid=negotiation.consumer_pid,
        offer=msgspec.Raw(text.encode()),
        callback_address=own_address(exchange, address),
    )

    def begin(tx: Transaction) -> Negotiation:
        negotiations.add(tx, negotiation)
        queue(
            exchange,
            tx,
            Letter(message=message, path=("negotiations", "request")),
            process=negotiation.pid,
            kind="negotiation",
            partner=negotiation.partner,
            address=address,
        )
        return negotiation

    return in_transaction(exchange, begin)


def own_address(exchange: Exchange, theirs: str) -> str:
    """Give the address at which a partner reaches us: by files when we reach it by files."""
    return FILE if theirs == FILE else exchange.protocol_address


def decide(exchange: Exchange, pid: str, step: Step) -> Negotiation:
    """Take a step that a person has decided on: agree, offer or request (counter), accept, verify, terminate.

    Raises NotFound for an unknown negotiation, Conflict for a step that does not fit its state.
    """

    def change(tx: Transaction) -> Negotiation:
        negotiation = negotiations.load(tx, pid)
        if negotiation is None:
            raise NotFound("exchange.unknown_negotiation", id=pid[:100])
        changed = negotiation_steps.carry_out(exchange, tx, negotiation, step)
        if negotiation.waiting:
            notices.over(exchange, tx, pid)
        return negotiations.save(tx, negotiation_steps.decided(exchange, changed, step))

    return in_transaction(exchange, change)


def counter(exchange: Exchange, pid: str, policy: str) -> Negotiation:
    """Propose other terms, as the side that we are in this negotiation."""
    with exchange.database.reading() as tx:
        negotiation = negotiations.load(tx, pid)
    if negotiation is None:
        raise NotFound("exchange.unknown_negotiation", id=pid[:100])
    return decide(exchange, pid, Step(do="offer" if negotiation.role is Role.PROVIDER else "request", policy=policy))


def terminate(exchange: Exchange, pid: str, *, reason: str) -> Negotiation:
    """Break off; the other side is told the reason."""
    return decide(exchange, pid, Step(do="terminate", reason="exchange.ended_by_person", details={"text": reason}))
