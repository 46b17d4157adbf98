"""Clocks compared by events: pairing by the times between them, and refusal of a steady pace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.clocks import events, view
from genba.model.clock import ClockModel, ClockRefusal

UNIX_NS = 1_700_000_000_000_000_000


def seen(rng: np.random.Generator, true: np.ndarray, missed: float, extra: float, jitter: float) -> np.ndarray:
    kept = true[rng.random(len(true)) >= missed]
    kept = np.concatenate([kept, rng.uniform(true[0], true[-1], int(extra * len(true)))])
    return np.sort(kept + rng.normal(0, jitter, len(kept)))


def two(seed: int, gaps: np.ndarray, *, missed: float = 0.2, extra: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng((seed, 7))
    true = np.cumsum(gaps)
    a, b = seen(rng, true, missed, extra, 1e-4), seen(rng, true, missed, extra, 1e-4)
    return (
        np.rint(a * 1e9).astype(np.int64) + UNIX_NS,
        np.rint((b - 40.0) / (1 + 80e-6) * 1e9).astype(np.int64),
    )


def held(found: ClockModel | ClockRefusal) -> bool:
    assert isinstance(found, ClockModel), found
    times = np.array([sum(found.valid_ns) // 2], dtype=np.int64)
    error = abs(float((view.to_reference(times, found) - UNIX_NS - 40e9 - times * (1 + 80e-6))[0]))
    assert error < 2e6
    return error <= float(view.half_width(times, found)[0])


def test_events_are_paired_though_some_are_missed_and_some_invented_and_intervals_hold() -> None:
    results = []
    for seed in range(20):
        gaps = np.random.default_rng(seed).exponential(2.0, 60) + 0.05
        results.append(held(events.align(*two(seed, gaps))))
    assert sum(results) >= 16


def test_cycles_of_slightly_different_length_are_told_apart() -> None:
    gaps = 8.0 * (1 + np.random.default_rng(5).uniform(-0.05, 0.05, 80))
    assert isinstance(events.align(*two(5, gaps)), ClockModel)


@settings(max_examples=8)
@given(pace=st.floats(0.05, 20), count=st.integers(12, 80), seed=st.integers(0, 1000))
def test_events_at_a_steady_pace_are_refused(pace: float, count: int, seed: int) -> None:
    found = events.align(*two(seed, np.full(count, pace), missed=0.05, extra=0.0))
    assert isinstance(found, ClockRefusal)


def test_a_steady_pace_lists_alignments_a_period_apart() -> None:
    found = events.align(*two(1, np.full(40, 2.0), missed=0.0, extra=0.0))
    assert isinstance(found, ClockRefusal)
    assert found.code == "clock.ambiguous"
    apart = np.diff([candidate.offset_ns for candidate in found.candidates]) / 2e9
    assert np.abs(apart - np.rint(apart)).max() < 0.01


def test_unrelated_events_are_refused() -> None:
    rng = np.random.default_rng(3)
    a, b = (np.cumsum(rng.exponential(1e9, 80)).astype(np.int64) for _ in range(2))
    found = events.align(a, b)
    assert isinstance(found, ClockRefusal)
    assert found.code == "clock.weak"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_events_are_refused(count: int) -> None:
    found = events.align(np.arange(count), np.arange(50) ** 2)
    assert isinstance(found, ClockRefusal)
    assert (found.code, found.details["events"]) == ("clock.too_few_events", count)
