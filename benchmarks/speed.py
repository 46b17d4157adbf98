"""How long the same Office files take: from a cold command line, and in a process that is warm."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.generators import documents, forms, workbooks
from benchmarks.results import BARS, Measure
from benchmarks.tools import READS, Bench

Commands = Callable[[str, Sequence[Path], Path], list[list[str]]]
# kreuzberg's package has no command. exstruct and markitdown take one file, docling takes many.
COMMANDS: dict[str, Commands] = {
    "markitdown": lambda name, files, out: [[name, str(path), "-o", str(out / f"{path.name}.md")] for path in files],
    "exstruct": lambda name, files, out: [
        [name, str(path), "-o", str(out / f"{path.name}.json"), "-m", "light"] for path in files
    ],
    "docling": lambda name, files, out: [
        [name, "--to", "md", "--to", "json", "--output", str(out), *map(str, files)],
    ],
}


def measure(bench: Bench, data: Path | None, seed: int) -> list[Measure]:
    """Cold and warm, every tool on the files that it reads, on one core; genba on the same files."""
    files, told = office_files(bench, data, seed)
    print(f"  {len(files)} Office files ({told}), core {bench.core}")
    taken = {peer: tuple(path for path in files if path.suffix in READS[peer]) for peer in bench.peers}
    folders = {chosen: _folder(bench, place, chosen) for place, chosen in enumerate(dict.fromkeys(taken.values()))}
    own_cold: dict[tuple[Path, ...], list[float]] = {chosen: [] for chosen in folders}
    peer_cold: dict[str, list[float]] = {peer: [] for peer in bench.peers}
    with bench.on_one_core():
        # Taken in turns, so that whatever else the machine does falls on all.
        for _ in range(bench.repetitions):
            for chosen, folder in folders.items():
                own_cold[chosen].append(cold_genba(bench, folder))
            for peer in bench.peers:
                peer_cold[peer].append(cold_peer(bench, peer, taken[peer]))
        own_warm = warm(bench, "genba", files)
        peer_warm = {peer: warm(bench, peer, taken[peer]) for peer in bench.peers}
        commands = {peer: own_command(bench, peer, taken[peer]) for peer in bench.peers if peer in COMMANDS}
    measures = []
    for peer in bench.peers:
        seconds = statistics.median(own_cold[taken[peer]]), statistics.median(peer_cold[peer])
        measures.append(_measure(f"speed.cold.{peer}", seconds, told, len(taken[peer]), []))
        if peer in commands:
            seconds = seconds[0], commands[peer]
            measures.append(_measure(f"speed.command.{peer}", seconds, told, len(taken[peer]), []))
        measures += _warm(peer, own_warm, peer_warm[peer], told)
    return measures


def _folder(bench: Bench, place: int, files: Sequence[Path]) -> Path:
    """A folder that holds just these files."""
    folder = bench.out / f"office-{place}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path in files:
        shutil.copyfile(path, folder / path.name)
    return folder


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


def _warm(peer: str, own: dict[Path, float], other: dict[Path, float], told: str) -> list[Measure]:
    both = [path for path in own if path in other]
    if not both:
        print(f"  nothing that both genba and {peer} converted")
        return []
    ratios = sorted(own[path] / other[path] for path in both)
    spread = f"{ratios[0]:.2f} – {statistics.median(ratios):.2f} – {ratios[-1]:.2f}"
    slowest = sorted(both, key=lambda path: -own[path])[:8]
    misses = [f"genba ÷ {peer} per file: {spread}"]
    misses += [f"{path.name}: genba {own[path] * 1000:.0f} ms, {peer} {other[path] * 1000:.0f} ms" for path in slowest]
    seconds = sum(own[path] for path in both), sum(other[path] for path in both)
    return [_measure(f"speed.warm.{peer}", seconds, told, len(both), misses)]


def _measure(bar: str, seconds: tuple[float, float], told: str, count: int, misses: list[str]) -> Measure:
    """A factor of time: how much faster than slow peers, how much of a fast peer's time."""
    own, other = seconds
    value = own / other if BARS[bar].is_cost else other / own
    print(f"  {bar}: genba {own:.3f} s, peer {other:.3f} s")
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
    start = time.perf_counter()
    bench.convert(peer, files, out)
    return time.perf_counter() - start


def own_command(bench: Bench, peer: str, files: Sequence[Path]) -> float:
    """The peer's own command line, as its users type it: for most once for each file; taken once, it is long."""
    out = bench.out / "office-command" / peer
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    start = time.perf_counter()
    for command in COMMANDS[peer](bench.script_of(peer), files, out):
        bench.call(command)
    return time.perf_counter() - start


def warm(bench: Bench, tool: str, files: Sequence[Path]) -> dict[Path, float]:
    """Median seconds per file after a warm-up on other files; files that fail are left out."""
    out = bench.out / "office-warm" / tool
    shutil.rmtree(out, ignore_errors=True)
    last = [max((path for path in files if path.suffix == kind), default=None) for kind in (".xlsx", ".docx")]
    warm_up = [path for path in last if path is not None]
    timings = bench.convert(tool, files, out, repetitions=bench.repetitions, warm_up=warm_up)
    for path, timing in timings.items():
        if timing.error:
            print(f"    {tool} failed on {path.name}: {timing.error}")
    return {path: statistics.median(timing.wall_s) for path, timing in timings.items() if not timing.error}
