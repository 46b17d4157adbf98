"""Thirty numbers that say what a window of a signal is like: its values, its spectrum, its envelope's spectrum.

Each is a sum, a maximum or a ratio of such, so that a graph of matrix products gives the same in single precision;
nothing depends on which of two nearly equal bins is the larger. The constants below are what such a graph needs.
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
BLOCK_BYTES = 32 << 20


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
    """Name the columns that `features` gives: all of the first channel, then all of the second."""
    return tuple(f"{channel}.{feature.name}" for channel in channels for feature in FEATURES)


def units(channel_units: Sequence[str]) -> tuple[str, ...]:
    """Give the units of the columns, of the channels' units as the sources write them."""
    return tuple(
        {"unit": unit, "hz": "Hz", "none": ""}[feature.dimension] for unit in channel_units for feature in FEATURES
    )


def features(windows: Array, *, rate_hz: float) -> Floats:
    """Describe windows (n, window, channels) by (n, channels · 30) numbers; memory stays bounded by blocks."""
    import numpy as np

    count, length, channels = windows.shape
    found = np.empty((count, channels * len(FEATURES)), np.float32)
    size = max(1, BLOCK_BYTES // max(1, 4 * length * channels))
    for begin in range(0, count, size):
        block = np.asarray(windows[begin : begin + size], np.float32)
        rows = np.ascontiguousarray(block.transpose(0, 2, 1)).reshape(-1, length)
        found[begin : begin + len(block)] = _described(rows, rate_hz).reshape(len(block), -1)
    return found


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


def frequencies(length: int, rate_hz: float) -> Floats:
    """Give the bins' frequencies in hertz."""
    import numpy as np

    return np.asarray(np.arange(length // 2 + 1) * (rate_hz / length), np.float32)


def bands(length: int) -> Floats:
    """Give (bins, 8) of 0 and 1: octave 1 is the upper half up to the Nyquist frequency; bin 0 is in none."""
    import numpy as np

    share = np.arange(length // 2 + 1) / (length / 2)
    found = np.zeros((length // 2 + 1, BANDS), np.float32)
    for number in range(BANDS):
        low = 0.5 ** (number + 1) if number < BANDS - 1 else 0.0
        found[:, number] = (share > low) & (share <= 0.5**number)
    return found


def hilbert(length: int) -> Floats:
    """Give the matrix that turns windows (n, length) into their Hilbert transforms: y @ hilbert(length)."""
    import numpy as np
    from scipy import fft

    gains = np.zeros(length // 2 + 1, np.complex128)
    gains[1 : (length + 1) // 2] = -1j
    return np.asarray(fft.irfft(gains[:, None] * fft.rfft(np.eye(length), axis=0), length, axis=0).T, np.float32)


def _described(rows: Floats, rate_hz: float) -> Floats:
    """Describe rows (n, window) of one channel each."""
    import numpy as np

    length = rows.shape[1]
    mean = rows.mean(axis=1, keepdims=True)
    centred = rows - mean
    envelope = _envelope(centred)
    level = envelope.mean(axis=1, keepdims=True)
    swing = envelope - level
    spectrum, envelope_spectrum = _spectrum(centred), _spectrum(swing)
    hertz = frequencies(length, rate_hz)
    octaves = np.sqrt(spectrum @ bands(length))
    swing_std = np.sqrt((swing * swing).mean(axis=1))
    columns = [
        *_levels(rows, mean, centred),
        *octaves.T,
        *_tones(spectrum, hertz, with_spread=True),
        level[:, 0],
        swing_std,
        (_ratio(swing, swing_std[:, None]) ** 4).mean(axis=1),
        *_tones(envelope_spectrum, hertz, with_spread=False),
    ]
    return np.stack(columns, axis=1)


def _levels(rows: Floats, mean: Floats, centred: Floats) -> list[Floats]:
    import numpy as np

    size = np.abs(centred)
    std = np.sqrt((centred * centred).mean(axis=1))
    shape = _ratio(centred, std[:, None])
    peak, mean_abs = size.max(axis=1), size.mean(axis=1)
    steps = np.abs(np.diff(rows, axis=1))
    return [
        mean[:, 0],
        std,
        np.sqrt(std * std + mean[:, 0] * mean[:, 0]),
        peak,
        rows.max(axis=1) - rows.min(axis=1),
        _ratio(peak, std),
        (shape * shape * shape).mean(axis=1),
        (shape * shape * shape * shape).mean(axis=1),
        mean_abs,
        _ratio(std, mean_abs),
        _ratio(peak, mean_abs),
        steps.mean(axis=1) if steps.shape[1] else np.zeros(len(rows), np.float32),
    ]


def _tones(power: Floats, hertz: Floats, *, with_spread: bool) -> list[Floats]:
    """Say where the power lies; scaled by its largest bin first, so that squares neither vanish nor overflow."""
    import numpy as np

    largest = power.max(axis=1)
    share = power / np.maximum(largest, SILENCE * SILENCE)[:, None]
    total = np.maximum(share.sum(axis=1), SILENCE)
    centroid = (share @ hertz) / total
    squared = share * share
    found = [centroid]
    if with_spread:
        away = hertz[None, :] - centroid[:, None]
        found.append(np.sqrt((share * away * away).sum(axis=1) / total))
    found.append((squared @ hertz) / np.maximum(squared.sum(axis=1), SILENCE))
    found.append(np.sqrt(largest))
    return found


def _spectrum(rows: Floats) -> Floats:
    """Give the one-sided power of each bin; all bins together make up the mean square (Parseval)."""
    import numpy as np
    from scipy import fft

    bins = fft.rfft(rows * taper(rows.shape[1]), axis=1)
    return np.asarray((bins.real**2 + bins.imag**2) * sides(rows.shape[1]), np.float32)


def _envelope(rows: Floats) -> Floats:
    """Give the size of the analytic signal."""
    import numpy as np
    from scipy import fft

    length = rows.shape[1]
    bins = fft.rfft(rows, axis=1)
    bins *= np.asarray(-1j, np.complex64)
    bins[:, 0] = 0
    if length % 2 == 0:
        bins[:, -1] = 0
    turned = fft.irfft(bins, length, axis=1)
    return np.asarray(np.sqrt(rows * rows + turned * turned), np.float32)


def _ratio(above: Floats, below: Floats) -> Floats:
    import numpy as np

    return np.asarray(above / np.maximum(below, SILENCE), np.float32)
