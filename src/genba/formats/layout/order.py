"""Reading order of blocks on a sheet: rows of blocks from the top, within them from the left, again and again."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from genba.formats.layout.areas import Rect

Item = TypeVar("Item")

# Cutting deeper than this only happens on sheets made to annoy; they are read row by row.
MAX_DEPTH = 24


def reading_order(items: Sequence[Item], rect_of: Callable[[Item], Rect]) -> list[Item]:
    """Sort by recursive cuts: where no block crosses a row, the upper come first; else the left come first."""
    placed = sorted(((rect_of(item), index, item) for index, item in enumerate(items)), key=lambda entry: entry[:2])
    return [entry[2] for entry in _cut(placed, by_rows=True, depth=0, stuck=False)]


def _cut(
    placed: list[tuple[Rect, int, Item]], *, by_rows: bool, depth: int, stuck: bool
) -> list[tuple[Rect, int, Item]]:
    if len(placed) < 2 or depth > MAX_DEPTH:
        return placed
    low, high = (0, 2) if by_rows else (1, 3)
    ordered = sorted(placed, key=lambda entry: (entry[0][low], entry[1]))
    parts: list[list[tuple[Rect, int, Item]]] = []
    end = -1
    for entry in ordered:
        if entry[0][low] >= end:
            parts.append([])
        parts[-1].append(entry)
        end = max(end, entry[0][high])
    if len(parts) == 1:
        if stuck:
            return placed
        return _cut(placed, by_rows=not by_rows, depth=depth + 1, stuck=True)
    result: list[tuple[Rect, int, Item]] = []
    for part in parts:
        result.extend(_cut(part, by_rows=not by_rows, depth=depth + 1, stuck=False))
    return result
