"""When samples were taken, told from rough stamps."""

from __future__ import annotations

import numpy as np

from genba.clocks import stamps


def test_jitter_averages_out_and_is_kept_as_the_residual() -> None:
    true = np.arange(5000) / 2000
    late = np.random.default_rng(0).uniform(-1e-3, 1e-3, 5000)
    found, order = stamps.evened(np.rint((true + late) * 1e9).astype(np.int64))
    assert len(order) == 5000
    taken = found.seconds + found.origin_ns * 1e-9
    assert np.abs(taken - true).max() < 60e-6
    assert abs(found.jitter - late.std()) < 0.05 * late.std()


def test_missing_samples_leave_room_on_the_index() -> None:
    true = np.delete(np.arange(2000), np.r_[500:503, 1200]) / 1000
    noise = np.random.default_rng(1).normal(0, 2e-5, len(true))
    found, _ = stamps.evened(np.rint((true + noise) * 1e9).astype(np.int64))
    assert found.index[-1] == 1999
    assert np.abs(found.seconds - (true - true[0]) - (found.seconds - true).mean() + true[0] * 0).max() < 1e-3


def test_numbers_of_the_source_put_samples_in_order_and_leave_out_repeats() -> None:
    numbers = np.array([0, 1, 3, 2, 3, 4, 9])
    found, order = stamps.evened(np.array([0, 10, 30, 20, 30, 40, 90]) * 1_000_000, numbers)
    assert found.index.tolist() == [0, 1, 2, 3, 4, 9]
    assert numbers[order].tolist() == [0, 1, 2, 3, 4, 9]


def test_stamps_taken_as_they_are_are_sorted_and_single() -> None:
    found, order = stamps.as_stamped(np.array([5, 3, 3, 9]))
    assert order.tolist() == [1, 0, 3]
    assert (np.diff(found.seconds) > 0).all()
