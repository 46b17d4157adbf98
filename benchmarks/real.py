"""Measures on real files: texts, drawings, comments and length, against their own XML."""

from __future__ import annotations

from pathlib import Path

from benchmarks import truth, word
from benchmarks.excel import ratio
from benchmarks.matching import Score, recall
from benchmarks.product import Output
from benchmarks.tally import Tally


def score(tally: Tally, path: Path, outputs: dict[str, Output]) -> None:
    """Score one file."""
    if path.suffix == ".docx":
        _document(tally, path, outputs)
        if path.name == "syn.docx":
            word.score_survey(tally, path.name, outputs)
        return
    contents = truth.workbook(path)
    counted = truth.openpyxl_cells(path)
    if abs(counted - len(contents.cells)) > max(2, len(contents.cells) // 100):
        print(f"    {path.name}: {len(contents.cells)} text cells in the XML, {counted} by openpyxl")
    for tool, output in outputs.items():
        found, misses = recall((text for _, text in contents.cells), output.squashed)
        tally.add("excel.cells", tool, found, path.name, misses)
        found, misses = recall(contents.drawn, output.squashed)
        tally.add("excel.shapes", tool, found, path.name, misses)
        found, misses = recall(contents.comments, output.squashed)
        tally.add("excel.comments", tool, found, path.name, misses)
        ratio(tally, "excel", tool, contents.characters, output)
    _share_of_file(tally, path, outputs["genba"], contents.characters)


def _document(tally: Tally, path: Path, outputs: dict[str, Output]) -> None:
    contents = truth.document(path)
    for tool, output in outputs.items():
        found, misses = recall((text for _, text in contents.cells), output.squashed)
        tally.add("word.paragraphs", tool, found, path.name, misses)
        tally.add("word.ratio", tool, Score(len(output.text), contents.characters))
    _share_of_file(tally, path, outputs["genba"], contents.characters)


def _share_of_file(tally: Tally, path: Path, output: Output, characters: int) -> None:
    """A file whose content is too long on its own is worth a look even when the sum is not."""
    if characters and len(output.text) / characters > 1.5:
        bar = "word.ratio" if path.suffix == ".docx" else "excel.ratio"
        own = f"{len(output.text) / characters:.2f} ({len(output.text)} for {characters})"
        tally.add(bar, "genba", Score(0, 0), path.name, [own])
