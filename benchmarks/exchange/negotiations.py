"""Negotiations to FINALIZED and transfers to STARTED per second, between two processes of genba over loopback HTTP.

    python -m benchmarks.exchange.negotiations --databases memory,sqlite,postgresql --concurrency 16,64 --edc

Both sides serve as `genba serve` does, with the mock identity that Eclipse EDC's measurement uses (see edc.py), signed
log and standard rules. Each of so many negotiations begins as soon as one before it has ended; ours are begun by a
library call in the consumer's process, EDC's through its management API, for it has no other way. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import queue
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.results import Measure
from genba.app.exchange import negotiating, transferring
from genba.app.exchange.dispatch import Dispatcher
from genba.app.exchange.node import Exchange
from genba.app.exchange.rules import StandardRules
from genba.model.exchange import Agreement, Negotiation, NegotiationState, Partner, Publication, Role
from genba.ports.exchange import Step
from genba.storage.exchange.migrations import ShapedDatabase
from genba.web.serve import serve
from tests.conformance import connector, scenarios

PROVIDER, CONSUMER = "did:web:maker.example", "did:web:buyer.example"
DATASET = "BENCH-0101"


class Watched(StandardRules):
    """The standard rules, which tell when a process is where it should come to."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self.done: queue.SimpleQueue[tuple[str, str, float]] = queue.SimpleQueue()

    def negotiation(
        self,
        negotiation: Negotiation,
        publication: Publication | None,
        partner: Partner | None,
        *,
        asked: str = "",
        wrong: str = "",
    ) -> Step:
        """Note the end."""
        if negotiation.state in (NegotiationState.FINALIZED, NegotiationState.TERMINATED):
            self.done.put((negotiation.pid, negotiation.agreement_id, time.perf_counter()))
        return super().negotiation(negotiation, publication, partner, asked=asked, wrong=wrong)

    def transfer(self, state: str, agreement: Agreement, *, role: str, steps: int) -> Step:
        """Note the start."""
        if role == Role.CONSUMER and state == "STARTED":
            self.done.put(("", agreement.id, time.perf_counter()))
        return super().transfer(state, agreement, role=role, steps=steps)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def opened(kind: str, folder: Path, name: str) -> ShapedDatabase:
    """Open a database of a kind: memory, sqlite, or the beginning of a PostgreSQL address."""
    from genba.storage.exchange.sqlite import open_sqlite

    if kind == "memory":
        return open_sqlite(":memory:")
    if kind == "sqlite":
        return open_sqlite(folder / f"{name}.sqlite")
    from genba.storage.exchange.postgres import open_postgres

    return open_postgres(f"{kind}{'&' if '?' in kind else '?'}schema={name}")


