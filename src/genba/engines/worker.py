"""What a worker process runs: take a task, do it, say so; end when the engine has gone."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import BinaryIO

from genba.engines import framing

Work = Callable[[bytes, Callable[[str], None], Callable[[bytes], None]], None]


def main(argv: list[str]) -> None:
    """Serve tasks from standard input with the function named `module:function`."""
    module, _, function = argv[0].partition(":")
    answers = _claim_standard_output()
    work: Work = getattr(importlib.import_module(module), function)
    tasks = sys.stdin.buffer
    while (message := framing.receive(tasks)) is not None:
        _serve(work, message[1], answers)


def _serve(work: Work, body: bytes, answers: BinaryIO) -> None:
    def started(label: str) -> None:
        framing.send(answers, framing.STARTED, label.encode("utf-8", "surrogatepass"))

    def output(result: bytes) -> None:
        framing.send(answers, framing.OUTPUT, result)

    try:
        work(body, started, output)
    except MemoryError:
        framing.send(answers, framing.FAILED, b"MemoryError")
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
