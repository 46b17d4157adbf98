"""Clocks from arrivals: error but for the shortest delay, whether stated intervals hold, what is cut or refused."""

from __future__ import annotations

from typing import Any

from benchmarks.generators.arrivals import KINDS, SECOND, arrivals
from benchmarks.results import Measure

RECORDINGS = 100  # of each kind
TIMES = 5  # looked at in each


def measure(seed: int, scale: float) -> list[Measure]:
    """Recordings of every kind; the peer is the line through all arrivals, as it is usually fitted."""
    import numpy as np

    count = max(int(RECORDINGS * scale), 10)
    errors: list[float] = []
    naive: list[float] = []
    held: list[bool] = []
    whole: list[bool] = []
    notes, refused = [], 0
    for kind in KINDS:
        mine: list[bool] = []
        for number in range(count):
            found = _one(kind, seed * 100_000 + number)
            if found is None:
                refused += 1
                continue
            errors += found["error"]
            naive += found["naive"]
            mine += found["held"]
            whole += found["whole"]
        held += mine
        notes.append(f"{kind}: {np.mean(mine):.3f} of {len(mine)} hold")
    low, high = _binomial(sum(held), len(held))
    print("  " + "; ".join(notes), flush=True)
    print(
        f"  hold {np.mean(held):.4f} ({low:.4f} – {high:.4f}), with the shortest delay {np.mean(whole):.4f}", flush=True
    )
    print(f"  median error {np.median(errors):.1f} µs, of the line through all {np.median(naive):.1f} µs", flush=True)
    stated = f"generated, seed {seed}, {len(KINDS)} kinds of connection"
    return [
        Measure(bar="clockpairs.held", value=float(np.mean(held)), data=stated, count=len(held), misses=notes),
        Measure(bar="clockpairs.whole", value=float(np.mean(whole)), data=stated, count=len(whole)),
        Measure(bar="clockpairs.error", value=float(np.median(errors)), data=stated, count=len(errors)),
        Measure(bar="clockpairs.line", value=float(np.median(naive)), data=stated, count=len(naive)),
        Measure(bar="clockpairs.refused", value=refused / (count * len(KINDS)), data=stated, count=count * len(KINDS)),
    ]


def _one(kind: str, seed: int) -> dict[str, Any] | None:
    import numpy as np

    from genba.clocks import pairs, view
    from genba.model.clock import ClockRefusal

    drawn = arrivals(kind, seed)
    models = pairs.align(drawn.device_ns, drawn.host_ns)
    if isinstance(models, ClockRefusal):
        return None
    rng = np.random.default_rng([seed, 99])
    at = rng.integers(drawn.device_ns.min(), drawn.device_ns.max(), TIMES)
    at = at[view.has_evidence(at, models)]
    estimate = view.to_reference(at, models)
    off = (estimate - drawn.truth_ns(at)).astype(float)
    but = off - drawn.shortest_ns
    chosen = view.stretches(at, models)
    spread = np.empty(len(at))
    for number, model in enumerate(models):
        mask = chosen == number
        away = (at[mask] - model.epoch_ns).astype(float)
        offset, both, drift = model.variance
        spread[mask] = view.NORMAL_95 * np.sqrt(offset + 2 * both * away + drift * away * away)
    below, above = view.interval(at, models)
    # Fitted in seconds from the first pair, as one does by hand; 256 ns of a float are no part of it.
    x = (drawn.device_ns - drawn.device_ns[0]) / SECOND
    y = (drawn.host_ns - drawn.device_ns - drawn.offset_ns).astype(float)
    line = np.polyval(np.polyfit(x, y, 1), (at - drawn.device_ns[0]) / SECOND)
    naive = line - (drawn.truth_ns(at) - at - drawn.offset_ns) - drawn.shortest_ns
    return {
        "error": (np.abs(but) / 1e3).tolist(),
        "naive": (np.abs(naive) / 1e3).tolist(),
        "held": (np.abs(but) <= spread + 1).tolist(),
        "whole": ((off <= below) & (-off <= above)).tolist(),
    }


def _binomial(hits: int, count: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    interval = binomtest(hits, count).proportion_ci()
    return float(interval.low), float(interval.high)
