"""Nothing leaves the machine by itself."""

import subprocess
import sys
from pathlib import Path

from tests.journeys.conftest import Run, environment

PATCHED = Path(__file__).parent / "sockets_refused"


def test_a_run_asks_for_no_socket(genba: Run, small_factory: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    done = genba(
        "refine", small_factory, "--out", tmp_path / "out", PYTHONPATH=str(PATCHED), GENBA_TEST_TRACE=str(trace)
    )
    assert done.returncode == 1, done.stderr
    assert not trace.exists()


def test_the_refusal_would_be_noticed(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    done = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"],
        env=environment(tmp_path, PYTHONPATH=str(PATCHED), GENBA_TEST_TRACE=str(trace)),
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert trace.exists()
