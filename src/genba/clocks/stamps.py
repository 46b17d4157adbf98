"""The times at which samples were really taken, told from stamps that say so only roughly.

A converter samples evenly and something later stamps the samples, so the stamps of many samples together tell each
one's time far better than its own stamp does. Where the sampling itself is uneven that would be wrong; which of the
two holds is for the caller to decide by what fits the other recording better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_JUMP = 8.0  # standard deviations of a stamp: a larger step between neighbours is no noise
_EXACT = 0.02  # of the interval: stamps with less noise than this are taken as they are


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """When the samples were taken, in seconds after `origin_ns`, and how far from that their stamps lie."""

    origin_ns: int
    index: Whole  # (n,) rising, with the places of missing samples left out
    seconds: Floats  # (n,) rising
    residual: Floats  # (n,) stamp minus seconds
    interval: float
    jitter: float  # standard deviation of a stamp
    is_even: bool  # samples lie evenly on `index`

    @property
    def rate(self) -> float:
        """Samples a second."""
        return 1.0 / self.interval


def as_stamped(stamps_ns: Whole) -> tuple[Timeline, Whole]:
    """Believe every stamp; gives the timeline and the order that the samples have in it."""
    import numpy as np

    order = np.argsort(stamps_ns, kind="stable")
    sorted_ns = stamps_ns[order]
    keep = np.concatenate(([True], np.diff(sorted_ns) > 0))
    order, sorted_ns = order[keep], sorted_ns[keep]
    seconds = (sorted_ns - sorted_ns[0]).astype(np.float64) * 1e-9
    interval = float(np.median(np.diff(seconds))) if len(seconds) > 1 else 1.0
    index = np.arange(len(seconds), dtype=np.int64)
    found = Timeline(int(sorted_ns[0]), index, seconds, np.zeros(len(seconds)), interval, 0.0, False)
    return found, order


def evened(stamps_ns: Whole, sequence: Whole | None = None) -> tuple[Timeline, Whole]:
    """Believe that samples were taken evenly, except where some are missing or the clock jumped."""
    import numpy as np

    count = len(stamps_ns)
    order = np.arange(count, dtype=np.int64)
    if sequence is not None:
        order = np.argsort(sequence, kind="stable")
        order = order[np.concatenate(([True], np.diff(sequence[order]) > 0))]
        stamps_ns = stamps_ns[order]
    origin = int(stamps_ns[0])
    stamped = (stamps_ns - origin).astype(np.float64) * 1e-9
    index = np.arange(len(stamped), dtype=np.int64)
    if sequence is not None:
        index = (sequence[order] - sequence[order[0]]).astype(np.int64)
    interval = _interval(stamped, index)
    jitter = _jitter(stamped, index, interval)
    index, starts = _without_jumps(stamped, index, interval, jitter)
    seconds = _smoothed(stamped, index, starts)
    interval = float(np.median(np.diff(seconds) / np.diff(index))) if len(seconds) > 1 else interval
    residual = stamped - seconds
    rising = np.concatenate(([True], np.diff(np.maximum.accumulate(seconds)) > 0))
    found = Timeline(origin, index[rising], seconds[rising], residual[rising], interval, float(np.std(residual)), True)
    return found, order[rising]


def is_exact(timeline: Timeline) -> bool:
    """Whether evening changes nothing worth speaking of."""
    return timeline.jitter < _EXACT * timeline.interval


def _interval(stamped: Floats, index: Whole) -> float:
    import numpy as np

    step = max(1, len(stamped) // 64)
    return float(np.median((stamped[step:] - stamped[:-step]) / (index[step:] - index[:-step])))


def _jitter(stamped: Floats, index: Whole, interval: float) -> float:
    import numpy as np

    steps = np.diff(stamped) - np.diff(index) * interval
    return float(1.4826 * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2.0))


def _without_jumps(stamped: Floats, index: Whole, interval: float, jitter: float) -> tuple[Whole, Whole]:
    """The index with room for missing samples, and where a run begins whose place is not a whole number of samples."""
    import numpy as np

    index = index.copy()
    rest = stamped - index * interval
    limit = max(0.6 * interval, _JUMP * jitter)
    jumps = np.flatnonzero(np.abs(np.diff(rest)) > limit) + 1
    if jitter > 0.05 * interval:
        jumps = np.union1d(jumps, _hidden_jumps(rest, interval, jitter))
    jumps = _apart(jumps, rest, jitter)
    starts = [0]
    edges = np.concatenate(([0], jumps, [len(rest)]))
    moved = np.zeros(len(rest), dtype=np.int64)
    width = int(max(8, (4 * jitter / interval) ** 2 * 4))
    for before, here, after in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        left, right = rest[max(before, here - width) : here], rest[here : min(after, here + width)]
        step = float(np.mean(right) - np.mean(left))
        noise = jitter * np.sqrt(1 / len(left) + 1 / len(right))
        whole = round(step / interval)
        if whole > 0 and noise < 0.25 * interval and abs(step - whole * interval) < max(0.3 * interval, 4 * noise):
            moved[here] = whole
        else:
            # No whole number of samples, or nobody can tell: leave the time free, keep the index rising.
            moved[here] = max(whole, 0)
            starts.append(int(here))
    return index + np.cumsum(moved), np.asarray(starts, dtype=np.int64)


def _hidden_jumps(rest: Floats, interval: float, jitter: float) -> Whole:
    """Jumps smaller than the noise of a stamp, seen in the means of many."""
    import numpy as np

    width = int(min(max(16, 2 * (14 * jitter / interval) ** 2), len(rest) // 8))
    if width < 16:
        return np.zeros(0, dtype=np.int64)
    total = np.concatenate(([0.0], np.cumsum(rest)))
    means = (total[width:] - total[:-width]) / width
    steps = means[width:] - means[:-width]
    steps = steps - np.median(steps)
    limit = max(0.5 * interval, 7 * jitter * np.sqrt(2 / width))
    found: list[int] = []
    size = np.abs(steps)
    while len(found) < 1000:
        place = int(np.argmax(size))
        if size[place] < limit:
            break
        found.append(place + width)
        size[max(0, place - width) : place + width] = 0.0
    return np.asarray(sorted(found), dtype=np.int64)


def _apart(jumps: Whole, rest: Floats, jitter: float) -> Whole:
    """Leave out a pair of jumps that take each other back: a single late stamp."""
    import numpy as np

    if len(jumps) < 2:
        return jumps.astype(np.int64)
    kept = []
    skip = False
    for place, following in zip(jumps, [*jumps[1:], len(rest) + 9], strict=True):
        if skip:
            skip = False
            continue
        if following - place <= 2 and following < len(rest):
            before, after = rest[place - 1], rest[following]
            if abs(after - before) < 0.5 * abs(rest[place] - before):
                skip = True
                continue
        kept.append(int(place))
    return np.asarray(kept, dtype=np.int64)


def _smoothed(stamped: Floats, index: Whole, starts: Whole) -> Floats:
    """A line through each run; bent where the means of many stamps say that it bends."""
    import numpy as np

    out = np.empty(len(stamped))
    for first, last in zip(starts, [*starts[1:], len(stamped)], strict=True):
        out[first:last] = _line(stamped[first:last], index[first:last].astype(np.float64))
    return out


def _line(stamped: Floats, index: Floats) -> Floats:
    import numpy as np

    if len(stamped) < 8:
        return np.asarray(stamped.copy())
    middle = index.mean()
    slope = float(np.dot(index - middle, stamped) / np.dot(index - middle, index - middle))
    line = stamped.mean() + slope * (index - middle)
    rest = stamped - line
    width = max(64, len(rest) // 64)
    blocks = len(rest) // width
    if blocks < 4:
        return np.asarray(line)
    cut = rest[: blocks * width].reshape(blocks, width)
    means = cut.mean(axis=1)
    within = float(np.mean(cut.var(axis=1)))
    if within <= 0 or float(np.mean(means**2)) < 2.0 * within / width:
        return np.asarray(line)
    places = index[: blocks * width].reshape(blocks, width).mean(axis=1)
    return np.asarray(line + np.interp(index, places, means))
