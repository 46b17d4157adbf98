"""Writes a document as one JSON file: the strategy's four fields on top, everything else with its origin beside."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import Any

import msgspec

from genba.formats.captions import said_of
from genba.formats.markup import header_names, in_line, rendered, table_markdown
from genba.formats.places import origin
from genba.formats.pruning import pruned
from genba.model.cells import Cell
from genba.model.document import Document, Node, Property
from genba.model.finding import Finding
from genba.model.marks import Mark, Reading
from genba.model.nodes import Chart, Choices, Comment, Figure, Flow, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import NOWHERE, Place
from genba.model.table import Column, Table
from genba.writers.document_json.meaning import meaning

FORMAT = "genba-document/1.1"
# What a person who opens the file looks for first; the words it was found by stand behind the text.
BESIDE = ("summary_by", "summaries", "instruction", "drawing")


def encode(
    document: Document, text: str, *, title: str, table_paths: dict[str, str], image_paths: dict[str, str]
) -> bytes:
    """Encode a finished document whose content is `text`; the paths name the files written beside it, by id."""
    means = meaning(document)
    data = {
        "format": FORMAT,
        "id": document.id,
        "content": text,
        "keywords": list(document.keywords),
        "summary": document.summary,
        "image": list(_described_images(document)),
        "title": title,
        "source": _source(document),
        "metadata": [_property(item) for item in document.properties],
        **{name: means[name] for name in BESIDE if name in means},
        "sections": _sections(document),
        "tables": [
            *(_grid(node) for node in document.nodes if isinstance(node, Grid)),
            *(_table(table, table_paths.get(table.id, "")) for table in document.tables),
        ],
        "pairs": [_pair(node) for node in document.nodes if isinstance(node, Pair | Choices)],
        "figures": [_figure(node, image_paths) for node in document.nodes if isinstance(node, Figure | Chart | Flow)],
        "comments": [_comment(node) for node in document.nodes if isinstance(node, Comment)],
        "revisions": [pruned(item) for item in document.revisions],
        "code_lists": [pruned(item) for item in document.code_lists],
        "names": [pruned(item) for item in document.names],
        **{name: value for name, value in means.items() if name not in BESIDE},
        "readability": [_score(item) for item in document.scores],
        "findings": [_finding(item) for item in document.findings],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


PREVIEW_ROWS = 20


def content(document: Document) -> str:
    """Give the whole document as Markdown, running headers and footers left out; lists and forms stay together."""
    parts: list[str] = []
    before: Node | None = None
    for node, text in zip(document.nodes, _nested(document.nodes, rendered(document)), strict=True):
        if not text or Mark.FURNITURE in node.marks or _is_said(node, before):
            continue
        if before is not None:
            close = isinstance(before, Heading) or isinstance(node, Heading) or (_is_item(before) and _is_item(node))
            parts.append("\n" if close else "\n\n")
        parts.append(text)
        before = node
    previews = [table_markdown(table, rows=PREVIEW_ROWS) for table in document.tables if not table.grid]
    return "\n\n".join(("".join(parts), *previews) if parts else previews)


def _nested(nodes: Sequence[Node], texts: Sequence[str]) -> list[str]:
    """Name a group of fields once above them (届出者 over 氏名, 住所), not in front of each."""
    groups = [in_line(node.label.rpartition("/")[0]) if isinstance(node, Pair | Choices) else "" for node in nodes]
    nested = list(texts)
    for position, group in enumerate(groups):
        lead = f"- {group}/"
        if not group or not texts[position].startswith(lead):
            continue
        follows = position > 0 and groups[position - 1] == group and texts[position - 1].startswith(lead)
        leads = position + 1 < len(groups) and groups[position + 1] == group and texts[position + 1].startswith(lead)
        if follows or leads:
            item = f"  - {texts[position].removeprefix(lead)}"
            nested[position] = item if follows else f"- {group}\n{item}"
    return nested


def _is_item(node: Node) -> bool:
    return isinstance(node, Pair | Choices) or (
        isinstance(node, Paragraph) and (bool(node.number) or node.role is Role.LIST_ITEM)
    )


def _is_said(node: Node, before: Node | None) -> bool:
    """A figure carries its caption; the caption's own paragraph below it would say it twice."""
    if not isinstance(node, Paragraph) or not isinstance(before, Figure) or not before.caption:
        return False
    return node.role is Role.CAPTION and node.text.split() == before.caption.split()


