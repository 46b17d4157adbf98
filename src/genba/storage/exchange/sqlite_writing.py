"""One writer on one SQLite connection; transactions that come while another is written share its commit.

What is committed has to be on disk, and a disk takes its time for that, once a commit. Whoever finds others waiting
leaves the commit to the last of them: each transaction is a savepoint, one undone leaves the others alone, and nobody
is told of success before the commit of all.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from genba.errors import Conflict, GenbaError, Unavailable

# So many share a commit at most, so that the first does not wait for ever in a crowd.
SHARING = 64
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


class _Batch:
    """Transactions that stand or fall with one commit."""

    def __init__(self) -> None:
        self.size = 0
        self.ended = threading.Event()
        self.error: sqlite3.Error | None = None


class Writer:
    """Lets one thread after the other write; `waiting_s` is how long one waits for its turn."""

    def __init__(self, connection: sqlite3.Connection, *, waiting_s: float, is_shared: bool) -> None:
        """Without `is_shared` each transaction has a commit of its own, as where there is no disk."""
        self.connection = connection
        self._waiting_s = waiting_s
        self._is_shared = is_shared
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._batch: _Batch | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep writers out, without writing."""
        self._take_turn()
        try:
            yield
        finally:
            self._end_or_leave(self._batch)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write; when the block has ended well, what it wrote is on disk."""
        self._take_turn()
        batch = self._begin()
        try:
            yield
            if self._is_shared:
                self.connection.execute("RELEASE one")
        except BaseException as error:
            self._undo(batch, error)
            self._end_or_leave(batch)
            if isinstance(error, sqlite3.Error):
                raise told(error) from error
            raise
        self._end_or_leave(batch)
        batch.ended.wait()
        if batch.error is not None:
            raise told(batch.error)

    def close(self) -> None:
        """Close the connection once nobody writes; whoever comes later fails."""
        self._take_turn()
        try:
            self._commit(self._batch)
            self.connection.close()
        finally:
            self._turn.release()

    def _take_turn(self) -> None:
        with self._counting:
            self._waiting += 1
        has_turn = self._turn.acquire(timeout=self._waiting_s)
        with self._counting:
            self._waiting -= 1
            # Somebody may have left the commit to us in the moment in which we gave up waiting.
            is_late = not has_turn and self._turn.acquire(blocking=False)
        if is_late:
            self._end_or_leave(self._batch)
        if not has_turn:
            raise Unavailable("exchange_store.busy")

    def _begin(self) -> _Batch:
        try:
            if self._batch is None:
                self.connection.execute("BEGIN IMMEDIATE")
                self._batch = _Batch()
            if self._is_shared:
                self.connection.execute("SAVEPOINT one")
        except sqlite3.Error as error:
            self._end_or_leave(self._batch)
            raise told(error) from error
        return self._batch

    def _undo(self, batch: _Batch, error: BaseException) -> None:
        """Take back one transaction; where SQLite has taken back all of them (a full disk), all have failed."""
        if self.connection.in_transaction:
            if not self._is_shared:
                self._roll_back()
                return
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK TO one")
                self.connection.execute("RELEASE one")
                return
            self._roll_back()
        batch.error = error if isinstance(error, sqlite3.Error) else sqlite3.OperationalError("rolled back")

    def _end_or_leave(self, batch: _Batch | None) -> None:
        """Give up the turn: to those who wait, with the commit, or to nobody, after it."""
        with self._counting:
            if self._is_shared and batch is not None and self._waiting and self.connection.in_transaction:
                batch.size += 1
                if batch.size < SHARING:
                    self._turn.release()
                    return
        try:
            self._commit(batch)
        finally:
            self._turn.release()

    def _commit(self, batch: _Batch | None) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            if batch is not None:
                batch.error = error
        finally:
            self._batch = None
            if batch is not None:
                batch.ended.set()

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")


def told(error: sqlite3.Error) -> GenbaError:
    """Say in our words what the database says."""
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if name in ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"):
        return Conflict("exchange_store.exists")
    if name.startswith(_BUSY):
        return Unavailable("exchange_store.busy")
    if name.startswith(_DAMAGED):
        return Unavailable("exchange_store.damaged", reason=name)
    return Unavailable("exchange_store.failed", reason=name)
