"""Measures on generated workbooks: cells, shapes, comments, displayed values, headers, marks, flows, length."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from openpyxl.utils import range_boundaries  # type: ignore[import-untyped]

from benchmarks.matching import Score, f1, recall, squash
from benchmarks.product import Output
from benchmarks.tally import Tally

Truth = dict[str, Any]
# A column of this name keeps, beside a typed column, what did not fit its type.
ORIGINAL = ("（原文）", "(原文)")
MARKS = {"hidden": "hidden", "outside": "outside_print_area", "withdrawn": "withdrawn"}


def score(tally: Tally, name: str, truth: Truth, outputs: dict[str, Output]) -> None:
    """Score every tool on what can be searched, and genba on what its structure says."""
    for tool, output in outputs.items():
        _texts(tally, tool, name, truth, output)
    own = outputs["genba"]
    _displayed(tally, name, truth, own)
    _headers(tally, name, truth, own)
    _rows(tally, name, truth, own)
    for bar, mark in MARKS.items():
        _marks(tally, name, truth, own, bar, mark)
    _edges(tally, name, truth, own)
    _charts(tally, name, truth, own)
    _readings(tally, name, truth, own)


def _texts(tally: Tally, tool: str, name: str, truth: Truth, output: Output) -> None:
    drawn = [entry["text"] for key in ("shapes", "smart_art") for entry in truth[key]]
    drawn += [node["text"] for flow in truth["flows"] for node in flow["nodes"]]
    wanted = {
        "excel.cells": [text for _, _, text in truth["text_cells"]],
        "excel.shapes": drawn,
        "excel.comments": [entry["text"] for entry in truth["comments"]],
    }
    if tool != "genba":
        wanted["excel.displayed"] = [entry["shown"] for entry in truth["displayed"]]
        wanted["excel.headers"] = [column for table in truth["tables"] for column in table["columns"] if "/" in column]
    for bar, texts in wanted.items():
        found, misses = recall(texts, output.squashed)
        tally.add(bar, tool, found, name, misses)
    ratio(tally, "excel", tool, truth["source_characters"], output)


def ratio(tally: Tally, area: str, tool: str, source_characters: int, output: Output) -> None:
    """Characters that are read for each character of the source."""
    tally.add(f"{area}.ratio", tool, Score(len(output.text), source_characters))
    if tool == "genba" and area == "excel":
        tally.add("excel.ratio_json", tool, Score(len(output.text) + len(output.rest), source_characters))


def _displayed(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """The text must stand at its cell's address, as Excel shows it; the unit likewise."""
    at = {(spot.sheet, spot.cell): spot for spot in output.spots if spot.cell and spot.kind != "label"}
    right = units = with_unit = 0
    misses, unit_misses = [], []
    for entry in truth["displayed"]:
        spot = at.get((entry["sheet"], entry["cell"]))
        place = f"{entry['sheet']}!{entry['cell']} {entry['format']} {entry['raw']!r}"
        is_right = spot is not None and squash(spot.text) == squash(entry["shown"])
        right += is_right
        if not is_right:
            misses.append(f"{place}: {entry['shown']!r}, not {spot.text if spot else None!r}")
        if entry["unit"]:
            with_unit += 1
            has_unit = spot is not None and squash(spot.unit) == squash(entry["unit"])
            units += has_unit
            if not has_unit:
                unit_misses.append(f"{place}: unit {entry['unit']!r}, not {spot.unit if spot else None!r}")
    tally.add("excel.displayed", "genba", Score(right, len(truth["displayed"])), name, misses)
    tally.add("excel.units", "genba", Score(units, with_unit), name, unit_misses)


def overlaps(one: str, other: str) -> bool:
    """Whether two A1 ranges share a cell."""
    left, top, right, bottom = range_boundaries(one)
    left2, top2, right2, bottom2 = range_boundaries(other)
    return bool(left <= right2 and left2 <= right and top <= bottom2 and top2 <= bottom)


def tidy_tables(output: Output) -> list[dict[str, Any]]:
    """The tables that were written as Parquet."""
    return [table for table in output.document["tables"] if table["kind"] == "table"]


