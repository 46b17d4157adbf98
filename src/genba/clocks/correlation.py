"""Two clocks compared by signals that both recorded of the same thing, such as two sensors on one machine.

What is found is where the signals fit. A delay between the two sensors themselves (a filter, a path through steel)
is part of it and cannot be told from the clocks'. Data that fits at several places, or nowhere clearly, is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genba.clocks import recordings, refine, repeats, search, spectra
from genba.clocks.recordings import Side, Unusable
from genba.model.clock import ClockModel, ClockRefusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.clocks.search import Fit
    from genba.model.signals import Times

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]

METHOD = "correlation"
_NOISE = 400  # grid steps to each side of a narrow search that tell what a wrong fit looks like
_TRIED = 60_000  # grid steps by which two ways of reading the stamps are compared
_FIRM = 5.0  # times the highest that chance reaches: what evidence should have
_CONFIRMED = 3.0  # times as much, where the signals as they are fit very well at one place
_ASTRAY = 2.5  # grid steps that the exact line may be off the guess: further, it follows something else
_LEAST = 10.0  # standard errors of the exact fit's correlation
_SPREAD = 14.0  # stretches' worth of evidence beyond the line's two: fewer cannot say how much they scatter
_LIKE = 0.6  # the correlation that makes up for less of it, where a recording is short
_LIKE_REPEATING = 0.3  # the correlation besides, of signals that repeat
_PLAIN = 4096.0  # grid steps a second at most when looking for repetition
_LISTED = 9  # candidates named in a refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Guess:
    """a's seconds = b's + offset + drift · (b's − at), each from its own origin; good to about a step of `rate`."""

    offset: float
    drift: float
    at: float
    rate: float
    fit: Fit


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one way of reading the stamps came to."""

    a: Side
    b: Side
    guess: _Guess | None
    seen: tuple[_Guess, ...] = ()  # fits that were clear of chance but not the only ones
    score: float = 0.0  # the best wide search's, against what it needed

    @property
    def is_full(self) -> bool:
        """The guess holds up to the highest frequencies that both recorded."""
        return self.guess is not None and self.guess.rate >= 0.99 * recordings.rates(self.a, self.b)[-1]

    def strength(self) -> float:
        """How clear of chance the guess is."""
        return self.guess.fit.score if self.guess else 0.0


def align(
    a_ns: Times,
    a: Floats,
    b_ns: Times,
    b: Floats,
    *,
    clock: str = "b",
    reference: str = "a",
    search_ns: tuple[int, int] | None = None,
    max_drift: float = 500e-6,
    a_sequence: Times | None = None,
    b_sequence: Times | None = None,
) -> ClockModel | ClockRefusal:
    """How b's clock reads on a's clock: a's time = b's time + offset + drift · (b's time − epoch).

    Values are (n,) or (n, channels): channels are compared one with one, or by the length of their vector where their
    numbers differ. Times need neither be even nor sorted.
    `search_ns` bounds the offset (a's time minus b's); without it every overlap is tried. Sequence numbers, where the
    source gives them, tell missing samples from late stamps.
    """
    names = (clock, reference)
    try:
        a, b = recordings.comparable(a, b)
        readings_a, readings_b = recordings.readings(a_ns, a, a_sequence), recordings.readings(b_ns, b, b_sequence)
        again, rate = _repeats(readings_a[0], readings_b[0], search_ns, max_drift)
        if again.is_single:
            search_ns = _around(again, rate, readings_a[0], readings_b[0], max_drift)
        outcomes = [_climb(readings_a[0], readings_b[0], search_ns, max_drift)]
        others = [(one, two) for one in readings_a for two in readings_b][1:]
        if not outcomes[0].is_full:
            outcomes += [_climb(one, two, search_ns, max_drift) for one, two in others]
        found = [outcome for outcome in outcomes if outcome.guess is not None]
        if not found:
            return _refused(names, outcomes, again, rate)
        best = max(found, key=_Outcome.strength)
        if outcomes[0].is_full:
            best = _better_read(best, others)
        outcome, line, span = _refined(best)
        if line is None or not _is_firm(outcome, line, again):
            return _refused(names, [outcome], again, rate)
        return _model(names, outcome, line, span)
    except Unusable as why:
        return ClockRefusal(clock=clock, reference=reference, method=METHOD, code=why.code, details=why.details)


def _is_firm(outcome: _Outcome, line: refine.Line, again: repeats.Repeats) -> bool:
    """Whether the evidence is far beyond chance.

    Signals that repeat need much of it and a likeness besides. Where the signals as they are fit very well at one place
    only, and what is left of them without their prevailing frequencies does so too, the one confirms the other.
    """
    guess = outcome.guess
    assert guess is not None
    is_much = guess.fit.score >= _FIRM * guess.fit.needed
    if line.coherence < _LEAST / math.sqrt(max(line.steps, 1)):
        return False
    if line.freedom < min(_SPREAD, 0.5 * line.stretches):
        return False
    if again.is_single and guess.fit.score >= _CONFIRMED * guess.fit.needed:
        return True
    if len(again.lags) > 1:
        return is_much and line.coherence >= _LIKE_REPEATING
    return is_much or line.coherence >= _LIKE


def _around(again: repeats.Repeats, rate: float, a: Side, b: Side, max_drift: float) -> tuple[int, int]:
    """The offsets about the one place at which the signals as they are fit."""
    shift = a.timeline.origin_ns - b.timeline.origin_ns
    reach = again.reach / rate + max_drift * b.length
    best = float(again.lags[0]) / rate
    return shift + round((best - reach) * 1e9), shift + round((best + reach) * 1e9)


def _repeats(a: Side, b: Side, bounds: tuple[int, int] | None, max_drift: float) -> tuple[repeats.Repeats, float]:
    """Where the signals as they are fit, with all their tones; and the grid's rate."""
    rate = min(recordings.rates(a, b)[-1], _PLAIN)
    low, high = recordings.lags(a, b, bounds, rate)
    grids = []
    for side in (a, b):
        count = int(side.length * rate) + 1
        channels = range(side.values.shape[1])
        grids.append([spectra.on_grid(side.timeline, side.values[:, one], 0.0, rate, count)[0] for one in channels])
    return repeats.find(grids[0], grids[1], low, high, max_drift), rate


def _climb(a: Side, b: Side, bounds: tuple[int, int] | None, max_drift: float) -> _Outcome:
    """All frequencies alike at first; where that shows nothing firm, those that stand out of the noise."""
    even = _climbed(a, b, bounds, max_drift, is_shaped=False)
    if even.guess is not None and even.guess.fit.score >= _FIRM * even.guess.fit.needed:
        return even
    shaped = _climbed(a, b, bounds, max_drift, is_shaped=True)
    if shaped.guess is None or (even.guess is not None and even.strength() >= shaped.strength()):
        return replace(even, seen=even.seen + shaped.seen, score=max(even.score, shaped.score))
    return shaped


def _climbed(a: Side, b: Side, bounds: tuple[int, int] | None, max_drift: float, *, is_shaped: bool) -> _Outcome:
    """Search in low frequencies first, where a wide search is cheap, then step up as far as the fit stays single."""
    guess: _Guess | None = None
    seen: list[_Guess] = []
    score = 0.0
    for rate in recordings.rates(a, b):
        drift = guess.drift if guess else 0.0
        pairs = recordings.whitened(a, b, rate, drift, is_shaped=is_shaped)
        if guess is not None:
            found = _stepped_up(pairs, rate, guess, max_drift)
            if found.fit.is_seen and not found.fit.is_single:
                # Finer, it repeats: what was single before were the recordings' own ends.
                return _Outcome(a, b, None, (*seen, found), score)
            if not found.fit.is_seen:
                break
            guess = found
            continue
        first = _searched(pairs, recordings.lags(a, b, bounds, rate), rate, max_drift)
        if first is None:
            continue
        score = max(score, first.fit.score / first.fit.needed)
        if first.fit.is_seen and first.fit.is_single:
            guess = first
        elif first.fit.is_seen:
            seen.append(first)
    return _Outcome(a, b, guess, tuple(seen), score)


def _searched(
    pairs: list[tuple[Singles, Singles]], lags: tuple[int, int], rate: float, max_drift: float
) -> _Guess | None:
    """The best of all offsets and drifts; None where there are too many to try on this grid."""
    low, high = lags
    centre, reach = (low + high) // 2, max(16, (high - low + 1) // 2)
    count = len(pairs[0][1])
    if 2 * reach * (count / search.rows_of(count, max_drift)) > search.CELLS:
        return None
    inner, reach = (reach, _NOISE) if reach < _NOISE else (None, reach)
    fit = search.find(pairs, centre, reach, max_drift, inner=inner)
    return _Guess(offset=(fit.lag - fit.slope * fit.at) / rate, drift=fit.slope, at=0.0, rate=rate, fit=fit)


def _stepped_up(pairs: list[tuple[Singles, Singles]], rate: float, guess: _Guess, max_drift: float) -> _Guess:
    """The same fit on a finer grid, to which b was brought by the guess's drift."""
    blur = rate / guess.rate
    inner = int(3 * blur) + 2
    # Stretched times begin with b's first sample: there the guess says offset − drift · at.
    here = guess.offset - guess.drift * guess.at
    slope = 3 * blur / len(pairs[0][1])
    within = (max(-slope, -max_drift - guess.drift), min(slope, max_drift - guess.drift))
    fit = search.find(pairs, round(here * rate), inner + _NOISE, slope, inner=inner, within=within)
    return _Guess(
        offset=(fit.lag - fit.slope * fit.at) / rate,
        drift=guess.drift + fit.slope * (1 + guess.drift),
        at=0.0,
        rate=rate,
        fit=fit,
    )


def _better_read(outcome: _Outcome, others: list[tuple[Side, Side]]) -> _Outcome:
    """The reading of the stamps under which a part of the signals fits best; the first where it hardly matters."""
    guess = outcome.guess
    assert guess is not None
    if not others:
        return outcome
    first, last = _overlap(outcome.a, outcome.b, guess)
    part = min(last - first, _TRIED / guess.rate)
    begin = 0.5 * (first + last - part)
    best, most = outcome, 0.0
    for a, b in [(outcome.a, outcome.b), *others]:
        line, _ = _fitted(a, b, guess, begin, begin + part)
        if line is not None and line.coherence > most * 1.02:
            best, most = _Outcome(a, b, guess), line.coherence
    return best


def _refined(outcome: _Outcome) -> tuple[_Outcome, refine.Line | None, tuple[float, float]]:
    """The guess made exact, twice: the second time on signals that already fit. No line: nothing exact is there."""
    guess = outcome.guess
    assert guess is not None
    line: refine.Line | None = None
    for _ in range(2):
        first, last = _overlap(outcome.a, outcome.b, guess)
        line, half = _fitted(outcome.a, outcome.b, guess, first, last)
        if line is None or abs(line.offset) + abs(line.slope) > _ASTRAY:
            line = None
            break
        centre = first + half
        offset = guess.offset + guess.drift * (centre - guess.at) + line.offset / guess.rate
        drift = guess.drift + line.slope / guess.rate / half
        guess = replace(guess, offset=offset, drift=drift, at=centre)
    return replace(outcome, guess=guess), line, (first, first + 2 * half)


def _overlap(a: Side, b: Side, guess: _Guess) -> tuple[float, float]:
    """What both recorded, in b's seconds."""
    first, last = max(0.0, _own(guess, 0.0)), min(b.length, _own(guess, a.length))
    if (last - first) * guess.rate < recordings.FEWEST:
        raise Unusable("clock.no_overlap", overlap_s=round(max(0.0, last - first), 3))
    return first, last


def _fitted(a: Side, b: Side, guess: _Guess, first: float, last: float) -> tuple[refine.Line | None, float]:
    """The line through what the guess leaves between `first` and `last`; and half of how long that is, for b."""
    import numpy as np

    rate, own_rate = guess.rate, guess.rate * (1 + guess.drift)
    count = int((last - first) * own_rate)
    begin = first + guess.offset + guess.drift * (first - guess.at)  # on a's clock
    pairs = []
    for channel in range(a.values.shape[1]):
        on_a = spectra.on_grid(a.timeline, a.values[:, channel], begin, rate, count)
        on_b = spectra.on_grid(b.timeline, b.values[:, channel], first, own_rate, count)
        pairs.append((spectra.whitened(*on_a), spectra.whitened(*on_b)))
    blocks = max(1, refine.blocks_of(count))
    edges = np.linspace(0, count // blocks * blocks, blocks + 1)
    noise = recordings.stamp_noise(a.timeline, begin + edges / rate)
    noise -= recordings.stamp_noise(b.timeline, first + edges / own_rate)
    return refine.line(pairs, guess.fit.sign, noise * rate), float(0.5 * edges[-1] / own_rate)


def _own(guess: _Guess, a_seconds: float) -> float:
    """b's seconds at a's."""
    return guess.at + (a_seconds - guess.offset - guess.at) / (1 + guess.drift)


def _model(names: tuple[str, str], outcome: _Outcome, line: refine.Line, span: tuple[float, float]) -> ClockModel:
    guess = outcome.guess
    assert guess is not None
    origin_a, origin_b = outcome.a.timeline.origin_ns, outcome.b.timeline.origin_ns
    epoch = origin_b + round(guess.at * 1e9)
    step = 1e9 / guess.rate  # nanoseconds
    half = 0.5 * (span[1] - span[0]) * 1e9
    margin = line.margin * step
    return ClockModel(
        clock=names[0],
        reference=names[1],
        method=METHOD,
        epoch_ns=epoch,
        offset_ns=origin_a - origin_b + round(guess.offset * 1e9),
        drift=guess.drift,
        variance=(
            line.variance[0] * step**2 + 1.0,
            line.variance[1] * step**2 / half,
            line.variance[2] * step**2 / half**2,
        ),
        margin_ns=(margin, margin),
        valid_ns=(origin_b + round(span[0] * 1e9), origin_b + round(span[1] * 1e9)),
        evidence={
            "correlation": round(line.coherence, 4),
            "peak_ratio": round(guess.fit.ratio, 4),
            "score": round(guess.fit.score, 2),
            "score_needed": round(guess.fit.needed, 2),
            "stretches": line.stretches,
            "rate_hz": round(guess.rate, 3),
            "overlap_s": round(span[1] - span[0], 3),
        },
    )


def _refused(names: tuple[str, str], outcomes: list[_Outcome], again: repeats.Repeats, rate: float) -> ClockRefusal:
    """Ambiguous where the signals repeat, or fit clearly at several places; else weak. Fits worth naming are named."""
    known = [(one, guess) for one in outcomes for guess in (*one.seen, *([one.guess] if one.guess else []))]
    outcome, guess = outcomes[0], None
    if known:
        outcome, guess = max(known, key=lambda pair: pair[1].fit.score / pair[1].fit.needed)
    score = guess.fit.score / guess.fit.needed if guess else max(one.score for one in outcomes)
    details: dict[str, str | int | float] = {"score": round(min(score / _FIRM, 0.999), 3)}
    code: str = "clock.weak"
    candidates: tuple[ClockModel, ...] = ()
    if len(again.lags) > 1:
        # The drift is unknown: what was found holds in the middle of the stretch that was compared.
        at = again.middle / rate
        near = guess.offset + guess.drift * (at - guess.at) if guess else float(again.lags[len(again.lags) // 2]) / rate
        candidates = _candidates(names, outcome, [float(lag) / rate for lag in again.lags], near, (at, 0.0, rate))
        code = "clock.ambiguous"
        details = {"candidates": len(again.lags), "period_ms": round(again.period / rate * 1e3, 3)}
    elif guess is not None:
        offsets = [guess.offset + (lag - guess.fit.lag) / guess.rate for lag in (guess.fit.lag, *guess.fit.rivals)]
        candidates = _candidates(names, outcome, offsets, guess.offset, (guess.at, guess.drift, guess.rate))
        if score >= _FIRM and len(offsets) > 1:
            code, details = "clock.ambiguous", {"candidates": len(offsets)}
    return ClockRefusal(
        clock=names[0], reference=names[1], method=METHOD, code=code, details=details, candidates=candidates
    )


def _candidates(
    names: tuple[str, str], outcome: _Outcome, offsets: list[float], near: float, line: tuple[float, float, float]
) -> tuple[ClockModel, ...]:
    """The offsets nearest to the best, as models of what is known of them: to about a step of the grid."""
    at, drift, rate = line
    origin_a, origin_b = outcome.a.timeline.origin_ns, outcome.b.timeline.origin_ns
    return tuple(
        ClockModel(
            clock=names[0],
            reference=names[1],
            method=METHOD,
            epoch_ns=origin_b + round(at * 1e9),
            offset_ns=origin_a - origin_b + round(offset * 1e9),
            drift=drift,
            variance=((1e9 / rate) ** 2, 0.0, 0.0),
        )
        for offset in sorted(sorted(offsets, key=lambda offset: abs(offset - near))[:_LISTED])
    )
