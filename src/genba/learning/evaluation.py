"""Judges scores on the frozen set: figures with 95 % intervals from a bootstrap over whole lots or blocks of time.

Windows of one lot resemble each other, so the lot is what is drawn again, not the window; drawn apart are groups with
a fault and groups without, so that every draw has both (stratified block bootstrap; Efron & Tibshirani 1993, ch. 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genba.model.loop import Metric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Index = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Array = NDArray[Any]

DRAWS = 1_000
DECIMALS = 6
# Fewer groups with faults, or without, say too little for an interval to mean anything.
LEAST_GROUPS = 5
NAMES = ("average_precision", "auroc", "detection_rate", "false_alarms_per_1000")
PRIMARY = "average_precision"
CHANCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth:
    """What is known of the frozen windows: fault or normal, the group that stays together, the episode of a fault."""

    fault: Mask
    group: Index
    episode: Index  # of a fault's run of windows, in order of time; −1 for none
    begins_s: Floats  # each window's first sample …
    ends_s: Floats  # … and its last, when a score can be known at the earliest
    unit: str = "lot"  # what a group is: a lot (a block of time where there are none), or a block within lots

    @property
    def fault_groups(self) -> int:
        """Groups with a fault in them."""
        return len(set(self.group[self.fault].tolist()))

    @property
    def normal_groups(self) -> int:
        """Groups without any."""
        return len(set(self.group.tolist())) - self.fault_groups

    @property
    def is_enough(self) -> bool:
        """Whether intervals from it mean something."""
        return self.of_groups(self.fault, self.group)

    @staticmethod
    def of_groups(fault: Mask, group: Index) -> bool:
        """Whether there are groups enough with a fault, and without."""
        with_fault = set(group[fault].tolist())
        return min(len(with_fault), len(set(group.tolist()) - with_fault)) >= LEAST_GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two models on the same windows, drawn together: each one's figures, and the second's minus the first's."""

    first: tuple[Metric, ...]
    second: tuple[Metric, ...]
    difference: tuple[Metric, ...]


def measured(scores: Floats, threshold: float, truth: Truth, *, seed: int) -> tuple[Metric, ...]:
    """The figures of one model, the delay of alarms and the share of episodes that were found among them."""
    points = _figures(scores, threshold, truth, _once(truth))[0]
    drawn = _figures(scores, threshold, truth, _weights(truth, seed))
    return (*_metrics(points, drawn), *_episodes(scores, threshold, truth, seed=seed))


def compared(first: Floats, second: Floats, thresholds: tuple[float, float], truth: Truth, *, seed: int) -> Compared:
    """Judge two models on the same draws of groups."""
    weights, once = _weights(truth, seed), _once(truth)
    both = [
        (_figures(scores, threshold, truth, once)[0], _figures(scores, threshold, truth, weights))
        for scores, threshold in zip((first, second), thresholds, strict=True)
    ]
    (point_1, drawn_1), (point_2, drawn_2) = both
    return Compared(
        first=_metrics(point_1, drawn_1),
        second=_metrics(point_2, drawn_2),
        difference=_metrics(point_2 - point_1, drawn_2 - drawn_1),
    )


def _metrics(points: Floats, drawn: Floats) -> tuple[Metric, ...]:
    return tuple(_metric(name, points[place], drawn[:, place]) for place, name in enumerate(NAMES))


def _metric(name: str, value: float, drawn: Floats) -> Metric:
    import numpy as np

    low, high = np.quantile(drawn, (0.025, 0.975)) if len(drawn) else (value, value)
    return Metric(
        name=name,
        value=round(float(value), DECIMALS),
        low=round(float(min(low, value)), DECIMALS),
        high=round(float(max(high, value)), DECIMALS),
    )


def _once(truth: Truth) -> Array:
    import numpy as np

    return np.ones((1, len(truth.fault)))


def _weights(truth: Truth, seed: int) -> Array:
    """How often each window is in each draw."""
    import numpy as np

    numbers, group = np.unique(truth.group, return_inverse=True)
    with_fault = np.isin(numbers, truth.group[truth.fault])
    random = np.random.Generator(np.random.PCG64(seed))
    counts = np.zeros((DRAWS, len(numbers)))
    for stratum in (np.flatnonzero(with_fault), np.flatnonzero(~with_fault)):
        if len(stratum):
            counts[:, stratum] = random.multinomial(len(stratum), np.full(len(stratum), 1 / len(stratum)), DRAWS)
    return counts[:, group]


def _figures(scores: Floats, threshold: float, truth: Truth, weights: Array) -> Floats:
    """(draws, figures) of weighted windows; equal scores count half for AUROC and together for average precision."""
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    fault = truth.fault[order]
    found = np.empty((len(weights), len(NAMES)))
    called = scores[order] >= threshold
    for row, drawn in enumerate(weights):
        ordered = drawn[order]
        hits = np.cumsum(ordered * fault)[ends]
        alarms = np.cumsum(ordered * ~fault)[ends]
        faults, normals = max(hits[-1], 1e-12), max(alarms[-1], 1e-12)
        gained = np.diff(hits, prepend=0.0)
        precision = hits / np.maximum(hits + alarms, 1e-12)
        middles = (np.append(0.0, hits[:-1]) + hits) / 2
        auroc = float((np.diff(alarms, prepend=0.0) * middles).sum()) / faults / normals
        detected = float((ordered * (fault & called)).sum()) / faults
        false = float((ordered * (~fault & called)).sum()) / normals * 1000
        found[row] = float((gained * precision).sum()) / faults, auroc, detected, false
    return found


def _episodes(scores: Floats, threshold: float, truth: Truth, *, seed: int) -> tuple[Metric, ...]:
    """Episodes found, and the mean time from an episode's beginning to the end of the first window that was called."""
    import numpy as np

    delays = []
    for number in np.unique(truth.episode[truth.episode >= 0]):
        rows = truth.episode == number
        called = rows & (scores >= threshold)
        begins = truth.begins_s[rows].min()
        delays.append(truth.ends_s[called].min() - begins if called.any() else np.nan)
    if not delays:
        return ()
    each = np.array(delays)
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = each[random.integers(0, len(each), (DRAWS, len(each)))]
    is_found = ~np.isnan(drawn)
    metrics = [_metric("episodes_found", float((~np.isnan(each)).mean()), is_found.mean(axis=1))]
    if (~np.isnan(each)).any():
        some = drawn[is_found.any(axis=1)]
        metrics.append(_metric("delay_s", float(np.nanmean(each)), np.nanmean(some, axis=1)))
    return tuple(metrics)
