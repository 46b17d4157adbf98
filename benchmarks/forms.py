"""Measures on generated forms: pairs, check boxes, sections, length."""

from __future__ import annotations

from typing import Any

from benchmarks.excel import ratio
from benchmarks.matching import Score, f1, recall, squash, stands_beside, table_rows
from benchmarks.product import Output
from benchmarks.tally import Tally

Truth = dict[str, Any]


def score(tally: Tally, name: str, truth: Truth, outputs: dict[str, Output]) -> None:
    """Score every tool on what can be searched, and genba on what its structure says."""
    for tool, output in outputs.items():
        found, misses = recall((text for _, _, text in truth["text_cells"]), output.squashed)
        tally.add("forms.cells", tool, found, name, misses)
        ratio(tally, "forms", tool, _source_characters(truth), output)
        if tool != "genba":
            _beside(tally, tool, truth, output)
    _pairs(tally, name, truth, outputs["genba"])
    _choices(tally, name, truth, outputs["genba"])
    headings = {squash(section["title"]) for section in outputs["genba"].document["sections"] if "title" in section}
    missing = [section for section in truth["sections"] if squash(section) not in headings]
    total = len(truth["sections"])
    tally.add("forms.sections", "genba", Score(total - len(missing), total), name, missing)


def _source_characters(truth: Truth) -> int:
    """Texts of cells, and the numbers, dates and controls that are not texts of cells, as they are shown."""
    texts = [text for _, _, text in truth["text_cells"]]
    shown = [pair["value"] for pair in truth["pairs"]]
    shown += [value for table in truth["tables"] for row in table["rows"] for value in row]
    shown += [choice for group in truth["check_groups"] if group["way"] == "controls" for choice in group["choices"]]
    known = set(texts)
    return sum(map(len, texts)) + sum(len(text) for text in shown if text not in known)


def _pairs(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    wanted = [_key(pair["label"], pair["value"], pair["unit"]) for pair in truth["pairs"]]
    own_labels = {label for label, _ in wanted}
    found = []
    for pair in output.document["pairs"]:
        if "options" in pair:
            continue
        label, value = _key(pair["label"], pair["value"], pair.get("unit", ""))
        # A label that stands inside a group bears the group's name before it: 発行元/品名.
        last = label.rpartition("/")[2]
        found.append((last if label not in own_labels and last in own_labels else label, value))
    score, missing, extra = f1(wanted, found)
    misses = [f"lacks {pair}" for pair in missing] + [f"extra {pair}" for pair in extra]
    tally.add("forms.pairs", "genba", score, name, misses)
    filled, _, _ = f1([pair for pair in wanted if pair[1]], [pair for pair in found if pair[1]])
    tally.add("forms.filled", "genba", filled, name)


def _key(label: str, value: str, unit: str) -> tuple[str, str]:
    """A pair as it is compared; a unit counts as part of the value."""
    return squash(label).rstrip(":"), squash(value + unit)


def _beside(tally: Tally, tool: str, truth: Truth, output: Output) -> None:
    """Peers know no pairs: a value counts when it is the next text behind its label in a row of a table."""
    rows = table_rows(output.text)
    filled = [pair for pair in truth["pairs"] if pair["value"]]
    hits = sum(stands_beside(squash(pair["label"]), squash(pair["value"]), rows) for pair in filled)
    tally.add("forms.pairs", tool, Score(hits, len(truth["pairs"])))
    tally.add("forms.filled", tool, Score(hits, len(filled)))


def _choices(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    wanted = [
        (squash(group["label"]), squash(choice), selected)
        for group in truth["check_groups"]
        for choice, selected in group["choices"].items()
    ]
    found = [
        (squash(pair["label"]), squash(option["text"]), option["selected"])
        for pair in output.document["pairs"]
        if "options" in pair
        for option in pair["options"]
    ]
    score, missing, extra = f1(wanted, found)
    misses = [f"lacks {choice}" for choice in missing] + [f"extra {choice}" for choice in extra]
    tally.add("forms.choices", "genba", score, name, misses)
