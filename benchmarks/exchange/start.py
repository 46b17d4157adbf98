"""Time from starting genba's server to its first answer, and what it holds resident when idle; EDC's beside it.

    python -m benchmarks.exchange.start --times 5 --edc

Prints JSON. The server is the ordinary one, `genba serve`, with a home of its own: SQLite in a file, keys on disk. The
first answer is that of the version document, asked for every 5 ms from the moment the process was begun.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.results import Measure

IDLE_S = 5.0
GIVE_UP_S = 60.0
WELL_KNOWN = "/.well-known/dspace-version"


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as opened:
        port: int = opened.getsockname()[1]
        return port


def make_home(folder: Path) -> tuple[Path, int]:
    """A new home; its listeners stand on two free ports."""
    from genba.app.exchange.home import NewHome, new_home
    from genba.config import Config
    from genba.storage.exchange.settings import NAME, load_settings

    home, port = folder / "home", free_port()
    new_home(NewHome(home=home, local=True), Config(state_dir=folder))
    settings = load_settings(home)
    text = (home / NAME).read_text(encoding="utf-8")
    text = text.replace(f'listen = "{settings.protocol.listen}"', f'listen = "127.0.0.1:{port}"')
    text = text.replace(f'listen = "{settings.management.listen}"', 'listen = "127.0.0.1:0"')
    (home / NAME).write_text(text, encoding="utf-8")
    return home, port


@contextmanager
def serving(home: Path, port: int) -> Iterator[tuple[int, float]]:
    """The server's process id, and the seconds from its start to its first answer."""
    command = [sys.executable, "-m", "genba", "serve", "--home", str(home), "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONUTF8": "1"})
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() - began > GIVE_UP_S:
                raise RuntimeError("genba serve did not answer")
            time.sleep(0.005)
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", WELL_KNOWN)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def resident_mb(pid: int) -> float:
    """Resident memory of a process and those it began, in 10^6 bytes."""
    import psutil

    process = psutil.Process(pid)
    rss = sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    return rss / 1e6


def cpu_s(pid: int) -> float:
    """Processor time that a process has used so far."""
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def run(times: int) -> dict[str, Any]:
    """Start so often; the first start, which may read everything from disk, is told apart."""
    seconds, cpu, resident = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        home, port = make_home(Path(folder))
        for _ in range(times):
            with serving(home, port) as (pid, first_answer_s):
                seconds.append(first_answer_s)
                cpu.append(cpu_s(pid))
                time.sleep(IDLE_S)
                resident.append(resident_mb(pid))
    return {
        "start_s": statistics.median(seconds),
        "first_start_s": seconds[0],
        "slowest_s": max(seconds),
        "start_cpu_s": statistics.median(cpu),  # what is left of it on a machine that does nothing else
        "resident_mb": statistics.median(resident),
        "times": times,
    }


def measures(found: dict[str, Any]) -> list[Measure]:
    """The figures that a bar stands for."""
    data = f"genba serve, SQLite, median of {found['genba']['times']}"
    theirs = found.get("edc")
    return [
        Measure(bar=bar, value=found["genba"][name], data=data, peers={"Eclipse EDC": theirs[name]} if theirs else {})
        for bar, name in (("serve.start", "start_s"), ("serve.resident", "resident_mb"))
    ]


def main() -> None:
    """Measure; JSON on standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--edc", action="store_true")
    options = parser.parse_args()
    found: dict[str, Any] = {"genba": run(options.times)}
    if options.edc:
        from benchmarks.exchange import edc

        found["edc"] = edc.start(times=options.times, heap="512m")
    made = [{"bar": one.bar, "value": one.value, "met": one.is_met, "data": one.data} for one in measures(found)]
    print(json.dumps({"start": found, "measures": made}, indent=1))


if __name__ == "__main__":
    main()
