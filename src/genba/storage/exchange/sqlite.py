"""SQLite as the exchange's database: one writer, readers beside it, durable before anything is acknowledged."""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from genba.ports.database import Row, Transaction
from genba.storage.exchange.nesting import Nesting
from genba.storage.exchange.sqlite_writing import Writer, told
from genba.storage.files import long_path, write_failed

# Another process (a command line beside the server) may write for this long before we give up.
BUSY_S = 15.0
STATEMENTS = 400
IDLE_READERS = 8


class SqliteTransaction:
    """Statements on one connection between BEGIN and COMMIT."""

    holding = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Keep the connection for the time of the transaction."""
        self._connection = connection

    def execute(self, sql: str, /, **parameters: object) -> list[Row]:
        """Run one statement and give its rows."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            raise told(error) from error

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Run one statement for each set of parameters."""
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise told(error) from error


class SqliteDatabase:
    """A database in a file, or in memory for tests and demonstrations."""

    dialect = "sqlite"

    def __init__(self, path: Path | None) -> None:
        """Open or make the file; None keeps everything in memory."""
        self._path = path
        self._nesting = Nesting()
        self._readers: deque[sqlite3.Connection] = deque()
        self._is_closed = False
        if path is not None:
            self._make(path)
        try:
            self._writer = Writer(self._connect(), waiting_s=2 * BUSY_S, is_shared=path is not None)
        except sqlite3.Error as error:
            raise told(error) from error

    @staticmethod
    def _make(path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise write_failed(error) from None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            ":memory:" if self._path is None else self._path,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS,
        )
        if self._path is not None:
            connection.execute("PRAGMA journal_mode=WAL")
            # In WAL mode NORMAL may lose the last commits in a power failure. We have acknowledged them to the other
            # side, which will not send them again: what is committed must be on disk.
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA trusted_schema=OFF")
        return connection

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin to write; writers of this process queue here, those of others at the file's lock."""
        with self._nesting.entered("writing"), self._writer.transaction():
            yield SqliteTransaction(self._writer.connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin to read one consistent state, beside a writer."""
        with self._nesting.entered("reading") as is_outermost:
            if self._path is None:
                with self._in_memory(is_outermost) as transaction:
                    yield transaction
                return
            connection = self._reader()
            try:
                with _within(connection, "BEGIN"):
                    yield SqliteTransaction(connection)
            finally:
                self._give_back(connection)

    @contextmanager
    def _in_memory(self, is_outermost: bool) -> Iterator[Transaction]:
        """A database in memory has a single connection; readers wait for the writer."""
        connection = self._writer.connection
        if not is_outermost:
            yield SqliteTransaction(connection)
            return
        with self._writer.held(), _within(connection, "BEGIN"):
            yield SqliteTransaction(connection)

    def _reader(self) -> sqlite3.Connection:
        with suppress(IndexError):
            return self._readers.pop()
        try:
            connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
        except sqlite3.Error as error:
            raise told(error) from error
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._is_closed or len(self._readers) >= IDLE_READERS:
            connection.close()
        else:
            self._readers.append(connection)

    def copy(self, target: Path) -> None:
        """Write one consistent state into a new file while others go on reading and writing."""
        try:
            copied = sqlite3.connect(long_path(target), isolation_level=None)
            try:
                with self._source() as source:
                    source.backup(copied)
                # A copy is one file: nothing of it may wait in a log beside it.
                copied.execute("PRAGMA journal_mode=DELETE")
            finally:
                copied.close()
        except sqlite3.Error as error:
            raise told(error) from error

    @contextmanager
    def _source(self) -> Iterator[sqlite3.Connection]:
        if self._path is None:
            with self._writer.held():
                yield self._writer.connection
            return
        connection = self._reader()
        try:
            # Within one reading transaction the copy cannot be made to begin again by writers.
            with _within(connection, "BEGIN"):
                connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchall()
                yield connection
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self._is_closed = True
        while self._readers:
            self._readers.pop().close()
        self._writer.close()


@contextmanager
def _within(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    try:
        connection.execute(begin)
    except sqlite3.Error as error:
        raise told(error) from error
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise told(error) from error
        raise


def open_sqlite(path: Path | str) -> SqliteDatabase:
    """Open the exchange's database file, or ":memory:"."""
    return SqliteDatabase(None if str(path) == ":memory:" else long_path(Path(path)))
