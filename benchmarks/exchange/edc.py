"""Eclipse EDC's rates on this machine: catalogue, negotiations, transfers, start, memory and data plane.

    python -m benchmarks.exchange.edc catalogue --datasets 10,1000
    python -m benchmarks.exchange.edc processes --waits 1,10,50 --batches 20,100 --concurrency 16,64
    python -m benchmarks.exchange.edc start
    python -m benchmarks.exchange.edc plane --megabytes 1024

Each prints JSON. Both sides run in memory with mock identities, everything over 127.0.0.1. Needs a JDK and Maven.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.exchange.closed_loop import Line, closed_loop
from tests.interop import edc

WARM_S = 5.0
CATALOG_REQUEST = {
    "@context": ["https://w3id.org/dspace/2025/1/context.jsonld"],
    "@type": "CatalogRequestMessage",
}


def claim(participant: str) -> dict[str, str]:
    """What EDC's mock identity believes."""
    return {"Authorization": json.dumps({"region": "eu", "audience": "any", "clientId": participant})}


# Catalogue -------------------------------------------------------------------------------------------------------


def catalogue(
    sizes: list[int], *, seed: int, seconds: float, warm_s: float, concurrency: list[int], heap: str
) -> dict[str, Any]:
    """Requests for the first page a second, with so many datasets that one contract definition offers to all."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, edc.running("provider", Path(folder), heap=heap) as provider:
        edc.add_policy(provider, "all")
        edc.add_contract(provider, "all", "all")
        numbers = random.Random(seed)
        offered = 0
        for size in sorted(sizes):
            began = time.monotonic()
            _offer(provider, range(offered, size), numbers)
            offered = size
            seeding_s = time.monotonic() - began
            line, body = Line(f"{provider.address}/catalog/request"), json.dumps(CATALOG_REQUEST).encode()
            page = line.post(body, claim("consumer"))
            figures[str(size)] = {
                "seeding_s": seeding_s,
                "page_datasets": len(edc.datasets(json.loads(page))),
                "page_bytes": len(page),
                "runs": [
                    closed_loop(
                        lambda line=line, body=body: line.post(body, claim("consumer")),
                        concurrency=each,
                        seconds=seconds,
                        warm_s=warm_s,
                    )
                    for each in concurrency
                ],
            }
    return figures


def _offer(provider: edc.Edc, numbers: range, chance: random.Random) -> None:
    """Add assets from four threads; titles differ in length as real ones do."""
    queue = [(number, chance.randbytes(chance.randint(4, 24)).hex()) for number in numbers]
    lock = threading.Lock()
    line = Line(f"{provider.management}/v3/assets")

    def work() -> None:
        while True:
            with lock:
                if not queue:
                    return
                number, title = queue.pop()
            asset = {
                "@context": edc.CONTEXT,
                "@id": f"asset-{number:06}",
                "properties": {"name": title, "contenttype": "application/json"},
                "dataAddress": {"type": "HttpData", "baseUrl": "http://127.0.0.1:9/none"},
            }
            line.post(json.dumps(asset).encode(), {})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Negotiations and transfers --------------------------------------------------------------------------------------


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

    def close(self) -> None:
        """Hear no more."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def pair(settings: Mapping[str, str], heap: str) -> Iterator[tuple[edc.Edc, edc.Edc, Ears]]:
    """A provider that offers one asset, a consumer, and ears."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        provider = stack.enter_context(edc.running("provider", folder / "provider", settings, heap=heap))
        consumer = stack.enter_context(edc.running("consumer", folder / "consumer", settings, heap=heap))
        ears = Ears()
        stack.callback(ears.close)
        edc.offer(provider, "asset", "http://127.0.0.1:9/none")
        yield provider, consumer, ears


def processes(
    waits: list[int], batches: list[int], *, seconds: float, warm_s: float, concurrency: list[int], heap: str
) -> list[dict[str, Any]]:
    """Negotiations to FINALIZED and transfers to STARTED a second, between two EDCs, over a sweep of their settings."""
    figures = []
    for wait in waits:
        for batch in batches:
            with pair(edc.waits(wait, batch), heap) as (provider, consumer, ears):
                for threads in concurrency:
                    figures.append(
                        {"iteration_wait_ms": wait, "batch_size": batch}
                        | _processes(provider, consumer, ears, seconds=seconds, warm_s=warm_s, threads=threads)
                    )
                    sys.stderr.write(json.dumps(figures[-1]) + "\n")
    return figures


def _processes(
    provider: edc.Edc, consumer: edc.Edc, ears: Ears, *, seconds: float, warm_s: float, threads: int
) -> dict[str, Any]:
    found = edc.catalogue(consumer, provider.participant, provider.address)
    (terms,) = edc.offers(edc.datasets(found)["asset"])
    where = provider.participant, provider.address

    def negotiate() -> str:
        negotiation = edc.begin_negotiation(consumer, *where, "asset", terms, told=ears.url)
        ears.wait(negotiation)
        return negotiation

    negotiations = closed_loop(negotiate, concurrency=threads, seconds=seconds, warm_s=warm_s)
    agreement = str(edc.negotiated(consumer, negotiate())["contractAgreementId"])

    def transfer() -> None:
        ears.wait(edc.begin_transfer(consumer, *where, agreement, told=ears.url))

    transfers = closed_loop(transfer, concurrency=threads, seconds=seconds, warm_s=warm_s)
    return {"negotiations": negotiations, "transfers": transfers}


# Start and memory ------------------------------------------------------------------------------------------------


def start(*, times: int, heap: str) -> dict[str, Any]:
    """Seconds from the process's start to its first answer, and what it holds resident when idle."""
    seconds, resident = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(times):
            with edc.running("provider", Path(folder) / str(number), heap=heap) as provider:
                seconds.append(provider.first_answer_s)
                time.sleep(5)
                resident.append(resident_mb(provider.pid))
    return {
        "start_s": statistics.median(seconds),
        "resident_mb": statistics.median(resident),
        "times": times,
        "heap": heap,
    }


