"""Pulls that the management API began: they go on in the background, and can be looked at while they do."""

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from genba.app.exchange import overview
from genba.app.exchange.node import Exchange
from genba.errors import Conflict, GenbaError, NotFound, Unavailable

RECEIVED = "received"
MOST_KEPT = 500
MOST_RUNNING = 20
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PullJob:
    """A pull, where it goes, and what came of it."""

    id: str
    agreement: str
    folder: str  # its name below received/
    begun_at: datetime
    state: Literal["running", "done", "failed"] = "running"
    received_bytes: int = 0
    files: int = 0
    proven: bool = False
    receipt: str = ""
    error: str = ""  # code


@dataclass(frozen=True, slots=True, kw_only=True)
class PullWanted:
    """What to pull, for what."""

    agreement: str
    folder: str
    purpose: str
    place: str = ""
    training: bool = False


class Jobs:
    """The pulls of this process; what is over is forgotten when there are too many, or at the end of the process."""

    def __init__(self, exchange: Exchange) -> None:
        """Threads start with the first pull."""
        self._exchange = exchange
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="genba-pull")
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, PullJob] = OrderedDict()

    def begin(self, wanted: PullWanted) -> PullJob:
        """Begin a pull; one into the same folder must not be running."""
        overview.agreement(self._exchange, wanted.agreement)
        job = PullJob(
            id=self._exchange.new_id(),
            agreement=wanted.agreement,
            folder=wanted.folder,
            begun_at=self._exchange.now(),
        )
        with self._lock:
            running = [each for each in self._jobs.values() if each.state == "running"]
            if any(each.folder.casefold() == wanted.folder.casefold() for each in running):
                raise Conflict("web.pull_running", folder=wanted.folder)
            if len(running) >= MOST_RUNNING:
                raise Unavailable("web.busy")
            self._jobs[job.id] = job
            while len(self._jobs) > MOST_KEPT:
                self._forget_one()
        self._pool.submit(self._run, job, wanted)
        return job

    def _forget_one(self) -> None:
        self._jobs.pop(next(id_ for id_, each in self._jobs.items() if each.state != "running"))

    def listing(self) -> tuple[PullJob, ...]:
        """Give all that is remembered, the newest first."""
        with self._lock:
            return tuple(reversed(self._jobs.values()))

    def show(self, id: str) -> PullJob:
        """Give one."""
        with self._lock:
            job = self._jobs.get(id)
        if job is None:
            raise NotFound("web.unknown_id", id=id[:200])
        return job

    def close(self) -> None:
        """Begin nothing more; what runs is broken off with the process and can be taken up again."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: PullJob, wanted: PullWanted) -> None:
        from genba.app.exchange.pull import pull

        out: Path = self._exchange.home / RECEIVED / wanted.folder
        try:
            done = pull(
                self._exchange,
                wanted.agreement,
                out=out,
                purpose=wanted.purpose,
                place=wanted.place,
                training=wanted.training,
            )
            over = replace(
                job,
                state="done",
                received_bytes=done.received_bytes,
                files=done.files,
                proven=done.proven,
                receipt=done.receipt,
            )
        except GenbaError as error:
            over = replace(job, state="failed", error=error.code)
        except Exception:  # noqa: BLE001 -- the rim of a thread: a failure nobody sees would look like running for ever
            over = replace(job, state="failed", error="web.unexpected")
        with self._lock:
            self._jobs[job.id] = over
