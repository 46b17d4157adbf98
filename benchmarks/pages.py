"""Measures on PDFs with vertical text: whether the characters come in the order a person reads them."""

from __future__ import annotations

from typing import Any

from benchmarks.matching import Score, similarity, squash
from benchmarks.product import Output
from benchmarks.tally import Tally


def score(tally: Tally, name: str, truth: dict[str, Any], outputs: dict[str, Output]) -> None:
    """Compare each file's text, running headers and page numbers taken out of both sides."""
    text = "".join(page["text"] for page in truth["pages"])
    furniture = {squash(line) for page in truth["pages"] for line in page["furniture"]}
    for tool, output in outputs.items():
        alike = similarity(text, _without(output.text, furniture))
        misses = [f"{alike:.3f}"] if alike < 0.98 else []
        tally.add("pdf.order", tool, Score(alike, 1), name, misses)


def _without(text: str, furniture: set[str]) -> str:
    """The text without headings' marks and without lines that are furniture only."""
    lines = [line.lstrip("#> -").strip() for line in text.splitlines()]
    return "".join(line for line in lines if squash(line) not in furniture and squash("- " + line) not in furniture)
