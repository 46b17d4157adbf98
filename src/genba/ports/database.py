"""A transactional SQL database; the same statements, with :named parameters, run on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Transaction(Protocol):
    """Statements that take effect together or not at all.

    `holding` ends a SELECT whose rows nobody else may change until the transaction ends; empty where writers queue.
    """

    @property
    def holding(self) -> str: ...

    def execute(self, sql: str, /, **parameters: object) -> list[Row]:
        """Run one statement and give its rows; none where it has none."""
        ...

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Run one statement for each set of parameters."""
        ...


class Database(Protocol):
    """Opens transactions; safe to share between threads."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin to write; committed at the end of the block, rolled back by an exception."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Begin to read one consistent state."""
        ...

    def close(self) -> None:
        """Let go of all connections."""
        ...
