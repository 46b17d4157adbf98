"""Linear prediction of integers, exact on every machine: lanes side by side, so that decoding is fast without C.

A lane is a few thousand samples in a row with its own predictor of order up to 32, kept as quantised reflection
coefficients. Its coefficients are rounded so that every sum is a whole number of small steps below 2⁵², which float64
holds exactly: no machine, library or order of adding rounds anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST_ORDER = 32
MOST_LEVELS = 1 << 15
EXACT_BITS = 51
FEWEST_BITS = 6  # of a coefficient after the point; a lane that leaves fewer is not predicted
MOST_BITS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to look for predictors; which is best depends on the signal and is found by trial."""

    lane: int = 4096  # samples
    order: int = MOST_ORDER
    levels: int = 255  # of a reflection coefficient on each side of 0: coarse ones are cheap, tones need fine ones
    fade: float = 0.5  # share of a lane that the window fades


# Broadband noise; tones far above the noise; few resonances, coarse and fine; what changes quickly.
CHOICES = (
    Settings(),
    Settings(levels=32_767, fade=1.0),
    Settings(order=10, levels=32_767, fade=0.25),
    Settings(order=12, levels=2_047),
    Settings(lane=1024, order=8, fade=1.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Predictors:
    """What predicts each lane: its centre and its quantised reflection coefficients, 0 beyond its order."""

    centre: Ints  # (lanes,)
    reflections: Ints  # (lanes, order)
    levels: int
    lane: int
    reach_bits: int  # no value is farther from its lane's centre than 2 to the power of this


def lanes_of(count: int, lane: int) -> tuple[int, int]:
    """Give how many lanes a column of so many samples has, and their length."""
    lanes = max(1, count // lane)
    return lanes, -(-count // lanes)


def predict(values: Ints, settings: Settings) -> tuple[Predictors, Ints]:
    """Find predictors and give the residuals, of which `restore` makes the values again."""
    import numpy as np

    lanes, length = lanes_of(len(values), settings.lane)
    padded = np.concatenate([values, np.full(lanes * length - len(values), values[-1])])
    rows = padded.reshape(lanes, length).astype(np.float64)
    centre = np.rint(rows.mean(axis=1))
    rows -= centre[:, None]
    reach_bits = int(np.abs(rows).max()).bit_length()
    reflections = _reflections(rows, settings)
    predictors = Predictors(centre.astype(np.int64), reflections, settings.levels, settings.lane, reach_bits)
    residuals = np.empty_like(rows)
    order = predictors.reflections.shape[1]
    taps = np.zeros((lanes, 0))
    for at, taps in enumerate(_taps(predictors)):
        if at < order:  # each sample of the beginning by those before it
            residuals[:, at] = rows[:, at] - np.rint((taps * rows[:, :at][:, ::-1]).sum(axis=1))
    for lane, row in enumerate(rows):
        kept = taps[lane]
        if kept.any():
            predicted = np.rint(np.correlate(row[:-1], kept[::-1], "valid"))
            np.subtract(row[order:], predicted, out=residuals[lane, order:])
        else:
            residuals[lane, order:] = row[order:]
    return predictors, residuals.reshape(-1)[: len(values)].astype(np.int64)


def restore(predictors: Predictors, residuals: Ints) -> Ints:
    """Give the values again; all lanes go forward together."""
    import numpy as np

    with np.errstate(all="ignore"):  # damaged predictors may lead anywhere; the proof is asked afterwards
        return _restored(predictors, residuals)


def _restored(predictors: Predictors, residuals: Ints) -> Ints:
    import numpy as np

    lanes, length = lanes_of(len(residuals), predictors.lane)
    padded = np.zeros(lanes * length)
    padded[: len(residuals)] = residuals
    rows = np.ascontiguousarray(padded.reshape(lanes, length).T)
    order = predictors.reflections.shape[1]
    taps = np.zeros((lanes, 0))
    for at, taps in enumerate(_taps(predictors)):
        if at < order:
            rows[at] += np.rint((taps.T * rows[:at][::-1]).sum(axis=0))
    if order:
        used = np.ascontiguousarray(taps[:, ::-1].T)
        products, sums = np.empty((order, lanes)), np.empty(lanes)
        for at in range(order, length):
            np.multiply(used, rows[at - order : at], out=products)
            np.add.reduce(products, axis=0, out=sums)
            np.rint(sums, out=sums)
            np.add(rows[at], sums, out=rows[at])
    rows += predictors.centre
    return np.ascontiguousarray(rows.T).reshape(-1)[: len(residuals)].astype(np.int64)


def _reflections(rows: Floats, settings: Settings) -> Ints:
    """Find each lane's quantised reflection coefficients by Levinson and Durbin, as many as pay for themselves."""
    import numpy as np

    lanes, length = rows.shape
    order, levels = min(settings.order, length // 8), settings.levels
    size = _quick(length + order)
    spectrum = np.fft.rfft(rows * _window(length, settings.fade), n=size)
    lags = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, n=size)[:, : order + 1]
    error = lags[:, 0] * (1 + 1e-10) + 1e-3
    taps = np.zeros((lanes, order))
    found = np.zeros((lanes, order), np.int64)
    costs = np.zeros((lanes, order + 1))
    costs[:, 0] = 0.5 * length * np.log2(error)
    price = np.log2(levels) - 2  # bits of a coefficient, as measured
    for step in range(order):
        ahead = lags[:, step + 1] - (taps[:, :step] * lags[:, step:0:-1]).sum(axis=1)
        found[:, step] = _level(ahead / error, levels)
        k = _reflection(found[:, step], levels)
        kept = taps[:, :step] - k[:, None] * taps[:, :step][:, ::-1]
        taps[:, :step], taps[:, step] = kept, k
        # What the quantised coefficients so far leave, not what the exact ones would.
        error = np.maximum(error * (1 - k * k), lags[:, 0] * 1e-12 + 1e-9)
        costs[:, step + 1] = 0.5 * length * np.log2(error) + price * (step + 1)
    best = costs.argmin(axis=1)
    found[np.arange(order)[None, :] >= best[:, None]] = 0
    return found[:, : int(best.max())]


def _window(length: int, fade: float) -> Floats:
    """Fade both ends by half a cosine each (Tukey's window; with a fade of 1, Hann's)."""
    import numpy as np

    edge = max(1, int(length * fade / 2))
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    window = np.ones(length)
    window[:edge], window[-edge:] = rise, rise[::-1]
    return window


def _quick(size: int) -> int:
    """Give a size that a Fourier transform is quick with."""
    step = 1 << max(size.bit_length() - 4, 0)
    return -(-size // step) * step


def _level(k: Floats, levels: int) -> Ints:
    """Quantise finely where a reflection coefficient is near ±1."""
    import numpy as np

    size = np.minimum(np.abs(k), 1.0)
    found = np.minimum(np.rint(levels * (1 - np.sqrt(1 - size))), levels - 1)
    signed: Ints = (np.sign(k) * found).astype(np.int64)
    return signed


def _reflection(level: Ints, levels: int) -> Floats:
    """Give what a level stands for."""
    import numpy as np

    rest = (levels - np.abs(level)) / levels
    found: Floats = np.sign(level) * (1 - rest * rest)
    return found


def _taps(predictors: Predictors) -> Iterator[Floats]:
    """Give the coefficients of order 0, 1, … of every lane, newest sample first, rounded so that sums are exact."""
    import numpy as np

    lanes, order = predictors.reflections.shape
    taps = np.zeros((lanes, 0))
    yield taps
    for step in range(order):
        k = _reflection(predictors.reflections[:, step], predictors.levels)[:, None]
        taps = np.concatenate([taps - k * taps[:, ::-1], k], axis=1)
        _, exponent = np.frexp(np.abs(taps).sum(axis=1) + step + 1.0)
        bits = np.minimum(EXACT_BITS - predictors.reach_bits - exponent, MOST_BITS)
        scale = np.where(bits >= FEWEST_BITS, np.ldexp(1.0, np.maximum(bits, 0)), 0.0)[:, None]
        yield np.rint(taps * scale) / np.where(scale > 0, scale, 1.0)
