"""Measures on generated work instructions: steps in order, quantities, warnings, figures; by layout and by house."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from benchmarks.generators.instructions.corpus import LAYOUTS, generate
from benchmarks.product import Output, read_product
from benchmarks.results import Measure
from benchmarks.tally import Tally
from benchmarks.tools import Bench
from benchmarks.understanding import Truth, score_file

COUNT = 6
NAMES = {"word": "Word", "excel": "Excel 方眼紙", "pdf": "PDF", "scan": "scan"}


def measure(bench: Bench, seed: int, scale: float, layouts: Sequence[str] = LAYOUTS) -> list[Measure]:
    """Generate, refine, and score each layout of each style on its own."""
    folder, product = bench.out / "corpora" / "instructions", bench.out / "products" / "instructions"
    for old in (folder, product):
        shutil.rmtree(old, ignore_errors=True)
    truth = generate(folder, seed, max(1, round(COUNT * scale)), tuple(layouts))
    shutil.move(folder / "truth.json", bench.out / "corpora" / "instructions.truth.json")
    done = bench.genba("refine", folder, "--out", product, "--workers", "2", "--lang", "en")
    if done.returncode not in (0, 1) or not (product / "run.json").exists():
        raise SystemExit(f"genba refine failed on instructions: {done.stderr[-2000:]}")
    return score(truth, read_product(product), seed)


def score(truth: Truth, outputs: dict[str, Output], seed: int) -> list[Measure]:
    """One measure for each bar, layout and style."""
    tallies: dict[tuple[str, str], Tally] = {}
    for entry in truth["files"]:
        told = f"generated, seed {seed}, {NAMES[entry['layout']]}" + (
            f", style {entry['style']}" if entry["style"] else ""
        )
        tally = tallies.setdefault((entry["layout"], entry["style"]), Tally(told))
        output = outputs.get(entry["file"], Output("", document={}))
        score_file(tally, entry, output)
    return [one for tally in tallies.values() for one in tally.measures()]
