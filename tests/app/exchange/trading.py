"""Two companies with a published product and a final agreement, whose data travel over the same line in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from genba.app.exchange import delivery, negotiating
from genba.app.exchange.delivery import DataRequest, DataResponse
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.node import Exchange
from genba.errors import Denied, Unavailable
from genba.model.exchange import LogEntry, Partner
from genba.model.policy import Audience
from genba.ports.exchange import Answer
from genba.storage.exchange import agreements, log, partners, publications
from genba.storage.exchange.deliveries import write_delivery
from genba.trust import jwk
from genba.trust.jws import DidVerifier, KeySigner
from tests.app.exchange.shelf import Body
from tests.exchange_companies import Clock, Company, Line, Sent, drain, publication

CX = "https://w3id.org/catenax/2025/9/policy/"
DATASET = "urn:genba:dataset:1"
FILES = {"tables/a.csv": b"lot,value\n1,2\n" * 400, "documents/手順 1.json": b'{"a":1}', "manifest.json": b"{}"}
PURPOSE = "cx.quality.base:1"


def offer(*constraints: tuple[str, str, str], prohibited: tuple[str, str, str] | None = None) -> dict[str, object]:
    """An offer whose one permission has these constraints."""
    made: dict[str, object] = {"@type": "Offer", "@id": "offer-1"}
    made["permission"] = [{"action": "use", "constraint": [_constraint(*one) for one in constraints]}]
    if prohibited is not None:
        made["prohibition"] = [{"action": "use", "constraint": [_constraint(*prohibited)]}]
    return made


def _constraint(left: str, operator: str, right: str) -> dict[str, object]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


FOR_QUALITY = offer((f"{CX}UsagePurpose", "isAnyOf", PURPOSE))


class DataLine(Line):
    """Carries data requests too; an answer's file is read as it is fetched, and `cut` breaks it off."""

    def __init__(self) -> None:
        super().__init__()
        self.breaks_after: int | None = None
        self.data: list[tuple[str, str, int]] = []

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        if "/data/" not in url:
            return super().request(method, url, headers=headers, body=body)
        if happens := self.fault(method, url):
            raise Unavailable(f"connector.{happens}")
        response = self.ask(method, url, headers or {}, body)
        content = response.body
        if response.file is not None:
            content = response.file.read_bytes()[response.start : response.start + response.length]
            response.finished(len(content))
        self.sent.append(Sent(method, url, body, response.status))
        return Answer(status=response.status, headers=response.headers, body=content)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> DataResponse:
        parts = urlsplit(url)
        home = self.homes[f"{parts.scheme}://{parts.netloc}"]()
        response = delivery.handle(
            home,
            DataRequest(
                method=method,
                path=unquote(parts.path),
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in headers.items()},
                body=body,
            ),
        )
        self.data.append((method, unquote(parts.path).partition("/data/")[2].partition("/")[2], response.status))
        return response

    @contextmanager
    def stream(self, method: str, url: str, *, headers: Mapping[str, str] | None = None) -> Iterator[Body]:
        yield Body(self, self.request(method, url, headers=headers))


@dataclass
class Trade:
    """A maker that offers a product, a buyer that may have it, and what lies between them."""

    line: DataLine
    clock: Clock
    maker: Company
    buyer: Company
    agreement: str
    out: Path

    def entries(self, company: Company, *kinds: str) -> list[LogEntry]:
        """Links of a log of these kinds, or all."""
        with company.database.reading() as tx:
            return [entry for entry in log.entries(tx) if not kinds or entry.kind in kinds]

    def bodies(self, company: Company, *kinds: str) -> list[dict[str, object]]:
        return [json.loads(entry.body) for entry in self.entries(company, *kinds)]


def trade(
    folder: Path,
    *,
    terms: dict[str, object] = FOR_QUALITY,
    files: Mapping[str, bytes] = FILES,
    line: DataLine | None = None,
) -> Trade:
    """Publish, agree, and give both sides keys that can be told apart."""
    line, clock = line or DataLine(), Clock()
    maker, buyer = Company("maker", line, clock), Company("buyer", line, clock)
    keys = {f"{company.did}#key": jwk.generate("ES256") for company in (maker, buyer)}

    def find(kid: str, purpose: str) -> jwk.PublicKey:
        if kid not in keys:
            raise Denied("trust.key_unknown", reason=purpose)
        return keys[kid].public

    for company, other in ((maker, buyer), (buyer, maker)):
        kid = f"{company.did}#key"
        company.exchange = replace(
            company.exchange,
            home=folder / company.name,
            signer=KeySigner(keys[kid], kid),
            verifier=DidVerifier(find),
        )
        with company.database.transaction() as tx:
            partners.put(tx, Partner(id=other.did, address=other.base, groups=("suppliers",)))
    publish(maker, folder, terms=terms, files=files)
    wanted = OfferRequest(partner=maker.did, address=maker.base, dataset=DATASET, offer=json.dumps(terms))
    negotiating.request_offer(buyer.exchange, wanted)
    drain(maker, buyer)
    with buyer.database.reading() as tx:
        (agreement,) = agreements.listing(tx)
    assert agreement.final
    return Trade(line=line, clock=clock, maker=maker, buyer=buyer, agreement=agreement.id, out=folder / "out")


def publish(
    maker: Company, folder: Path, *, terms: dict[str, object], files: Mapping[str, bytes], rule: str = "accept"
) -> None:
    """Freeze files and offer them, without what only the catalogue needs."""
    source = folder / "source"
    for path, content in files.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(content)
    exchange: Exchange = maker.exchange
    made = write_delivery(
        exchange.home / "deliveries" / "1",
        [(path, source / path) for path in files],
        exchange.signer,
        dataset=DATASET,
        version="1",
        title="press shop",
        provider=maker.did,
    )
    from hashlib import sha256

    entry = replace(
        publication(DATASET, rule=rule, offer=terms),
        folder="deliveries/1",
        manifest_sha256=sha256(made.body).hexdigest(),
    )
    with maker.database.transaction() as tx:
        publications.put(tx, entry, Audience(), entry="{}")
