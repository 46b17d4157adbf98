"""Nodes as Markdown close to the source in length: no padding, merged cells once, no HTML let through."""

import re

from genba.model.cells import Cell
from genba.model.document import Node
from genba.model.marks import Mark
from genba.model.nodes import (
    Chart,
    Choices,
    Comment,
    Figure,
    Flow,
    Grid,
    Heading,
    Pair,
    Paragraph,
    Role,
)
from genba.model.sheet import Sheet

HIDDEN_NOTE = "（非表示）"
OUTSIDE_NOTE = "（印刷範囲外）"
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_BREAKS = re.compile(r"\s*\n\s*")


def escape(text: str) -> str:
    """Keep markup in a text from being taken as markup."""
    return _TAG_LIKE.sub(lambda found: "&lt;" if found.group() == "<" else "&amp;", text)


def markdown(node: Node) -> str:
    """Render one node; what has no text of its own gives the empty string."""
    match node:
        case Heading():
            return _noted(node.marks, f"{'#' * min(node.level, 6)} {_numbered(node.number, _line(node.text))}")
        case Paragraph():
            return _paragraph(node)
        case Grid():
            return _noted(node.marks, grid_markdown(node))
        case Pair():
            value = _withdrawn(node.marks, _line(f"{node.value} {node.unit}".rstrip() if node.unit else node.value))
            return _noted(node.marks, f"- {_line(node.label)}: {value}".rstrip())
        case Choices():
            options = " ".join(f"{'☑' if option.selected else '☐'}{_line(option.text)}" for option in node.options)
            return _noted(node.marks, f"- {_line(node.label)}: {options}" if node.label else f"- {options}")
        case Figure():
            return _noted(node.marks, _figure(node))
        case Chart():
            names = "、".join(_line(series.name) for series in node.series if series.name)
            return _noted(node.marks, f"［グラフ］{_line(node.title)}" + (f"（{names}）" if names else ""))
        case Flow():
            return _noted(node.marks, flow_markdown(node))
        case Comment():
            author = f"{_line(node.author)}: " if node.author else ""
            return f"> {author}{_line(node.text)}"
        case Sheet():
            return ""


def _paragraph(node: Paragraph) -> str:
    if not node.text.strip():
        return ""
    text = _withdrawn(node.marks, escape(node.text.strip()))
    if node.number or node.role is Role.LIST_ITEM:
        text = "  " * node.level + _numbered(node.number or "-", text)
    elif node.role is Role.CODE:
        text = f"```\n{node.text.rstrip()}\n```"
    return _noted(node.marks, text)


def _figure(node: Figure) -> str:
    label = _line(node.caption or node.description)
    texts = "\n".join(f"- {_line(text)}" for text in node.texts)
    head = f"![{label}]({node.image})" if node.image else f"［図］{label}" if label else ""
    return f"{head}\n{texts}".strip()


def grid_markdown(grid: Grid) -> str:
    """Render a grid as a pipe table; header rows are joined, merged cells stand once, empty lines are left out."""
    header, rows = grid_rows(grid)
    if not header and not rows:
        return ""
    lines = [_row(header), "|" + "-|" * len(header), *(_row(row) for row in rows)]
    if grid.caption:
        lines.insert(0, f"{_line(grid.caption)}\n")
    return "\n".join(lines)


def grid_rows(grid: Grid) -> tuple[list[str], list[list[str]]]:
    """Give a grid's header (empty strings where it has none) and body rows as escaped texts, without empty columns."""
    names = header_names(grid)
    body: dict[int, dict[int, str]] = {}
    used: set[int] = set()
    for cell in grid.cells:
        if cell.row >= grid.header_rows and cell.text.strip():
            body.setdefault(cell.row, {})[cell.column] = _cell(cell)
            used.add(cell.column)
    columns = [column for column in range(grid.columns) if column in used or names.get(column)]
    header = [escape(names.get(column, "")) for column in columns]
    rows = [[body[row].get(column, "") for column in columns] for row in sorted(body)]
    return header, rows


def header_names(grid: Grid) -> dict[int, str]:
    """Join the header rows of each column into one complete name: 測定値/1回目."""
    parts: dict[int, list[str]] = {}
    for cell in grid.cells:
        text = _BREAKS.sub("", cell.text.strip())
        if cell.row >= grid.header_rows or not text:
            continue
        for column in range(cell.column, min(cell.column + cell.column_span, grid.columns)):
            names = parts.setdefault(column, [])
            if not names or names[-1] != text:
                names.append(text)
    return {column: "/".join(names) for column, names in parts.items()}


def flow_markdown(flow: Flow) -> str:
    """Render a flowchart as numbered nodes and the edges between their numbers."""
    numbers = {node.key: position for position, node in enumerate(flow.nodes, 1)}
    lines = [f"{numbers[node.key]}. {_line(node.text)}" for node in flow.nodes]
    for edge in flow.edges:
        source, target = numbers.get(edge.source.key), numbers.get(edge.target.key)
        if source is not None and target is not None:
            arrow = "→" if edge.directed else "―"
            lines.append(f"{source}{arrow}{target}" + (f" {_line(edge.label)}" if edge.label else ""))
    return "\n".join(lines)


def _row(texts: list[str]) -> str:
    return "|" + "|".join(texts) + "|"


def _cell(cell: Cell) -> str:
    text = _BREAKS.sub("<br>", escape(cell.text.strip())).replace("|", "\\|")
    return _withdrawn(cell.marks, text)


def _line(text: str) -> str:
    return _BREAKS.sub(" ", escape(text.strip()))


def _numbered(number: str, text: str) -> str:
    return f"{number} {text}" if number else text


def _withdrawn(marks: frozenset[Mark], text: str) -> str:
    return f"~~{text}~~" if text and Mark.WITHDRAWN in marks else text


def _noted(marks: frozenset[Mark], text: str) -> str:
    if not marks or not text:
        return text
    if Mark.HIDDEN in marks:
        return HIDDEN_NOTE + text
    return OUTSIDE_NOTE + text if Mark.OUTSIDE_PRINT_AREA in marks else text
