"""Tables drawn with rules: the lattice of lines gives the cells, and a missing piece of a line gives a span."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from genba.formats.pagelayout.glyphs import Box

SNAP_PT = 2.5  # doubled lines and ends that miss each other by this much are one
DASH_GAP_PT = 4.0
COVERED = 0.6  # of a cell's side must be drawn to be a wall
SOLID = 0.8  # of all sides of all cells are drawn in a table; in a flowchart far fewer
MOST_LINES = 600  # in one direction of one lattice


class Rule(NamedTuple):
    """A straight line along an axis: at `at` across, from `start` to `end` along."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A cell of a lattice, with the area it covers."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


@dataclass(frozen=True, slots=True)
class Lattice:
    """A drawn table: where its lines stand, its cells, and which cell each field of the grid belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    frames: tuple[Frame, ...]
    owners: tuple[int, ...]  # index of the frame, row-major over fields

    @property
    def box(self) -> Box:
        """The area it covers."""
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def frame_at(self, x: float, y: float) -> int:
        """Give the index of the frame at a point, -1 outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owners[row * (len(self.xs) - 1) + column]
        return -1


def find_lattices(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> tuple[list[Lattice], list[Box]]:
    """Find the lattices among the rules of a page, and the areas where lines cross without making cells: drawings."""
    across, down = unite(horizontal), unite(vertical)
    lattices: list[Lattice] = []
    drawings: list[Box] = []
    for rows, columns in components(across, down):
        lattice = build(rows, columns)
        if lattice is None:
            drawings.append(
                (
                    min([rule.start for rule in rows] + [rule.at for rule in columns]),
                    min([rule.at for rule in rows] + [rule.start for rule in columns]),
                    max([rule.end for rule in rows] + [rule.at for rule in columns]),
                    max([rule.at for rule in rows] + [rule.end for rule in columns]),
                )
            )
        else:
            lattices.append(lattice)
    return sorted(lattices, key=lambda lattice: (lattice.ys[0], lattice.xs[0])), drawings


def unite(rules: Sequence[Rule]) -> list[Rule]:
    """Join dashes and the two strokes of a doubled line."""
    united: list[Rule] = []
    level: list[Rule] = []
    for rule in [*sorted(rules), Rule(float("inf"), 0, 0)]:
        if level and rule.at - level[0].at > SNAP_PT:
            united.extend(join_level(level))
            level = []
        level.append(rule)
    return united


def join_level(level: list[Rule]) -> list[Rule]:
    """Join what overlaps or nearly meets among rules that stand on one line."""
    at = sum(rule.at for rule in level) / len(level)
    joined: list[Rule] = []
    for rule in sorted(level, key=lambda rule: rule.start):
        if joined and rule.start - joined[-1].end <= DASH_GAP_PT:
            joined[-1] = Rule(at, joined[-1].start, max(joined[-1].end, rule.end))
        else:
            joined.append(Rule(at, rule.start, rule.end))
    return joined


def meets(row: Rule, column: Rule) -> bool:
    """Say whether two rules cross or touch."""
    return (
        row.start - SNAP_PT <= column.at <= row.end + SNAP_PT
        and column.start - SNAP_PT <= row.at <= column.end + SNAP_PT
    )


def components(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Group rules that hang together by crossings."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    order = sorted(range(len(down)), key=lambda index: down[index].at)
    places = [down[index].at for index in order]
    for i, row in enumerate(across):
        first, last = bisect_right(places, row.start - SNAP_PT), bisect_right(places, row.end + SNAP_PT)
        for j in order[first:last]:
            if meets(row, down[j]):
                parent[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index in range(len(parent)):
        side = index >= len(across)
        rule = down[index - len(across)] if side else across[index]
        groups.setdefault(root(index), ([], []))[side].append(rule)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def build(across: list[Rule], down: list[Rule]) -> Lattice | None:
    """Make the cells of one group of rules; the sides of a table left open are closed."""
    down = [*down, *open_sides(across, down)]
    xs, ys = places(down), places(across)
    if not (1 < len(xs) <= MOST_LINES and 1 < len(ys) <= MOST_LINES):
        return None
    columns, rows = len(xs) - 1, len(ys) - 1
    walls = drawn(down, xs, ys)  # walls[line][row]
    floors = drawn(across, ys, xs)  # floors[line][column]
    owners = [-1] * (rows * columns)
    frames: list[Frame] = []
    for row in range(rows):
        for column in range(columns):
            if owners[row * columns + column] >= 0:
                continue
            row_span, column_span = extent(walls, floors, owners, row, column)
            for y in range(row, row + row_span):
                for x in range(column, column + column_span):
                    owners[y * columns + x] = len(frames)
            box = (xs[column], ys[row], xs[column + column_span], ys[row + row_span])
            frames.append(Frame(row, column, row_span, column_span, box))
    if solidity(frames, walls, floors) < SOLID:
        return None
    return Lattice(tuple(xs), tuple(ys), tuple(frames), tuple(owners))


def solidity(frames: list[Frame], walls: list[list[bool]], floors: list[list[bool]]) -> float:
    """The share of the cells' sides that is drawn."""
    drawn_steps = steps = 0
    for frame in frames:
        rows = range(frame.row, frame.row + frame.row_span)
        columns = range(frame.column, frame.column + frame.column_span)
        for line in (frame.column, frame.column + frame.column_span):
            drawn_steps += sum(walls[line][row] for row in rows)
        for line in (frame.row, frame.row + frame.row_span):
            drawn_steps += sum(floors[line][column] for column in columns)
        steps += 2 * (len(rows) + len(columns))
    return drawn_steps / steps if steps else 0.0


def open_sides(across: list[Rule], down: list[Rule]) -> list[Rule]:
    """Tables are often drawn without their left and right sides: close them where rules end together."""
    closing: list[Rule] = []
    top, bottom = min(rule.at for rule in across), max(rule.at for rule in across)
    first, last = min(rule.at for rule in down), max(rule.at for rule in down)
    starts, stops = [rule.start for rule in across], [rule.end for rule in across]
    for ends, outer in ((starts, [e for e in starts if e < first - 6]), (stops, [e for e in stops if e > last + 6])):
        for end in sorted(set(outer)):
            if sum(abs(other - end) <= SNAP_PT for other in ends) >= max(2, 0.6 * len(ends)):
                closing.append(Rule(end, top, bottom))
                break
    return closing


def places(rules: list[Rule]) -> list[float]:
    """Where the lines stand, those closer together than the snap distance as one."""
    found: list[list[float]] = []
    for at in sorted(rule.at for rule in rules):
        if found and at - found[-1][-1] <= SNAP_PT:
            found[-1].append(at)
        else:
            found.append([at])
    return [sum(group) / len(group) for group in found]


def drawn(rules: list[Rule], lines: list[float], crossing: list[float]) -> list[list[bool]]:
    """For each line and each step between the crossing lines: is it drawn there?"""
    lengths = [[0.0] * (len(crossing) - 1) for _ in lines]
    for rule in rules:
        nearest = min(range(len(lines)), key=lambda index: abs(lines[index] - rule.at))
        first = max(bisect_right(crossing, rule.start) - 1, 0)
        for step in range(first, len(crossing) - 1):
            if crossing[step] >= rule.end:
                break
            lengths[nearest][step] += min(rule.end, crossing[step + 1]) - max(rule.start, crossing[step])
    return [
        [length >= COVERED * (crossing[step + 1] - crossing[step]) for step, length in enumerate(row)]
        for row in lengths
    ]


def extent(
    walls: list[list[bool]], floors: list[list[bool]], owners: list[int], row: int, column: int
) -> tuple[int, int]:
    """Grow a cell to the right and down until walls stand; it stays a rectangle."""
    columns, rows = len(floors[0]), len(walls[0])
    right = column + 1
    while right < columns and not walls[right][row] and owners[row * columns + right] < 0:
        right += 1
    bottom = row + 1
    while bottom < rows:
        closed = any(floors[bottom][column:right])
        taken = any(owners[bottom * columns + x] >= 0 for x in range(column, right))
        crossed = any(walls[x][bottom] for x in range(column + 1, right))
        if closed or taken or crossed:
            break
        bottom += 1
    return bottom - row, right - column
