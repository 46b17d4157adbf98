"""Repetition, loss, delay and crossing: both sides end in the same state, whatever the network does."""

from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from genba.dsp import messages, repetition
from genba.dsp.negotiation import Message as N
from genba.dsp.repetition import receive_negotiation, receive_transfer
from genba.dsp.transfer import Message as T
from genba.errors import Conflict, NotFound, Unavailable
from genba.model.exchange import NegotiationState, Role, TransferState
from tests.dsp.documents import BOTH, OFFER, negotiation, raw, transfer
from tests.dsp.test_negotiation import MESSAGES as NEGOTIATION_MESSAGES
from tests.dsp.test_transfer import MESSAGES as TRANSFER_MESSAGES
from tests.dsp.two_sides import NEGOTIATION, TRANSFER, Kind, World

C, P = Role.CONSUMER, Role.PROVIDER


class TwoSides(RuleBasedStateMachine):
    """Sides that send what they may, over a network that does what it likes."""

    kind: ClassVar[Kind]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.kind)

    def _possible(self) -> list[tuple[Role, Any]]:
        sides = ((role, self.world.side(role)) for role in Role)
        return [(role, means) for role, side in sides for means in self.kind.machine.Message if side.may_send(means)]

    @precondition(lambda self: self._possible())
    @rule(data=st.data())
    def somebody_sends(self, data: st.DataObject) -> None:
        self.world.send(*data.draw(st.sampled_from(self._possible())))

    @rule(role=st.sampled_from(Role))
    def somebody_repeats(self, role: Role) -> None:
        self.world.repeat(role)

    @precondition(lambda self: self.world.under_way)
    @rule(data=st.data(), keep=st.booleans())
    def a_message_arrives(self, data: st.DataObject, keep: bool) -> None:
        self.world.deliver(data.draw(st.integers(0, len(self.world.under_way) - 1)), keep=keep)

    @precondition(lambda self: self.world.answers)
    @rule(data=st.data(), keep=st.booleans())
    def an_answer_arrives(self, data: st.DataObject, keep: bool) -> None:
        self.world.answer(data.draw(st.integers(0, len(self.world.answers) - 1)), keep=keep)

    @precondition(lambda self: self.world.under_way)
    @rule(data=st.data())
    def a_message_is_lost(self, data: st.DataObject) -> None:
        self.world.under_way.pop(data.draw(st.integers(0, len(self.world.under_way) - 1)))

    @precondition(lambda self: self.world.answers)
    @rule(data=st.data())
    def an_answer_is_lost(self, data: st.DataObject) -> None:
        self.world.answers.pop(data.draw(st.integers(0, len(self.world.answers) - 1)))

    @invariant()
    def nothing_illegal_was_accepted(self) -> None:
        for role in Role:
            assert set(self.world.side(role).accepted) <= set(self.kind.machine.TRANSITIONS)

    def teardown(self) -> None:
        """Links heal: both agree, and what still arrives late changes nothing."""
        self.world.drain()
        ours, theirs = agreed = self.world.states()
        assert ours is theirs
        for index in range(len(self.world.under_way)):
            self.world.deliver(index, keep=True)
        self.world.drain()
        assert self.world.states() == agreed


class TwoNegotiators(TwoSides):
    kind = NEGOTIATION


class TwoTransfers(TwoSides):
    kind = TRANSFER


TestTwoNegotiators = TwoNegotiators.TestCase
TestTwoTransfers = TwoTransfers.TestCase
TwoNegotiators.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TwoTransfers.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


def test_the_next_message_says_that_ours_arrived():
    requested = negotiation(P, NegotiationState.REQUESTED)
    received = receive_negotiation(
        requested,
        NEGOTIATION_MESSAGES[N.VERIFICATION],
        pending=NEGOTIATION_MESSAGES[N.AGREEMENT],  # type: ignore[arg-type]
    )
    assert received.settled
    assert received.before.state is NegotiationState.AGREED
    assert received.before.agreement_id == "agreement-7"
    assert received.record.state is NegotiationState.VERIFIED


def test_an_answer_to_our_first_request_that_got_lost_is_made_up_for_by_the_offer():
    asked = negotiation(C, None, provider_pid="")
    request = messages.ContractRequest(
        consumer_pid=BOTH["consumer_pid"], offer=raw(OFFER), callback_address="https://a"
    )
    received = receive_negotiation(asked, NEGOTIATION_MESSAGES[N.OFFER], pending=request)  # type: ignore[arg-type]
    assert received.before.state is NegotiationState.REQUESTED
    assert (received.record.state, received.record.provider_pid) == (NegotiationState.OFFERED, BOTH["provider_pid"])


