"""Reading order: a region is cut where white space runs through it, into bands, columns and stacks of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from genba.formats.pagelayout.aligned import ROWS, as_table, columns_of, is_tabular
from genba.formats.pagelayout.counters import is_series
from genba.formats.pagelayout.glyphs import Box, Flow, around, into
from genba.formats.pagelayout.items import Block, Item, Row, Spot, Stack
from genba.formats.pagelayout.joining import LEADER, is_marker
from genba.formats.pagelayout.lines import Line

GUTTER_EM = 0.85  # white space between columns of text is at least this wide
DEPTH = 12


class Band(NamedTuple):
    """Rows `top` to `bottom` (exclusive) with a gutter from `left` to `right` running through them."""

    top: int
    bottom: int
    left: float
    right: float


def arrange(items: Sequence[Item]) -> list[Stack]:
    """Put the items of a page into reading order, in stacks that each follow one column."""
    if not items:
        return []
    flow = main_flow(items)
    stacks: list[Stack] = []
    for stack in cut(rows_of(fold(items, flow), flow), flow, DEPTH):
        current: Stack = []
        for item in stack:
            if isinstance(item, Block) and isinstance(item.content, Group):
                stacks.extend(part for part in (current, *arrange(item.content.items)) if part)
                current = []
            else:
                current.append(item)
        if current:
            stacks.append(current)
    return stacks


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of another direction than the region around them."""

    items: tuple[Item, ...]


def main_flow(items: Sequence[Item]) -> Flow:
    """The flow of most characters; blocks without text follow."""
    weight = dict.fromkeys(Flow, 0)
    for item in items:
        weight[item.flow] += item.length
    return max(Flow, key=lambda flow: (weight[flow], -flow))


def fold(items: Sequence[Item], flow: Flow) -> list[Item]:
    """Gather lines of other flows into blocks by nearness, so that each is ordered on its own and stays together."""
    same = [item for item in items if item.flow == flow or isinstance(item, Block)]
    for other in Flow:
        lines = [item for item in items if item.flow == other and other != flow and isinstance(item, Line)]
        for group in clusters(lines):
            box = around([line.box for line in group])
            same.append(Block(box, Group(tuple(group)), flow=other, length=sum(line.length for line in group)))
    return same


def clusters(lines: list[Line]) -> list[list[Line]]:
    """Group lines whose boxes come nearer to each other than one and a half characters."""
    groups: list[tuple[Box, list[Line]]] = []
    for line in lines:
        near, box, reach = [line], line.box, 1.5 * line.em
        rest: list[tuple[Box, list[Line]]] = []
        for other, members in groups:
            apart_x = max(box[0], other[0]) - min(box[2], other[2])
            apart_y = max(box[1], other[1]) - min(box[3], other[3])
            if apart_x < reach and apart_y < reach:
                near, box = members + near, around((box, other))
            else:
                rest.append((other, members))
        groups = [*rest, (box, near)]
    return [members for _, members in groups]


