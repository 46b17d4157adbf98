"""Run the example cell once more, a deployed model beside the recording: python night.py OUT --deployment DIR."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from examples.machine_cell.generate import PARTS_A_LOT, STARTS_NS
from examples.machine_cell.records import SECOND
from genba_edge.deployment import load_deployment
from genba_edge.simulator.program import Plan
from genba_edge.simulator.recording import keep_truth, record_watched
from genba_edge.wording import sentence

DAY_NS = 86_400 * SECOND
SECONDS = 60.0


def main() -> None:
    """Record everything into OUT/all, what the model is unsure about into OUT/slices, the truth into OUT/truth.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--deployment", type=Path, required=True, help="the folder that genba deploy wrote")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    plan = Plan(
        seed=100 * options.seed + 3,
        duration_s=SECONDS,
        start_ns=STARTS_NS["day2"] + DAY_NS,
        first_lot=260408001,
        parts_a_lot=PARTS_A_LOT,
        hardware=options.seed,
    )
    truth, seen = record_watched(plan, options.out / "all", load_deployment(options.deployment), options.out / "slices")
    keep_truth(truth, options.out / "truth.json")
    print(sentence("watched", **asdict(seen)))
    print(sentence("slices_kept", **asdict(seen.kept)))


if __name__ == "__main__":
    main()
