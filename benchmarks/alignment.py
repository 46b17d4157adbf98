"""Clocks aligned by signals and by events: errors, whether stated intervals hold, what is refused.

Alignable is what the Cramér-Rao bound of the clean motion and the noise put in allows to a millisecond at the worst
place of the recording (95 %): no method of ours has a say in it. Of the others refusals are counted apart; answers are
judged like all. The usual way is a cross-correlation in windows with a line through its peaks (scipy): it never
refuses.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.generators import alignment as generated
from benchmarks.results import Measure
from benchmarks.tools import Bench
from genba.clocks import correlation, events, view
from genba.model.clock import ClockModel, ClockRefusal

PEER = "scipy"
MADE, LOOKS, HOPELESS, EVENTS = 200, 15, 50, 200  # at scale 1; so many looks are at each real recording
_POINTS = 21
_ALIGNABLE_NS = 1e6


@dataclass(slots=True)
class _Tally:
    errors: list[np.ndarray] = field(default_factory=list)  # of broadband pairs, over the recording, in ns
    others: list[np.ndarray] = field(default_factory=list)  # of slower motion
    peers: list[np.ndarray] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)  # at one place drawn at random from each recording
    peers_held: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrongly_refused: list[str] = field(default_factory=list)
    wrongly_aligned: list[str] = field(default_factory=list)
    alignable: int = 0
    hopeless: int = 0
    beyond: int = 0  # pairs whose bound is above a millisecond
    beyond_refused: int = 0


def measure(bench: Bench, data: Path | None, seed: int, scale: float) -> list[Measure]:
    """Everything from one seed; the real recordings where they are."""
    rng = np.random.default_rng((seed, 5))
    tally = _Tally()
    for _ in range(max(8, int(MADE * scale))):
        physics = generated.made(rng, float(rng.choice([1500, 2500, 4000])), float(rng.choice([8, 12])))
        _alignable(tally, rng, generated.looked_at(rng, physics, rate=physics.rate / 6, snr=(0.7, 6.0)))
    if data is None:
        print("  real recordings left out: GENBA_DATA is not set")
    else:
        for physics in generated.recorded(data):
            for _ in range(max(2, int(LOOKS * scale))):
                rate = min(physics.rate / 4, 5000.0) * float(rng.uniform(0.7, 0.95))
                _alignable(tally, rng, generated.looked_at(rng, physics, rate=rate, snr=(1.5, 8.0)))
        for pair in generated.named(data):
            _hopeless(tally, pair)
    for _ in range(max(8, int(HOPELESS * scale))):
        _hopeless(tally, generated.hopeless(rng))
    said = f"generated{'' if data is None else ' and real'}, seed {seed}"
    return [*_of_signals(tally, said), *_of_events(rng, max(10, int(EVENTS * scale)), f"generated, seed {seed}")]


def _alignable(tally: _Tally, rng: np.random.Generator, pair: generated.Pair) -> None:
    place = float(rng.random())
    started = time.process_time()
    found = correlation.align(pair.a_ns, pair.a, pair.b_ns, pair.b, search_ns=pair.search_ns)
    tally.seconds.append(time.process_time() - started)
    is_beyond = pair.bound_ns > _ALIGNABLE_NS
    tally.beyond += is_beyond
    tally.alignable += not is_beyond
    if isinstance(found, ClockRefusal):
        if is_beyond:
            tally.beyond_refused += 1
            return
        tally.wrongly_refused.append(f"{pair.name}: {found.code} {dict(found.details)}")
        return
    error, wide = _error(pair, found, np.linspace(0, 1, _POINTS))
    (tally.errors if pair.is_broadband else tally.others).append(error)
    error, wide = _error(pair, found, np.array([place]))
    tally.held.append(bool(error[0] <= wide[0]))
    if pair.is_broadband and len(tally.errors) % 4 == 0:
        line = usual(pair)
        b_ns = np.linspace(pair.b_ns[0], pair.b_ns[-1], _POINTS)
        tally.peers.append(np.abs(line[0] * 1e9 + line[1] * b_ns - pair.truth_ns(b_ns)))
        there = pair.b_ns[0] + place * (pair.b_ns[-1] - pair.b_ns[0])
        gap = abs(line[0] * 1e9 + line[1] * there - float(pair.truth_ns(np.array([there]))[0]))
        tally.peers_held.append(gap <= 1.96e9 * line[2])


def _error(pair: generated.Pair, model: ClockModel, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far off the model is at places (0 to 1) of where it has evidence, and how far it says it may be."""
    first, last = model.valid_ns
    b_ns = (first + places * (last - first)).astype(np.int64)
    read = (view.to_reference(b_ns, model) - generated.EPOCH_NS).astype(np.float64)
    return np.abs(read - pair.truth_ns(b_ns)), view.half_width(b_ns, model)


def _hopeless(tally: _Tally, pair: generated.Pair) -> None:
    tally.hopeless += 1
    found = correlation.align(pair.a_ns, pair.a, pair.b_ns, pair.b, search_ns=pair.search_ns)
    if isinstance(found, ClockModel):
        tally.wrongly_aligned.append(f"{pair.name}: {dict(found.evidence)}")
    elif pair.name.startswith("real") and found.code != f"clock.{pair.expected}":
        tally.wrongly_aligned.append(f"{pair.name}: {found.code} for {pair.expected}")


