"""Interpolation and low-passed resampling: right values, right distances, nothing in gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.clocks import resampling
from genba.errors import InvalidInput
from genba.model.signals import Channel

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND


def _wave(times: np.ndarray, hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hz * (times - START) / SECOND)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=40, unique=True).map(sorted), st.integers(0, 2**31))
def test_linear_is_what_numpy_interpolates(times: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    measured, values = np.array(times, np.int64), rng.normal(size=len(times))
    axis = np.sort(rng.integers(times[0], times[-1] + 1, 30))
    found = resampling.interpolate(axis, measured, values, tolerance_ns=10_001)
    assert found.is_valid.all()
    assert np.allclose(found.values, np.interp(axis, measured, values))
    nearest = np.abs(measured[:, None] - axis).min(axis=0)
    assert np.array_equal(np.abs(found.distance_ns), nearest)


def test_no_value_stands_in_a_gap_longer_than_the_tolerance() -> None:
    times = np.array([0, 10, 20, 80, 90], np.int64)
    axis = np.array([-1, 0, 15, 20, 21, 79, 80, 85, 90, 91], np.int64)
    found = resampling.interpolate(axis, times, times.astype(float), tolerance_ns=10)
    assert found.is_valid.tolist() == [False, True, True, True, False, False, True, True, True, False]
    assert found.values[found.is_valid].tolist() == [0, 15, 20, 80, 85, 90]
    assert np.isnan(found.values[~found.is_valid]).all()


def test_without_a_tolerance_one_lost_sample_is_bridged_and_more_are_not() -> None:
    times = np.delete(np.arange(100, dtype=np.int64) * 1000, [20, 40, 41, 42])
    axis = np.array([20_000, 41_000], np.int64)
    assert resampling.interpolate(axis, times, times.astype(float)).is_valid.tolist() == [True, False]


def test_a_missing_value_does_not_spread_to_an_exactly_measured_one() -> None:
    times = np.array([0, 10, 20], np.int64)
    found = resampling.interpolate(times, times, np.array([1.0, np.nan, 3.0]), tolerance_ns=10)
    assert found.values[0] == 1.0
    assert found.values[2] == 3.0
    assert np.isnan(found.values[1])


def test_previous_and_nearest_keep_the_values_that_were_measured() -> None:
    times = np.array([0, 10, 20], np.int64)
    states = np.array([3, 7, 9], np.int16)
    axis = np.array([4, 6, 19], np.int64)
    assert resampling.interpolate(axis, times, states, method="previous").values.tolist() == [3, 3, 7]
    found = resampling.interpolate(axis, times, states, method="nearest")
    assert found.values.tolist() == [3, 7, 9]
    assert found.values.dtype == np.int16
    assert found.distance_ns.tolist() == [-4, 4, 1]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"clock\.unknown_method"):
        resampling.interpolate(np.array([1], np.int64), np.array([1], np.int64), np.array([1.0]), method="magic")


@pytest.mark.parametrize(
    ("channel", "method"),
    [
        (Channel(name="x", dtype="<f4"), "linear"),
        (Channel(name="x", dtype="<i2", kind="vibration"), "linear"),
        (Channel(name="x", dtype="<i2", unit="m/s²"), "linear"),
        (Channel(name="x", dtype="<i4"), "previous"),
        (Channel(name="x", dtype="<f4", kind="angle"), "previous"),
        (Channel(name="x", dtype="|u1", kind="state"), "previous"),
        (Channel(name="x", dtype="bytes", kind="message"), "previous"),
        (Channel(name="x", dtype="|u1", shape=(480, 640, 3), kind="image"), "previous"),
    ],
)
def test_only_measured_quantities_are_interpolated_unasked(channel: Channel, method: str) -> None:
    assert resampling.method_of(channel) == method


@pytest.mark.parametrize("jitter_ns", [0, 5_000])
def test_what_the_new_rate_cannot_hold_is_filtered_out_and_nothing_is_delayed(jitter_ns: int) -> None:
    rng = np.random.default_rng(1)
    times = START + (np.arange(24_000) / 12_000 * SECOND).astype(np.int64)
    times += rng.integers(-jitter_ns, jitter_ns + 1, len(times))
    axis = START + np.arange(200, 1_800, 5, dtype=np.int64) * (SECOND // 1000)
    found = resampling.resample(axis, times, _wave(times, 40) + _wave(times, 2_010), rate_hz=200)
    assert found.is_valid.all()
    assert np.abs(found.values - _wave(axis, 40)).max() < 0.01
    assert np.abs(found.distance_ns).max() < 100_000
    plain = resampling.interpolate(axis, times, _wave(times, 40) + _wave(times, 2_010))
    assert np.abs(plain.values - _wave(axis, 40)).max() > 0.4  # what the filter is for


def test_a_constant_stays_one_up_to_the_edges_and_beside_gaps() -> None:
    times = np.arange(2_000, dtype=np.int64) * 1_000_000
    times[1_000:] += 500_000_000
    axis = np.arange(0, int(times[-1]) + 1, 10_000_000, dtype=np.int64)
    found = resampling.resample(axis, times, np.full(len(times), 7.5), rate_hz=100)
    in_gap = (axis > times[999]) & (axis < times[1_000])
    assert np.array_equal(found.is_valid, ~in_gap)
    assert np.allclose(found.values[~in_gap], 7.5)


def test_several_channels_are_resampled_together() -> None:
    times = np.arange(1_000, dtype=np.int64) * 1_000_000
    both = np.stack([np.ones(1_000), np.full(1_000, 2.0)], axis=1)
    axis = np.arange(100, 900, 20, dtype=np.int64) * 1_000_000
    found = resampling.resample(axis, times, both, rate_hz=50)
    assert found.values.shape == (40, 2)
    assert np.allclose(found.values, [1, 2])
