"""PostgreSQL as the exchange's database, for servers: several of them may share one."""

import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pg8000.native
from pg8000.exceptions import DatabaseError, InterfaceError

from genba.errors import Conflict, GenbaError, InvalidInput, Unavailable
from genba.ports.database import Row, Transaction
from genba.storage.exchange.batches import batches
from genba.storage.exchange.nesting import Nesting
from genba.storage.exchange.postgres_address import Address, read_address

TIMEOUT_S = 30.0
STATEMENTS = 400
# What a dead client held is given free: neither the log's head nor a row stays locked for long.
_SESSION = (
    "SET lock_timeout = '15s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET client_min_messages = warning",
    # Every statement looks up few rows by an index: planning it anew or compiling it costs more than running it.
    "SET plan_cache_mode = force_generic_plan",
    "SET jit = off",
)
_LOST = (InterfaceError, OSError, struct.error, EOFError)
_EXISTS = "23505"
_TEXT = ("22021", "22P05")  # a zero character, which PostgreSQL does not take
_COLLIDED = ("40001", "40P01")
_BUSY = ("55P03", "57014", "53300")


class Connection:
    """One connection; each statement is prepared once on it."""

    def __init__(self, address: Address) -> None:
        """Connect, or raise Unavailable."""
        socket = f"{address.socket_folder}/.s.PGSQL.{address.port}" if address.socket_folder else None
        try:
            self._native = pg8000.native.Connection(
                address.user,
                host=address.host,
                port=address.port,
                database=address.database,
                password=address.password or None,
                unix_sock=socket,
                ssl_context=address.tls(),
                timeout=TIMEOUT_S,
                application_name="genba",
            )
            for statement in _SESSION:
                self._native.run(statement)
            if address.schema:
                self._native.run(f"CREATE SCHEMA IF NOT EXISTS {address.schema}")
                self._native.run(f"SET search_path = {address.schema}")
        except (DatabaseError, *_LOST) as error:
            raise told(error) from error
        self._prepared: dict[str, Any] = {}
        self.is_lost = False

    def run(self, sql: str, parameters: Mapping[str, object]) -> list[Row]:
        """Run one statement; raises what `told` makes of the server's answer."""
        try:
            if not parameters:
                rows = self._native.run(sql)
            elif (prepared := self._prepared.get(sql)) is not None:
                rows = prepared.run(**parameters)
            elif len(self._prepared) < STATEMENTS:
                prepared = self._prepared[sql] = self._native.prepare(sql)
                rows = prepared.run(**parameters)
            else:
                rows = self._native.run(sql, **parameters)
        except DatabaseError as error:
            raise told(error) from error
        except _LOST as error:
            self.is_lost = True
            raise told(error) from error
        return [tuple(row) for row in rows] if rows else []

    def close(self) -> None:
        """Let go, whatever state it is in."""
        with suppress(DatabaseError, *_LOST):
            self._native.close()


class PostgresTransaction:
    """Statements on one connection between BEGIN and COMMIT."""

    def __init__(self, connection: Connection, *, holding: str = "") -> None:
        """Keep the connection for the time of the transaction."""
        self._connection = connection
        self.holding = holding

    def execute(self, sql: str, /, **parameters: object) -> list[Row]:
        """Run one statement and give its rows."""
        return self._connection.run(sql, parameters)

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Run one statement for each set of parameters; what is inserted goes many rows at a time."""
        for statement, parameters in batches(sql, rows):
            self._connection.run(statement, parameters)


class PostgresDatabase:
    """A database on a server, reached by a pool of connections."""

    dialect = "postgresql"

    def __init__(self, address: Address) -> None:
        """Make the first connection, so that a wrong address is known at once."""
        self._address = address
        self._nesting = Nesting()
        self._free = threading.BoundedSemaphore(address.pool)
        self._guard = threading.Lock()
        self._is_closed = False
        self._idle = [Connection(address)]

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin to write; rows are locked by those who change them, in READ COMMITTED."""
        with self._nesting.entered("writing"), self._within("BEGIN") as connection:
            yield PostgresTransaction(connection, holding=" FOR UPDATE")

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Begin to read one consistent state."""
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with self._nesting.entered("reading"), self._within(begin) as connection:
            yield PostgresTransaction(connection)

    @contextmanager
    def _within(self, begin: str) -> Iterator[Connection]:
        if not self._free.acquire(timeout=TIMEOUT_S):
            raise Unavailable("exchange_store.busy")
        connection: Connection | None = None
        try:
            connection = self._begun(begin)
            yield connection
            connection.run("COMMIT", {})
        except BaseException:
            if connection is not None and not connection.is_lost:
                with suppress(GenbaError):
                    connection.run("ROLLBACK", {})
            raise
        finally:
            if connection is not None:
                self._give_back(connection)
            self._free.release()

    def _begun(self, begin: str) -> Connection:
        """Begin on an idle connection; those that died meanwhile (a server's restart) are let go."""
        while True:
            with self._guard:
                idle = self._idle.pop() if self._idle else None
            connection = idle or Connection(self._address)
            try:
                connection.run(begin, {})
            except GenbaError:
                connection.close()
                if idle is None:
                    raise
                continue
            return connection

    def _give_back(self, connection: Connection) -> None:
        with self._guard:
            if not (connection.is_lost or self._is_closed):
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Let go of all connections."""
        with self._guard:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def told(error: Exception) -> GenbaError:
    """Say in our words what the server says; never with values, which stand in its longer messages."""
    said = error.args[0] if error.args else None
    code = str(said.get("C", "")) if isinstance(said, dict) else ""
    if not code:
        return Unavailable("exchange_store.unreachable", reason=type(error).__name__)
    if code == _EXISTS:
        return Conflict("exchange_store.exists")
    if code in _COLLIDED:
        return Conflict("exchange.stale")
    if code in _TEXT:
        return InvalidInput("exchange_store.unusable_text")
    if code in _BUSY:
        return Unavailable("exchange_store.busy")
    return Unavailable("exchange_store.failed", reason=f"PostgreSQL {code}")


def open_postgres(url: str) -> PostgresDatabase:
    """Open the database that a postgresql:// address names."""
    return PostgresDatabase(read_address(url))
