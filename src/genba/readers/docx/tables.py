"""Tables as laid out: spans across columns and rows, rows and cells that tracked changes have deleted left out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from genba.formats.ooxml.wordml import VAL, W, integer, is_on, properties, value
from genba.model.cells import Cell, CellStyle
from genba.model.marks import Mark, Reading
from genba.model.nodes import ROWS_PLACED, Grid, Paragraph
from genba.model.place import Place
from genba.readers.docx.inline import plain_text
from genba.readers.docx.opened import Opened, Story

SPAN_LIMIT = 1_000  # Word itself stops at 63 columns
_TR, _TC, _TCPR, _TRPR, _CONTENT = W + "tr", W + "tc", W + "tcPr", W + "trPr", W + "sdtContent"
_P, _PPR, _R, _RPR = W + "p", W + "pPr", W + "r", W + "rPr"
_SPAN, _VMERGE, _HMERGE, _SHADE = W + "gridSpan", W + "vMerge", W + "hMerge", W + "shd"
_CELL_DELETED, _CELL_MERGED = W + "cellDel", W + "cellMerge"
_WRAPPERS = frozenset((W + "sdt", _CONTENT, W + "customXml", W + "ins", W + "moveTo"))
_ALIGNS = {
    "center": "center",
    "right": "right",
    "end": "right",
    "left": "left",
    "start": "left",
    "both": "",
    "distribute": "distributed",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What a cell holds."""

    text: str
    withdrawn: str = ""
    marks: frozenset[Mark] = frozenset()
    readings: tuple[Reading, ...] = ()
    link: str = ""


Fill = Callable[[etree._Element, str], Filled]
Revise = Callable[[str, etree._Element, str, str], None]


@dataclass(slots=True)
class _Layout:
    opened: Opened
    story: Story
    fill: Fill
    revise: Revise
    cells: list[Cell] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    header_rows: int = 0
    origins: dict[int, int] = field(default_factory=dict)  # column to the index of the cell that a merge continues
    styles: dict[tuple[bool, str, str], CellStyle] = field(default_factory=dict)


def single_cell(table: etree._Element) -> etree._Element | None:
    """Give the only cell of a table that is just a frame around text."""
    rows = list(_inside(table, _TR))[:2]
    if len(rows) != 1:
        return None
    cells = list(_inside(rows[0], _TC))[:2]
    properties = rows[0].find(_TRPR)
    if len(cells) != 1 or (properties is not None and properties.find(W + "del") is not None):
        return None
    return cells[0]


