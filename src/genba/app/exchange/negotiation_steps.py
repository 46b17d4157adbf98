"""What a step of a negotiation does: the message it sends, the agreement it makes, the person it waits for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from genba.app.exchange import notices
from genba.app.exchange.node import Exchange
from genba.app.exchange.sending import Letter, queue, record
from genba.dsp import messages, offers
from genba.dsp.negotiation import Message, allows
from genba.dsp.repetition import may_send_negotiation
from genba.errors import Conflict, InvalidInput
from genba.model.exchange import Agreement, Negotiation, NegotiationState, Partner, Publication, Role
from genba.ports.database import Transaction
from genba.ports.exchange import Step
from genba.storage.exchange import agreements, outbox, partners, publications

State = NegotiationState
# What each step says to the state machine.
STEPS: Mapping[str, Message] = {
    "agree": Message.AGREEMENT,
    "offer": Message.OFFER,
    "finalize": Message.FINALIZED,
    "accept": Message.ACCEPTED,
    "request": Message.REQUEST,
    "verify": Message.VERIFICATION,
    "terminate": Message.TERMINATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a decision looks at beside the negotiation itself."""

    publication: Publication | None = None
    partner: Partner | None = None


# Where a side has something to decide; anywhere else nothing is looked up.
_DECIDES = frozenset(
    {
        (Role.PROVIDER, State.REQUESTED),
        (Role.PROVIDER, State.ACCEPTED),
        (Role.CONSUMER, State.OFFERED),
        (Role.CONSUMER, State.AGREED),
    }
)


def settle(
    exchange: Exchange,
    tx: Transaction,
    before: Negotiation,
    after: Negotiation,
    *,
    message: Message,
    sender: Role,
    situation: Situation | None = None,
) -> Negotiation:
    """Do all that belongs to a new state: log it, keep the agreement, ask the rules, queue what they say.

    Gives the record to be saved; the caller's transaction makes all of it take effect at once.
    """
    note(exchange, tx, before, after, message=message, sender=sender)
    if after.role is Role.CONSUMER:
        _consumer_keeps(exchange, tx, after)
    asked = before.offer if message is Message.OFFER and sender is not after.role else ""
    decided_in = situation or _situation(tx, after)
    wrong = _wrong_parties(exchange, after) if after.state is State.AGREED else ""
    step = exchange.rules.negotiation(after, decided_in.publication, decided_in.partner, asked=asked, wrong=wrong)
    return carry_out(exchange, tx, after, step, is_clear=True)


def note(
    exchange: Exchange, tx: Transaction, before: Negotiation, after: Negotiation, *, message: Message, sender: Role
) -> None:
    """Log a new state; what waited for a person in the old one waits no longer."""
    if before.waiting:
        notices.over(exchange, tx, after.pid)
    if after.state is State.TERMINATED:
        _void(tx, after)
    log_message(exchange, tx, after, message=message, sender=sender)


def log_message(
    exchange: Exchange, tx: Transaction, after: Negotiation, *, message: Message, sender: Role, instead_of: str = ""
) -> None:
    """Log what a message made of a negotiation; `instead_of` names the agreement that this one takes the place of."""
    record(
        exchange,
        tx,
        "negotiation",
        agreement=after.agreement_id,
        partner=after.partner,
        process=after.pid,
        consumer_pid=after.consumer_pid,
        provider_pid=after.provider_pid,
        dataset=after.dataset,
        state=after.state,
        message=message,
        sender=sender,
        reason=after.reason,
        instead_of=instead_of,
    )


def _situation(tx: Transaction, negotiation: Negotiation) -> Situation:
    if (negotiation.role, negotiation.state) not in _DECIDES:
        return Situation()
    return Situation(
        publication=publications.load(tx, negotiation.dataset) if negotiation.role is Role.PROVIDER else None,
        partner=partners.load(tx, negotiation.partner),
    )


def _wrong_parties(exchange: Exchange, negotiation: Negotiation) -> str:
    """Say why an agreement is not one between the two of us about the dataset we talked of."""
    if negotiation.role is Role.PROVIDER:
        return ""
    named = decoded(negotiation.agreement)
    if (named.get("assigner"), named.get("assignee")) != (negotiation.partner, exchange.participant):
        return "exchange.agreement_names_others"
    return "" if named.get("target") == negotiation.dataset else "exchange.agreement_about_another"


