"""A device's clock against the host's, from when samples were made and when they arrived.

Messages travel one way only: they arrive late by an unknown shortest delay and mostly by more. The line below all
arrivals gives drift, and offset but for that shortest delay. No statistics can know it: unless someone states between
which limits it lies, the interval's margin reaches down by as much as delays vary and by no less than 5 ms, which is
how USB, field buses and local networks behave, and no proof. A clock that began again or was set in between is read
in stretches.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from genba.clocks import bends, delay_floor, view
from genba.model.clock import ClockModel, ClockRefusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Floats = NDArray[np.float64]

LEAST_PAIRS = 16
LEAST_SPAN_NS = 1_000_000
MAX_DRIFT = 1e-3  # a quartz clock is off by 1e-4 at most; beyond ten times that it is another relation than time
ASSUMED_DELAY_NS = (
    5_000_000.0  # longer than the shortest way over USB, a field bus or a local network, packets included
)
# The host's clock going back by more than this was set; less is threads that wrote in another order.
SET_BACK_NS = 10_000_000
BESIDE = 8
# Earliest arrivals that scatter by more than this share of all delays show no floor.
NO_FLOOR = 0.5


def align(
    device_ns: Times,
    host_ns: Times,
    *,
    clock: str = "device",
    reference: str = "host",
    delay_ns: tuple[int, int] | None = None,
    max_drift: float = MAX_DRIFT,
) -> tuple[ClockModel, ...] | ClockRefusal:
    """Map a device's clock to the host's from pairs in order of arrival: one model a stretch, or why there is none.

    `delay_ns`: between which limits the shortest delay lies, where somebody knows.
    """
    import numpy as np

    device_ns, host_ns = np.asarray(device_ns, np.int64), np.asarray(host_ns, np.int64)
    models: list[ClockModel] = []
    refusal = _refuse(clock, reference, "clock.too_few_pairs", count=len(device_ns), least=LEAST_PAIRS)
    for run, first, end in _runs(device_ns, host_ns):
        for found in _run(device_ns[first:end], host_ns[first:end], (clock, reference), delay_ns, max_drift):
            if isinstance(found, ClockRefusal):
                refusal = found
            else:
                models.append(_of_run(found, run))
    return tuple(models) if models else refusal


def _of_run(model: ClockModel, run: int) -> ClockModel:
    return replace(model, evidence={**model.evidence, "run": float(run)})


def _runs(device_ns: Times, host_ns: Times) -> list[tuple[int, int, int]]:
    """Cut where the device's clock began again or the host's went back: number of the device's run, first and end."""
    import numpy as np

    if not len(device_ns):
        return []
    runs = view.runs_of(device_ns)
    late = host_ns - device_ns
    back = [cut for cut in (np.flatnonzero(np.diff(host_ns) < -SET_BACK_NS) + 1).tolist() if _was_set(late, cut)]
    edges = sorted({0, *(np.flatnonzero(np.diff(runs)) + 1).tolist(), *back, len(device_ns)})
    return [(int(runs[first]), first, end) for first, end in pairwise(edges)]


def _was_set(late: Times, cut: int) -> bool:
    """Tell a clock that was set back from a message that overtook another: even the earliest around it moved."""
    before, after = late[max(cut - BESIDE, 0) : cut], late[cut : cut + BESIDE]
    return bool(after.min() < before.min() - SET_BACK_NS)


def _run(
    device_ns: Times, host_ns: Times, clocks: tuple[str, str], delay_ns: tuple[int, int] | None, max_drift: float
) -> list[ClockModel | ClockRefusal]:
    import numpy as np

    device_ns, host_ns = _distinct(device_ns, host_ns)
    if len(device_ns) < LEAST_PAIRS:
        return [_refuse(*clocks, "clock.too_few_pairs", count=len(device_ns), least=LEAST_PAIRS)]
    if device_ns[-1] - device_ns[0] < LEAST_SPAN_NS:
        return [_refuse(*clocks, "clock.no_span", span_ns=int(device_ns[-1] - device_ns[0]))]
    if not delay_ns and np.array_equal(device_ns, host_ns):
        return [_copied(device_ns, clocks)]
    base = int(host_ns[0] - device_ns[0])
    late = (host_ns - device_ns - base).astype(float)
    grain = _grain(host_ns)
    found: list[ClockModel | ClockRefusal] = []
    for first, end in bends.stretches(device_ns, late, grain_ns=grain):
        if end - first < LEAST_PAIRS:
            continue
        part = (device_ns[first:end], late[first:end])
        floor = delay_floor.floor(*part)
        code = _doubt(floor, max_drift, end - first)
        if code:
            found.append(_refuse(*clocks, code, drift_ppm=round(floor.drift * 1e6, 1), count=end - first))
        else:
            found.append(_model(floor, part[0], base, clocks, (delay_ns, grain)))
    return found


