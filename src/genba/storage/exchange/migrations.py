"""The shape of the exchange's database, as steps forward from version to version; never changed once released.

Written in SQLite's words; PostgreSQL gets the same with its own names of types. Texts are compared by their bytes
in both, so that pages are cut at the same places.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from genba.errors import Conflict
from genba.ports.database import Database, Transaction
from genba.storage.exchange import schema

# Version n is reached by step n - 1 of this list. Only append.
MIGRATIONS: tuple[tuple[str, ...], ...] = (schema.FIRST, schema.CREDENTIALS)
VERSION = len(MIGRATIONS)
# Any number will do, as long as every server takes the same.
_LOCK = 7_236_510_021
_POSTGRES: Mapping[str, str] = {
    "TEXT": 'TEXT COLLATE "C"',
    "BLOB": "BYTEA",
    "INTEGER": "BIGINT",
    "WITHOUT ROWID": "",
}
_WORDS = re.compile("|".join(rf"\b{word}\b" for word in _POSTGRES))


class ShapedDatabase(Database, Protocol):
    """A database that says whose words it understands."""

    @property
    def dialect(self) -> str:
        """Either `sqlite` or `postgresql`."""
        ...


def migrate(database: ShapedDatabase) -> int:
    """Bring the database to the present shape; gives the version it had, raises Conflict when that is newer."""
    with database.transaction() as tx:
        if database.dialect == "postgresql":
            tx.execute("SELECT pg_advisory_xact_lock(:number)", number=_LOCK)
        tx.execute(worded("CREATE TABLE IF NOT EXISTS shape(version INTEGER NOT NULL)", database.dialect))
        found = version(tx)
        if found > VERSION:
            raise Conflict("exchange_store.newer", found=found, known=VERSION)
        for step in MIGRATIONS[found:]:
            for statement in step:
                tx.execute(worded(statement, database.dialect))
        if found != VERSION:
            tx.execute("DELETE FROM shape")
            tx.execute("INSERT INTO shape(version) VALUES (:version)", version=VERSION)
    return found


def version(tx: Transaction) -> int:
    """Give the version of the shape; 0 for an empty database."""
    rows = tx.execute("SELECT version FROM shape")
    return int(rows[0][0]) if rows else 0


def worded(statement: str, dialect: str) -> str:
    """Put a statement of the shape into a database's own words."""
    if dialect != "postgresql":
        return statement
    return _WORDS.sub(lambda word: _POSTGRES[word[0]], statement)
