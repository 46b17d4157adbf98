"""The exchange's own file: durable, for its owner alone, and clear about what is wrong with it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from genba.errors import Unavailable
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite

COUNTING = """
import sys
from pathlib import Path
from genba.storage.exchange.sqlite import open_sqlite
database = open_sqlite(Path(sys.argv[1]))
for number in range(1, 1_000_000):
    with database.transaction() as tx:
        tx.execute("UPDATE counters SET value = :number WHERE name = 'token'", number=number)
        tx.execute("UPDATE counters SET value = :number WHERE name = 'audience'", number=number)
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path):
    database = open_sqlite(tmp_path / "exchange.sqlite")
    migrate(database)
    database.close()
    return tmp_path / "exchange.sqlite"


def test_what_is_committed_is_on_disk_before_we_go_on(path):
    database = open_sqlite(path)
    with database.transaction() as tx:
        assert tx.execute("PRAGMA journal_mode") == [("wal",)]
        assert tx.execute("PRAGMA synchronous") == [(2,)]  # FULL
    database.close()


def test_a_killed_process_leaves_whole_transactions_and_everything_it_told(path):
    process = subprocess.Popen([sys.executable, "-c", COUNTING, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(20)][-1]
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    told = [told, *map(int, process.stdout.read().split())][-1]
    process.wait(20)
    database = open_sqlite(path)
    with database.reading() as tx:
        found = dict(tx.execute("SELECT name, value FROM counters"))
    database.close()
    assert found["token"] == found["audience"]
    assert found["token"] in (told, told + 1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_only_its_owner_may_read_the_file(path):
    assert path.stat().st_mode & 0o077 == 0


def test_a_reader_cannot_write(path):
    database = open_sqlite(path)
    with database.reading() as tx, pytest.raises(Unavailable):
        tx.execute("UPDATE counters SET value = 1")
    database.close()


def test_a_file_that_is_no_database_is_told_as_damage(tmp_path):
    (tmp_path / "exchange.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(Unavailable, match=r"exchange_store\.damaged"):
        open_sqlite(tmp_path / "exchange.sqlite")


def test_another_program_that_holds_the_file_is_told_as_busy(path, monkeypatch):
    monkeypatch.setattr("genba.storage.exchange.sqlite.BUSY_S", 0.1)
    database = open_sqlite(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match=r"exchange_store\.busy"), database.transaction():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as tx:
        tx.execute("UPDATE counters SET value = 5")
    database.close()


def test_a_database_in_memory_is_one_for_all_threads():
    database = open_sqlite(":memory:")
    migrate(database)

    def add():
        with database.transaction() as tx:
            tx.execute("UPDATE counters SET value = value + 1 WHERE name = 'token'")

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add) for _ in range(50)]:
            done.result(20)
    with database.reading() as tx:
        assert tx.execute("SELECT value FROM counters WHERE name = 'token'") == [(50,)]
    database.close()
