"""Eclipse EDC's rates on this machine: catalogue, negotiations, transfers, start, memory and data plane.

    python -m benchmarks.exchange.edc catalogue --datasets 10,1000
    python -m benchmarks.exchange.edc processes --waits 1,5,20,100 --batches 20,100,500 --concurrency 16,64
    python -m benchmarks.exchange.edc start
    python -m benchmarks.exchange.edc plane --megabytes 1024

Each prints JSON. Both sides run in memory with mock identities, everything over 127.0.0.1. Needs a JDK and Maven.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.exchange.closed_loop import Line, closed_loop
from tests.interop import edc

WARM_S = 45.0  # of load, once: what Java compiles in that time
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
                "runs": _asked(line, body, seconds=seconds, warm_s=1.0 if figures else warm_s, concurrency=concurrency),
            }
    return figures


def _asked(line: Line, body: bytes, *, seconds: float, warm_s: float, concurrency: list[int]) -> list[dict[str, Any]]:
    """The same request by one caller and by several; the first time Java gets warm before."""
    header = claim("consumer")

    def ask() -> bytes:
        return line.post(body, header)

    closed_loop(ask, concurrency=max(concurrency), seconds=0.1, warm_s=warm_s)
    return [closed_loop(ask, concurrency=each, seconds=seconds, warm_s=0.5) for each in concurrency]


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


# Command ---------------------------------------------------------------------------------------------------------


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def main() -> None:
    """Measure one thing; JSON on standard output."""
    from benchmarks.exchange.edc_plane import plane
    from benchmarks.exchange.edc_processes import Sweep, processes

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("catalogue", "processes", "start", "plane"))
    parser.add_argument("--datasets", type=_numbers, default=[10, 1000])
    parser.add_argument("--concurrency", type=_numbers)
    parser.add_argument("--waits", type=_numbers, default=[1, 5, 20, 100])
    parser.add_argument("--batches", type=_numbers, default=[20, 100, 500])
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--warm", type=float, default=WARM_S, help="seconds before anything counts")
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    rate = {"seconds": chosen.seconds, "warm_s": chosen.warm, "heap": chosen.heap, "seed": chosen.seed}
    found: Any
    if chosen.what == "catalogue":
        found = catalogue(chosen.datasets, concurrency=chosen.concurrency or [1, 8], **rate)
    elif chosen.what == "processes":
        swept = {"waits": chosen.waits, "batches": chosen.batches, "concurrency": chosen.concurrency or [16, 64]}
        found = processes(Sweep(**swept, **rate))
    elif chosen.what == "start":
        found = start(times=chosen.times, heap=chosen.heap)
    else:
        found = plane(megabytes=chosen.megabytes, times=chosen.times, heap=chosen.heap)
    print(json.dumps({chosen.what: found}, indent=1))


if __name__ == "__main__":
    main()
