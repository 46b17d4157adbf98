"""Two clocks compared by events that both saw: trigger edges, starts of cycles, taps; some seen by one only.

Which event is which is told by the times between them alone, so events at a steady pace fit at every period and are
refused. A delay that is the same at every event (a slow input, a late message) is part of what is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genba.model.clock import ClockModel, ClockRefusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

METHOD = "events"
_FEWEST = 6  # matched events: two fix the line, the others have to agree with it
_MIDDLE = 400  # events of b that the search begins with
_REACH = 4000  # events of a that it begins with
_TRIED = 60  # fits made exact
_LISTED = 9  # candidates named in a refusal
_CHANCE = 1e-6  # of a fit as good by accident
_COARSEST = 0.25  # seconds within which events are first paired
_OUTLYING = 6.0  # median deviations; a normal error is further off once in 20,000 events
_FINEST = 1e-6  # seconds: stamps are not believed beyond this


@dataclass(frozen=True, slots=True)
class _Line:
    """a's seconds = b's + offset + drift · (b's − at)."""

    offset: float
    drift: float
    at: float


@dataclass(frozen=True, slots=True, eq=False)
class _Fit(_Line):
    """A line and the events that say so."""

    times: Floats  # b's seconds of the matched events
    residual: Floats
    spread: float
    share: float  # of the events that both could have seen
    chance: float  # natural logarithm of the probability of as good a fit by accident


def align(
    a_ns: Times,
    b_ns: Times,
    *,
    clock: str = "b",
    reference: str = "a",
    search_ns: tuple[int, int] | None = None,
    max_drift: float = 500e-6,
) -> ClockModel | ClockRefusal:
    """How b's clock reads on a's clock: a's time = b's time + offset + drift · (b's time − epoch).

    `search_ns` bounds the offset (a's time minus b's); without it every overlap is tried.
    """
    import numpy as np

    a_ns, b_ns = np.unique(np.asarray(a_ns, dtype=np.int64)), np.unique(np.asarray(b_ns, dtype=np.int64))
    names = (clock, reference)
    if min(len(a_ns), len(b_ns)) < _FEWEST:
        return _refused(names, "clock.too_few_events", events=min(len(a_ns), len(b_ns)), needed=_FEWEST)
    origins = (int(a_ns[0]), int(b_ns[0]))
    a, b = (a_ns - origins[0]).astype(np.float64) * 1e-9, (b_ns - origins[1]).astype(np.float64) * 1e-9
    bounds = search_ns and tuple((bound - origins[0] + origins[1]) * 1e-9 for bound in search_ns)
    fits = _fits(a, b, bounds, max_drift)
    if not fits:
        return _refused(names, "clock.weak", score=0.0)
    best = fits[0]
    score = best.chance / float(np.log(_CHANCE))
    if score < 1.0:
        return _refused(names, "clock.weak", score=round(score, 3))
    rivals = [fit for fit in fits[1:] if _is_as_good(fit, best)]
    if rivals:
        return _ambiguous(names, origins, [best, *rivals])
    return _model(names, origins, best)


def _fits(a: Floats, b: Floats, bounds: tuple[float, ...] | None, max_drift: float) -> list[_Fit]:
    """The likeliest ways to pair the events, best first, each once."""
    import numpy as np

    first = max(0, (len(b) - _MIDDLE) // 2)
    middle = b[first : first + _MIDDLE]
    some = a if len(a) <= _REACH else a[(len(a) - _REACH) // 2 :][:_REACH]
    width = min(_COARSEST, float(np.median(np.diff(a))) / 8, float(np.median(np.diff(b))) / 8)
    width = max(width, 4 * _FINEST)
    at = 0.5 * float(middle[0] + middle[-1])
    span = float(middle[-1] - middle[0])
    steps = int(np.ceil(max_drift * span / width))
    guesses: list[tuple[int, float, float]] = []
    for drift in np.linspace(-max_drift, max_drift, 2 * min(steps, 200) + 1) if steps else (0.0,):
        apart = (some[None, :] - (middle + drift * (middle - at))[:, None]).ravel()
        if bounds is not None:
            apart = apart[(apart >= bounds[0] - width) & (apart <= bounds[1] + width)]
        apart.sort()
        guesses += [(count, offset, float(drift)) for count, offset in _dense(apart, width)]
    guesses.sort(key=lambda guess: (-guess[0], abs(guess[2]), guess[1]))
    found: list[_Fit] = []
    for _, offset, drift in _distinct(guesses, width):
        fit = _made_exact(a, b, _Line(offset, drift, at), span, width, max_drift)
        if fit is not None and not any(_is_same(fit, other, width) for other in found):
            found.append(fit)
    return sorted(found, key=lambda fit: fit.chance)


def _dense(apart: Floats, width: float) -> list[tuple[int, float]]:
    """Where most differences lie within `width` of one another."""
    import numpy as np

    if not len(apart):
        return []
    counts = np.searchsorted(apart, apart + width, side="right") - np.arange(len(apart))
    found: list[tuple[int, float]] = []
    for place in np.argsort(-counts, kind="stable")[: 20 * _TRIED]:
        offset = float(np.median(apart[place : place + counts[place]]))
        if all(abs(offset - other) > width for _, other in found):
            found.append((int(counts[place]), offset))
        if len(found) >= _TRIED:
            break
    return found


def _distinct(guesses: list[tuple[int, float, float]], width: float) -> list[tuple[int, float, float]]:
    kept: list[tuple[int, float, float]] = []
    for guess in guesses:
        if all(abs(guess[1] - other[1]) > width for other in kept):
            kept.append(guess)
        if len(kept) >= _TRIED:
            break
    return kept


def _made_exact(a: Floats, b: Floats, line: _Line, span: float, width: float, max_drift: float) -> _Fit | None:
    """Pair, fit, pair again more strictly; then let in the events further out."""
    import numpy as np

    within, reach = width, 0.5 * span
    rounds = 5 + int(np.ceil(np.log2(max(1.0, float(b[-1] - b[0]) / max(span, 1e-9)))))
    fit: _Fit | None = None
    for turn in range(rounds):
        if turn >= 3:
            reach *= 2
        fit = _paired(a, b, line, within, reach if turn < rounds - 1 else np.inf)
        if fit is None or abs(fit.drift) > 1.2 * max_drift:
            return None
        line = fit
        within = min(within, max(5 * fit.spread, 4 * _FINEST))
    return fit


def _paired(a: Floats, b: Floats, line: _Line, within: float, reach: float) -> _Fit | None:
    import numpy as np

    at = line.at
    mapped = b + line.offset + line.drift * (b - at)
    after = np.clip(np.searchsorted(a, mapped), 1, len(a) - 1)
    nearest = np.where(mapped - a[after - 1] < a[after] - mapped, after - 1, after)
    gap = a[nearest] - mapped
    good = (np.abs(gap) <= within) & (np.abs(b - at) <= reach)
    # An event of a has one partner: the nearest.
    order = np.flatnonzero(good)
    order = order[np.lexsort((np.abs(gap[order]), nearest[order]))]
    order = np.sort(order[np.concatenate(([True], np.diff(nearest[order]) > 0))]) if len(order) else order
    if len(order) < _FEWEST:
        return None
    x, y = b[order] - at, gap[order]
    residual, slope, level = y - np.median(y), 0.0, float(np.median(y))
    for _ in range(4):  # events that only happen to lie near one another must not pull the line
        kept = np.abs(residual) <= max(_OUTLYING * float(np.median(np.abs(residual))), _FINEST)
        if kept.sum() < _FEWEST or np.ptp(x[kept]) <= 0:
            return None
        slope, level = np.polyfit(x[kept], y[kept], 1)
        residual = y - level - slope * x
    order, residual = order[kept], residual[kept]
    freedom = max(1, len(order) - 2)
    spread = max(float(np.sqrt((residual**2).sum() / freedom)), _FINEST / 4)
    held = mapped[(np.abs(b - at) <= reach) & (mapped >= a[0] - within) & (mapped <= a[-1] + within)]
    both = min(len(held), int(((a >= held[0] - within) & (a <= held[-1] + within)).sum()))
    chance = _chance(len(order), len(held), len(a), len(b), 6 * spread * len(a) / max(float(a[-1] - a[0]), 1e-9))
    return _Fit(
        line.offset + float(level),
        line.drift + float(slope),
        at,
        b[order],
        residual,
        spread,
        len(order) / max(both, 1),
        chance,
    )


def _chance(matched: int, tried: int, of_a: int, of_b: int, likely: float) -> float:
    """The logarithm of how likely so many matches are by accident, anywhere in the search."""
    import numpy as np
    from scipy.stats import binom

    tail = float(binom.logsf(matched - 3, max(tried - 2, 1), min(likely, 1.0)))
    # Any two pairs of events fix a line: so many lines were open.
    return tail + float(np.log(of_a) * 2 + np.log(of_b))


def _is_same(fit: _Fit, other: _Fit, width: float) -> bool:
    return abs(fit.offset + fit.drift * (other.at - fit.at) - other.offset) < width


def _is_as_good(fit: _Fit, best: _Fit) -> bool:
    """Nothing in how well, and how many, events match tells this fit from the best."""
    from scipy.stats import f

    freedom = (max(1, len(fit.residual) - 2), max(1, len(best.residual) - 2))
    limit = max(4.0, float(f.ppf(1 - 1e-4, *freedom)))
    return fit.spread**2 < limit * best.spread**2 and fit.share >= 0.6 * best.share


def _model(names: tuple[str, str], origins: tuple[int, int], fit: _Fit) -> ClockModel:
    """The line through the matched events, with the scatter of the events themselves."""
    import numpy as np
    from scipy.stats import t

    count = len(fit.times)
    middle = float(fit.times.mean())
    x = fit.times - middle
    design = np.stack([np.ones(count), x])
    bread = np.linalg.inv(design @ design.T)
    leverage = np.clip(np.einsum("ik,ij,jk->k", design, bread, design), 0.0, 0.9)
    scatter = np.hypot(fit.residual, _FINEST / 4) * np.sign(fit.residual) / np.sqrt(1 - leverage)
    meat = (design * scatter**2) @ design.T
    neighbours = (design[:, 1:] * (scatter[1:] * scatter[:-1])) @ design[:, :-1].T
    widened = meat + neighbours + neighbours.T
    if np.all(np.diag(widened) > np.diag(meat)):  # errors that last from one event to the next
        meat = widened
    # With few events the plain variance is the steadier of the two: the larger one holds.
    plain = float((fit.residual**2).sum() / (count - 2) + (_FINEST / 4) ** 2) * bread
    variance = bread @ meat @ bread
    if variance[0, 0] < plain[0, 0] or variance[1, 1] < plain[1, 1]:
        variance = plain if count < 40 else variance
    factor = (float(t.ppf(0.975, count - 2)) / 1.959964) ** 2
    return ClockModel(
        clock=names[0],
        reference=names[1],
        method=METHOD,
        epoch_ns=origins[1] + round(middle * 1e9),
        offset_ns=origins[0] - origins[1] + round((fit.offset + fit.drift * (middle - fit.at)) * 1e9),
        drift=fit.drift,
        variance=(
            float(variance[0, 0]) * factor * 1e18,
            float(variance[0, 1]) * factor * 1e9,
            float(variance[1, 1]) * factor,
        ),
        valid_ns=(origins[1] + round(float(fit.times[0]) * 1e9), origins[1] + round(float(fit.times[-1]) * 1e9)),
        evidence={"events": count, "share": round(fit.share, 4), "spread_us": round(fit.spread * 1e6, 3)},
    )


def _ambiguous(names: tuple[str, str], origins: tuple[int, int], fits: list[_Fit]) -> ClockRefusal:
    import numpy as np

    offsets = np.sort([fit.offset for fit in fits])
    nearest = sorted(fits, key=lambda fit: abs(fit.offset - fits[0].offset))[:_LISTED]
    candidates = tuple(_model(names, origins, fit) for fit in sorted(nearest, key=lambda fit: fit.offset))
    period = round(float(np.median(np.diff(offsets))) * 1e3, 3)
    details = {"candidates": len(fits), "period_ms": period}
    return ClockRefusal(
        clock=names[0],
        reference=names[1],
        method=METHOD,
        code="clock.ambiguous",
        details=details,
        candidates=candidates,
    )


def _refused(names: tuple[str, str], code: str, **details: float) -> ClockRefusal:
    return ClockRefusal(clock=names[0], reference=names[1], method=METHOD, code=code, details=details)
