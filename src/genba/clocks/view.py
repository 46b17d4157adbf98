"""Common time as a view: a clock's measured times read on the reference clock, exact to a nanosecond for any epoch.

Nothing measured is overwritten; the way back is exact to a nanosecond too. Of a clock with several stretches (its
device began again, or the host's clock was set) each time is read by the stretch that holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from genba.model.clock import ClockModel, Timebase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Models = ClockModel | Sequence[ClockModel]
    Floats = NDArray[np.float64]

NORMAL_95 = 1.959963984540054
# A clock that goes back by more than this began again; less is samples that came in another order.
RESET_NS = 1_000_000_000


def to_reference(times: Times, models: Models, *, runs: Times | None = None) -> Times:
    """Read times on the reference clock: t + offset + drift · (t − epoch), rounded to whole nanoseconds.

    `runs` (from `runs_of`) tells stretches apart whose device times overlap because the clock began again.
    """
    import numpy as np

    models = _listed(models)
    if len(models) == 1:
        return _forth(times, models[0])
    chosen = stretches(times, models, runs=runs)
    out = np.empty(len(times), np.int64)
    for number, model in enumerate(models):
        mask = chosen == number
        out[mask] = _forth(times[mask], model)
    return out


def from_reference(times: Times, models: Models) -> Times:
    """Read times of the reference clock on the model's own clock: the inverse of `to_reference` to a nanosecond."""
    import numpy as np

    models = _listed(models)
    if len(models) == 1:
        return _back(times, models[0])
    # Each stretch as it lies on the reference clock; a time between two belongs to the nearer.
    spans = [_forth(np.array(model.valid_ns, np.int64), model) for model in models]
    chosen = _nearest(times, [(int(first), int(last)) for first, last in spans])
    out = np.empty(len(times), np.int64)
    for number, model in enumerate(models):
        mask = chosen == number
        out[mask] = _back(times[mask], model)
    return out


def half_width(times: Times, models: Models, *, runs: Times | None = None) -> Floats:
    """Half the stated 95 % interval in nanoseconds: 1.96 standard deviations and the wider margin."""
    low, high = interval(times, models, runs=runs)
    import numpy as np

    return np.maximum(low, high)


def interval(times: Times, models: Models, *, runs: Times | None = None) -> tuple[Floats, Floats]:
    """How far the truth may lie below and above the estimate, in nanoseconds, at 95 %."""
    import numpy as np

    models = _listed(models)
    chosen = np.zeros(len(times), np.int64) if len(models) == 1 else stretches(times, models, runs=runs)
    low, high = np.empty(len(times)), np.empty(len(times))
    for number, model in enumerate(models):
        mask = slice(None) if len(models) == 1 else chosen == number
        away = _away(times[mask], model).astype(np.float64)
        offset, both, drift = model.variance
        spread = NORMAL_95 * np.sqrt(np.maximum(offset + 2 * both * away + drift * away * away, 0.0))
        low[mask], high[mask] = spread + model.margin_ns[0], spread + model.margin_ns[1]
    return low, high


def has_evidence(times: Times, models: Models) -> NDArray[np.bool_]:
    """Tell which times lie where there was evidence; beyond, a model is a guess that its interval does not cover."""
    import numpy as np

    held = np.zeros(len(times), np.bool_)
    for model in _listed(models):
        held |= (times >= model.valid_ns[0]) & (times <= model.valid_ns[1])
    return held


def stretches(times: Times, models: Sequence[ClockModel], *, runs: Times | None = None) -> Times:
    """Number the model that reads each time: the one that holds it or is nearest, of its own run where known."""
    import numpy as np

    chosen = _nearest(times, [model.valid_ns for model in models])
    if runs is None or not len(runs) or not any("run" in model.evidence for model in models):
        return chosen
    of_run = np.array([int(model.evidence.get("run", 0)) for model in models])
    for run in np.unique(runs):
        numbers = np.flatnonzero(of_run == run)
        if len(numbers):
            mask = runs == run
            chosen[mask] = numbers[_nearest(times[mask], [models[int(number)].valid_ns for number in numbers])]
    return chosen


def runs_of(device_ns: Times) -> Times:
    """Number the runs of a clock that begins again, for times in the order in which they came."""
    import numpy as np

    runs = np.zeros(len(device_ns), np.int64)
    if len(device_ns) > 1:
        np.cumsum(np.diff(device_ns) < -RESET_NS, out=runs[1:])
    return runs


def models_of(timebase: Timebase, clock: str) -> tuple[ClockModel, ...]:
    """Give a clock's stretches in order; none where it was refused."""
    if clock == timebase.reference:
        return (identity(clock),)
    return tuple(model for model in timebase.models if model.clock == clock)


def identity(clock: str, reference: str = "") -> ClockModel:
    """Give the model of a clock that is the reference itself, or that the source says is the same."""
    return ClockModel(clock=clock, reference=reference or clock, method="same", epoch_ns=0, offset_ns=0)


def _listed(models: Models) -> Sequence[ClockModel]:
    listed = (models,) if isinstance(models, ClockModel) else models
    if not listed:
        raise ValueError("a clock without a model has no common time")
    return listed


def _away(times: Times, model: ClockModel) -> Times:
    import numpy as np

    return np.asarray(times, np.int64) - np.int64(model.epoch_ns)


def _forth(times: Times, model: ClockModel) -> Times:
    """Add the drift's part as a small whole number: a float of today's Unix time has steps of 256 ns."""
    import numpy as np

    shifted = np.asarray(times, np.int64) + np.int64(model.offset_ns)
    if model.drift:
        shifted += np.rint(_away(times, model) * model.drift).astype(np.int64)
    return shifted


def _back(times: Times, model: ClockModel) -> Times:
    import numpy as np

    shifted = np.asarray(times, np.int64) - np.int64(model.offset_ns)
    if model.drift:
        away = shifted - np.int64(model.epoch_ns)
        shifted -= np.rint(away * (model.drift / (1.0 + model.drift))).astype(np.int64)
    return shifted


def _nearest(times: Times, spans: Sequence[tuple[int, int]]) -> Times:
    """Number the first span that holds each time, else the nearest one."""
    import numpy as np

    times = np.asarray(times, np.int64)
    best = np.full(len(times), np.inf)
    chosen = np.zeros(len(times), np.int64)
    for number, (first, last) in enumerate(spans):
        is_within = (times >= first) & (times <= last)
        away = np.where(is_within, 0.0, np.maximum(np.maximum(float(first) - times, times - float(last)), 1.0))
        mask = away < best
        best[mask], chosen[mask] = away[mask], number
    return chosen
