"""A partner that says anew what arrived before, as Eclipse EDC does when our next message overtakes it."""

import json

import pytest

from genba.app.exchange import negotiating, transferring
from genba.app.exchange.inbound import handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.protocol import ProtocolRequest, ProtocolResponse
from genba.dsp.data_address import DataAddress, write_data_address
from genba.model.exchange import Negotiation, NegotiationState, Transfer, TransferState
from genba.storage.exchange import agreements, log, negotiations, transfers
from tests.exchange_companies import OFFER, Company, drain


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


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 201),
        ({"callbackAddress": "https://other.example/dsp"}, 400),
        ({"offer": OFFER | {"@type": "Offer", "target": "dataset-1", "permission": [{"action": "use"}]}}, 400),
    ],
)
def test_a_request_that_is_made_anew_begins_nothing_anew(
    two: tuple[Company, Company], changed: dict[str, object], status: int
) -> None:
    maker, buyer = two
    maker.publish(rule="person")
    body = {
        "@type": "ContractRequestMessage",
        "consumerPid": "c-1",
        "callbackAddress": buyer.base,
        "offer": OFFER | {"@type": "Offer", "target": "dataset-1"},
    }

    def ask(members: dict[str, object]) -> ProtocolResponse:
        request = ProtocolRequest(
            method="POST",
            path="/dsp/2025-1/negotiations/request",
            headers={"authorization": buyer.did},
            body=json.dumps(body | members).encode(),
        )
        return handle(maker.exchange, request)

    first, second = ask({"@id": "m-1"}), ask({"@id": "m-2", **changed})
    assert first.status == 201
    assert second.status == status
    with maker.database.reading() as tx:
        assert len(negotiations.listing(tx)) == 1


FINALIZED = {"@type": "ContractNegotiationEventMessage", "eventType": "FINALIZED"}
ACCEPTED = {"@type": "ContractNegotiationEventMessage", "eventType": "ACCEPTED"}
VERIFIED = {"@type": "ContractAgreementVerificationMessage"}
ENDED = {"@type": "ContractNegotiationTerminationMessage", "code": "later", "reason": ["other words"]}


def told(to: Company, sender: str, path: str, message: dict[str, object]) -> ProtocolResponse:
    """Say something anew to a company about the one process that it has: in other bytes, with another id."""
    area = path.split("/")[0]
    found = one(to) if area == "negotiations" else flow(to)
    body = {"@id": "urn:uuid:anew", **message, "providerPid": found.provider_pid, "consumerPid": found.consumer_pid}
    request = ProtocolRequest(
        method="POST",
        path=f"/dsp/2025-1/{area}/{found.pid}/{path.removeprefix(area + '/')}",
        headers={"authorization": sender},
        body=json.dumps(body).encode(),
    )
    return handle(to.exchange, request)


def one(company: Company) -> Negotiation:
    with company.database.reading() as tx:
        (found,) = negotiations.listing(tx)
    return found


def flow(company: Company) -> Transfer:
    with company.database.reading() as tx:
        (found,) = transfers.listing(tx, company.exchange.vault)
    return found


def links(company: Company) -> int:
    with company.database.reading() as tx:
        return len(list(log.entries(tx)))


def counter_offered(maker: Company, buyer: Company) -> None:
    """Let the buyer accept a counter-offer; the maker's agreement is on its way."""
    maker.publish(rule="person")
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))
    negotiating.request_offer(buyer.exchange, wanted)
    drain(maker, buyer)
    negotiating.counter(maker.exchange, one(maker).pid, json.dumps(OFFER | {"@id": "offer-2"}))
    maker.deliver()  # the buyer accepts by itself what it asked for
    buyer.deliver()


def test_an_acceptance_that_is_said_anew_is_acknowledged_and_changes_nothing(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    counter_offered(maker, buyer)
    assert one(maker).state is NegotiationState.ACCEPTED
    before, known = one(maker), links(maker)
    assert told(maker, buyer.did, "negotiations/events", ACCEPTED).status == 200
    assert (one(maker), links(maker)) == (before, known)


def test_an_acceptance_of_what_was_never_offered_is_refused(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    agreed_by_person(maker, buyer)
    assert one(maker).state is NegotiationState.REQUESTED
    assert told(maker, buyer.did, "negotiations/events", ACCEPTED).status == 400


def agreed_by_person(maker: Company, buyer: Company) -> None:
    maker.publish(rule="person")
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))
    negotiating.request_offer(buyer.exchange, wanted)
    drain(maker, buyer)


def final(maker: Company, buyer: Company) -> None:
    maker.publish()
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))
    negotiating.request_offer(buyer.exchange, wanted)
    drain(maker, buyer)
    assert one(maker).state is one(buyer).state is NegotiationState.FINALIZED