def rows_of(items: Sequence[Item], flow: Flow) -> list[Row]:
    """Gather what stands side by side: each overlaps its row by half of its own or the row's height."""
    spots = sorted((Spot(*into(flow, item.box), item) for item in items), key=lambda spot: (spot.v0, spot.u0))
    rows: list[Row] = []
    top = bottom = 0.0
    for spot in spots:
        shared = min(bottom, spot.v1) - max(top, spot.v0)
        if rows and shared > 0.5 * min(spot.v1 - spot.v0, bottom - top):
            rows[-1].append(spot)
            top, bottom = min(top, spot.v0), max(bottom, spot.v1)
        else:
            rows.append([spot])
            top, bottom = spot.v0, spot.v1
    for row in rows:
        row.sort(key=lambda spot: spot[:4])
    return rows


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Put the lines of a cell or frame into reading order, row by row; each direction on its own."""
    if len(lines) < 2:
        return list(lines)
    ordered: list[Line] = []
    for flow in sorted({line.flow for line in lines}):
        rows = rows_of([line for line in lines if line.flow == flow], flow)
        ordered += [spot.item for row in rows for spot in row if isinstance(spot.item, Line)]
    return ordered


def cut(rows: list[Row], flow: Flow, depth: int) -> list[Stack]:
    """Cut rows into stacks: above the band with a gutter, its columns one after the other, below it."""
    if not rows:
        return []
    em = usual_em(rows)
    band = find_band(rows, em) if len(rows) > 1 and depth > 0 else None
    if band is None:
        return [[spot.item for row in rows for spot in row]]
    inside = rows[band.top : band.bottom]
    parts = sections(inside) if flow == Flow.RIGHT else []
    if len(parts) > 1 and any(is_tabular(part, em) for part in parts) and not alike(parts, em):
        ordered = [stack for part in parts for stack in cut(part, flow, depth - 1)]
        return [*cut(rows[: band.top], flow, depth - 1), *ordered, *cut(rows[band.bottom :], flow, depth - 1)]
    if flow == Flow.RIGHT and is_tabular(inside, em):
        top, bottom, block = as_table(rows, band.top, band.bottom, em)
        return [*cut(rows[:top], flow, depth - 1), [block], *cut(rows[bottom:], flow, depth - 1)]
    middle = (band.left + band.right) / 2
    left = [spot.item for row in inside for spot in row if (spot.u0 + spot.u1) / 2 < middle]
    right = [spot.item for row in inside for spot in row if (spot.u0 + spot.u1) / 2 >= middle]
    return [
        *cut(rows[: band.top], flow, depth - 1),
        *cut(rows_of(left, flow), flow, depth - 1),
        *cut(rows_of(right, flow), flow, depth - 1),
        *cut(rows[band.bottom :], flow, depth - 1),
    ]


def sections(rows: list[Row]) -> list[list[Row]]:
    """Part rows where the white space between them is clearly wider than elsewhere."""
    gaps = [min(spot.v0 for spot in b) - max(spot.v1 for spot in a) for a, b in pairwise(rows)]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0.0
    parts: list[list[Row]] = [rows[:1]]
    for gap, row in zip(gaps, rows[1:], strict=True):
        if gap > 1.7 * max(usual, 1.0) and gap - usual > 4.0:
            parts.append([])
        parts[-1].append(row)
    return parts


def alike(parts: list[list[Row]], em: float) -> bool:
    """Say whether all parts belong to one table: a table each, or a few rows, with the columns of the whole."""
    whole = len(columns_of([row for part in parts for row in part], em))
    return all(len(columns_of(part, em)) == whole and (len(part) < ROWS or is_tabular(part, em)) for part in parts)


def usual_em(rows: list[Row]) -> float:
    """The height of most characters among the lines."""
    weight: dict[float, int] = {}
    for row in rows:
        for spot in row:
            if isinstance(spot.item, Line):
                em = round(spot.item.em, 1)
                weight[em] = weight.get(em, 0) + spot.item.length
    return max(weight, key=lambda em: (weight[em], em)) if weight else 10.0


def find_band(rows: list[Row], em: float) -> Band | None:
    """Find the gutter that runs through most rows, if it makes columns or a table at all."""
    best: Band | None = None
    found: list[Band] = []
    for index, row in enumerate(rows):
        end = row[0].u1
        for spot in row[1:]:
            if spot.u0 - end >= GUTTER_EM * em and not any(
                b.top <= index < b.bottom and b.left < spot.u0 and end < b.right for b in found
            ):
                band = grow(rows, index, end, spot.u0, GUTTER_EM * em)
                found.append(band)
                if makes_columns(rows, band) and (best is None or size(band) > size(best)):
                    best = band
            end = max(end, spot.u1)
    return best


def size(band: Band) -> tuple[int, float]:
    """How much a gutter parts: rows first, then its width."""
    return band.bottom - band.top, band.right - band.left


def grow(rows: list[Row], index: int, left: float, right: float, narrowest: float) -> Band:
    """Follow a gutter up and down as far as it stays wide enough and the rows stay together."""
    bounds = [index, index]
    for direction, end in ((0, len(rows)), (1, -1)):
        at = index
        step = 1 if direction == 0 else -1
        while at + step != end:
            row = rows[at + step]
            middle = (left + right) / 2
            new_left = max([left, *(spot.u1 for spot in row if (spot.u0 + spot.u1) / 2 < middle)])
            new_right = min([right, *(spot.u0 for spot in row if (spot.u0 + spot.u1) / 2 >= middle)])
            if new_right - new_left < narrowest:
                break
            left, right, at = new_left, new_right, at + step
        bounds[direction] = at
    return trim(rows, Band(bounds[1], bounds[0] + 1, left, right), narrowest / GUTTER_EM)


def trim(rows: list[Row], band: Band, em: float) -> Band:
    """Leave off rows at the ends that stand on one side only, farther from the others there than those are apart."""
    middle = (band.left + band.right) / 2
    tops: tuple[dict[int, float], dict[int, float]] = ({}, {})
    for at in range(band.top, band.bottom):
        for spot in rows[at]:
            side = tops[(spot.u0 + spot.u1) / 2 >= middle]
            side[at] = min(spot.v0, side.get(at, spot.v0))
    both = sorted(tops[0].keys() & tops[1].keys())
    top, bottom = both[0], both[-1] + 1
    reach = [max(1.6 * usual_step(list(side.values())), 2.2 * em) for side in tops]
    while top > band.top and any(
        top - 1 in side and side[min(at for at in side if at >= top)] - side[top - 1] <= most
        for side, most in zip(tops, reach, strict=True)
    ):
        top -= 1
    while bottom < band.bottom and any(
        bottom in side and side[bottom] - side[max(at for at in side if at < bottom)] <= most
        for side, most in zip(tops, reach, strict=True)
    ):
        bottom += 1
    return band._replace(top=top, bottom=bottom)


def usual_step(tops: list[float]) -> float:
    """How far apart lines follow one another; the upper quartile, since a side may be two columns out of step."""
    steps = sorted(b - a for a, b in pairwise(tops))
    return steps[len(steps) * 3 // 4] if steps else 0.0


def makes_columns(rows: list[Row], band: Band) -> bool:
    """Three rows on either side, or something as tall: less is a line with two ends."""
    middle = (band.left + band.right) / 2
    sides: tuple[list[Spot], list[Spot]] = ([], [])
    paired: list[Spot] = []  # those to the left with something beside them
    for row in rows[band.top : band.bottom]:
        for spot in row:
            sides[(spot.u0 + spot.u1) / 2 >= middle].append(spot)
        if (row[0].u0 + row[0].u1) / 2 < middle <= (row[-1].u0 + row[-1].u1) / 2:
            paired.append(row[0])
    if is_list(sides[0]) or is_counted(sides[0], paired) or is_contents(sides[0]):
        return False
    return all(
        len({round(spot.v0) for spot in side}) >= 3 or any(isinstance(spot.item, Block) for spot in side)
        for side in sides
    )


def is_list(left: list[Spot]) -> bool:
    """Nothing but bullets and numbers to the left: a list, whose texts stand to the right."""
    return all(isinstance(spot.item, Line) and is_marker(spot.item.text) for spot in left)


def is_counted(left: list[Spot], paired: list[Spot]) -> bool:
    """Counters that hang out to the left of their texts, as in STEP 1, STEP 2; what stands alone may be anything."""
    texts = [spot.item.text if isinstance(spot.item, Line) else "" for spot in paired]
    return len(paired) >= 0.5 * len(left) and is_series(texts)


def is_contents(left: list[Spot]) -> bool:
    """Dots that lead to page numbers: a table of contents, read row by row."""
    lines = [spot.item for spot in left if isinstance(spot.item, Line)]
    return sum(LEADER.search(line.text) is not None for line in lines) > 0.5 * len(lines)
