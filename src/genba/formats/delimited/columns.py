"""What the columns of a table are: unique names, decimal commas, the column that tells the time."""

import itertools
import re

from genba.formats.delimited.cells import shape
from genba.formats.delimited.layout import Rows

COMMA = re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+(?:[eE][-+]?\d+)?")
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+")
POINT_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+")
POINT = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?")
INTEGER = re.compile(r"[-+]?\d+")
TIME_NAME = re.compile(
    r"日時|時刻|時間|タイムスタンプ|timestamp|date.?time|^time\b|\btime$|^t$|経過|elapsed|uptime|測定日|date|日付", re.I
)
ELAPSED = re.compile(r"経過|elapsed|uptime|^t$|^time\b|時間|timestamp|\bt ?[\[(/]|ms\b|msec|sec", re.I)


def unique_names(names: list[str]) -> tuple[list[str], list[str]]:
    """Make repeated names distinct by a number; gives also the names that were repeated."""
    used: set[str] = set()
    repeated: list[str] = []
    result = []
    for name in names:
        candidate, number = name, 1
        while candidate in used:
            number += 1
            candidate = f"{name} ({number})"
        if number > 1 and name not in repeated:
            repeated.append(name)
        used.add(candidate)
        result.append(candidate)
    return result, repeated


def decimal_commas(sample: Rows, width: int) -> tuple[frozenset[int], tuple[str, str] | None]:
    """Find the columns whose numbers bear a decimal comma, with one example; none when points are used as well."""
    found: set[int] = set()
    example: tuple[str, str] | None = None
    points = certain = 0
    for column in range(width):
        cells = [row[column].strip() for row in sample if column < len(row) and row[column].strip()]
        commas = [cell for cell in cells if COMMA.fullmatch(cell)]
        if not commas:
            points += sum(1 for cell in cells if POINT.fullmatch(cell))
            continue
        points += sum(1 for cell in cells if POINT.fullmatch(cell) and not POINT_THOUSANDS.fullmatch(cell))
        numbers = len(commas) + sum(1 for cell in cells if INTEGER.fullmatch(cell) or POINT_THOUSANDS.fullmatch(cell))
        if numbers >= len(cells) * 0.8:
            found.add(column)
            sure = [cell for cell in commas if not THOUSANDS.fullmatch(cell)]
            certain += len(sure)
            if sure and example is None:
                example = (sure[0], sure[0].replace(".", "").replace(",", "."))
    if not certain or points > certain * 0.05:
        return frozenset(), None
    return frozenset(found), example


def mixed_decimals(sample: Rows, width: int) -> bool:
    """Say whether numbers with a comma that is no thousands mark stand beside numbers with a point."""
    cells = [row[column].strip() for row in sample for column in range(min(width, len(row)))]
    commas = sum(1 for cell in cells if COMMA.fullmatch(cell) and not THOUSANDS.fullmatch(cell))
    points = sum(1 for cell in cells if POINT.fullmatch(cell))
    return commas > 0 and points > 0 and min(commas, points) > max(commas, points) * 0.05


def time_column(names: list[str], sample: Rows) -> str:
    """Name the column whose values go on in time: date and time, a time of day, or an elapsed count; else empty.

    Where date and time stand in two columns the time's is named; its date stands in the column before it.
    """
    if len(sample) < 3:
        return ""
    widest = max(map(len, sample))
    sample = [row for row in sample if len(row) == widest]
    best: tuple[int, str] = (0, "")
    for column, name in enumerate(names[: min(20, len(sample[0]))]):
        cells = [row[column].strip() for row in sample[:300]]
        shapes = [shape(cell) for cell in cells]
        for rank, wanted in ((4, "stamp"), (3, "time"), (1, "date")):
            share = shapes.count(wanted) / len(shapes)
            if share >= 0.9 and rank > best[0] and (rank > 1 or (TIME_NAME.search(name) and _ascends(cells))):
                best = (rank, name)
        if best[0] < 2 and ELAPSED.search(name) and shapes.count("number") >= len(shapes) * 0.95 and _counts_up(cells):
            best = (2, name)
    return best[1]


def _ascends(cells: list[str]) -> bool:
    """Accept order as text: dates written with leading zeros, nearly all in order and most of them different."""
    given = [cell for cell in cells if cell]
    return len(set(given)) > len(given) * 0.5 and sum(a > b for a, b in itertools.pairwise(given)) <= len(given) * 0.02


def _counts_up(cells: list[str]) -> bool:
    try:
        values = [float(cell.replace(",", ".")) for cell in cells if cell]
    except ValueError:
        return False
    return len(values) >= 3 and all(a < b for a, b in itertools.pairwise(values))
