"""Pulls are counted before they begin, and two at once are never both the last one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from genba.errors import Denied
from genba.storage.exchange import usage
from genba.storage.exchange.usage import Pull, Usage

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def pull(id="u1", **changed):
    made = Pull(id=id, agreement="urn:a", transfer="urn:t", partner="did:x", begun_at=NOW, ends_by=NOW + HOUR)
    return replace(made, **changed)


def at_most(uses, volume_bytes=1 << 60):
    def allow(before: Usage) -> None:
        if before.uses >= uses or before.volume_bytes >= volume_bytes:
            raise Denied("pull.used_up")

    return allow


def test_a_pull_counts_when_it_begins_not_when_it_ends(database):
    with database.transaction() as tx:
        assert usage.begin(tx, pull(), at_most(1)) == Usage(uses=1)
        assert usage.used(tx, "urn:a") == Usage(uses=1)
        assert usage.used(tx, "urn:other") == Usage()
    with pytest.raises(Denied), database.transaction() as tx:
        usage.begin(tx, pull("u2"), at_most(1))
    with database.reading() as tx:
        assert usage.load(tx, "u2") is None
        assert usage.used(tx, "urn:a") == Usage(uses=1)


@pytest.mark.parametrize("allowed", [1, 3])
def test_of_many_pulls_at_once_no_more_begin_than_were_agreed(open_again, allowed):
    databases = [open_again(), open_again()]
    barrier = threading.Barrier(6)

    def begin(number):
        barrier.wait(20)
        try:
            with databases[number % 2].transaction() as tx:
                usage.begin(tx, pull(f"u{number}"), at_most(allowed))
        except Denied:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(begin, range(6))) == allowed
    with databases[0].reading() as tx:
        assert usage.used(tx, "urn:a").uses == allowed
        assert len(usage.listing(tx, agreement="urn:a")) == allowed


def test_what_a_running_pull_may_deliver_counts_at_once_and_what_it_did_not_is_given_back(database):
    with database.transaction() as tx:
        usage.begin(tx, pull(reserved_bytes=100), at_most(9, 100))
        with pytest.raises(Denied):
            usage.begin(tx, pull("u2"), at_most(9, 100))
        usage.deliver(tx, "u1", 30)
        usage.deliver(tx, "u1", 10)
        assert usage.used(tx, "urn:a").volume_bytes == 100
        assert usage.end(tx, "u1", NOW, "aborted")
        assert not usage.end(tx, "u1", NOW, "aborted")
        assert usage.used(tx, "urn:a").volume_bytes == 40
        usage.deliver(tx, "u1", 0)
        found = usage.load(tx, "u1")
        assert (found.volume_bytes, found.outcome, found.ended_at) == (40, "aborted", NOW)
        usage.deliver(tx, "u1", 5)  # what was already on its way
        assert usage.used(tx, "urn:a").volume_bytes == 45


def test_what_is_delivered_beyond_what_was_reserved_counts_too(database):
    with database.transaction() as tx:
        usage.begin(tx, pull(reserved_bytes=100), at_most(9))
        usage.deliver(tx, "u1", 90)
        usage.deliver(tx, "u1", 90)
        assert usage.used(tx, "urn:a").volume_bytes == 180
        usage.end(tx, "u1", NOW, "done")
        assert usage.used(tx, "urn:a").volume_bytes == 180
        usage.deliver(tx, "u1", 5)
        assert usage.used(tx, "urn:a").volume_bytes == 185
        usage.deliver(tx, "unknown", 5)


def test_a_pull_runs_until_it_is_ended_or_its_time_is_over(database):
    with database.transaction() as tx:
        usage.begin(tx, pull(), at_most(9))
        assert usage.running(tx, "u1", NOW) == usage.load(tx, "u1")
        assert usage.running(tx, "u1", NOW + HOUR) is None
        assert usage.overdue(tx, NOW) == ()
        assert [one.id for one in usage.overdue(tx, NOW + HOUR)] == ["u1"]
        usage.end(tx, "u1", NOW + HOUR, "expired")
        assert usage.overdue(tx, NOW + HOUR) == ()
        assert usage.running(tx, "u1", NOW) is None
