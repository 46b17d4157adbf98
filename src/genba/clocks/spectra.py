"""Signals brought to an even grid, whitened, and compared stretch by stretch over lags and drifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genba.clocks.stamps import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Mask = NDArray[np.bool_]

_TAPS = 12  # zero crossings of the interpolating kernel on each side
_FINE = 256  # places between two samples at which the kernel is tabulated
_RESOLUTION = 1024  # grid steps that frequencies are told apart by
_HELD_DOWN = 0.1  # amplitude left to frequencies that do not stand out
_HOLE = 2.5  # intervals without a sample that nothing is interpolated across


def on_grid(timeline: Timeline, values: Floats, start: float, rate: float, count: int) -> tuple[Floats, Mask]:
    """Values at start + i / rate seconds, low-passed to what that grid can hold; and where they are known."""
    import numpy as np

    wanted = start + np.arange(count) / rate
    known = _known(timeline, wanted)
    span = int(timeline.index[-1] - timeline.index[0]) + 1
    if timeline.is_even and span <= 3 * len(timeline.index):
        even = _filled(timeline, values, span)
        places = np.interp(wanted, timeline.seconds, timeline.index - timeline.index[0])
        found = _sinc(even, places, min(1.0, rate * timeline.interval))
    else:
        from scipy.interpolate import CubicSpline

        smooth = _low_passed(timeline, values, rate)
        found = CubicSpline(timeline.seconds, smooth, extrapolate=True)(np.clip(wanted, *timeline.seconds[[0, -1]]))
    found[~known] = 0.0
    return found, known


def _known(timeline: Timeline, wanted: Floats) -> Mask:
    import numpy as np

    after = np.clip(np.searchsorted(timeline.seconds, wanted), 1, len(timeline.seconds) - 1)
    left, right = timeline.seconds[after - 1], timeline.seconds[after]
    inside = (wanted >= timeline.seconds[0]) & (wanted <= timeline.seconds[-1])
    return np.asarray(inside & (right - left <= _HOLE * timeline.interval))


def _filled(timeline: Timeline, values: Floats, span: int) -> Floats:
    import numpy as np

    if span == len(values):
        return values
    return np.interp(np.arange(span), timeline.index - timeline.index[0], values)


def _low_passed(timeline: Timeline, values: Floats, rate: float) -> Floats:
    import numpy as np

    ratio = rate * timeline.interval
    if ratio >= 1.0 or len(values) < 16:
        return values
    reach = int(np.ceil(_TAPS / ratio))
    kernel = np.sinc(np.arange(-reach, reach + 1) * ratio) * np.kaiser(2 * reach + 1, 6.0)
    from scipy.signal import oaconvolve

    return np.asarray(oaconvolve(values, kernel / kernel.sum(), mode="same"))


def _sinc(even: Floats, places: Floats, cutoff: float) -> Floats:
    """Values between even samples by a windowed sinc; `cutoff` in half the sampling rate."""
    import numpy as np

    if cutoff < 0.5:  # leave out what the grid cannot hold before interpolating
        factor = int(1 / (2 * cutoff)) + 1
        reach = _TAPS * factor
        kernel = np.sinc(np.arange(-reach, reach + 1) / factor) * np.kaiser(2 * reach + 1, 6.0)
        from scipy.signal import upfirdn

        even = upfirdn(kernel / kernel.sum(), np.pad(even, reach, mode="edge"), 1, factor)[
            2 * _TAPS : 2 * _TAPS + (len(even) - 1) // factor + 1
        ]
        places = places / factor
        cutoff *= factor
    reach = int(np.ceil(_TAPS / cutoff))
    grid = np.arange(-reach * _FINE, (reach + 1) * _FINE + 1) / _FINE
    table = (
        cutoff
        * np.sinc(grid * cutoff)
        * np.where(
            np.abs(grid) < reach, np.i0(8.0 * np.sqrt(np.maximum(0.0, 1 - (grid / reach) ** 2))) / np.i0(8.0), 0.0
        )
    )
    padded = np.pad(even, reach + 1, mode="edge")
    whole = np.floor(places).astype(np.int64)
    fine = (places - whole) * _FINE
    step = fine.astype(np.int64)
    part = fine - step
    out = np.zeros(len(places))
    for tap in range(-reach + 1, reach + 1):
        at = (reach - tap) * _FINE + step
        weight = table[at] + part * (table[at + 1] - table[at])
        out += weight * padded[whole + (tap + reach + 1)]
    return out


def whitened(values: Floats, known: Mask, *, is_shaped: bool = False) -> Singles:
    """The signal with all its frequencies alike, up to four fifths of what the grid can hold, and loud parts tamed.

    Shaped: those that do not stand out of the noise are held down, for slow motion recorded with fast sensors.
    """
    import numpy as np
    from scipy.fft import irfft, next_fast_len, rfft
    from scipy.signal import welch

    count = len(values)
    mean = values[known].mean() if known.any() else 0.0
    centred = np.where(known, values - mean, 0.0)
    length = min(_RESOLUTION, max(64, count // 8))
    frequencies, power = welch(centred, nperseg=length, detrend="constant")
    power = np.maximum(power, 1e-9 * power.max() + 1e-300)
    size = next_fast_len(count + length, real=True)
    grid = np.arange(size // 2 + 1) / size
    even = 1.0 / np.sqrt(power)
    if is_shaped:
        even *= np.maximum(1.0 - 1.5 * np.percentile(power[2:], 30) / power, _HELD_DOWN)
    gain = np.interp(grid, frequencies, even)
    gain *= np.clip((0.45 - grid) / 0.1, 0.0, 1.0) * np.clip(grid / frequencies[1] - 0.5, 0.0, 1.0)
    flat = irfft(rfft(centred, size) * gain, size)[:count]
    flat[~known] = 0.0
    return _tamed(flat, length, 97 if is_shaped else 75)


def _tamed(flat: Floats, length: int, loud: int) -> Singles:
    """Loud stretches brought down to the usual, single spikes cut; quiet stretches stay quiet."""
    import numpy as np
    from scipy.ndimage import uniform_filter1d

    power = uniform_filter1d(flat**2, length, mode="constant")
    usual = max(float(np.percentile(power, loud)), 1e-300)
    flat = flat / np.sqrt(np.maximum(power, usual))
    return np.clip(flat, -5.0, 5.0).astype(np.float32)


def correlations(a: Singles, b: Singles, centre: int, reach: int, length: int) -> Singles:
    """For each stretch of b: its correlation with a, shifted by centre − reach … centre + reach grid steps.

    Row k, column reach + l is the sum over i in the stretch of b[i] · a[i + centre + l].
    """
    import numpy as np
    from scipy.fft import irfft, next_fast_len, rfft

    rows = max(1, len(b) // length)
    width = 2 * reach + 1
    size = next_fast_len(length + width, real=True)
    out = np.empty((rows, width), dtype=np.float32)
    low = centre - reach
    padded_left = max(0, -low)
    padded_right = max(0, rows * length + centre + reach + 1 - len(a))
    a = np.pad(a, (padded_left, padded_right))
    for row in range(rows):
        first = row * length
        piece = a[first + low + padded_left : first + low + padded_left + length + width - 1]
        spectrum = rfft(piece, size) * np.conj(rfft(b[first : first + length], size))
        out[row] = irfft(spectrum, size)[:width]
    return out


def slanted(rows: Singles, slopes: int) -> Singles:
    """Sums along all lines through the rows: out[s, l] begins at column l and ends s columns further right.

    A tree of pairwise sums, as radio astronomers undo dispersion with: K rows cost log K passes, not one pass a line.
    """
    import numpy as np

    count = 1 << max(0, (len(rows) - 1).bit_length())
    level = np.zeros((count, 1, rows.shape[1]), dtype=np.float32)
    level[: len(rows), 0] = rows
    # Padding rows lengthen the tree: a line over the real rows rises in proportion.
    slopes = int(np.ceil(slopes * count / len(rows)))
    group = 1
    while len(level) > 1:
        group *= 2
        wanted = min(group, int(np.ceil(slopes * group / count)) + 1)
        upper, lower = level[0::2], level[1::2]
        merged = np.empty((len(upper), wanted, rows.shape[1]), dtype=np.float32)
        for slope in range(wanted):
            half, shift = min(slope // 2, upper.shape[1] - 1), slope - slope // 2
            merged[:, slope] = upper[:, half]
            if shift:
                merged[:, slope, :-shift] += lower[:, half, shift:]
            else:
                merged[:, slope] += lower[:, half]
        level = merged
    return np.asarray(level[0])
