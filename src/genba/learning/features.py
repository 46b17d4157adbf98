"""Thirty numbers that say what a window of a signal is like: its values, its spectrum, its envelope's spectrum.

Each is a sum, a maximum or a ratio of such, so that numpy and a graph give the same (`described.py` computes both);
nothing depends on which of two nearly equal bins is the larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float32]

# Below this a deviation counts as none: a constant window has no shape, and its ratios are 0.
SILENCE = 1e-9
BANDS = 8  # octaves below the Nyquist frequency, the lowest one down to the first bin above 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A number of a window; `dimension` says what its unit is made of: the channel's, Hz, or nothing."""

    name: str
    dimension: str  # unit, hz, none
    source: str  # where its formula stands


# x is the window, y = x − mean, s = √mean(y²). ISO 13373-2 for levels; Dyer & Stewart 1978 for kurtosis; Lei et al.
# 2008 for shape and impulse factors; Welch 1967 for the tapered spectrum; Randall & Antoni 2011 for the envelope.
LEVELS = (
    Feature(name="mean", dimension="unit", source="mean(x)"),
    Feature(name="std", dimension="unit", source="s = √mean(y²)"),
    Feature(name="rms", dimension="unit", source="√mean(x²), ISO 13373-2"),
    Feature(name="peak", dimension="unit", source="max|y|, ISO 13373-2"),
    Feature(name="peak_to_peak", dimension="unit", source="max(x) − min(x), ISO 13373-2"),
    Feature(name="crest", dimension="none", source="max|y| / s"),
    Feature(name="skewness", dimension="none", source="mean((y/s)³)"),
    Feature(name="kurtosis", dimension="none", source="mean((y/s)⁴), Dyer & Stewart 1978"),
    Feature(name="mean_abs", dimension="unit", source="mean|y|"),
    Feature(name="shape", dimension="none", source="s / mean|y|, Lei et al. 2008"),
    Feature(name="impulse", dimension="none", source="max|y| / mean|y|, Lei et al. 2008"),
    Feature(name="line_length", dimension="unit", source="mean|x[i+1] − x[i]|, Esteller et al. 2001"),
)
SPECTRUM = (
    *(
        Feature(name=f"band_{number}", dimension="unit", source=f"√Σ P over octave {number} from the top, Welch 1967")
        for number in range(1, BANDS + 1)
    ),
    Feature(name="centroid", dimension="hz", source="Σ f·P / Σ P"),
    Feature(name="spread", dimension="hz", source="√(Σ f²·P / Σ P − centroid²)"),
    Feature(name="dominant", dimension="hz", source="Σ f·P² / Σ P²"),
    Feature(name="tone", dimension="unit", source="√max P"),
)
ENVELOPE = (
    Feature(name="envelope_mean", dimension="unit", source="mean(e), e = |y + i·Hilbert(y)|, Randall & Antoni 2011"),
    Feature(name="envelope_std", dimension="unit", source="√mean((e − mean e)²)"),
    Feature(name="envelope_kurtosis", dimension="none", source="mean(((e − mean e)/std e)⁴)"),
    Feature(name="envelope_centroid", dimension="hz", source="Σ f·P / Σ P of e − mean e"),
    Feature(name="envelope_dominant", dimension="hz", source="Σ f·P² / Σ P² of e − mean e"),
    Feature(name="envelope_tone", dimension="unit", source="√max P of e − mean e"),
)
FEATURES = LEVELS + SPECTRUM + ENVELOPE


def names(channels: Sequence[str]) -> tuple[str, ...]:
    """Name the columns that `described.apply` gives: all of the first channel, then all of the second."""
    return tuple(f"{channel}.{feature.name}" for channel in channels for feature in FEATURES)


def units(channel_units: Sequence[str]) -> tuple[str, ...]:
    """Give the units of the columns, of the channels' units as the sources write them."""
    return tuple(
        {"unit": unit, "hz": "Hz", "none": ""}[feature.dimension] for unit in channel_units for feature in FEATURES
    )


def taper(length: int) -> Floats:
    """Give the periodic Hann window, scaled so that spectra keep the signal's power (Welch 1967)."""
    import numpy as np

    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return np.asarray(hann / max(float(np.sqrt((hann**2).sum() * length)), 1e-30), np.float32)


def sides(length: int) -> Floats:
    """Say how often each bin of a one-sided spectrum counts: twice, but for 0 and the Nyquist frequency."""
    import numpy as np

    weights = np.full(length // 2 + 1, 2.0, np.float32)
    weights[0] = 1.0
    if length % 2 == 0:
        weights[-1] = 1.0
    return weights


def bands(length: int) -> Floats:
    """Give (bins, 8) of 0 and 1: octave 1 is the upper half up to the Nyquist frequency; bin 0 is in none."""
    import numpy as np

    share = np.arange(length // 2 + 1) / (length / 2)
    found = np.zeros((length // 2 + 1, BANDS), np.float32)
    for number in range(BANDS):
        low = 0.5 ** (number + 1) if number < BANDS - 1 else 0.0
        found[:, number] = (share > low) & (share <= 0.5**number)
    return found
