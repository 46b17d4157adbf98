"""A drawing's contents as the parts of a document: the drawing itself, properties, and text that people read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from genba.formats.calendar import parse_date
from genba.formats.drawing.lists import FoundList, FoundNotes, latest, without_number
from genba.formats.drawing.titleblock import Fact
from genba.model.cells import Cell, CellStyle
from genba.model.document import Property
from genba.model.drawing import Dimension, Drawing, GeometricTolerance, Layer, Roughness
from genba.model.image import Image
from genba.model.instruction import Part as PartOfAssembly
from genba.model.marks import Mark
from genba.model.nodes import Figure, Grid, Heading, Pair, Paragraph, Role
from genba.model.place import Place
from genba.ports.reader import Part

HEADER = CellStyle(bold=True)
CAPTIONS = {"parts": "部品表", "revisions": "改訂履歴"}
VALUE_CHARS = 200


@dataclass(slots=True)
class Said:
    """What was found on the sheets of a drawing, in the order found."""

    facts: list[tuple[Fact, Place, Place]] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)
    tolerances: list[GeometricTolerance] = field(default_factory=list)
    roughness: list[Roughness] = field(default_factory=list)
    tables: list[tuple[FoundList, Place]] = field(default_factory=list)
    notes: list[tuple[FoundNotes, tuple[Place, ...]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    hidden: list[tuple[str, Place]] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)
    unit: str = "mm"

    def fact(self, name: str) -> str:
        """Give the first value of a field."""
        return next((fact.value for fact, _, _ in self.facts if fact.field == name and fact.value), "")


def drawing_of(said: Said) -> Drawing:
    """Make the drawing."""
    revision = said.fact("revision") or next(
        (mark for table, _ in said.tables if table.kind == "revisions" and (mark := latest(table))), ""
    )
    return Drawing(
        title_block=tuple((fact.label, fact.value) for fact, _, _ in said.facts),
        number=said.fact("drawing_number"),
        revision=revision,
        title=" ".join((said.fact("title") or said.fact("part_name")).split()),
        scale=said.fact("scale"),
        material=said.fact("material"),
        unit=said.unit,
        dimensions=tuple(said.dimensions),
        tolerances=tuple(said.tolerances),
        roughness=tuple(said.roughness),
        notes=tuple(item for group, _ in said.notes for item, _ in group.items),
        parts=tuple(_parts(said)),
        layers=tuple(said.layers),
    )


def properties_of(said: Said, drawing: Drawing) -> Iterator[Property]:
    """Give what the title block says as properties, each once."""
    told: set[str] = set()
    for fact, place, _ in said.facts:
        value = " ".join(fact.value.split())[:VALUE_CHARS]
        if not value or fact.field in told:
            continue
        told.add(fact.field)
        as_written = ""
        if fact.field == "dated":
            day = parse_date(value)
            if day is None:
                continue
            value, as_written = day.iso, value
        yield Property(name=fact.field, value=value, as_written=as_written, origin="content", place=place)
    for name, value in (("title", drawing.title), ("revision", drawing.revision)):
        if value and name not in told:
            yield Property(name=name, value=value, origin="content")


def parts_of_drawing(said: Said) -> Iterator[Part]:
    """Yield the drawing, its properties, and its text from the title block to the dimensions."""
    drawing = drawing_of(said)
    yield drawing
    yield from properties_of(said, drawing)
    title = drawing.title or drawing.number
    if title:
        yield Heading(text=title, level=1)
    for fact, place, label_place in said.facts:
        yield Pair(label=fact.label, value=" ".join(fact.value.split()), place=place, label_place=label_place)
    yield from _figures(said)
    yield from _notes(said)
    for table, place in said.tables:
        yield _grid(table, place)
    yield from _listed("寸法", [_dimension(item) for item in drawing.dimensions])
    yield from _listed("幾何公差", [item.text for item in drawing.tolerances])
    yield from _listed("表面性状", [item.text for item in drawing.roughness])
    for text, place in said.hidden:
        yield Paragraph(text=text, place=place, marks=frozenset({Mark.HIDDEN}))


def _figures(said: Said) -> Iterator[Part]:
    """The pictures; the first carries the texts that stand nowhere else."""
    texts = tuple(dict.fromkeys(said.texts))
    for number, image in enumerate(said.pictures):
        yield image
        yield Figure(image=image.name, kind="drawing", texts=() if number else texts)
    if not said.pictures and texts:
        yield Figure(kind="drawing", texts=texts)


def _notes(said: Said) -> Iterator[Heading | Paragraph]:
    for group, places in said.notes:
        yield Heading(text=group.heading.strip(" :：<>【】[]()（）") or "注記", level=2)
        for (item, _), place in zip(group.items, places, strict=True):
            number, words = without_number(item)
            yield Paragraph(text=words, role=Role.LIST_ITEM, number=number or "•", place=place)


def _grid(table: FoundList, place: Place) -> Grid:
    rows = (table.header, *table.rows)
    cells = tuple(
        Cell(row, column, text or None, text, style=HEADER if row == 0 else CellStyle())
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return Grid(
        cells=cells,
        rows=len(rows),
        columns=len(table.header),
        header_rows=1,
        caption=CAPTIONS[table.kind],
        place=place,
    )


def _listed(heading: str, texts: list[str]) -> Iterator[Heading | Paragraph]:
    """One paragraph that names each wording once, with how often it stands there."""
    if not texts:
        return
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    yield Heading(text=heading, level=2)
    yield Paragraph(text="、".join(text if count == 1 else f"{text}({count}か所)" for text, count in counts.items()))


def _dimension(item: Dimension) -> str:
    """A dimension's wording; deviations that only its style states are written out."""
    if item.upper is None or item.lower is None or any(sign in item.text for sign in "±+/"):
        return item.text
    return f"{item.text} ({item.upper:+g}/{item.lower:+g})"


def _parts(said: Said) -> Iterator[PartOfAssembly]:
    for table, place in said.tables:
        if table.kind != "parts":
            continue
        for row in table.rows:
            cells = {name: text for name, text in zip(table.columns, row, strict=False) if name and name != "remarks"}
            number = cells.get("number") or ""
            name = " ".join(cells.get("name", "").split())
            if number or name:
                yield PartOfAssembly(
                    number=number or cells.get("mark", ""), name=name, quantity=_quantity(cells), place=place
                )


def _quantity(cells: dict[str, str]) -> float | None:
    try:
        return float(cells.get("quantity", "").strip())
    except ValueError:
        return None
