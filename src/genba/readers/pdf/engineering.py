"""Recognises pages that are engineering drawings, exported from CAD, and reads their title block, lists and notes."""

import re
from collections.abc import Iterator, Sequence

from genba.formats.drawing.saying import say
from genba.formats.drawing.sheet import PlacedText, Sheet
from genba.formats.drawing.telling import Said, drawing_of, properties_of
from genba.formats.pagelayout.glyphs import Glyph
from genba.formats.pagelayout.lattice import Rule
from genba.formats.pagelayout.lines import read_lines
from genba.model.document import Property
from genba.model.drawing import Drawing
from genba.model.place import Box, Place

# Words that only title blocks have; 図番 and 材質 stand in the heads of work instructions too.
_TELLING = re.compile(r"尺度|縮尺|投影法|三角法|SCALE|PROJECTION", re.IGNORECASE)
_NAMING = frozenset({"drawing_number", "title", "part_name", "part_number"})
_SCALING = frozenset({"scale", "projection"})
FEWEST_FACTS = 4
MOST_GLYPHS = 20_000
MOST_RULES = 20_000


def read_sheet(
    number: int, glyphs: Sequence[Glyph], horizontal: Sequence[Rule], vertical: Sequence[Rule]
) -> Said | None:
    """Give what a page says as a drawing; None for a page that is none."""
    if not 4 <= len(glyphs) <= MOST_GLYPHS or len(horizontal) + len(vertical) > MOST_RULES:
        return None
    if not _TELLING.search("".join([glyph.text for glyph in glyphs])):
        return None
    walls = Sheet((), horizontal, vertical, tolerance=0.5)
    cells: dict[tuple[float, float], list[Glyph]] = {}  # what stands between the same walls: lines end at them
    for glyph in glyphs:
        left, _, right, _ = walls.cell((glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2)
        cells.setdefault((left, right), []).append(glyph)
    texts = [PlacedText(line.text, line.box, 0.75 * line.em) for found in cells.values() for line in read_lines(found)]
    said = Said()
    say(said, Sheet(texts, horizontal, vertical), lambda _, box: _place(number, box), bare=False)
    told = {fact.field for fact, _, _ in said.facts}
    filled = sum(1 for fact, _, _ in said.facts if fact.value)
    return said if told & _NAMING and told & _SCALING and filled >= FEWEST_FACTS else None


def _place(number: int, box: Box) -> Place:
    left, top, right, bottom = (round(float(side), 2) for side in box)
    return Place(page=number, box=(left, top, right, bottom))


def drawing_parts(sheets: Sequence[Said | None]) -> Iterator[Drawing | Property]:
    """Yield the drawing that a document is, where at least half of its pages are; its text stays as read."""
    found = [sheet for sheet in sheets if sheet is not None]
    if not found or 2 * len(found) < len(sheets):
        return
    said = found[0]
    for other in found[1:]:
        for name in ("facts", "dimensions", "tolerances", "roughness", "tables", "notes"):
            getattr(said, name).extend(getattr(other, name))
    drawing = drawing_of(said)
    yield drawing
    yield from properties_of(said, drawing)