def _copied(device_ns: Times, clocks: tuple[str, str]) -> ClockModel:
    """Both times of every sample are one: the recorder wrote down the same clock twice."""
    model = view.identity(*clocks)
    return replace(model, valid_ns=(int(device_ns[0]), int(device_ns[-1])), evidence={"pairs": float(len(device_ns))})


def _doubt(floor: delay_floor.Floor, max_drift: float, count: int) -> str:
    if abs(floor.drift) > max_drift:
        return "clock.drift_too_large"
    spread = floor.delays_ns[2] - floor.delays_ns[0]
    if count >= 20 * delay_floor.PAIRS_A_BLOCK and floor.scatter_ns > NO_FLOOR * spread + 1_000:
        return "clock.no_floor"
    return ""


def _model(
    floor: delay_floor.Floor,
    device_ns: Times,
    base: int,
    clocks: tuple[str, str],
    known: tuple[tuple[int, int] | None, int],
) -> ClockModel:
    delay_ns, grain = known
    low, high = delay_ns or (0, 0)
    # The truth lies below the floor by the shortest delay: between what was stated, else by up to how delays vary.
    unknown = float(high - low) / 2 if delay_ns else max(floor.delays_ns[2], ASSUMED_DELAY_NS)
    return ClockModel(
        clock=clocks[0],
        reference=clocks[1],
        method="pairs",
        epoch_ns=floor.epoch_ns,
        offset_ns=base + round(floor.offset_ns) - (low + high) // 2,
        drift=floor.drift,
        variance=floor.variance,
        margin_ns=(unknown + floor.softness_ns + grain, (float(high - low) / 2 if delay_ns else 0.0) + grain),
        valid_ns=(int(device_ns[0]), int(device_ns[-1])),
        evidence={
            "pairs": float(len(device_ns)),
            "span_s": round(float(device_ns[-1] - device_ns[0]) / 1e9, 3),
            "stretches": float(floor.blocks),
            "median_delay_us": round(floor.delays_ns[1] / 1e3, 3),
            "edge": round(floor.edge, 2),
            "delay_stated": float(delay_ns is not None),
            "stamp_grain_us": grain / 1e3,
        },
    )


def _distinct(device_ns: Times, host_ns: Times) -> tuple[Times, Times]:
    """Sort by device time; of what arrived together keep the last made, of what came twice the first arrival."""
    import numpy as np

    order = np.lexsort((-device_ns, host_ns))
    device, host = device_ns[order], host_ns[order]
    device, host = device[_firsts(host)], host[_firsts(host)]
    order = np.lexsort((host, device))
    device, host = device[order], host[order]
    return device[_firsts(device)], host[_firsts(device)]


def _firsts(values: Times) -> NDArray[np.bool_]:
    import numpy as np

    firsts = np.ones(len(values), np.bool_)
    firsts[1:] = values[1:] != values[:-1]
    return firsts


def _grain(host_ns: Times) -> int:
    """Find the step in which the host wrote its times, where it is coarser than a microsecond."""
    import numpy as np

    grain = int(np.gcd.reduce(np.diff(host_ns)))
    return grain if grain >= 1_000 and len(host_ns) >= LEAST_PAIRS else 0


def _refuse(clock: str, reference: str, code: str, **details: str | int | float) -> ClockRefusal:
    return ClockRefusal(clock=clock, reference=reference, method="pairs", code=code, details=details)
