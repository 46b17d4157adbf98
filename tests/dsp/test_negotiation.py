"""The negotiation's state machine: what the diagram allows, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from genba.dsp import messages, negotiation
from genba.dsp.negotiation import FINAL, TRANSITIONS, Message, advance, allows, meaning
from genba.errors import Conflict, InvalidInput
from genba.model.exchange import NegotiationState as State
from genba.model.exchange import Role
from tests.dsp.documents import AGREEMENT, BOTH, NOW, OFFER, raw
from tests.dsp.documents import negotiation as record

MESSAGES: dict[Message, messages.NegotiationMessage] = {
    Message.REQUEST: messages.ContractRequest(**BOTH, offer=raw(OFFER)),
    Message.OFFER: messages.ContractOffer(**BOTH, offer=raw(OFFER)),
    Message.ACCEPTED: messages.NegotiationEvent(**BOTH, event_type=State.ACCEPTED),
    Message.AGREEMENT: messages.ContractAgreement(**BOTH, agreement=raw(AGREEMENT)),
    Message.VERIFICATION: messages.AgreementVerification(**BOTH),
    Message.FINALIZED: messages.NegotiationEvent(**BOTH, event_type=State.FINALIZED),
    Message.TERMINATION: messages.NegotiationTermination(**BOTH, code="9", reason=("no longer needed",)),
}
# The diagram once more, in the notation of the specification: from, to, who may cause it.
DIAGRAM = """
- REQUESTED C
- OFFERED P
REQUESTED OFFERED P
REQUESTED AGREED P
REQUESTED TERMINATED CP
OFFERED REQUESTED C
OFFERED ACCEPTED C
OFFERED TERMINATED CP
ACCEPTED AGREED P
ACCEPTED TERMINATED P
AGREED VERIFIED C
AGREED TERMINATED C
VERIFIED FINALIZED P
VERIFIED TERMINATED P
"""
LEADS_TO = {
    Message.REQUEST: State.REQUESTED,
    Message.OFFER: State.OFFERED,
    Message.ACCEPTED: State.ACCEPTED,
    Message.AGREEMENT: State.AGREED,
    Message.VERIFICATION: State.VERIFIED,
    Message.FINALIZED: State.FINALIZED,
    Message.TERMINATION: State.TERMINATED,
}


def test_the_table_is_the_diagram():
    arrows = {
        (start, end, {"C": "consumer", "P": "provider"}[who])
        for start, end, whose in map(str.split, DIAGRAM.strip().splitlines())
        for who in whose
    }
    assert {(state or "-", end, sender) for (state, _, sender), end in TRANSITIONS.items()} == arrows
    assert all(LEADS_TO[message] is end for (_, message, _), end in TRANSITIONS.items())


@pytest.mark.parametrize(("state", "message", "sender"), list(product((None, *State), Message, Role)))
def test_a_message_is_applied_where_it_is_allowed_and_refused_elsewhere(state, message, sender):
    before = record(Role.PROVIDER, state)
    if allows(state, message, sender):
        assert advance(before, MESSAGES[message], sender).state is LEADS_TO[message]
    else:
        with pytest.raises(Conflict) as refused:
            advance(before, MESSAGES[message], sender)
        assert refused.value.code == "dsp.not_allowed"


def test_nothing_leaves_a_final_state():
    assert not [state for state, _, _ in TRANSITIONS if state in FINAL]


def test_a_record_keeps_what_the_messages_brought():
    now = record(Role.CONSUMER, None, provider_pid="")
    now = advance(now, messages.ContractRequest(consumer_pid="c-1", offer=raw(OFFER)), Role.CONSUMER)
    assert (now.provider_pid, now.offer) == ("", bytes(raw(OFFER)).decode())
    later = NOW + timedelta(minutes=1)
    now = advance(replace(now, waiting="exchange.needs_a_person"), MESSAGES[Message.AGREEMENT], Role.PROVIDER, at=later)
    assert now.provider_pid == BOTH["provider_pid"]
    assert (now.agreement, now.agreement_id) == (bytes(raw(AGREEMENT)).decode(), "agreement-7")
    assert (now.waiting, now.changed_at) == ("", later)
    now = advance(now, MESSAGES[Message.TERMINATION], Role.CONSUMER)
    assert now.reason == "no longer needed"


def test_an_event_that_the_protocol_does_not_know_means_nothing():
    with pytest.raises(InvalidInput):
        meaning(messages.NegotiationEvent(**BOTH, event_type=State.AGREED))


@pytest.mark.parametrize("policy", ["", "[]", "{}", '{"@id":""}', '{"@id":5}', "{" * 5_000])
def test_an_agreement_needs_an_id(policy):
    with pytest.raises(InvalidInput):
        negotiation.identifier(policy)
