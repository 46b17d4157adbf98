"""The loop as boxes and arrows: a column for each kind of thing, a band for each turn that a machine's answer began."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from genba.model.loop import Loop

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 196, 76, 58, 26, 8
KINDS = ("capture", "dataset", "model", "deployment")
# More boxes than a person can follow are left to the tables below the picture.
BOXES_SHOWN = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box with its corner in pixels."""

    id: str
    kind: str  # of KINDS
    title: str
    x: int
    y: int
    came_back: bool = False  # a capture that a model asked for
    promoted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A line from one box to another, as an SVG path."""

    path: str
    came_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The whole drawing; `left_out` boxes did not fit."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Node:
    id: str
    kind: str
    title: str
    promoted: bool = True


@dataclass(frozen=True, slots=True)
class _Link:
    start: str
    end: str
    came_back: bool = False


def draw(loop: Loop) -> Picture:
    """Lay the loop out, one turn below the other."""
    nodes = list(_nodes(loop))
    shown = {node.id: node for node in nodes[:BOXES_SHOWN]}
    links = [link for link in _links(loop) if link.start in shown and link.end in shown]
    returned = {link.end for link in links if link.came_back}
    places = _places(tuple(shown.values()), _turns(shown, links))
    boxes = {
        node.id: Box(
            id=node.id,
            kind=node.kind,
            title=node.title,
            x=MARGIN + KINDS.index(node.kind) * (WIDTH + GAP_X),
            y=MARGIN + places[node.id] * (HEIGHT + GAP_Y),
            came_back=node.id in returned,
            promoted=node.promoted,
        )
        for node in shown.values()
    }
    return Picture(
        width=2 * MARGIN + len(KINDS) * (WIDTH + GAP_X) - GAP_X,
        height=max((box.y + HEIGHT for box in boxes.values()), default=0) + MARGIN,
        boxes=tuple(boxes.values()),
        arrows=tuple(Arrow(path=_path(boxes[link.start], boxes[link.end]), came_back=link.came_back) for link in links),
        left_out=len(nodes) - len(boxes),
    )


def _nodes(loop: Loop) -> Iterator[_Node]:
    """Give the boxes, those that are part of a model's story first."""
    used = {identity for dataset in loop.datasets for identity in dataset.captures}
    captures = sorted(loop.captures, key=lambda capture: capture.id not in used)
    yield from (_Node(item.id, "capture", item.title) for item in captures)
    yield from (_Node(item.id, "dataset", item.title) for item in loop.datasets)
    yield from (_Node(item.id, "model", item.title, item.promoted) for item in loop.models)
    yield from (_Node(item.id, "deployment", item.machine) for item in loop.deployments)


def _links(loop: Loop) -> Iterator[_Link]:
    for dataset in loop.datasets:
        yield from (_Link(capture, dataset.id) for capture in dataset.captures)
    for model in loop.models:
        yield from (_Link(dataset, model.id) for dataset in model.datasets)
    for deployment in loop.deployments:
        yield _Link(deployment.model, deployment.id)
    for capture in loop.captures:
        yield from (_Link(deployment, capture.id, came_back=True) for deployment in capture.asked_by)


def _turns(nodes: Mapping[str, _Node], links: Sequence[_Link]) -> dict[str, int]:
    """Count for each box the machine's answers on the longest way to it."""
    turns = dict.fromkeys(nodes, 0)
    for _ in nodes:  # the longest way has no more arrows than there are boxes; ids of content allow no circle
        before = dict(turns)
        for link in links:
            turns[link.end] = max(turns[link.end], turns[link.start] + link.came_back)
        if turns == before:
            break
    return turns


def _places(nodes: Sequence[_Node], turns: Mapping[str, int]) -> dict[str, int]:
    """Give each box its row: turns below each other, within a turn the boxes of a kind."""
    rows: dict[str, int] = {}
    top = 0
    for turn in sorted(set(turns.values())):
        taken = dict.fromkeys(KINDS, top)
        for node in nodes:
            if turns[node.id] == turn:
                rows[node.id] = taken[node.kind]
                taken[node.kind] += 1
        top = max(taken.values())
    return rows


def _path(start: Box, end: Box) -> str:
    """Draw rightwards from side to side; backwards through the free band above the row of the later box."""
    if start.x < end.x:
        x1, y1, x2, y2 = start.x + WIDTH, start.y + HEIGHT // 2, end.x - 5, end.y + HEIGHT // 2
        bend = (x2 - x1) // 2
        return f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"
    x1, y1, x2, y2 = start.x + WIDTH // 2, start.y + HEIGHT, end.x + WIDTH // 2, end.y - 5
    band = end.y - GAP_Y // 2
    return f"M{x1},{y1} V{band - 6} Q{x1},{band} {x1 - 6},{band} H{x2 + 6} Q{x2},{band} {x2},{band + 6} V{y2}"
