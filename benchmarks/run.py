"""Measure genba against its bars, beside its peers: `make bench`, or parts of it with --only."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import (
    alignment,
    anomaly,
    clockpairs,
    drawings,
    edge,
    house,
    instructions,
    joins,
    losses,
    lossless,
    pagewriting,
    pictures,
    quality,
    rendering,
    retrieval,
    scans,
    semantics,
    sharing,
    speed,
    storecuts,
    throughput,
    tools,
)
from benchmarks.results import BARS, Measure, as_data, markdown, missed, shown

ROOT = tools.ROOT
HOUSE = ("help", "again", "survey", "demo")
MEANING = (
    "scans",
    "pictures",
    "drawings",
    "instructions",
    "numbers",
    "keywords",
    "summaries",
    "retrieval",
    "throughput",
)
SIGNALS = ("alignment", "edge", "powercut", "lossless", "losses", "anomaly", "clockpairs", "joins", "rendering")
PARTS = (*quality.CORPORA, "real", *MEANING, *SIGNALS, *sharing.PARTS, "speed", *HOUSE)


def main() -> int:
    """Measure, print, write; the exit status is 1 when a bar is missed."""
    options = _options()
    if options.write_docs and options.only == ["none"]:
        return pagewriting.write(options.out / "results.json", options.page_part)
    peers = tools.CHOICES[options.peers]
    environments = _environments(options.peer_envs)
    wanted = set(options.only or PARTS)
    tools.install(() if wanted <= set(sharing.PARTS) else peers, environments)  # those of sharing are its own
    bench = tools.Bench(options.out.resolve(), peers, environments, core=options.core, repetitions=options.repetitions)
    bench.out.mkdir(parents=True, exist_ok=True)
    data = options.data if options.data and (options.data / "documents").is_dir() else None
    measures: list[Measure] = []
    for part in options.only or PARTS:
        print(f"-- {part}", flush=True)
        measures += _part(part, bench, options, data)
        # After each part: what was measured stays when a later one fails.
        found = json.dumps(as_data(measures, _about(bench, options)), ensure_ascii=False, indent=1)
        (bench.out / "results.json").write_text(found + "\n", encoding="utf-8")
        (bench.out / "results.md").write_text(markdown(measures, "en"), encoding="utf-8")
    print("\n" + markdown(measures, "en"))
    low = missed(measures)
    for measure in low:
        bar = BARS[measure.bar]
        print(f"missed: {bar.en}: {shown(measure.value, bar.unit)} for {bar.shown} ({measure.data})")
        for miss in measure.misses[: options.misses]:
            print(f"    {miss}")
    if options.write_docs:
        pagewriting.write(bench.out / "results.json", options.page_part)
    return 1 if low else 0


def _part(part: str, bench: tools.Bench, options: argparse.Namespace, data: Path | None) -> list[Measure]:
    if part in quality.CORPORA:
        seeds = options.seed or [1]
        return [one for seed in seeds for one in quality.measure(bench, part, seed, options.scale)]
    if part in MEANING:
        return [one for seed in options.seed or [1] for one in _meaning(part, bench, seed, options, data)]
    if part in SIGNALS:
        return [one for seed in options.seed or [1] for one in _signals(part, bench, seed, options, data)]
    if part in sharing.PARTS:
        return [one for seed in options.seed or [1] for one in sharing.measure(part, bench, seed, options.scale)]
    if part == "real":
        return quality.measure_real(bench, data) if data else _left_out("GENBA_DATA is not set")
    if part == "speed":
        return speed.measure(bench, data, (options.seed or [1])[0])
    measures: dict[str, Callable[[], list[Measure]]] = {
        "help": lambda: house.help_screen(bench),
        "again": lambda: house.second_run(bench, options.files),
        "survey": lambda: house.survey(bench, 1_000_000 if options.million else 50_000),
        "demo": lambda: house.demo(bench),
        "large_csv": lambda: house.large_csv(bench, (options.seed or [1])[0], options.large_mb),
        "large_mixed": lambda: house.large_mixed(bench, (options.seed or [1])[0], 2 * options.large_mb),
    }
    return measures[part]()


def _meaning(part: str, bench: tools.Bench, seed: int, options: argparse.Namespace, data: Path | None) -> list[Measure]:
    """What is asked of meaning: each part makes its own files from the seed."""
    measures: dict[str, Callable[[], list[Measure]]] = {
        "scans": lambda: scans.measure(bench, data, seed, options.scale),
        "pictures": lambda: pictures.measure(bench, seed, options.scale),
        "drawings": lambda: drawings.measure(bench, seed, options.scale),
        "instructions": lambda: instructions.measure(bench, seed, options.scale),
        "numbers": lambda: semantics.numbers(bench, seed, options.scale),
        "keywords": lambda: semantics.keywords(bench, seed, options.scale),
        "retrieval": lambda: retrieval.measure(bench, seed, options.scale),
        "throughput": lambda: throughput.measure(bench, seed),
        "summaries": lambda: semantics.summaries(bench, seed, data),
    }
    return measures[part]()


def _signals(part: str, bench: tools.Bench, seed: int, options: argparse.Namespace, data: Path | None) -> list[Measure]:
    """What is asked of signals: recorded, kept, aligned, rendered and learnt from."""
    measures: dict[str, Callable[[], list[Measure]]] = {
        "anomaly": lambda: anomaly.measure(data),
        "edge": lambda: edge.cost(bench, seed),
        "powercut": lambda: [
            *edge.power_cuts(bench, seed, options.scale),
            *storecuts.measure(bench, seed, options.scale),
        ],
        "lossless": lambda: lossless.measure(bench, data, seed, options.scale),
        "alignment": lambda: alignment.measure(bench, data, seed, options.scale),
        "losses": lambda: losses.measure(bench, seed, options.scale),
        "clockpairs": lambda: clockpairs.measure(seed, options.scale),
        "joins": lambda: joins.measure(bench, seed, options.scale),
        "rendering": lambda: rendering.measure(bench, seed, options.scale),
    }
    return measures[part]()


def _left_out(reason: str) -> list[Measure]:
    print(f"  left out: {reason}")
    return []


def _about(bench: tools.Bench, options: argparse.Namespace) -> dict[str, Any]:
    """What someone needs to judge the figures: when, on what, with which versions, by which command."""
    import psutil

    parts = set(options.only or PARTS)
    documents = bench if parts - set(sharing.PARTS) else replace(bench, peers=())
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GB, Python {platform.python_version()}",
        "load": round(psutil.getloadavg()[0], 1),
        "versions": tools.versions(documents) | sharing.versions(bench, parts),
        "seeds": options.seed or [1],
        "command": _command(options),
    }


def _command(options: argparse.Namespace) -> str:
    """The command that repeats this run, without folders of this machine."""
    parts = ["GENBA_DATA=…"] if options.data else []
    parts.append("python benchmarks/run.py")
    parts += [f"--seed {' '.join(map(str, options.seed))}"] if options.seed else []
    parts += [f"--only {' '.join(options.only)}"] if options.only else []
    parts += [f"--peers {options.peers}", f"--scale {options.scale:g}"]
    parts += ["--large"] if options.large else []
    parts += ["--million"] if options.million else []
    return " ".join(parts)


def _environments(text: str) -> dict[str, Path]:
    """Ready-made peer environments: light=FOLDER,docling=FOLDER."""
    pairs = (part.partition("=") for part in text.split(",") if part)
    return {name: Path(folder) for name, _, folder in pairs}


def _options() -> argparse.Namespace:
    environment = os.environ
    parser = argparse.ArgumentParser(description=__doc__)
    data = environment.get("GENBA_DATA")
    parser.add_argument("--data", type=Path, default=Path(data) if data else None, help="folder of real files")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--seed", type=int, nargs="+", help="seeds of the generated files (default 1)")
    parser.add_argument("--only", nargs="+", choices=(*PARTS, "large_csv", "large_mixed", "none"))
    parser.add_argument("--scale", type=float, default=1.0, help="size of the generated corpora")
    parser.add_argument("--peers", choices=tuple(tools.CHOICES), default=environment.get("BENCH_PEERS", "light"))
    parser.add_argument("--peer-envs", default=environment.get("BENCH_PEER_ENVS", ""), help="light=DIR,docling=DIR")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--core", type=int, default=0, help="the core that speed is measured on")
    parser.add_argument("--files", type=int, default=10_000, help="files of the second run")
    parser.add_argument("--million", action="store_true", help="survey a million files")
    parser.add_argument("--large", action="store_true", help="also measure memory with large files")
    parser.add_argument("--large-mb", type=int, default=1024)
    parser.add_argument("--misses", type=int, default=5, help="misses printed for each bar")
    parser.add_argument("--write-docs", action="store_true", help="put the table into the pages of docs/")
    parser.add_argument("--page-part", default="", help="name of the table in those pages: meaning; default the first")
    options = parser.parse_args()
    if options.large:
        options.only = [*(options.only or PARTS), "large_csv", "large_mixed"]
    return options


if __name__ == "__main__":
    sys.exit(main())
