"""Two companies go the whole way through their management APIs: publish, negotiate, pull, withdraw, prove."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from genba.app.exchange.node import Exchange
from genba.web.tokens import token_of
from tests.app.exchange.small_product import make_product
from tests.web.conftest import open_exchange
from tests.web.driver import Got, ask, running


@dataclass
class Company:
    exchange: Exchange
    management: str = ""

    @property
    def id(self) -> str:
        return self.exchange.participant

    def call(self, method: str, path: str, body: object = None, *, lang: str = "en") -> Got:
        headers = {"authorization": f"Bearer {token_of(self.exchange.home)}", "accept-language": lang}
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        return ask(self.management, method, path, headers=headers, body=content)

    def get(self, path: str) -> Any:
        got = self.call("GET", path)
        assert got.status == 200, got.body.decode()
        return json.loads(got.body)

    def post(self, path: str, body: object = None) -> Any:
        got = self.call("POST", path, body)
        assert got.status in (200, 201, 202, 204), got.body.decode()
        return json.loads(got.body) if got.body else None

    def until(self, path: str, holds: Callable[[Any], bool]) -> Any:
        for _ in range(200):
            found = self.get(path)
            if holds(found):
                return found
            time.sleep(0.1)
        raise AssertionError(f"{path} stayed {found}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return int(opened.getsockname()[1])


@pytest.fixture(scope="module")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Company]]:
    made = []
    with ExitStack() as stack:
        for name in ("maker", "buyer"):
            exchange = open_exchange(tmp_path_factory.mktemp(name))
            stack.callback(exchange.database.close)
            settings, port = exchange.settings, free_port()
            protocol = replace(settings.protocol, listen=f"127.0.0.1:{port}", address=f"http://127.0.0.1:{port}")
            company = Company(replace(exchange, settings=replace(settings, protocol=protocol)))
            company.management = stack.enter_context(running(company.exchange)).management
            made.append(company)
        yield made[0], made[1]


@pytest.fixture(scope="module")
def traded(companies: tuple[Company, Company], tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, Company]:
    """Both after they have gone the whole way once; every step on it is asserted."""
    trade(*companies, tmp_path_factory.mktemp("product"))
    return companies


def trade(maker: Company, buyer: Company, folder: Path) -> None:
    maker.call("PUT", f"/v1/partners/{quote(buyer.id)}", {"name": "Buyer", "groups": ["suppliers"]})
    buyer.call("PUT", f"/v1/partners/{quote(maker.id)}", {"address": maker.exchange.protocol_address})
    published = maker.post(
        "/v1/publications",
        {
            "product": str(make_product(folder / "product")),
            "terms": "suppliers",
            "personal_data": "none",
            "signed_by": "A. Sato",
        },
    )
    found = buyer.post("/v1/catalogs", {"address": maker.exchange.protocol_address})
    assert [dataset["id"] for dataset in found["datasets"]] == [published["dataset"]]
    offer = found["datasets"][0]["offers"][0]["id"]
    considered = buyer.get(f"/v1/offers/{quote(offer, safe='')}")
    assert considered["connector"] == "genba"
    assert {"enforced", "evidenced"} <= {term["kept"] for term in considered["terms"]}

    begun = buyer.post("/v1/negotiations", {"offer": offer})
    waiting = maker.until("/v1/waiting", lambda found: found["items"])["items"][0]
    assert (waiting["partner"], waiting["partner_name"]) == (buyer.id, "Buyer")
    assert waiting["terms"] and waiting["reason"]
    maker.post(f"/v1/negotiations/{quote(waiting['negotiation'], safe='')}/decision", {"decision": "accept"})
    path = f"/v1/negotiations/{quote(begun['id'], safe='')}"
    agreement = buyer.until(path, lambda found: found["state"] == "FINALIZED")["agreement"]
    assert maker.get("/v1/waiting")["items"] == []
    named = quote(agreement, safe="")
    assert buyer.get(f"/v1/agreements/{named}")["terms"]

    refused = buyer.post("/v1/pulls", {"agreement": agreement, "folder": "other", "purpose": "marketing"})
    over = buyer.until(f"/v1/pulls/{quote(refused['id'])}", lambda found: found["state"] != "running")
    assert over["state"] == "failed"
    pulled = buyer.post("/v1/pulls", {"agreement": agreement, "folder": "lots", "purpose": "quality"})
    over = buyer.until(f"/v1/pulls/{quote(pulled['id'])}", lambda found: found["state"] != "running")
    assert (over["state"], over["error"]) == ("done", "")
    received = buyer.exchange.home / "received" / "lots"
    assert (received / "dataset.json").is_file()

    withdrawn = maker.post(f"/v1/agreements/{named}/withdrawal", {"reason": "a recall"})
    assert withdrawn["withdrawn_because"] == "a recall"
    again = buyer.post("/v1/pulls", {"agreement": agreement, "folder": "again", "purpose": "quality"})
    over = buyer.until(f"/v1/pulls/{quote(again['id'])}", lambda found: found["state"] != "running")
    assert over["state"] == "failed"

    for company in (maker, buyer):
        proven = company.post("/v1/audit/verification")
        assert proven["findings"] == []
        assert proven["holds"]
        kinds = {entry["kind"] for entry in company.get("/v1/audit?limit=1000")["items"]}
        assert "negotiation" in kinds
    assert maker.post("/v1/audit/exports", {"name": "all"})["links"] > 5
    assert maker.post("/v1/backups", {"name": "first"})["files"] > 3
    assert maker.call("POST", "/v1/backups", {"name": "first"}).status == 409
    kept = maker.exchange.home.with_name(f"{maker.exchange.home.name}-backups") / "first"
    assert list(kept.rglob("exchange.toml"))
    assert not list(kept.rglob("management.token"))


def test_two_companies_go_the_whole_way(traded: tuple[Company, Company]) -> None:
    maker, buyer = traded
    assert (buyer.exchange.home / "received" / "lots" / "receipt.json").is_file()
    assert (maker.exchange.home / "exports" / "all.jsonl").is_file()
    assert not (buyer.exchange.home / "received" / "other").exists()
    assert not (buyer.exchange.home / "received" / "again").exists()


def test_lists_show_what_there_is(traded: tuple[Company, Company]) -> None:
    maker, buyer = traded
    assert maker.get("/v1/partners")["items"][0]["id"] == buyer.id
    assert len(maker.get("/v1/publications?withdrawn=no")["items"]) == 1
    assert maker.get("/v1/publications?withdrawn=yes")["items"] == []
    assert maker.get("/v1/negotiations?state=FINALIZED&waiting=no")["items"][0]["partner"] == buyer.id
    assert maker.get("/v1/agreements?role=provider&in_force=no")["items"][0]["withdrawn_because"] == "a recall"
    transfers = buyer.get("/v1/transfers")["items"]
    assert transfers
    assert "data_address" not in transfers[0]
    page = buyer.get("/v1/audit?limit=2")
    assert [entry["seq"] for entry in page["items"]] == [1, 2]
    assert buyer.get(f"/v1/audit?limit=2&after={page['next']}")["items"][0]["seq"] == 3


def test_a_page_after_the_last_is_empty_and_leads_nowhere(traded: tuple[Company, Company]) -> None:
    maker, _ = traded
    first = maker.get("/v1/partners?limit=1")
    assert first["next"] == first["items"][0]["id"]
    assert maker.get(f"/v1/partners?limit=1&after={quote(first['next'])}") == {"items": [], "next": ""}


def test_metrics_count_what_happened(traded: tuple[Company, Company]) -> None:
    maker, _ = traded
    page = maker.call("GET", "/metrics").body.decode()
    assert 'genba_negotiations{role="provider",state="FINALIZED"} 1' in page
    assert "genba_messages_waiting 0" in page
    assert 'genba_requests_total{listener="protocol",route="/data/{id}/files/{id}",method="GET",status="200"}' in page
    assert maker.exchange.participant not in page


def test_problems_speak_the_callers_language(traded: tuple[Company, Company]) -> None:
    maker, _ = traded
    for lang, begins in (
        ("ja-JP, en;q=0.5", "ID x に"),
        ("fr, en;q=0.3, ja;q=0.2", "There is nothing"),
        ("fr", "ID x に"),
    ):
        got = maker.call("GET", "/v1/negotiations/x", lang=lang)
        assert got.status == 404
        assert json.loads(got.body)["detail"].startswith(begins)
        assert got.headers["content-type"] == "application/problem+json"


def test_without_the_token_nothing_is_told(traded: tuple[Company, Company]) -> None:
    maker, _ = traded
    for path in ("/v1/partners", "/metrics", "/health", "/openapi.json", "/nowhere"):
        for headers in ({}, {"authorization": "Bearer " + "x" * 43}):
            got = ask(maker.management, "GET", path, headers=headers)
            assert (got.status, got.headers["www-authenticate"]) == (401, "Bearer")


def test_a_method_that_does_not_fit_is_told_which_do(traded: tuple[Company, Company]) -> None:
    maker, _ = traded
    got = maker.call("DELETE", "/v1/partners")
    assert (got.status, got.headers["allow"]) == (405, "GET, HEAD")
    assert maker.call("HEAD", "/v1/partners").body == b""


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b"[" * 100, {"content-type": "application/json"}, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b'{"name": 1}', {"content-type": "application/json"}, 400),
        (b'{"unknown": 1}', {"content-type": "application/json"}, 400),
        (b" " * 1_000_001, {"content-type": "application/json"}, 413),
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    traded: tuple[Company, Company], body: bytes, headers: dict[str, str], status: int
) -> None:
    maker, _ = traded
    headers = {**headers, "authorization": f"Bearer {token_of(maker.exchange.home)}"}
    assert ask(maker.management, "PUT", "/v1/partners/did:web:a.example", headers=headers, body=body).status == status
