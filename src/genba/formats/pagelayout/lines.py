"""Lines of text as they stand on a page, each written from its characters, with its ruby."""

from collections.abc import Sequence
from dataclasses import dataclass

from genba.formats.pagelayout.glyphs import UPRIGHT, Box, Flow, Glyph, Style, into, is_wide, out_of
from genba.formats.pagelayout.ruby import attach_ruby
from genba.formats.pagelayout.runs import Run, link, merge
from genba.model.marks import Reading


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of a line without wide gaps, in page coordinates; `em` is the height of its characters."""

    text: str
    box: Box
    flow: Flow
    em: float
    style: Style
    length: int
    readings: tuple[Reading, ...] = ()
    hidden: bool = False
    doubtful: int = 0  # characters whose meaning the file does not tell
    confidence: float = 1.0  # of the reading, where it was read in a picture


def read_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """Find the lines of a page or a cell; ruby is tied to the characters it stands beside."""
    runs = link(glyphs)
    lines: list[Line] = []
    for flow in sorted({run.flow for run in runs}):
        pieces = merge([run for run in runs if run.flow == flow])
        lines.extend(as_line(run) for run in attach_ruby(pieces))
    return [line for line in lines if line.text]


def as_line(run: Run) -> Line:
    """Write a run as text, with a space where one was typed or where Latin words stand apart."""
    flow, em = run.flow, run.em or 1.0
    parts: list[str] = []
    end: float | None = None
    previous = ""
    for glyph in run.glyphs:
        box = into(flow, glyph[1:5])
        text = glyph.text.translate(UPRIGHT)
        if end is not None:
            parts.append(between(previous, glyph, (box[0] - end) / em, text))
        parts.append(text)
        previous = text[-1:]
        end = box[2] if end is None or box[2] > end else end
    style = usual_style(run.glyphs)
    return Line(
        "".join(parts).strip(),
        out_of(flow, run.box),
        flow,
        em,
        style,
        len(run.glyphs),
        run.readings,
        hidden=style.hidden,
        doubtful=sum([glyph.style.garbled for glyph in run.glyphs]),
    )


def mean_confidence(lines: Sequence[Line]) -> float:
    """How sure the reading of lines is, by the character."""
    if all(line.confidence == 1.0 for line in lines):
        return 1.0
    return sum(line.confidence * line.length for line in lines) / max(sum(line.length for line in lines), 1)


def usual_style(glyphs: list[Glyph]) -> Style:
    """The style of most characters."""
    styles = {id(glyph.style): glyph.style for glyph in glyphs}
    if len(styles) == 1:
        return glyphs[0].style
    counts: dict[Style, int] = {}
    for glyph in glyphs:
        counts[glyph.style] = counts.get(glyph.style, 0) + 1
    return max(counts, key=lambda style: counts[style])


def between(previous: str, glyph: Glyph, gap_em: float, text: str) -> str:
    """Give the space that belongs between two characters of a line."""
    if glyph.space:
        if "\u3000" in glyph.space and gap_em > 0.3:
            return "\u3000"
        wide = is_wide(previous) and is_wide(text)
        return " " if gap_em > (0.1 if not wide else 0.2) or not wide else ""
    both_narrow = not is_wide(previous) and not is_wide(text)
    return " " if gap_em > (0.22 if both_narrow else 0.33 if is_wide(previous) != is_wide(text) else 0.55) else ""
