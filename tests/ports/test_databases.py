"""Transactions hold on every database: all or nothing, one after the other, seen by others when they stand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from genba.errors import Conflict
from genba.storage.exchange.migrations import VERSION, migrate, version
from tests.ports.conftest import AnyDatabase


def put(tx, name, value=0):
    tx.execute("INSERT INTO counters(name, value) VALUES (:name, :value)", name=name, value=value)


def value(database, name):
    with database.reading() as tx:
        rows = tx.execute("SELECT value FROM counters WHERE name = :name", name=name)
    return rows[0][0] if rows else None


def test_what_a_transaction_wrote_stands_after_it(database):
    with database.transaction() as tx:
        put(tx, "a", 3)
    assert value(database, "a") == 3


def test_an_exception_leaves_nothing_behind(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as tx:
        put(tx, "a")
        raise ZeroDivisionError
    assert value(database, "a") is None


def test_a_second_row_with_the_same_key_is_a_conflict_and_leaves_nothing(database):
    with pytest.raises(Conflict, match=r"exchange_store\.exists"), database.transaction() as tx:
        put(tx, "a")
        put(tx, "b")
        put(tx, "a")
    assert value(database, "b") is None
    with database.transaction() as tx:
        put(tx, "a")


def test_texts_and_bytes_come_back_as_they_were(database):
    text, body = "現場: 100 % 'quoted' \\ :name 🏭\r\n", bytes(range(256))
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO inbox(partner, process, sha256, status, body, expires_at) "
            "VALUES (:text, 'p', 's', :large, :body, 0)",
            text=text,
            large=2**62,
            body=body,
        )
        assert tx.execute("SELECT partner, status, body FROM inbox") == [(text, 2**62, body)]


def test_many_rows_are_written_by_one_call(database):
    rows = [{"name": f"n{number:03}", "value": number} for number in range(150)]
    with database.transaction() as tx:
        tx.execute_many("INSERT INTO counters(name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING", rows)
        found = tx.execute("SELECT name, value FROM counters WHERE name LIKE 'n%' ORDER BY name")
    assert found == [(row["name"], row["value"]) for row in rows]


def test_texts_are_ordered_by_their_bytes_whatever_the_servers_language_is(database):
    names = ["a", "B", "_", "-", "ä", "あ", "ア", "z", "aa", "A"]
    with database.transaction() as tx:
        tx.execute("DELETE FROM counters")
        for name in names:
            put(tx, name)
        found = [row[0] for row in tx.execute("SELECT name FROM counters ORDER BY name")]
    assert found == sorted(names, key=str.encode)


def test_a_reader_keeps_seeing_one_state_while_others_write(database):
    def write():
        with database.transaction() as other:
            put(other, "meanwhile")

    with ThreadPoolExecutor(1) as pool:
        with database.reading() as tx:
            before = tx.execute("SELECT COUNT(*) FROM counters")
            writing = pool.submit(write)  # in memory it waits until we have read
            with suppress(TimeoutError):
                writing.result(0.2)
            assert tx.execute("SELECT COUNT(*) FROM counters") == before
        writing.result(20)
    assert value(database, "meanwhile") == 0


def test_a_transaction_inside_another_is_refused_instead_of_waiting_for_itself(database):
    with database.transaction(), pytest.raises(RuntimeError), database.transaction():
        pass
    with database.transaction(), pytest.raises(RuntimeError), database.reading():
        pass
    with database.reading(), database.reading() as tx:
        assert tx.execute("SELECT 1") == [(1,)]


def test_threads_counting_up_at_once_lose_nothing(open_again: Callable[[], AnyDatabase]):
    databases = [open_again(), open_again()]
    with databases[0].transaction() as tx:
        put(tx, "sum")
    barrier = threading.Barrier(4)

    def count(database):
        barrier.wait(20)
        for _ in range(10):
            with database.transaction() as tx:
                tx.execute("UPDATE counters SET value = value + 1 WHERE name = 'sum'")

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count, databases[number % 2]) for number in range(4)]:
            done.result(60)
    assert value(databases[1], "sum") == 40


def test_migrating_again_changes_nothing(database):
    with database.transaction() as tx:
        put(tx, "kept", 1)
    assert migrate(database) == VERSION
    assert value(database, "kept") == 1


def test_a_database_of_a_newer_genba_is_refused(database):
    with database.transaction() as tx:
        tx.execute("UPDATE shape SET version = version + 1")
    with pytest.raises(Conflict, match=r"exchange_store\.newer"):
        migrate(database)
    with database.reading() as tx:
        assert version(tx) == VERSION + 1
