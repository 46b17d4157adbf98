"""What only a server does: connections die, are shared and run out."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from genba.errors import InvalidInput, Unavailable
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.postgres import open_postgres

_NUMBER = itertools.count()


@pytest.fixture
def address(postgres_server):
    return f"{postgres_server}&schema=server_{next(_NUMBER)}"


@pytest.fixture
def server(address):
    database = open_postgres(address)
    migrate(database)
    yield database
    database.close()


def test_a_connection_that_the_server_closed_is_replaced(server, address):
    other = open_postgres(address)
    with other.transaction() as tx:
        tx.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'genba' AND pid <> pg_backend_pid()"
        )
    with server.transaction() as tx:
        tx.execute("UPDATE counters SET value = 7 WHERE name = 'token'")
    with other.reading() as tx:
        assert tx.execute("SELECT value FROM counters WHERE name = 'token'") == [(7,)]
    other.close()


def test_a_connection_that_dies_in_a_transaction_is_told_and_leaves_nothing(server, address):
    other = open_postgres(address)
    with pytest.raises(Unavailable), server.transaction() as tx:
        tx.execute("UPDATE counters SET value = 7 WHERE name = 'token'")
        ((pid,),) = tx.execute("SELECT pg_backend_pid()")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(terminate, other, pid).result(20)
        tx.execute("UPDATE counters SET value = 8 WHERE name = 'token'")
    with server.reading() as tx:
        assert tx.execute("SELECT value FROM counters WHERE name = 'token'") == [(0,)]
    other.close()


def terminate(database, pid):
    with database.transaction() as tx:
        tx.execute("SELECT pg_terminate_backend(:pid)", pid=pid)


def test_more_threads_than_connections_wait_for_their_turn(address):
    database = open_postgres(f"{address}&pool=2")
    migrate(database)
    barrier = threading.Barrier(6)

    def add():
        barrier.wait(20)
        with database.transaction() as tx:
            tx.execute("UPDATE counters SET value = value + 1 WHERE name = 'token'")

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(add) for _ in range(6)]:
            done.result(30)
    with database.reading() as tx:
        assert tx.execute("SELECT value FROM counters WHERE name = 'token'") == [(6,)]
    database.close()


def test_a_reader_cannot_write(server):
    with pytest.raises(Unavailable), server.reading() as tx:
        tx.execute("UPDATE counters SET value = 1")


def test_a_character_that_the_server_does_not_take_is_the_inputs_fault(server):
    with pytest.raises(InvalidInput, match=r"exchange_store\.unusable_text"), server.transaction() as tx:
        tx.execute("INSERT INTO counters(name, value) VALUES (:name, 0)", name="a\x00b")
    with server.reading() as tx:
        tx.execute("SELECT 1")


def test_a_wrong_password_is_told_without_showing_it(postgres_server):
    wrong = postgres_server.partition("?")[0].replace("genba@", "genba:geheim@")
    with pytest.raises(Unavailable) as told:
        open_postgres(wrong)
    assert "geheim" not in str(told.value)


def test_a_server_that_is_not_there_is_told():
    with pytest.raises(Unavailable, match=r"exchange_store\.unreachable"):
        open_postgres("postgresql://genba@127.0.0.1:1/genba")


def test_servers_that_start_at_once_bring_the_database_to_its_shape_once(address):
    databases = [open_postgres(address) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        found = sorted(pool.map(migrate, databases))
    assert found[0] == 0
    assert found[1] == found[2] > 0
    for database in databases:
        database.close()
