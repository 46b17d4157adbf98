"""What every request goes through: counting, the log, worker threads, and errors that give nothing away."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from genba.errors import Conflict, Denied, GenbaError, InvalidInput, NotFound, Unavailable
from genba.web.asgi import TooLarge, TooSlow
from genba.web.log import StructuredLog
from genba.web.metrics import Counter, Gauge, Histogram, Metric

THREADS = 8  # 4 and 16 were slower on two cores
MOST_WAITING = 256  # requests that may wait for a thread
WORK_S = 60.0  # an answer must be there by then; what began goes on to its end
CORRELATION = "x-correlation-id"
_STATUS: tuple[tuple[type[GenbaError], int], ...] = (
    (TooLarge, 413),
    (TooSlow, 408),
    (InvalidInput, 400),
    (NotFound, 404),
    (Conflict, 409),
    (Denied, 403),
    (Unavailable, 503),
)
Result = TypeVar("Result")


def status_of(error: GenbaError) -> int:
    """Give the HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


class Figures:
    """The metrics that requests fill."""

    def __init__(self) -> None:
        """Everything begins at nothing."""
        self.requests = Counter("genba_requests_total", "Requests answered.", ("listener", "route", "method", "status"))
        self.seconds = Histogram("genba_request_seconds", "Time to the end of an answer.", ("listener", "route"))
        self.refused = Counter("genba_refused_total", "Requests and connections turned away.", ("listener", "reason"))
        self.delivered = Counter("genba_delivered_bytes_total", "Bytes of data products sent.")
        self.running = {"protocol": 0, "management": 0}
        self.in_progress = Gauge(
            "genba_requests_in_progress",
            "Requests being answered.",
            ("listener",),
            lambda: {(listener,): float(count) for listener, count in self.running.items()},
        )

    def metrics(self) -> tuple[Metric, ...]:
        """Give all of them."""
        return (self.requests, self.seconds, self.refused, self.delivered, self.in_progress)


class Workers:
    """Threads for ordinary functions, so that none of them holds up the listeners."""

    def __init__(self, name: str, threads: int = THREADS) -> None:
        """Threads start when they are needed."""
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=f"genba-{name}")
        self._threads = threads
        self._waiting = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Raises Unavailable when too many wait already, or when it takes too long."""
        if self._waiting >= MOST_WAITING + self._threads:
            raise Unavailable("web.busy")
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self.pool, work)
        future.add_done_callback(self._done)
        done, _ = await asyncio.wait((future,), timeout=WORK_S)
        if not done:
            raise Unavailable("web.took_too_long", seconds=int(WORK_S))
        return future.result()

    def _done(self, future: "asyncio.Future[Result]") -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # looked at, so that an error nobody waits for any more is not reported as lost

    def close(self) -> None:
        """Begin nothing more."""
        self.pool.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request on its way: what its line in the log will say."""

    listener: str
    route: str
    method: str
    started: float
    correlation: str
    address: str = ""
    status: int = 0
    participant: str = ""  # a mark, not an id
    code: str = ""
    where: str = ""
    sent: int | None = None


class Desk:
    """Opens and closes visits."""

    def __init__(self, log: StructuredLog, figures: Figures, *, now: Callable[[], datetime]) -> None:
        """One desk serves both listeners."""
        self.log = log
        self.figures = figures
        self.now = now

    def open(self, listener: str, method: str, route: str) -> Visit:
        """Begin to count a request."""
        self.figures.running[listener] += 1
        return Visit(
            listener=listener,
            route=route,
            method=method if method in METHODS else "other",
            started=asyncio.get_running_loop().time(),
            correlation=secrets.token_hex(8),
        )

    def close(self, visit: Visit) -> None:
        """Count and log a request that was answered, or that nobody waits for any more."""
        seconds = asyncio.get_running_loop().time() - visit.started
        self.figures.running[visit.listener] -= 1
        self.figures.requests.add(visit.listener, visit.route, visit.method, str(visit.status))
        self.figures.seconds.add(seconds, visit.listener, visit.route)
        if visit.sent:
            self.figures.delivered.add(by=visit.sent)
        self.log.line(
            "request",
            listener=visit.listener,
            method=visit.method,
            path=visit.route,
            status=visit.status,
            ms=round(seconds * 1000, 1),
            correlation=visit.correlation,
            participant=visit.participant or None,
            error=visit.code or None,
            at_line=visit.where or None,
            sent_bytes=visit.sent,
        )


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def where(error: BaseException) -> str:
    """Name an unexpected error and the line that raised it, never its message, which may quote what came."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + line
