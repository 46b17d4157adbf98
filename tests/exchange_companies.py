"""Two companies' exchanges in one process, joined by a line that a test can cut; small fakes of what is not tested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from genba.app.exchange.cataloguing import SERVICE_ID
from genba.app.exchange.dispatch import Pace, deliver_due
from genba.app.exchange.inbound import handle
from genba.app.exchange.node import Exchange
from genba.app.exchange.protocol import ProtocolRequest
from genba.app.exchange.rules import StandardRules
from genba.dsp import catalog
from genba.errors import Denied, Unavailable
from genba.model.exchange import Caller, Publication
from genba.model.policy import Audience
from genba.model.settings import ProtocolSettings, Settings
from genba.ports.database import Database
from genba.ports.exchange import Answer, Rules
from genba.storage.exchange import publications
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite

BEGINNING = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
OFFER = {
    "@type": "Offer",
    "@id": "offer-1",
    "permission": [
        {
            "action": "use",
            "constraint": [{"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2027-01-01T00:00:00Z"}],
        }
    ],
}
ACCESS = {"@type": "Set", "permission": [{"action": "access"}]}


class UnsafeIdentity:
    """Believes what the Authorization header says; nothing is proven."""

    def __init__(self, participant: str) -> None:
        self._participant = participant

    @property
    def participant(self) -> str:
        return self._participant

    def authorization(self, audience: str) -> str:
        return self._participant

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        if not authorization.startswith("did:"):
            raise Denied("trust.refused")
        return Caller(id=authorization)


class UnsafeSigner:
    """Signs with a hash that everybody can compute, and verifies it."""

    def sign(self, payload: bytes, *, typ: str) -> str:
        return f"{payload.hex()}.{typ}.{hashlib.sha256(payload).hexdigest()}"

    def verify(self, token: str, *, typ: str, signer: str) -> bytes:
        payload, name, digest = token.split(".", 2) if token.count(".") == 2 else ("", "", "")
        if name != typ or hashlib.sha256(bytes.fromhex(payload)).hexdigest() != digest:
            raise Denied("trust.refused")
        return bytes.fromhex(payload)


class UnsafeVault:
    """Hides nothing; only binds a secret to its label."""

    def seal(self, secret: bytes, *, label: str) -> str:
        return f"{label}|{secret.hex()}"

    def open(self, envelope: str, *, label: str) -> bytes:
        bound, _, secret = envelope.rpartition("|")
        if bound != label:
            raise Denied("trust.refused")
        return bytes.fromhex(secret)


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = BEGINNING

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request on the line, and what was answered (0: nothing came back)."""

    method: str
    url: str
    body: bytes
    status: int


class Line:
    """Carries requests to the company whose address they name; `fault` decides what happens to each."""

    def __init__(self) -> None:
        self.homes: dict[str, Callable[[], Exchange]] = {}
        self.sent: list[Sent] = []
        # Gives "" to let a request pass, "lost" to lose it, "deaf" to deliver it and lose the answer.
        self.fault: Callable[[str, str], str] = lambda method, url: ""

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        happens = self.fault(method, url)
        parts = urlsplit(url)
        home = self.homes.get(f"{parts.scheme}://{parts.netloc}")
        if home is None or happens == "lost":
            self.sent.append(Sent(method, url, body, 0))
            raise Unavailable("connector.not_reached")
        named = {name.lower(): value for name, value in (headers or {}).items()}
        request = ProtocolRequest(method=method, path=parts.path, query=parts.query, headers=named, body=body)
        response = handle(home(), request)
        self.sent.append(Sent(method, url, body, 0 if happens else response.status))
        if happens:
            raise Unavailable("connector.no_answer")
        return Answer(status=response.status, headers=response.headers, body=response.body)


def new_database() -> Database:
    database = open_sqlite(":memory:")
    migrate(database)
    return database


@dataclass
class Company:
    """One exchange on the line."""

    name: str
    line: Line
    clock: Clock
    rules: Rules = field(default_factory=StandardRules)
    database: Database = field(default_factory=new_database)

    def __post_init__(self) -> None:
        self.address = f"https://{self.name}.example"
        self._folder = TemporaryDirectory(prefix="genba-")
        numbers = count(1)
        signer = UnsafeSigner()
        self.exchange = Exchange(
            home=Path(self._folder.name),
            settings=Settings(
                participant=self.did,
                protocol=ProtocolSettings(address=self.address),
            ),
            database=self.database,
            identity=UnsafeIdentity(self.did),
            signer=signer,
            verifier=signer,
            vault=UnsafeVault(),
            http=self.line,
            rules=self.rules,
            now=self.clock.now,
            new_id=lambda: f"urn:{self.name}:{next(numbers)}",
            new_token=lambda: f"token-{next(numbers)}",
        )
        self.line.homes[self.address] = lambda: self.exchange

    @property
    def did(self) -> str:
        return f"did:web:{self.name}.example"

    @property
    def base(self) -> str:
        return f"{self.address}/dsp/2025-1"

    def publish(self, dataset: str = "dataset-1", *, rule: str = "accept", offer: object = OFFER) -> None:
        with self.database.transaction() as tx:
            entry = catalog.dataset("{}", [json.dumps(offer)], id=dataset, service_id=SERVICE_ID)
            publications.put(tx, publication(dataset, rule=rule, offer=offer), Audience(), entry=entry)

    def deliver(self) -> int:
        """Send what is due once."""
        return deliver_due(self.exchange, pace=PACE)


PACE = Pace(jitter=lambda: 1.0)


def publication(dataset: str, *, rule: str = "accept", offer: object = OFFER) -> Publication:
    return Publication(
        id=dataset,
        version="1",
        title=dataset,
        dataset="{}",
        offer_id=str(dict(offer)["@id"]),  # type: ignore[call-overload]
        offer=json.dumps(offer),
        access=json.dumps(ACCESS),
        folder=dataset,
        manifest_sha256="0" * 64,
        published_at=BEGINNING,
        rule=rule,
        personal_data="",
    )


def drain(*companies: Company, rounds: int = 40) -> None:
    """Deliver until nothing is due anywhere."""
    for _ in range(rounds):
        if not sum(company.deliver() for company in companies):
            return
    raise AssertionError("messages go back and forth without end")
