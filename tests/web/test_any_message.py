"""Whatever a proven participant sends, the outer listener answers, and never with a failure of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genba.app.exchange.node import Exchange
from genba.errors import Unavailable
from genba.model.exchange import Caller
from genba.ports.exchange import Answer
from genba.web.assembly import Running, assemble
from genba.web.log import open_log
from tests.web.conftest import open_exchange
from tests.web.driver import call

CONTEXT = ["https://w3id.org/dspace/2025/1/context.jsonld"]
OFFER = {
    "@type": "Offer",
    "@id": "offer-1",
    "target": "urn:genba:dataset:1",
    "assigner": "did:web:us.example",
    "permission": [
        {"action": "use", "constraint": [{"leftOperand": "count", "operator": "lteq", "rightOperand": "1"}]}
    ],
}
MESSAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("catalog/request", {"@type": "CatalogRequestMessage", "filter": ["x"]}),
    (
        "negotiations/request",
        {
            "@type": "ContractRequestMessage",
            "consumerPid": "urn:uuid:c",
            "callbackAddress": "http://127.0.0.1:9/dsp",
            "offer": OFFER,
        },
    ),
    (
        "negotiations/offers",
        {
            "@type": "ContractOfferMessage",
            "providerPid": "urn:uuid:p",
            "callbackAddress": "http://127.0.0.1:9/dsp",
            "offer": OFFER,
        },
    ),
    ("negotiations/urn:uuid:p/events", {"@type": "ContractNegotiationEventMessage", "eventType": "ACCEPTED"}),
    ("negotiations/urn:uuid:p/agreement/verification", {"@type": "ContractAgreementVerificationMessage"}),
    ("negotiations/urn:uuid:p/termination", {"@type": "ContractNegotiationTerminationMessage", "reason": ["a"]}),
    (
        "transfers/request",
        {
            "@type": "TransferRequestMessage",
            "consumerPid": "urn:uuid:c",
            "agreementId": "urn:uuid:a",
            "format": "HttpData-PULL",
            "callbackAddress": "http://127.0.0.1:9/dsp",
        },
    ),
    ("transfers/urn:uuid:p/start", {"@type": "TransferStartMessage", "dataAddress": {"endpointProperties": []}}),
    ("transfers/urn:uuid:p/suspension", {"@type": "TransferSuspensionMessage", "code": "1"}),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


class Nowhere:
    def request(self, method: str, url: str, **rest: object) -> Answer:
        raise Unavailable("connector.unreachable", host="nowhere")


class Credulous:
    participant = "did:web:us.example"

    def authorization(self, audience: str) -> str:
        return "us"

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        return Caller(id="did:web:them.example")


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A message with a few of its values replaced, removed or added, somewhere inside."""
    path, message = draw(st.sampled_from(MESSAGES))
    value: dict[str, Any] = json.loads(json.dumps({"@context": CONTEXT, "providerPid": "urn:uuid:p", **message}))
    value.setdefault("consumerPid", "urn:uuid:c")
    for _ in range(draw(st.integers(0, 3))):
        place: Any = value
        while isinstance(place, dict) and place:
            key = draw(st.sampled_from(sorted(place)))
            if isinstance(place[key], dict) and draw(st.booleans()):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = draw(ANYTHING)
            else:
                del place[key]
            break
    return path, json.dumps(value).encode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Exchange]]:
    exchange = replace(open_exchange(tmp_path_factory.mktemp("any")), http=Nowhere(), identity=Credulous())
    log, close = open_log("", exchange.home, now=exchange.now)
    running = assemble(exchange, log)
    yield running, exchange
    running.close()
    close()
    exchange.database.close()


def check(served: tuple[Running, Exchange], method: str, path: str, body: bytes = b"") -> None:
    got = call(served[0].outside, method, path, body, headers={"authorization": "Bearer x"})
    assert 200 <= got.status < 500, (got.status, got.body, got.headers.get("x-correlation-id"))
    if got.body and got.status >= 400:
        assert "code" in json.loads(got.body)


@given(spoiled())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoiled_messages_are_answered(served: tuple[Running, Exchange], made: tuple[str, bytes]) -> None:
    check(served, "POST", f"/dsp/2025-1/{made[0]}", made[1])


@given(st.sampled_from(MESSAGES), st.binary(max_size=60))
@settings(max_examples=50)
def test_bytes_that_are_no_message_are_answered(
    served: tuple[Running, Exchange], known: tuple[str, object], body: bytes
) -> None:
    check(served, "POST", f"/dsp/2025-1/{known[0]}", body)


WORDS = st.sampled_from(
    [
        "negotiations",
        "transfers",
        "catalog",
        "datasets",
        "request",
        "files",
        "details",
        "..",
        "%00",
        "%ff",
        "",
        "あ",
        "x",
    ]
)


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]),
    st.sampled_from(["/dsp/2025-1", "/data", "/.well-known", "/dcp", "/health", ""]),
    st.lists(WORDS | st.text(st.characters(codec="latin-1", exclude_characters="?#"), max_size=12), max_size=5),
)
@settings(max_examples=60)
def test_any_address_is_answered(served: tuple[Running, Exchange], method: str, root: str, below: list[str]) -> None:
    path = "/".join([root, *below]).encode("utf-8").decode("latin-1")
    check(served, method, path if path.startswith("/") else f"/{path}", b"{}" if method in ("POST", "PUT") else b"")
