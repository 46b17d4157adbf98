"""Tests of genba.web.outside and genba.web.callers: limits, errors and what they give away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from genba.errors import Conflict, Denied, InvalidInput
from genba.model.exchange import Caller
from genba.web.asgi import Response
from genba.web.callers import Callers
from genba.web.desk import Desk, Figures
from genba.web.limits import Buckets
from genba.web.log import StructuredLog, participant_mark
from genba.web.outside import Call, Outside, Place
from genba.web.places import error_body
from genba.web.streaming import FileAnswer
from tests.web.driver import call

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class ById:
    """An identity that believes what it is told."""

    participant = "did:web:us.example"

    def authorization(self, audience: str) -> str:
        return audience

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        if not authorization:
            raise Denied("exchange.who_are_you")
        return Caller(id=authorization)


class Bench:
    """An outer application with one place, its log and its figures."""

    def __init__(self, answering: Callable[[Call, Callers], Any], *, per_minute: int = 6_000, **options: Any) -> None:
        self.text = bytearray()
        self.figures = Figures()
        desk = Desk(StructuredLog(self.text.extend, now=lambda: NOW), self.figures, now=lambda: NOW)
        self.callers = Callers(ById(), Buckets(options.pop("per_participant", 6_000), now=lambda: 0.0))
        place = Place(
            prefix="/dsp/2025-1/",
            answering=lambda called: answering(called, self.callers),
            most_bytes=100,
            error=error_body,
        )
        buckets = {"messages": Buckets(per_minute, now=lambda: 0.0)}
        self.app = Outside((place,), desk, self.callers, buckets, **options)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def echo(called: Call, callers: Callers) -> Response:
    callers.caller(called.headers.get("authorization", "did:web:someone.example"), now=NOW)
    return Response(status=200, body=called.body or b"{}")


def raising(error: Exception) -> Callable[[Call, Callers], Response]:
    def answering(called: Call, callers: Callers) -> Response:
        raise error

    return answering


def test_a_request_reaches_its_place_with_its_body() -> None:
    bench = Bench(echo)
    got = call(bench.app, "POST", "/dsp/2025-1/catalog/request", b'{"a":', b"1}")
    assert (got.status, got.body) == (200, b'{"a":1}')
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "server" not in got.headers


def test_elsewhere_there_is_nothing() -> None:
    assert call(Bench(echo).app, "GET", "/admin").status == 404


def test_a_body_that_is_too_large_is_refused_in_the_words_of_the_protocol() -> None:
    got = call(Bench(echo).app, "POST", "/dsp/2025-1/negotiations/request", b"x" * 60, b"x" * 60)
    assert got.status == 413
    assert json.loads(got.body)["@type"] == "ContractNegotiationError"
    assert got.headers["connection"] == "close"


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    got = call(Bench(echo).app, "POST", "/dsp/2025-1/transfers/request", b"[" * 90)
    assert got.status == 400
    assert json.loads(got.body)["@type"] == "TransferError"


def test_an_address_that_asks_too_often_is_told_when_to_come_back() -> None:
    bench = Bench(echo, per_minute=6)
    assert call(bench.app, "GET", "/dsp/2025-1/x", address="192.0.2.1").status == 200
    got = call(bench.app, "GET", "/dsp/2025-1/x", address="192.0.2.1")
    assert (got.status, got.headers["retry-after"]) == (429, "11")
    assert call(bench.app, "GET", "/dsp/2025-1/x", address="192.0.2.2").status == 200


def test_a_participant_that_asks_too_often_is_limited_whatever_its_address() -> None:
    bench = Bench(echo, per_participant=6)
    often = {"authorization": "did:web:often.example"}
    assert call(bench.app, "GET", "/dsp/2025-1/x", headers=often, address="192.0.2.1").status == 200
    got = call(bench.app, "GET", "/dsp/2025-1/x", headers=often, address="192.0.2.2")
    assert got.status == 429
    assert int(got.headers["retry-after"]) > 0
    assert call(bench.app, "GET", "/dsp/2025-1/x", headers={"authorization": "did:web:other.example"}).status == 200


def test_a_participant_over_its_limit_is_told_so_even_where_refusals_are_swallowed() -> None:
    def swallowing(called: Call, callers: Callers) -> Response:
        try:
            return echo(called, callers)
        except Denied:
            return Response(status=404)

    bench = Bench(swallowing, per_participant=6)
    assert [call(bench.app, "GET", "/dsp/2025-1/x").status for _ in range(2)] == [200, 429]


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw() -> None:
    bench = Bench(echo, per_minute=6, behind_proxy=True)

    def ask(seen: str) -> int:
        return call(bench.app, "GET", "/dsp/2025-1/x", headers={"x-forwarded-for": seen}).status

    assert ask("192.0.2.1") == 200
    assert ask("198.51.100.9, 192.0.2.1") == 429  # what stands before was written by whoever asks
    assert ask("192.0.2.2") == 200


def test_without_a_proxy_nobody_chooses_an_address() -> None:
    bench = Bench(echo, per_minute=6)
    statuses = [
        call(bench.app, "GET", "/dsp/2025-1/x", headers={"x-forwarded-for": f"192.0.2.{number}"}).status
        for number in range(2)
    ]
    assert statuses == [200, 429]


@pytest.mark.parametrize(
    ("error", "status"), [(InvalidInput("exchange.a"), 400), (Conflict("exchange.a"), 409), (Denied("exchange.a"), 403)]
)
def test_an_error_is_answered_by_its_kind(error: Exception, status: int) -> None:
    got = call(Bench(raising(error)).app, "GET", "/dsp/2025-1/catalog/datasets/x")
    assert got.status == status
    assert json.loads(got.body)["@type"] == "CatalogError"


def test_what_fails_inside_gives_away_a_number_only() -> None:
    bench = Bench(raising(RuntimeError("the password is swordfish")))
    got = call(bench.app, "GET", "/dsp/2025-1/catalog/datasets/x")
    assert got.status == 500
    number = got.headers["x-correlation-id"]
    assert number in got.body.decode()
    assert "swordfish" not in got.body.decode() + bench.text.decode()
    assert bench.lines[0]["correlation"] == number
    assert bench.lines[0]["at_line"].startswith("RuntimeError at test_outside.py:")


def test_the_log_has_a_line_a_request_without_what_is_secret() -> None:
    bench = Bench(echo)
    headers = {"authorization": "did:web:someone.example"}
    call(bench.app, "POST", "/dsp/2025-1/negotiations/urn:uuid:1/events?a=secret", b'{"b":"secret"}', headers=headers)
    (line,) = bench.lines
    assert line["path"] == "/dsp/2025-1/negotiations/{id}/events"
    assert line["participant"] == participant_mark("did:web:someone.example")
    assert "secret" not in bench.text.decode()
    assert "someone" not in bench.text.decode()
    assert set(line) == {
        "at",
        "event",
        "listener",
        "method",
        "path",
        "status",
        "ms",
        "correlation",
        "participant",
    }


def test_why_a_caller_was_not_believed_stands_in_the_log_alone() -> None:
    def swallowing(called: Call, callers: Callers) -> Response:
        try:
            return echo(called, callers)
        except Denied:
            return Response(status=401)

    bench = Bench(swallowing)
    got = call(bench.app, "GET", "/dsp/2025-1/x", headers={"authorization": ""})
    assert (got.status, got.body) == (401, b"")
    assert bench.lines[0]["error"] == "exchange.who_are_you"


def test_metrics_have_templates_for_paths() -> None:
    bench = Bench(echo)
    for number in range(3):
        call(bench.app, "GET", f"/dsp/2025-1/transfers/urn:uuid:{number}")
        call(bench.app, "GET", f"/guess/{number}")
        call(bench.app, f"VERB{number}", "/dsp/2025-1/x")
    routes = {line.split('route="')[1].split('"')[0] for line in bench.figures.requests.lines()}
    methods = {line.split('method="')[1].split('"')[0] for line in bench.figures.requests.lines()}
    assert routes == {"/dsp/2025-1/transfers/{id}", "/dsp/2025-1/{id}", "other"}
    assert methods == {"GET", "other"}


def test_a_file_is_sent_and_the_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"0123456789")
    finished: list[int] = []
    answer = FileAnswer(status=206, path=tmp_path / "a.bin", first=2, size=5, finish=finished.append)
    bench = Bench(lambda called, callers: answer)
    got = call(bench.app, "GET", "/dsp/2025-1/x")
    assert (got.status, got.body, finished) == (206, b"23456", [5])
    assert bench.lines[0]["sent_bytes"] == 5
    assert "genba_delivered_bytes_total 5" in list(bench.figures.delivered.lines())


def test_a_file_that_is_gone_fails_without_saying_where_it_was(tmp_path: Path) -> None:
    finished: list[int] = []
    answer = FileAnswer(status=200, path=tmp_path / "secret.bin", first=0, size=5, finish=finished.append)
    bench = Bench(lambda called, callers: answer)
    got = call(bench.app, "GET", "/dsp/2025-1/x")
    assert (got.status, finished) == (500, [0])
    assert "secret" not in got.body.decode() + bench.text.decode()