def test_what_would_need_another_message_of_ours_is_refused():
    with pytest.raises(Conflict):
        receive_negotiation(
            negotiation(P, NegotiationState.REQUESTED),
            NEGOTIATION_MESSAGES[N.VERIFICATION],
            pending=NEGOTIATION_MESSAGES[N.OFFER],
        )


@pytest.mark.parametrize("role", Role)
def test_when_both_terminate_both_are_terminated(role):
    both = NEGOTIATION_MESSAGES[N.TERMINATION]
    received = receive_negotiation(negotiation(role, NegotiationState.OFFERED), both, pending=both)
    assert (received.record.state, received.settled) == (NegotiationState.TERMINATED, True)


def test_who_terminates_takes_no_offer_any_more_and_who_offered_gives_in():
    termination, offer = NEGOTIATION_MESSAGES[N.TERMINATION], NEGOTIATION_MESSAGES[N.OFFER]
    with pytest.raises(Conflict) as refused:
        receive_negotiation(negotiation(C, NegotiationState.REQUESTED), offer, pending=termination)
    assert refused.value.code == "dsp.crossed"
    received = receive_negotiation(negotiation(P, NegotiationState.REQUESTED), termination, pending=offer)
    assert (received.record.state, received.settled) == (NegotiationState.TERMINATED, True)


@pytest.mark.parametrize(
    ("theirs", "ours", "state"),
    [
        (T.TERMINATION, T.SUSPENSION, TransferState.TERMINATED),
        (T.TERMINATION, T.COMPLETION, TransferState.TERMINATED),
        (T.COMPLETION, T.SUSPENSION, TransferState.COMPLETED),
        (T.COMPLETION, T.COMPLETION, TransferState.COMPLETED),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_the_stronger_of_two_crossing_messages_counts(role, theirs, ours, state):
    started = transfer(role, TransferState.STARTED)
    received = receive_transfer(started, TRANSFER_MESSAGES[theirs], pending=TRANSFER_MESSAGES[ours])
    assert (received.record.state, received.settled) == (state, True)
    if theirs is not ours:
        with pytest.raises(Conflict):
            receive_transfer(started, TRANSFER_MESSAGES[ours], pending=TRANSFER_MESSAGES[theirs])


def test_when_both_suspend_the_providers_counts_and_the_consumer_lets_it_wait_until_its_own_is_refused():
    both = TRANSFER_MESSAGES[T.SUSPENSION]
    with pytest.raises(Unavailable):
        receive_transfer(transfer(C, TransferState.STARTED), both, pending=both)
    with pytest.raises(Conflict):
        receive_transfer(transfer(P, TransferState.STARTED), both, pending=both)


def test_a_message_about_another_process_is_refused():
    for other in ({"provider_pid": "x"}, {"consumer_pid": "x"}):
        with pytest.raises(NotFound):
            receive_transfer(transfer(P, TransferState.STARTED), messages.TransferCompletion(**{**BOTH, **other}))


def test_after_a_refusal_the_other_sides_state_decides_what_became_of_our_message():
    ours = NEGOTIATION_MESSAGES[N.AGREEMENT]
    requested = negotiation(P, NegotiationState.REQUESTED)
    moved = repetition.refused_negotiation(requested, ours, NegotiationState.AGREED)
    assert (moved.state, moved.agreement_id) == (NegotiationState.AGREED, "agreement-7")
    for theirs in (NegotiationState.REQUESTED, NegotiationState.TERMINATED, None):
        assert repetition.refused_negotiation(requested, ours, theirs) is requested


def test_bytes_without_an_id_may_come_anew_where_the_state_allows_them():
    unnamed, named = messages.TransferStart(**BOTH), messages.TransferStart(id="m-1", **BOTH)
    assert repetition.is_repetition(named, allowed_now=True)
    assert repetition.is_repetition(unnamed, allowed_now=False)
    assert not repetition.is_repetition(unnamed, allowed_now=True)


def test_a_provider_cannot_go_on_before_the_consumers_crossing_message_is_decided():
    """Otherwise that message, arriving late, would look like an answer to what the provider sent next."""
    world = World(TRANSFER)
    world.drain()
    world.send(P, T.START)
    world.drain()
    world.under_way.clear()
    world.send(C, T.SUSPENSION)
    world.send(P, T.SUSPENSION)
    world.deliver(1, keep=True)  # the provider's, while the consumer's is late
    assert world.answers[0][1].status == 503
    world.answer(0, keep=False)
    assert not world.provider.may_send(T.START)
    world.deliver(0, keep=True)
    assert world.answers[0][1].status == 400
    world.answer(0, keep=False)
    world.drain()
    assert world.states() == (TransferState.SUSPENDED, TransferState.SUSPENDED)
    world.deliver(0, keep=True)  # once more, later still
    assert world.answers[0][1].status == 400
