"""As-of joins of many streams beside polars, pandas and DuckDB: seconds and memory, checked by one checksum."""

from __future__ import annotations

import json
import os
import statistics
import sys
from pathlib import Path

from benchmarks.results import Measure
from benchmarks.tools import ENVIRONMENTS, HERE, Bench

ROWS, STREAMS = 10_000_000, 10
# DuckDB's join takes a minute and 13 GB at the full size: it gets a tenth of the rows, its time is given tenfold.
TENTH = {"duckdb"}
LONGER = 3  # times the rows, joined block by block
TOOLS = ("polars", "pandas", "duckdb")


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Each in a process of its own, in turn, genba's as often as the bench repeats."""
    rows = max(int(ROWS * scale), 10_000)
    stated = f"generated, seed {seed}, {STREAMS} × {rows:,} rows"
    own, peers, notes = [], {}, []
    for turn in range(bench.repetitions):
        own.append(_run(bench, "genba", rows, seed))
        for tool in TOOLS if turn == 0 else ("polars",):
            found = _run(bench, tool, rows // 10 if tool in TENTH else rows, seed)
            if found is None:
                notes.append(f"{tool}: not installed (benchmarks/peers-signals.in)")
            else:
                peers.setdefault(tool, []).append(found)
    good = [one for one in own if one is not None]
    if not good:
        raise SystemExit("genba's own join failed")
    for tool, found in peers.items():
        if tool not in TENTH and any(one["checksum"] != good[0]["checksum"] for one in found):
            raise SystemExit(f"the join of {tool} gave other values than genba's")
    times = {
        tool: statistics.median(one["seconds"] for one in found) * (10 if tool in TENTH else 1)
        for tool, found in peers.items()
    }
    memory = {tool: max(one["peak_mb"] for one in found) for tool, found in peers.items() if tool not in TENTH}
    seconds = statistics.median(one["seconds"] for one in good)
    peak = max(one["peak_mb"] for one in good)
    for tool, value in times.items():
        print(f"  {tool}: {value:.2f} s, {value / seconds:.2f} times genba's", flush=True)
    print(f"  genba: {seconds:.2f} s, {peak:,.0f} MB with {STREAMS} inputs and all results in memory", flush=True)
    blocks = _run(bench, "genba_blocks", LONGER * rows, seed)
    measures = [
        Measure(bar="joins.time", value=seconds, data=stated, peers=times, count=len(good), misses=notes),
        Measure(bar="joins.memory", value=peak, data=stated, peers=memory, count=len(good)),
    ]
    if blocks is not None:
        longer = f"generated, seed {seed}, {STREAMS} × {LONGER * rows:,} rows in blocks"
        measures.append(Measure(bar="joins.bounded", value=blocks["peak_mb"], data=longer))
        print(
            f"  block by block: {blocks['peak_mb']:,.0f} MB, {blocks['seconds']:.1f} s with making the blocks",
            flush=True,
        )
    return measures


def _run(bench: Bench, tool: str, rows: int, seed: int) -> dict[str, float] | None:
    """Run a tool where it is installed: in the peers' environment, else beside genba."""
    command = [str(HERE / "joins_worker.py"), tool, str(rows), str(STREAMS), str(seed)]
    for python in _pythons(bench) if not tool.startswith("genba") else [Path(sys.executable)]:
        if not python.exists():
            continue
        done = bench.call([str(python), *command])
        if done.returncode == 0:
            found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
            return found
    return None


def _pythons(bench: Bench) -> list[Path]:
    folder = bench.environments.get("signals", ENVIRONMENTS / "signals")
    return [folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"), Path(sys.executable)]
