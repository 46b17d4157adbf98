"""Common time as a view: exact there and back, with the interval that a model states."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.clocks import view
from genba.model.clock import ClockModel, Timebase

UNIX = 1_700_000_000_000_000_000
MODEL = ClockModel(
    clock="device",
    reference="host",
    method="pairs",
    epoch_ns=5_000_000_000,
    offset_ns=UNIX,
    drift=100e-6,
    variance=(100.0, 0.0, 1e-16),
    margin_ns=(0.0, 500.0),
)


def test_a_time_of_today_is_read_without_the_steps_of_a_float() -> None:
    times = np.array([5_000_000_000, 5_000_000_001, 6_000_000_000], np.int64)
    assert view.to_reference(times, MODEL).tolist() == [
        UNIX + 5_000_000_000,
        UNIX + 5_000_000_001,
        UNIX + 6_000_000_000 + 100_000,
    ]


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from([0, UNIX, -UNIX]),
    st.floats(-1e-3, 1e-3),
    st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=5),
)
def test_the_way_back_is_exact_to_a_nanosecond(epoch: int, offset: int, drift: float, times: list[int]) -> None:
    model = replace(MODEL, epoch_ns=epoch, offset_ns=offset, drift=drift)
    measured = np.array(times, np.int64)
    again = view.from_reference(view.to_reference(measured, model), model)
    assert np.abs(again - measured).max() <= 1


def test_the_interval_grows_away_from_the_evidence_and_holds_the_margin() -> None:
    times = np.array([5_000_000_000, 105_000_000_000], np.int64)
    low, high = view.interval(times, MODEL)
    assert low[0] == pytest.approx(19.6, abs=0.1)
    assert high[0] - low[0] == pytest.approx(500)
    assert low[1] == pytest.approx(1.96 * np.sqrt(100 + 1e-16 * 1e22), rel=1e-3)
    assert view.half_width(times, MODEL).tolist() == high.tolist()


def test_each_time_is_read_by_the_stretch_that_holds_it() -> None:
    early = replace(MODEL, drift=0.0, offset_ns=10, valid_ns=(0, 99))
    late = replace(MODEL, drift=0.0, offset_ns=1000, valid_ns=(100, 200))
    times = np.array([-5, 0, 99, 100, 200, 300], np.int64)
    on_reference = view.to_reference(times, (early, late))
    assert (on_reference - times).tolist() == [10, 10, 10, 1000, 1000, 1000]
    assert view.has_evidence(times, (early, late)).tolist() == [False, True, True, True, True, False]
    assert view.from_reference(on_reference, (early, late)).tolist() == times.tolist()


def test_runs_tell_apart_what_a_restarted_clock_counts_twice() -> None:
    first = replace(MODEL, drift=0.0, offset_ns=0, valid_ns=(0, 9_000_000_000), evidence={"run": 0.0})
    second = replace(MODEL, drift=0.0, offset_ns=10**12, valid_ns=(0, 9_000_000_000), evidence={"run": 1.0})
    times = np.array([0, 9_000_000_000, 0, 9_000_000_000], np.int64)
    runs = view.runs_of(times)
    assert runs.tolist() == [0, 0, 1, 1]
    assert (view.to_reference(times, (first, second), runs=runs) - times).tolist() == [0, 0, 10**12, 10**12]


def test_the_reference_reads_as_itself_and_a_refused_clock_as_nothing() -> None:
    timebase = Timebase(reference="host", models=(MODEL,))
    times = np.array([1, 2], np.int64)
    assert view.to_reference(times, view.models_of(timebase, "host")).tolist() == [1, 2]
    assert view.models_of(timebase, "other") == ()
