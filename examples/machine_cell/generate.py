"""Write two days of an invented machine cell and its production records: python generate.py OUT [--seed 7]."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from examples.machine_cell.records import SECOND, as_csv, records_of
from genba_edge.simulator.program import Plan
from genba_edge.simulator.recording import keep_truth, record

# 2026-04-06 23:59:18 in Japan: the night shift goes on over midnight; and the evening after.
STARTS_NS = {"day1": 1_775_487_558 * SECOND, "day2": 1_775_567_680 * SECOND}
SECONDS = {"day1": 100.0, "day2": 80.0}
# Lots of a part or two: enough lots, good and bad, that a model can be judged on some it has not seen.
PARTS_A_LOT = (1, 2)
FIRST_LOTS = {"day1": 260406001, "day2": 260407001}
RECORDS = "生産実績.csv"


def plans(seed: int) -> dict[str, Plan]:
    """One plan a day; it is the same machine, and its crystals run as they did."""
    return {
        day: Plan(
            seed=100 * seed + number,
            duration_s=SECONDS[day],
            start_ns=STARTS_NS[day],
            first_lot=FIRST_LOTS[day],
            parts_a_lot=PARTS_A_LOT,
            hardware=seed,
        )
        for number, day in enumerate(STARTS_NS, 1)
    }


def write(out: Path, seed: int, truth_file: Path) -> dict[str, Any]:
    """Write batches and records below `out` and the truth beside it; return the truth."""
    days = {}
    for day, plan in plans(seed).items():
        shutil.rmtree(out / day, ignore_errors=True)
        days[day] = record(plan, out / day)
        for name in ("recorder.lock", "chain.json"):  # what stays at the machine when batches are handed on
            (out / day / name).unlink(missing_ok=True)
    lines = records_of(list(days.values()), random.Random(f"{seed}/records"))
    (out / RECORDS).write_bytes(as_csv(lines))
    truth = {"seed": seed, "days": days, "records": [asdict(line) for line in lines]}
    keep_truth(truth, truth_file)
    return truth


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Write two days of an invented machine cell with known truth.")
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--truth", type=Path, help="where to write the truth (default: OUT-truth.json beside OUT)")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    truth = write(out, options.seed, options.truth or out.with_name(out.name + "-truth.json"))
    counts = {
        day: {
            "samples": sum(stream["delivered"] for stream in told["streams"].values()),
            "lots": len(told["lots"]),
            "lots with a fault": sum(bool(lot["fault"]) for lot in told["lots"]),
            "losses": sum(len(stream["losses"]) for stream in told["streams"].values()),
        }
        for day, told in truth["days"].items()
    }
    print(json.dumps(counts | {"records": len(truth["records"])}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
