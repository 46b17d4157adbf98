"""What a person says to a negotiation: accept, refuse, or propose other terms, on whichever side we are."""

from typing import Literal

from genba.app.exchange import negotiating
from genba.app.exchange.node import Exchange
from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.exchange import Negotiation, NegotiationState, Role
from genba.ports.exchange import Step
from genba.storage.exchange import negotiations

Word = Literal["accept", "refuse", "counter"]
# What accepting means next, by our role and the state the negotiation is in.
_ACCEPTING = {
    (Role.PROVIDER, NegotiationState.REQUESTED): "agree",
    (Role.PROVIDER, NegotiationState.ACCEPTED): "agree",
    (Role.PROVIDER, NegotiationState.VERIFIED): "finalize",
    (Role.CONSUMER, NegotiationState.OFFERED): "accept",
    (Role.CONSUMER, NegotiationState.AGREED): "verify",
}


def decide(exchange: Exchange, pid: str, word: Word, *, policy: str = "", reason: str = "") -> Negotiation:
    """Carry out what a person has decided; `policy` is for a counter-offer, JSON, `reason` for a refusal."""
    if word == "refuse":
        return negotiating.terminate(exchange, pid, reason=reason)
    if word == "counter":
        if not policy:
            raise InvalidInput("web.no_policy")
        return negotiating.counter(exchange, pid, policy)
    with exchange.database.reading() as tx:
        negotiation = negotiations.load(tx, pid)
    if negotiation is None:
        raise NotFound("web.unknown_id", id=pid[:200])
    step = _ACCEPTING.get((negotiation.role, negotiation.state)) if negotiation.state else None
    if step is None:
        raise Conflict("web.nothing_to_accept", state=negotiation.state or "-")
    return negotiating.decide(exchange, pid, Step(do=step))
