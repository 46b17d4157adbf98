"""Steps while they are gathered: what each node adds, before figures and parts are linked."""

from __future__ import annotations

from dataclasses import dataclass, field

from genba.model.instruction import Branch, Check, Hazard, Parameter, Part
from genba.model.place import NOWHERE, Place


@dataclass(slots=True)
class Draft:
    """A step so far; `figure_words` are the texts in which a figure may be named."""

    number: str = ""
    lines: list[str] = field(default_factory=list)
    key_points: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    warnings: list[Hazard] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    figure_words: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    time_s: float | None = None
    is_withdrawn: bool = False
    section: str = ""
    level: int = 0
    nodes: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    confidence: float = 1.0
    is_row: bool = False
    wants_action: bool = True

    @property
    def text(self) -> str:
        """The whole wording."""
        return "\n".join(self.lines)

    @property
    def place(self) -> Place:
        """Where it begins; on a sheet or page, all the rows that it takes."""
        return joined(self.places)

    def add(self, parameters: tuple[Parameter, ...]) -> None:
        """Take quantities in that are not there yet: a column often repeats what the words say."""
        for item in parameters:
            if not any(_says_the_same(item, other) for other in self.parameters):
                self.parameters.append(item)


@dataclass(slots=True)
class Loose:
    """A warning between steps: it belongs to the step that follows, or to the whole document."""

    hazard: Hazard
    level: int = -1  # deeper than the step before it: it belongs to that one
    node: str = ""


Event = Draft | Loose


def _says_the_same(one: Parameter, other: Parameter) -> bool:
    values = (one.value, one.lower, one.upper, one.ucum)
    return values == (other.value, other.lower, other.upper, other.ucum) and (
        one.tolerance == other.tolerance or not one.tolerance or not other.tolerance
    )


def joined(places: list[Place]) -> Place:
    """One place for several that follow one another."""
    if not places:
        return NOWHERE
    first, last = places[0], places[-1]
    if first == last or first.sheet != last.sheet:
        return first
    if first.sheet and first.range and last.range:
        from genba.formats.ranges import parse_area

        start, end = parse_area(first.range), parse_area(last.range)
        if start is not None and end is not None:
            area = start._replace(bottom=max(start.bottom, end.bottom), right=max(start.right, end.right))
            return Place(sheet=first.sheet, range=str(area), part=first.part)
    if first.box is not None and last.box is not None and first.page == last.page:
        boxes = (first.box, last.box)
        box = (
            min(box[0] for box in boxes), min(box[1] for box in boxes),
            max(box[2] for box in boxes), max(box[3] for box in boxes),
        )  # fmt: skip
        return Place(page=first.page, box=box, part=first.part)
    return first
