"""What a worker process runs: take a task, do it, say so; end at once when the engine has gone."""

import gc
import importlib
import json
import os
import queue
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import PurePath
from typing import BinaryIO

from genba.engines import framing
from genba.errors import Unavailable

Work = Callable[[bytes, Callable[[str], None], Callable[[bytes], None]], None]

# Documents are trees of many small objects: looking for cycles among them at Python's own pace costs a tenth of the
# time. The few cycles that readers leave are looked for after each task.
_COLLECTED_EVERY = (100_000, 20, 50)


def main(argv: list[str]) -> None:
    """Serve tasks from standard input with the function named `module:function`; scratch files go to the second one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of a terminal; the engine decides
    module, _, function = argv[0].partition(":")
    tempfile.tempdir = argv[1] or None
    answers = _claim_standard_output()
    work: Work = getattr(importlib.import_module(module), function)
    gc.freeze()
    gc.set_threshold(*_COLLECTED_EVERY)
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    # The process that counts: on Windows the one the engine started may only be a launcher of the environment.
    framing.send(answers, framing.READY, str(os.getpid()).encode())
    while True:
        _serve(work, tasks.get(), answers)
        gc.collect(1)


def _listen(stream: BinaryIO, tasks: "queue.SimpleQueue[bytes]") -> None:
    """Wait beside the work, so that a worker whose engine was killed does not finish a long task for nobody."""
    while (message := framing.receive(stream)) is not None:
        tasks.put(message[1])
    import psutil  # only now: most workers never need it

    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.Error:
            continue
    os._exit(0)


def _serve(work: Work, body: bytes, answers: BinaryIO) -> None:
    def started(label: str) -> None:
        framing.send(answers, framing.STARTED, label.encode("utf-8", "surrogatepass"))

    def output(result: bytes) -> None:
        framing.send(answers, framing.OUTPUT, result)

    try:
        work(body, started, output)
    except MemoryError:
        framing.send(answers, framing.FAILED, b"MemoryError")
    except Unavailable as error:
        details = {name: str(value) for name, value in error.details.items()}
        framing.send(answers, framing.UNAVAILABLE, json.dumps([error.code, details]).encode())
    except Exception as error:  # noqa: BLE001 -- the rim of the process: whatever it was becomes a finding
        framing.send(answers, framing.FAILED, _describe(error).encode())
    else:
        framing.send(answers, framing.FINISHED)


def _describe(error: Exception) -> str:
    """Name the error and the line that raised it, never its message: that may quote a file's contents."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    if where is None:
        return type(error).__name__
    return f"{type(error).__name__} at {PurePath(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}"


def _claim_standard_output() -> BinaryIO:
    """Keep the pipe for messages and send whatever libraries print to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main(sys.argv[1:])
