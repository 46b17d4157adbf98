"""Whether the signals as they are fit at more than one place: what a tone, a turning shaft or a repeated cycle does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_ALIKE = 0.9  # of the best fit: another this high is as good
_LIKE = 0.5  # a correlation below which the signals as they are say nothing
_VERY_LIKE = 0.85  # a correlation that alone says where to look
_UNLIKE = 0.8  # of the best fit: lower ones are no rivals
_LONGEST = 1 << 15  # grid steps of b that are compared: repetition shows in a part


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """The lags, in grid steps, at which the signals fit about as well as at the best; one or none: nothing repeats."""

    correlation: float
    lags: Floats
    middle: float = 0.0  # the middle of the stretch of b that was compared
    reach: int = 0  # how far to each side of the best fit signals still fit well
    next_best: float = 1.0  # how high the best of all other fits is against it

    @property
    def is_single(self) -> bool:
        """The signals fit very well at one place, and nowhere else."""
        return len(self.lags) == 1 and self.correlation >= _VERY_LIKE and self.next_best < _UNLIKE

    @property
    def period(self) -> float:
        """The usual distance between neighbouring fits."""
        import numpy as np

        return float(np.median(np.diff(self.lags))) if len(self.lags) > 1 else 0.0


def find(a: list[Floats], b: list[Floats], low: int, high: int, max_drift: float) -> Repeats:
    """Compare the loudest stretch of b, short enough for drift not to matter, with all of a that is in reach.

    Lag l says that b[i] fits a[i + l]; lags from `low` to `high` count.
    """
    import numpy as np
    from scipy.signal import find_peaks, oaconvolve

    count = len(b[0])
    length = min(count // 2, _LONGEST, max(256, int(0.1 / max_drift / _centroid(b))))
    loud = np.concatenate(([0.0], np.cumsum(sum((two - two.mean()) ** 2 for two in b))))
    first = int(np.argmax(loud[length:] - loud[:-length]))
    left = max(0, first + low)
    right = min(len(a[0]), first + high + length)
    if right - left < length + 3:
        return Repeats(0.0, np.zeros(0))
    above = np.zeros(right - left - length + 1)
    energy = np.zeros_like(above)
    own = 0.0
    for one, two in zip(a, b, strict=True):
        part = two[first : first + length] - two[first : first + length].mean()
        whole = one[left:right] - one[left:right].mean()
        above += oaconvolve(whole, part[::-1], mode="valid")
        sums, squares = (np.concatenate(([0.0], np.cumsum(x))) for x in (whole, whole**2))
        energy += squares[length:] - squares[:-length] - (sums[length:] - sums[:-length]) ** 2 / length
        own += float((part**2).sum())
    floor = 1e-6 * float(energy.max()) + 1e-300
    fit = above / np.sqrt(np.maximum(energy, floor) * max(own, 1e-300))
    best = int(np.argmax(np.abs(fit)))
    peak = float(abs(fit[best]))
    if peak < _LIKE:
        return Repeats(peak, np.zeros(0))
    places, _ = find_peaks(fit * np.sign(fit[best]), height=_ALIKE * peak, prominence=0.25 * peak)
    low_places = np.flatnonzero(np.abs(fit) < 0.5 * peak)
    at = int(np.searchsorted(low_places, best))
    before = int(low_places[at - 1]) if at > 0 else 0
    after = int(low_places[at]) if at < len(low_places) else len(fit) - 1
    elsewhere = np.concatenate(([0.0], np.abs(fit[:before]), np.abs(fit[after + 1 :])))
    return Repeats(
        peak,
        _tops(np.abs(fit), places) + left - first,
        first + 0.5 * length,
        max(best - before, after - best),
        float(elsewhere.max()) / peak,
    )


def _tops(fit: Floats, places: NDArray[np.int64]) -> Floats:
    """Peaks between the grid steps, by a parabola through each and its neighbours."""
    import numpy as np

    before, top, after = fit[places - 1], fit[places], fit[places + 1]
    bend = before - 2 * top + after
    return np.asarray(places + 0.5 * (before - after) / np.where(bend == 0, -1.0, bend))


def _centroid(values: list[Floats]) -> float:
    """Where most of the energy is, in cycles a grid step."""
    from scipy.signal import welch

    total, weighted = 0.0, 0.0
    for one in values:
        frequencies, power = welch(one, nperseg=min(4096, len(one)))
        total += float(power[1:].sum())
        weighted += float((power[1:] * frequencies[1:]).sum())
    return max(weighted / total, 1e-5) if total > 0 else 0.5
