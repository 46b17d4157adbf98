"""Random schedules of loss, doubling, delay and kill -9: afterwards both sides agree, nothing is lost or doubled.

`python -m benchmarks.exchange.schedules --seed 1 --count 500 --processes 10` prints one JSON object. Most schedules run
in one process, with death between any two writes; `--processes` of them in two processes that are really killed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.exchange.schedule_processes import ProcessSchedule
from benchmarks.exchange.schedule_steps import Schedule
from benchmarks.results import Measure
from benchmarks.tools import Bench

COUNT = 500
PROCESSES = 10


def run(seed: int, count: int, processes: int = 0) -> dict[str, Any]:
    """Run schedules one after the other and tell what they met with, and each that did not end well."""
    began = time.perf_counter()
    met: dict[str, Counter[str]] = {"in one process": Counter(), "in two processes": Counter()}
    differing: dict[str, list[str]] = {}
    for kind, number in [*_numbered("in one process", count), *_numbered("in two processes", processes)]:
        own = seed * 1_000_003 + number
        found, done = _one(kind, own)
        met[kind].update(done)
        met[kind]["schedules"] += 1
        if found:
            differing[f"{own} {kind}"] = found
    return {
        "seed": seed,
        "schedules": count + processes,
        "agreeing": count + processes - len(differing),
        "met": {kind: dict(sorted(counts.items())) for kind, counts in met.items() if counts},
        "differing": differing,
        "seconds": round(time.perf_counter() - began, 1),
    }


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Give the share of schedules after which both sides agree."""
    result = run(seed, max(20, round(COUNT * scale)), max(1, round(PROCESSES * scale)))
    misses = [f"{name}: {found[0][-200:]}" for name, found in result["differing"].items()]
    share = result["agreeing"] / result["schedules"]
    return [Measure(bar="exchange.schedules", value=share, data="generated", count=result["schedules"], misses=misses)]


def _numbered(kind: str, count: int) -> list[tuple[str, int]]:
    return [(kind, number) for number in range(count)]


def _one(kind: str, seed: int) -> tuple[list[str], Counter[str]]:
    """Run one schedule; whatever breaks it is a finding."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        schedule = (Schedule if kind == "in one process" else ProcessSchedule)(seed=seed, folder=Path(folder))
        try:
            return schedule.run(), schedule.done
        except Exception:
            return [traceback.format_exc(limit=-6)], schedule.done
        finally:
            if isinstance(schedule, Schedule):
                schedule.close()


def main(arguments: list[str]) -> int:
    """0 when both sides agree after every schedule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument(
        "--processes", type=int, default=PROCESSES, help="further schedules in processes that are killed"
    )
    options = parser.parse_args(arguments)
    result = run(options.seed, options.count, options.processes)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if result["differing"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
