"""How far the lines of a column could have gone: the edge that text and tables with the same left edge reach."""

from collections.abc import Sequence

from genba.formats.pagelayout.glyphs import Box, Flow, around, into
from genba.formats.pagelayout.items import Block, Item, PageTable, Stack
from genba.formats.pagelayout.lines import Line

SAME_LEFT_EM = 3.0


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
