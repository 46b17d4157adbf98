"""The line below all delays: where arrivals would lie had each taken the shortest way, with an interval.

Arrivals are late by at least the shortest delay and by more most of the time. The earliest of each of many stretches
lie close above the line; how far, follows from their scatter and from how the delays thin out towards their edge
(extreme value theory: a power of the distance). Drift comes from a line through these earliest ones. The covariance is
a jackknife over stretches of time, so that delays that go together, as in a congested network, widen it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Floats = NDArray[np.float64]

BLOCKS = 48
LEAST_BLOCKS = 8
PAIRS_A_BLOCK = 10
GROUPS = 16
# Arrivals that are this many median deviations above the others' line came while everything was late.
LATE_MADS = 10.0
EDGE_LIMITS = (0.5, 4.0)
EDGE_PAIRS = 400  # below, how the edge thins out cannot be told; taken to be of even density then
EDGE_SAMPLE = 40_000
SOFTER = 2.0
UNSEEN_EDGE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """y = offset + drift · (t − epoch) in nanoseconds, the covariance of both, and what it was seen from."""

    epoch_ns: int
    offset_ns: float
    drift: float
    variance: tuple[float, float, float]
    scatter_ns: float  # of the earliest of each stretch
    delays_ns: tuple[float, float, float]  # above the line: the quarter, the half, and 95 % of the arrivals
    edge: float
    softness_ns: float  # how much lower the line may lie if delays thin out more softly than those seen show
    blocks: int


def floor(times: Times, late: Floats) -> Floor:
    """Fit the line below `late` (ns above anything linear in time) at sorted `times`; at least LEAST_BLOCKS of them."""
    import numpy as np

    epoch = int(times[0]) + int((times - times[0]).mean())
    away = (times - epoch).astype(np.float64)
    blocks = max(min(BLOCKS, len(times) // PAIRS_A_BLOCK), LEAST_BLOCKS)
    starts = np.linspace(0, len(times), blocks + 1).astype(np.int64)[:-1]
    slope = 0.0
    for _ in range(4):
        rest = late - slope * away
        lowest = _positions_of_minima(rest, starts)
        keep = _not_late(away[lowest], rest[lowest])
        offset, more = _line(away[lowest][keep], rest[lowest][keep])
        slope += more
    rest = late - slope * away
    lowest = _positions_of_minima(rest, starts)
    keep = _not_late(away[lowest], rest[lowest])
    at, minima = away[lowest], rest[lowest]
    thin = max(1, len(rest) // EDGE_SAMPLE)
    groups = np.arange(blocks) * min(GROUPS, blocks) // blocks
    member = groups[np.clip(np.searchsorted(starts, np.arange(0, len(rest), thin), side="right") - 1, 0, None)]
    sample = rest[::thin] - (offset + 0.0)
    offset, more, edge = _estimate(at[keep], minima[keep], sample)
    variance = _jackknife(at, minima, keep, groups, (sample, member))
    line = offset + more * away
    quarter, half, most = np.quantile((rest - line)[::thin], (0.25, 0.5, 0.95))
    scatter = _scatter(at[keep], minima[keep])
    return Floor(
        epoch_ns=epoch,
        offset_ns=offset,
        drift=slope + more,
        variance=variance,
        scatter_ns=scatter,
        delays_ns=(max(float(quarter), 0.0), max(float(half), 0.0), max(float(most), 0.0)),
        edge=edge,
        softness_ns=max(_mean_over_scatter(_softest(edge, len(sample))) - _mean_over_scatter(edge), 0.0) * scatter,
        blocks=int(keep.sum()),
    )


def _estimate(at: Floats, minima: Floats, sample: Floats) -> tuple[float, float, float]:
    """Line through the earliest, lowered by how far above the edge the earliest of a stretch lies on average."""
    offset, slope = _line(at, minima)
    edge = _edge(sample)
    return offset - _mean_over_scatter(edge) * _scatter(at, minima), slope, edge


def _jackknife(
    at: Floats, minima: Floats, keep: NDArray[np.bool_], groups: Times, sampled: tuple[Floats, Times]
) -> tuple[float, float, float]:
    """Leave out one stretch of time after the other; few stretches are paid for by Student's t."""
    import numpy as np
    from scipy.special import stdtrit

    sample, member = sampled
    found = []
    for group in np.unique(groups):
        mask = keep & (groups != group)
        if mask.sum() >= 4:
            offset, slope, _ = _estimate(at[mask], minima[mask], sample[member != group])
            found.append((offset, slope))
    values = np.array(found)
    count = len(values)
    centred = values - values.mean(axis=0)
    covariance = centred.T @ centred * (count - 1) / count
    widening = (float(stdtrit(count - 1, 0.975)) / 1.96) ** 2
    return (
        float(covariance[0, 0]) * widening,
        float(covariance[0, 1]) * widening,
        float(covariance[1, 1]) * widening,
    )


def _positions_of_minima(values: Floats, starts: Times) -> Times:
    import numpy as np

    ends = np.append(starts[1:], len(values))
    return np.array([first + int(values[first:end].argmin()) for first, end in zip(starts, ends, strict=True)])


def _not_late(at: Floats, minima: Floats) -> NDArray[np.bool_]:
    """Leave out stretches in which nothing came the short way; never more than half."""
    import numpy as np

    keep = np.ones(len(at), np.bool_)
    for _ in range(3):
        offset, slope = _line(at[keep], minima[keep])
        above = minima - (offset + slope * at)
        middle = float(np.median(above[keep]))
        spread = float(np.median(np.abs(above[keep] - middle)))
        fresh = above <= middle + LATE_MADS * spread + 1.0
        if fresh.sum() < max(len(at) / 2, 4):
            break
        keep = fresh
    return keep


def _line(at: Floats, values: Floats) -> tuple[float, float]:
    centre = float(at.mean())
    away = at - centre
    square = float(away @ away)
    slope = float(away @ values) / square if square else 0.0
    return float(values.mean()) - slope * centre, slope


def _scatter(at: Floats, values: Floats) -> float:
    """Half the mean difference of two of them (Gini's; the second L-moment), which a few late ones move little."""
    import numpy as np

    count = len(at)
    offset, slope = _line(at, values)
    ordered = np.sort(values - (offset + slope * at))
    place = np.arange(count) * 2.0 - (count - 1)
    # The line took two degrees of freedom.
    total: float = (place * ordered).sum()
    return float(total) / (count * (count - 1)) * sqrt(count / max(count - 2, 1))


def _edge(sample: Floats) -> float:
    """How the number of delays grows above the edge, as a power of the distance: 1 for an even density there."""
    import numpy as np

    if len(sample) < EDGE_PAIRS:
        return 1.0
    near, far = len(sample) // 50, len(sample) // 12
    ordered = np.partition(sample, (0, near, far))
    first, second = float(ordered[near] - ordered[0]), float(ordered[far] - ordered[0])
    if first <= 0 or second <= first:
        return EDGE_LIMITS[0]
    return min(max(log(far / near) / log(second / first), EDGE_LIMITS[0]), EDGE_LIMITS[1])


def _softest(edge: float, count: int) -> float:
    return min(edge * SOFTER, EDGE_LIMITS[1]) if count >= EDGE_PAIRS else UNSEEN_EDGE


def _mean_over_scatter(edge: float) -> float:
    """First over second L-moment of a Weibull distribution, which minima above an edge follow (Hosking 1990)."""
    return 1.0 / -expm1(-log(2.0) / edge)
