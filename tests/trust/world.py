"""Companies, a web and a clock for tests of trust: everything in memory, nothing random but keys."""

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from genba.errors import Unavailable
from genba.model.exchange import Partner
from genba.ports.exchange import Answer
from genba.trust.dids import Resolver
from genba.trust.documents import write_document
from genba.trust.jwk import PrivateKey, generate
from genba.trust.multikey import did_key, did_key_id
from genba.trust.self_issued import Checking, Issuing

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that tests move."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Web:
    """An Http whose pages and handlers are given; it counts what was asked."""

    pages: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        self.asked.append((method, url))
        page = self.pages.get(url)
        if page is None:
            raise Unavailable("connector.unreachable")
        if isinstance(page, Answer):
            return page
        if callable(page):
            return page(method, dict(headers or {}), body)
        data = page if isinstance(page, bytes) else msgspec.json.encode(page)
        return Answer(status=200, headers={}, body=data)


@dataclass
class Seen:
    """The memory of tokens."""

    tokens: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, issuer: str, jti: str, expires: datetime) -> bool:
        new = (issuer, jti) not in self.tokens
        self.tokens.add((issuer, jti))
        return new


@dataclass
class Company:
    """A participant with one key."""

    did: str
    kid: str
    key: PrivateKey
    clock: Clock
    ids: "itertools.count[int]" = field(default_factory=itertools.count)

    def new_id(self) -> str:
        return f"urn:example:{self.did}:{next(self.ids)}"

    @property
    def issuing(self) -> Issuing:
        return Issuing(did=self.did, kid=self.kid, key=self.key, now=self.clock, new_id=self.new_id)

    def checking(self, resolver: Resolver, seen: Seen | None = None) -> Checking:
        return Checking(did=self.did, key=resolver.key, first_time=seen or Seen())


def keyed(clock: Clock, alg: str = "ES256") -> Company:
    """A company named by its key."""
    key = generate(alg)
    did = did_key(key.public)
    return Company(did, did_key_id(did), key, clock)


def on_the_web(web: Web, clock: Clock, host: str, services: Mapping[str, str] | None = None) -> Company:
    """A company with a did:web and its document on the web."""
    key, did = generate("ES256"), f"did:web:{host}"
    web.pages[f"https://{host}/.well-known/did.json"] = write_document(did, "k1", {"k1": key.public}, services)
    return Company(did, f"{did}#k1", key, clock)


def partners(*entries: Partner):
    """A partner list as a person has entered it."""
    table = {entry.id: entry for entry in entries}
    return table.get


def randomness(size: int) -> bytes:
    return os.urandom(size)
