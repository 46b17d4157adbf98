"""As-of joins: the right sample, its distance, and the same result in one piece as in many."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.clocks import asof, joins
from genba.errors import InvalidInput

times_of = st.lists(st.integers(0, 400), max_size=60).map(sorted)
FAR = 10**12


def _slow(axis: list[int], times: list[int], strategy: str) -> list[int]:
    """The definition, sample by sample."""
    found = []
    for at in axis:
        before = max((i for i, time in enumerate(times) if time <= at), default=-1)
        after = min((i for i, time in enumerate(times) if time >= at), default=-1)
        if strategy == "backward":
            found.append(before)
        elif strategy == "forward":
            found.append(after)
        elif before < 0 or after < 0:
            found.append(max(before, 0 if times else -1))
        else:
            following = min(before + 1, len(times) - 1)
            found.append(following if times[following] - at < at - times[before] else before)
    return found


@given(times_of, times_of, st.sampled_from(asof.STRATEGIES))
def test_positions_are_those_of_the_definition(axis: list[int], times: list[int], strategy: str) -> None:
    found = asof.positions(np.array(axis, np.int64), np.array(times, np.int64), strategy=strategy)
    assert found.tolist() == _slow(axis, times, strategy)


@pytest.mark.parametrize("seed", range(3))
def test_gaps_bursts_and_drift_are_found_as_by_searching(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = rng.choice([1, 1000, 1000, 1000, 100_000], 150_000)
    steps[rng.integers(0, len(steps), 5)] = 10**10
    times = np.cumsum(steps).astype(np.int64)
    axis = np.sort(rng.integers(-1000, times[-1] + 1000, 120_000))
    expected = np.searchsorted(times, axis, side="right") - 1
    assert np.array_equal(asof.positions(axis, times), expected)


def test_each_result_says_how_far_its_sample_is() -> None:
    times = np.array([10, 20, 30], np.int64)
    values = np.array([1.0, 2.0, 3.0], np.float32)
    axis = np.array([5, 10, 24, 26, 99], np.int64)
    joined = joins.join_one(axis, times, (values,), strategy="nearest", tolerance_ns=10)
    assert joined.distance_ns[:4].tolist() == [5, 0, -4, 4]
    assert joined.is_valid.tolist() == [True, True, True, True, False]
    assert joined.values[0][:4].tolist() == [1.0, 1.0, 2.0, 3.0]
    assert np.isnan(joined.values[0][4])


def test_integers_and_frames_keep_their_type() -> None:
    times = np.array([10, 20], np.int64)
    frames = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    joined = joins.join_one(np.array([0, 21], np.int64), times, (frames,), tolerance_ns=5)
    assert joined.values[0].dtype == np.uint8
    assert joined.values[0][1].tolist() == frames[1].tolist()
    assert not joined.values[0][0].any()
    assert joined.is_valid.tolist() == [False, True]


def test_samples_that_came_out_of_order_are_joined_in_order() -> None:
    joined = joins.join_one(np.array([15, 25], np.int64), np.array([20, 10], np.int64), (np.array([2.0, 1.0]),))
    assert joined.values[0].tolist() == [1.0, 2.0]


def test_a_stream_without_samples_gives_nothing() -> None:
    joined = joins.join_one(np.array([1, 2], np.int64), np.empty(0, np.int64), (np.empty(0),))
    assert not joined.is_valid.any()
    assert np.isnan(joined.values[0]).all()


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"clock\.unknown_strategy"):
        asof.positions(np.array([1], np.int64), np.array([1], np.int64), strategy="best")


def _cut(count: int, cuts: list[int]) -> Iterator[slice]:
    edges = sorted({0, count, *(cut for cut in cuts if cut < count)})
    yield from (slice(first, end) for first, end in pairwise(edges))


@settings(max_examples=60)
@given(
    times_of,
    st.lists(times_of, min_size=1, max_size=3),
    st.lists(st.integers(1, 59), max_size=4),
    st.integers(0, 100),
    st.sampled_from(asof.STRATEGIES),
)
def test_stretch_by_stretch_gives_what_one_piece_gives(
    axis: list[int], streams: list[list[int]], cuts: list[int], tolerance: int, strategy: str
) -> None:
    on = np.array(axis, np.int64)
    whole = [(np.array(one, np.int64), (np.arange(len(one), dtype=np.float64),)) for one in streams]
    expected = joins.join(on, whole, strategy=strategy, tolerance_ns=tolerance)
    blocks = [[(t[part], (v[0][part],)) for part in _cut(len(t), cuts)] for t, v in whole]
    pieces = list(
        joins.join_blocks((on[part] for part in _cut(len(on), cuts)), blocks, strategy=strategy, tolerance_ns=tolerance)
    )
    for number, one in enumerate(expected):
        if len(on) and len(whole[number][0]):
            values = np.concatenate([joined[number].values[0] for _, joined in pieces])
            assert np.array_equal(values, one.values[0], equal_nan=True)
            distances = np.concatenate([joined[number].distance_ns for _, joined in pieces])
            assert np.array_equal(distances, one.distance_ns)


def test_blocks_are_let_go_when_the_axis_has_passed_them() -> None:
    alive: list[int] = []

    def blocks() -> Iterator[tuple[np.ndarray, tuple[np.ndarray, ...]]]:
        for number in range(50):
            alive.append(number)
            times = np.arange(number * 1000, (number + 1) * 1000, dtype=np.int64)
            yield times, (times.astype(np.float64),)

    axis = (np.arange(start, start + 1000, dtype=np.int64) for start in range(0, 50_000, 1000))
    for number, (piece, (joined,)) in enumerate(joins.join_blocks(axis, [blocks()], tolerance_ns=10)):
        assert np.array_equal(joined.values[0], piece.astype(np.float64))
        assert len(alive) <= number + 2
