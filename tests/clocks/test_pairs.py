"""A device's clock from arrivals: the line below all delays, in stretches where clocks were set or began again."""

import numpy as np
import pytest

from genba.clocks import pairs, view
from genba.model.clock import ClockModel, ClockRefusal

UNIX = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


def _pairs(seed: int, count: int = 6_000, drift: float = 50e-6) -> tuple[np.ndarray, np.ndarray]:
    """A minute at 100 Hz whose messages take 0.2 ms and, exponentially, 1 ms more."""
    rng = np.random.default_rng(seed)
    device = np.arange(count, dtype=np.int64) * (60 * SECOND // count)
    late = 200_000 + rng.exponential(1e6, count).astype(np.int64)
    return device, UNIX + device + np.rint(device * drift).astype(np.int64) + late


def _models(found: tuple[ClockModel, ...] | ClockRefusal) -> tuple[ClockModel, ...]:
    assert not isinstance(found, ClockRefusal), found
    return found


def _code(found: tuple[ClockModel, ...] | ClockRefusal) -> str:
    assert isinstance(found, ClockRefusal)
    return found.code


def test_offset_and_drift_are_found_but_for_the_shortest_delay() -> None:
    device, host = _pairs(1)
    (model,) = _models(pairs.align(device, host, clock="imu", reference="pc"))
    assert (model.clock, model.reference, model.method) == ("imu", "pc", "pairs")
    assert model.drift == pytest.approx(50e-6, abs=1e-6)
    error = view.to_reference(device, model) - (UNIX + device + np.rint(device * 50e-6).astype(np.int64))
    assert np.abs(error - 200_000).max() < 20_000


def test_the_margin_reaches_down_to_where_the_truth_may_be() -> None:
    device, host = _pairs(2)
    (model,) = _models(pairs.align(device, host))
    low, high = view.interval(device, model)
    truth = UNIX + device + np.rint(device * 50e-6).astype(np.int64)
    error = view.to_reference(device, model) - truth
    assert (error <= low).all()
    assert high.max() < 50_000


def test_a_stated_delay_narrows_the_interval_and_moves_the_estimate() -> None:
    device, host = _pairs(3)
    (model,) = _models(pairs.align(device, host, delay_ns=(150_000, 250_000)))
    truth = UNIX + device + np.rint(device * 50e-6).astype(np.int64)
    assert np.abs(view.to_reference(device, model) - truth).max() < 20_000
    assert view.half_width(device, model).max() < 120_000
    assert model.evidence["delay_stated"] == 1.0


@pytest.mark.parametrize("kind", ["exponential", "uniform", "halved"])
def test_stated_intervals_hold_what_they_say(kind: str) -> None:
    held = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        device = np.sort(rng.integers(0, 60 * SECOND, 1_500))
        drift = rng.uniform(-300e-6, 300e-6)
        draw = {
            "exponential": rng.exponential(1e6, 1_500),
            "uniform": rng.uniform(0, 2e6, 1_500),
            "halved": np.abs(rng.normal(0, 1e6, 1_500)),
        }[kind]
        floor = device + np.rint(drift * device).astype(np.int64)
        (model,) = _models(pairs.align(device, floor + draw.astype(np.int64)))
        at = rng.integers(0, 60 * SECOND, 4)
        away = at - model.epoch_ns
        offset, both, square = model.variance
        spread = 1.96 * np.sqrt(offset + 2.0 * both * away + square * away.astype(float) ** 2)
        error = view.to_reference(at, model) - at - np.rint(drift * at).astype(np.int64)
        held.append(np.mean(np.abs(error) <= spread))
    # 93 to 97 % is measured by the benchmark over thousands; this many only tell a broken estimate from a sound one.
    assert 0.88 <= np.mean(held) <= 0.995


@pytest.mark.parametrize("step_ns", [50_000_000, -50_000_000, 5_000_000, -5_000_000])
def test_a_host_clock_that_was_set_is_read_in_two_stretches(step_ns: int) -> None:
    device, host = _pairs(4)
    host[3_333:] += step_ns
    models = _models(pairs.align(device, host))
    assert len(models) == 2
    assert models[0].valid_ns[1] < models[1].valid_ns[0]
    truth = UNIX + device + np.rint(device * 50e-6).astype(np.int64) + 200_000
    truth[3_333:] += step_ns
    error = np.abs(view.to_reference(device, models) - truth)
    assert np.quantile(error, 0.99) < 50_000


def test_a_device_clock_that_began_again_is_read_run_by_run() -> None:
    device, host = _pairs(5)
    device[2_500:] -= device[2_500]
    models = _models(pairs.align(device, host))
    assert [model.evidence["run"] for model in models] == [0.0, 1.0]
    runs = view.runs_of(device)
    original = np.arange(6_000, dtype=np.int64) * (SECOND // 100)
    truth = UNIX + original + np.rint(original * 50e-6).astype(np.int64) + 200_000
    assert np.abs(view.to_reference(device, models, runs=runs) - truth).max() < 50_000


def test_a_drift_that_bends_is_read_in_stretches() -> None:
    device, host = _pairs(6)
    host += np.where(device > 30 * SECOND, (device - 30 * SECOND) * 20e-6, 0).astype(np.int64)
    models = _models(pairs.align(device, host))
    assert len(models) == 2
    assert models[1].drift - models[0].drift == pytest.approx(20e-6, abs=3e-6)


@pytest.mark.parametrize("seed", range(6))
def test_steady_clocks_with_rare_long_delays_are_not_cut(seed: int) -> None:
    device, _ = _pairs(seed)
    late = np.random.default_rng(seed).lognormal(13, 1.5, len(device)).astype(np.int64)
    assert len(_models(pairs.align(device, UNIX + device + late))) == 1


def test_stamps_of_a_millisecond_widen_the_margin_and_cut_nothing() -> None:
    device, host = _pairs(7)
    (model,) = _models(pairs.align(device, host // 1_000_000 * 1_000_000))
    assert min(model.margin_ns) >= 1_000_000
    assert model.evidence["stamp_grain_us"] == 1_000.0


def test_of_a_batch_only_the_newest_sample_came_without_waiting() -> None:
    device, host = _pairs(8)
    sent = np.repeat(np.arange(len(device) // 50) * 50 + 49, 50)
    (model,) = _models(pairs.align(device, host[sent]))
    assert model.evidence["pairs"] == len(device) // 50
    error = view.to_reference(device, model) - (UNIX + device + np.rint(device * 50e-6).astype(np.int64))
    assert np.abs(error - 200_000).max() < 300_000


def test_arrivals_that_overtook_one_another_and_came_twice_change_nothing() -> None:
    device, host = _pairs(9)
    order = np.argsort(host, kind="stable")
    again = np.concatenate([order, order[:100]])
    (one,) = _models(pairs.align(device, host))
    (other,) = _models(pairs.align(device[np.sort(again)], host[np.sort(again)]))
    assert other.offset_ns == one.offset_ns


def test_clocks_that_are_the_same_to_the_nanosecond_are_found_so() -> None:
    device, _ = _pairs(10)
    (model,) = _models(pairs.align(device, device + UNIX))
    assert np.abs(view.to_reference(device, model) - device - UNIX).max() <= 1


@pytest.mark.parametrize(
    ("device", "host", "code"),
    [
        ([], [], "clock.too_few_pairs"),
        (range(10), range(10), "clock.too_few_pairs"),
        ([5] * 50, range(50), "clock.too_few_pairs"),
        (range(50), range(50), "clock.no_span"),
    ],
)
def test_too_little_is_refused(device: list[int], host: list[int], code: str) -> None:
    found = pairs.align(np.array(list(device), np.int64), np.array(list(host), np.int64))
    assert _code(found) == code


def test_counts_that_are_no_time_are_refused() -> None:
    device, host = _pairs(11)
    assert _code(pairs.align(device // 1_000, host)) == "clock.drift_too_large"