def resident_mb(pid: int) -> float:
    """Resident memory of a process, in 10^6 bytes (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return float("nan")


# Data plane ------------------------------------------------------------------------------------------------------


@contextmanager
def file_server(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a folder: by nginx where it is installed, else by a process that hands files to the kernel."""
    (port,) = edc.free_ports(1)
    url = f"http://127.0.0.1:{port}"
    nginx = shutil.which("nginx")
    if nginx:
        configuration = folder / "nginx.conf"
        lines = (
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;",
            "events { worker_connections 64; }",
            f"http {{ access_log off; sendfile on; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;",
            f"fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;",
            f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}",
        )
        configuration.write_text("\n".join(lines), encoding="utf-8")
        command = [nginx, "-c", str(configuration), "-p", str(folder)]
    else:
        command = [sys.executable, str(Path(__file__).resolve()), "files", str(folder), str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        edc.wait_for_answer(f"{url}/ready", process, timeout_s=10)
        yield url, "nginx" if nginx else "sendfile"
    finally:
        process.terminate()
        process.wait(10)


def serve_files(folder: Path, port: int) -> None:
    """Serve a folder's files by sendfile until stopped."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = folder / Path(urllib.parse.urlsplit(self.path).path).name
            if not path.is_file():
                self.send_error(404)
                return
            with path.open("rb") as file:
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
                self.end_headers()
                self.wfile.flush()
                self.connection.sendfile(file)

        def log_message(self, *arguments: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def fetch_rate(url: str, headers: Mapping[str, str]) -> tuple[float, int]:
    """Bytes a second of one GET by one client, and how many there were; the clock runs from the request on."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    buffer = memoryview(bytearray(1 << 20))
    began, count = time.monotonic(), 0
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(headers))
    answer = connection.getresponse()
    if answer.status != 200:
        raise edc.Refused(f"{url}: {answer.status} {answer.read(300)!r}")
    while read := answer.readinto(buffer):
        count += read
    seconds = time.monotonic() - began
    connection.close()
    return count / seconds, count


def plane(*, megabytes: int, times: int, heap: str) -> dict[str, Any]:
    """MB/s of one client that pulls a file through EDC's data plane, beside the server that it reads from."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        _random_file(folder / "data.bin", megabytes)
        (folder / "ready").write_text("ready", encoding="ascii")
        source, kind = stack.enter_context(file_server(folder))
        direct = [fetch_rate(f"{source}/data.bin", {})[0] / 1e6 for _ in range(times)]
        settings = edc.waits(20)
        provider = stack.enter_context(edc.running("provider", folder / "provider", settings, heap=heap))
        consumer = stack.enter_context(edc.running("consumer", folder / "consumer", settings, heap=heap))
        edc.offer(provider, "file", f"{source}/data.bin")
        where = provider.participant, provider.address
        (terms,) = edc.offers(edc.datasets(edc.catalogue(consumer, *where))["file"])
        agreed = edc.negotiated(consumer, edc.begin_negotiation(consumer, *where, "file", terms))
        transfer = edc.begin_transfer(consumer, *where, str(agreed["contractAgreementId"]))
        edc.transferred(consumer, transfer)
        endpoint, authorization = edc.data_address(consumer, transfer)
        before = resident_mb(provider.pid)
        rates, count = [], 0
        for _ in range(times):
            rate, count = fetch_rate(endpoint, {"Authorization": authorization})
            rates.append(rate / 1e6)
        grown = resident_mb(provider.pid) - before
    return {
        "bytes": count,
        "edc_mb_per_s": statistics.median(rates),
        f"{kind}_mb_per_s": statistics.median(direct),
        "resident_growth_mb": grown,
        "times": times,
    }


def _random_file(path: Path, megabytes: int) -> None:
    block = random.Random(5).randbytes(1 << 20)
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(block)


# Command ---------------------------------------------------------------------------------------------------------


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def main() -> None:
    """Measure one thing; JSON on standard output."""
    if sys.argv[1:2] == ["files"]:
        serve_files(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("catalogue", "processes", "start", "plane"))
    parser.add_argument("--datasets", type=_numbers, default=[10, 1000])
    parser.add_argument("--concurrency", type=_numbers, default=[1, 8])
    parser.add_argument("--waits", type=_numbers, default=[10])
    parser.add_argument("--batches", type=_numbers, default=[100])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warm", type=float, default=WARM_S, help="seconds before anything counts")
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    rate = {"seconds": chosen.seconds, "warm_s": chosen.warm, "concurrency": chosen.concurrency, "heap": chosen.heap}
    found: Any
    if chosen.what == "catalogue":
        found = catalogue(chosen.datasets, seed=chosen.seed, **rate)
    elif chosen.what == "processes":
        found = processes(chosen.waits, chosen.batches, **rate)
    elif chosen.what == "start":
        found = start(times=chosen.times, heap=chosen.heap)
    else:
        found = plane(megabytes=chosen.megabytes, times=chosen.times, heap=chosen.heap)
    print(json.dumps({chosen.what: found}, indent=1))


if __name__ == "__main__":
    main()
