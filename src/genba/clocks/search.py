"""Where two signals fit: every lag and drift tried, judged against the fits of all the wrong ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.clocks import spectra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Mask = NDArray[np.bool_]

CELLS = 60_000_000  # sums that one search may hold: a quarter of a gigabyte
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
    pairs: list[tuple[Singles, Singles]], centre: int, reach: int, max_drift: float, *, inner: int | None = None
) -> Fit:
    """The line that fits best; with `inner`, only lags so far from the centre count and the others tell the noise."""
    import numpy as np

    count = len(pairs[0][1])
    length = rows_of(count, max_drift)
    rows = sum(spectra.correlations(a, b, centre, reach, length) for a, b in pairs)
    assert not isinstance(rows, int)
    padded = 1 << max(0, (len(rows) - 1).bit_length())
    slopes = max(1, int(np.ceil(max_drift * count)))
    rising = spectra.slanted(rows, slopes)
    falling = spectra.slanted(rows[:, ::-1], slopes)[:, ::-1]
    spread = 1.4826 * float(np.median(np.abs(rising[:: max(1, len(rising) // 8)]))) + 1e-30
    size = np.maximum(np.abs(rising).max(axis=0), np.abs(falling).max(axis=0))
    if inner is not None:
        size[: reach - inner] = 0.0
        size[reach + inner + 1 :] = 0.0
    column = int(np.argmax(size))
    is_rising = np.abs(rising[:, column]).max() >= np.abs(falling[:, column]).max()
    lines = rising if is_rising else falling
    step = int(np.argmax(np.abs(lines[:, column])))
    value = float(lines[step, column])
    slope = (step if is_rising else -step) / max(1, padded - 1)
    width = (2 * inner + 1 if inner is not None else rows.shape[1]) * len(rising) * 2
    needed = float(np.sqrt(2 * np.log(max(width, 2)))) + _SURPLUS
    ratio, clear, rivals = _compared(rows, size, column, slope)
    return Fit(
        lag=float(centre - reach + column),
        slope=slope / length,
        at=0.5 * length,
        sign=1 if value >= 0 else -1,
        score=abs(value) / spread,
        needed=needed,
        ratio=ratio,
        clear=clear,
        rivals=tuple(float(centre - reach + rival) for rival in rivals),
    )


def _compared(rows: Singles, size: Singles, column: int, slope: float) -> tuple[float, float, list[int]]:
    """How far the best fit is above the other peaks, by their differences stretch by stretch."""
    import numpy as np

    best = size[column]
    lobe = _lobe(size, column)
    peaks = np.flatnonzero((size[1:-1] >= size[:-2]) & (size[1:-1] >= size[2:])) + 1
    peaks = peaks[(np.abs(peaks - column) > lobe) & (size[peaks] > _RIVAL * best)]
    peaks = peaks[np.argsort(-size[peaks], kind="stable")][:32]
    ratio, clear, rivals = 0.0, float("inf"), []
    places = np.arange(len(rows))
    along = np.rint(slope * places).astype(np.int64)

    def series(at: int) -> Floats:
        # The neighbour steps too: a peak between two grid steps shows in both.
        picked = [rows[places, np.clip(at + along + near, 0, rows.shape[1] - 1)] for near in (-1, 0, 1)]
        return np.asarray(max(picked, key=lambda values: abs(float(values.sum()))), dtype=np.float64)

    own = series(column)
    own = own * np.sign(own.sum())
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
    return ratio, clear, rivals


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
