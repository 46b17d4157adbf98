"""Negotiations between two companies, message by message."""

import json
from dataclasses import replace

import pytest

from genba.app.exchange import negotiating, negotiation_receiving
from genba.app.exchange.inbound import handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.errors import Conflict, Denied, InvalidInput, NotFound
from genba.model.exchange import Agreement, Negotiation, NegotiationState, Notice, Partner, Role
from genba.ports.exchange import Step
from genba.storage.exchange import agreements, negotiations, notices, outbox, partners
from tests.exchange_companies import OFFER, Clock, Company, Line, Sent, drain

State = NegotiationState
OTHER = OFFER | {"permission": [{"action": "use"}]}


@pytest.fixture
def two() -> tuple[Company, Company]:
    line, clock = Line(), Clock()
    return Company("maker", line, clock), Company("buyer", line, clock)


def ask(maker: Company, buyer: Company, offer: object = OFFER, dataset: str = "dataset-1") -> Negotiation:
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset=dataset, offer=json.dumps(offer))
    return negotiating.request_offer(buyer.exchange, wanted)


def find(company: Company, pid: str) -> Negotiation:
    with company.database.reading() as tx:
        found = negotiations.load(tx, pid)
    assert found is not None
    return found


def only(company: Company) -> Negotiation:
    with company.database.reading() as tx:
        (found,) = negotiations.listing(tx)
    return found


def kept(company: Company) -> list[Agreement]:
    with company.database.reading() as tx:
        return list(agreements.listing(tx))


def told(company: Company) -> list[Notice]:
    with company.database.reading() as tx:
        return list(notices.listing(tx))


def post(company: Company, path: str, body: object, *, caller: str) -> ProtocolResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = ProtocolRequest(method="POST", path=f"/dsp/2025-1{path}", headers={"authorization": caller}, body=raw)
    return handle(company.exchange, request)


def sent_to(line: Line, end: str) -> Sent:
    return next(sent for sent in line.sent if sent.url.endswith(end))


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
