"""`genba-edge simulate`: record an invented machine cell whose clocks, losses and faults are known."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from genba_edge.deployment import load_deployment
from genba_edge.errors import EdgeError
from genba_edge.simulator.program import Plan
from genba_edge.simulator.recording import keep_truth, record, record_watched
from genba_edge.wording import help_of, sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to invent, and where it goes."""
    usual = Plan()
    parser.add_argument("--out", type=Path, required=True, help=help_of("simulate.out"))
    parser.add_argument("--seed", type=int, default=usual.seed, help=help_of("simulate.seed"))
    parser.add_argument("--duration-s", type=float, default=usual.duration_s, help=help_of("simulate.duration"))
    parser.add_argument("--truth", type=Path, help=help_of("simulate.truth"))
    parser.add_argument("--no-faults", action="store_true", help=help_of("simulate.no_faults"))
    parser.add_argument("--losses", type=float, default=usual.losses, help=help_of("simulate.losses"))
    parser.add_argument("--deployment", type=Path, help=help_of("simulate.deployment"))
    parser.add_argument("--slices", type=Path, help=help_of("simulate.slices"))


def run(options: argparse.Namespace) -> int:
    """Record as fast as it goes, then say what was made."""
    if not 1 <= options.duration_s <= 86_400 or not 0 <= options.losses <= 100:
        raise EdgeError("simulated_range")
    if options.slices and not options.deployment:
        raise EdgeError("slices_without_model")
    plan = Plan(
        seed=options.seed, duration_s=options.duration_s, has_faults=not options.no_faults, losses=options.losses
    )
    if options.deployment:
        truth, seen = record_watched(plan, options.out, load_deployment(options.deployment), options.slices)
    else:
        truth, seen = record(plan, options.out), None
    if options.truth:
        keep_truth(truth, options.truth)
    samples = sum(stream["delivered"] for stream in truth["streams"].values())
    lots, faults = len(truth["lots"]), len(truth["faults"])
    said = sentence("simulated", seconds=f"{plan.duration_s:g}", samples=samples, lots=lots, faults=faults)
    sys.stdout.write(said + "\n")
    if seen is not None:
        sys.stdout.write(sentence("watched", **asdict(seen)) + "\n")
        if options.slices:
            sys.stdout.write(sentence("slices_kept", **asdict(seen.kept)) + "\n")
    return 0
