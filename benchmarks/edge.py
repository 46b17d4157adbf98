"""genba-edge beside a machine: what recording costs, and what a power cut costs."""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.results import Measure
from benchmarks.tools import Bench

WORKER = Path(__file__).with_name("edge_worker.py")
SECONDS = 20.0
POINTS = 200
KEY = bytes(range(32))
BLOCK = 40  # samples


def cost(bench: Bench, seed: int) -> list[Measure]:
    """CPU and memory of recording 16 channels at 1 kHz for 20 s, beyond a process that only keeps the time."""
    folder = bench.out / "edge"
    runs: dict[str, dict[str, float]] = {}
    for how in ("idle", "record", "extend"):
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, str(WORKER), how, str(folder), str(SECONDS), str(seed)]
        runs[how] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        written = sum(path.stat().st_size for path in folder.glob("*.gbatch")) if folder.exists() else 0
        runs[how]["share"] = runs[how]["cpu_s"] / runs[how]["seconds"]
        print(f"  {how}: {runs[how]['share']:.2%} of a core, {runs[how]['peak_mb']:.1f} MB, {written:,} B", flush=True)
    data = f"generated, seed {seed}, 16 channels int16, 1 kHz, {SECONDS:.0f} s"
    measures = []
    for how in ("record", "extend"):
        beyond = runs[how]["share"] - runs["idle"]["share"]
        count = int(runs[how]["samples"])
        told = [f"of it before subtracting: {runs[how]['share']:.4f}, idle {runs['idle']['share']:.4f}"]
        measures.append(Measure(bar=f"edge.cpu_{how}", value=beyond, data=data, count=count, misses=told))
    most = max(run["peak_mb"] for run in runs.values())
    return [*measures, Measure(bar="edge.memory", value=most, data=data, count=int(runs["record"]["samples"]))]


@dataclass
class Judged:
    """Power cuts that cost no more than they may, and what was wrong with others."""

    good: int = 0
    tried: int = 0
    lost: list[int] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def take(self, where: str, wrong: str) -> None:
        """Count one."""
        self.tried += 1
        self.good += not wrong
        if wrong:
            self.misses.append(f"{where}: {wrong}")

    def measure(self, bar: str, data: str) -> Measure:
        """As a share."""
        return Measure(bar=bar, value=self.good / self.tried, data=data, count=self.tried, misses=self.misses)


def power_cuts(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Kill recording processes, and cut finished files, at random points."""
    chance = random.Random(seed)
    points = max(5, int(POINTS * scale))
    killed, cut = Judged(), Judged()
    for point in range(points):
        folder = bench.out / "powercut" / "queue"
        shutil.rmtree(folder, ignore_errors=True)
        wait_s = chance.uniform(0, 0.12)
        certain = _killed(folder, wait_s)
        killed.take(f"point {point}, {wait_s * 1000:.1f} ms", _wrong(folder, certain, killed))
    sample = next(iter(sorted(folder.glob("*.gbatch"))))
    raw = sample.read_bytes()
    for _ in range(points):
        size = chance.randrange(len(raw))
        cut.take(f"cut at byte {size}", _wrong_cut(raw, size))
    lost = f"median {statistics.median(killed.lost):.0f}, most {max(killed.lost)} samples lost"
    print(f"  killed: {killed.good} of {killed.tried} good, {lost}; cut: {cut.good} of {cut.tried}", flush=True)
    return [
        killed.measure("edge.powercut", f"generated, seed {seed}, kill -9 of a recorder, blocks of {BLOCK}"),
        cut.measure("edge.truncated", f"generated, seed {seed}, files cut at any byte"),
    ]


def _killed(folder: Path, wait_s: float) -> int:
    """How many samples the recorder said lie on the disk before it was killed."""
    command = [sys.executable, "-S", str(WORKER), "endless", str(folder), KEY.hex()]
    environment = {**os.environ, "PYTHONPATH": str(WORKER.parents[1] / "packages" / "genba-edge" / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(wait_s)
    process.kill()
    told = [int(line) for line in [first, *process.stdout.read().split("\n")[:-1]] if line.strip()]
    process.wait()
    return max(told, default=0)


def _wrong(folder: Path, certain: int, judged: Judged) -> str:
    """What a power cut cost beyond the open block of each stream, before and after the recorder is started again."""
    from genba_edge import Options, Recorder

    for state in ("left", "recovered"):
        if state == "recovered":
            Recorder(folder, "bench", key=KEY, options=Options(in_background=False)).close()
        numbers, codes = _read(sorted(folder.glob("*.gbatch*")))
        if numbers["fast"] != [*range(len(numbers["fast"]))]:
            return f"{state}: samples are missing in between"
        if len(numbers["fast"]) < certain:
            return f"{state}: {certain - len(numbers['fast'])} samples that lay on the disk are gone"
        if numbers["slow"] != [*range(len(numbers["slow"]))] or len(numbers["slow"]) < certain // 7 - BLOCK:
            return f"{state}: the slow stream lost more than a block"
        said = {"edge.truncated", "edge.run_open"} if state == "left" else {"edge.recovered", "edge.run_open"}
        if not codes & said or codes - said - {"edge.left_over"}:
            return f"{state}: says {sorted(codes)}"
    judged.lost.append(max(0, certain + BLOCK - 1 - len(numbers["fast"])))
    return ""


def _wrong_cut(raw: bytes, size: int) -> str:
    whole, _ = _read_bytes([raw])
    numbers, codes = _read_bytes([raw[:size]])
    for stream, given in numbers.items():
        if given != whole[stream][: len(given)]:
            return f"{stream}: not a beginning of the whole"
    return "" if codes & {"edge.truncated", "edge.not_a_batch", "edge.header_unreadable"} else f"says {sorted(codes)}"


def _read(paths: list[Path]) -> tuple[dict[str, list[int]], set[str]]:
    return _read_bytes([path.read_bytes() for path in paths if path.name.endswith((".gbatch", ".part"))])


def _read_bytes(batches: list[bytes]) -> tuple[dict[str, list[int]], set[str]]:
    """The numbers of all samples by stream, and the codes of all findings."""
    import io

    from genba.errors import InvalidInput
    from genba.formats.edgebatch.runs import Runs
    from genba.formats.edgebatch.seals import trust
    from genba.model.finding import Finding
    from genba.model.signals import Block
    from genba.ports.blob import Blob
    from genba.ports.signals import SignalLimits, SignalPart
    from genba.readers.signals.edge import read

    numbers: dict[str, list[int]] = {"fast": [], "slow": []}
    codes: set[str] = set()
    runs = Runs()

    def parts(raw: bytes) -> Iterator[SignalPart]:
        blob = Blob(name="b.gbatch", size_bytes=len(raw), open=lambda: io.BytesIO(raw))
        try:
            yield from read(blob, SignalLimits(), trust=trust(KEY.hex()))
        except InvalidInput as error:
            codes.add(error.code)

    for raw in batches:
        for part in parts(raw):
            runs.see(part)
            if isinstance(part, Block) and part.sequence is not None:
                numbers[part.stream] += part.sequence.tolist()
            elif isinstance(part, Finding):
                codes.add(part.code)
    codes |= {finding.code for finding in runs.findings()}
    return numbers, codes
