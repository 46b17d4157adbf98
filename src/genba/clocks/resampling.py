"""Signals at other times than they were measured: interpolated, or low-passed first where the new rate is lower.

Every value says how far the nearest measured sample is. Nothing is bridged that is longer than the tolerance: there is
no value in a gap. States, events, angles and bare integers are taken as they are unless something else is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.clocks import asof, joins
from genba.errors import InvalidInput
from genba.model.signals import Channel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times, Values

    Floats = NDArray[np.float64]

METHODS = ("linear", "previous", "nearest")
# Kinds between whose samples there are no values, or none on a straight line: 359° and 1° are not 180°.
STEPPED = frozenset({"state", "event", "message", "angle", "orientation", "quaternion", "image", "counter", "mode"})
TOLERATED_STEPS = 2.5
# Of the low pass: crossings of zero to each side, and Kaiser's shape: 80 dB from 1.1 times half the new rate on.
LOBES = 16
KAISER_BETA = 8.0
PASSED = 0.9  # of half the new rate
TABLE = 1 << 10  # points of the filter between two crossings of zero
ROWS_TAPS = 1 << 21


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """Values on an axis; NaN (or zero where the dtype has none) where `is_valid` says no."""

    values: Values  # (n, *shape)
    distance_ns: Times  # the nearest measured time minus the axis's
    is_valid: NDArray[np.bool_]


def method_of(channel: Channel) -> str:
    """Choose what a channel bears: linear for measured quantities, else the previous sample."""
    if channel.kind in STEPPED or channel.dtype == "bytes" or len(channel.shape) > 1:
        return "previous"
    is_float = channel.dtype.lstrip("<>|=").startswith("f")
    return "linear" if is_float or channel.kind or channel.unit else "previous"


def interpolate(
    axis_ns: Times, times: Times, values: Values, *, method: str = "linear", tolerance_ns: int | None = None
) -> Resampled:
    """Give values at the times of a sorted axis; steps between samples above the tolerance are not bridged.

    Without a tolerance steps of up to two and a half usual ones are.
    """
    import numpy as np

    if method not in METHODS:
        raise InvalidInput("clock.unknown_method", name=method, known=", ".join(METHODS))
    times, (values,) = joins.in_order(times, (values,))
    if tolerance_ns is None:
        tolerance_ns = usual_tolerance(times)
    if method != "linear":
        strategy = "backward" if method == "previous" else "nearest"
        one = joins.join_one(axis_ns, times, (values,), strategy=strategy, tolerance_ns=tolerance_ns)
        valid = one.is_valid
        return Resampled(values=one.values[0], distance_ns=np.where(valid, one.distance_ns, 0), is_valid=valid)
    out = np.full((len(axis_ns), *values.shape[1:]), np.nan, np.float32 if values.dtype == np.float32 else np.float64)
    distance = np.zeros(len(axis_ns), np.int64)
    valid = np.zeros(len(axis_ns), np.bool_)
    if len(times):
        for first, end, found in asof.found_in_stretches(axis_ns, times, strategy="backward"):
            part = slice(first, end)
            _between(axis_ns[part], times, values, (found, tolerance_ns), (out[part], distance[part], valid[part]))
    return Resampled(values=out, distance_ns=distance, is_valid=valid)


def usual_tolerance(times: Times) -> int:
    """Two and a half usual steps of a sorted stream: what jitter and one lost sample make."""
    import numpy as np

    if len(times) < 2:
        return 0
    thin = max(1, len(times) // 100_000)
    steps = np.diff(times)[::thin]
    return int(TOLERATED_STEPS * float(np.median(steps)))


def resample(
    axis_ns: Times, times: Times, values: Values, *, rate_hz: float, tolerance_ns: int | None = None
) -> Resampled:
    """Give values at the times of an axis of `rate_hz` without what that rate cannot hold, and without delay.

    A symmetric filter (sinc under a Kaiser window) is laid at each time over the samples at the times at which they
    were measured, each weighted by the time that it stands for; so uneven steps, edges and gaps need no grid and no
    padding. At a rate above the stream's own it interpolates within the stream's band.
    """
    import numpy as np

    times, (values,) = joins.in_order(times, (values,))
    if tolerance_ns is None:
        tolerance_ns = usual_tolerance(times)
    flat = values.reshape(len(times), -1).astype(np.float64, copy=False)
    out = np.full((len(axis_ns), flat.shape[1]), np.nan)
    near = asof.positions(axis_ns, times, strategy="nearest")
    distance = times[np.maximum(near, 0)] - axis_ns if len(times) else np.zeros(len(axis_ns), np.int64)
    valid = np.zeros(len(axis_ns), np.bool_)
    if len(times) > 1:
        valid = _is_bridged(axis_ns, times, tolerance_ns)
        steps = np.diff(times)
        usual = float(np.median(steps[:: max(1, len(steps) // 100_000)])) or 1.0
        # Each sample stands for half the step to either side, a gap for none of it.
        held = np.minimum(steps, tolerance_ns).astype(np.float64)
        weight = np.empty(len(times))
        weight[0], weight[-1] = held[0], held[-1]
        weight[1:-1] = (held[:-1] + held[1:]) / 2
        crossing = max(1e9 / (rate_hz * PASSED), usual)  # ns from one crossing of zero to the next
        _filter(axis_ns, times, flat * weight[:, None], weight, (out, crossing))
        out[~valid] = np.nan
    return Resampled(values=out.reshape((len(axis_ns), *values.shape[1:])), distance_ns=distance, is_valid=valid)


def _between(
    axis_ns: Times,
    times: Times,
    values: Values,
    sought: tuple[Times, int],
    out: tuple[Values, Times, NDArray[np.bool_]],
) -> None:
    """Lay a straight line between the samples before and after each time."""
    import numpy as np

    found, tolerance_ns = sought
    before = np.maximum(found, 0)
    after = np.minimum(found + 1, len(times) - 1)
    since = axis_ns - times.take(before)
    until = times.take(after) - axis_ns
    step = since + until
    is_exact = since == 0
    valid = is_exact | ((found >= 0) & (step <= tolerance_ns) & (found < len(times) - 1))
    share = np.where(is_exact, 0.0, since / np.maximum(step, 1))
    if values.ndim > 1:
        share = share.reshape(-1, *([1] * (values.ndim - 1)))
    start = values.take(before, axis=0)
    line = start + (values.take(after, axis=0) - start.astype(out[0].dtype)) * share
    # An infinite or missing neighbour has no share in a sample that is met exactly.
    line[is_exact] = start[is_exact]
    line[~valid] = np.nan
    out[0][:] = line
    np.copyto(out[1], np.where(until < since, until, -since))
    out[2][:] = valid


def _is_bridged(axis_ns: Times, times: Times, tolerance_ns: int) -> NDArray[np.bool_]:
    import numpy as np

    before = asof.positions(axis_ns, times, strategy="backward")
    start = times[np.maximum(before, 0)]
    end = times[np.minimum(before + 1, len(times) - 1)]
    is_within = (before >= 0) & ((before < len(times) - 1) | (start == axis_ns))
    bridged: NDArray[np.bool_] = is_within & ((end - start <= tolerance_ns) | (start == axis_ns))
    return bridged


def _filter(axis_ns: Times, times: Times, weighted: Floats, weight: Floats, target: tuple[Floats, float]) -> None:
    """Sum each time's neighbours under the filter, divided by the same sum of their weights."""
    import numpy as np

    out, crossing = target
    reach = int(crossing * LOBES)
    table = _table()
    first = np.searchsorted(times, axis_ns - reach, side="left")
    last = np.searchsorted(times, axis_ns + reach, side="right")
    most = int((last - first).max(initial=0))
    if not most:
        return
    rows = max(1, ROWS_TAPS // most)
    for start in range(0, len(axis_ns), rows):
        part = slice(start, start + rows)
        taps = first[part, None] + np.arange(int((last[part] - first[part]).max(initial=0)))
        inside = taps < last[part, None]
        np.minimum(taps, len(times) - 1, out=taps)
        away = np.abs(times[taps] - axis_ns[part, None]) * (TABLE / crossing)
        kernel = table[np.minimum(np.rint(away).astype(np.int64), len(table) - 1)]
        kernel *= inside
        total = np.einsum("kt,kt->k", kernel, weight[taps])
        with np.errstate(divide="ignore", invalid="ignore"):
            for column in range(weighted.shape[1]):
                out[part, column] = np.einsum("kt,kt->k", kernel, weighted[taps, column]) / total


def _table() -> Floats:
    import numpy as np

    at = np.arange(LOBES * TABLE + 1) / TABLE
    shape = np.i0(KAISER_BETA * np.sqrt(np.maximum(1 - (at / LOBES) ** 2, 0))) / np.i0(KAISER_BETA)
    table: Floats = np.append(np.sinc(at) * shape, 0.0)
    return table
