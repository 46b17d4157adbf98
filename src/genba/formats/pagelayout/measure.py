"""What the pages tell of their lines: how far those of a column could have gone, and which steps part paragraphs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from genba.formats.pagelayout.glyphs import Box, Flow, around, into
from genba.formats.pagelayout.items import Block, Item, PageTable, Stack
from genba.formats.pagelayout.lines import Line

SAME_LEFT_EM = 3.0
FULL_EM = 1.6
LEAST = 3  # so many lines show what a step between lines means
Steps = frozenset[int]  # in tenths of an em, from the foot of a line to the foot of the next


def measures(stacks: Sequence[Stack]) -> list[float | None]:
    """Give the edge for each stack, in the frame of its flow; None where something stands beside it."""
    boxes = [[item.box for item in stack] for stack in stacks]
    everything = [item for stack in stacks for item in stack]
    found: list[float | None] = []
    for index, stack in enumerate(stacks):
        lines = [item for item in stack if isinstance(item, Line)]
        if not lines or any(line.flow != lines[0].flow for line in lines):
            found.append(None)
            continue
        flow, em = lines[0].flow, lines[0].em
        own = around([into(flow, line.box) for line in lines])
        others = [into(flow, box) for at, found_boxes in enumerate(boxes) if at != index for box in found_boxes]
        others += [into(flow, item.box) for item in stack if isinstance(item, Block)]
        is_narrowed = any(beside(own, box) for box in others)
        found.append(None if is_narrowed else edge(everything, flow, own, em))
    return found


def beside(own: Box, other: Box) -> bool:
    """Say whether something stands to the right, where the lines of the stack would run into it."""
    return other[0] >= own[2] and other[1] < own[3] and other[3] > own[1]


def edge(items: Sequence[Item], flow: Flow, own: Box, em: float) -> float | None:
    """The farthest end of lines of the same size and of drawn tables that start where the stack does."""
    ends: list[float] = []
    for item in items:
        if isinstance(item, Line):
            fits = item.flow == flow and 0.88 < item.em / em < 1.14
        else:
            fits = isinstance(item.content, PageTable) and item.content.ruled and flow == Flow.RIGHT
        box = into(flow, item.box)
        if fits and abs(box[0] - own[0]) < SAME_LEFT_EM * em:
            ends.append(box[2])
    return max(ends, default=None)


def tenths(above: Line, below: Line) -> int:
    """The step from a line to the next, from foot to foot: tops differ with the characters in some fonts."""
    return round(10 * (into(below.flow, below.box)[3] - into(above.flow, above.box)[3]) / above.em)


def parting_steps(stacks: Iterable[Sequence[Stack]]) -> Steps:
    """Find the steps that part paragraphs, for all pages of a document.

    Lines that go on follow full lines; where a wider step follows hardly any full line, it begins a paragraph.
    """
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])  # by step: all, after full lines
    for page in stacks:
        for stack, measure in zip(page, measures(page), strict=True):
            for above, below in pairwise(stack):
                if not (isinstance(above, Line) and isinstance(below, Line)) or measure is None:
                    continue
                a, b = into(above.flow, above.box), into(below.flow, below.box)
                alike = above.flow == below.flow and 0.95 < below.em / above.em < 1.05
                if alike and abs(a[0] - b[0]) < 0.3 * above.em and 9 < tenths(above, below) < 30:
                    count = counts[tenths(above, below)]
                    count[0] += 1
                    count[1] += measure - a[2] < FULL_EM * above.em
    wrapping = [step for step, (many, full) in counts.items() if full > 1 and full >= 0.5 * many]
    if not wrapping:
        return frozenset()
    return frozenset(
        step
        for step, (many, full) in counts.items()
        if step > 1.12 * min(wrapping) and many >= LEAST and full <= 0.25 * many
    )
