"""Where two signals fit: every lag and drift tried, judged against the fits of all the wrong ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.clocks import spectra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Mask = NDArray[np.bool_]

CELLS = 80_000_000  # lags times stretches that one search may take: some seconds
_AT_ONCE = 12_000_000  # of them held at a time
_COMPARED = 32  # peaks compared with the best
_LOWEST = 32  # rows that a search should have to judge its peaks by
_ALIKE = 0.8  # of the best fit: another peak this high is as good
_CLEAR = 4.5  # standard errors by which the best fit has to surpass the next
_RIVAL = 0.4  # of the best fit: lower peaks are no candidates
_SURPLUS = 2.5  # standard deviations above what the highest of that many wrong fits reaches


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """The best line of a search: at grid step `at` of b it lies `lag` steps off, and further by `slope` each step."""

    lag: float
    slope: float
    at: float
    sign: int
    score: float  # standard deviations of the wrong fits
    needed: float  # what the score had to reach
    ratio: float  # the next peak's height against the best one's
    clear: float  # standard errors by which the best surpasses the next
    rivals: tuple[float, ...] = ()  # lags of the peaks that cannot be told from the best

    @property
    def is_seen(self) -> bool:
        """There is something: the fit is far above all wrong ones."""
        return self.score >= self.needed

    @property
    def is_single(self) -> bool:
        """There is one thing: no other fit comes near."""
        return not self.rivals


def rows_of(count: int, max_drift: float) -> int:
    """How long stretches may be so that drift does not blur them, and short enough that there are many."""
    return max(64, min(int(0.5 / max(max_drift, 1e-9)), count // _LOWEST))


def find(
    pairs: list[tuple[Singles, Singles]],
    centre: int,
    reach: int,
    max_drift: float,
    *,
    inner: int | None = None,
    within: tuple[float, float] | None = None,
) -> Fit:
    """The line that fits best; with `inner`, only lags so far from the centre count and the others tell the noise.

    `within` are the slopes that count, where not all that are as steep as `max_drift` do.
    """
    import numpy as np

    count = len(pairs[0][1])
    length = rows_of(count, max_drift)
    rows = max(1, count // length)
    padded = 1 << max(0, (rows - 1).bit_length())
    slopes = max(1, int(np.ceil(max_drift * count)))
    low, high = within or (-max_drift, max_drift)
    over = max(1, padded - 1) * length  # grid steps over which a line rises by its number
    most = (min(0, math.ceil(low * over - 0.5)), max(0, math.floor(high * over + 0.5)))
    size, lines, spread = _surveyed(pairs, centre, reach, length, slopes, most)
    if inner is not None:
        size[: reach - inner] = 0.0
        size[reach + inner + 1 :] = 0.0
    column = int(np.argmax(size))
    step = int(lines[column])
    slope = step / max(1, padded - 1) / length
    width = (2 * inner + 1 if inner is not None else len(size)) * slopes * 2
    start = centre - reach
    value, ratio, clear, rivals = _compared(pairs, length, size, column, start, slope * length)
    return Fit(
        lag=float(start + column),
        slope=slope,
        at=0.5 * length,
        sign=1 if value >= 0 else -1,
        score=float(size[column]) / spread,
        needed=float(np.sqrt(2 * np.log(max(width, 2)))) + _SURPLUS,
        ratio=ratio,
        clear=clear,
        rivals=tuple(float(start + rival) for rival in rivals),
    )


def _surveyed(
    pairs: list[tuple[Singles, Singles]], centre: int, reach: int, length: int, slopes: int, within: tuple[int, int]
) -> tuple[Singles, NDArray[np.int64], float]:
    """For each lag the best line's height and slope (in steps over all rows), and how high wrong lines usually are."""
    import numpy as np

    rows = max(1, len(pairs[0][1]) // length)
    width = 2 * reach + 1
    # A line may leave the piece it began in: pieces overlap by as much as a line can rise or fall.
    beyond = 2 * slopes + 2
    piece = max(4 * beyond, _AT_ONCE // rows)
    size, lines, noise = [], [], []
    for first in range(0, width, piece):
        last = min(width, first + piece)
        low, high = max(0, first - beyond), min(width, last + beyond)
        half = (high - low) // 2  # an odd number of columns; one more than needed does no harm
        found = np.zeros((rows, 2 * half + 1), dtype=np.float32)
        for a, b in pairs:
            found += spectra.correlations(a, b, centre - reach + low + half, half, length)
        rising = spectra.slanted(found, slopes)
        falling = spectra.slanted(found[:, ::-1], slopes)[:, ::-1]
        both = np.abs(np.concatenate([falling[:0:-1], rising]))[:, first - low : last - low]
        flat = len(falling) - 1
        steepest = max(0, flat + within[0])
        best = steepest + both[steepest : flat + within[1] + 1].argmax(axis=0)
        size.append(np.take_along_axis(both, best[None, :], axis=0)[0])
        lines.append(best - flat)
        noise.append(float(np.median(both[:: max(1, len(both) // 8)])))
    return np.concatenate(size), np.concatenate(lines), 1.4826 * float(np.median(noise)) + 1e-30


def _compared(
    pairs: list[tuple[Singles, Singles]], length: int, size: Singles, column: int, start: int, slope: float
) -> tuple[float, float, float, list[int]]:
    """The best fit's sum, and how far it is above the other peaks by their differences stretch by stretch."""
    import numpy as np

    best = size[column]
    lobe = _lobe(size, column)
    peaks = np.flatnonzero((size[1:-1] >= size[:-2]) & (size[1:-1] >= size[2:])) + 1
    peaks = peaks[(np.abs(peaks - column) > lobe) & (size[peaks] > _RIVAL * best)]
    peaks = peaks[np.argsort(-size[peaks], kind="stable")][:_COMPARED]
    rows = max(1, len(pairs[0][1]) // length)
    places = np.arange(rows * length) + np.repeat(np.rint(slope * np.arange(rows)).astype(np.int64), length)

    def series(at: int) -> Floats:
        # The neighbour steps too: a peak between two grid steps shows in both.
        sums = []
        for near in (-1, 0, 1):
            total = np.zeros(rows)
            for a, b in pairs:
                taken = places + (start + at + near)
                inside = (taken >= 0) & (taken < len(a))
                product = b[: rows * length] * np.where(inside, a[np.clip(taken, 0, len(a) - 1)], 0.0)
                total += product.reshape(rows, length).sum(axis=1)
            sums.append(total)
        return max(sums, key=lambda values: abs(float(values.sum())))

    ratio, clear, rivals = 0.0, float("inf"), []
    own = series(column)
    value = float(own.sum())
    own = own * np.sign(value)
    for peak in peaks:
        other = series(int(peak))
        other = other * np.sign(other.sum())
        difference = _grouped(own - other)
        error = float(difference.std(ddof=1) / np.sqrt(len(difference))) + 1e-30
        surpasses = float(difference.mean()) / error
        height = float(size[peak] / best)
        ratio, clear = max(ratio, height), min(clear, surpasses)
        if height > _ALIKE or surpasses < _CLEAR:
            rivals.append(int(peak))
    return value, ratio, clear, rivals


def _grouped(values: Floats) -> Floats:
    """Sums of neighbours, at most 64 of them: neighbours may be alike by more than chance."""
    import numpy as np

    size = max(1, len(values) // 64)
    return np.asarray(values[: len(values) // size * size].reshape(-1, size).sum(axis=1))


def _lobe(size: Singles, column: int) -> int:
    """How many steps the best peak reaches to each side: to where it first rises again."""
    reach = 2
    while column + reach + 1 < len(size) and column - reach - 1 >= 0:
        if size[column + reach] < 0.3 * size[column] and size[column - reach] < 0.3 * size[column]:
            break
        if size[column + reach + 1] > size[column + reach] and size[column - reach - 1] > size[column - reach]:
            break
        reach += 1
    return reach
