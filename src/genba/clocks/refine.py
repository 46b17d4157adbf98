"""Offset and drift to a small part of a sample, and how far they may be off by what the stretches say themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Spectra = list[tuple[NDArray[np.complex128], Floats, Floats]]  # crossed, and each signal's own power
    Singles = NDArray[np.float32]

FEWEST = 8  # stretches below which nothing can be said about how much they differ
MOST = 48
# What all stretches have in common (interpolation between stamps, the band) does not show in how much they differ: over
# 690 looks at generated and real pairs, seeds 302 to 441, the truth was about 1.1 times as far away as they say.
_COMMON = 1.1
_TAPER = 0.3  # of a stretch, at both ends together
_HIGHEST = 0.84 * 3.141592653589793  # radians a grid step: the whitening leaves little above


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """Delay = offset + slope · x, in grid steps; x runs from −1 to 1 over the overlap."""

    offset: float
    slope: float
    variance: tuple[float, float, float]  # of offset, of both, of slope
    margin: float  # what a straight line leaves unexplained, in grid steps
    coherence: float
    stretches: int
    steps: int  # grid steps compared
    freedom: float


def line(pairs: list[tuple[Singles, Singles]], sign: int, extra: Floats | None = None) -> Line | None:
    """Fit the delay of each pair's first signal against its second, both already within about a grid step.

    `extra` is what the stamps of each of `blocks_of(…)` stretches say of themselves, in grid steps.
    """
    import numpy as np
    from scipy.fft import rfft
    from scipy.signal.windows import tukey

    count = len(pairs[0][0])
    blocks = blocks_of(count)
    if blocks < FEWEST:
        return None
    length = count // blocks
    # A stretch that is cut off sharply leaks its low frequencies into the empty ones: alike in both, without any delay.
    taper = tukey(length, _TAPER).astype(np.float64)
    spectra = []
    for a, b in pairs:
        cut_a = rfft(a[: blocks * length].reshape(blocks, length) * taper, axis=1)
        cut_b = rfft(b[: blocks * length].reshape(blocks, length) * taper, axis=1) * sign
        spectra.append((cut_a * np.conj(cut_b), np.abs(cut_a) ** 2, np.abs(cut_b) ** 2))
    omega: Floats = np.asarray(2 * np.pi * np.fft.rfftfreq(length), dtype=np.float64)
    x = np.linspace(-1, 1, blocks + 1)
    x = 0.5 * (x[1:] + x[:-1])
    design = np.stack([np.ones(blocks), x])
    found = np.zeros(2)
    weights = [np.ones(len(omega)) for _ in pairs]
    extra = np.zeros(blocks) if extra is None else extra[:blocks]
    for turn in range(12):
        if turn in (3, 6):
            weights = [_weights(*one, omega, found @ design) for one in spectra]
        score, bend = _scores(spectra, weights, omega, found @ design)
        information = (design * bend) @ design.T
        if not np.all(np.isfinite(information)) or np.linalg.eigvalsh(information)[0] <= 0:
            return None
        step = np.linalg.solve(information, design @ (score + np.maximum(bend, 0.0) * (extra if turn > 5 else 0.0)))
        found = found + np.clip(step, -0.5, 0.5)
        if turn > 6 and np.abs(step).max() < 1e-6:
            break
    score, bend = _scores(spectra, weights, omega, found @ design)
    judged = _judged(
        found, score + np.maximum(bend, 0.0) * extra, bend, design, _coherence(spectra, omega, found @ design)
    )
    return judged and replace(judged, steps=blocks * length)


def blocks_of(count: int) -> int:
    """How many stretches an overlap of so many grid steps is cut into."""
    return min(MOST, count // 64)


def _scores(spectra: Spectra, weights: list[Floats], omega: Floats, delay: Floats) -> tuple[Floats, Floats]:
    import numpy as np

    turn = np.exp(1j * delay[:, None] * omega[None, :])
    score = np.zeros(len(delay))
    bend = np.zeros(len(delay))
    for (cross, _, _), weight in zip(spectra, weights, strict=True):
        turned = cross * turn
        score -= turned.imag @ (weight * omega)
        bend += turned.real @ (weight * omega**2)
    return score, bend


def _weights(cross: NDArray[np.complex128], power_a: Floats, power_b: Floats, omega: Floats, delay: Floats) -> Floats:
    """Hannan and Thomson's weights: γ² / (1 − γ²) of each frequency, by the coherence of the stretches."""
    import numpy as np

    turned = (cross * np.exp(1j * delay[:, None] * omega[None, :])).sum(axis=0)
    width = max(3, len(omega) // 48) | 1
    smooth = np.ones(width) / width
    mean = np.convolve(turned, smooth, mode="same")
    scale = np.convolve(power_a.sum(axis=0), smooth, mode="same") * np.convolve(
        power_b.sum(axis=0), smooth, mode="same"
    )
    coherence = np.abs(mean) ** 2 / np.maximum(scale, 1e-300)
    floor = 2.0 / (width * len(cross))
    coherence = np.clip((coherence - floor) / (1 - floor), 0.0, 0.999)
    coherence[(scale < 1e-4 * scale.max()) | (omega > _HIGHEST)] = 0.0  # what the whitening left out
    return np.asarray(coherence / (1 - coherence) / np.maximum(np.abs(mean), 1e-6 * np.abs(mean).max() + 1e-300))


def _coherence(spectra: Spectra, omega: Floats, delay: Floats) -> float:
    """The correlation of the aligned, whitened signals."""
    import numpy as np

    turn = np.exp(1j * delay[:, None] * omega[None, :])
    cross = sum(float((one * turn).real.sum()) for one, _, _ in spectra)
    scale = sum(float(np.sqrt(a.sum() * b.sum())) for _, a, b in spectra)
    return cross / scale if scale > 0 else 0.0


def _judged(found: Floats, score: Floats, bend: Floats, design: Floats, coherence: float) -> Line | None:
    """The sandwich: how much the stretches' own scores scatter, not how much theory says that they should."""
    import numpy as np
    from scipy.stats import t

    blocks = len(score)
    information = (design * bend) @ design.T
    bread = np.linalg.inv(information)
    leverage = np.clip(np.maximum(bend, 0.0) * np.einsum("ik,ij,jk->k", design, bread, design), 0.0, 0.9)
    scatter = score / np.sqrt(1 - leverage)
    meat = (design * scatter**2) @ design.T
    neighbours = (design[:, 1:] * (scatter[1:] * scatter[:-1])) @ design[:, :-1].T
    widened = meat + neighbours + neighbours.T
    if np.all(np.diag(widened) > np.diag(meat)):
        meat = widened
    variance = bread @ meat @ bread
    share = np.maximum(bend, 0.0)
    freedom = float(share.sum() ** 2 / max(float((share**2).sum()), 1e-300)) - 2
    if freedom < 3:
        return None
    factor = (_COMMON * float(t.ppf(0.975, freedom)) / 1.959964) ** 2
    margin = _bent(score, bend, design, freedom)
    return Line(
        offset=float(found[0]),
        slope=float(found[1]),
        variance=(variance[0, 0] * factor, variance[0, 1] * factor, variance[1, 1] * factor),
        margin=margin,
        coherence=coherence,
        stretches=blocks,
        steps=0,
        freedom=freedom,
    )


def _bent(score: Floats, bend: Floats, design: Floats, freedom: float) -> float:
    """How far the delays leave a straight line, where they do so by more than chance."""
    import numpy as np
    from scipy.stats import chi2

    parts = 6
    if len(score) < 4 * parts:
        return 0.0
    edges = list(pairwise(np.linspace(0, len(score), parts + 1).astype(int)))
    sums = np.array([score[i:j].sum() for i, j in edges])
    firm = np.array([bend[i:j].sum() for i, j in edges])
    noise = np.array([score[i:j].var(ddof=1) * (j - i) for i, j in edges])
    if np.any(firm <= 0) or np.any(noise <= 0):
        return 0.0
    statistic = float((sums**2 / noise).sum())
    if statistic < float(chi2.ppf(0.999, parts - 2)) * (1 + 8 / max(freedom, 4)):
        return 0.0
    return float(1.3 * np.abs(sums / firm).max())
