"""For each time of an axis the measured sample at or before, at or after, or nearest: found by guess and correction.

Samples come at almost even steps, so that a straight line through a short stretch says where to look; one step back or
on puts right what jitter moved. What gaps moved further is searched. A stretch fits the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from genba.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

STRATEGIES = ("backward", "forward", "nearest")
STRETCH = 1 << 15


def positions(axis_ns: Times, times: Times, *, strategy: str = "backward") -> Times:
    """Give the position in sorted `times` for each time of a sorted axis; −1 where there is none."""
    import numpy as np

    found = np.empty(len(axis_ns), np.int64)
    for first, end, part in found_in_stretches(axis_ns, times, strategy=strategy):
        found[first:end] = part
    return found


def found_in_stretches(axis_ns: Times, times: Times, *, strategy: str) -> Iterator[tuple[int, int, Times]]:
    """Give positions stretch by stretch of the axis; the array is used again for the next one."""

    if strategy not in STRATEGIES:
        raise InvalidInput("clock.unknown_strategy", name=strategy, known=", ".join(STRATEGIES))
    count, last = len(axis_ns), len(times) - 1
    room = _Room(min(STRETCH, count))
    for first in range(0, count, STRETCH):
        part = axis_ns[first : first + STRETCH]
        if last < 0:
            found = room.filled(len(part), -1)
        elif strategy == "forward":
            # The first at or after is the one behind the last that is before.
            found = room.backward(part - 1, times)
            found += 1
            found[found > last] = -1
        else:
            found = room.backward(part, times)
            if strategy == "nearest":
                _take_nearer(found, part, times)
        yield first, first + len(part), found


def _take_nearer(found: Times, axis_ns: Times, times: Times) -> None:
    """Move to the next sample where it is nearer; of two as near the earlier stays."""
    import numpy as np

    after = np.minimum(found + 1, len(times) - 1)
    before = np.maximum(found, 0)
    is_nearer = times[after] - axis_ns < axis_ns - times[before]
    is_nearer &= found < len(times) - 1
    found += is_nearer | (found < 0)


class _Room:
    """Arrays for one stretch, made once."""

    def __init__(self, size: int) -> None:
        import numpy as np

        self.found = np.empty(size, np.int64)
        self.near = np.empty(size, np.int64)
        self.moved = np.empty(size, np.bool_)
        self.float = np.empty(size, np.float64)

    def filled(self, count: int, value: int) -> Times:
        found = self.found[:count]
        found.fill(value)
        return found

    def backward(self, axis_ns: Times, times: Times) -> Times:
        """Find the last sample at or before each time of a sorted stretch."""
        import numpy as np

        count = len(axis_ns)
        low = int(np.searchsorted(times, axis_ns[0], side="right")) - 1
        high = int(np.searchsorted(times, axis_ns[-1], side="right")) - 1
        if low == high:
            return self.filled(count, low)
        found = self.found[:count]
        # Before the first sample and from the last one on there is nothing to look for.
        start = int(np.searchsorted(axis_ns, times[0], side="left")) if low < 0 else 0
        end = int(np.searchsorted(axis_ns, times[-1], side="left")) if high == len(times) - 1 else count
        found[:start], found[end:] = -1, len(times) - 1
        if start < end:
            base = max(low, 0)
            self._look(axis_ns[start:end], times[base : high + 2], found[start:end])
            found[start:end] += base
        return found

    def _look(self, axis_ns: Times, window: Times, found: NDArray[np.int64]) -> None:
        """Guess by a straight line, then step back and on; `window` begins at or before and ends after all times."""
        import numpy as np

        count = len(axis_ns)
        near, moved, guess = self.near[:count], self.moved[:count], self.float[:count]
        # A hair less than the slope, so that rounding never leads beyond the window's last step.
        slope = (len(window) - 1) / int(window[-1] - window[0]) * (1 - 1e-12)
        np.subtract(axis_ns, window[0], out=near)
        np.multiply(near, slope, out=guess)
        np.copyto(found, guess, casting="unsafe")
        following = window[1:]
        np.greater(np.take(window, found, out=near, mode="clip"), axis_ns, out=moved)
        np.subtract(found, moved, out=found, casting="unsafe")
        np.less_equal(np.take(following, found, out=near, mode="clip"), axis_ns, out=moved)
        np.add(found, moved, out=found, casting="unsafe")
        np.less_equal(np.take(following, found, out=near, mode="clip"), axis_ns, out=moved)
        moved |= np.take(window, found, out=near, mode="clip") > axis_ns
        if moved.any():
            astray = np.flatnonzero(moved)
            found[astray] = np.searchsorted(window, axis_ns[astray], side="right") - 1
