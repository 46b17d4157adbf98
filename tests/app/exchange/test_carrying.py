"""Negotiations by files: the same states, whatever is lost, read twice or read late."""

import json
import random
from pathlib import Path

import pytest

from genba.app.exchange import carrying, negotiating, transferring
from genba.app.exchange.carrying import read_parcel, write_parcel
from genba.app.exchange.negotiating import OfferRequest
from genba.errors import Denied, InvalidInput
from genba.model.exchange import Negotiation, NegotiationState, Partner, TransferState
from genba.storage.exchange import agreements, negotiations, outbox, partners, seen, transfers
from tests.exchange_companies import OFFER, Clock, Company, Line, drain


@pytest.fixture
def two() -> tuple[Company, Company]:
    line, clock = Line(), Clock()
    maker, buyer = Company("maker", line, clock), Company("buyer", line, clock)
    for company, other in ((maker, buyer), (buyer, maker)):
        with company.database.transaction() as tx:
            partners.put(tx, Partner(id=other.did))
    return maker, buyer


def only(company: Company) -> Negotiation:
    with company.database.reading() as tx:
        (found,) = negotiations.listing(tx)
    return found


def ask(maker: Company, buyer: Company) -> None:
    wanted = OfferRequest(partner=maker.did, address="file:", dataset="dataset-1", offer=json.dumps(OFFER))
    negotiating.request_offer(buyer.exchange, wanted)


def carry(giver: Company, taker: Company, folder: Path, *, with_catalog: bool = False) -> Path:
    out = folder / f"{giver.name}-{len(list(folder.iterdir()))}.json"
    write_parcel(giver.exchange, taker.did, out, with_catalog=with_catalog)
    return out


def test_a_negotiation_and_a_transfer_go_through_by_files_alone(two: tuple[Company, Company], tmp_path: Path) -> None:
    maker, buyer = two
    maker.publish()
    ask(maker, buyer)
    for _ in range(3):
        read_parcel(maker.exchange, carry(buyer, maker, tmp_path))
        read_parcel(buyer.exchange, carry(maker, buyer, tmp_path))
    assert only(maker).state is only(buyer).state is NegotiationState.FINALIZED
    with buyer.database.reading() as tx:
        (agreement,) = agreements.listing(tx)
    transferring.request_transfer(buyer.exchange, agreement.id, address="file:")
    for _ in range(2):
        read_parcel(maker.exchange, carry(buyer, maker, tmp_path))
        read_parcel(buyer.exchange, carry(maker, buyer, tmp_path))
    for company in two:
        with company.database.reading() as tx:
            (flow,) = transfers.listing(tx, company.exchange.vault)
            assert flow.state is TransferState.STARTED
    assert not maker.line.sent


def test_what_travels_by_file_is_never_sent_over_the_network(two: tuple[Company, Company]) -> None:
    maker, buyer = two
    ask(maker, buyer)
    drain(maker, buyer)
    assert not maker.line.sent


def test_offers_can_be_carried_and_asked_for(two: tuple[Company, Company], tmp_path: Path) -> None:
    maker, buyer = two
    maker.publish()
    assert read_parcel(buyer.exchange, carry(maker, buyer, tmp_path, with_catalog=True)).offers == 1
    with buyer.database.reading() as tx:
        (offer,) = seen.find(tx, "offer-1")
    assert (offer.partner, offer.address, offer.dataset) == (maker.did, "file:", "dataset-1")


@pytest.mark.parametrize("seed", range(15))
def test_parcels_that_are_lost_read_twice_or_read_late_do_no_harm(
    two: tuple[Company, Company], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    maker, buyer = two
    maker.publish()
    ask(maker, buyer)
    made: dict[str, list[Path]] = {"maker": [], "buyer": []}
    for turn in range(40):
        giver, taker = chance.choice([(maker, buyer), (buyer, maker)]) if turn < 28 else two if turn % 2 else two[::-1]
        made[giver.name].append(carry(giver, taker, tmp_path))
        if turn >= 28:
            read_parcel(taker.exchange, made[giver.name][-1])
        else:
            for parcel in chance.choices(made[giver.name], k=chance.randrange(3)):
                read_parcel(taker.exchange, parcel)
    assert only(maker).state is only(buyer).state is NegotiationState.FINALIZED
    for company in two:
        with company.database.reading() as tx:
            assert len(agreements.listing(tx)) == 1
            assert not [found for found in outbox.carried(tx, maker.did, limit=9) if found.message != "answer"]


def test_a_refusal_comes_back_with_the_next_parcel(two: tuple[Company, Company], tmp_path: Path) -> None:
    maker, buyer = two
    ask(maker, buyer)  # nothing is published
    read_parcel(maker.exchange, carry(buyer, maker, tmp_path))
    read_parcel(buyer.exchange, carry(maker, buyer, tmp_path))
    assert only(buyer).state is NegotiationState.TERMINATED


def test_a_parcel_for_somebody_else_or_changed_on_its_way_takes_no_effect(
    two: tuple[Company, Company], tmp_path: Path
) -> None:
    maker, buyer = two
    maker.publish()
    ask(maker, buyer)
    parcel = carry(buyer, maker, tmp_path)
    stranger = Company("stranger", maker.line, maker.clock)
    with pytest.raises(Denied):
        read_parcel(stranger.exchange, parcel)
    content = json.loads(parcel.read_bytes())
    token = content["items"][0]
    for changed in (
        {**content, "items": [token[:20] + ("0" if token[20] != "0" else "1") + token[21:]]},
        {**content, "receiver": stranger.did},
        {**content, "items": [token.replace(carrying.TYPE, "other")]},
    ):
        parcel.write_text(json.dumps(changed))
        with pytest.raises((Denied, InvalidInput)):
            read_parcel(maker.exchange, parcel)
    with maker.database.reading() as tx:
        assert not negotiations.listing(tx)


@pytest.mark.parametrize("with_catalog", [False, True])
def test_a_parcel_of_somebody_nobody_has_entered_or_who_is_blocked_takes_no_effect(
    two: tuple[Company, Company], tmp_path: Path, with_catalog: bool
) -> None:
    maker, buyer = two
    maker.publish()
    buyer.publish()
    ask(maker, buyer)
    parcel = carry(buyer, maker, tmp_path, with_catalog=with_catalog)
    with maker.database.transaction() as tx:
        partners.block(tx, buyer.did)
    with pytest.raises(Denied, match=r"trust\.partner_blocked"):
        read_parcel(maker.exchange, parcel)
    with maker.database.transaction() as tx:
        tx.execute("DELETE FROM partners")
    with pytest.raises(Denied, match=r"trust\.partner_unknown"):
        read_parcel(maker.exchange, parcel)
    with maker.database.reading() as tx:
        assert not negotiations.listing(tx)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"format": "genba-parcel/1.0"}'])
def test_another_file_is_no_parcel(two: tuple[Company, Company], tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(data)
    with pytest.raises(InvalidInput):
        read_parcel(two[0].exchange, file)
    with pytest.raises(InvalidInput):
        read_parcel(two[0].exchange, tmp_path / "none.json")
