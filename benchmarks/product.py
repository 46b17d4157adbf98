"""What a tool wrote for one file, in a form that can be searched; genba's product is read back from its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
from openpyxl.utils import get_column_letter, range_boundaries  # type: ignore[import-untyped]

from benchmarks.matching import squash


@dataclass
class Output:
    """`text` is what people and models read (Markdown; for genba `content`); `rest` is everything else written."""

    text: str
    rest: str = ""
    document: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    error: str = ""

    @cached_property
    def squashed_text(self) -> str:
        """The text as it is searched."""
        return squash(self.text)

    @cached_property
    def squashed(self) -> str:
        """Everything written, as it is searched."""
        return self.squashed_text + "\n" + squash(self.rest)

    @cached_property
    def spots(self) -> list[Spot]:
        """Every text with its place and marks."""
        return list(_spots(self.document))


@dataclass(frozen=True, slots=True)
class Spot:
    """A text of genba's document: where it stands, how it is marked."""

    kind: str
    text: str
    sheet: str
    range: str
    marks: frozenset[str]
    unit: str = ""
    withdrawn: str = ""

    @property
    def cell(self) -> str:
        """The first cell of its range."""
        return self.range.partition(":")[0]


def read_product(folder: Path) -> dict[str, Output]:
    """Every document of a product by its path, without the name of the source folder."""
    found = {}
    for path in sorted((folder / "documents").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        tables = {
            table["id"]: parquet.read_table(folder / table["file"]).to_pylist()
            for table in document["tables"]
            if table["kind"] == "table" and table.get("file")
        }
        rest = "\n".join([*_strings(document), *_strings(list(tables.values()))])
        name = document["source"]["path"].split("/", 1)[-1]
        found[name] = Output(document["content"], rest, document, tables)
    return found


def read_peer(out: Path, error: str) -> Output:
    """What a peer wrote for a file."""
    texts = {
        suffix: path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        for suffix in (".md", ".json")
        for path in (out.with_name(out.name + suffix),)
    }
    rest = "\n".join(_strings(json.loads(texts[".json"]))) if texts[".json"] else ""
    return Output(texts[".md"] or texts[".json"], rest, error=error)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif value is not None:
        yield str(value)


def _spots(document: dict[str, Any]) -> Iterator[Spot]:
    for section in document.get("sections", []):
        if "title" in section:
            yield _spot("heading", section, section["title"])
        for node in section["nodes"]:
            if "text" in node:
                yield _spot(node.get("role", "paragraph"), node, node["text"])
    for pair in document.get("pairs", []):
        if "options" in pair:
            for option in pair["options"]:
                yield _spot("choice", pair, option["text"])
        else:
            yield _spot("pair", pair, pair["value"])
            yield _spot("label", {**pair, "origin": pair.get("label_origin", {})}, pair["label"])
    for table in document.get("tables", []):
        if table["kind"] == "grid":
            yield from _cells(table)
    for figure in document.get("figures", []):
        for text in figure.get("texts", []):
            yield _spot("figure", figure, text)
        if figure["kind"] == "flow":
            for node in figure["nodes"]:
                yield _spot("flow", figure, node["text"])
    for comment in document.get("comments", []):
        yield _spot("comment", comment, comment["text"])


def _spot(kind: str, node: dict[str, Any], text: str) -> Spot:
    origin = node.get("origin", {})
    return Spot(
        kind,
        text,
        origin.get("sheet", ""),
        origin.get("range", ""),
        frozenset(node.get("marks", ())),
        node.get("unit", ""),
        node.get("withdrawn", ""),
    )


def _cells(grid: dict[str, Any]) -> Iterator[Spot]:
    origin, marks = grid.get("origin", {}), frozenset(grid.get("marks", ()))
    left, top, right, bottom = range_boundaries(origin["range"]) if "range" in origin else (1, 1, 0, 0)
    # Columns that only hold merged cells open are left out of grids: then the cell's address cannot be told.
    is_told = (right - left + 1, bottom - top + 1) == (grid["columns"], grid["rows"])
    for cell in grid["cells"]:
        told = f"{get_column_letter(left + cell['c'])}{top + cell['r']}" if is_told else ""
        at = cell.get("origin", {}).get("range") or told
        yield Spot(
            "cell",
            cell["text"],
            origin.get("sheet", ""),
            at,
            marks | frozenset(cell.get("marks", ())),
            cell.get("unit", ""),
            cell.get("withdrawn", ""),
        )
