"""Statistics of an episode and of all, in the form of LeRobot v3: least, greatest, mean, deviation and quantiles.

Those of an episode are exact. Those of all are put together as LeRobot's own writer does: the quantiles of several
episodes are means weighted by their frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Stats = dict[str, Array]

QUANTILES = (0.01, 0.10, 0.50, 0.90, 0.99)
NAMES = tuple(f"q{round(100 * quantile):02d}" for quantile in QUANTILES)


def of_numbers(values: Array) -> Stats:
    """Describe a feature (frames, …) along its frames; what is no number counts as nothing."""
    import numpy as np

    rows = np.asarray(values, np.float64)
    rows = rows.reshape(len(rows), 1) if rows.ndim == 1 else rows
    clean = np.nan_to_num(rows, nan=0.0, posinf=0.0, neginf=0.0) if not np.isfinite(rows).all() else rows
    quantiles = _quantiles(clean)
    return {
        "min": clean.min(axis=0),
        "max": clean.max(axis=0),
        "mean": clean.mean(axis=0),
        "std": clean.std(axis=0),
        "count": np.array([len(rows)]),
        **dict(zip(NAMES, quantiles, strict=True)),
    }


def _quantiles(rows: Array) -> Array:
    """Interpolate between the nearest of the sorted values, all quantiles at once."""
    import numpy as np

    place = np.array(QUANTILES) * (len(rows) - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, len(rows) - 1)
    ordered = np.sort(rows, axis=0)
    share = (place - low).reshape(-1, *([1] * (rows.ndim - 1)))
    found: Array = ordered[low] * (1 - share) + ordered[high] * share
    return found


def of_pictures(histogram: Array, count: int) -> Stats:
    """Describe pictures by how often each level occurs (3, 256); levels are from 0 to 1, shapes (3, 1, 1)."""
    import numpy as np

    levels = np.arange(256) / 255.0
    total = np.maximum(histogram.sum(axis=1), 1)
    mean = (histogram @ levels) / total
    spread = np.sqrt(np.maximum((histogram @ (levels * levels)) / total - mean * mean, 0.0))
    reached = np.cumsum(histogram, axis=1)
    found: Stats = {
        "min": levels[np.argmax(histogram > 0, axis=1)],
        "max": levels[255 - np.argmax(histogram[:, ::-1] > 0, axis=1)],
        "mean": mean,
        "std": spread,
    }
    for name, quantile in zip(NAMES, QUANTILES, strict=True):
        found[name] = levels[np.argmax(reached >= np.ceil(quantile * total)[:, None], axis=1)]
    return {**{name: value.reshape(-1, 1, 1) for name, value in found.items()}, "count": np.array([count])}


def put_together(episodes: Sequence[Stats]) -> Stats:
    """Describe all episodes by the descriptions of each."""
    import numpy as np

    def stacked(name: str) -> Array:
        return np.stack([stats[name] for stats in episodes])

    counts = stacked("count").astype(np.float64)
    weights = (counts / counts.sum()).reshape(-1, *([1] * (stacked("mean").ndim - 1)))
    mean = (stacked("mean") * weights).sum(axis=0)
    variance = ((stacked("std") ** 2 + (stacked("mean") - mean) ** 2) * weights).sum(axis=0)
    return {
        "min": stacked("min").min(axis=0),
        "max": stacked("max").max(axis=0),
        "mean": mean,
        "std": np.sqrt(variance),
        "count": stacked("count").sum(axis=0),
        **{name: (stacked(name) * weights).sum(axis=0) for name in NAMES},
    }


def as_data(stats: Mapping[str, Stats]) -> dict[str, dict[str, Any]]:
    """Give plain lists for JSON."""
    return {key: {name: value.tolist() for name, value in found.items()} for key, found in stats.items()}
