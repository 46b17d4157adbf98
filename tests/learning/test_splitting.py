"""Nothing leaks: whole lots on one side, time order kept, a gap between, no sample in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.learning import sharing, splitting
from genba.learning.windows import WALL_NS, Shape, Windows

SECOND = 1_000_000_000


def windows_of(
    lots: list[str],
    *,
    machines: list[str] | None = None,
    capture: list[str] | None = None,
    first: list[int] | None = None,
    labels: list[str] | None = None,
    values: Any = None,
) -> Windows:
    count = len(lots)
    begins = np.array(first if first is not None else [WALL_NS + 10 * SECOND * row for row in range(count)], np.int64)
    data = values if values is not None else np.zeros((count, 4, 1), np.float32)
    shape = Shape(stream="s", channels=("a",), units=("",), rate_hz=4.0, window=data.shape[1], step=data.shape[1])
    columns = {
        "capture": np.array(capture or ["c"] * count, object).astype(str),
        "stream": np.array(["s"] * count, object).astype(str),
        "first_ns": begins,
        "last_ns": begins + SECOND,
        "lot": np.array(lots, object).astype(str),
        "machine": np.array(machines or ["m"] * count, object).astype(str),
        "label": np.array(labels or ["normal"] * count, object).astype(str),
    }
    return Windows(shape=shape, parts=(data,), columns=columns)


@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("xy")), min_size=2, max_size=60),
    share=st.sampled_from((0.2, 0.3, 0.5)),
)
def test_lots_stay_whole_and_what_is_frozen_begins_after_what_is_not(rows: list[tuple[str, str]], share: float) -> None:
    windows = windows_of([lot for lot, _ in rows], machines=[machine for _, machine in rows])
    grouped = splitting.groups(windows)
    every = np.ones(len(windows), bool)
    late = splitting.later_part(windows, every, grouped, share)
    keys = [f"{machine}/{lot}" for lot, machine in rows]
    assert not {key for key, is_late in zip(keys, late, strict=True) if is_late} & {
        key for key, is_late in zip(keys, late, strict=True) if not is_late
    }
    for machine in {machine for _, machine in rows}:
        mine = [row for row, (_, one) in enumerate(rows) if one == machine]
        firsts: dict[str, int] = {}
        for row in mine:
            firsts.setdefault(keys[row], row)
        kept = [firsts[keys[row]] for row in mine if not late[row]]
        frozen = [firsts[keys[row]] for row in mine if late[row]]
        assert kept
        assert not frozen or max(kept) < min(frozen)


def test_without_lots_blocks_of_time_stay_together_and_a_fault_is_not_cut() -> None:
    labels = ["normal"] * 5 + ["crack"] * 30 + ["normal"] * 25
    windows = windows_of([""] * 60, labels=labels)
    grouped = splitting.groups(windows)
    assert len(set(grouped[5:35].tolist())) == 1
    assert len(set(grouped.tolist())) >= 3
    assert (np.diff(grouped) >= 0).all()


def test_windows_within_a_windows_length_of_the_other_side_are_near() -> None:
    first = [WALL_NS + offset * SECOND for offset in (0, 2, 4, 20, 40)]
    windows = windows_of([""] * 5, first=first)
    held = np.array([False, False, True, False, False])
    assert splitting.near(windows, ~held, windows, held).tolist() == [False, True, False, False, False]


def test_two_captures_of_a_machine_are_compared_by_the_time_of_day_only_where_clocks_tell_it() -> None:
    wall = windows_of(["", ""], capture=["a", "b"], first=[WALL_NS, WALL_NS])
    started = windows_of(["", ""], capture=["a", "b"], first=[0, 0])
    for windows, wanted in ((wall, True), (started, False)):
        mask = np.array([True, False])
        assert splitting.near(windows, mask, windows, ~mask)[0] == wanted


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), offset=st.integers(0, 60), window=st.integers(8, 64))
def test_samples_in_common_are_found_at_any_offset(seed: int, offset: int, window: int) -> None:
    random = np.random.default_rng(seed)
    series = random.normal(size=400).astype(np.float32)
    held = windows_of(["a"] * 3, values=np.stack([series[row * window :][:window] for row in range(3)])[:, :, None])
    begin = min(offset, 2 * window)
    inside = series[begin : begin + window]
    other = random.normal(size=window).astype(np.float32)
    still = np.full(window, 1.5, np.float32)
    asked = windows_of(["b"] * 3, values=np.stack([inside, other, still])[:, :, None])
    found = sharing.sharing(asked, np.arange(3), held, np.arange(3))
    length = sharing.stretch(window)
    overlaps = [max(0, min(begin + window, (row + 1) * window) - max(begin, row * window)) for row in range(3)]
    assert found[0] or max(overlaps) < 2 * length
    assert found[1:].tolist() == [False, False]


def test_a_machine_that_stands_still_shares_nothing_with_itself_on_another_day() -> None:
    still = windows_of(["a", "b"], values=np.full((2, 16, 1), 2.0, np.float32))
    assert not sharing.sharing(still, np.array([0]), still, np.array([1])).any()
