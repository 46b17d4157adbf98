"""Random schedules of loss, doubling, delay and kill -9: afterwards both sides agree, nothing is lost or doubled.

`python -m benchmarks.exchange.schedules --seed 1 --count 500 --processes 20` prints one JSON object. Most schedules run
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

from benchmarks.exchange.schedule_steps import Schedule


def run(seed: int, count: int, processes: int = 0) -> dict[str, Any]:
    """Run schedules one after the other and tell what they met with, and each that did not end well."""
    began, met, bad = time.perf_counter(), Counter[str](), {}
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            schedule = Schedule(seed=seed * 1_000_003 + number, folder=Path(folder))
            try:
                found = schedule.run()
            except Exception:  # noqa: BLE001 - whatever breaks a schedule is a finding
                found = [traceback.format_exc(limit=-6)]
            for company in schedule.companies:
                company.database.close()
        met.update(schedule.done)
        if found:
            bad[schedule.seed] = found
    return {
        "seed": seed,
        "schedules": count,
        "agreeing": count - len(bad),
        "met": dict(sorted(met.items())),
        "differing": bad,
        "seconds": round(time.perf_counter() - began, 1),
    }


def main(arguments: list[str]) -> int:
    """0 when both sides agree after every schedule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--processes", type=int, default=20, help="further schedules in processes that are killed")
    options = parser.parse_args(arguments)
    result = run(options.seed, options.count, options.processes)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 1 if result["differing"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
