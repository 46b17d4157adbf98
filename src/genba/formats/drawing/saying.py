"""Reads a sheet of placed texts and rules: lists first, then the title block, notes, and what else the texts say."""

from collections.abc import Callable, Sequence

from genba.formats.drawing.labels import field_of
from genba.formats.drawing.lists import lists, notes
from genba.formats.drawing.sheet import PlacedText, Sheet
from genba.formats.drawing.spelled import with_whole_labels
from genba.formats.drawing.telling import Said
from genba.formats.drawing.titleblock import Fact, facts
from genba.formats.drawing.written import is_callout, read_dimension, read_roughness, read_written_frames
from genba.model.drawing import Dimension
from genba.model.place import Box, Place

Circle = tuple[float, float, float]


def say(
    said: Said,
    sheet: Sheet,
    place_of: Callable[[str, Box], Place],
    *,
    bare: bool,
    circles: Sequence[Circle] = (),
) -> None:
    """Add what a sheet says; `bare` where dimensions are drawn as mere texts, `circles` to know balloons by."""
    sheet = Sheet(with_whole_labels(sheet.texts), sheet.horizontal, sheet.vertical)
    tables = lists(sheet)
    taken = frozenset(number for table in tables for number in table.used)
    block = _with_tags(facts(sheet, taken), sheet.texts)
    taken |= frozenset(number for fact in block for number in fact.used)
    groups = notes(sheet, taken)
    taken |= frozenset(number for group in groups for number in group.used)
    for text in sheet.texts:
        if id(text) in taken:
            continue
        place = place_of(text.layer, text.box)
        if rough := read_roughness(text.text, place):
            said.roughness.extend(rough)
        elif framed := read_written_frames(text.text, place):
            said.tolerances.extend(framed)
        elif is_callout(text.text, bare=bare) and not _is_balloon(text, circles):
            said.dimensions.append(_callout(text, place))
        said.texts.append(text.text)
    said.facts.extend((fact, place_of(fact.layer, fact.box), place_of(fact.layer, fact.label_box)) for fact in block)
    said.tables.extend((table, place_of("", table.box)) for table in tables)
    said.notes.extend((group, tuple(place_of("", box) for _, box in group.items)) for group in groups)


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


def _is_balloon(text: PlacedText, circles: Sequence[Circle]) -> bool:
    """A number in a small circle names a part."""
    x, y = text.middle
    return any(
        radius < 4 * text.height and (x - cx) ** 2 + (y - cy) ** 2 < (0.7 * radius) ** 2 for cx, cy, radius in circles
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
