"""Runs of characters: the direction each is written in, found from the steps between neighbours in the order drawn."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from genba.formats.pagelayout.glyphs import LETTERS, Box, Flow, Glyph, around, into, is_wide
from genba.model.marks import Reading

STEP_GAP_EM = 0.85  # a wider gap without typed spaces ends a piece of a line: a gutter, a table's column
TYPED_GAP_EM = 2.2  # typed spaces may bridge this much


@dataclass(slots=True)
class Run:
    """Characters of one flow standing in a row, in the flow's own frame (u along the line, v across)."""

    flow: Flow
    glyphs: list[Glyph]
    box: Box  # in the frame
    em: float
    readings: tuple[Reading, ...] = ()

    @property
    def middle(self) -> float:
        """Where the line's axis lies."""
        return (self.box[1] + self.box[3]) / 2


def link(glyphs: Sequence[Glyph]) -> list[Run]:
    """Cut the characters, in the order drawn, where the step to the next is neither along a row nor down a column."""
    runs = chain(glyphs)
    loose = [run.glyphs[0] for run in runs if len(run.glyphs) == 1 and run.glyphs[0].turn == Flow.RIGHT]
    if len(loose) > 8 and len(loose) > 0.4 * len(glyphs):  # drawn out of order: put them in order and try again
        em = sorted(glyph.size for glyph in loose)[len(loose) // 2] or 1.0
        rest = [run for run in runs if len(run.glyphs) > 1 or run.glyphs[0].turn != Flow.RIGHT]
        by_row = chain(sorted(loose, key=lambda g: (round((g.y0 + g.y1) / em), g.x0)))
        by_column = chain(sorted(loose, key=lambda g: (-round((g.x0 + g.x1) / em), g.y0)))
        runs = rest + min(by_row, by_column, key=looseness)
    return settle(runs)


def looseness(runs: list[Run]) -> float:
    """How far the characters of runs stand apart, in ems; those left alone count as far apart."""
    total = 0.0
    for run in runs:
        extents = [into(run.flow, glyph[1:5]) for glyph in run.glyphs]
        white = run.box[2] - run.box[0] - sum(extent[2] - extent[0] for extent in extents)
        total += max(white, 0.0) / run.em + 1.0
    return total


def chain(glyphs: Sequence[Glyph]) -> list[Run]:
    """Group neighbours in the order given by the kind of step between them."""
    steps = [step(a, b) for a, b in pairwise(glyphs)]
    runs: list[Run] = []
    start, count = 0, len(glyphs)
    while start < count:
        end = start + 1
        if end < count:
            kind = steps[start]
            while kind and end < count and steps[end - 1] == kind:
                # The last character of a column may be the first of a row: a one-character line above a longer one.
                if kind == 2 and end < count - 1 and steps[end] == 1:
                    break
                end += 1
            if kind == 2 and not stands_vertical(glyphs[start:end]):
                end = start + 1
        run = list(glyphs[start:end])
        runs.append(make_run(run, run_flow(run, steps[start] if end - start > 1 else 0)))
        start = end
    return runs


def step(a: Glyph, b: Glyph) -> int:
    """Tell how b follows a: 1 along the line of a's own turn, 2 below it in vertical writing, 0 not at all."""
    size = a.size if a.size > b.size else b.size
    if a.size < 0.7 * b.size or b.size < 0.7 * a.size:
        return 0
    if a.turn != b.turn or a.turn != 0:
        if a.turn != b.turn:
            return 0
        au, bu = into(a.turn, a[1:5]), into(b.turn, b[1:5])
        gap, drift = bu[0] - au[2], abs(au[1] + au[3] - bu[1] - bu[3])
        return 1 if drift < 0.8 * size and -0.5 * size < gap <= reach(b, size) else 0
    drift = a.y0 + a.y1 - b.y0 - b.y1
    if -0.8 * size < drift < 0.8 * size:
        gap = b.x0 - a.x1
        if b.x0 == a.x0 and b.x1 == a.x1:
            return 1 if a.text != b.text or a.text in "fl" else 0  # a ligature, taken apart
        return 1 if -0.5 * size < gap <= reach(b, size) and b.x0 + b.x1 > a.x0 + a.x1 else 0
    if -2.8 * size < drift < -size and -0.7 * size < a.x0 + a.x1 - b.x0 - b.x1 < 0.7 * size:
        return 2 if b.y0 - a.y1 < 0.4 * size else 0
    return 0


def reach(glyph: Glyph, size: float) -> float:
    """How far before this character the one before it may end."""
    return size * (TYPED_GAP_EM if glyph.space else STEP_GAP_EM)


def stands_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Tell vertical writing from a narrow table column of marks or numbers."""
    letters = {glyph.text for glyph in glyphs if LETTERS.match(glyph.text)}
    return len(letters) > 1 or (len(letters) == 1 and any(glyph.text in "、。︑︒」﹂" for glyph in glyphs))


def run_flow(glyphs: list[Glyph], kind: int) -> Flow:
    """Where a run goes, by the kind of its steps."""
    return Flow.DOWN if kind == 2 else glyphs[0].turn


def make_run(glyphs: list[Glyph], flow: Flow) -> Run:
    """Bound a run in its frame."""
    box = around([into(flow, glyph[1:5]) for glyph in glyphs])
    sizes = sorted(glyph.size for glyph in glyphs)
    return Run(flow, glyphs, box, sizes[len(sizes) // 2])


def settle(runs: list[Run]) -> list[Run]:
    """Give runs too short to tell (one character, tate-chu-yoko) the flow of the column or page they stand in."""
    columns = [run for run in runs if run.flow == Flow.DOWN and any(g.turn == Flow.RIGHT for g in run.glyphs)]
    if not columns:
        return runs
    vertical = sum(len(run.glyphs) for run in columns)
    rows = sum(len(run.glyphs) for run in runs if run.flow == Flow.RIGHT and len(run.glyphs) > 1 and not is_sparse(run))
    if vertical > rows:
        runs = [part for run in runs for part in (taken_apart(run) if is_sparse(run) else [run])]
    centres = sorted((run.middle, index) for index, run in enumerate(columns))
    settled: list[Run] = []
    for run in runs:
        if run.flow != Flow.RIGHT or not may_turn(run):
            settled.append(run)
            continue
        turned = make_run(run.glyphs, Flow.DOWN)
        alone = len(run.glyphs) == 1 and vertical > rows
        if (alone and is_wide(run.glyphs[0].text)) or beside_column(turned, columns, centres):
            settled.append(turned)
        else:
            settled.append(run)
    return settled


def is_sparse(run: Run) -> bool:
    """Squares in a row with gaps: characters of neighbouring columns that stand at the same height."""
    count = len(run.glyphs)
    if run.flow != Flow.RIGHT or not 1 < count <= 8 or not all(is_wide(glyph.text) for glyph in run.glyphs):
        return False
    return run.box[2] - run.box[0] - sum(glyph.x1 - glyph.x0 for glyph in run.glyphs) > 0.3 * run.em * (count - 1)


def taken_apart(run: Run) -> list[Run]:
    """Each character on its own."""
    return [make_run([glyph], run.flow) for glyph in run.glyphs]


def may_turn(run: Run) -> bool:
    """One character, or up to four of half width that share one square."""
    if len(run.glyphs) == 1:
        return True
    return len(run.glyphs) <= 4 and run.box[2] - run.box[0] <= 1.6 * run.em and not is_wide(run.glyphs[0].text)


def beside_column(run: Run, columns: list[Run], centres: list[tuple[float, int]]) -> bool:
    """Say whether the run stands right above or below a piece of a column, on its axis."""
    reach_v, reach_u = 0.4 * run.em, 1.2 * run.em
    for middle, index in centres[bisect_left(centres, (run.middle - reach_v, -1)) :]:
        if middle > run.middle + reach_v:
            return False
        other = columns[index].box
        if other[0] - reach_u <= run.box[2] and run.box[0] <= other[2] + reach_u:
            return True
    return False


def merge(runs: list[Run]) -> list[Run]:
    """Join runs of one flow that stand on one line without a wide gap between them; drop text drawn twice."""
    merged: list[Run] = []
    open_ones: list[tuple[float, int]] = []  # (middle, index in merged)
    for run in sorted(runs, key=lambda r: (r.box[0], r.box[1])):
        slack = 0.45 * run.em
        best = None
        for middle, index in open_ones[bisect_left(open_ones, (run.middle - slack, -1)) :]:
            if middle > run.middle + slack:
                break
            other = merged[index]
            size = max(run.em, other.em)
            gap = run.box[0] - other.box[2]
            if min(run.em, other.em) < 0.5 * size or not gap <= reach(run.glyphs[0], size):
                continue
            if gap > -0.5 * size or is_double(other, run):
                best = index if best is None or merged[best].box[2] < other.box[2] else best
        if best is None:
            insort(open_ones, (run.middle, len(merged)))
            merged.append(run)
        elif not is_double(merged[best], run):
            joined = merged[best]
            joined.glyphs.extend(run.glyphs)
            joined.box = around((joined.box, run.box))
            joined.em = max(joined.em, run.em) if len(run.glyphs) * 3 > len(joined.glyphs) else joined.em
    return merged


def is_double(run: Run, other: Run) -> bool:
    """Poor man's bold and shadows draw the same text twice, a little apart."""
    offset = max(abs(run.box[side] - other.box[side]) for side in range(4))
    if len(run.glyphs) == len(other.glyphs):
        return offset < 0.3 * run.em and all(a.text == b.text for a, b in zip(run.glyphs, other.glyphs, strict=True))
    return other.box[0] < run.box[2] - 0.5 * run.em and all(
        any(g.text == h.text and abs(g.x0 - h.x0) + abs(g.y0 - h.y0) < 0.3 * run.em for h in run.glyphs)
        for g in other.glyphs
    )
