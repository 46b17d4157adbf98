"""Lines that a recogniser has read, as lines of a layout: sized by their characters, cut where a rule runs through."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from genba.formats.pagelayout.glyphs import PLAIN, Flow, is_wide
from genba.formats.pagelayout.lattice import Rule
from genba.formats.pagelayout.lines import Line
from genba.formats.scans.spacing import mend_signs, with_spaces
from genba.ports.recognisers import TextLine

EM_OF_BOX = 0.74  # of the height of a line's box, until the page's own lines tell better
SAME_SIZE = 0.07  # sizes that differ by less are one
UNCERTAIN = 0.75  # a line read with less certainty is marked


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it was read, in points of the straight page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    positions: tuple[float, ...]
    vertical: bool

    @property
    def height(self) -> float:
        """Across the line."""
        return self.x1 - self.x0 if self.vertical else self.y1 - self.y0

    @property
    def length(self) -> float:
        """Along the line."""
        return self.y1 - self.y0 if self.vertical else self.x1 - self.x0


def as_written(line: TextLine, scale: float, mend: Callable[[str], str]) -> Written:
    """Bound a line in points; a mended text keeps its positions where its length stays."""
    xs, ys = [x / scale for x, _ in line.corners], [y / scale for _, y in line.corners]
    text = mend(line.text)
    positions = line.positions if len(line.positions) == len(line.text) else ()
    if text and len(text) == len(positions) and not line.vertical:
        text, positions = with_spaces(text, positions, max(xs) - min(xs))
    text = mend_signs(text)
    if len(text) != len(positions):
        positions = tuple((index + 0.5) / len(text) for index in range(len(text)))
    return Written(text, min(xs), min(ys), max(xs), max(ys), line.confidence, positions, line.vertical)


def cut_at_rules(lines: Sequence[Written], down: Sequence[Rule]) -> Iterator[Written]:
    """Cut horizontal lines where a vertical rule runs through them: what stands in two cells was read as one."""
    for line in lines:
        middle, em = (line.y0 + line.y1) / 2, EM_OF_BOX * line.height
        places = [
            (rule.at - line.x0) / line.length
            for rule in down
            if not line.vertical
            and line.length > 0
            and rule.start < middle < rule.end
            and line.x0 + 0.4 * em < rule.at < line.x1 - 0.4 * em
        ]
        yield from parts(line, sorted(places)) if places else (line,)


def parts(line: Written, places: Sequence[float]) -> Iterator[Written]:
    """Part a line by its characters' positions."""
    for start, end in pairwise((0.0, *places, 1.0)):
        inside = [
            index for index, position in enumerate(line.positions) if start <= position < end or position >= end == 1
        ]
        text = "".join(line.text[index] for index in inside)
        if end - start <= 0 or not text.strip():
            continue
        yield Written(
            text.strip(),
            line.x0 + start * line.length,
            line.y0,
            line.x0 + end * line.length,
            line.y1,
            line.confidence,
            tuple((line.positions[index] - start) / (end - start) for index in trimmed(line.text, inside)),
            line.vertical,
        )


def trimmed(text: str, indexes: Sequence[int]) -> Sequence[int]:
    """Drop white space at both ends."""
    kept = [index for index in indexes if not text[index].isspace()]
    return [index for index in indexes if kept[0] <= index <= kept[-1]] if kept else []


def as_lines(written: Sequence[Written]) -> list[Line]:
    """Size the lines by the advance of their characters, or by their height as other lines of the page have it."""
    advances = [advance(line) for line in written]
    ratios = sorted(em / line.height for em, line in zip(advances, written, strict=True) if em and line.height)
    usual = ratios[len(ratios) // 2] if ratios else EM_OF_BOX
    sizes = [em or usual * line.height for em, line in zip(advances, written, strict=True)]
    return [as_line(line, em) for line, em in zip(written, even(sizes, written), strict=True)]


def advance(line: Written) -> float:
    """The step from one full-width character to the next, 0 where too few stand together."""
    total, count = 0.0, 0
    for (a, first), (b, second) in pairwise(zip(line.text, line.positions, strict=True)):
        if is_wide(a) and is_wide(b) and a not in "、。「」（）・" and b not in "、。「」（）・":
            total, count = total + second - first, count + 1
    em = total * line.length / count if count > 2 else 0.0
    return em if 0.5 * line.height < em < 1.1 * line.height else 0.0


def even(sizes: Sequence[float], written: Sequence[Written]) -> list[float]:
    """Make sizes that nearly agree one: what is printed in one size is measured with an error."""
    order = sorted(range(len(sizes)), key=lambda index: sizes[index])
    result = list(sizes)
    group: list[int] = []
    for index in [*order, -1]:
        if group and (index < 0 or sizes[index] > sizes[group[0]] * (1 + 2 * SAME_SIZE)):
            weight = sum(len(written[member].text) for member in group)
            mean = sum(sizes[member] * len(written[member].text) for member in group) / max(weight, 1)
            for member in group:
                result[member] = mean
            group = []
        if index >= 0:
            group.append(index)
    return result


def as_line(line: Written, em: float) -> Line:
    """Make the line of a page layout; the white space around the characters is taken off its box."""
    spare_u = max(0.0, min((line.height - em) / 2, 0.2 * line.length))
    spare_v = max(0.0, (line.height - em) / 2)
    dx, dy = (spare_v, spare_u) if line.vertical else (spare_u, spare_v)
    return Line(
        line.text,
        (line.x0 + dx, line.y0 + dy, line.x1 - dx, line.y1 - dy),
        Flow.DOWN if line.vertical else Flow.RIGHT,
        em,
        PLAIN,
        len(line.text),
        doubtful=len(line.text) if line.confidence < UNCERTAIN else 0,
        confidence=line.confidence,
    )
