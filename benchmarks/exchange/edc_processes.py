"""Negotiations and transfers between two EDCs a second: warmed once, then its settings swept to its best.

EDC reads the rest between two looks of its state machines, and how many processes it takes at a time, at its start.
A new Java for each setting would be a cold one each time; so both sides run on, and for each setting the machines are
stopped, all processes forgotten, and the machines started anew (tests/interop/edc/Tuning.java).
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil

from benchmarks.exchange.closed_loop import Line, closed_loop
from tests.interop import edc

ASSET = "asset"
SETTLE_S = 1.5  # after a change of settings, before anything counts
FINALISTS = 2  # of each concurrency
TRIES = 5
KINDS = ("negotiations", "transfers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is tried, and for how long."""

    waits: Sequence[int] = (1, 5, 20, 100)  # ms
    batches: Sequence[int] = (20, 100, 500)
    concurrency: Sequence[int] = (16, 64)
    warm_s: float = 60.0  # load once, before anything counts
    seconds: float = 2.5  # each setting
    final_s: float = 10.0  # the best ones once more
    heap: str = "512m"
    seed: int = 7


class Ears:
    """Hears from EDC which processes have come to the state that is waited for."""

    def __init__(self) -> None:
        self._heard: dict[str, threading.Event] = {}
        self._payloads: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        ears = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                payload = message.get("payload", message)
                process = payload.get("contractNegotiationId") or payload.get("transferProcessId")
                ears._payloads[process] = message
                ears.event(process).set()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def event(self, process: str) -> threading.Event:
        """The event of a process, which may be heard of before its id is known."""
        with self._lock:
            return self._heard.setdefault(process, threading.Event())

    def wait(self, process: str) -> str:
        """Wait for what was wished for; gives the type of what was heard."""
        if not self.event(process).wait(60):
            raise TimeoutError(process)
        heard = str(self._payloads[process].get("type", ""))
        if not heard.endswith(("Finalized", "Started")):
            raise edc.Refused(f"{process}: {heard}")
        return heard

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._heard.clear()
            self._payloads.clear()

    def close(self) -> None:
        """Hear no more."""
        self._server.shutdown()
        self._server.server_close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two EDCs that know each other, and how to begin something between them."""

    provider: edc.Edc
    consumer: edc.Edc
    tuning: tuple[int, int]
    ears: Ears
    terms: dict[str, Any]

    def tune(self, wait: int, batch: int) -> None:
        """Forget all processes and go on with other settings."""
        for port in self.tuning:
            edc.send("POST", f"http://127.0.0.1:{port}/{wait}/{batch}")
        self.ears.forget()

    def negotiating(self) -> Callable[[], str]:
        """What takes one negotiation to its end."""
        where = self.provider.participant, self.provider.address
        asked = edc.negotiation_request(*where, ASSET, self.terms, told=self.ears.url)
        return self._step("contractnegotiations", asked)

    def transferring(self) -> Callable[[], str]:
        """What takes one transfer to its start, under a new agreement."""
        agreed = edc.negotiated(self.consumer, _tried(self.negotiating()))
        where = self.provider.participant, self.provider.address
        asked = edc.transfer_request(*where, str(agreed["contractAgreementId"]), told=self.ears.url)
        return self._step("transferprocesses", asked)

    def _step(self, kind: str, asked: dict[str, Any]) -> Callable[[], str]:
        line, body = Line(f"{self.consumer.management}/v3/{kind}"), json.dumps(asked).encode()

        def step() -> str:
            process = str(json.loads(line.post(body, {}))["@id"])
            self.ears.wait(process)
            return process

        return step


def _tried(step: Callable[[], str]) -> str:
    """EDC ends a negotiation by itself when two of its messages cross: then once more."""
    for _ in range(TRIES - 1):
        with suppress(edc.Refused):
            return step()
    return step()


@contextmanager
def pair(heap: str) -> Iterator[Pair]:
    """A provider that offers one asset, a consumer, and ears."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = edc.free_ports(2)
        provider, consumer = (
            stack.enter_context(edc.running(name, folder / name, {"genba.tuning.port": str(port)}, heap=heap))
            for name, port in zip(("provider", "consumer"), ports, strict=True)
        )
        ears = Ears()
        stack.callback(ears.close)
        edc.offer(provider, ASSET, "http://127.0.0.1:9/none")
        found = edc.catalogue(consumer, provider.participant, provider.address)
        (terms,) = edc.offers(edc.datasets(found)[ASSET])
        tuning = ports[0], ports[1]
        yield Pair(provider=provider, consumer=consumer, tuning=tuning, ears=ears, terms=terms)


def processes(sweep: Sweep) -> dict[str, Any]:
    """Warm up, try every setting in random order, then the best ones again and for longer."""
    settings = list(itertools.product(sweep.waits, sweep.batches, sweep.concurrency))
    random.Random(sweep.seed).shuffle(settings)
    with pair(sweep.heap) as both:
        shares = zip(KINDS, (0.6, 0.4), strict=True)
        hot = 5, 100, max(sweep.concurrency)
        warm = {kind: _load(both, kind, hot, share * sweep.warm_s) for kind, share in shares}
        swept: dict[str, list[dict[str, Any]]] = {
            kind: [_load(both, kind, setting, sweep.seconds) for setting in settings] for kind in KINDS
        }
        finals = {kind: [_load(both, kind, one, sweep.final_s) for one in finalists(swept[kind])] for kind in KINDS}
    return {
        "warm_up": warm,
        "swept": swept,
        "finals": finals,
        "best": {kind: max(finals[kind], key=lambda run: float(run["per_s"])) for kind in KINDS},
        "heap": sweep.heap,
    }


def finalists(runs: list[dict[str, Any]]) -> list[tuple[int, int, int]]:
    """The best of each concurrency: what many at once do in waves, a short run tells less well than what few do."""
    best = sorted(runs, key=lambda run: float(run["per_s"]), reverse=True)
    chosen = [
        run
        for concurrency in sorted({run["concurrency"] for run in runs})
        for run in [run for run in best if run["concurrency"] == concurrency][:FINALISTS]
    ]
    return [(run["iteration_wait_ms"], run["batch_size"], run["concurrency"]) for run in chosen]


def _load(both: Pair, kind: str, setting: tuple[int, int, int], seconds: float) -> dict[str, Any]:
    """One setting under load, with the processor time of both EDCs and of what drives them."""
    wait, batch, concurrency = setting
    both.tune(wait, batch)
    step = both.negotiating() if kind == "negotiations" else both.transferring()
    theirs, ours = _cpu_s(both), time.process_time()
    run = closed_loop(step, concurrency=concurrency, seconds=seconds, warm_s=SETTLE_S)
    ended = max(run["ended"], 1)
    told = {
        "iteration_wait_ms": wait,
        "batch_size": batch,
        **run,
        "edc_cpu_ms": (_cpu_s(both) - theirs) * 1000 / ended,
        "driver_cpu_ms": (time.process_time() - ours) * 1000 / ended,
    }
    sys.stderr.write(f"  EDC {kind} {json.dumps(told)}\n")
    return told


def _cpu_s(both: Pair) -> float:
    times = [psutil.Process(each.pid).cpu_times() for each in (both.provider, both.consumer)]
    return sum(one.user + one.system for one in times)
