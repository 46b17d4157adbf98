"""The companies that a person enters."""

import pytest

from genba.app.exchange.partnering import add_partner, list_partners, set_blocked
from genba.errors import InvalidInput, NotFound
from genba.model.exchange import Partner
from genba.storage.exchange import log
from tests.exchange_companies import Clock, Company, Line

BUYER = "did:web:buyer.example"


@pytest.fixture
def maker() -> Company:
    return Company("maker", Line(), Clock())


def test_a_blocked_partner_that_is_entered_anew_stays_blocked(maker: Company) -> None:
    add_partner(maker.exchange, Partner(id=BUYER, name="buyer"))
    set_blocked(maker.exchange, BUYER, blocked=True)
    add_partner(maker.exchange, Partner(id=BUYER, name="renamed"))
    assert list_partners(maker.exchange) == (Partner(id=BUYER, name="renamed", blocked=True),)
    set_blocked(maker.exchange, BUYER, blocked=False)
    assert not list_partners(maker.exchange)[0].blocked
    with maker.database.reading() as tx:
        kinds = [entry.kind for entry in log.entries(tx)]
    assert kinds == ["partner entered", "partner blocked", "partner entered", "partner unblocked"]


def test_all_partners_are_listed_however_many(maker: Company) -> None:
    for number in range(205):
        add_partner(maker.exchange, Partner(id=f"{BUYER}:{number:03}"))
    assert [partner.id for partner in list_partners(maker.exchange)] == [f"{BUYER}:{n:03}" for n in range(205)]


@pytest.mark.parametrize(
    "wrong",
    [
        Partner(id="buyer"),
        Partner(id=BUYER, address="ftp://buyer.example"),
        Partner(id=BUYER, corporate_number="8000012050002"),
    ],
)
def test_what_cannot_be_a_partner_is_not_entered(maker: Company, wrong: Partner) -> None:
    with pytest.raises(InvalidInput):
        add_partner(maker.exchange, wrong)
    assert list_partners(maker.exchange) == ()


def test_nobody_is_blocked_who_is_not_known(maker: Company) -> None:
    with pytest.raises(NotFound):
        set_blocked(maker.exchange, BUYER, blocked=True)
