"""The house's own numbers: help, second runs, surveys, memory with large files, the demonstration."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.results import Measure
from benchmarks.tools import ROOT, Bench, _environment, genba_command

LINES = 50_000


def help_screen(bench: Bench) -> list[Measure]:
    """The first word a user gets."""
    bench.genba("--help")
    taken = [bench.genba("--help").wall_s for _ in range(5)]
    return [Measure(bar="house.help", value=statistics.median(taken), data="generated", count=5)]


def second_run(bench: Bench, count: int) -> list[Measure]:
    """Nothing changed; then one file more, whose own cost is a run over it alone."""
    folder, product = bench.out / "many", bench.out / "many-product"
    shutil.rmtree(product, ignore_errors=True)
    small_files(folder, count, _line)
    first = bench.genba("refine", folder, "--out", product, "--lang", "en")
    if first.returncode not in (0, 1):
        raise SystemExit(f"the first run failed: {first.stderr[-2000:]}")
    print(f"  first run over {count:,} files: {first.wall_s:.1f} s")
    again = [bench.genba("refine", folder, "--out", product, "--lang", "en").wall_s for _ in range(3)]
    alone = bench.out / "one"
    shutil.rmtree(alone, ignore_errors=True)
    small_files(alone, 1, lambda place: "品番,数量\nKG-0,1\n")
    shutil.rmtree(bench.out / "one-product", ignore_errors=True)
    own = bench.genba("refine", alone, "--out", bench.out / "one-product", "--lang", "en").wall_s
    (folder / "added.csv").write_text("品番,数量\nKG-0,1\n", encoding="utf-8")
    added = bench.genba("refine", folder, "--out", product, "--lang", "en").wall_s
    (folder / "added.csv").unlink()
    told = f"generated, {count:,} files"
    print(f"  unchanged {statistics.median(again):.2f} s, one added {added:.2f} s, one alone {own:.2f} s")
    return [
        Measure(bar="house.again", value=statistics.median(again), data=told, count=count),
        Measure(bar="house.one_more", value=max(0.0, added - own), data=told, count=count),
    ]


def survey(bench: Bench, count: int) -> list[Measure]:
    """Count a share without reading its files."""
    folder = bench.out / f"share-{count}"
    small_files(folder, count, lambda place: "")
    done = bench.genba("survey", folder, "--lang", "en")
    if done.returncode not in (0, 1):
        raise SystemExit(f"genba survey failed: {done.stderr[-2000:]}")
    told = f"generated, {count:,} files"
    return [Measure(bar="house.survey", value=done.wall_s, data=told, count=count)]


def demo(bench: Bench) -> list[Measure]:
    """What a newcomer types first, after installation."""
    if shutil.which("make") is None:
        print("  left out: make is not installed")
        return []
    done = bench.call(["make", "demo", f"DEMO={bench.out / 'demo'}"], cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"make demo failed: {done.stderr[-2000:]}")
    return [Measure(bar="house.demo", value=done.wall_s, data="generated")]


def large_csv(bench: Bench, seed: int, size_mb: int) -> list[Measure]:
    """One CSV that does not fit into the memory it may use."""
    folder = bench.out / "large-csv"
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "log.csv", seed, size_mb)
    return [_memory(bench, "house.memory_csv", folder, f"generated, {size_mb} MB")]


def large_mixed(bench: Bench, seed: int, size_mb: int) -> list[Measure]:
    """Workbooks, documents and tables of many sizes."""
    from benchmarks.generators import csvs, documents, forms, workbooks

    folder = bench.out / "large-mixed"
    shutil.rmtree(folder, ignore_errors=True)
    for module, count in ((workbooks, 60), (forms, 60), (documents, 60), (csvs, 60)):
        module.generate(folder / module.__name__.rpartition(".")[2], seed, count)
    rng = random.Random(f"mixed/{seed}")
    written = 0
    while written < size_mb:
        size = rng.choice((1, 5, 20, 80, 200))
        write_csv(folder / "logs" / f"log{written:05d}.csv", seed + written, size)
        written += size
    return [_memory(bench, "house.memory_mixed", folder, f"generated, {size_mb} MB")]


def _memory(bench: Bench, bar: str, folder: Path, told: str) -> Measure:
    product = bench.out / f"{folder.name}-product"
    shutil.rmtree(product, ignore_errors=True)
    start = time.perf_counter()
    command = [*genba_command(), "refine", str(folder), "--out", str(product), "--workers", "2", "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())
    peak = Peak(process.pid)
    _, errors = process.communicate()
    most = peak.stop()
    if process.returncode not in (0, 1):
        raise SystemExit(f"genba refine failed: {errors.decode(errors='replace')[-2000:]}")
    print(f"  {folder.name}: {time.perf_counter() - start:.0f} s, {most / 2**20:.0f} MB")
    shutil.rmtree(product, ignore_errors=True)
    return Measure(bar=bar, value=most / 2**20, data=told)


class Peak:
    """Watches the resident memory of a process and all below it, ten times a second."""

    def __init__(self, pid: int) -> None:
        self._most, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """End watching and give the highest sum seen, in bytes."""
        self._done.set()
        self._thread.join()
        return self._most

    def _watch(self, pid: int) -> None:
        while not self._done.wait(0.1):
            total = 0
            try:
                top = psutil.Process(pid)
                family = [top, *top.children(recursive=True)]
            except psutil.Error:
                return
            for process in family:
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            self._most = max(self._most, total)


def small_files(folder: Path, count: int, text: Callable[[int], str]) -> None:
    """Many small files in folders of a thousand, written once and kept for the next run."""
    done = folder.parent / f"{folder.name}.count"
    if done.exists() and done.read_text(encoding="ascii") == str(count):
        return
    shutil.rmtree(folder, ignore_errors=True)
    for start in range(0, count, 1000):
        part = folder / f"{start // 1000:04d}"
        part.mkdir(parents=True)
        for place in range(start, min(start + 1000, count)):
            (part / f"実績{place:07d}.csv").write_text(text(place), encoding="utf-8")
    done.write_text(str(count), encoding="ascii")


def _line(place: int) -> str:
    return f"品番,数量,測定値[mm]\nKG-{place:05d},{place % 90},{place % 700 / 100:.2f}\n"


def log_line(place: int, rng: random.Random) -> str:
    """One line of a machine's log, a second after the line before it."""
    day = f"2025/{place // 86400 % 12 + 1:02d}/15"
    moment = f"{day} {place // 3600 % 24:02d}:{place // 60 % 60:02d}:{place % 60:02d}"
    state = "正常" if place % 97 else "警報"
    return f"{moment},MC-{place % 20:02d},{rng.random() * 3:.3f},{40 + rng.random() * 5:.1f},{state}\n"


def write_csv(path: Path, seed: int, size_mb: int) -> None:
    """A machine's log of about so many megabytes."""
    wanted = size_mb << 20
    if path.exists() and abs(path.stat().st_size - wanted) < (4 << 20):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = random.Random(f"log/{seed}")
    with path.open("w", encoding="cp932", newline="\r\n") as stream:
        stream.write("日時,設備,振動[mm/s],温度[℃],状態\n")
        written = place = 0
        while written < wanted:
            lines = []
            for _ in range(LINES):
                place += 1
                lines.append(log_line(place, rng))
            block = "".join(lines)
            stream.write(block)
            written += len(block.encode("cp932")) + LINES
    os.utime(path, (1_700_000_000, 1_700_000_000))
