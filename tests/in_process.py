"""The command line in this process: a tenth of a second each where a process of its own takes half a second or more."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from genba.cli.main import main


def genba(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, in Japanese, with its own state; errors it does not handle are the test's."""
    out, err = io.StringIO(), io.StringIO()
    with _inside(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    named = {"GENBA_STATE_DIR": str(folder / "state"), "GENBA_LANG": "ja"}
    before = {name: os.environ.get(name) for name in named}
    os.environ.update(named)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
