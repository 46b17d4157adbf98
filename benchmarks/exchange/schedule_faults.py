"""What can go wrong: messages between two exchanges lost, doubled and late, and kill -9 between any two writes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from genba.errors import Unavailable
from genba.ports.database import Database, Row, Transaction
from genba.ports.exchange import Answer
from tests.app.exchange.trading import DataLine


class Crash(BaseException):
    """The process was killed here; nobody may catch this but whoever restarts it."""


class Fuse:
    """Blows at the n-th write, read or commit from now on."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.blown = 0

    def tick(self) -> None:
        """Count one; when none is left the process is dead."""
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            self.left = None
            self.blown += 1
            raise Crash


class _Statements:
    def __init__(self, inner: Transaction, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse
        self.holding = inner.holding

    def execute(self, sql: str, /, **parameters: object) -> list[Row]:
        self._fuse.tick()
        return self._inner.execute(sql, **parameters)

    def execute_many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        self._fuse.tick()
        self._inner.execute_many(sql, rows)


class CrashingDatabase:
    """Satisfies ports.database.Database: dies before a statement, before a commit or after it."""

    def __init__(self, inner: Database, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._inner.transaction() as tx:
            yield _Statements(tx, self._fuse)
            self._fuse.tick()  # not committed
        self._fuse.tick()  # committed, and nobody knows

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self._inner.reading() as tx:
            yield _Statements(tx, self._fuse)

    def close(self) -> None:
        self._inner.close()


@dataclass(frozen=True, slots=True)
class Late:
    """A message that its sender gave up for lost, and that arrives all the same."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class FaultyLine(DataLine):
    """Carries requests between the two, as badly as `rng` wants; heals when `is_faulty` is set to False."""

    def __init__(self, rng: random.Random, badness: float) -> None:
        super().__init__()
        self.is_faulty = False
        self.late: list[Late] = []
        self.counts: dict[str, int] = {}
        self._rng = rng
        self._badness = badness

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Carry a request, lose it or its answer, carry it twice, or keep it for later."""
        kinds = ("lost", "deaf", "twice", "late") if method == "POST" and "/data/" not in url else ("lost", "deaf")
        happens = ""
        if self.is_faulty and self._rng.random() < self._badness:
            happens = self._rng.choice(kinds)
            self.counts[happens] = self.counts.get(happens, 0) + 1
        if happens == "lost":
            raise Unavailable("connector.not_reached")
        if happens == "late":
            self.late.append(Late(method, url, dict(headers or {}), body))
            raise Unavailable("connector.no_answer")
        answer = self._carried(method, url, headers, body)
        if happens == "twice":
            answer = self._carried(method, url, headers, body)
        if happens == "deaf":
            raise Unavailable("connector.no_answer")
        return answer

    def _carried(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes) -> Answer:
        """Whoever dies over a request does not answer it; it is up again for the next."""
        try:
            return super().request(method, url, headers=headers, body=body)
        except Crash:
            raise Unavailable("connector.no_answer") from None

    def deliver_late(self) -> None:
        """Let one of the late messages arrive; nobody hears the answer."""
        late = self.late.pop(self._rng.randrange(len(self.late)))
        try:
            self._carried(late.method, late.url, late.headers, late.body)
        except Unavailable:
            return

    def host(self, url: str) -> str:
        """The company whose address a request names."""
        return urlsplit(url).netloc


def survived(action: Callable[[], object]) -> bool:
    """Do something that the process may not survive."""
    try:
        action()
    except Crash:
        return False
    return True
