"""Whether an AI is helped: the same retriever, reader and questions over genba's chunks and over those of peers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from benchmarks.answering import Index, Passage, cut, is_right, read_answer
from benchmarks.generators.instructions.corpus import generate
from benchmarks.generators.questions import Question, draw
from benchmarks.matching import Score, squash
from benchmarks.product import read_peer
from benchmarks.results import Measure
from benchmarks.semantics import example_factory
from benchmarks.tally import Tally
from benchmarks.tools import READS, Bench

LAYOUTS = ("word", "excel", "pdf")  # the peers read no scans
COUNT, QUESTIONS = 5, 80
PEERS = ("markitdown", "docling")


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Ask the same of all; once over all layouts, once over Word and Excel only, which every peer reads."""
    folder = bench.out / "corpora" / "asked"
    example_factory(bench, folder, seed)
    truth = generate(folder / "手順書", seed, max(1, round(COUNT * scale)), LAYOUTS)
    shutil.move(folder / "手順書" / "truth.json", bench.out / "corpora" / "asked.truth.json")
    questions = draw(truth, seed, max(8, round(QUESTIONS * scale)))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    passages = {"genba": genba_passages(bench, folder)}
    for tool in PEERS:
        if tool in bench.peers:
            passages[tool] = peer_passages(bench, tool, folder, files)
    for tool, held in passages.items():
        print(f"  {tool}: {len(held):,} chunks, {sum(len(one.text) for one in held):,} characters", flush=True)
    indexes = {tool: Index(held) for tool, held in passages.items()}
    embed = _embedder()
    whole = Tally(f"generated, seed {seed}, all layouts")
    office = Tally(f"generated, seed {seed}, Word and Excel")
    for question in questions:
        tallies = (whole, office) if question.layout in ("word", "excel") else (whole,)
        for tool, index in indexes.items():
            ask(tallies, tool, index, question, embed)
    return [*whole.measures(), *office.measures()]


def genba_passages(bench: Bench, folder: Path) -> list[Passage]:
    """The chunks of the recipe for retrieval, a step being a chunk of its own."""
    product = bench.out / "products" / "asked"
    shutil.rmtree(product, ignore_errors=True)
    done = bench.genba("refine", folder, "--out", product, "--recipe", "rag", "--workers", "2", "--lang", "en")
    if done.returncode not in (0, 1) or not (product / "run.json").exists():
        raise SystemExit(f"genba refine failed: {done.stderr[-2000:]}")
    found = []
    for path in sorted((product / "chunks").glob("*.parquet")):
        rows = parquet.read_table(path, columns=["path", "text"]).to_pylist()
        found += [Passage(row["path"].split("/", 1)[-1], row["text"]) for row in rows]
    return found


def peer_passages(bench: Bench, tool: str, folder: Path, files: Sequence[Path]) -> list[Passage]:
    """A peer's Markdown, cut to the same size."""
    out = bench.out / "peers" / tool / "asked"
    shutil.rmtree(out, ignore_errors=True)
    taken = [path for path in files if path.suffix in READS[tool]]
    timings = bench.convert(tool, taken, out)
    found = []
    for place, path in enumerate(taken):
        output = read_peer(out / str(place), timings[path].error)
        found += [Passage(path.relative_to(folder).as_posix(), piece) for piece in cut(output.text)]
    return found


def _embedder() -> Callable[[Sequence[str]], Any]:
    import numpy as np

    from genba.recognisers.universal_sentences import UniversalSentences

    model = UniversalSentences()

    def embed(texts: Sequence[str]) -> Any:
        found = np.array(model.vectors(texts))
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    return embed


def ask(
    tallies: Sequence[Tally], tool: str, index: Index, question: Question, embed: Callable[[Sequence[str]], Any]
) -> None:
    """Whether the first passage holds the answer, and whether the reader gets it from there."""
    for name, order in (("bm25", index.ranked(question.text)), ("fused", index.fused(question.text, embed))):
        first = index.passages[order[0]] if order else Passage("", "")
        answer = read_answer(first.text, question.object, question.kind) if is_held(first, question) else []
        is_hit, is_answered = is_held(first, question), is_right(answer, question.numerals)
        told = f"{question.text} → {question.file} {question.numerals}"
        for tally in tallies:
            seen = f"{told}: first is {first.file}: {first.text[:60]!r}"
            tally.add(f"retrieval.hit.{name}", tool, Score(int(is_hit), 1), "", [] if is_hit else [seen])
            misses = [] if is_answered else [f"{told}: read {answer} from {first.text[:120]!r}"]
            tally.add(f"retrieval.answer.{name}", tool, Score(int(is_answered), 1), "", misses)


def is_held(passage: Passage, question: Question) -> bool:
    """Whether a passage is of the right file and holds both the thing and the value asked for."""
    text = squash(passage.text)
    if passage.file.rpartition("/")[2] != question.file or squash(question.object) not in text:
        return False
    number = question.numerals[0]
    return any(shown in text for shown in {f"{number:g}", f"{number:.1f}", f"{number:.2f}", f"{number:.3f}"})
