"""Measures on generated Word documents: every case of the survey that converters get wrong."""

from __future__ import annotations

from typing import Any

from benchmarks.excel import tidy_tables
from benchmarks.matching import Score, f1, recall, squash, table_rows
from benchmarks.product import Output
from benchmarks.tally import Tally

Truth = dict[str, Any]
# generated/syn.docx of the real files: what a person sees in it, written down by hand.
SURVEY: Truth = {
    "body": [
        {"kind": "paragraph", "text": "部品を治具に固定する", "number": "1."},
        {"kind": "paragraph", "text": "ボルトを締め付ける", "number": "2."},
        {"kind": "paragraph", "text": "外観を確認する", "number": "3."},
        {"kind": "paragraph", "text": "締付トルクは24.5N・mとする。"},
        {"kind": "table", "columns": [], "rows": [["外径", "1回目", "25.01"], ["外径", "2回目", "24.99"]]},
    ],
    "changes": [{"deleted": "20", "inserted": "24.5"}],
    "ruby": [["返り", "ばり"]],
    "ruby_sentences": ["返りを除去する。"],
    "hidden": ["隠し文字社外秘"],
    "text_boxes": ["注意：保護めがね着用"],
    "furniture": ["文書番号 WI-2024-0315", "社外秘フッター"],
}


def score_survey(tally: Tally, name: str, outputs: dict[str, Output]) -> None:
    """The file the survey of converters was made with, by its bars only."""
    for tool, output in outputs.items():
        for case in (_changes, _numbers, _ruby, _hidden, _merges):
            case(tally, tool, name, SURVEY, output)
        for bar, texts in (("word.text_boxes", SURVEY["text_boxes"]), ("word.furniture", SURVEY["furniture"])):
            found, misses = recall(texts, output.squashed)
            tally.add(bar, tool, found, name, misses)


def score(tally: Tally, name: str, truth: Truth, outputs: dict[str, Output]) -> None:
    """Score every tool case by case."""
    for tool, output in outputs.items():
        _changes(tally, tool, name, truth, output)
        _numbers(tally, tool, name, truth, output)
        _ruby(tally, tool, name, truth, output)
        _hidden(tally, tool, name, truth, output)
        _merges(tally, tool, name, truth, output)
        wanted = {
            "word.text_boxes": truth["text_boxes"],
            "word.furniture": [truth["document_number"], truth["revision"], truth["footer"]],
            "word.footnotes": truth["footnotes"],
            "word.comments": [entry["text"] for entry in truth["comments"]],
            "word.captions": [entry["caption"] for entry in truth["figures"]],
            "word.controls": [next(iter(entry.values())) for entry in truth["controls"]],
            "word.paragraphs": [part["text"] for part in truth["body"] if part["kind"] != "table"],
        }
        for bar, texts in wanted.items():
            found, misses = recall(texts, output.squashed)
            tally.add(bar, tool, found, name, misses)
        tally.add("word.ratio", tool, Score(len(output.text), _source_characters(truth)))
    _own_structure(tally, name, truth, outputs["genba"])


def _source_characters(truth: Truth) -> int:
    total = 0
    for part in truth["body"]:
        if part["kind"] == "table":
            total += sum(map(len, part["columns"])) + sum(len(value) for row in part["rows"] for value in row)
        else:
            total += len(part["text"]) + len(part["number"])
    texts = [*truth["text_boxes"], *truth["footnotes"], *(entry["text"] for entry in truth["comments"])]
    return total + sum(map(len, texts)) + sum(len(entry["caption"]) for entry in truth["figures"])


def _changes(tally: Tally, tool: str, name: str, truth: Truth, output: Output) -> None:
    """The final sentence stands in what is read, and a deleted sentence does not."""
    misses = []
    for change in truth["changes"]:
        final = next(
            (part["text"] for part in truth["body"] if change["inserted"] in part.get("text", "")), change["inserted"]
        )
        is_mixed = len(change["deleted"]) > 4 and squash(change["deleted"]) in output.squashed_text
        if squash(final) not in output.squashed_text or is_mixed:
            misses.append(f"{final!r} (deleted {change['deleted']!r})")
    total = len(truth["changes"])
    tally.add("word.changes", tool, Score(total - len(misses), total), name, misses)


def _numbers(tally: Tally, tool: str, name: str, truth: Truth, output: Output) -> None:
    """A number as displayed stands directly before its text."""
    numbered = [f"{part['number']} {part['text']}" for part in truth["body"] if part.get("number")]
    found, misses = recall(numbered, output.squashed_text)
    tally.add("word.numbers", tool, found, name, misses)


def _ruby(tally: Tally, tool: str, name: str, truth: Truth, output: Output) -> None:
    """The sentence is whole: neither without its base text nor with the reading inside."""
    wanted = list(truth.get("ruby_sentences", ()))
    for base, _ in truth["ruby"]:
        texts = (part["text"] for part in truth["body"] if part["kind"] == "paragraph")
        wanted += [text for text in texts if f"。{base}は" in text]
    found, misses = recall(wanted, output.squashed_text)
    tally.add("word.ruby", tool, found, name, misses)


def _hidden(tally: Tally, tool: str, name: str, truth: Truth, output: Output) -> None:
    """Hidden text is left out of what is read, or stands there with a note that it is hidden."""
    leaks = []
    for secret in truth["hidden"]:
        marked = any("hidden" in spot.marks and squash(secret) == squash(spot.text) for spot in output.spots)
        if squash(secret) in output.squashed_text.replace("(非表示)" + squash(secret), "") or (
            squash(secret) in output.squashed_text and not marked
        ):
            leaks.append(secret)
    total = len(truth["hidden"])
    tally.add("word.hidden", tool, Score(total - len(leaks), total), name, leaks)


def _merges(tally: Tally, tool: str, name: str, truth: Truth, output: Output) -> None:
    """Rows of tables with a column merged downwards keep each value in its column."""
    rows = table_rows(output.text)
    misses, total = [], 0
    for part in truth["body"]:
        if part["kind"] != "table":
            continue
        for row in part["rows"]:
            total += 1
            first, *others = map(squash, row)
            if not any(found[1 : len(row)] == others and found[0] in ("", first) for found in rows if found):
                misses.append(row)
    tally.add("word.merges", tool, Score(total - len(misses), total), name, misses)


def _own_structure(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """What only genba records: the changes themselves, compound column names."""
    recorded = {(item["kind"], squash(item["text"])) for item in output.document["revisions"]}
    wanted = [(kind, squash(change[kind])) for change in truth["changes"] for kind in ("deleted", "inserted")]
    missing = [entry for entry in wanted if entry not in recorded]
    tally.add("word.traces", "genba", Score(len(wanted) - len(missing), len(wanted)), name, missing)
    columns = [squash(column) for part in truth["body"] if part["kind"] == "table" for column in part["columns"]]
    found = [squash(column["name"]) for table in tidy_tables(output) for column in table["columns"]]
    score, lacks, extra = f1(columns, found)
    misses = [f"lacks {column}" for column in lacks] + [f"extra {column}" for column in extra]
    tally.add("word.headers", "genba", score, name, misses)