def _inside(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in element:
        found = child.tag
        if found == tag:
            yield child
        elif found in _WRAPPERS:
            yield from _inside(child, tag)


def read_table(
    opened: Opened, story: Story, table: etree._Element, pointer: str, fill: Fill, revise: Revise
) -> Grid | None:
    """Lay a table out; `fill` reads a cell, `revise` records what a tracked change has removed."""
    layout = _Layout(opened, story, fill, revise)
    leading = True
    places: list[Place] = []
    for number, row in enumerate(_inside(table, _TR), 1):
        said = properties(row, _TRPR)
        place = f"{pointer}/tr[{number}]"
        if said is not None:
            deleted = said.find(W + "del")
            if deleted is not None:
                revise("deleted", deleted, plain_text(row), place)
                continue
            inserted = said.find(W + "ins")
            if inserted is not None and next(row.iter(W + "ins"), inserted) is inserted:
                revise("inserted", inserted, plain_text(row), place)
        header = _switch(said, "tblHeader")
        leading = leading and header
        layout.header_rows += leading
        marks = frozenset((Mark.HIDDEN,)) if _switch(said, "hidden") else frozenset[Mark]()
        _read_row(layout, row, place, marks)
        if layout.rows < ROWS_PLACED:
            places.append(story.place(place))
        layout.rows += 1
        if opened.cells > opened.limits.cells:
            opened.note("docx.table_too_large", story.place(pointer), limit=opened.limits.cells)
            break
    if not layout.cells:
        return None
    return Grid(
        cells=tuple(layout.cells),
        rows=layout.rows,
        columns=layout.columns,
        header_rows=min(layout.header_rows, layout.rows),
        caption=_caption(table),
        place=story.place(pointer),
        marks=story.marks,
        row_places=tuple(places) if layout.rows <= ROWS_PLACED else (),
    )


def _switch(properties: etree._Element | None, name: str) -> bool:
    found = properties.find(W + name) if properties is not None else None
    return found is not None and is_on(found)


def _caption(table: etree._Element) -> str:
    properties = table.find(W + "tblPr")
    return (value(properties, "tblCaption") or "").strip()


def _read_row(layout: _Layout, row: etree._Element, pointer: str, marks: frozenset[Mark]) -> None:
    said = properties(row, _TRPR)
    column = _clip(value(said, "gridBefore"), 0)
    origins: dict[int, int] = {}
    for number, element in enumerate(_inside(row, _TC), 1):
        place = f"{pointer}/tc[{number}]"
        span, merge, aside, deleted, style = _cell_properties(element, layout)
        if deleted is not None:
            layout.revise("deleted", deleted, plain_text(element), place)
            column += span
            continue
        origin = layout.origins.get(column) if merge == "continue" else None
        if aside and layout.cells and layout.cells[-1].row == layout.rows:
            origin = len(layout.cells) - 1
            first = layout.cells[origin]
            layout.cells[origin] = replace(first, column_span=column + span - first.column)
        filled = layout.fill(element, place)
        if origin is not None:
            _extend(layout, origin, filled, place)
        else:
            origin = len(layout.cells)
            layout.opened.cells += 1
            layout.cells.append(
                Cell(
                    layout.rows, column, filled.text or None, filled.text, "", style, 1, span, "",
                    filled.marks | marks, filled.readings, filled.withdrawn, filled.link,
                )
            )  # fmt: skip
        if merge:
            origins[column] = origin
        column += span
    layout.origins = origins
    layout.columns = max(layout.columns, column + _clip(value(said, "gridAfter"), 0))


def _extend(layout: _Layout, origin: int, filled: Filled, pointer: str) -> None:
    """Let a merged cell reach one row further; text below the merge is not displayed, and kept as hidden."""
    cell = layout.cells[origin]
    layout.cells[origin] = replace(cell, row_span=layout.rows - cell.row + 1)
    if filled.text:
        layout.opened.hidden += 1
        marks = layout.story.marks | {Mark.HIDDEN}
        layout.opened.emit(Paragraph(text=filled.text, place=layout.story.place(pointer), marks=marks))


def _clip(text: str | None, default: int) -> int:
    return min(max(integer(text, default), 0), SPAN_LIMIT)


def _cell_properties(
    element: etree._Element, layout: _Layout
) -> tuple[int, str, bool, etree._Element | None, CellStyle]:
    """Read the span, the vertical merge, whether it continues the cell to the left, and how it looks."""
    span, merge, aside, deleted, shading = 1, "", False, None, ""
    said = properties(element, _TCPR)
    for child in said if said is not None else ():
        tag = child.tag
        if tag == _SPAN:
            span = max(_clip(child.get(VAL), 1), 1)
        elif tag == _VMERGE:
            merge = child.get(VAL) or "continue"
        elif tag == _HMERGE:
            aside = (child.get(VAL) or "continue") == "continue"
        elif tag == _CELL_DELETED:
            deleted = child
        elif tag == _CELL_MERGED:
            merge = {"rest": "restart", "cont": "continue"}.get(child.get(W + "vMerge") or "", merge)
        elif tag == _SHADE:
            shading = child.get(W + "fill") or ""
    bold, align = _looks(element)
    key = (bold, "" if shading == "auto" else shading, align)
    style = layout.styles.get(key)
    if style is None:
        style = layout.styles[key] = CellStyle(bold=bold, fill=key[1], align=align, size_pt=10.5)
    return span, merge, aside, deleted, style


def _looks(element: etree._Element) -> tuple[bool, str]:
    """Judge bold and alignment by the first paragraph and its first run."""
    paragraph = next((child for child in element if child.tag == _P), None)
    if paragraph is None:
        return False, ""
    align = value(properties(paragraph, _PPR), "jc") or ""
    run = next((child for child in paragraph if child.tag == _R), None)
    said = properties(run, _RPR) if run is not None else None
    bold = said.find(W + "b") if said is not None else None
    return bold is not None and is_on(bold), _ALIGNS.get(align, "")
