"""Two recordings of one motion for the tests of clocks: everything from a seed, the truth known."""

from __future__ import annotations

from typing import Any

import numpy as np

UNIX_NS = 1_700_000_000_000_000_000


def broadband(seed: int, rate: float, seconds: float) -> Any:
    """A motion that never repeats, to be looked at at any time up to `seconds`."""
    from scipy.interpolate import CubicSpline
    from scipy.signal import butter, sosfilt

    fine = 5 * rate
    noise = np.random.default_rng(seed).normal(size=int(seconds * fine) + 1)
    values = sosfilt(butter(3, (0.04 * rate, 0.35 * rate), "bandpass", fs=fine, output="sos"), noise)
    return CubicSpline(np.arange(len(values)) / fine, values / values.std())


def two(
    seed: int,
    motion: Any,
    *,
    rate: float = 1000.0,
    seconds: float = 12.0,
    offset: float = 0.7,
    drift: float = 120e-6,
    jitter: float = 0.0,
    noise: float = 0.3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What two sensors record: a on a clock of Unix time, b on one of its own that is `offset` and `drift` away."""
    rng = np.random.default_rng((seed, 1))
    sides: list[np.ndarray] = []
    for pace, is_b in ((rate, False), (rate * 0.87, True)):
        true = np.arange(0.2, seconds, 1 / pace)
        clock = (true - offset) / (1 + drift) if is_b else true
        stamps = clock + jitter * rng.uniform(-1, 1, len(true))
        sides += [np.rint(stamps * 1e9).astype(np.int64) + (0 if is_b else UNIX_NS)]
        sides += [motion(true) + noise * rng.normal(size=len(true))]
    return sides[0], sides[1], sides[2], sides[3]


def truth_ns(b_ns: np.ndarray, offset: float, drift: float) -> np.ndarray:
    """What a's clock shows, counted from UNIX_NS."""
    return offset * 1e9 + b_ns * (1 + drift)
