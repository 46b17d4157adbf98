"""Levels of headings over all pages of a scan: measured sizes waver from page to page, numbers do not."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from genba.formats.pagelayout.headings import LEVELS, numbering
from genba.model.document import Node
from genba.model.nodes import Heading


def levelled(nodes: Sequence[Node], pages: Collection[int]) -> list[Node]:
    """Level the headings of these pages by their numbers, where there are at least two; others by what is above."""
    depths = {
        index: numbering(node.number)
        for index, node in enumerate(nodes)
        if isinstance(node, Heading) and node.place.page in pages
    }
    kinds = sorted({depth for depth in depths.values() if depth})
    if sum(depth > 0 for depth in depths.values()) < 2:
        return list(nodes)
    first = next(index for index, depth in depths.items() if depth)
    base = 2 if any(index < first for index in depths) else 1
    leveled = list(nodes)
    above: tuple[int, int] | None = None  # by size, by number
    for index, depth in depths.items():
        heading = nodes[index]
        assert isinstance(heading, Heading)
        if depth:
            level = base + kinds.index(depth)
            above = (heading.level, level)
        elif above is None:
            level = 1
        else:
            level = base if heading.level < above[0] else above[1] + (heading.level > above[0])
        leveled[index] = replace(heading, level=min(level, LEVELS))
    return leveled
