"""Negotiate: ask for an offer, decide what waits for a person, break off."""

from dataclasses import dataclass, replace

import msgspec

from genba.app.exchange import negotiation_steps, notices
from genba.app.exchange.guarding import callback
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import in_transaction
from genba.app.exchange.sending import FILE, Letter, queue
from genba.dsp import messages, offers
from genba.dsp.negotiation import Message
from genba.errors import NotFound
from genba.model.exchange import Negotiation, NegotiationState, Role
from genba.policy import odrl
from genba.policy.checking import check_offer
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
    offered = offers.said_once(wanted.offer)
    text = negotiation_steps.offer_text(exchange, offered, dataset=wanted.dataset, assigner=wanted.partner)
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
        negotiation = negotiations.load(tx, pid, hold=True)
        if negotiation is None:
            raise NotFound("exchange.unknown_negotiation", id=pid[:100])
        if negotiation.state is None and step.do == "terminate":
            return _called_off(exchange, tx, negotiation, step)
        _check_keepable(negotiation, step)
        changed = negotiation_steps.carry_out(exchange, tx, negotiation, step)
        if negotiation.waiting:
            notices.over(exchange, tx, pid)
        return negotiations.save(tx, negotiation_steps.decided(exchange, changed, step))

    return in_transaction(exchange, change)


def _check_keepable(negotiation: Negotiation, step: Step) -> None:
    """As provider, agree to and offer only terms that genba can decide: others would permit nothing later."""
    if step.do in ("agree", "offer"):
        text = negotiation.offer if step.do == "agree" else step.policy
        check_offer(odrl.read(negotiation_steps.decoded(text)))


def _called_off(exchange: Exchange, tx: Transaction, negotiation: Negotiation, step: Step) -> Negotiation:
    """End a negotiation whose request may not have arrived; a provider that has it is told (see `calling_off`)."""
    ended = replace(
        negotiation,
        state=NegotiationState.TERMINATED,
        reason=step.details.get("text") or step.reason,
        waiting="",
        changed_at=exchange.now(),
    )
    negotiation_steps.note(exchange, tx, negotiation, ended, message=Message.TERMINATION, sender=negotiation.role)
    return negotiations.save(tx, ended)


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
