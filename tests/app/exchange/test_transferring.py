"""Transfers between two companies: started under what was agreed, ended when it no longer holds."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from genba.app.exchange import negotiating, sweeping, transferring
from genba.app.exchange.inbound import handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.protocol import ProtocolRequest
from genba.dsp.data_address import read_data_address
from genba.errors import Conflict, Denied, NotFound
from genba.model.credential import HeldCredential
from genba.model.exchange import SeenOffer, Transfer, TransferState
from genba.storage.exchange import agreements, credentials, log, outbox, seen, transfers
from tests.exchange_companies import BEGINNING, OFFER, Clock, Company, Line, drain

State = TransferState


@pytest.fixture
def agreed() -> tuple[Company, Company, str]:
    """Two companies with a final agreement."""
    line, clock = Line(), Clock()
    maker, buyer = Company("maker", line, clock), Company("buyer", line, clock)
    maker.publish()
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))
    negotiating.request_offer(buyer.exchange, wanted)
    drain(maker, buyer)
    with buyer.database.reading() as tx:
        (agreement,) = agreements.listing(tx)
    return maker, buyer, agreement.id


def only(company: Company) -> Transfer:
    with company.database.reading() as tx:
        (found,) = transfers.listing(tx, company.exchange.vault)
    return found


def has_access(maker: Company) -> bool:
    """Whether a token opens anything."""
    kept = only(maker).data_address
    return bool(kept and json.loads(kept)["token_sha256"])


def started(maker: Company, buyer: Company, agreement: str) -> str:
    transferring.request_transfer(buyer.exchange, agreement, address=maker.base)
    drain(maker, buyer)
    assert only(maker).state is only(buyer).state is State.STARTED
    return only(buyer).pid


def settle(maker: Company, buyer: Company) -> None:
    for _ in range(5):
        drain(maker, buyer)
        maker.clock.move(seconds=30)


def test_the_consumer_gets_an_address_and_the_provider_keeps_only_a_hash(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    started(maker, buyer, agreement)
    given = read_data_address(only(buyer).data_address)
    kept = only(maker).data_address
    assert given.endpoint == f"https://maker.example/data/{only(maker).pid}/"
    assert given.authorization.startswith("token-") and given.authorization not in kept
    assert json.loads(kept)["token_sha256"] == sha256(given.authorization.encode()).hexdigest()


def test_a_token_that_waits_to_be_sent_does_not_lie_open(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    transferring.request_transfer(buyer.exchange, agreement, address=maker.base)
    buyer.deliver()
    with maker.database.reading() as tx:
        pending = outbox.pending(tx, only(maker).pid)
        entries = list(log.entries(tx))
    assert pending is not None and b"token-" not in pending.body
    assert not any("token-" in entry.body for entry in entries)


@pytest.mark.parametrize("by", ["maker", "buyer"])
@pytest.mark.parametrize("how", ["complete", "terminate"])
def test_either_side_can_end_a_transfer_and_the_access_is_gone(
    agreed: tuple[Company, Company, str], by: str, how: str
) -> None:
    maker, buyer, agreement = agreed
    started(maker, buyer, agreement)
    side = maker if by == "maker" else buyer
    if how == "complete":
        transferring.complete(side.exchange, only(side).pid)
    else:
        transferring.terminate(side.exchange, only(side).pid, reason="enough")
        assert not has_access(maker) or by == "buyer"
    settle(maker, buyer)
    assert only(maker).state is only(buyer).state
    assert only(maker).state is (State.COMPLETED if how == "complete" else State.TERMINATED)
    assert not has_access(maker)


def test_a_suspended_transfer_goes_on_with_a_new_token(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    started(maker, buyer, agreement)
    before = only(buyer).data_address
    transferring.suspend(maker.exchange, only(maker).pid, reason="maintenance")
    assert not has_access(maker)
    settle(maker, buyer)
    assert only(buyer).state is State.SUSPENDED and only(buyer).reason == "maintenance"
    transferring.start(maker.exchange, only(maker).pid)
    settle(maker, buyer)
    assert only(buyer).state is State.STARTED and only(buyer).data_address != before


def test_a_consumer_that_rests_twice_is_heard_twice(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    pid = started(maker, buyer, agreement)
    for _ in range(2):
        transferring.suspend(buyer.exchange, pid, reason="later")
        settle(maker, buyer)
        assert only(maker).state is only(buyer).state is State.SUSPENDED
        transferring.start(buyer.exchange, pid)
        settle(maker, buyer)
        assert only(maker).state is only(buyer).state is State.STARTED
    assert has_access(maker)


@pytest.mark.parametrize(
    ("one", "other"), [("suspend", "complete"), ("suspend", "terminate"), ("complete", "terminate")]
)
def test_of_two_messages_that_cross_the_one_that_ends_more_counts_on_both_sides(
    agreed: tuple[Company, Company, str], one: str, other: str
) -> None:
    for first, second in ((0, 1), (1, 0)):
        maker, buyer, agreement = agreed
        with maker.database.transaction() as tx:
            tx.execute("DELETE FROM transfers")
        with buyer.database.transaction() as tx:
            tx.execute("DELETE FROM transfers")
        started(maker, buyer, agreement)
        sides = (maker, buyer)
        take(sides[first], one)
        take(sides[second], other)
        settle(maker, buyer)
        assert only(maker).state is only(buyer).state
        assert only(maker).state in (State.COMPLETED, State.TERMINATED)


def take(side: Company, step: str) -> None:
    pid = only(side).pid
    if step == "complete":
        transferring.complete(side.exchange, pid)
    else:
        getattr(transferring, step)(side.exchange, pid, reason="r")


def test_a_withdrawn_agreement_ends_its_transfers_and_starts_no_other(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    started(maker, buyer, agreement)
    withdrawn = transferring.withdraw(maker.exchange, agreement, "sold to others")
    assert withdrawn.withdrawn_at == maker.clock.time
    assert not has_access(maker)
    settle(maker, buyer)
    assert only(maker).state is only(buyer).state is State.TERMINATED
    assert only(buyer).reason == "sold to others"
    with pytest.raises(Denied, match=r"exchange\.agreement_withdrawn"):
        transferring.request_transfer(buyer.exchange, agreement, address=maker.base)
    with maker.database.reading() as tx:
        assert len(transfers.listing(tx, maker.exchange.vault)) == 1
        assert [entry.kind for entry in log.entries(tx)].count("withdrawn") == 1


def test_withdrawing_reaches_a_transfer_whose_start_is_on_its_way(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    transferring.request_transfer(buyer.exchange, agreement, address=maker.base)
    buyer.deliver()
    transferring.withdraw(maker.exchange, agreement, "changed our mind")
    settle(maker, buyer)
    assert only(maker).state is only(buyer).state is State.TERMINATED


def test_only_the_provider_can_withdraw(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    with pytest.raises(NotFound):
        transferring.withdraw(buyer.exchange, agreement, "x")
    with pytest.raises(NotFound):
        transferring.withdraw(maker.exchange, "nothing", "x")


def test_a_transfer_ends_when_the_time_of_its_terms_is_over(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    started(maker, buyer, agreement)
    assert sweeping.sweep(maker.exchange) == 0
    maker.clock.move(days=300)
    assert sweeping.sweep(maker.exchange) == 1
    settle(maker, buyer)
    assert only(maker).state is only(buyer).state is State.TERMINATED
    with pytest.raises(Denied):
        transferring.request_transfer(buyer.exchange, agreement, address=maker.base)


def test_nothing_is_started_under_an_agreement_that_is_not_final(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    with maker.database.transaction() as tx:
        found = agreements.load(tx, agreement)
        assert found is not None
        agreements.save(tx, replace(found, final=False))
    transferring.request_transfer(buyer.exchange, agreement, address=maker.base)
    settle(maker, buyer)
    with maker.database.reading() as tx:
        assert not transfers.listing(tx, maker.exchange.vault)


def test_an_agreement_of_somebody_else_does_not_exist(agreed: tuple[Company, Company, str]) -> None:
    maker, _, agreement = agreed
    body = {
        "@type": "TransferRequestMessage",
        "consumerPid": "urn:x:1",
        "agreementId": agreement,
        "format": "HttpData-PULL",
        "callbackAddress": "https://stranger.example",
    }
    answers = []
    for named in (agreement, "urn:maker:none"):
        request = ProtocolRequest(
            method="POST",
            path="/dsp/2025-1/transfers/request",
            headers={"authorization": "did:web:stranger.example"},
            body=json.dumps(body | {"agreementId": named}).encode(),
        )
        answers.append(handle(maker.exchange, request))
    assert answers[0] == answers[1]
    assert answers[0].status == 404


def test_an_ended_transfer_takes_no_further_step(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    pid = started(maker, buyer, agreement)
    transferring.complete(buyer.exchange, pid)
    settle(maker, buyer)
    for step in (transferring.start, transferring.complete):
        with pytest.raises(Conflict):
            step(maker.exchange, only(maker).pid)


def test_a_consumer_learns_of_a_withdrawal_when_it_asks_again(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, agreement = agreed
    transferring.withdraw(maker.exchange, agreement, "sold to others")
    transferring.request_transfer(buyer.exchange, agreement, address=maker.base)
    settle(maker, buyer)
    assert only(buyer).state is State.TERMINATED
    with buyer.database.reading() as tx:
        found = agreements.load(tx, agreement)
    assert found is not None and found.withdrawn_at is not None


def test_what_has_expired_is_forgotten(agreed: tuple[Company, Company, str]) -> None:
    maker, buyer, _ = agreed
    at = buyer.clock.now()
    with buyer.database.transaction() as tx:
        credentials.put(tx, held(ends=at + timedelta(days=1)), buyer.exchange.vault)
        credentials.put(tx, held(issuer="did:web:other.example"), buyer.exchange.vault)
        seen.remember(tx, (offer_of(maker, at),), at)
    for days, credential_count, offer_count in ((0, 2, 1), (2, 1, 1), (100, 1, 0)):
        buyer.clock.move(days=days)
        sweeping.sweep(buyer.exchange)
        with buyer.database.reading() as tx:
            assert len(credentials.listing(tx, buyer.exchange.vault)) == credential_count
            assert len(seen.find(tx, "offer-1")) == offer_count


def held(*, issuer: str = "did:web:issuer.example", ends: datetime | None = None) -> HeldCredential:
    return HeldCredential(
        id="c", issuer=issuer, types=("M",), profile="vc11-sl2021/jwt", token="t", received_at=BEGINNING, ends=ends
    )


def offer_of(maker: Company, at: datetime) -> SeenOffer:
    return SeenOffer(
        offer_id="offer-1", partner=maker.did, address=maker.base, dataset="dataset-1", policy="{}", seen_at=at
    )
