"""The default engine: worker processes, each watched for time and memory, replaced when they die."""

import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import psutil

from genba.engines import framing
from genba.ports.engine import Cause, Died, Event, Finished, Output, Started, Task

WATCH_S = 0.1


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    watched: psutil.Process
    task: Task | None = None
    label: str = ""
    since: float = 0.0
    killed_for: Cause | None = None
    detail: str = ""
    failure: str = ""
    retired: bool = False


class ProcessEngine:
    """Runs `work` (named "module:function") in up to `workers` processes; a context manager."""

    def __init__(
        self, work: str, *, workers: int, time_limit_s: float, memory_limit_bytes: int, log: Path | None
    ) -> None:
        """The limits hold for each part of a task, as the work function announces them."""
        self._work = work
        self._size = max(1, workers)
        self._time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._log = log
        self._waiting: deque[Task] = deque()
        self._workers: list[_Worker] = []
        self._inbox: queue.SimpleQueue[tuple[_Worker, tuple[bytes, bytes] | None]] = queue.SimpleQueue()

    def __enter__(self) -> "ProcessEngine":
        """Nothing is started before there is work."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers."""
        self.close()

    def warm_up(self) -> None:
        """Start one worker ahead of the first task, so that it loads while the caller looks for files."""
        if not self._workers:
            self._spawn()

    def submit(self, task: Task) -> None:
        """Queue a task; it starts as soon as a worker is free."""
        self._waiting.append(task)

    def events(self) -> Iterator[Event]:
        """Give what happens until every task has finished or died."""
        self._hand_out()
        while any(worker.task for worker in self._workers) or self._waiting:
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
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()
            for stream in (worker.process.stdin, worker.process.stdout):
                if stream is not None:
                    _close_quietly(stream)
        self._workers.clear()

    def _hand_out(self) -> None:
        while self._waiting:
            worker = next((w for w in self._workers if w.task is None and not w.retired), None)
            if worker is None:
                if len(self._workers) >= self._size:
                    return
                worker = self._spawn()
            task = self._waiting.popleft()
            worker.task, worker.label, worker.failure = task, task.key, ""
            worker.since = time.monotonic()
            try:
                framing.send(cast("BinaryIO", worker.process.stdin), framing.TASK, task.body)
            except OSError:
                continue  # the worker has died; its reader thread reports it and the task with it

    def _spawn(self) -> _Worker:
        command = [sys.executable, "-X", "utf8", "-m", "genba.engines.worker", self._work]
        log = self._log.open("ab") if self._log else subprocess.DEVNULL
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        finally:
            if not isinstance(log, int):
                log.close()
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
        if task is None or worker.retired:
            return None
        worker.since = time.monotonic()
        if tag == framing.STARTED:
            worker.label = body.decode("utf-8", "surrogatepass")
            return Started(key=task.key, label=worker.label)
        if tag == framing.OUTPUT:
            return Output(key=task.key, body=body)
        worker.task = None
        if tag == framing.FINISHED:
            return Finished(key=task.key)
        detail = body.decode("utf-8", "replace")
        cause = Cause.MEMORY if detail == "MemoryError" else Cause.CRASH
        return Died(key=task.key, label=worker.label, cause=cause, detail=detail)

    def _lost(self, worker: _Worker) -> Event | None:
        if worker in self._workers:
            self._workers.remove(worker)
        status = worker.process.wait()
        if worker.task is None or worker.retired:
            return None
        return Died(
            key=worker.task.key,
            label=worker.label,
            cause=worker.killed_for or Cause.CRASH,
            detail=worker.detail or f"exit {status}",
        )

    def _watch(self) -> None:
        now = time.monotonic()
        for worker in self._workers:
            if worker.task is None or worker.killed_for is not None:
                continue
            if now - worker.since > self._time_limit_s:
                worker.killed_for, worker.detail = Cause.TIME, f"{self._time_limit_s:.0f} s"
            elif _resident_bytes(worker.watched) > self._memory_limit_bytes:
                worker.killed_for, worker.detail = Cause.MEMORY, f"{self._memory_limit_bytes >> 20} MB"
            else:
                continue
            worker.process.kill()


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _close_quietly(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return
