"""One side of a schedule as a process of its own, to be killed: `python -m benchmarks.exchange.schedule_side JSON`.

Serves the protocol over HTTP from an SQLite file, sends what is due over a bad line, and does what its standard input
says, one command a line. Its identity believes everything; it is for schedules only.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from genba.app.exchange import negotiating, transferring
from genba.app.exchange.dispatch import Dispatcher, Pace
from genba.app.exchange.inbound import ProtocolRequest, handle
from genba.app.exchange.negotiating import OfferRequest
from genba.app.exchange.node import Exchange
from genba.app.exchange.rules import StandardRules
from genba.connector.http import GuardedHttp
from genba.dsp.transfer import FINAL
from genba.errors import GenbaError, Unavailable
from genba.model.settings import LimitSettings, ManagementSettings, NetworkSettings, ProtocolSettings, Settings
from genba.ports.exchange import Answer, Http
from genba.storage.exchange import agreements, transfers
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite
from tests.exchange_companies import OFFER, UnsafeIdentity, UnsafeSigner, UnsafeVault

DATASET = "dataset-1"
# Hurried, so that a schedule takes seconds: leases and pauses as long as a process takes to come back.
PACE = Pace(lease_s=1.0, first_s=0.05, most_s=0.4)
LOOPBACK = ("127.0.0.0/8",)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Who a side is and where."""

    name: str
    port: int
    peer: str
    peer_port: int
    folder: str
    seed: int
    badness: float

    @property
    def did(self) -> str:
        """Our id."""
        return f"did:web:{self.name}.example"

    @property
    def database(self) -> Path:
        """Where we remember."""
        return Path(self.folder) / self.name / "exchange.sqlite"


@dataclass(frozen=True, slots=True)
class BadHttp:
    """Satisfies ports.exchange.Http: loses requests and answers, and sends some twice."""

    inner: Http
    rng: random.Random
    badness: float

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send, badly."""
        happens = self.rng.choice(("lost", "deaf", "twice")) if self.rng.random() < self.badness else ""
        if happens == "lost":
            raise Unavailable("connector.not_reached")
        answer = self.inner.request(method, url, headers=headers, body=body)
        if happens == "twice":
            answer = self.inner.request(method, url, headers=headers, body=body)
        if happens == "deaf":
            raise Unavailable("connector.no_answer")
        return answer


def open_side(part: Part) -> Exchange:
    """Make or open the exchange of a side."""
    database = open_sqlite(part.database)
    migrate(database)
    signer = UnsafeSigner()
    address = f"http://127.0.0.1:{part.port}"
    http = GuardedHttp(private=LOOPBACK, plain_http=True)
    return Exchange(
        home=part.database.parent,
        settings=Settings(
            participant=part.did,
            protocol=ProtocolSettings(listen=f"127.0.0.1:{part.port}", address=address),
            management=ManagementSettings(listen="127.0.0.1:0"),
            network=NetworkSettings(private=LOOPBACK, plain_http=True),
            limits=LimitSettings(requests_per_minute=1_000_000),
        ),
        database=database,
        identity=UnsafeIdentity(part.did),
        signer=signer,
        verifier=signer,
        vault=UnsafeVault(),
        http=BadHttp(http, random.Random(part.seed), part.badness),
        rules=StandardRules(),
    )


def listening(exchange: Exchange, port: int) -> ThreadingHTTPServer:
    """Listen for the other side; the engine answers, without the server's limits and logs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            response = handle(
                exchange, ProtocolRequest(method=self.command, path=self.path, headers=headers, body=body)
            )
            self.send_response(response.status)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        def log_message(self, format: str, *arguments: object) -> None:
            return None

    ThreadingHTTPServer.allow_reuse_address = True
    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def obey(exchange: Exchange, part: Part) -> None:
    """Do what the standard input says, until it ends."""
    rng = random.Random(part.seed + 1)
    for line in sys.stdin:
        try:
            _do(exchange, part, line.strip(), rng)
        except GenbaError as error:
            sys.stderr.write(f"{part.name} {line.strip()}: {error.code}\n")


def _do(exchange: Exchange, part: Part, command: str, rng: random.Random) -> None:
    peer = f"http://127.0.0.1:{part.peer_port}/dsp/2025-1"
    if command == "ask":
        wanted = OfferRequest(
            partner=f"did:web:{part.peer}.example", address=peer, dataset=DATASET, offer=json.dumps(OFFER)
        )
        negotiating.request_offer(exchange, wanted)
    elif command == "request":
        with exchange.database.reading() as tx:
            ids = [one.id for one in agreements.listing(tx) if one.final]
        if ids:
            transferring.request_transfer(exchange, rng.choice(ids), address=peer)
    elif command == "change":
        with exchange.database.reading() as tx:
            every = transfers.listing(tx, exchange.vault, limit=100)
        pids = [one.pid for one in every if one.state not in FINAL]
        if pids:
            _change(exchange, rng.choice(pids), rng)


def _change(exchange: Exchange, pid: str, rng: random.Random) -> None:
    match rng.choice(("start", "suspend", "suspend", "complete", "terminate")):
        case "start":
            transferring.start(exchange, pid)
        case "suspend":
            transferring.suspend(exchange, pid, reason="pause")
        case "complete":
            transferring.complete(exchange, pid)
        case _:
            transferring.terminate(exchange, pid, reason="enough")


def main(arguments: list[str]) -> None:
    """Serve until killed, or until the standard input ends."""
    part = msgspec.json.decode(arguments[0], type=Part)
    dispatcher = Dispatcher(open_side(part), threads=2, poll_s=0.1, sweep_s=3_600, pace=PACE)
    server = listening(dispatcher.exchange, part.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    dispatcher.start()
    print("ready", flush=True)
    obey(dispatcher.exchange, part)


def fresh_seed(*parts: object) -> int:
    """Make a seed of several numbers and names."""
    return int.from_bytes(sha256(repr(parts).encode()).digest()[:6], "big")


if __name__ == "__main__":
    main(sys.argv[1:])
