"""Puts together what a drawing says: facts of the title block, dimensions, lists, notes, and a picture of it."""

from collections.abc import Iterator
from typing import Any

from genba.formats.drawing.saying import say
from genba.formats.drawing.sheet import Sheet
from genba.formats.drawing.telling import Said, parts_of_drawing
from genba.formats.drawing.written import (
    read_frames,
)
from genba.model.drawing import Layer
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
    seen = [text for text in scene.texts if not text.is_hidden][:MOST_TEXTS]
    sheet = Sheet(seen, scene.horizontal, scene.vertical)
    say(said, sheet, origin.place, bare=not scene.dimensions, circles=scene.circles)
    said.hidden.extend((text.text, origin.place(text.layer, text.box)) for text in scene.texts if text.is_hidden)


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
    if unreadable := sum(scene.unreadable for scene in scenes):
        details = {"count": unreadable}
        yield Finding(code="drawing.entities_unreadable", details=details, count=unreadable)
    if dimensions.overridden:
        count = dimensions.overridden
        yield Finding(
            code="drawing.dimension_overridden", severity=Severity.NOTICE, details={"count": count}, count=count
        )
