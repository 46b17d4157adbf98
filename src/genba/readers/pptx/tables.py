"""Tables of slides as laid out, with spans and bullets."""

from lxml import etree

from genba.formats.ooxml.drawing import A
from genba.formats.ooxml.drawingml_text import Bullets, text_lines
from genba.formats.ooxml.wordml import integer
from genba.model.cells import Cell, CellStyle
from genba.model.marks import Mark
from genba.model.nodes import Grid
from genba.model.place import Place
from genba.readers.pptx.deck import Deck

SPAN_LIMIT = 1_000
_ON = frozenset(("1", "true"))
_ALIGNS = {"ctr": "center", "r": "right", "l": "left", "dist": "distributed"}


def read_table(deck: Deck, table: etree._Element, place: Place, marks: frozenset[Mark]) -> Grid | None:
    """Lay a table out; cells under a span hold no text of their own that is displayed."""
    properties = table.find(A + "tblPr")
    first_row = properties is not None and properties.get("firstRow") in _ON
    first_column = properties is not None and properties.get("firstCol") in _ON
    cells: list[Cell] = []
    styles: dict[tuple[bool, str], CellStyle] = {}
    rows = columns = 0
    bullets = Bullets(())
    for row in table.iterchildren(A + "tr"):
        column = -1
        for element in row.iterchildren(A + "tc"):
            column += 1
            if element.get("hMerge") in _ON or element.get("vMerge") in _ON:
                continue
            deck.cells += 1
            if deck.cells > deck.limits.cells:
                deck.note("pptx.table_too_large", place, limit=deck.limits.cells)
                break
            cells.append(_cell(element, (rows, column), bullets, styles))
        rows += 1
        columns = max(columns, column + 1)
        if deck.cells > deck.limits.cells:
            break
    if not cells:
        return None
    return Grid(
        cells=tuple(cells),
        rows=rows,
        columns=columns,
        header_rows=int(first_row and rows > 1),
        header_columns=int(first_column and columns > 1),
        place=place,
        marks=marks,
    )


def _cell(
    element: etree._Element, spot: tuple[int, int], bullets: Bullets, styles: dict[tuple[bool, str], CellStyle]
) -> Cell:
    body = element.find(A + "txBody")
    lines = text_lines(body, bullets) if body is not None else []
    standing = [line for line in lines if Mark.WITHDRAWN not in line.marks]
    gone = [line for line in lines if Mark.WITHDRAWN in line.marks]
    removed = "\n".join(
        line.text if line in gone else line.withdrawn for line in lines if line in gone or line.withdrawn
    )
    marks: frozenset[Mark] = frozenset()
    if gone and not standing:
        standing, removed, marks = gone, "", frozenset((Mark.WITHDRAWN,))
    elif removed:
        marks = frozenset((Mark.PARTLY_WITHDRAWN,))
    text = "\n".join(line.numbered for line in standing)
    bold = next((found.get("b") in _ON for found in element.iter(A + "rPr")), False)
    align = next((_ALIGNS.get(found.get("algn") or "", "") for found in element.iter(A + "pPr")), "")
    style = styles.setdefault((bold, align), CellStyle(bold=bold, align=align, size_pt=18.0))
    spans = [min(max(integer(element.get(name), 1), 1), SPAN_LIMIT) for name in ("rowSpan", "gridSpan")]
    return Cell(spot[0], spot[1], text or None, text, "", style, spans[0], spans[1], "", marks, (), removed)
