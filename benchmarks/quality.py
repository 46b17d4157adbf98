"""Runs the tools over corpora whose contents are known, and scores what they wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import excel, forms, pages, real, tables, word
from benchmarks.generators import csvs, documents, vertical_pdf, workbooks
from benchmarks.generators import forms as form_files
from benchmarks.product import Output, read_peer, read_product
from benchmarks.results import Measure
from benchmarks.tally import Tally
from benchmarks.tools import READS, Bench

Score = Callable[[Tally, str, dict[str, Any], dict[str, Output]], None]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A generator, how many files it makes at full size, and how they are scored."""

    generate: Callable[[Path, int, int], dict[str, Any]]
    count: int
    score: Score


CORPORA = {
    "workbooks": Corpus(workbooks.generate, 20, excel.score),
    "forms": Corpus(form_files.generate, 30, forms.score),
    "documents": Corpus(documents.generate, 20, word.score),
    "vertical_pdf": Corpus(vertical_pdf.generate, 20, pages.score),
    "csvs": Corpus(csvs.generate, 60, tables.score),
}


def measure(bench: Bench, name: str, seed: int, scale: float) -> list[Measure]:
    """Generate a corpus, let every tool convert it, and score the outputs."""
    corpus = CORPORA[name]
    folder = bench.out / "corpora" / name
    shutil.rmtree(folder, ignore_errors=True)
    truth = corpus.generate(folder, seed, max(1, round(corpus.count * scale)))
    shutil.move(folder / "truth.json", bench.out / "corpora" / f"{name}.truth.json")
    files = [folder / entry["file"] for entry in truth["files"]]
    outputs = convert_all(bench, name, folder, files)
    tally = Tally(f"generated, seed {seed}")
    worst = 1.0
    for path, entry in zip(files, truth["files"], strict=True):
        corpus.score(tally, path.name, entry, outputs[path])
        if name == "vertical_pdf":
            one = Tally("")
            corpus.score(one, path.name, entry, {"genba": outputs[path]["genba"]})
            worst = min(worst, one.measures()[0].value)
    measures = tally.measures()
    if name == "vertical_pdf":
        measures.append(Measure(bar="pdf.worst", value=worst, data=tally.data))
    return measures


def measure_real(bench: Bench, data: Path) -> list[Measure]:
    """The same on real workbooks and documents, whose contents are read from their XML here."""
    folder = data / "documents"
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".xlsx", ".docx"))
    outputs = convert_all(bench, "real", folder, files)
    tally = Tally("real: documents")
    for path in files:
        real.score(tally, path, outputs[path])
    return tally.measures()


def convert_all(bench: Bench, name: str, folder: Path, files: list[Path]) -> dict[Path, dict[str, Output]]:
    """What each tool wrote for each file; files that a tool does not read give an empty output."""
    outputs: dict[Path, dict[str, Output]] = {path: {} for path in files}
    product = bench.out / "products" / name
    shutil.rmtree(product, ignore_errors=True)
    print(f"  genba refine {name} ({len(files)} files)", flush=True)
    done = bench.genba("refine", folder, "--out", product, "--workers", "1", "--lang", "en")
    if done.returncode not in (0, 1) or not (product / "run.json").exists():
        raise SystemExit(f"genba refine failed on {name}: {done.stderr[-2000:]}")
    written = read_product(product)
    for path in files:
        outputs[path]["genba"] = written[path.relative_to(folder).as_posix()]
    for tool in bench.peers:
        out = bench.out / "peers" / tool / name
        shutil.rmtree(out, ignore_errors=True)
        taken = [path for path in files if path.suffix in READS[tool]]
        if not taken:
            continue
        print(f"  {tool} {name} ({len(taken)} files)", flush=True)
        timings = bench.convert(tool, taken, out)
        for place, path in enumerate(taken):
            outputs[path][tool] = read_peer(out / str(place), timings[path].error)
    for line in failures(outputs):
        print(f"    {line}")
    return outputs


def failures(outputs: dict[Path, dict[str, Output]]) -> Iterator[str]:
    """Name the files that a tool could not convert."""
    for path, by_tool in outputs.items():
        for tool, output in by_tool.items():
            if output.error:
                yield f"{tool} failed on {path.name}: {output.error}"
