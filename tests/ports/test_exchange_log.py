"""The log is one chain: what was changed, removed, moved, inserted or cut off is found."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.storage.exchange import log
from genba.storage.exchange.log import Anchor, link_hash, verify
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite
from tests.ports.keys import NamedSigner

NOW = datetime(2026, 11, 22, 7, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
US = NamedSigner()


def filled(database, count=6):
    with database.transaction() as tx:
        for number in range(count):
            log.append(
                tx,
                US,
                at=NOW + number * SECOND,
                kind="receipt" if number % 2 else "pull.begun",
                agreement=f"urn:a{number % 3}",
                partner="did:甲",
                body={"b": number, "a": "現場"},
            )
    with database.reading() as tx:
        return list(log.entries(tx))


def codes(links, *anchors):
    return [found.code.removeprefix("exchange_store.") for found in verify(links, US, signer=US.name, anchors=anchors)]


def test_links_come_back_as_they_were_appended_and_hold(database):
    links = filled(database)
    assert [link.seq for link in links] == [1, 2, 3, 4, 5, 6]
    assert links[0].previous == "0" * 64
    assert links[0].body == '{"a":"現場","b":0}'
    assert links[3].at == NOW + 3 * SECOND
    with database.reading() as tx:
        assert log.head(tx) == Anchor(seq=6, sha256=links[-1].sha256)
    assert codes(links, Anchor(seq=6, sha256=links[-1].sha256)) == []


def test_a_link_stands_only_if_the_change_it_records_does(database):
    filled(database, 2)
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        log.append(tx, US, at=NOW, kind="published", body={})
        raise ZeroDivisionError
    assert codes(filled(database, 1)) == []
    with database.reading() as tx:
        assert log.head(tx).seq == 3


def test_links_appended_at_once_by_several_servers_make_one_chain(open_again):
    databases = [open_again(), open_again()]
    barrier = threading.Barrier(4)

    def append(number):
        barrier.wait(20)
        for _ in range(8):
            with databases[number % 2].transaction() as tx:
                log.append(tx, US, at=NOW, kind="receipt", body={"from": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(4)))
    with databases[0].reading() as tx:
        links = list(log.entries(tx))
    assert len(links) == 32
    assert codes(links) == []


def test_links_are_filtered(database):
    filled(database)
    with database.reading() as tx:
        assert [link.seq for link in log.entries(tx, kind="receipt")] == [2, 4, 6]
        assert [link.seq for link in log.entries(tx, agreement="urn:a1", after=2)] == [5]
        assert [link.seq for link in log.entries(tx, partner="did:乙")] == []
        assert [link.seq for link in log.entries(tx, since=NOW + SECOND, until=NOW + 3 * SECOND)] == [2, 3]


def test_more_links_than_one_page_are_all_given(database, monkeypatch):
    monkeypatch.setattr(log, "PAGE", 4)
    assert [link.seq for link in filled(database, 9)] == list(range(1, 10))


def test_a_change_in_the_database_itself_is_found(database):
    filled(database)
    with database.transaction() as tx:
        tx.execute("UPDATE log SET body = :body WHERE seq = 3", body='{"a":"現場","b":9}')
    with database.reading() as tx:
        assert codes(log.entries(tx)) == ["link_changed"]
    with database.transaction() as tx:
        tx.execute("DELETE FROM log WHERE seq >= 5")
    with database.reading() as tx:
        assert codes(log.entries(tx), log.head(tx)) == ["link_changed", "link_missing"]


@pytest.fixture(scope="module")
def chain():
    database = open_sqlite(":memory:")
    migrate(database)
    links = filled(database, 8)
    database.close()
    return links


def rewritten(links, signer):
    """What a holder of a key can do: make every hash and signature anew."""
    previous, done = "0" * 64, []
    for seq, link in enumerate(links, 1):
        changed = replace(link, seq=seq, previous=previous)
        sha256 = link_hash(changed)
        done.append(replace(changed, sha256=sha256, signature=signer.sign(sha256.encode(), typ=log.TYP)))
        previous = sha256
    return done


def test_links_removed_in_the_middle_are_found(chain):
    assert codes(chain[:3] + chain[4:]) == ["links_removed"]


def test_the_beginning_cut_off_is_found(chain):
    assert codes(chain[1:]) == ["links_removed"]


def test_an_end_cut_off_is_found_by_who_knows_a_later_link(chain):
    assert codes(chain[:5]) == []
    assert codes(chain[:5], Anchor(seq=8, sha256=chain[7].sha256)) == ["link_missing"]


def test_links_in_another_order_are_found(chain):
    assert set(codes([*chain[:2], chain[3], chain[2], *chain[4:]])) == {"links_removed", "link_moved"}


def test_a_link_twice_is_found(chain):
    assert codes([*chain[:3], chain[2], *chain[3:]]) == ["link_moved"]


def test_a_chain_written_anew_with_another_key_is_found(chain):
    assert set(codes(rewritten(chain, NamedSigner("did:key:them")))) == {"link_forged"}


def test_a_chain_written_anew_with_our_own_key_is_found_by_who_knows_a_link(chain):
    forged = rewritten([*chain[:2], *chain[3:]], US)
    assert codes(forged) == []
    assert codes(forged, Anchor(seq=2, sha256=chain[1].sha256)) == []
    assert codes(forged, Anchor(seq=5, sha256=chain[4].sha256)) == ["link_other"]


def test_a_signature_of_another_link_does_not_do(chain):
    swapped = [replace(chain[0], signature=chain[1].signature), *chain[1:]]
    assert codes(swapped) == ["link_forged"]


@given(
    st.integers(0, 7),
    st.sampled_from(["seq", "at", "kind", "agreement", "partner", "body", "previous", "sha256", "signature"]),
)
def test_no_value_of_a_link_can_be_changed_unseen(chain, place, name):
    link = chain[place]
    old = getattr(link, name)
    new = old + 1 if name == "seq" else old + SECOND / 1_000_000 if name == "at" else old + "0"
    if name in ("previous", "sha256"):
        new = ("1" if old[0] == "0" else "0") + old[1:]
    if name == "signature":
        new = US.sign(b"other", typ=log.TYP)
    assert codes([*chain[:place], replace(link, **{name: new}), *chain[place + 1 :]])


def test_an_export_holds_all_that_is_needed_to_verify_it(chain):
    lines = b"\n".join(log.line(link) for link in chain)
    assert [log.read_line(line) for line in lines.splitlines()] == chain


def test_links_added_at_once_are_one_chain_with_those_before_and_after(database):
    before = filled(database, 2)
    events = [log.Event(at=NOW, kind="negotiation", body=f'{{"n":{number}}}') for number in range(5)]
    with database.transaction() as tx:
        made = log.extend(tx, US, events)
        assert log.extend(tx, US, ()) == ()
        log.append(tx, US, at=NOW, kind="published")
    with database.reading() as tx:
        links = list(log.entries(tx))
    assert (links[:2], tuple(links[2:7])) == (before, made)
    assert [link.seq for link in links] == list(range(1, 9))
    assert codes(links, Anchor(seq=8, sha256=links[-1].sha256)) == []
