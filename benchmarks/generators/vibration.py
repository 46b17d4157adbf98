"""Seeded vibration as converters give it: resonances in noise, bursts, tones, quantised to 16 and 24 bits."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

RATE_HZ = 12_000


def vibration(seed: int, samples: int, bits: int) -> np.ndarray:
    """Give counts of a sensor on a machine whose resonances, tones and bursts come from the seed."""
    rng = np.random.default_rng([seed, bits])
    poles = [
        radius * np.exp(sign * 1j * angle)
        for radius, angle in zip(rng.uniform(0.6, 0.97, 3), rng.uniform(0.1, 3.0, 3), strict=True)
        for sign in (1, -1)
    ]
    time = np.arange(samples) / RATE_HZ
    found = lfilter([1.0], np.poly(poles).real, rng.normal(size=samples))
    found /= found.std()
    for _ in range(int(rng.integers(0, 4))):
        found += rng.uniform(0.1, 2) * np.sin(2 * np.pi * rng.uniform(20, 2_000) * time + rng.uniform(0, 6))
    bursts = np.sin(2 * np.pi * rng.uniform(0.3, 3) * time) > rng.uniform(0.6, 0.99)
    found[bursts] += rng.normal(size=int(bursts.sum())) * rng.uniform(0, 3)
    reach = rng.uniform(0.05, 0.9) * 2 ** (bits - 1) / np.abs(found).max()
    return np.rint(found * reach).astype("<i2" if bits <= 16 else "<i4")


def calibrated(counts: np.ndarray, seed: int) -> np.ndarray:
    """Give what a logger's software exports: counts times a step, as float64."""
    rng = np.random.default_rng([seed, 99])
    return counts * float(rng.uniform(1e-5, 1e-3)) + float(rng.choice([0.0, 0.0, 0.25]))
