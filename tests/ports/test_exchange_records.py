"""What the exchange remembers of negotiations, transfers, agreements, messages, partners and notices."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from genba.errors import Conflict, Denied, NotFound
from genba.model.exchange import (
    Agreement,
    Negotiation,
    NegotiationState,
    Notice,
    Outgoing,
    Partner,
    Role,
    Transfer,
    TransferState,
)
from genba.storage.exchange import agreements, inbox, negotiations, notices, outbox, partners, replay, transfers
from tests.ports.keys import LabelledVault

NOW = datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
VAULT = LabelledVault()


def negotiation(number=1, **changed):
    return replace(
        Negotiation(
            provider_pid=f"urn:p{number}",
            consumer_pid=f"urn:c{number}",
            role=Role.PROVIDER,
            state=NegotiationState.REQUESTED,
            partner="did:web:partner.example",
            address="https://partner.example/dsp",
            dataset="urn:d",
            offer='{"@id": "o", "名": "前"}',
            changed_at=NOW + number * SECOND,
        ),
        **changed,
    )


def transfer(number=1, **changed):
    return replace(
        Transfer(
            provider_pid=f"urn:p{number}",
            consumer_pid=f"urn:c{number}",
            role=Role.CONSUMER,
            state=None,
            partner="did:web:partner.example",
            address="https://partner.example/dsp",
            agreement_id="urn:a",
            format="HttpData-PULL",
            data_address='{"token": "秘密-geheim"}',
            changed_at=NOW + number * SECOND,
        ),
        **changed,
    )


def message(id, process="urn:p1", due=NOW):
    return Outgoing(
        id=id, process=process, kind="negotiation", message="M", partner="did:x", url="u", body=b"{}", due_at=due
    )


def test_a_negotiation_comes_back_as_it_was(database):
    one = negotiation(waiting="exchange.asks", reason="理由", agreement="{}", agreement_id="urn:a")
    with database.transaction() as tx:
        negotiations.add(tx, one)
        assert negotiations.load(tx, "urn:p1") == one
        assert negotiations.load(tx, "urn:c1") is None
        assert negotiations.by_peer(tx, Role.PROVIDER, "urn:c1", one.partner) == one


def test_a_negotiation_is_not_found_by_another_partner_or_in_another_role(database):
    with database.transaction() as tx:
        negotiations.add(tx, negotiation())
        assert negotiations.by_peer(tx, Role.PROVIDER, "urn:c1", "did:web:stranger.example") is None
        assert negotiations.by_peer(tx, Role.CONSUMER, "urn:p1", "did:web:partner.example") is None


def test_only_who_has_read_the_last_version_may_save(database):
    with database.transaction() as tx:
        first = negotiations.add(tx, negotiation())
        second = negotiations.save(tx, replace(first, state=NegotiationState.AGREED))
        assert second.version == first.version + 1
        assert negotiations.load(tx, first.pid) == second
        with pytest.raises(Conflict, match=r"exchange\.stale"):
            negotiations.save(tx, replace(first, state=NegotiationState.TERMINATED))
        assert negotiations.load(tx, first.pid) == second


def test_of_several_who_save_at_once_exactly_one_succeeds(open_again):
    databases = [open_again(), open_again()]
    with databases[0].transaction() as tx:
        read = negotiations.add(tx, negotiation())
    barrier = threading.Barrier(4)

    def save(number):
        barrier.wait(20)
        try:
            with databases[number % 2].transaction() as tx:
                negotiations.save(tx, replace(read, reason=str(number)))
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(save, range(4))) == 1


def test_negotiations_are_listed_from_the_newest_page_by_page(database):
    with database.transaction() as tx:
        for number in range(1, 6):
            negotiations.add(tx, negotiation(number, waiting="exchange.asks" if number % 2 else ""))
        first = negotiations.listing(tx, limit=2)
        second = negotiations.listing(tx, limit=2, after=first[-1].pid)
        waiting = negotiations.listing(tx, waiting=True)
        assert [one.pid for one in first + second] == ["urn:p5", "urn:p4", "urn:p3", "urn:p2"]
        assert [one.pid for one in waiting] == ["urn:p5", "urn:p3", "urn:p1"]
        assert len(negotiations.listing(tx, waiting=False)) == 2
        assert negotiations.listing(tx, state=NegotiationState.FINALIZED) == ()


def test_a_transfers_secret_lies_sealed_and_comes_back(database):
    with database.transaction() as tx:
        transfers.add(tx, transfer(), VAULT)
        assert transfers.load(tx, "urn:c1", VAULT) == transfer()
        ((stored,),) = tx.execute("SELECT data_address FROM transfers")
    assert stored.startswith("sealed:")
    assert "geheim" not in stored


def test_a_sealed_secret_does_not_open_in_another_row(database):
    with database.transaction() as tx:
        transfers.add(tx, transfer(1), VAULT)
        transfers.add(tx, transfer(2, data_address=""), VAULT)
        assert transfers.load(tx, "urn:c2", VAULT).data_address == ""
        tx.execute(
            "UPDATE transfers SET data_address = (SELECT data_address FROM transfers WHERE pid = 'urn:c1') "
            "WHERE pid = 'urn:c2'"
        )
        with pytest.raises(Denied):
            transfers.load(tx, "urn:c2", VAULT)


def test_transfers_are_saved_by_version_and_listed_by_agreement_and_state(database):
    with database.transaction() as tx:
        one = transfers.add(tx, transfer(), VAULT)
        two = transfers.save(tx, replace(one, state=TransferState.STARTED), VAULT)
        assert transfers.by_peer(tx, Role.CONSUMER, "urn:p1", one.partner, VAULT) == two
        with pytest.raises(Conflict, match=r"exchange\.stale"):
            transfers.save(tx, one, VAULT)
        assert transfers.listing(tx, VAULT, agreement="urn:a", state=TransferState.STARTED) == (two,)
        assert transfers.listing(tx, VAULT, agreement="urn:b") == ()


def agreement(number=1, **changed):
    return replace(
        Agreement(
            id=f"urn:a{number}",
            role=Role.PROVIDER,
            dataset="urn:d",
            assigner="did:us",
            assignee="did:them",
            policy="{}",
            agreed_at=NOW + number * SECOND,
        ),
        **changed,
    )


def test_a_withdrawal_is_never_taken_back(database):
    withdrawn = agreement(final=True, withdrawn_at=NOW, withdrawn_because="契約違反")
    with database.transaction() as tx:
        agreements.add(tx, agreement())
        agreements.save(tx, withdrawn)
        agreements.save(tx, agreement(final=True))
        assert agreements.load(tx, "urn:a1") == withdrawn
        with pytest.raises(NotFound):
            agreements.save(tx, agreement(2))


def test_agreements_are_listed_by_whether_they_are_in_force(database):
    with database.transaction() as tx:
        agreements.add(tx, agreement(1, final=True))
        agreements.add(tx, agreement(2))
        agreements.add(tx, agreement(3, final=True, withdrawn_at=NOW))
        assert [one.id for one in agreements.listing(tx, in_force=True)] == ["urn:a1"]
        assert [one.id for one in agreements.listing(tx, in_force=False)] == ["urn:a3", "urn:a2"]
        assert [one.id for one in agreements.listing(tx, role=Role.PROVIDER, dataset="urn:d", limit=1)] == ["urn:a3"]
        assert agreements.listing(tx, role=Role.CONSUMER) == ()


def test_messages_of_a_process_go_out_one_after_the_other(database):
    with database.transaction() as tx:
        for id in ("m1", "m2", "m3"):
            outbox.put(tx, message(id))
        outbox.put(tx, message("other", "urn:p2"))
        taken = outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=9)
        assert sorted(one.id for one in taken) == ["m1", "other"]
        assert outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=9) == ()
        assert outbox.done(tx, "m1")
        assert not outbox.done(tx, "m1")
        assert [one.id for one in outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=9)] == ["m2"]
        assert outbox.pending(tx, "urn:p1").id == "m2"


def test_a_message_whose_lease_ended_is_due_again(database):
    with database.transaction() as tx:
        outbox.put(tx, message("m1"))
        outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=1)
        (again,) = outbox.take_due(tx, NOW + SECOND, lease_until=NOW + 9 * SECOND, limit=1)
        assert (again.id, again.body, again.attempts) == ("m1", b"{}", 0)


def test_a_failed_message_waits_and_tells_why(database):
    with database.transaction() as tx:
        outbox.put(tx, message("m1"))
        outbox.retry(tx, "m1", NOW + SECOND, "connector.no_answer")
        assert outbox.next_due(tx) == NOW + SECOND
        assert outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=1) == ()
        found = outbox.pending(tx, "urn:p1")
        assert (found.attempts, found.failure) == (1, "connector.no_answer")
        outbox.drop(tx, "urn:p1")
        assert outbox.pending(tx, "urn:p1") is None
        assert (outbox.size(tx), outbox.next_due(tx)) == (0, None)


def test_several_servers_never_lease_the_same_message(open_again):
    databases = [open_again(), open_again()]
    with databases[0].transaction() as tx:
        for number in range(40):
            outbox.put(tx, message(f"m{number}", f"urn:p{number}"))
    barrier = threading.Barrier(4)

    def take(number):
        barrier.wait(20)
        found = []
        for _ in range(8):
            with databases[number % 2].transaction() as tx:
                found += [one.id for one in outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=4)]
        return found

    with ThreadPoolExecutor(4) as pool:
        taken = [id for found in pool.map(take, range(4)) for id in found]
    assert len(taken) == len(set(taken))
    with databases[0].transaction() as tx:
        rest = outbox.take_due(tx, NOW, lease_until=NOW + SECOND, limit=99)
    assert len(taken) + len(rest) == 40


def test_a_repeated_message_gets_the_same_answer_from_its_sender_only(database):
    with database.transaction() as tx:
        inbox.remember(tx, "did:x", "urn:p1", "ab", status=201, body=b"{}", expires=NOW)
        found = inbox.answer(tx, "did:x", "urn:p1", "ab")
        assert (found.status, found.body) == (201, b"{}")
        for other in (("did:y", "urn:p1", "ab"), ("did:x", "urn:p2", "ab"), ("did:x", "urn:p1", "cd")):
            assert inbox.answer(tx, *other) is None
        inbox.purge(tx, NOW)
        assert inbox.answer(tx, "did:x", "urn:p1", "ab")
        inbox.purge(tx, NOW + SECOND)
        assert inbox.answer(tx, "did:x", "urn:p1", "ab") is None


def test_a_token_counts_once_until_it_expires(database):
    with database.transaction() as tx:
        assert replay.first_time(tx, "did:x", "j", NOW)
        assert not replay.first_time(tx, "did:x", "j", NOW + SECOND)
        assert replay.first_time(tx, "did:y", "j", NOW)
        replay.purge(tx, NOW + SECOND)
        assert replay.first_time(tx, "did:x", "j", NOW)


def test_of_one_token_sent_at_once_to_two_servers_one_is_the_first(open_again):
    databases = [open_again(), open_again()]
    barrier = threading.Barrier(4)

    def ask(number):
        barrier.wait(20)
        with databases[number % 2].transaction() as tx:
            return replay.first_time(tx, "did:x", "j", NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == 1


def test_partners_are_entered_changed_blocked_and_listed(database):
    one = Partner(id="did:a", name="甲社", address="https://a.example", groups=("仕入先", "b"), corporate_number="1")
    with database.transaction() as tx:
        partners.put(tx, Partner(id="did:a"))
        partners.put(tx, one)
        partners.put(tx, Partner(id="did:b"))
        partners.block(tx, "did:b")
        assert partners.load(tx, "did:a") == one
        assert partners.load(tx, "did:b").blocked
        assert [found.id for found in partners.listing(tx, limit=1, after="did:a")] == ["did:b"]
        with pytest.raises(NotFound):
            partners.block(tx, "did:c")


def test_notices_wait_until_they_are_done(database):
    with database.transaction() as tx:
        for number in range(3):
            at = NOW + number * SECOND
            notices.put(tx, Notice(id=f"n{number}", at=at, code="exchange.asks", details={"a": "あ"}, subject="urn:p"))
        assert notices.done(tx, "n1", NOW)
        assert not notices.done(tx, "n1", NOW)
        assert [one.id for one in notices.listing(tx)] == ["n2", "n0"]
        assert [one.id for one in notices.listing(tx, is_open=None, limit=2)] == ["n2", "n1"]
        assert [one.done_at for one in notices.listing(tx, is_open=False)] == [NOW]
        assert notices.listing(tx)[0].details == {"a": "あ"}
        notices.done_for(tx, "urn:p", NOW)
        assert notices.listing(tx, subject="urn:p") == ()


def test_whoever_holds_a_process_lets_others_wait_instead_of_fail(open_again):
    first, second = open_again(), open_again()
    with first.transaction() as tx:
        negotiations.add(tx, negotiation(reason=""))
    barrier = threading.Barrier(2)

    def change(database):
        barrier.wait(10)
        for _ in range(10):
            with database.transaction() as tx:
                found = negotiations.load(tx, "urn:p1", hold=True)
                negotiations.save(tx, replace(found, reason=found.reason + "x"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, (first, second)))
    with first.reading() as tx:
        assert negotiations.load(tx, "urn:p1", hold=True).reason == 20 * "x"
