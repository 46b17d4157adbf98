"""Measures on CSV: encodings, leading zeros, spellings, dates, and what stands around the table."""

from __future__ import annotations

import re
from typing import Any

from benchmarks.matching import Score, recall, squash
from benchmarks.product import Output
from benchmarks.tally import Tally

Truth = dict[str, Any]
# Characters that only some vendors' code tables hold; a person should be told of them.
PLATFORM = frozenset("①②③㈱№㎜Ⅲ髙﨑")

# Dates are rewritten and marks for "as above" filled on purpose; whether rightly is measured on its own.
REWRITTEN = re.compile(r"(令和|平成|昭和)?[\d元]+年\d+月\d+日$|〃$|同上$|″$")


def score(tally: Tally, name: str, truth: Truth, outputs: dict[str, Output]) -> None:
    """Score every tool case by case; texts are compared character by character."""
    for tool, output in outputs.items():
        cells = (cell for row in truth["rows"] for cell in row if not cell.isascii() and not REWRITTEN.match(cell))
        # № spelt out is right as well
        texts = (spelt if squash(spelt := cell.replace("№", "No.")) in output.squashed else cell for cell in cells)
        found, misses = recall(texts, output.squashed)
        tally.add("csv.decoded", tool, found, name, misses)
        written = output.text + output.rest
        if "meant" in truth and "code_columns" in truth:
            codes = [row[0] for row in truth["rows"]]
            _exact(tally, "csv.zeros", tool, name, codes, written)
            _exact(tally, "csv.variants", tool, name, {entry["品名"] for entry in truth["meant"]}, written)
            _exact(tally, "csv.dates", tool, name, {entry["登録日"] for entry in truth["meant"]}, written)
    _own_tables(tally, name, truth, outputs["genba"])
    _platform(tally, name, truth, outputs["genba"])


def _exact(tally: Tally, bar: str, tool: str, name: str, wanted: Any, written: str) -> None:
    missing = sorted(text for text in wanted if text not in written)
    tally.add(bar, tool, Score(len(wanted) - len(missing), len(wanted)), name, missing)


def _platform(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """A file with platform characters has a finding that says so."""
    if not any(PLATFORM & set(cell) for row in truth["rows"] for cell in row):
        return
    codes = {finding["code"] for finding in output.document["findings"]}
    is_told = any("platform" in code or "vendor" in code for code in codes)
    tally.add("csv.platform", "genba", Score(int(is_told), 1), name, [] if is_told else [sorted(codes)])


def _own_tables(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    tables = [table for table in output.document["tables"] if table["kind"] == "table"]
    if not tables:
        tally.add("csv.rows", "genba", Score(0, 1), name, ["no table"])
        return
    table = max(tables, key=lambda one: int(one["rows"]))
    columns, rows = table["columns"], output.tables.get(table["id"], [])
    names = [column["name"] for column in columns]
    if truth["columns"]:
        is_right = [_bare(column) for column in names] == [_bare(column) for column in truth["columns"]]
        misses = [] if is_right else [f"{names} for {truth['columns']}"]
        tally.add("csv.columns", "genba", Score(int(is_right), 1), name, misses)
    expected = len(truth["rows"])
    misses = [] if len(rows) == expected else [f"{len(rows)} for {expected}"]
    tally.add("csv.rows", "genba", Score(int(len(rows) == expected), 1), name, misses)
    values = [list(row.values()) for row in rows]
    if len(values) != expected:
        return
    if truth.get("decimal") == ",":
        meant = [[float(a), float(b)] for _, a, b in truth["meant"]]
        wrong = [i for i, row in enumerate(values) if [_number(value) for value in row[1:3]] != meant[i]]
        tally.add("csv.numbers", "genba", Score(expected - len(wrong), expected), name, wrong)
    times = truth.get("times") or ([row[0] for row in truth["meant"]] if truth.get("decimal") == "," else [])
    if times:
        wrong_times = [
            f"{row[0]} for {time}" for row, time in zip(values, times, strict=True) if not _same(row[0], time)
        ]
        tally.add("csv.times", "genba", Score(len(times) - len(wrong_times), len(times)), name, wrong_times[:2])
    if "filled" in truth:
        pairs = list(zip(values, truth["filled"], strict=True))
        unfilled = [f"{row[:2]} for {full[:2]}" for row, full in pairs if [str(v) for v in row[:2]] != full[:2]]
        tally.add("csv.filled", "genba", Score(expected - len(unfilled), expected), name, unfilled[:2])


def _bare(column: str) -> str:
    """A column's name without the unit, which may have gone beside it."""
    return column.partition("[")[0].strip()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _same(value: object, time: str) -> bool:
    """Times are equal to the microsecond, however many zeros are written."""
    isoformat = getattr(value, "isoformat", None)
    text = str(isoformat() if isoformat else value).replace(" ", "T").partition("+")[0]
    return _padded(text) == _padded(time)


def _padded(time: str) -> str:
    head, _, fraction = time.partition(".")
    return f"{head}.{fraction:<06}".replace(" ", "0") if fraction else f"{head}.000000"