def _property(item: Property) -> dict[str, Any]:
    found = {"name": item.name, "value": item.value, "as_written": item.as_written, "found_in": item.origin}
    return {**{key: value for key, value in found.items() if value}, **_common(item.place, frozenset())}


def _source(document: Document) -> dict[str, Any]:
    return pruned(document.source)


def _sections(document: Document) -> list[dict[str, Any]]:
    """Group nodes under their headings; tables, pairs, figures and comments are referred to by id."""
    sections: list[dict[str, Any]] = []
    path: list[Heading] = []
    current: dict[str, Any] | None = None
    for node in document.nodes:
        if isinstance(node, Heading):
            path = [*(above for above in path if above.level < node.level), node]
            current = _heading(node, path)
            sections.append(current)
            continue
        if current is None:
            current = {"nodes": []}
            sections.append(current)
        current["nodes"].append(_node(node))
    return sections


def _heading(node: Heading, path: list[Heading]) -> dict[str, Any]:
    return {
        "id": node.id,
        "title": node.text,
        **({"number": node.number} if node.number else {}),
        "level": node.level,
        "path": [f"{heading.number} {heading.text}".strip() for heading in path],
        **_sureness(node),
        **_common(node.place, node.marks, node.readings),
        "nodes": [],
    }


def _node(node: Node) -> dict[str, Any]:
    if not isinstance(node, Paragraph):
        return {"ref": node.id}
    found: dict[str, Any] = {"id": node.id, "text": node.text}
    if node.role != "body":
        found["role"] = str(node.role)
    if node.number:
        found["number"] = node.number
    if node.level:
        found["level"] = node.level
    if node.values:
        found["values"] = [pruned(value) for value in node.values]
    return {**found, **_sureness(node), **_common(node.place, node.marks, node.readings)}


def _sureness(item: Heading | Paragraph | Pair | Grid | Cell) -> dict[str, Any]:
    """How sure the reading of a picture is; what no picture was read for says nothing."""
    rounded = round(item.confidence, 3)
    return {"confidence": rounded} if rounded < 1 else {}


