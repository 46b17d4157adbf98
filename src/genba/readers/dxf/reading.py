"""Puts together what a drawing says: facts of the title block, dimensions, lists, notes, and a picture of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from genba.formats.drawing.labels import field_of
from genba.formats.drawing.lists import lists, notes
from genba.formats.drawing.sheet import PlacedText, Sheet
from genba.formats.drawing.telling import Said, parts_of_drawing
from genba.formats.drawing.titleblock import Fact, facts
from genba.formats.drawing.written import (
    is_callout,
    read_dimension,
    read_frames,
    read_roughness,
    read_written_frames,
)
from genba.model.drawing import Dimension, Layer
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.place import Box, Place
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.dxf.dimensions import Dimensions
from genba.readers.dxf.loading import load
from genba.readers.dxf.picture import MOST_POINTS, draw
from genba.readers.dxf.scene import MOST_VISITED, Scene, Walk

MOST_LAYOUTS = 50
MOST_PICTURES = 8
MOST_TEXTS = 50_000


def parts_of(blob: Blob, limits: Limits, *, drawn: bool = True) -> Iterator[Part]:
    """Read a DXF file's model space and its layouts; without pictures unless `drawn`."""
    document, findings = load(blob, limits)
    yield from findings
    walk = Walk(document)
    dimensions = Dimensions(document)
    layouts = _layouts(document)
    scenes = [walk.scene(layout) for layout in layouts]
    said = Said()
    for scene in scenes:
        _say(scene, dimensions, said)
    said.layers = _layers(document, walk)
    said.unit = _unit(document)
    cut_off = drawn and _draw(document, layouts, scenes, said)
    yield from parts_of_drawing(said)
    yield from _troubles(scenes, dimensions)
    if cut_off:
        yield Finding(code="drawing.picture_cut_off", severity=Severity.NOTICE, details={"limit": MOST_POINTS})


def _draw(document: Any, layouts: list[Any], scenes: list[Scene], said: Said) -> bool:
    """Add the pictures; says whether something was left out of one."""
    cut_off = False
    for layout, scene in zip(layouts[:MOST_PICTURES], scenes, strict=False):
        data, left_out = draw(document, layout, scene)
        cut_off |= left_out
        if data:
            name = f"{layout.name}.svg"
            said.pictures.append(Image(name=name, media_type="image/svg+xml", data=data))
    return cut_off


def _layouts(document: Any) -> list[Any]:
    """Give the model space and every layout that holds more than its viewport."""
    names = [name for name in document.layout_names_in_taborder() if name != "Model"][:MOST_LAYOUTS]
    sheets = [document.layout(name) for name in names]
    return [document.modelspace(), *(sheet for sheet in sheets if any(e.dxftype() != "VIEWPORT" for e in sheet))]


def _say(scene: Scene, dimensions: Dimensions, said: Said) -> None:
    """Read one layout."""
    if scene.box[0] > scene.box[2]:
        return
    origin = _Origin(scene)
    seen = [text for text in scene.texts if not text.is_hidden][:MOST_TEXTS]
    sheet = Sheet(seen, scene.horizontal, scene.vertical)
    tables = lists(sheet)
    taken = frozenset(number for table in tables for number in table.used)
    block = _with_tags(facts(sheet, taken), seen)
    taken |= frozenset(number for fact in block for number in fact.used)
    found_notes = notes(sheet, taken)
    taken |= frozenset(number for group in found_notes for number in group.used)
    has_any = any(True for _ in scene.dimensions)
    for found in scene.dimensions:
        if not found.is_hidden:
            point = found.entity.dxf.get("text_midpoint") or found.entity.dxf.get("defpoint")
            box = (point.x, -point.y, point.x, -point.y) if point is not None else None
            read = dimensions.read(found.entity, found.layer, origin.place(found.layer, box))
            if read is not None:
                said.dimensions.append(read)
    for found, box in scene.frames:
        if not found.is_hidden:
            said.tolerances.extend(read_frames(found.entity.dxf.get("content", ""), origin.place(found.layer, box)))
    for text in seen:
        if id(text) in taken:
            continue
        place = origin.place(text.layer, text.box)
        if rough := read_roughness(text.text, place):
            said.roughness.extend(rough)
        elif framed := read_written_frames(text.text, place):
            said.tolerances.extend(framed)
        elif is_callout(text.text, bare=not has_any) and not _is_balloon(text, scene):
            said.dimensions.append(_callout(text, place))
        said.texts.append(text.text)
    said.hidden.extend((text.text, origin.place(text.layer, text.box)) for text in scene.texts if text.is_hidden)
    said.facts.extend(
        (fact, origin.place(fact.layer, fact.box), origin.place(fact.layer, fact.label_box)) for fact in block
    )
    said.tables.extend((table, origin.place("", table.box)) for table in tables)
    said.notes.extend((group, tuple(origin.place("", box) for _, box in group.items)) for group in found_notes)


