"""How long the same Office files take: from a cold command line, and in a process that is warm."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generators import documents, forms, workbooks
from benchmarks.results import BARS, Measure
from benchmarks.tools import READS, Bench, Timing

SLOWER = ("docling", "exstruct", "markitdown")


def measure(bench: Bench, data: Path | None, seed: int) -> list[Measure]:
    """Cold and warm, every tool on the files that it reads, on one core; genba on the same files."""
    files, told = office_files(bench, data, seed)
    print(f"  {len(files)} Office files ({told}), core {bench.core}")
    measures = []
    with bench.on_one_core():
        for peer in bench.peers:
            taken = [path for path in files if path.suffix in READS[peer]]
            measures += _beside(bench, peer, taken, told)
    return measures


def office_files(bench: Bench, data: Path | None, seed: int) -> tuple[list[Path], str]:
    """The real Office files, or generated ones where there are none; copied into one folder."""
    folder = bench.out / "office"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if data is None:
        for module, count in ((workbooks, 6), (forms, 6), (documents, 6)):
            module.generate(folder, seed, count)
        (folder / "truth.json").unlink()
        told = f"generated, seed {seed}"
    else:
        for path in sorted((data / "documents").rglob("*")):
            if path.suffix in (".xlsx", ".docx"):
                shutil.copyfile(path, folder / f"{path.parent.name}_{path.name}")
        told = "real: documents/**.xlsx, .docx"
    return sorted(folder.iterdir()), told


def _beside(bench: Bench, peer: str, files: Sequence[Path], told: str) -> list[Measure]:
    folder = bench.out / "office-same"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path in files:
        shutil.copyfile(path, folder / path.name)
    own_cold, peer_cold = [], []
    # Taken in turns, so that whatever else the machine does falls on both.
    for _ in range(bench.repetitions):
        own_cold.append(cold_genba(bench, folder))
        peer_cold.append(cold_peer(bench, peer, files))
    own = warm(bench, "genba", files)
    other = warm(bench, peer, files)
    both = [path for path in files if path in own and path in other]
    own_warm, peer_warm = sum(own[path] for path in both), sum(other[path] for path in both)
    cold_s = statistics.median(own_cold), statistics.median(peer_cold)
    ratios = sorted(own[path] / other[path] for path in both)
    print(
        f"  {peer}: cold genba {cold_s[0]:.2f} s, {peer} {cold_s[1]:.2f} s; "
        f"warm {len(both)} files genba {own_warm:.3f} s, {peer} {peer_warm:.3f} s; "
        f"genba ÷ {peer} per file {ratios[0]:.2f} – {statistics.median(ratios):.2f} – {ratios[-1]:.2f}"
    )
    slowest = sorted(both, key=lambda path: -own[path])[:8]
    return [
        _measure(f"speed.cold.{peer}", cold_s, told, len(files), []),
        _measure(
            f"speed.warm.{peer}",
            (own_warm, peer_warm),
            told,
            len(both),
            [f"{path.name}: genba {own[path] * 1000:.0f} ms, {peer} {other[path] * 1000:.0f} ms" for path in slowest],
        ),
    ]


def _measure(bar: str, seconds: tuple[float, float], told: str, count: int, misses: list[str]) -> Measure:
    """A factor of time: how much faster than slow peers, how much of a fast peer's time."""
    own, other = seconds
    value = own / other if BARS[bar].is_cost else other / own
    return Measure(bar=bar, value=value, data=told, count=count, misses=[f"{own:.3f} s and {other:.3f} s", *misses])


def cold_genba(bench: Bench, folder: Path) -> float:
    """One command for a folder, into a new product."""
    out = bench.out / "office-product"
    shutil.rmtree(out, ignore_errors=True)
    done = bench.genba("refine", folder, "--out", out, "--workers", "1", "--lang", "en")
    if done.returncode not in (0, 1):
        raise SystemExit(f"genba refine failed: {done.stderr[-2000:]}")
    return done.wall_s


def cold_peer(bench: Bench, peer: str, files: Sequence[Path]) -> float:
    """One new process for all files: less than the peers' own commands take, which begin anew for every file."""
    out = bench.out / "office-peer" / peer
    shutil.rmtree(out, ignore_errors=True)
    from time import perf_counter

    start = perf_counter()
    bench.convert(peer, files, out)
    return perf_counter() - start


def warm(bench: Bench, tool: str, files: Sequence[Path]) -> dict[Path, float]:
    """Median seconds per file after a warm-up on other files; files that fail are left out."""
    out = bench.out / "office-warm" / tool
    shutil.rmtree(out, ignore_errors=True)
    last = [max((path for path in files if path.suffix == kind), default=None) for kind in (".xlsx", ".docx")]
    warm_up = [path for path in last if path is not None]
    timings = bench.convert(tool, files, out, repetitions=bench.repetitions, warm_up=warm_up)
    return {path: _median(timing) for path, timing in timings.items() if not timing.error and timing.wall_s}


def _median(timing: Timing) -> float:
    return statistics.median(timing.wall_s)
