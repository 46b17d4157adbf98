"""Load by threads that each take a step as soon as their last one ended, and kept-alive lines for them."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from tests.interop import edc

MOST_FAILURES = 200


def closed_loop(step: Callable[[], object], *, concurrency: int, seconds: float, warm_s: float) -> dict[str, Any]:
    """Each of so many threads takes a step as soon as its last one ended; what ends after the warm-up counts."""
    begin = time.monotonic() + warm_s
    end = begin + seconds
    taken: list[float] = []
    ended: list[int] = []
    failures: list[str] = []

    def work() -> None:
        count = 0
        while (started := time.monotonic()) < end:
            try:
                step()
            except (OSError, http.client.HTTPException, edc.Refused, TimeoutError) as error:
                failures.append(str(error)[:200])
                if len(failures) > MOST_FAILURES:
                    break
                continue
            count += 1
            if begin <= time.monotonic() < end:
                taken.append(time.monotonic() - started)
        ended.append(count)

    threads = [threading.Thread(target=work) for _ in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures: dict[str, Any] = {"concurrency": concurrency, "count": len(taken), "per_s": len(taken) / seconds}
    figures["ended"] = sum(ended)  # those of the warm-up and the last ones too
    if len(taken) > 1:
        cuts = statistics.quantiles(taken, n=20)
        figures |= {"p50_ms": statistics.median(taken) * 1000, "p95_ms": cuts[-1] * 1000}
    if failures:
        figures["failures"] = {"count": len(failures), "first": failures[0]}
    return figures


class Line(threading.local):
    """A kept-alive connection for each thread."""

    def __init__(self, url: str) -> None:
        self.parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(self.parts.hostname or "", self.parts.port, timeout=120)

    def post(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """Post to the URL; the answer's bytes."""
        sent = {"Content-Type": "application/json", **headers}
        try:
            self.connection.request("POST", self.parts.path, body, sent)
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        if answer.status != 200:
            raise edc.Refused(f"{answer.status} {data[:200]!r}")
        return data