def _headers(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """Column names of the tables that lie where a table of the truth with several header rows lies."""
    for table in truth["tables"]:
        if table["header_rows"] < 2:
            continue
        found = [
            squash(column["name"])
            for candidate in tidy_tables(output)
            if candidate.get("origin", {}).get("sheet") == table["sheet"]
            and overlaps(candidate["origin"]["range"], table["range"])
            for column in candidate["columns"]
            if not column["name"].endswith(ORIGINAL)
        ]
        score, missing, extra = f1(map(squash, table["columns"]), found)
        misses = [f"{table['sheet']}!{table['range']} lacks {missing} has {extra}"] if missing or extra else []
        tally.add("excel.headers", "genba", score, name, misses)


def _rows(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """Rows of the truth that a tidy table holds, value by value."""
    held: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for table in tidy_tables(output):
        for row in output.tables.get(table["id"], []):
            values = tuple(
                _plain(row[column] if row[column] is not None else row.get(column + ORIGINAL[0]))
                for column in row
                if not column.endswith(ORIGINAL)
            )
            held[table.get("origin", {}).get("sheet", "")].add(values)
    for table in truth["tables"]:
        rows = [tuple(_plain(value) for value in row) for row in table["rows"]]
        missing = [row for row in rows if row not in held[table["sheet"]]]
        misses = [f"{table['sheet']}!{table['range']} lacks {row}" for row in missing]
        tally.add("excel.tables", "genba", Score(len(rows) - len(missing), len(rows)), name, misses)


def _plain(value: object) -> str:
    text = squash("" if value is None else str(value))
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _marks(tally: Tally, name: str, truth: Truth, output: Output, bar: str, mark: str) -> None:
    """Marked texts of the truth against marked texts of the output, both only among the cells that hold text."""
    wanted = {squash(entry["text"]) for entry in truth[mark]}
    known = {squash(text) for _, _, text in truth["text_cells"]} | wanted
    marked = {squash(spot.text) for spot in output.spots if mark in spot.marks}
    if mark == "withdrawn":
        marked |= {squash(spot.withdrawn) for spot in output.spots if spot.withdrawn}
    # Texts of neighbouring cells may stand in one paragraph.
    together = "\n".join(marked)
    found = {text for text in known if text in marked or (len(text) > 6 and text in together)}
    score, missing, extra = f1(wanted, found)
    misses = [f"lacks {text}" for text in missing] + [f"wrongly marked {text}" for text in extra]
    tally.add(f"excel.{bar}", "genba", score, name, misses)


def _edges(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """Edges by the texts of their nodes, those that the file glues apart from those that only touch."""
    drawn: dict[str, list[tuple[str, str, str]]] = {"glued": [], "inferred": []}
    for flow in truth["flows"]:
        for edge in flow["edges"]:
            drawn[edge["end"]].append((flow["sheet"], squash(edge["from"]), squash(edge["to"])))
    found: dict[str, list[tuple[str, str, str]]] = {"glued": [], "inferred": []}
    for figure in output.document["figures"]:
        if figure["kind"] != "flow":
            continue
        texts = {node["key"]: squash(node["text"]) for node in figure["nodes"]}
        for edge in figure["edges"]:
            joints = {edge["source"]["joint"], edge["target"]["joint"]}
            kind = "glued" if joints == {"glued"} else "inferred"
            ends = texts.get(edge["source"]["node"], ""), texts.get(edge["target"]["node"], "")
            found[kind].append((figure.get("origin", {}).get("sheet", ""), *ends))
    for kind, bar in (("glued", "excel.edges"), ("inferred", "excel.edges_inferred")):
        score, missing, extra = f1(drawn[kind], found[kind])
        tally.add(
            bar, "genba", score, name, [f"lacks {edge}" for edge in missing] + [f"extra {edge}" for edge in extra]
        )


def _charts(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    drawn = [
        (squash(chart["title"]), squash(series), tuple(map(float, values)))
        for chart in truth["charts"]
        for series, values in chart["series"].items()
    ]
    found = [
        (squash(figure["title"]), squash(series["name"]), tuple(float(value or 0) for value in series["values"]))
        for figure in output.document["figures"]
        if figure["kind"] == "chart"
        for series in figure["series"]
    ]
    score, missing, extra = f1(drawn, found)
    tally.add(
        "excel.charts", "genba", score, name, [f"lacks {one}" for one in missing] + [f"extra {one}" for one in extra]
    )


def _readings(tally: Tally, name: str, truth: Truth, output: Output) -> None:
    """The reading is recorded, and not fused into the text that is read."""
    for entry in truth["readings"]:
        fused = squash(entry["base"] + entry["reading"]) in output.squashed_text
        is_kept = squash(entry["reading"]) in output.squashed and not fused
        tally.add("excel.readings", "genba", Score(int(is_kept), 1), name, [] if is_kept else [entry])
