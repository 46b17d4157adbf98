"""Messages reach the other side whatever breaks: the line, the answer, or the process between any two writes."""

import json
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.app.exchange import negotiating, transferring
from genba.app.exchange.dispatch import Dispatcher, Pace
from genba.app.exchange.negotiating import OfferRequest
from genba.model.exchange import NegotiationState, TransferState
from genba.ports.database import Database, Row, Transaction
from genba.ports.exchange import Answer
from genba.storage.exchange import agreements, log, negotiations, outbox, transfers
from tests.exchange_companies import OFFER, Clock, Company, Line, UnsafeSigner, drain, new_database


class Killed(BaseException):
    """The process died here."""


class Dying:
    """A database whose process dies at a given statement or commit, the way kill -9 does: what was open is gone."""

    def __init__(self, database: Database, line: Line) -> None:
        self._database = database
        self._line = line
        self.left = -1  # steps to live; below zero for ever

    def step(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1 if self.left > 0 else 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._database.transaction() as tx:
            yield _Counted(tx, self)
            self.step()  # before the commit
        self.step()  # after it

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self._database.reading() as tx:
            yield tx

    def close(self) -> None:
        self._database.close()


class _Counted:
    def __init__(self, tx: Transaction, dying: Dying) -> None:
        self._tx = tx
        self._dying = dying
        self.holding = tx.holding

    def execute(self, sql: str, /, **parameters: object) -> list[Row]:
        self._dying.step()
        return self._tx.execute(sql, **parameters)

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        self._dying.step()
        self._tx.execute_many(sql, rows)


def wanted(maker: Company) -> OfferRequest:
    return OfferRequest(partner=maker.did, address=maker.base, dataset="dataset-1", offer=json.dumps(OFFER))


def live(company: Company) -> None:
    """Deliver once; a death on either side of the line ends only this attempt."""
    try:
        company.deliver()
    except Killed:
        for database in DATABASES:
            database.left = -1


DATABASES: list[Dying] = []


def world() -> tuple[Company, Company, Clock]:
    line, clock = Line(), Clock()
    DATABASES[:] = [Dying(new_database(), line), Dying(new_database(), line)]
    maker = Company("maker", line, clock, database=DATABASES[0])
    buyer = Company("buyer", line, clock, database=DATABASES[1])
    maker.publish()
    return maker, buyer, clock


def check_agreement(maker: Company, buyer: Company) -> None:
    with maker.database.reading() as mine, buyer.database.reading() as theirs:
        (given,), (taken,) = agreements.listing(mine), agreements.listing(theirs)
        assert given.id == taken.id and given.policy == taken.policy and given.final and taken.final
        (one,), (other,) = negotiations.listing(mine), negotiations.listing(theirs)
        assert one.state is other.state is NegotiationState.FINALIZED
        (flow,) = transfers.listing(mine, maker.exchange.vault)
        (counterpart,) = transfers.listing(theirs, buyer.exchange.vault)
        assert flow.state is counterpart.state is TransferState.STARTED
        assert outbox.size(mine) == outbox.size(theirs) == 0
        for company, tx in ((maker, mine), (buyer, theirs)):
            entries = list(log.entries(tx))
            assert not log.verify(entries, UnsafeSigner(), signer=company.did)
            states = [json.loads(entry.body).get("state") for entry in entries if entry.kind == "negotiation"]
            assert sorted(states) == ["AGREED", "FINALIZED", "REQUESTED", "VERIFIED"]


def play(seed: int) -> None:
    """One schedule: messages are lost, answers are lost, and processes die between any two writes, for a while."""
    chance = random.Random(seed)
    maker, buyer, clock = world()
    begun: list[str] = []
    asked: list[str] = []

    def trouble(method: str, url: str) -> str:
        return chance.choices(["", "lost", "deaf"], [6, 2, 2])[0]

    maker.line.fault = trouble
    for turn in range(120):
        if turn == 60:
            maker.line.fault = lambda method, url: ""
        for database in DATABASES:
            database.left = chance.randrange(40) if turn < 60 and chance.random() < 0.3 else -1
        try:
            if not begun:
                begun.append(negotiating.request_offer(buyer.exchange, wanted(maker)).pid)
            with buyer.database.reading() as tx:
                final = [agreement.id for agreement in agreements.listing(tx) if agreement.final]
            if final and not asked:
                asked.append(transferring.request_transfer(buyer.exchange, final[0], address=maker.base).pid)
        except Killed:
            for database in DATABASES:
                database.left = -1
            with buyer.database.reading() as tx:  # whoever asked looks whether it was heard
                begun[:] = [found.pid for found in negotiations.listing(tx)]
                asked[:] = [found.pid for found in transfers.listing(tx, buyer.exchange.vault)]
        for company in chance.sample([maker, buyer], 2):
            live(company)
        clock.move(seconds=chance.choice([0, 1, 20, 40, 700]) if turn < 60 else 700)
    for database in DATABASES:
        database.left = -1
    drain(maker, buyer)
    check_agreement(maker, buyer)


@pytest.mark.parametrize("seed", range(40))
def test_both_sides_end_alike_whatever_is_lost_and_whoever_dies(seed: int) -> None:
    play(seed)


@given(attempts=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_the_time_between_tries_grows_and_is_bounded(attempts: int, chance: float) -> None:
    pace = Pace(jitter=lambda: chance)
    assert pace.first_s / 2 <= pace.wait_s(attempts) <= pace.most_s
    assert pace.wait_s(attempts) <= pace.wait_s(attempts + 1)


def test_a_message_that_somebody_is_sending_is_not_sent_by_another() -> None:
    maker, buyer, clock = world()
    negotiating.request_offer(buyer.exchange, wanted(maker))
    with buyer.database.transaction() as tx:
        now = clock.now()
        assert len(outbox.take_due(tx, now, lease_until=now + timedelta(seconds=30), limit=5)) == 1
    assert buyer.deliver() == 0
    clock.move(seconds=31)
    assert buyer.deliver() == 1


def test_the_dispatcher_sends_what_a_change_puts_into_the_outbox() -> None:
    line, clock = Line(), Clock()
    maker, buyer = Company("maker", line, clock), Company("buyer", line, clock)
    maker.publish()
    dispatchers = [Dispatcher(company.exchange, threads=2, poll_s=0.05) for company in (maker, buyer)]
    maker.exchange, buyer.exchange = (dispatcher.exchange for dispatcher in dispatchers)
    for dispatcher in dispatchers:
        dispatcher.start()
    try:
        pids = [negotiating.request_offer(buyer.exchange, wanted(maker)).pid for _ in range(20)]
        states: set[object] = set()
        for _ in range(400):
            with buyer.database.reading() as tx:
                states = {found.state for pid in pids if (found := negotiations.load(tx, pid)) is not None}
            if states == {NegotiationState.FINALIZED}:
                break
            time.sleep(0.02)
        assert states == {NegotiationState.FINALIZED}
    finally:
        for dispatcher in dispatchers:
            dispatcher.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("genba-dispatch")]


def test_a_silent_partner_does_not_hold_up_the_others() -> None:
    line, clock = Line(), Clock()
    maker, buyer = Company("maker", line, clock), Company("buyer", line, clock)
    maker.publish()
    tried: list[str] = []

    def silent(method: str, url: str) -> str:
        if "gone.example" in url:
            tried.append(url)
            time.sleep(0.2)
            return "lost"
        return ""

    line.fault = silent
    dispatchers = [Dispatcher(company.exchange, threads=2, poll_s=0.05) for company in (maker, buyer)]
    maker.exchange, buyer.exchange = (dispatcher.exchange for dispatcher in dispatchers)
    gone = OfferRequest(
        partner="did:web:gone.example", address="https://gone.example", dataset="d", offer=json.dumps(OFFER)
    )
    for dispatcher in dispatchers:
        dispatcher.start()
    try:
        for _ in range(50):
            negotiating.request_offer(buyer.exchange, gone)
        pid = negotiating.request_offer(buyer.exchange, wanted(maker)).pid
        state: object = None
        for _ in range(100):
            with buyer.database.reading() as tx:
                found = negotiations.load(tx, pid)
            state = found.state if found else None
            if state is NegotiationState.FINALIZED:
                break
            time.sleep(0.02)
        assert state is NegotiationState.FINALIZED
        assert len(tried) < 15
    finally:
        for dispatcher in dispatchers:
            dispatcher.stop()


@pytest.mark.parametrize(("said", "waits_s"), [("120", 120), ("99999", 600), ("0", 0.5), ("-5", 0.5), ("soon", 0.5)])
def test_a_message_waits_as_long_as_the_other_side_asks_but_not_for_ever(said: str, waits_s: float) -> None:
    maker, buyer, _ = world()

    def busy(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        return Answer(status=503, headers={"retry-after": said}, body=b"")

    buyer.line.request = busy  # type: ignore[method-assign]
    negotiating.request_offer(buyer.exchange, wanted(maker))
    assert buyer.deliver() == 1
    with buyer.database.reading() as tx:
        assert outbox.next_due(tx) == buyer.clock.now() + timedelta(seconds=waits_s)
