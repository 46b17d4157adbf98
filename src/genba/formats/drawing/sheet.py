"""A drawing's sheet: texts where they stand and the ruled lines among them, to find the cell around a point."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from genba.formats.pagelayout.lattice import Rule
from genba.model.place import Box

FAR = 1e15


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and the box it takes, y growing downwards, in the drawing's units; `height` is that of its characters."""

    text: str
    box: Box
    height: float
    layer: str = ""
    handle: str = ""
    kind: str = "text"  # text | attribute | leader
    tag: str = ""  # an attribute's name in its block
    is_hidden: bool = False
    start: tuple[float, float] = (0.0, 0.0)  # where its last line begins, on the baseline
    angle: float = 0.0  # in radians, anticlockwise as it is seen

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(slots=True)
class Sheet:
    """Texts and rules, sorted for looking up."""

    texts: Sequence[PlacedText]
    horizontal: Sequence[Rule]
    vertical: Sequence[Rule]
    tolerance: float = 0.01
    _by_y: list[tuple[float, int]] = field(default_factory=list)
    _levels: list[float] = field(default_factory=list)
    _columns: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort once."""
        self.horizontal = sorted(self.horizontal)
        self.vertical = sorted(self.vertical)
        self._levels = [rule.at for rule in self.horizontal]
        self._columns = [rule.at for rule in self.vertical]
        self._by_y = sorted((text.middle[1], number) for number, text in enumerate(self.texts))
        heights = sorted(text.height for text in self.texts if text.height > 0)
        self.tolerance = heights[len(heights) // 2] * 0.05 if heights else 0.01

    def cell(self, x: float, y: float) -> Box:
        """Give the nearest walls around a point; FAR where there is none."""
        left = _nearest(self.vertical, range(bisect_left(self._columns, x) - 1, -1, -1), y, self.tolerance, -FAR)
        columns = range(bisect_right(self._columns, x), len(self._columns))
        right = _nearest(self.vertical, columns, y, self.tolerance, FAR)
        top = _nearest(self.horizontal, range(bisect_left(self._levels, y) - 1, -1, -1), x, self.tolerance, -FAR)
        levels = range(bisect_right(self._levels, y), len(self._levels))
        bottom = _nearest(self.horizontal, levels, x, self.tolerance, FAR)
        return left, top, right, bottom

    def within(self, box: Box) -> Iterator[PlacedText]:
        """Give the texts whose middle stands in a box, from top to bottom."""
        begin = bisect_left(self._by_y, (box[1], -1))
        for y, number in self._by_y[begin:]:
            if y > box[3]:
                return
            text = self.texts[number]
            if box[0] <= text.middle[0] <= box[2]:
                yield text


def _nearest(rules: Sequence[Rule], order: range, along: float, tolerance: float, none: float) -> float:
    for number in order:
        rule = rules[number]
        if rule.start - tolerance <= along <= rule.end + tolerance:
            return rule.at
    return none


def is_closed(box: Box) -> bool:
    """Say whether a cell has all its walls."""
    return box[0] > -FAR and box[1] > -FAR and box[2] < FAR and box[3] < FAR


def joined(texts: Sequence[PlacedText]) -> str:
    """Join the texts of a cell as they are read: lines from the top, words of a line from the left."""
    lines: list[list[PlacedText]] = []
    for text in sorted(texts, key=lambda text: (text.middle[1], text.box[0])):
        if lines and abs(lines[-1][0].middle[1] - text.middle[1]) < 0.5 * max(text.height, lines[-1][0].height):
            lines[-1].append(text)
        else:
            lines.append([text])
    return "\n".join(" ".join(text.text for text in sorted(line, key=lambda text: text.box[0])) for line in lines)
