"""Fast noise and tones without numpy: whole stretches go through C-level loops of the standard library."""

from __future__ import annotations

import math
import sys
from array import array
from itertools import accumulate
from operator import add, sub
from random import Random

from genba_edge.simulator.program import Ramp

TABLE_BITS = 12
TABLE = 1 << TABLE_BITS
SINE = [math.sin(2 * math.pi * i / TABLE) for i in range(TABLE)]
GRID_HZ = 4096  # of the shared broadband processes; between two of its points they are straight lines
_STEP = 32  # grid points over which loudness is held


def white(rng: Random, count: int) -> array[int]:
    """Uniform 16-bit noise."""
    noise = array("h")
    noise.frombytes(rng.randbytes(2 * count))
    if sys.byteorder == "big":
        noise.byteswap()
    return noise


def bell(rng: Random, count: int) -> list[int]:
    """Noise with a triangular distribution, ±65,535."""
    return list(map(add, white(rng, count), white(rng, count)))


class Broadband:
    """A random process that several sensors feel: noise below about 400 Hz, as loud as the tool works.

    Its value at any true time is a straight line between points of a 4,096 Hz grid: exactly the same for every sensor.
    """

    def __init__(self, rng: Random, loudness: Ramp, widths: tuple[int, ...] = (9, 7)) -> None:
        """Loudness follows a ramp; each width is a running mean that takes the high frequencies away."""
        self._rng = rng
        self._loudness = loudness
        self._widths = widths
        self._gain = 1 / (18_918 * math.sqrt(sum(weight * weight for weight in _kernel(widths))))
        self._tail = list(white(rng, sum(widths)))
        self.first = 0  # index of points[0] on the grid
        self.points: list[float] = []

    def reach(self, since_s: float, until_s: float) -> None:
        """Have the points between two times, and forget those before."""
        gone = max(int(since_s * GRID_HZ) - 2 - self.first, 0)
        if gone:
            del self.points[:gone]
            self.first += gone
        need = int(until_s * GRID_HZ) + 3 - self.first - len(self.points)
        if need > 0:
            self._grow(-(-need // _STEP) * _STEP)

    def _grow(self, count: int) -> None:
        values = self._tail + list(white(self._rng, count))
        self._tail = values[-sum(self._widths) :]
        for width in self._widths:
            sums = list(accumulate(values, initial=0))
            values = list(map(sub, sums[width:], sums))
        values = values[-count:]
        start = self.first + len(self.points)
        for at in range(0, count, _STEP):
            gain = self._gain * self._loudness.at((start + at + _STEP / 2) / GRID_HZ)
            self.points += [gain * value for value in values[at : at + _STEP]]

    def sampled(self, first_s: float, step_s: float, count: int) -> list[float]:
        """The process at evenly spaced true times."""
        points, dx = self.points, step_s * GRID_HZ
        x0 = first_s * GRID_HZ - self.first
        places = [x0 + k * dx for k in range(count)]
        return [points[i := int(x)] + (x - i) * (points[i + 1] - points[i]) for x in places]


def _kernel(widths: tuple[int, ...]) -> list[float]:
    kernel = [1.0]
    for width in widths:
        kernel = [sum(kernel[max(i - width + 1, 0) : i + 1]) for i in range(len(kernel) + width - 1)]
    return kernel


def tone(turns: float, per_sample: float, count: int) -> list[float]:
    """A sine over a stretch of constant frequency; phase and pace in turns."""
    start, step = (turns % 1.0) * TABLE, per_sample * TABLE
    mask = TABLE - 1
    return [SINE[int(start + k * step) & mask] for k in range(count)]


def ringing(frequency_hz: float, decay_s: float, rate_hz: float) -> list[float]:
    """The answer of a resonance to one knock."""
    count = int(6 * decay_s * rate_hz)
    return [
        math.exp(-k / (decay_s * rate_hz)) * math.sin(2 * math.pi * frequency_hz * k / rate_hz) for k in range(count)
    ]