def carry_out(
    exchange: Exchange, tx: Transaction, negotiation: Negotiation, step: Step, *, is_clear: bool = False
) -> Negotiation:
    """Queue the message of a step, or hold the negotiation for a person; gives the record to be saved.

    `is_clear` says that no message of ours can be on its way, as after each change.
    """
    if step.do == "nothing":
        return negotiation
    if step.do == "wait":
        notices.tell(exchange, tx, step.reason, negotiation.pid, partner=negotiation.partner, **step.details)
        return replace(negotiation, waiting=step.reason)
    check(tx, negotiation, step, is_clear=is_clear)
    changed, letter = _LETTERS[step.do](exchange, tx, negotiation, step)
    queue(
        exchange,
        tx,
        letter,
        process=negotiation.pid,
        kind="negotiation",
        partner=negotiation.partner,
        address=negotiation.address,
    )
    return changed


def decided(exchange: Exchange, negotiation: Negotiation, step: Step) -> Negotiation:
    """Note on the record that a person has taken a step: it waits no longer."""
    waiting = negotiation.waiting if step.do == "wait" else ""
    return replace(negotiation, waiting=waiting, changed_at=exchange.now())


def check(tx: Transaction, negotiation: Negotiation, step: Step, *, is_clear: bool) -> None:
    """Refuse a step that we may not take now; a termination takes the place of a message that is on its way."""
    means = STEPS.get(step.do)
    if means is None or negotiation.state is None or not allows(negotiation.state, means, negotiation.role):
        raise Conflict("exchange.step_not_allowed", step=step.do, state=negotiation.state or "-")
    pending = None if is_clear else outbox.pending(tx, negotiation.pid)
    if pending is None:
        return
    ours = messages.read_negotiation_message(pending.body)
    if not may_send_negotiation(negotiation, means, pending=ours):
        raise Conflict("exchange.message_on_its_way")
    outbox.drop(tx, negotiation.pid)


def _consumer_keeps(exchange: Exchange, tx: Transaction, negotiation: Negotiation) -> None:
    """Keep the agreement that the provider sent; whether it says what was offered is for the rules to decide."""
    if negotiation.state is State.AGREED:
        keep_agreement(tx, negotiation, exchange.participant, exchange.now())
    elif negotiation.state is State.FINALIZED:
        _finalize(exchange, tx, negotiation)


def keep_agreement(tx: Transaction, negotiation: Negotiation, participant: str, now: datetime) -> None:
    """Keep what was agreed, not final yet."""
    agreements.add(tx, _agreement(negotiation, participant, now))


def _agreement(negotiation: Negotiation, participant: str, now: datetime) -> Agreement:
    provides = negotiation.role is Role.PROVIDER
    return Agreement(
        id=negotiation.agreement_id,
        role=negotiation.role,
        dataset=negotiation.dataset,
        assigner=participant if provides else negotiation.partner,
        assignee=negotiation.partner if provides else participant,
        policy=negotiation.agreement,
        agreed_at=now,
    )


def _finalize(exchange: Exchange, tx: Transaction, negotiation: Negotiation) -> None:
    """Make the agreement count; an earlier withdrawal stays, nothing else of it changes."""
    agreements.save(tx, replace(_agreement(negotiation, exchange.participant, exchange.now()), final=True))
    record(
        exchange,
        tx,
        "agreement",
        agreement=negotiation.agreement_id,
        partner=negotiation.partner,
        dataset=negotiation.dataset,
        role=negotiation.role,
        policy=negotiation.agreement,
    )


def _void(tx: Transaction, negotiation: Negotiation) -> None:
    """An agreement whose negotiation ended otherwise does not count."""
    agreement = agreements.load(tx, negotiation.agreement_id) if negotiation.agreement_id else None
    if agreement is not None and agreement.final:
        agreements.save(tx, replace(agreement, final=False))


