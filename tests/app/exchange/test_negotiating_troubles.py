"""Negotiations whose messages are lost, doubled, late or refused, or cross each other."""

import json

import pytest

from genba.app.exchange import negotiating
from genba.ports.exchange import Step
from genba.storage.exchange import outbox
from tests.app.exchange.negotiators import State, ask, find, kept, only, post, sent_to, told
from tests.exchange_companies import Company, drain


def test_a_repeated_message_gets_the_same_answer_and_changes_nothing(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    ask(maker, buyer)
    buyer.deliver()
    first = sent_to(maker.line, "/negotiations/request")
    before = only(maker)
    again = post(maker, "/negotiations/request", first.body, caller=buyer.did)
    assert again.status == 201
    assert json.loads(again.body)["providerPid"] == before.provider_pid
    assert only(maker) == before


@pytest.mark.parametrize("end", ["request", "agreement", "verification", "events"])
def test_a_lost_answer_does_no_harm(two: tuple[Company, Company], end: str) -> None:
    maker, buyer = two
    maker.publish()
    lost: list[str] = []

    def fault(method: str, url: str) -> str:
        if url.endswith(end) and not lost:
            lost.append(url)
            return "deaf"
        return ""

    maker.line.fault = fault
    ask(maker, buyer)
    for _ in range(4):
        drain(maker, buyer)
        maker.clock.move(seconds=60)
    assert lost
    assert only(maker).state is only(buyer).state is State.FINALIZED
    assert len(kept(maker)) == len(kept(buyer)) == 1
    assert not told(maker) and not told(buyer)


def test_a_message_that_is_only_legal_when_ours_arrived_acknowledges_ours(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    maker.line.fault = lambda method, url: "deaf" if url.endswith("/agreement") else ""
    ask(maker, buyer)
    buyer.deliver()
    maker.deliver()
    assert only(maker).state is State.REQUESTED
    buyer.deliver()  # the verification
    assert only(maker).state is State.VERIFIED
    with maker.database.reading() as tx:
        pending = outbox.pending(tx, only(maker).pid)
    assert pending is not None and pending.message == "ContractNegotiationEventMessage"


def test_both_sides_break_off_at_once_and_both_are_terminated(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    negotiating.terminate(maker.exchange, only(maker).pid, reason="no")
    negotiating.terminate(buyer.exchange, only(buyer).pid, reason="never mind")
    for _ in range(4):
        drain(maker, buyer)
        maker.clock.move(seconds=60)
    assert only(maker).state is only(buyer).state is State.TERMINATED
    with maker.database.reading() as tx:
        assert outbox.size(tx) == 0


def test_a_termination_prevails_over_an_agreement_that_crosses_it(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    negotiating.decide(maker.exchange, only(maker).pid, Step(do="agree"))
    negotiating.terminate(buyer.exchange, only(buyer).pid, reason="never mind")
    maker.deliver()
    for _ in range(4):
        drain(buyer, maker)
        maker.clock.move(seconds=60)
    assert only(maker).state is only(buyer).state is State.TERMINATED
    assert not any(agreement.final for agreement in kept(maker) + kept(buyer))


def test_a_message_out_of_turn_is_answered_with_400_and_changes_nothing(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    before = only(maker)
    body = {
        "@type": "ContractAgreementVerificationMessage",
        "providerPid": before.provider_pid,
        "consumerPid": before.consumer_pid,
    }
    answer = post(maker, f"/negotiations/{before.pid}/agreement/verification", body, caller=buyer.did)
    assert answer.status == 400
    assert json.loads(answer.body)["@type"] == "ContractNegotiationError"
    assert only(maker) == before


def test_a_partner_that_refuses_without_a_reason_to_follow_is_shown_and_not_asked_for_ever(
    two: tuple[Company, Company],
) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    Company("buyer", maker.line, maker.clock)  # answers in the buyer's place, and knows nothing
    negotiating.decide(maker.exchange, only(maker).pid, Step(do="agree"))
    for _ in range(6):
        drain(maker)
        maker.clock.move(hours=1)
    assert only(maker).state is not State.AGREED
    assert only(maker).waiting == "exchange.refused_by_partner"
    assert [notice.code for notice in told(maker)] == ["exchange.refused_by_partner"]
    posts = [sent for sent in maker.line.sent if sent.url.endswith("/agreement")]
    assert len(posts) <= 3


def test_a_message_that_never_arrives_is_given_up_with_a_notice(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    buyer.line.fault = lambda method, url: "lost"
    pid = ask(maker, buyer).pid
    tries = 0
    for _ in range(2000):
        tries += buyer.deliver()
        buyer.clock.move(minutes=10)
        if find(buyer, pid).waiting:
            break
    assert find(buyer, pid).waiting == "exchange.given_up"
    assert [notice.code for notice in told(buyer)] == ["exchange.given_up"]
    with buyer.database.reading() as tx:
        assert outbox.size(tx) == 0
    assert 10 < tries < 1000


def test_a_request_that_has_not_arrived_can_be_called_off(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    pid = ask(maker, buyer).pid
    maker.line.fault = lambda method, url: "deaf"
    buyer.deliver()  # it arrives, but nobody hears so
    maker.line.fault = lambda method, url: ""
    negotiating.terminate(buyer.exchange, pid, reason="never mind")
    for _ in range(5):
        drain(maker, buyer)
        maker.clock.move(seconds=60)
    assert find(buyer, pid).state is only(maker).state is State.TERMINATED
    assert not any(agreement.final for agreement in kept(maker))
