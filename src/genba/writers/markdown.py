"""Writes a document as Markdown for people and language models: facts as front matter, spans as HTML, flows drawn."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from genba.formats.instruction_text import general_lines, step_lines
from genba.formats.markup import HIDDEN_NOTE, in_line, markdown, table_markdown
from genba.formats.mermaid import flowchart
from genba.formats.yaml import to_yaml
from genba.model.cells import Cell
from genba.model.document import Document, Node
from genba.model.instruction import Instruction, Step
from genba.model.marks import Mark
from genba.model.nodes import Choices, Figure, Flow, Grid, Heading, Pair, Paragraph, Role

TABLE_ROWS = 100
LARGEST_HTML_CELLS = 100_000
# Names of front matter that mean the same in every document.
_OWN = frozenset({"id", "title", "kind", "keywords", "summary", "summary_by", "source"})
_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def encode(document: Document, *, title: str, pictures: Mapping[str, str]) -> bytes:
    """Encode a document; `pictures` are links to its pictures' files, by id."""
    parts = [f"---\n{to_yaml(_front_matter(document, title))}---"]
    first = next((node for node in document.nodes if Mark.FURNITURE not in node.marks), None)
    opens = isinstance(first, Heading) or (isinstance(first, Paragraph) and first.role is Role.TITLE)
    if not opens:
        parts.append(f"# {in_line(title)}")
    before: Node | None = None
    for node in document.nodes:
        if Mark.FURNITURE in node.marks or _is_said(node, before):
            continue
        if text := _block(node, pictures):
            if isinstance(node, Pair | Choices) and isinstance(before, Pair | Choices):
                parts[-1] += f"\n{text}"
            else:
                parts.append(text)
            before = node
    parts += [table_markdown(table, rows=TABLE_ROWS) for table in document.tables if not table.grid]
    if document.instruction is not None and document.instruction.steps:
        parts.append(_steps(document, document.instruction, pictures))
    return "\n\n".join(parts).encode("utf-8", "replace") + b"\n"


def _front_matter(document: Document, title: str) -> dict[str, object]:
    facts: dict[str, str] = {}
    for item in document.properties:
        facts.setdefault(item.name, item.value)
    source = document.source
    found: dict[str, object] = {
        "id": document.id,
        "title": title,
        **{name: value for name, value in sorted(facts.items()) if name not in _OWN},
        "kind": str(document.instruction.kind) if document.instruction else "drawing" if document.drawing else "",
        "keywords": list(document.keywords),
        "summary": document.summary,
        "summary_by": document.summary_by,
        "source": {
            name: value
            for name, value in (
                ("path", source.path),
                ("sha256", source.sha256),
                ("kind", source.kind),
                ("modified", source.modified),
            )
            if value
        },
    }
    return {name: value for name, value in found.items() if value}


def _is_said(node: Node, before: Node | None) -> bool:
    """A figure carries its caption; the caption's own paragraph below it would say it twice."""
    if not isinstance(node, Paragraph) or not isinstance(before, Figure) or node.role is not Role.CAPTION:
        return False
    return bool(before.caption) and node.text.split() == before.caption.split()


def _block(node: Node, pictures: Mapping[str, str]) -> str:
    match node:
        case Paragraph() if node.role is Role.TITLE:
            return f"# {in_line(node.text)}"
        case Figure():
            return markdown(replace(node, image=pictures.get(node.image, "")))
        case Flow() if node.nodes:
            return f"```mermaid\n{flowchart(node)}\n```"
        case Grid() if _has_spans(node) and node.rows * node.columns <= LARGEST_HTML_CELLS:
            return (HIDDEN_NOTE + "\n\n" if Mark.HIDDEN in node.marks else "") + _html_table(node)
        case _:
            return markdown(node)


def _has_spans(grid: Grid) -> bool:
    return any(cell.row_span > 1 or cell.column_span > 1 for cell in grid.cells)


def _html_table(grid: Grid) -> str:
    """Keep spans, which pipe tables have not; empty cells are there, so that every column stands where it stood."""
    rows: list[list[str]] = [[] for _ in range(grid.rows)]
    taken: set[tuple[int, int]] = set()
    by_place = {(cell.row, cell.column): cell for cell in grid.cells}
    for cell in grid.cells:
        down = range(cell.row, min(cell.row + cell.row_span, grid.rows))
        across = range(cell.column, min(cell.column + cell.column_span, grid.columns))
        taken.update((row, column) for row in down for column in across)
    for row, texts in enumerate(rows):
        for column in range(grid.columns):
            cell_here = by_place.get((row, column))
            if cell_here is not None:
                texts.append(_html_cell(cell_here, grid))
            elif (row, column) not in taken:
                texts.append("<td></td>")
    caption = f"<caption>{html.escape(grid.caption, quote=False)}</caption>\n" if grid.caption else ""
    body = "\n".join(f"<tr>{''.join(texts)}</tr>" for texts in rows if texts)
    return f"<table>\n{caption}{body}\n</table>"


def _html_cell(cell: Cell, grid: Grid) -> str:
    tag = "th" if cell.row < grid.header_rows or cell.column < grid.header_columns else "td"
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    text = _BREAKS.sub("<br>", html.escape(cell.text.strip(), quote=False))
    if Mark.WITHDRAWN in cell.marks and text:
        text = f"<del>{text}</del>"
    if Mark.HIDDEN in cell.marks - grid.marks and text:
        text = HIDDEN_NOTE + text
    return f"<{tag}{spans}>{text}</{tag}>"


def _steps(document: Document, instruction: Instruction, pictures: Mapping[str, str]) -> str:
    """Give the steps in order with what belongs to each; the document's own wording stands above."""
    figures = {node.id: node for node in document.nodes if isinstance(node, Figure)}
    lines = ["## 手順の一覧 / Steps", ""]
    lines += [f"- {line}" for line in general_lines(instruction)]
    if len(lines) > 2:
        lines.append("")
    section = ""
    for position, step in enumerate(instruction.steps, 1):
        if step.section and step.section != section:
            section = step.section
            lines += [*([""] if lines[-1] else []), f"### {in_line(section)}", ""]
        lines += _step(position, step, figures, pictures)
    return "\n".join(lines)


def _step(position: int, step: Step, figures: Mapping[str, Figure], pictures: Mapping[str, str]) -> Iterator[str]:
    number = "" if step.number.rstrip(".．)）") == str(position) else step.number  # the list says it already
    text = in_line(f"{number} {step.text}".strip())
    indent = " " * len(f"{position}. ")
    yield f"{position}. ~~{text}~~" if step.is_withdrawn else f"{position}. {text}"
    for line in step_lines(step):
        yield f"{indent}- {_BREAKS.sub(' ', line)}"
    for identity in step.figures:
        if identity in figures:
            shown = _block(figures[identity], pictures).replace("\n", f"\n{indent}  ")
            yield f"{indent}- {shown}"