class _Origin:
    """Turns boxes into places: in the drawing's units from the top left corner of all that is drawn."""

    def __init__(self, scene: Scene) -> None:
        self._x, self._y = scene.box[0], scene.box[1]
        self._layout = "" if scene.name == "Model" else scene.name

    def place(self, layer: str, box: Box | None) -> Place:
        part = "/".join(name for name in (self._layout, layer if layer != "0" else "") if name)
        if box is None:
            return Place(part=part)
        x, y = self._x, self._y
        left, top, right, bottom = (round(float(side), 3) for side in (box[0] - x, box[1] - y, box[2] - x, box[3] - y))
        return Place(part=part, box=(left, top, right, bottom))


def _with_tags(block: list[Fact], texts: Sequence[PlacedText]) -> list[Fact]:
    """Add the attributes whose names say what they are, where no label on the sheet did."""
    told = {fact.field for fact in block if fact.value}
    for text in texts:
        name = field_of(text.tag) if text.kind == "attribute" else ""
        if name and name not in told:
            block = [fact for fact in block if fact.field != name]
            block.append(Fact(name, text.tag, text.text, text.box, text.box, text.layer, frozenset({id(text)})))
            told.add(name)
    return block


def _is_balloon(text: PlacedText, scene: Scene) -> bool:
    """A number in a small circle names a part."""
    x, y = text.middle
    return any(
        radius < 4 * text.height and (x - cx) ** 2 + (y - cy) ** 2 < (0.7 * radius) ** 2
        for cx, cy, radius in scene.circles
    )


def _callout(text: PlacedText, place: Place) -> Dimension:
    written = read_dimension(text.text)
    return Dimension(
        text=written.text,
        value=written.value,
        kind={"φ": "diameter", "R": "radius"}.get(written.prefix, "linear" if written.unit == "mm" else "angular"),
        prefix=written.prefix,
        upper=written.upper,
        lower=written.lower,
        fit=written.fit,
        unit=written.unit,
        count=written.count,
        is_reference=written.is_reference,
        layer=text.layer,
        place=place,
    )


def _layers(document: Any, walk: Walk) -> list[Layer]:
    states = {layer.dxf.name: layer for layer in document.layers}
    names = sorted({*states, *walk.layers})
    return [
        Layer(
            name=name,
            entities=walk.layers[name],
            is_off=name in states and states[name].is_off(),
            is_frozen=name in states and states[name].is_frozen(),
        )
        for name in names
        if walk.layers[name] or name in states
    ]


def _unit(document: Any) -> str:
    """Give the unit of lengths that $INSUNITS states; drawings say nothing else than millimetres by silence."""
    return {1: "in", 2: "ft", 5: "cm", 6: "m"}.get(document.header.get("$INSUNITS", 0), "mm")


def _troubles(scenes: list[Scene], dimensions: Dimensions) -> Iterator[Finding]:
    if any(scene.is_cut_off for scene in scenes):
        yield Finding(code="drawing.too_many_entities", details={"limit": MOST_VISITED})
    if any(scene.is_too_deep for scene in scenes):
        yield Finding(code="drawing.nested_too_deeply")
    if dimensions.overridden:
        count = dimensions.overridden
        yield Finding(
            code="drawing.dimension_overridden", severity=Severity.NOTICE, details={"count": count}, count=count
        )