@contextmanager
def own_server() -> Iterator[str]:
    """Start a PostgreSQL server of our own, as durable as it comes, and give its address."""
    from tests.ports.conftest import as_somebody_else, folder_of_programs

    programs = folder_of_programs()
    if programs is None:
        raise SystemExit("needs PostgreSQL's server programs (initdb)")
    account, port = as_somebody_else(), free_port()
    home = Path(tempfile.mkdtemp(prefix="genba-bench-"))
    if account:
        shutil.chown(home, account["user"], account["group"])
    run: dict[str, Any] = {"cwd": home, "check": True, "stdout": subprocess.DEVNULL, **account}
    initial = ["--username=genba", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run([programs / "initdb", "-D", home / "data", *initial], **run)
    options = f"-h 127.0.0.1 -p {port} -c max_connections=80 -k '{home}'"
    command = [programs / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log"]
    subprocess.run([*command, "-o", options, "start"], **run)
    try:
        yield f"postgresql://genba@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*command, "-m", "immediate", "stop"], **run)
        shutil.rmtree(home, ignore_errors=True)


def node(participant: str, port: int, database: str, folder: Path, rules: StandardRules) -> Exchange:
    """One side, as it serves."""
    home = folder / participant.rpartition(":")[2]
    home.mkdir(parents=True, exist_ok=True)
    place = connector.Place(participant=participant, port=port, home=home)
    name = "maker" if participant == PROVIDER else "buyer"
    return connector.open_exchange(place, rules, database=opened(database, folder, name))


def provide(port: int, database: str, folder: Path) -> None:
    """Serve as provider until stopped."""
    exchange = node(PROVIDER, port, database, folder, StandardRules())
    connector.offer(exchange, DATASET)
    serve(exchange, ready=lambda listening: print("ready", flush=True))


class Load:
    """Keeps so many processes going and notes how long each took."""

    def __init__(self, rules: Watched, begin: Callable[[str], str]) -> None:
        """Take what begins one, given an agreement, and gives what its end will be named by."""
        self._rules = rules
        self._begin = begin

    def run(self, concurrency: int, seconds: float, warm_s: float, agreements: list[str]) -> dict[str, Any]:
        """Run and give rate and latencies of what ended after the warm-up."""
        while not self._rules.done.empty():
            self._rules.done.get()
        started: dict[str, float] = {}
        # A change that was tried twice tells of its end twice: no agreement is used again right away.
        spare = deque(agreements * (concurrency if len(agreements) == 1 else 1))
        for _ in range(concurrency):
            started[self._begin(spare.popleft())] = time.perf_counter()
        begin = time.perf_counter() + warm_s
        cpu, taken, ended = 0.0, [], []
        while (now := time.perf_counter()) < begin + seconds:
            if not cpu and now >= begin:
                cpu = time.process_time()
            with suppress(queue.Empty):
                pid, agreement, at = self._rules.done.get(timeout=1.0)
                key = pid or agreement
                since = started.pop(key, None)
                if since is None:
                    continue
                if at >= begin:
                    taken.append(at - since)
                    ended.append(agreement)
                spare.append(agreement)
                following = self._begin(spare.popleft())
                started[following] = time.perf_counter()
        spent = time.process_time() - cpu
        if len(taken) < 20:
            return {"error": f"only {len(taken)} ended"}
        cuts = statistics.quantiles(taken, n=20)
        return {
            "concurrency": concurrency,
            "per_second": round(len(taken) / seconds, 1),
            "p50_ms": round(statistics.median(taken) * 1000, 1),
            "p95_ms": round(cuts[18] * 1000, 1),
            "consumer_cpu_ms": round(spent / len(taken) * 1000, 2),
            "agreements": ended,
        }


def consume(options: argparse.Namespace, port: int, provider: psutil.Process, folder: Path) -> list[dict[str, Any]]:
    """Serve as consumer and drive the load; gives a row for each concurrency."""
    rules = Watched()
    dispatcher = Dispatcher(node(CONSUMER, free_port(), options.database, folder, rules), threads=2)
    exchange = dispatcher.exchange
    address = f"http://127.0.0.1:{port}/dsp/2025-1"
    terms = json.dumps({"@type": "Offer", "@id": scenarios.offer_id(DATASET), **connector.USE})
    wanted = negotiating.OfferRequest(partner=PROVIDER, address=address, dataset=DATASET, offer=terms)
    rows: list[dict[str, Any]] = []
    stop = threading.Event()

    def transfer(agreement: str) -> str:
        transferring.request_transfer(exchange, agreement, address=address)
        return agreement

    def drive() -> None:
        dispatcher.start()
        negotiate = Load(rules, lambda _: negotiating.request_offer(exchange, wanted).pid)
        for concurrency in options.levels:
            before = provider.cpu_times().user + provider.cpu_times().system
            row = negotiate.run(concurrency, options.seconds, options.warm, [""])
            spent = provider.cpu_times().user + provider.cpu_times().system - before
            agreed = row.pop("agreements", [])
            share = options.seconds / (options.seconds + options.warm)
            if agreed:
                row["provider_cpu_ms"] = round(spent * share / len(agreed) * 1000, 2)
            rows.append({"what": "negotiations", "database": options.kind, **row})
            time.sleep(1.0)
            unique = list(dict.fromkeys(agreed))[: 4 * concurrency]
            if len(unique) >= concurrency:
                moved = Load(rules, transfer).run(concurrency, options.seconds, options.warm, unique)
                moved.pop("agreements", None)
                rows.append({"what": "transfers", "database": options.kind, **moved})
            time.sleep(1.0)
        dispatcher.stop()
        stop.set()

    def ready(listening: object) -> None:
        threading.Thread(target=drive, daemon=True).start()

    serve(exchange, ready=ready, stop=stop)
    return rows


def measure(kind: str, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Start the provider, drive it, stop it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        command = [sys.executable, "-m", "benchmarks.exchange.negotiations", "--provide", str(port), kind, name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            try:
                assert child.stdout is not None
                child.stdout.readline()
                settings = argparse.Namespace(**{**vars(options), "database": kind, "kind": kind.partition(":")[0]})
                return consume(settings, port, psutil.Process(child.pid), folder)
            finally:
                child.terminate()


def measures(rows: list[dict[str, Any]], peer: dict[str, Any], *, told: str = "generated") -> list[Measure]:
    """Give the ratio that a bar stands for, in memory beside EDC in memory; then every rate and its p95."""
    made = []
    for what, bar in (("negotiations", "negotiated"), ("transfers", "moved")):
        mine = [row for row in rows if row["what"] == what and "p95_ms" in row]
        theirs = peer["best"][what] if peer else {}
        for kind in dict.fromkeys(row["database"] for row in mine):
            best = max((row for row in mine if row["database"] == kind), key=lambda row: float(row["per_second"]))
            rate, p95 = float(best["per_second"]), float(best["p95_ms"])
            data = f"{told}, {best['concurrency']} at once"
            beside = kind == "memory" and bool(theirs)
            if beside:
                settings = f"wait {theirs['iteration_wait_ms']} ms, batch {theirs['batch_size']}"
                failed = theirs.get("failures", {}).get("count", 0)
                data += f"; EDC {theirs['concurrency']}, {settings}, {failed} of {failed + theirs['ended']} failed"
                made.append(Measure(bar=f"exchange.{what}", value=rate / max(theirs["per_s"], 0.01), data=data))
            for name, value, other in (("", rate, "per_s"), ("_p95", p95, "p95_ms")):
                peers = {"Eclipse EDC": float(theirs[other])} if beside and other in theirs else {}
                made.append(Measure(bar=f"exchange.{bar}{name}.{kind}", value=value, data=data, peers=peers))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--databases",
        default="memory,sqlite",
        help="memory, sqlite, postgresql (a server of our own), or a postgresql:// address",
    )
    parser.add_argument("--concurrency", default="16,64")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--warm", type=float, default=2.0)
    parser.add_argument("--edc", action="store_true", help="measure Eclipse EDC beside it, its settings swept")
    parser.add_argument("--waits", default="1,5,20,100", help="EDC's iteration waits, ms")
    parser.add_argument("--batches", default="20,100,500", help="EDC's batch sizes")
    parser.add_argument("--edc-warm", type=float, default=60.0, help="seconds of load before anything of EDC's counts")
    parser.add_argument("--edc-seconds", type=float, default=2.5, help="for each of EDC's settings")
    parser.add_argument("--seed", type=int, default=7, help="of the order in which EDC's settings are tried")
    parser.add_argument("--out", type=Path, help="write here instead of to standard output")
    parser.add_argument("--provide", nargs=3, metavar=("PORT", "DATABASE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.provide:
        port, database, folder = options.provide
        provide(int(port), database, Path(folder))
        return
    options.levels = _numbers(options.concurrency)
    rows: list[dict[str, Any]] = []
    for kind in options.databases.split(","):
        with own_server() if kind == "postgresql" else nullcontext(kind) as database:
            rows += measure(database, options)
    peer: dict[str, Any] = {}
    if options.edc:
        from benchmarks.exchange.edc_processes import Sweep, processes

        peer = processes(
            Sweep(
                waits=_numbers(options.waits),
                batches=_numbers(options.batches),
                concurrency=options.levels,
                warm_s=options.edc_warm,
                seconds=options.edc_seconds,
                final_s=options.seconds,
                seed=options.seed,
            )
        )
    made = [{"bar": one.bar, "value": one.value, "met": one.is_met, "data": one.data} for one in measures(rows, peer)]
    text = json.dumps({"processes": rows, "edc": peer, "seed": options.seed, "measures": made}, indent=1)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


if __name__ == "__main__":
    main()