def _common(place: Place, marks: frozenset[Mark], readings: Iterable[Reading] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if where := origin(place):
        found["origin"] = where
    if marks:
        found["marks"] = sorted(marks)
    if pairs := [{"base": reading.base, "reading": reading.reading} for reading in readings]:
        found["readings"] = pairs
    return found


def _grid(grid: Grid) -> dict[str, Any]:
    names = header_names(grid)
    return {
        "id": grid.id,
        "kind": "grid",
        **({"caption": grid.caption} if grid.caption else {}),
        "rows": grid.rows,
        "columns": grid.columns,
        "header_rows": grid.header_rows,
        **({"header_columns": grid.header_columns} if grid.header_columns else {}),
        "names": [names.get(column, "") for column in range(grid.columns)] if names else [],
        "cells": [_cell(cell) for cell in grid.cells if cell.text or cell.value is not None or cell.formula],
        **_sureness(grid),
        **_common(grid.place, grid.marks),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    found: dict[str, Any] = {"r": cell.row, "c": cell.column, "text": cell.text}
    if cell.value is not None and cell.value != cell.text and _finite(cell.value):
        found["value"] = cell.value
    if cell.unit:
        found["unit"] = cell.unit
    if cell.row_span > 1:
        found["row_span"] = cell.row_span
    if cell.column_span > 1:
        found["column_span"] = cell.column_span
    if cell.formula:
        found["formula"] = cell.formula
    if cell.withdrawn:
        found["withdrawn"] = cell.withdrawn
    if cell.link:
        found["link"] = cell.link
    return {**found, **_sureness(cell), **_common(NOWHERE, cell.marks, cell.readings)}


def _table(table: Table, path: str) -> dict[str, Any]:
    return {
        "id": table.id,
        "kind": "table",
        "name": table.name,
        "file": path,
        "rows": table.rows,
        "columns": [_column(column) for column in table.columns],
        **({"time_column": table.time_column} if table.time_column else {}),
        **({"notes": list(table.notes)} if table.notes else {}),
        **({"grid": table.grid} if table.grid else {}),
        **_common(table.place, frozenset()),
    }


def _column(column: Column) -> dict[str, Any]:
    return pruned(column)


def _pair(node: Pair | Choices) -> dict[str, Any]:
    if isinstance(node, Choices):
        options = [{"text": option.text, "selected": option.selected} for option in node.options]
        return {"id": node.id, "label": node.label, "options": options, **_common(node.place, node.marks)}
    found: dict[str, Any] = {"id": node.id, "label": node.label, "value": node.value}
    if node.unit:
        found["unit"] = node.unit
    if node.raw is not None and node.raw != node.value and _finite(node.raw):
        found["raw"] = node.raw
    if node.values:
        found["values"] = [pruned(value) for value in node.values]
    if where := origin(node.label_place):
        found["label_origin"] = where
    return {**found, **_sureness(node), **_common(node.place, node.marks, node.readings)}


def _figure(node: Figure | Chart | Flow, image_paths: dict[str, str]) -> dict[str, Any]:
    if isinstance(node, Figure):
        found = {"id": node.id, "kind": node.kind}
        named = {"image": node.image, "file": image_paths.get(node.image, ""), "caption": node.caption}
        named |= {"description": node.description, "about": node.about, "about_by": node.about_by}
        found |= {key: value for key, value in named.items() if value}
        listed = {"texts": node.texts, "callouts": node.callouts, "steps": node.steps}
        return {**found, **{key: list(v) for key, v in listed.items() if v}, **_common(node.place, node.marks)}
    if isinstance(node, Chart):
        series = [pruned(item) for item in node.series]
        found_chart = {"id": node.id, "kind": "chart", "chart": node.kind, "title": node.title, "series": series}
        return {**found_chart, **({"axes": list(node.axes)} if node.axes else {}), **_common(node.place, node.marks)}
    return {
        "id": node.id,
        "kind": "flow",
        "nodes": [pruned(item) for item in node.nodes],
        "edges": [_edge(item) for item in node.edges],
        **_common(node.place, node.marks),
    }


def _edge(edge: Any) -> dict[str, Any]:
    ends = {
        side: {"node": end.key, "joint": str(end.joint), "confidence": round(end.confidence, 3)}
        for side, end in (("source", edge.source), ("target", edge.target))
    }
    return {**ends, **({"label": edge.label} if edge.label else {}), "directed": edge.directed}


def _comment(node: Comment) -> dict[str, Any]:
    named = {"author": node.author, "written": node.written, "thread": node.thread}
    found: dict[str, Any] = {"id": node.id, "text": node.text, **{key: value for key, value in named.items() if value}}
    if node.resolved:
        found["resolved"] = True
    return {**found, **_common(node.place, node.marks)}


def _described_images(document: Document) -> Iterator[dict[str, str]]:
    """List the pictures with what is known of them."""
    figures: dict[str, str] = {}
    for node in document.nodes:
        if isinstance(node, Figure) and node.image:
            figures[node.image] = figures.get(node.image) or said_of(node)
    for image in document.images:
        yield {"id": image.id, "description": figures.get(image.id, "")}


def _score(score: Any) -> dict[str, Any]:
    return {
        "level": score.level,
        "before": score.before,
        "after": score.after,
        "failed_before": list(score.failed_before),
        "failed_after": list(score.failed_after),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"code": finding.code, "severity": str(finding.severity)}
    if finding.count != 1:
        found["count"] = finding.count
    if finding.details:
        found["details"] = dict(finding.details)
    return {**found, **_common(finding.place, frozenset())}


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or isfinite(value)
