"""How alike two tables or two texts are: tree edit distance (TEDS) over cells, characters edited (CER)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

Cell = tuple[str, int, int]  # text, rows and columns that it spans
SAME = str.maketrans("〜−―‐•", "~---・")  # one sign with several codes, which print does not tell apart


def plain(text: str) -> str:
    """A text as it is compared: NFKC, without white space."""
    return "".join(unicodedata.normalize("NFKC", text.translate(SAME)).split()).replace("·", "・")


def edits(a: str, b: str) -> int:
    """How many characters to put in, take out or change make b of a (Levenshtein, after Hyyrö's bit vectors)."""
    if not a or not b:
        return len(a) or len(b)
    places: dict[str, int] = {}
    for index, char in enumerate(a):
        places[char] = places.get(char, 0) | (1 << index)
    full, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    more, less, cost = full, 0, len(a)
    for char in b:
        match = places.get(char, 0)
        diagonal = (((match & more) + more) ^ more) | match | less
        up, down = less | (full & ~(diagonal | more)), diagonal & more
        cost += bool(up & last) - bool(down & last)
        up, down = (up << 1) | 1, down << 1
        more, less = full & (down | ~(diagonal | up)), up & diagonal
    return cost


def error_rate(truth: str, found: str) -> tuple[int, int]:
    """Characters edited, and characters there are."""
    a, b = plain(truth), plain(found)
    return edits(a, b), len(a)


@dataclass(frozen=True, slots=True)
class _Tree:
    """A table as a tree in postorder: cells under rows under the table; the leftmost leaf below each node."""

    labels: tuple[tuple[str, object], ...]
    leftmost: tuple[int, ...]

    @property
    def roots(self) -> list[int]:
        """The last node of each leftmost leaf (key roots)."""
        return sorted({leaf: index for index, leaf in enumerate(self.leftmost)}.values())


def teds(truth: Sequence[Sequence[Cell]], found: Sequence[Sequence[Cell]]) -> float:
    """1 for the same table; a cell with other spans counts whole, one with another text by its share of edits."""
    a, b = _tree(truth), _tree(found)
    most = max(len(a.labels), len(b.labels))
    return 1 - _distance(a, b) / most


def _tree(rows: Sequence[Sequence[Cell]]) -> _Tree:
    labels: list[tuple[str, object]] = []
    leftmost: list[int] = []
    for row in rows:
        first = len(labels)
        for text, row_span, column_span in row:
            leftmost.append(len(labels))
            labels.append(("td", (plain(text), row_span, column_span)))
        leftmost.append(first)
        labels.append(("tr", None))
    leftmost.append(0)
    labels.append(("table", None))
    return _Tree(tuple(labels), tuple(leftmost))


def _distance(a: _Tree, b: _Tree) -> float:
    """Tree edit distance by Zhang and Shasha."""
    whole = [[0.0] * len(b.labels) for _ in a.labels]
    for i in a.roots:
        for j in b.roots:
            _forest(a, b, i, j, whole)
    return whole[-1][-1]


def _forest(a: _Tree, b: _Tree, i: int, j: int, whole: list[list[float]]) -> None:
    first_a, first_b = a.leftmost[i], b.leftmost[j]
    costs = [[0.0] * (j - first_b + 2) for _ in range(i - first_a + 2)]
    for x in range(1, len(costs)):
        costs[x][0] = x
    for y in range(1, len(costs[0])):
        costs[0][y] = y
    for x in range(1, len(costs)):
        for y in range(1, len(costs[0])):
            u, v = first_a + x - 1, first_b + y - 1
            fewer = min(costs[x - 1][y], costs[x][y - 1]) + 1
            if a.leftmost[u] == first_a and b.leftmost[v] == first_b:
                costs[x][y] = min(fewer, costs[x - 1][y - 1] + _change(a.labels[u], b.labels[v]))
                whole[u][v] = costs[x][y]
            else:
                before = costs[a.leftmost[u] - first_a][b.leftmost[v] - first_b]
                costs[x][y] = min(fewer, before + whole[u][v])


def _change(a: tuple[str, object], b: tuple[str, object]) -> float:
    if a == b:
        return 0.0
    if a[0] != "td" or b[0] != "td":
        return 0.0 if a[0] == b[0] else 1.0
    (text, *spans), (other, *other_spans) = a[1], b[1]  # type: ignore[misc]
    if spans != other_spans:
        return 1.0
    return edits(text, other) / max(len(text), len(other), 1)
