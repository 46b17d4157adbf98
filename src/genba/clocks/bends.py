"""Where one line does not do: the host's clock was set, or the device's drift bent, seen in the earliest arrivals."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Floats = NDArray[np.float64]

MOST_BLOCKS = 240
PAIRS_A_BLOCK = 16
LEAST_BLOCKS = 8  # of a stretch
# Of the best of all cuts, by chance once in many thousands for minima of delays; a cut needs no less.
PROVEN_F = 14.0
# Two lines that end this many scatters apart where they meet: the clock was set; closer: its drift bent.
STEP_SCATTERS = 6.0


def stretches(times: Times, late: Floats, *, grain_ns: int = 0) -> list[tuple[int, int]]:
    """Cut sorted arrivals where their floor steps or bends, by more than the host's stamps are coarse."""
    import numpy as np

    blocks = min(MOST_BLOCKS, len(times) // PAIRS_A_BLOCK)
    if blocks < 2 * LEAST_BLOCKS:
        return [(0, len(times))]
    starts = np.linspace(0, len(times), blocks + 1).astype(np.int64)
    away = (times - times[0]).astype(np.float64)
    slope = float(np.polyfit(away[starts[:-1]], _minima(late, starts), 1)[0])
    cuts = [0, blocks]
    for _ in range(2):  # once more with the tilt of each stretch taken out, so that minima lie anywhere in their block
        level = late - (slope if len(cuts) == 2 else _tilts(away, late, starts, cuts)) * away
        at = away[_positions(level, starts)]
        minima = late[_positions(level, starts)]
        cuts = [0, *_cuts(at, minima, 0, max(grain_ns / 2.0, 1.0) ** 2), blocks]
        cuts = _without_jams(at, minima, cuts)
    return _refined(away, late, starts, cuts)


def _minima(values: Floats, starts: Times) -> Floats:
    import numpy as np

    return np.minimum.reduceat(values, starts[:-1])


def _positions(values: Floats, starts: Times) -> Times:
    import numpy as np

    return np.array([first + int(values[first:end].argmin()) for first, end in pairwise(starts.tolist())])


def _tilts(away: Floats, late: Floats, starts: Times, cuts: list[int]) -> Floats:
    import numpy as np

    tilts = np.empty(len(away))
    lowest = _positions(late, starts)
    for first, end in pairwise(cuts):
        at = lowest[first:end]
        tilts[starts[first] : starts[end]] = np.polyfit(away[at], late[at], 1)[0]
    return tilts


def _cuts(at: Floats, minima: Floats, base: int, least: float) -> list[int]:
    """Cut where two lines explain far more than one, then look at both halves."""
    import numpy as np

    count = len(at)
    if count < 2 * LEAST_BLOCKS:
        return []
    scale = float(at[-1] - at[0]) or 1.0
    left = _squares((at - at[0]) / scale, minima - minima[0])
    right = _squares(((at[-1] - at) / scale)[::-1], (minima - minima[0])[::-1])[::-1]
    places = np.arange(LEAST_BLOCKS, count - LEAST_BLOCKS + 1)
    both = left[places - 1] + right[places]
    best = int(both.argmin())
    rest = max(float(both[best]) / (count - 5), least)
    if (float(left[-1]) - float(both[best])) / 3 < PROVEN_F * rest:
        return []
    cut = int(places[best])
    halves = _cuts(at[:cut], minima[:cut], base, least), _cuts(at[cut:], minima[cut:], base + cut, least)
    return [*halves[0], base + cut, *halves[1]]


def _without_jams(at: Floats, minima: Floats, cuts: list[int]) -> list[int]:
    """Join what a jam parted: all was late for a while, and before and after lie on one line, as no set clock does."""
    import numpy as np

    number = 1
    while number + 2 < len(cuts):
        before, inside, after = (slice(*cuts[at : at + 2]) for at in (number - 1, number, number + 1))
        around = np.r_[before, after]
        slope, offset = np.polyfit(at[around], minima[around], 1)
        rest = minima - offset - slope * at
        scatter = max(float(np.median(np.abs(rest[one] - np.median(rest[one])))) for one in (before, after)) + 1.0
        is_one_line = abs(float(np.median(rest[before]) - np.median(rest[after]))) <= scatter
        if is_one_line and float(np.quantile(rest[inside], 0.25)) > float(np.median(rest[around])):
            del cuts[number : number + 2]
            number = 1
        else:
            number += 1
    return cuts


def _squares(at: Floats, values: Floats) -> Floats:
    """What a line through the first k values leaves, for every k."""
    import numpy as np

    count = np.arange(1, len(at) + 1)
    sums = [np.cumsum(one) for one in (at, values, at * at, at * values, values * values)]
    spread = sums[2] - sums[0] ** 2 / count
    shared = sums[3] - sums[0] * sums[1] / count
    own = sums[4] - sums[1] ** 2 / count
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = np.where(spread > 0, shared**2 / spread, 0.0)
    return np.maximum(own - explained, 0.0)


def _refined(away: Floats, late: Floats, starts: Times, cuts: list[int]) -> list[tuple[int, int]]:
    """Move each cut from between two blocks to between two arrivals."""
    import numpy as np

    lowest = _positions(late, starts)
    lines, scatters = [], []
    for first, end in pairwise(cuts):
        at = lowest[first:end]
        # The block beside a cut may hold the step itself.
        inner = at[1 if first else 0 : -1 if end < cuts[-1] else len(at)]
        slope, offset = np.polyfit(away[inner], late[inner], 1)
        lines.append((offset, slope))
        scatters.append(float(np.std(late[inner] - offset - slope * away[inner])) + 1.0)
    ranges, first = [], 0
    for number, cut in enumerate(cuts[1:-1]):
        here, low, high = int(starts[cut]), int(starts[cut - 1]), int(starts[min(cut + 1, len(starts) - 1)])
        before = lines[number][0] + lines[number][1] * away[low:high]
        after = lines[number + 1][0] + lines[number + 1][1] * away[low:high]
        step = float(after[here - low] - before[here - low])
        if abs(step) <= STEP_SCATTERS * max(scatters[number], scatters[number + 1]):
            ranges.append((first, here))
            first = here
        elif step > 0:  # before it, arrivals lie below the later floor; after it, none does
            below = np.flatnonzero(late[low:high] < after - step / 2)
            here = low + (int(below[-1]) + 1 if len(below) else 0)
            ranges.append((first, here))
            first = here
        else:
            below = np.flatnonzero(late[low:high] < before + step / 2)
            here = low + int(below[0]) if len(below) else here
            ranges.append((first, here))
            first = here
    return [*ranges, (first, len(away))]
