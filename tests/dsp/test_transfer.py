"""The transfer's state machine: what the diagram allows, and nothing else."""

from itertools import product

import pytest

from genba.dsp import messages
from genba.dsp.transfer import FINAL, TRANSITIONS, Message, advance, allows
from genba.errors import Conflict
from genba.model.exchange import Role
from genba.model.exchange import TransferState as State
from tests.dsp.documents import ADDRESS, BOTH, raw
from tests.dsp.documents import transfer as record

MESSAGES: dict[Message, messages.TransferMessage] = {
    Message.REQUEST: messages.TransferRequest(
        consumer_pid=BOTH["consumer_pid"],
        agreement_id="a-1",
        format="HttpData-PULL",
        callback_address="https://b.example",
    ),
    Message.START: messages.TransferStart(**BOTH, data_address=raw(ADDRESS)),
    Message.SUSPENSION: messages.TransferSuspension(**BOTH, reason=("pause",)),
    Message.COMPLETION: messages.TransferCompletion(**BOTH),
    Message.TERMINATION: messages.TransferTermination(**BOTH, code="7"),
}
LEADS_TO = {
    Message.REQUEST: State.REQUESTED,
    Message.START: State.STARTED,
    Message.SUSPENSION: State.SUSPENDED,
    Message.COMPLETION: State.COMPLETED,
    Message.TERMINATION: State.TERMINATED,
}
# The diagram once more, in the notation of the specification: from, to, who may cause it.
DIAGRAM = """
- REQUESTED C
REQUESTED STARTED P
REQUESTED TERMINATED CP
STARTED COMPLETED CP
STARTED SUSPENDED CP
STARTED TERMINATED CP
SUSPENDED STARTED CP
SUSPENDED TERMINATED CP
"""


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
    before = record(Role.CONSUMER, state)
    if allows(state, message, sender):
        assert advance(before, MESSAGES[message], sender).state is LEADS_TO[message]
    else:
        with pytest.raises(Conflict) as refused:
            advance(before, MESSAGES[message], sender)
        assert refused.value.code == "dsp.not_allowed"


def test_nothing_leaves_a_final_state():
    assert not [state for state, _, _ in TRANSITIONS if state in FINAL]


def test_only_the_providers_start_says_where_the_data_are():
    suspended = record(Role.CONSUMER, State.SUSPENDED)
    assert advance(suspended, MESSAGES[Message.START], Role.PROVIDER).data_address == bytes(raw(ADDRESS)).decode()
    assert advance(suspended, MESSAGES[Message.START], Role.CONSUMER).data_address == ""


def test_a_suspension_keeps_its_reason():
    started = record(Role.CONSUMER, State.STARTED)
    assert advance(started, MESSAGES[Message.SUSPENSION], Role.PROVIDER).reason == "pause"
    assert advance(started, MESSAGES[Message.TERMINATION], Role.PROVIDER).reason == "7"
