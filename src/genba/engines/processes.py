"""The default engine: worker processes, each watched for time and memory, replaced when they die."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import psutil

from genba.config import environment_of_workers
from genba.engines import framing
from genba.errors import Unavailable
from genba.ports.engine import Cause, Died, Event, Finished, Output, Started, Task

WATCH_S = 0.1
DYING_S = 10.0
STILLBORN = 3  # workers in a row that end before they are ready: the installation is broken, not the files
# Python seldom gives memory back: a worker that has grown beyond this is replaced when its task is done.
KEPT_BYTES = 320 << 20


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    watched: psutil.Process
    is_ready: bool = False
    task: Task | None = None
    label: str = ""
    since: float = 0.0
    killed_for: Cause | None = None
    detail: str = ""
    is_postponed: bool = False
    retired: bool = False


class ProcessEngine:
    """Runs `work` (named "module:function") in up to `workers` processes; a context manager."""

    def __init__(
        self,
        work: str,
        *,
        workers: int,
        time_limit_s: float,
        memory_limit_bytes: int,
        memory_together_bytes: int = 0,
        kept_bytes: int = KEPT_BYTES,
        scratch: Path | None = None,
    ) -> None:
        """The limits hold for each part of a task, as the work function announces them.

        When all workers together hold more than `memory_together_bytes`, the task of the largest is put off and later
        run alone. A worker that has grown beyond `kept_bytes` is replaced after its task. `scratch` is where workers
        put temporary files.
        """
        self._work = work
        self._size = max(1, workers)
        self._time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._memory_together_bytes = memory_together_bytes
        self._kept_bytes = kept_bytes
        self._scratch = scratch
        self._waiting: deque[Task] = deque()
        self._alone: deque[Task] = deque()
        self._is_alone = False
        self._stillborn = 0
        self._workers: list[_Worker] = []
        self._leaving: list[_Worker] = []  # killed, not yet seen to be gone
        self._inbox: queue.SimpleQueue[tuple[_Worker, tuple[bytes, bytes] | None]] = queue.SimpleQueue()

    def __enter__(self) -> "ProcessEngine":
        """Nothing is started before there is work."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers."""
        self.close()

    def submit(self, task: Task) -> None:
        """Queue a task; it starts as soon as a worker is free."""
        self._waiting.append(task)

    def events(self) -> Iterator[Event]:
        """Give what happens until every task has finished or died.

        Raises Unavailable when workers cannot start, or when one says that no task can go on.
        """
        self._hand_out()
        while any(worker.task for worker in self._workers) or self._waiting or self._alone:
            try:
                worker, message = self._inbox.get(timeout=WATCH_S)
            except queue.Empty:
                self._watch()
                continue
            event = self._lost(worker) if message is None else self._heard(worker, *message)
            if event is not None:
                yield event
            self._watch()
            self._hand_out()

    def close(self) -> None:
        """End all workers at once and wait until they are gone."""
        for worker in self._workers:
            worker.retired = True
            _kill(worker)
        for worker in (*self._workers, *self._leaving):
            worker.process.wait()
            _close_streams(worker)
        self._workers.clear()
        self._leaving.clear()

    def _hand_out(self) -> None:
        busy = any(worker.task for worker in self._workers)
        if self._is_alone and busy:
            return
        self._is_alone = False
        while self._waiting:
            worker = next((w for w in self._workers if w.task is None and not w.retired), None)
            if worker is None:
                if len(self._workers) >= self._size:
                    return
                worker = self._spawn()
            self._give(worker, self._waiting.popleft())
            busy = True
        if self._alone and not busy:
            self._is_alone = True
            self.close()  # idle workers hold memory too
            self._give(self._spawn(), self._alone.popleft())

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task, worker.label = task, task.key
        worker.since = time.monotonic()
        try:
            framing.send(cast("BinaryIO", worker.process.stdin), framing.TASK, task.body)
        except OSError:
            return  # the worker has died; its reader thread reports it and the task with it

    def _spawn(self) -> _Worker:
        # -P: a file share one happens to stand in must not lend its modules; -X utf8: names alike on every system.
        command = [sys.executable, "-P", "-X", "utf8", "-m", "genba.engines.worker", self._work]
        command.append(str(self._scratch or ""))
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment_of_workers(),
            )
        except OSError as error:
            raise Unavailable("engine.cannot_start", reason=error.strerror or type(error).__name__) from None
        worker = _Worker(process, psutil.Process(process.pid))
        self._workers.append(worker)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        return worker

    def _listen(self, worker: _Worker) -> None:
        stream = cast("BinaryIO", worker.process.stdout)
        while True:
            try:
                message = framing.receive(stream)
            except (OSError, ValueError):
                message = None
            self._inbox.put((worker, message))
            if message is None:
                return

    def _heard(self, worker: _Worker, tag: bytes, body: bytes) -> Event | None:
        task = worker.task
        if tag == framing.READY and not worker.is_ready:
            self._greet(worker, int(body))
            return None
        if task is None or worker.retired:
            return None
        worker.since = time.monotonic()
        if tag == framing.STARTED:
            worker.label = body.decode("utf-8", "surrogatepass")
            return Started(key=task.key, label=worker.label)
        if tag == framing.OUTPUT:
            return Output(key=task.key, body=body)
        if tag == framing.UNAVAILABLE:
            code, details = json.loads(body)
            raise Unavailable(code, **details)
        worker.task = None
        self._replace_if_grown(worker)
        if tag == framing.FINISHED:
            return Finished(key=task.key)
        detail = body.decode("utf-8", "replace")
        cause = Cause.MEMORY if detail == "MemoryError" else Cause.CRASH
        return Died(key=task.key, label=worker.label, cause=cause, detail=detail)

    def _greet(self, worker: _Worker, process_id: int) -> None:
        worker.is_ready = True
        worker.since = time.monotonic()
        self._stillborn = 0
        try:
            worker.watched = psutil.Process(process_id)
        except psutil.Error:
            return  # it has ended already, which its pipe will tell

    def _lost(self, worker: _Worker) -> Event | None:
        for known in (self._workers, self._leaving):
            if worker in known:
                known.remove(worker)
        try:
            status = worker.process.wait(DYING_S)
        except subprocess.TimeoutExpired:  # it closed its pipe, or wrote nonsense into it, and lives on
            _kill(worker)
            status = worker.process.wait()
        _close_streams(worker)
        task = worker.task
        if not worker.is_ready and not worker.retired and worker.killed_for is None:
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                raise Unavailable("engine.cannot_start", reason=f"exit {status}")
            if task is not None:
                self._waiting.appendleft(task)
            return None
        if task is None or worker.retired:
            return None
        if worker.is_postponed:
            self._alone.append(task)
            return None
        return Died(
            key=task.key,
            label=worker.label,
            cause=worker.killed_for or Cause.CRASH,
            detail=worker.detail or f"exit {status}",
            lost=worker.killed_for is None,
        )

    def _watch(self) -> None:
        now = time.monotonic()
        together, largest, largest_bytes = 0, None, 0
        for worker in self._workers:
            if worker.killed_for is not None or worker.is_postponed:
                continue
            resident = _resident_bytes(worker.watched)
            together += resident
            if worker.task is None:
                continue
            if resident > largest_bytes:
                largest, largest_bytes = worker, resident
            time_limit_s = self._time_limit_s + worker.task.extra_time_s
            if now - worker.since > time_limit_s:
                worker.killed_for, worker.detail = Cause.TIME, f"{time_limit_s:.0f} s"
            elif resident > self._memory_limit_bytes:
                worker.killed_for, worker.detail = Cause.MEMORY, f"{self._memory_limit_bytes >> 20} MB"
            else:
                continue
            _kill(worker)
        if largest is not None and 0 < self._memory_together_bytes < together:
            self._put_off(largest)

    def _put_off(self, worker: _Worker) -> None:
        others = sum(other.task is not None for other in self._workers) > 1
        if others and not self._is_alone and worker.killed_for is None:
            worker.is_postponed = True
            _kill(worker)

    def _replace_if_grown(self, worker: _Worker) -> None:
        if _resident_bytes(worker.watched) > self._kept_bytes:
            worker.retired = True
            self._workers.remove(worker)
            self._leaving.append(worker)
            _kill(worker)


def _kill(worker: _Worker) -> None:
    """End a worker and what it has started, LibreOffice for one."""
    family: list[psutil.Process] = []
    if worker.task is not None:
        try:
            family = worker.watched.children(recursive=True)
        except psutil.Error:
            family = []
    worker.process.kill()
    for member in family:
        try:
            member.kill()
        except psutil.Error:
            continue


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _close_streams(worker: _Worker) -> None:
    for stream in (worker.process.stdin, worker.process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
