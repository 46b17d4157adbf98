"""Transactions that come together share a commit, and nothing else."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from genba.errors import Conflict, Unavailable
from genba.storage.exchange.sqlite_writing import Writer


@pytest.fixture
def connection(tmp_path):
    made = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None, check_same_thread=False)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)")
    yield made
    made.close()


def rows(tmp_path):
    other = sqlite3.connect(tmp_path / "x.sqlite")
    found = [row[0] for row in other.execute("SELECT a FROM t ORDER BY a")]
    other.close()
    return found


def in_a_crowd(writer, works):
    """Run works in threads that all come while a first transaction is being written; how each ended."""
    began, go = threading.Event(), threading.Event()

    def first():
        with writer.transaction():
            began.set()
            go.wait(20)
            writer.connection.execute("INSERT INTO t(a) VALUES (0)")

    def run(work):
        try:
            with writer.transaction():
                work(writer.connection)
        except (Conflict, ZeroDivisionError, Unavailable) as error:
            return type(error).__name__
        return ""

    with ThreadPoolExecutor(len(works) + 1) as pool:
        leading = pool.submit(first)
        began.wait(20)
        others = [pool.submit(run, work) for work in works]
        while writer._waiting < len(works):
            time.sleep(0.001)
        go.set()
        leading.result(20)
        return [other.result(20) for other in others]


def insert(number):
    return lambda connection: connection.execute("INSERT INTO t(a) VALUES (?)", (number,))


def fail(connection):
    connection.execute("INSERT INTO t(a) VALUES (99)")
    raise ZeroDivisionError


def lose_all(connection):
    connection.execute("ROLLBACK")  # what SQLite does by itself when a disk is full
    raise sqlite3.OperationalError("disk full")


def test_a_crowd_shares_one_commit(connection, tmp_path):
    commits = []
    connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    writer = Writer(connection, waiting_s=20, is_shared=True)
    assert in_a_crowd(writer, [insert(number) for number in range(1, 7)]) == [""] * 6
    assert len(commits) == 1
    assert rows(tmp_path) == [0, 1, 2, 3, 4, 5, 6]


def test_each_has_its_own_commit_where_there_is_no_disk(connection):
    commits = []
    connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    writer = Writer(connection, waiting_s=20, is_shared=False)
    in_a_crowd(writer, [insert(number) for number in range(1, 7)])
    assert len(commits) == 7


def test_one_that_fails_leaves_the_others_alone(connection, tmp_path):
    writer = Writer(connection, waiting_s=20, is_shared=True)
    ended = in_a_crowd(writer, [insert(1), fail, insert(0), insert(2)])
    assert sorted(ended) == ["", "", "Conflict", "ZeroDivisionError"]
    assert rows(tmp_path) == [0, 1, 2]


def test_nobody_is_told_of_success_when_the_commit_of_all_is_lost(connection, tmp_path):
    writer = Writer(connection, waiting_s=20, is_shared=True)
    with pytest.raises(Unavailable):
        in_a_crowd(writer, [lose_all])
    assert rows(tmp_path) == []
    with writer.transaction():
        connection.execute("INSERT INTO t(a) VALUES (5)")
    assert rows(tmp_path) == [5]


def test_who_gives_up_waiting_leaves_nothing_undone(connection, tmp_path):
    writer = Writer(connection, waiting_s=0.05, is_shared=True)
    began = threading.Event()

    def slow():
        with writer.transaction():
            began.set()
            time.sleep(0.3)
            connection.execute("INSERT INTO t(a) VALUES (1)")

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(slow)
        began.wait(20)
        with pytest.raises(Unavailable, match=r"exchange_store\.busy"), writer.transaction():
            pass
        writing.result(20)
    assert rows(tmp_path) == [1]


def test_many_threads_that_give_up_and_fail_at_random_lose_nothing_they_were_told(connection, tmp_path):
    writer = Writer(connection, waiting_s=0.002, is_shared=True)

    def work(thread):
        kept = []
        for turn in range(60):
            number = thread * 1000 + turn
            try:
                with writer.transaction():
                    connection.execute("INSERT INTO t(a) VALUES (?)", (number,))
                    if number % 7 == 0:
                        raise ZeroDivisionError
            except (Unavailable, ZeroDivisionError):
                continue
            kept.append(number)
        return kept

    with ThreadPoolExecutor(8) as pool:
        told = [number for done in [pool.submit(work, thread) for thread in range(8)] for number in done.result(60)]
    assert rows(tmp_path) == sorted(told)
    assert told
    writer.close()