def usual(pair: generated.Pair) -> tuple[float, float, float]:
    """Windows correlated where the person said, a line through the peaks: offset (s), rate, standard error (s)."""
    from scipy.signal import correlate

    order_a, order_b = np.argsort(pair.a_ns, kind="stable"), np.argsort(pair.b_ns, kind="stable")
    a_s, b_s = (pair.a_ns[order_a] - generated.EPOCH_NS) * 1e-9, pair.b_ns[order_b] * 1e-9
    a, b = pair.a[order_a].ravel(), pair.b[order_b].ravel()
    rate = min(len(a) / (a_s[-1] - a_s[0]), len(b) / (b_s[-1] - b_s[0]))
    low, high = ((bound - generated.EPOCH_NS) * 1e-9 for bound in pair.search_ns)
    times, delays = [], []
    width = (b_s[-1] - b_s[0]) / 20
    for start in np.arange(20) * width + b_s[0]:
        grid = np.arange(start, start + width, 1 / rate)
        wide = np.arange(start + low, start + width + high, 1 / rate)
        one = np.interp(wide, a_s, a, left=a.mean(), right=a.mean()) - a.mean()
        two = np.interp(grid, b_s, b) - b.mean()
        fit = np.abs(correlate(one, two, mode="valid"))
        peak = int(np.clip(np.argmax(fit), 1, len(fit) - 2))
        bend = fit[peak - 1] - 2 * fit[peak] + fit[peak + 1]
        part = 0.5 * (fit[peak - 1] - fit[peak + 1]) / bend if bend else 0.0
        times.append(start + width / 2)
        delays.append(low + (peak + part) / rate)
    slope, level = np.polyfit(times, delays, 1)
    spread = float(np.std(np.asarray(delays) - level - slope * np.asarray(times))) / np.sqrt(len(times))
    return float(level), 1 + float(slope), spread


def _of_signals(tally: _Tally, said: str) -> list[Measure]:
    errors = np.concatenate(tally.errors) / 1e3
    peers = np.concatenate(tally.peers) / 1e3
    held, count = float(np.mean(tally.held)), len(tally.held)
    low, high = wilson(sum(tally.held), count)
    slower = np.concatenate(tally.others) / 1e3 if tally.others else np.array([np.nan])
    worst = np.array([one.max() for one in tally.errors]) / 1e3
    print(
        f"  broadband: median {np.median(errors):.2f} µs, 95 % {np.percentile(errors, 95):.1f}, "
        f"of the worst place of each 95 % {np.percentile(worst, 95):.1f}; "
        f"slower motion 95 % {np.percentile(slower, 95):.0f} µs\n"
        f"  intervals hold {held:.3f} (binomial 95 %: {low:.3f} – {high:.3f}, n={count}); "
        f"{PEER}'s line: error {np.median(peers):.0f} µs median, 95 % {np.percentile(peers, 95):.0f}; "
        f"its intervals hold {np.mean(tally.peers_held):.3f}; it refuses none\n"
        f"  CPU {np.median(tally.seconds):.2f} s median, {max(tally.seconds):.2f} s at most",
        flush=True,
    )
    refused = 1 - len(tally.wrongly_aligned) / max(tally.hopeless, 1)
    wrongly = len(tally.wrongly_refused) / max(tally.alignable, 1)
    print(
        f"  refused: {len(tally.wrongly_refused)} of {tally.alignable} alignable; of {tally.beyond} with a bound above "
        f"{_ALIGNABLE_NS / 1e6:g} ms {tally.beyond_refused}; of all "
        f"{(len(tally.wrongly_refused) + tally.beyond_refused) / max(tally.alignable + tally.beyond, 1):.3f}",
        flush=True,
    )
    shown = [f"binomial 95 %: {low:.3f} – {high:.3f}"]
    return [
        Measure(
            bar="alignment.error",
            value=float(np.percentile(errors, 95)),
            data=said,
            peers={PEER: float(np.percentile(peers, 95))},
            count=len(tally.errors),
        ),
        Measure(
            bar="alignment.held",
            value=held,
            data=said,
            peers={PEER: float(np.mean(tally.peers_held))},
            count=count,
            misses=shown,
        ),
        Measure(bar="alignment.held_most", value=held, data=said, count=count, misses=shown),
        Measure(
            bar="alignment.refused",
            value=refused,
            data=said,
            peers={PEER: 0.0},
            count=tally.hopeless,
            misses=tally.wrongly_aligned,
        ),
        Measure(
            bar="alignment.refused_wrongly",
            value=wrongly,
            data=said,
            peers={PEER: 0.0},
            count=tally.alignable,
            misses=tally.wrongly_refused,
        ),
    ]


def _of_events(rng: np.random.Generator, count: int, said: str) -> list[Measure]:
    held: list[bool] = []
    refused, steady, wrongly = 0, 0, 0
    for _ in range(count):
        a_ns, b_ns, offset, drift, is_steady = generated.moments(rng)
        found = events.align(a_ns, b_ns)
        steady += is_steady
        if isinstance(found, ClockRefusal):
            refused += is_steady
            wrongly += not is_steady
            continue
        first, last = found.valid_ns
        place = np.array([first + round(float(rng.random()) * (last - first))], dtype=np.int64)
        truth = offset * 1e9 + place * (1 + drift)
        gap = abs(float((view.to_reference(place, found) - generated.EPOCH_NS - truth)[0]))
        if not is_steady:
            held.append(gap <= float(view.half_width(place, found)[0]))
    low, high = wilson(sum(held), len(held))
    print(
        f"  events: intervals hold {np.mean(held):.3f} ({low:.3f} – {high:.3f}, n={len(held)}); "
        f"at a steady pace refused {refused} of {steady}; others refused {wrongly} of {count - steady}",
        flush=True,
    )
    return [
        Measure(bar="alignment.events_held", value=float(np.mean(held)), data=said, count=len(held)),
        Measure(bar="alignment.events_refused", value=refused / max(steady, 1), data=said, count=steady),
    ]


def wilson(good: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, good / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return float(middle - half), float(middle + half)