def test_a_verification_that_is_said_anew_is_acknowledged_and_changes_nothing(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    final(maker, buyer)
    before, known = one(maker), links(maker)
    assert told(maker, buyer.did, "negotiations/agreement/verification", VERIFIED).status == 200
    assert (one(maker), links(maker)) == (before, known)


def test_a_termination_that_is_said_anew_keeps_the_first_reason(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    agreed_by_person(maker, buyer)
    negotiating.terminate(maker.exchange, one(maker).pid, reason="too late")
    drain(maker, buyer)
    for company, other in ((buyer, maker), (maker, buyer)):
        before, known = one(company), links(company)
        assert told(company, other.did, "negotiations/termination", ENDED).status == 200
        assert (one(company), links(company)) == (before, known)


def test_nothing_ends_a_final_negotiation(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    final(maker, buyer)
    assert told(buyer, maker.did, "negotiations/termination", ENDED).status == 400
    assert told(maker, buyer.did, "negotiations/termination", ENDED).status == 400
    assert one(maker).state is one(buyer).state is NegotiationState.FINALIZED


@pytest.mark.parametrize(("identifier", "status"), [("", 200), ("a-9", 400)])
def test_after_the_verification_only_the_agreement_that_was_verified_is_acknowledged(
    two: tuple[Company, Company], identifier: str, status: int
) -> None:
    maker, buyer = two
    final(maker, buyer)
    before, known = one(buyer), links(buyer)
    agreement = json.loads(before.agreement)
    agreement["@id"] = identifier or agreement["@id"]
    message = {"@type": "ContractAgreementMessage", "agreement": agreement}
    assert told(buyer, maker.did, "negotiations/agreement", message).status == status
    assert (one(buyer), links(buyer)) == (before, known)
    with buyer.database.reading() as tx:
        assert [kept.id for kept in agreements.listing(tx)] == [before.agreement_id]


@pytest.mark.parametrize(
    ("path", "message"),
    [("agreement/verification", VERIFIED), ("events", FINALIZED), ("events", ACCEPTED), ("termination", ENDED)],
)
def test_nobody_but_the_partner_is_acknowledged_anything(
    two: tuple[Company, Company], path: str, message: dict[str, object]
) -> None:
    maker, buyer = two
    final(maker, buyer)
    for company in two:
        assert told(company, "did:web:stranger.example", f"negotiations/{path}", message).status == 404


def flowing(maker: Company, buyer: Company) -> None:
    final(maker, buyer)
    transferring.request_transfer(buyer.exchange, one(buyer).agreement_id, address=maker.base)
    drain(maker, buyer)
    assert flow(buyer).state is TransferState.STARTED


def start(token: str) -> dict[str, object]:
    address = write_data_address(DataAddress(endpoint="https://maker.example/data/1/", authorization=token))
    return {"@type": "TransferStartMessage", "dataAddress": json.loads(address)}


def test_a_start_that_is_said_anew_brings_the_newer_address(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    flowing(maker, buyer)
    assert told(buyer, maker.did, "transfers/start", start("newer")).status == 200
    assert flow(buyer).state is TransferState.STARTED
    assert "newer" in flow(buyer).data_address


def test_a_consumer_can_neither_start_anew_nor_place_an_address(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    flowing(maker, buyer)
    before = flow(maker)
    assert told(maker, buyer.did, "transfers/start", start("mine")).status == 400
    assert flow(maker) == before


@pytest.mark.parametrize(("how", "path"), [("complete", "completion"), ("terminate", "termination")])
def test_an_end_that_is_said_anew_is_acknowledged_and_nothing_starts_again(
    two: tuple[Company, Company], how: str, path: str
) -> None:
    maker, buyer = two
    flowing(maker, buyer)
    if how == "complete":
        transferring.complete(buyer.exchange, flow(buyer).pid)
    else:
        transferring.terminate(buyer.exchange, flow(buyer).pid, reason="enough")
    drain(maker, buyer)
    message = {"@type": f"Transfer{path.capitalize()}Message"}
    for company, other in ((maker, buyer), (buyer, maker)):
        before, known = flow(company), links(company)
        assert told(company, other.did, f"transfers/{path}", message).status == 200
        assert told(company, "did:web:stranger.example", f"transfers/{path}", message).status == 404
        assert told(company, other.did, "transfers/start", start("late")).status == 400
        assert told(company, other.did, "transfers/suspension", {"@type": "TransferSuspensionMessage"}).status == 400
        assert (flow(company), links(company)) == (before, known)


def test_a_suspension_that_is_said_anew_is_acknowledged(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    flowing(maker, buyer)
    transferring.suspend(maker.exchange, flow(maker).pid, reason="maintenance")
    drain(maker, buyer)
    before = flow(buyer)
    assert told(buyer, maker.did, "transfers/suspension", {"@type": "TransferSuspensionMessage"}).status == 200
    assert flow(buyer) == before