def _agree(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    now, identifier = exchange.now(), exchange.new_id()
    text = offers.agreement(
        without_empty(n.offer),
        id=identifier,
        target=n.dataset,
        assigner=exchange.participant,
        assignee=n.partner,
        at=now,
    )
    changed = replace(n, agreement=text, agreement_id=identifier)
    keep_agreement(tx, changed, exchange.participant, now)
    message = messages.ContractAgreement(
        id=exchange.new_id(),
        provider_pid=n.provider_pid,
        consumer_pid=n.consumer_pid,
        agreement=msgspec.Raw(text.encode()),
    )
    return changed, Letter(message=message, path=("negotiations", n.consumer_pid, "agreement"))


def _offer(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    text = offer_text(exchange, step.policy, dataset=n.dataset, assigner=exchange.participant)
    message = messages.ContractOffer(
        id=exchange.new_id(),
        provider_pid=n.provider_pid,
        consumer_pid=n.consumer_pid,
        offer=msgspec.Raw(text.encode()),
    )
    return replace(n, offer=text), Letter(message=message, path=("negotiations", n.consumer_pid, "offers"))


def _request(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    text = offer_text(exchange, step.policy, dataset=n.dataset, assigner=n.partner)
    message = messages.ContractRequest(
        id=exchange.new_id(),
        provider_pid=n.provider_pid,
        consumer_pid=n.consumer_pid,
        offer=msgspec.Raw(text.encode()),
    )
    return replace(n, offer=text), Letter(message=message, path=("negotiations", n.provider_pid, "request"))


def _accept(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    return n, _event(exchange, n, State.ACCEPTED, n.provider_pid)


def _verify(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    message = messages.AgreementVerification(
        id=exchange.new_id(), provider_pid=n.provider_pid, consumer_pid=n.consumer_pid
    )
    return n, Letter(message=message, path=("negotiations", n.provider_pid, "agreement", "verification"))


def _finish(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    # Final from here on: the consumer has verified, and may ask for data as soon as it has read our message.
    _finalize(exchange, tx, n)
    return n, _event(exchange, n, State.FINALIZED, n.consumer_pid)


def _terminate(exchange: Exchange, tx: Transaction, n: Negotiation, step: Step) -> tuple[Negotiation, Letter]:
    message = messages.NegotiationTermination(
        id=exchange.new_id(),
        provider_pid=n.provider_pid,
        consumer_pid=n.consumer_pid,
        code=step.reason,
        reason=(step.details.get("text") or step.reason or "terminated",),
    )
    return replace(n, reason=step.details.get("text") or step.reason), Letter(
        message=message, path=("negotiations", theirs(n), "termination")
    )


def _event(exchange: Exchange, n: Negotiation, state: NegotiationState, pid: str) -> Letter:
    message = messages.NegotiationEvent(
        id=exchange.new_id(), provider_pid=n.provider_pid, consumer_pid=n.consumer_pid, event_type=state
    )
    return Letter(message=message, path=("negotiations", pid, "events"))


def theirs(negotiation: Negotiation) -> str:
    """Give the other side's id of a negotiation."""
    return negotiation.consumer_pid if negotiation.role is Role.PROVIDER else negotiation.provider_pid


_Writer = Callable[[Exchange, Transaction, Negotiation, Step], tuple[Negotiation, Letter]]
_LETTERS: Mapping[str, _Writer] = {
    "agree": _agree,
    "offer": _offer,
    "request": _request,
    "accept": _accept,
    "verify": _verify,
    "finalize": _finish,
    "terminate": _terminate,
}


def offer_text(exchange: Exchange, policy: str, *, dataset: str, assigner: str) -> str:
    """Write a policy as an offer in a message: with an id and a target, its rules untouched."""
    source = decoded(policy)
    return offers.message_offer(
        without_empty(policy),
        target=dataset,
        assigner="" if source.get("assigner") else assigner,
        id="" if source.get("@id") else exchange.new_id(),
    )


def without_empty(policy: str) -> str:
    """Leave out lists of rules that hold none: they say nothing, and the protocol's schemas refuse them."""
    members = msgspec.json.decode(policy, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: raw for name, raw in members.items() if bytes(raw) != b"[]"}).decode()


def decoded(policy: str) -> dict[str, object]:
    """Read a policy's text; refuses what is no JSON object."""
    try:
        return msgspec.json.decode(policy, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        raise InvalidInput("exchange.policy_unreadable") from None
