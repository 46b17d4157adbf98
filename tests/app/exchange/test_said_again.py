"""A partner that says anew what arrived before, as Eclipse EDC does when our next message overtakes it."""

import json

import pytest

from genba.app.exchange import negotiating
from genba.app.exchange.inbound import handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.model.exchange import Negotiation, NegotiationState
from genba.storage.exchange import agreements, negotiations
from tests.exchange_companies import OFFER, Clock, Company, Line, drain


@pytest.fixture
def two() -> tuple[Company, Company]:
    line, clock = Line(), Clock()
    return Company("maker", line, clock), Company("buyer", line, clock)


def agreed(maker: Company, buyer: Company) -> str:
    """Bring a negotiation to where the buyer has an agreement, its verification still to be sent."""
    maker.publish(rule="person")
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))
    pid = negotiating.request_offer(buyer.exchange, wanted).pid
    drain(maker, buyer)
    assert send(maker, buyer, pid, "a-1").status == 200
    assert record(buyer, pid).state is NegotiationState.AGREED
    return pid


def send(maker: Company, buyer: Company, pid: str, identifier: str, **changed: object) -> ProtocolResponse:
    agreement = OFFER | {
        "@type": "Agreement",
        "@id": identifier,
        "target": "dataset-1",
        "assigner": maker.did,
        "assignee": buyer.did,
        "timestamp": f"2026-04-01T00:00:0{identifier[-1]}Z",
        **changed,
    }
    return post(maker, buyer, pid, "agreement", {"@type": "ContractAgreementMessage", "agreement": agreement})


def post(maker: Company, buyer: Company, pid: str, path: str, message: dict[str, object]) -> ProtocolResponse:
    body = {**message, "providerPid": record(buyer, pid).provider_pid, "consumerPid": pid}
    request = ProtocolRequest(
        method="POST",
        path=f"/dsp/2025-1/negotiations/{pid}/{path}",
        headers={"authorization": maker.did},
        body=json.dumps(body).encode(),
    )
    return handle(buyer.exchange, request)


def record(company: Company, pid: str) -> Negotiation:
    with company.database.reading() as tx:
        found = negotiations.load(tx, pid)
    assert found is not None
    return found


def test_the_last_of_two_agreements_in_the_same_words_counts(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    pid = agreed(maker, buyer)
    assert send(maker, buyer, pid, "a-2").status == 200
    assert record(buyer, pid).agreement_id == "a-2"
    assert record(buyer, pid).state is NegotiationState.AGREED
    with buyer.database.reading() as tx:
        assert {kept.id: kept.final for kept in agreements.listing(tx)} == {"a-1": False, "a-2": False}


@pytest.mark.parametrize("changed", [{"permission": [{"action": "use"}]}, {"target": "dataset-2"}])
def test_a_second_agreement_in_other_words_is_refused(two: tuple[Company, Company], changed: dict[str, object]) -> None:
    maker, buyer = two
    pid = agreed(maker, buyer)
    assert send(maker, buyer, pid, "a-2", **changed).status == 400
    assert record(buyer, pid).agreement_id == "a-1"


def test_an_agreement_after_the_end_is_refused(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    pid = agreed(maker, buyer)
    termination = {"@type": "ContractNegotiationTerminationMessage"}
    assert post(maker, buyer, pid, "termination", termination).status == 200
    assert record(buyer, pid).state is NegotiationState.TERMINATED
    assert send(maker, buyer, pid, "a-2").status == 400


def test_what_says_nothing_new_is_acknowledged_once_more(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    maker.publish()
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))
    pid = negotiating.request_offer(buyer.exchange, wanted).pid
    drain(maker, buyer)
    before = record(buyer, pid)
    assert before.state is NegotiationState.FINALIZED
    event = {"@id": "urn:uuid:new", "@type": "ContractNegotiationEventMessage", "eventType": "FINALIZED"}
    assert post(maker, buyer, pid, "events", event).status == 200
    assert record(buyer, pid) == before


@pytest.mark.parametrize(("changed", "status"), [({}, 201), ({"callbackAddress": "https://other.example/dsp"}, 400)])
def test_a_request_that_is_made_anew_begins_nothing_anew(
    two: tuple[Company, Company], changed: dict[str, str], status: int
) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    body = {
        "@type": "ContractRequestMessage",
        "consumerPid": "c-1",
        "callbackAddress": buyer.base,
        "offer": OFFER | {"@type": "Offer", "target": "dataset-1"},
    }

    def ask(**members: str) -> ProtocolResponse:
        request = ProtocolRequest(
            method="POST",
            path="/dsp/2025-1/negotiations/request",
            headers={"authorization": buyer.did},
            body=json.dumps(body | members).encode(),
        )
        return handle(maker.exchange, request)

    first, second = ask(**{"@id": "m-1"}), ask(**{"@id": "m-2"} | changed)
    assert first.status == 201
    assert second.status == status
    with maker.database.reading() as tx:
        assert len(negotiations.listing(tx)) == 1
