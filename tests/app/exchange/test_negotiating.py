"""Negotiations between two companies, message by message."""

import json
from dataclasses import replace

import pytest

from genba.app.exchange import negotiating, negotiation_receiving
from genba.app.exchange.inbound import handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.protocol import ProtocolRequest
from genba.errors import Conflict, Denied, InvalidInput, NotFound
from genba.model.exchange import Partner, Role
from genba.ports.exchange import Step
from genba.storage.exchange import negotiations, partners
from tests.app.exchange.negotiators import OTHER, State, ask, find, kept, only, post, told
from tests.exchange_companies import OFFER, Company, drain


def test_a_request_on_published_terms_ends_in_the_same_agreement_on_both_sides(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    pid = ask(maker, buyer).pid
    drain(maker, buyer)
    assert find(buyer, pid).state is State.FINALIZED
    assert only(maker).state is State.FINALIZED
    (given,), (taken,) = kept(maker), kept(buyer)
    assert given.final and taken.final
    assert (given.id, given.policy, given.assigner, given.assignee) == (
        taken.id, taken.policy, taken.assigner, taken.assignee,
    )  # fmt: skip
    assert (given.role, taken.role) == (Role.PROVIDER, Role.CONSUMER)


def test_no_message_is_sent_twice_when_nothing_is_lost(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    ask(maker, buyer)
    drain(maker, buyer)
    assert [sent.status for sent in maker.line.sent] == [201, 200, 200, 200]


def test_a_request_waits_for_a_person_with_a_notice_and_goes_on_when_agreed(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    waiting = only(maker)
    assert (waiting.state, waiting.waiting) == (State.REQUESTED, "exchange.needs_a_person")
    assert [(notice.code, notice.subject) for notice in told(maker)] == [("exchange.needs_a_person", waiting.pid)]
    negotiating.decide(maker.exchange, waiting.pid, Step(do="agree"))
    assert not told(maker)
    drain(maker, buyer)
    assert only(maker).state is only(buyer).state is State.FINALIZED


def test_a_refused_request_tells_the_consumer_why(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="refuse")
    ask(maker, buyer)
    drain(maker, buyer)
    assert only(buyer).state is only(maker).state is State.TERMINATED
    assert only(buyer).reason == "exchange.refused_by_rule"
    assert not kept(maker) and not kept(buyer)


def test_other_terms_are_answered_with_the_published_offer_and_wait_for_the_consumer(
    two: tuple[Company, Company],
) -> None:
    maker, buyer = two
    maker.publish()
    pid = ask(maker, buyer, OTHER).pid
    drain(maker, buyer)
    waiting = find(buyer, pid)
    assert (waiting.state, waiting.waiting) == (State.OFFERED, "exchange.offer_differs")
    assert json.loads(waiting.offer)["permission"] == OFFER["permission"]
    negotiating.decide(buyer.exchange, pid, Step(do="accept"))
    drain(maker, buyer)
    assert find(buyer, pid).state is only(maker).state is State.FINALIZED
    assert json.loads(kept(maker)[0].policy)["permission"] == OFFER["permission"]


def test_a_consumer_can_propose_other_terms_again(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    pid = ask(maker, buyer, OTHER).pid
    drain(maker, buyer)
    negotiating.counter(buyer.exchange, pid, json.dumps(OFFER))
    drain(maker, buyer)
    assert find(buyer, pid).state is State.FINALIZED


@pytest.mark.parametrize("wrong", [{"dataset": "nothing"}, {"offer": OFFER | {"@id": "offer-2"}}])
def test_an_unknown_offer_ends_the_consumers_negotiation_and_leaves_nothing_at_the_provider(
    two: tuple[Company, Company], wrong: dict[str, object]
) -> None:
    maker, buyer = two
    maker.publish()
    pid = ask(maker, buyer, **wrong).pid  # type: ignore[arg-type]
    drain(maker, buyer)
    assert find(buyer, pid).state is State.TERMINATED
    assert [notice.code for notice in told(buyer)] == ["exchange.ended_by_partner"]
    with maker.database.reading() as tx:
        assert not negotiations.listing(tx)


def test_a_process_belongs_to_its_partner_alone(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    pid = only(maker).pid
    for caller in ("did:web:stranger.example", maker.did):
        request = ProtocolRequest(
            method="GET", path=f"/dsp/2025-1/negotiations/{pid}", headers={"authorization": caller}
        )
        stranger, nobody = (
            handle(maker.exchange, request),
            handle(maker.exchange, replace(request, path=request.path + "x")),
        )
        assert stranger.status == nobody.status == 404
        assert stranger.body.replace(pid.encode(), b"") == nobody.body.replace(f"{pid}x".encode(), b"")
        ending = {"@type": "ContractNegotiationTerminationMessage", "providerPid": pid, "consumerPid": "urn:buyer:1"}
        assert post(maker, f"/negotiations/{pid}/termination", ending, caller=caller).status == 404
    assert only(maker).state is State.REQUESTED


def test_a_blocked_partner_is_refused(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    with maker.database.transaction() as tx:
        partners.put(tx, Partner(id=buyer.did, blocked=True))
    ask(maker, buyer)
    buyer.deliver()
    assert [sent.status for sent in maker.line.sent] == [401]


def test_a_step_that_does_not_fit_the_state_is_refused(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    ask(maker, buyer)
    drain(maker, buyer)
    for step in ("finalize", "verify", "accept", "nonsense"):
        with pytest.raises(Conflict):
            negotiating.decide(maker.exchange, only(maker).pid, Step(do=step))
    negotiating.decide(maker.exchange, only(maker).pid, Step(do="agree"))
    with pytest.raises(Conflict) as refused:
        negotiating.decide(maker.exchange, only(maker).pid, Step(do="offer", policy=json.dumps(OFFER)))
    assert refused.value.code == "exchange.message_on_its_way"
    with pytest.raises(NotFound):
        negotiating.decide(maker.exchange, "nothing", Step(do="agree"))


@pytest.mark.parametrize("field", ["assigner", "assignee", "target", "permission"])
def test_an_agreement_that_says_something_else_is_never_verified(two: tuple[Company, Company], field: str) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    pid = ask(maker, buyer).pid
    drain(maker, buyer)
    agreement = OFFER | {
        "@type": "Agreement", "@id": "a-1", "target": "dataset-1", "assigner": maker.did, "assignee": buyer.did,
    } | ({field: [{"action": "use"}]} if field == "permission" else {field: "did:web:other.example"})  # fmt: skip
    body = {
        "@type": "ContractAgreementMessage",
        "providerPid": only(maker).pid,
        "consumerPid": pid,
        "agreement": agreement,
    }
    assert post(buyer, f"/negotiations/{pid}/agreement", body, caller=maker.did).status == 200
    buyer.deliver()
    assert find(buyer, pid).state is State.TERMINATED
    assert not any(kept_one.final for kept_one in kept(buyer))


@pytest.mark.parametrize(
    "callback", ["http://partner.example", "https://10.0.0.1/dsp", "https://169.254.169.254/", "ftp://a.example", ""]
)
def test_an_address_that_we_may_not_call_begins_nothing(two: tuple[Company, Company], callback: str) -> None:
    maker, buyer = two
    maker.publish()
    body = {
        "@type": "ContractRequestMessage",
        "consumerPid": "urn:x:1",
        "callbackAddress": callback,
        "offer": OFFER | {"target": "dataset-1"},
    }
    assert post(maker, "/negotiations/request", body, caller=buyer.did).status == 400
    with maker.database.reading() as tx:
        assert not negotiations.listing(tx)


def _doubled(body: dict[str, object]) -> bytes:
    """Say a rule twice: readers that take the first of two members and those that take the last see other terms."""
    return json.dumps(body).replace('"action": "use"', '"action": "use", "action": "use"').encode()


def test_terms_that_two_readers_could_read_differently_are_refused(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    asked = {
        "@type": "ContractRequestMessage",
        "consumerPid": "urn:x:1",
        "callbackAddress": buyer.base,
        "offer": OFFER | {"target": "dataset-1"},
    }
    refused = post(maker, "/negotiations/request", _doubled(asked), caller=buyer.did)
    assert refused.status == 400
    pid = ask(maker, buyer).pid
    drain(maker, buyer)
    parties = {"@type": "Agreement", "target": "dataset-1", "assigner": maker.did, "assignee": buyer.did}
    agreed = {
        "@type": "ContractAgreementMessage",
        "providerPid": only(maker).pid,
        "consumerPid": pid,
        "agreement": OFFER | parties,
    }
    assert post(buyer, f"/negotiations/{pid}/agreement", _doubled(agreed), caller=maker.did).status == 400
    assert find(buyer, pid).state is State.REQUESTED
    doubled = _doubled(OFFER).decode()
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=doubled)
    with pytest.raises(InvalidInput, match=r"policy\.field_twice"):
        negotiating.request_offer(buyer.exchange, wanted)


def test_a_partner_cannot_bury_what_waits_for_a_person(
    two: tuple[Company, Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(negotiation_receiving, "MOST_WAITING", 3)
    maker, buyer = two
    statuses = []
    for number in range(5):
        body = {
            "@type": "ContractOfferMessage",
            "providerPid": f"urn:maker:{number}",
            "callbackAddress": maker.base,
            "offer": OFFER | {"target": "dataset-1"},
        }
        statuses.append(post(buyer, "/negotiations/offers", body, caller=maker.did).status)
    assert statuses == [201, 201, 201, 400, 400]
    assert post(buyer, "/negotiations/offers", body, caller="did:web:other.example").status == 201
    assert len(told(buyer)) == 4


def test_an_offer_that_nobody_asked_for_waits_for_a_person(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    body = {
        "@type": "ContractOfferMessage",
        "providerPid": "urn:maker:77",
        "callbackAddress": maker.base,
        "offer": OFFER | {"target": "dataset-1"},
    }
    assert post(buyer, "/negotiations/offers", body, caller=maker.did).status == 201
    assert only(buyer).waiting == "exchange.offer_received"
    assert post(buyer, "/negotiations/offers", body, caller=maker.did).status == 201
    assert only(buyer).state is State.OFFERED


def test_a_request_needs_an_address_and_a_policy_with_rules(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    with pytest.raises(InvalidInput):
        ask(maker, buyer, {"@id": "x", "@type": "Offer"})
    wanted = OfferRequest(partner=maker.did, address="http://maker.example", dataset="d", offer=json.dumps(OFFER))
    with pytest.raises(Denied):
        negotiating.request_offer(buyer.exchange, wanted)


def test_nobody_agrees_to_terms_that_cannot_be_decided(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    strange = {"leftOperand": "moonPhase", "operator": "eq", "rightOperand": "full"}
    ask(maker, buyer, OFFER | {"permission": [{"action": "use", "constraint": [strange]}]})
    drain(maker, buyer)
    with pytest.raises(InvalidInput):
        negotiating.decide(maker.exchange, only(maker).pid, Step(do="agree"))
    assert only(maker).waiting == "exchange.other_terms"
    negotiating.counter(maker.exchange, only(maker).pid, json.dumps(OFFER))
    drain(maker, buyer)
    assert only(buyer).waiting == "exchange.offer_differs"
