"""A recording as the comparison of clocks needs it: samples with the times at which they were taken, on any grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.clocks import spectra, stamps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.clocks.stamps import Timeline
    from genba.model.signals import Times

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]

FEWEST = 512  # grid steps of a signal below which nothing is tried
_MOST = 4_000_000  # grid steps of a recording: hours are compared in lower frequencies, and by more of them
_FASTEST = 50_000.0  # grid steps a second at most: microseconds need no more


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two recordings, by one way of reading its stamps."""

    timeline: Timeline
    values: Floats  # (n, channels)

    @property
    def length(self) -> float:
        """Seconds from the first sample to the last."""
        return float(self.timeline.seconds[-1] - self.timeline.seconds[0])


class Unusable(Exception):
    """Why two recordings cannot be compared: becomes a refusal."""

    def __init__(self, code: str, **details: str | int | float) -> None:
        """Keep what the refusal is to say."""
        super().__init__(code)
        self.code = code
        self.details = details


def comparable(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """As many channels on both sides: where they differ, how far each sample is from the mean of all."""
    import numpy as np

    tables = [np.asarray(one, dtype=np.float64).reshape(len(one), -1) for one in (a, b)]
    if tables[0].shape[1] != tables[1].shape[1]:
        tables = [np.linalg.norm(one - np.nanmean(one, axis=0), axis=1)[:, None] for one in tables]
    return tables[0], tables[1]


def readings(ns: Times, values: Floats, sequence: Times | None) -> list[Side]:
    """The signal by its samples' even pace and, where that differs, by their stamps."""
    import numpy as np

    ns = np.asarray(ns, dtype=np.int64)
    if len(ns) != len(values):
        raise ValueError("as many times as samples are needed")
    good = np.isfinite(values).all(axis=1)
    ns, table = ns[good], values[good]
    sequence = None if sequence is None else np.asarray(sequence, dtype=np.int64)[good]
    if len(ns) < FEWEST:
        raise Unusable("clock.too_short", samples=len(ns), needed=FEWEST)
    if not (np.ptp(table, axis=0) > 0).any():
        raise Unusable("clock.no_variance", samples=len(ns))
    even, order = stamps.evened(ns, sequence)
    found = [Side(even, table[order])]
    if not stamps.is_exact(even):
        stamped, order = stamps.as_stamped(ns)
        found.append(Side(stamped, table[order]))
    return found


def rates(a: Side, b: Side) -> list[float]:
    """The grids to compare on, from the coarsest on which anything can be told to the finest that both allow."""
    shorter = min(a.length, b.length)
    found = [min(a.timeline.rate, b.timeline.rate, _FASTEST, _MOST / max(shorter, 1e-9))]
    while found[-1] / 4 * shorter >= FEWEST:
        found.append(found[-1] / 4)
    return found[::-1]


def lags(a: Side, b: Side, bounds: tuple[int, int] | None, rate: float) -> tuple[int, int]:
    """The lags to search, in grid steps: every one that leaves an overlap, within what the caller allows."""
    least = FEWEST // 2
    low, high = -int(b.length * rate) - 1 + least, int(a.length * rate) + 1 - least
    if bounds is not None:
        shift = a.timeline.origin_ns - b.timeline.origin_ns
        low = max(low, int((bounds[0] - shift) * 1e-9 * rate) - 2)
        high = min(high, int((bounds[1] - shift) * 1e-9 * rate) + 2)
    if high <= low:
        raise Unusable("clock.no_overlap", overlap_s=0.0)
    return low, high


def whitened(a: Side, b: Side, rate: float, drift: float, *, is_shaped: bool) -> list[tuple[Singles, Singles]]:
    """Both signals on grids of one rate, each from its first sample, b's stretched by the drift."""
    pairs = []
    count_a, count_b = int(a.length * rate) + 1, int(b.length * (1 + drift) * rate) + 1
    for channel in range(a.values.shape[1]):
        on_a = spectra.on_grid(a.timeline, a.values[:, channel], 0.0, rate, count_a)
        on_b = spectra.on_grid(b.timeline, b.values[:, channel], 0.0, rate * (1 + drift), count_b)
        pairs.append((spectra.whitened(*on_a, is_shaped=is_shaped), spectra.whitened(*on_b, is_shaped=is_shaped)))
    return pairs


def stamp_noise(timeline: Timeline, edges: Floats) -> Floats:
    """How far the stamps of each stretch lie, in the mean, from the times that were believed."""
    import numpy as np

    places = np.searchsorted(timeline.seconds, edges)
    total = np.concatenate(([0.0], np.cumsum(timeline.residual)))
    sums = total[places[1:]] - total[places[:-1]]
    return np.asarray(sums / np.maximum(places[1:] - places[:-1], 1))
