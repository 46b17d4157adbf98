"""Measures of words: numbers of parts and drawings, references, keywords, and summaries that invent no number."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.generators import company, topics
from benchmarks.matching import Score, f1, squash
from benchmarks.product import Output, read_product
from benchmarks.results import Measure
from benchmarks.tally import Tally
from benchmarks.tools import ROOT, Bench

Truth = dict[str, Any]
COMPANIES, PAPERS = 8, 24
_HYPHENS = re.compile("[‐‑‒–—―−－─]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def refined(bench: Bench, name: str, folder: Path, *, workers: int = 2) -> tuple[Path, dict[str, Output]]:
    """genba's product of a folder, made anew."""
    product = bench.out / "products" / name
    shutil.rmtree(product, ignore_errors=True)
    done = bench.genba("refine", folder, "--out", product, "--workers", str(workers), "--lang", "en")
    if done.returncode not in (0, 1) or not (product / "run.json").exists():
        raise SystemExit(f"genba refine failed on {name}: {done.stderr[-2000:]}")
    return product, read_product(product)


def numbers(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Companies with schemes of their own: what names a part, what a drawing, and where references lead."""
    tally = Tally(f"generated, seed {seed}, {max(1, round(COMPANIES * scale))} companies")
    for number in range(max(1, round(COMPANIES * scale))):
        folder = bench.out / "corpora" / "companies" / f"company{number:02d}"
        shutil.rmtree(folder, ignore_errors=True)
        truth = company.generate(folder, seed, number)
        product, outputs = refined(bench, f"company{number:02d}", folder)
        path = product / "relations.json"
        relations = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        score_company(tally, f"company{number:02d}", truth, outputs, relations)
    return tally.measures()


def normal(code: str) -> str:
    """A number as it is compared: one width, one kind of hyphen, capitals."""
    return _HYPHENS.sub("-", squash(code)).upper()


def score_company(tally: Tally, name: str, truth: Truth, outputs: dict[str, Output], relations: Truth) -> None:
    """Numbers by file, references by where they lead."""
    paths = {output.document.get("id", ""): path for path, output in outputs.items()}
    found: dict[str, set[tuple[str, str]]] = {path: set() for path in outputs}
    for known in relations.get("codes", ()):
        for document in known.get("documents", ()):
            if known["kind"] in ("part", "drawing") and document in paths:
                found[paths[document]].add((known["kind"], normal(known["code"])))
    if not relations:
        for path, output in outputs.items():
            found[path] = {(one.get("kind", ""), normal(one["normal"])) for one in output.document.get("mentions", ())}
    links = _links(relations, paths)
    for file in truth["files"]:
        told = f"{name}/{file['file']}"
        wanted = {(kind, normal(code)) for kind, code in file["codes"]}
        got = {one for one in found.get(file["file"], set()) if one[0] in ("part", "drawing")}
        score, lacks, extra = f1(wanted, got)
        tally.add(
            "semantics.numbers",
            "genba",
            score,
            told,
            [f"lacks {one}" for one in lacks] + [f"extra {one}" for one in extra],
        )
        _references(tally, told, file["references"], links.get(file["file"], []), truth["current"])


def _links(relations: Truth, paths: dict[str, str]) -> dict[str, list[Truth]]:
    """By the file that they stand in; the target by its path in the folder."""
    found: dict[str, list[Truth]] = {}
    for link in relations.get("links", relations.get("references", ())):
        own = paths.get(link.get("document", ""), "")
        target = paths.get(link.get("target", ""), "") or _path(link.get("target_path", ""))
        found.setdefault(own, []).append(
            {**link, "target": target if link.get("resolution", "resolved") == "resolved" else ""}
        )
    return found


def _path(path: str) -> str:
    return path.split("/", 1)[-1]


def _references(tally: Tally, told: str, wanted: list[Truth], links: list[Truth], current: dict[str, str]) -> None:
    """What can be resolved is; what is resolved leads to the right file; what leads nowhere stays so."""
    right = [reference for reference in wanted if reference["target"]]
    lacks = []
    for reference in wanted:
        mine = [link for link in links if _is_same(reference, link)]
        targets = {link["target"] for link in mine} - {""}
        if reference["target"] and reference["target"] not in targets:
            reason = "not found" if not mine else f"{mine[0].get('resolution')} {sorted(targets)}"
            lacks.append(f"{reference['as_written']} → {reference['target']}: {reason}")
    tally.add("semantics.references", "genba", Score(len(right) - len(lacks), len(right)), told, lacks)
    wrong = []
    for link in links:
        if not link["target"]:
            continue
        fits = [reference for reference in wanted if _is_same(reference, link)]
        # A number in a column of a list points at its file too.
        meant = {reference["target"] for reference in fits} or {current.get(link.get("code") or "", "")}
        if link["target"] not in meant:
            wrong.append(f"{link.get('as_written')!r} → {link['target']}, is {sorted(meant)}")
    linked = sum(bool(link["target"]) for link in links)
    tally.add("semantics.links", "genba", Score(linked - len(wrong), linked), told, wrong)


def _is_same(reference: Truth, link: Truth) -> bool:
    """Whether a found link is this reference: the same number and revision, or the same title."""
    if reference["code"]:
        named = normal(link.get("code") or "") == normal(reference["code"])
        revision = squash(link.get("revision") or "").upper()
        return named and (not revision or not reference["revision"] or revision.endswith(reference["revision"]))
    title = squash(reference["title"])
    return bool(title) and (title in squash(link.get("title") or "") or title in squash(link.get("as_written") or ""))


def keywords(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Papers about known topics: how many of an index's terms are among the first ten."""
    folder = bench.out / "corpora" / "topics"
    shutil.rmtree(folder, ignore_errors=True)
    truth = topics.generate(folder, seed, max(3, round(PAPERS * scale)))
    shutil.move(folder / "truth.json", bench.out / "corpora" / "topics.truth.json")
    _, outputs = refined(bench, "topics", folder)
    tally = Tally(f"generated, seed {seed}")
    for entry in truth["files"]:  # type: ignore[attr-defined]
        first = [folded(word) for word in outputs[entry["file"]].document.get("keywords", ())[:10]]
        lacks = [term for term in entry["terms"] if folded(term) not in first]
        score = Score(len(entry["terms"]) - len(lacks), len(entry["terms"]))
        tally.add("semantics.keywords", "genba", score, entry["file"], [f"lacks {term}; has {first}" for term in lacks])
    return tally.measures()


def folded(word: str) -> str:
    """締付トルク and 締付けトルク are one term, グリス and グリース are not."""
    text = squash(word).casefold()
    return re.sub(r"(?<=[一-龥])[けりみしき](?=[一-龥ァ-ヴ])", "", text)


def summaries(bench: Bench, seed: int, data: Path | None) -> list[Measure]:
    """Over every product that this run has made, the example factory, and real files: no number from nowhere."""
    products = {path.parent.name: path.parent for path in sorted((bench.out / "products").glob("*/run.json"))}
    if "factory" not in products:
        folder = bench.out / "corpora" / "factory"
        example_factory(bench, folder, seed)
        products["factory"] = refined(bench, "factory", folder)[0]
    if data is not None and "real" not in products:
        products["real"] = refined(bench, "real", data / "documents")[0]
    tally = Tally(f"generated, seed {seed}, example factory" + (", real" if "real" in products else ""))
    for name, product in sorted(products.items()):
        for path, output in read_product(product).items():
            told = list(invented(output))
            count = sum(1 for _ in _summaries(output.document))
            tally.add("semantics.summaries", "genba", Score(count - len(told), count), f"{name}/{path}", told)
    return tally.measures()


def example_factory(bench: Bench, folder: Path, seed: int) -> None:
    """The example factory's share, written by its own command."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [
        str(bench.python_of("genba")),
        str(ROOT / "examples" / "factory" / "generate.py"),
        str(folder),
        "--seed",
        str(seed),
    ]
    done = bench.call(command)
    if done.returncode:
        raise SystemExit(f"the example factory was not written: {done.stderr[-2000:]}")


def _summaries(document: Truth) -> Iterator[str]:
    if document.get("summary"):
        yield document["summary"]
    for one in document.get("summaries", ()):
        if one.get("text"):
            yield one["text"]
    for section in document.get("sections", ()):
        if section.get("summary"):
            yield section["summary"]


def invented(output: Output) -> Iterator[str]:
    """Summaries with a number that the file does not hold: neither its text, nor its tables, nor its name."""
    document = output.document
    told = {
        name: value
        for name, value in document.items()
        if name not in ("summary", "summaries", "keywords", "terms", "id")
    }
    # The whole JSON would hold every number somewhere, as a position or a hash: only what is text counts.
    parts = [output.text, *map(str, output.tables.values()), *_texts(told)]
    source = set(_numbers("\n".join(parts)))
    for summary in _summaries(document):
        strange = [number for number in _numbers(summary) if number not in source]
        if strange:
            yield f"{strange} in {summary[:80]!r}"


_SAID = {
    "text",
    "texts",
    "value",
    "values",
    "label",
    "title",
    "caption",
    "alt",
    "name",
    "path",
    "unit",
    "shown",
    "displayed",
    "sheet",
}


def _texts(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if key in _SAID:
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("summary", "summaries"):
                yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)


def _numbers(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    return [number.replace(",", "") for number in _NUMBER.findall(plain)]
