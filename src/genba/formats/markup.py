"""Nodes as Markdown close to the source in length: no padding, merged cells once, no HTML let through."""

import re
from collections.abc import Iterator

from genba.model.cells import Cell
from genba.model.document import Document, Node
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
from genba.model.table import Table

HIDDEN_NOTE = "（非表示）"
OUTSIDE_NOTE = "（印刷範囲外）"
# What a renderer would act on: tags, character references, and links or pictures that lead somewhere.
_ACTIVE = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<=\])(?=[(\[])")
_INSTEAD = {"<": "&lt;", "&": "&amp;", "": "\\"}
_HEADING_LIKE = re.compile(r"(?m)^([ \t]*)(?=#{1,6}[ \t])")
_BRACKET = re.compile(r"[\\\[\]]")
_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_FENCE = re.compile(r"`{3,}")
# Invisible characters that turn the order of what follows: a name must look like what it is.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Whatever any of the above could want; most texts have nothing, and a document's texts are very many.
_SPECIAL = re.compile("[<&\\]|\n\r\v\f\x1c-\x1e\x85\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Keep markup in a text from being taken as markup, and its characters from changing the order of others."""
    if not _SPECIAL.search(text):
        return text
    if not text.isascii():
        text = _TURNING.sub("", text)
    return _ACTIVE.sub(_instead, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found.group()}"


def _instead(found: re.Match[str]) -> str:
    return _INSTEAD[found.group()]


def rendered(document: Document) -> tuple[str, ...]:
    """Give the Markdown of every node, as remembered where it still holds."""
    known = document.rendered
    if known is not None and known.nodes is document.nodes:
        return known.texts
    return tuple(map(markdown, document.nodes))


def markdown(node: Node) -> str:
    """Render one node; what has no text of its own gives the empty string."""
    match node:
        case Heading():
            return _noted(node.marks, f"{'#' * min(node.level, 6)} {_numbered(node.number, in_line(node.text))}")
        case Paragraph():
            return _paragraph(node)
        case Grid():
            return _noted(node.marks, grid_markdown(node))
        case Pair():
            value = _withdrawn(node.marks, in_line(with_unit(node.value, node.unit)))
            return _noted(node.marks, f"- {in_line(node.label)}: {value}".rstrip())
        case Choices():
            options = " ".join(f"{'☑' if option.selected else '☐'}{in_line(option.text)}" for option in node.options)
            return _noted(node.marks, f"- {in_line(node.label)}: {options}" if node.label else f"- {options}")
        case Figure():
            return _noted(node.marks, _figure(node))
        case Chart():
            names = "、".join(in_line(series.name) for series in node.series if series.name)
            return _noted(node.marks, f"［グラフ］{in_line(node.title)}" + (f"（{names}）" if names else ""))
        case Flow():
            return _noted(node.marks, flow_markdown(node))
        case Comment():
            author = f"{in_line(node.author)}: " if node.author else ""
            return f"> {author}{in_line(node.text)}"
        case Sheet():
            return ""


def with_unit(value: str, unit: str) -> str:
    """Put a unit behind its value, unless the value as displayed says it already."""
    return f"{value} {unit}" if unit and value and not value.endswith(unit) else value


def _paragraph(node: Paragraph) -> str:
    if not node.text.strip():
        return ""
    if node.role is Role.CODE:
        # A fence is longer than any inside, so that the text cannot leave it.
        fence = "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(node.text))])
        return _noted(node.marks, f"{fence}\n{node.text.rstrip()}\n{fence}")
    text = _withdrawn(node.marks, _HEADING_LIKE.sub(r"\1\\", escape(node.text.strip())))
    if node.role is Role.FOOTNOTE and node.number:
        text = f"[^{escape(node.number)}]: {text}"
    elif node.number or node.role is Role.LIST_ITEM:
        text = "  " * node.level + _numbered(node.number or "-", text)
    return _noted(node.marks, text)


def _figure(node: Figure) -> str:
    label = in_line(node.caption or node.description or node.about)
    texts = "\n".join(f"- {in_line(text)}" for text in node.texts)
    head = f"![{_BRACKET.sub(_escaped, label)}]({node.image})" if node.image else f"［図］{label}" if label else ""
    return f"{head}\n{texts}".strip()


def grid_markdown(grid: Grid) -> str:
    """Render a grid as a pipe table; header rows are joined, merged cells stand once, empty lines are left out."""
    header, rows = grid_rows(grid)
    if not header and not rows:
        return ""
    return "\n".join((grid_head(grid, header), *map(row_markdown, rows)))


def grid_head(grid: Grid, header: list[str]) -> str:
    """Render what stands above a grid's body: its caption and its column names."""
    caption = f"{in_line(grid.caption)}\n\n" if grid.caption else ""
    return f"{caption}{row_markdown(header)}\n|{'-|' * len(header)}"


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
    header = [in_cell(names.get(column, "")) for column in columns]
    rows = [[body[row].get(column, "") for column in columns] for row in sorted(body)]
    if columns and any(cell.marks for cell in grid.cells):
        _note_lines(grid, header, columns, rows, sorted(body))
    return header, rows


def _note_lines(grid: Grid, header: list[str], columns: list[int], rows: list[list[str]], numbers: list[int]) -> None:
    """Say of hidden and unprinted rows and columns that they are: they must not read like the others."""
    by_row: dict[int, list[frozenset[Mark]]] = {}
    by_column: dict[int, list[frozenset[Mark]]] = {}
    for cell in grid.cells:
        if cell.text.strip():
            by_row.setdefault(cell.row, []).append(cell.marks - grid.marks)
            by_column.setdefault(cell.column, []).append(cell.marks - grid.marks)
    for texts, number in zip(rows, numbers, strict=True):
        first = next(position for position, text in enumerate(texts) if text)
        texts[first] = _noted(frozenset.intersection(*by_row[number]), texts[first])
    for position, column in enumerate(columns):
        if column in by_column and header[position]:
            header[position] = _noted(frozenset.intersection(*by_column[column]), header[position])


def header_names(grid: Grid) -> dict[int, str]:
    """Join the header rows of each column into one complete name: 測定値/1回目."""
    parts: dict[int, list[str]] = {}
    for cell in grid.cells:
        if cell.row >= grid.header_rows:
            continue
        text = _BREAKS.sub("", cell.text.strip())
        if not text:
            continue
        for column in range(cell.column, min(cell.column + cell.column_span, grid.columns)):
            names = parts.setdefault(column, [])
            if not names or names[-1] != text:
                names.append(text)
    return {column: "/".join(names) for column, names in parts.items()}


def flow_markdown(flow: Flow) -> str:
    """Render a flowchart as numbered nodes and the edges between their numbers."""
    numbers = {node.key: position for position, node in enumerate(flow.nodes, 1)}
    lines = [f"{numbers[node.key]}. {in_line(node.text)}" for node in flow.nodes]
    for edge in flow.edges:
        source, target = numbers.get(edge.source.key), numbers.get(edge.target.key)
        if source is not None and target is not None:
            arrow = "→" if edge.directed else "―"
            lines.append(f"{source}{arrow}{target}" + (f" {in_line(edge.label)}" if edge.label else ""))
    return "\n".join(lines)


def table_markdown(table: Table, *, rows: int, chars: int = 1_000_000) -> str:
    """Render a table's notes, columns and first rows, as many as there is room for; the values stand elsewhere."""
    names = [in_cell(f"{column.name} [{column.unit}]" if column.unit else column.name) for column in table.columns]
    lines = [*map(in_line, table.notes), row_markdown(names), "|" + "-|" * len(names)]
    room = chars - sum(len(line) + 1 for line in lines)
    shown = 0
    for row in _first_rows(table, rows):
        line = row_markdown(["" if value is None else in_cell(str(value)) for value in row])
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
        shown += 1
    if table.rows > shown:
        lines.append(f"（全{table.rows}行のうち先頭{shown}行 / first {shown} of {table.rows} rows）")
    return "\n".join(lines)


def _first_rows(table: Table, count: int) -> Iterator[tuple[object, ...]]:
    for batch in table.batches:
        part = batch.slice(0, count)
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)
        count -= part.num_rows
        if count <= 0:
            return


def row_markdown(texts: list[str]) -> str:
    """Put the texts of a row, escaped already, between pipes."""
    return "|" + "|".join(texts) + "|"


def _cell(cell: Cell) -> str:
    return _withdrawn(cell.marks, in_cell(cell.text))


def in_cell(text: str) -> str:
    """Write a text so that it stays in one cell of a pipe table."""
    text = text.strip()
    if not _SPECIAL.search(text):
        return text
    return _BREAKS.sub("<br>", escape(text)).replace("|", "\\|")


def in_line(text: str) -> str:
    """Write a text so that it stays in one line."""
    text = text.strip()
    return _BREAKS.sub(" ", escape(text)) if _SPECIAL.search(text) else text


def _numbered(number: str, text: str) -> str:
    return f"{escape(number)} {text}" if number else text


def _withdrawn(marks: frozenset[Mark], text: str) -> str:
    return f"~~{text}~~" if text and Mark.WITHDRAWN in marks else text


def _noted(marks: frozenset[Mark], text: str) -> str:
    if not marks or not text:
        return text
    if Mark.HIDDEN in marks:
        return HIDDEN_NOTE + text
    return OUTSIDE_NOTE + text if Mark.OUTSIDE_PRINT_AREA in marks else text
