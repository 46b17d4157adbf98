"""The loss ledger finds every loss that was made, says which it is, and invents none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.formats.ledger import MOST_ENTRIES, Ledger
from genba.model.signals import NOT_ASKED_FOR, Block, Channel, Loss, LossEvidence, LossKind, Stream

PERIOD_NS = 1_000_000
RAW = Channel(name="x", dtype="<i2", kind="vibration")


def stream(*, channel: Channel = RAW, rate_hz: float = 1000.0, modulus: int = 0) -> Stream:
    properties = {"sequence_modulus": str(modulus)} if modulus else {}
    return Stream(id="s", channels=(channel,), clock="c", rate_hz=rate_hz, properties=properties)


def ledger_of(
    numbers: Any, times: Any, values: Any = None, *, of: Stream | None = None, cuts: Sequence[int] = ()
) -> list[Loss]:
    """Feed samples in blocks cut at the given places."""
    of = of or stream()
    ledger = Ledger(of)
    times = np.asarray(times, "<i8")
    values = np.zeros(len(times), of.channels[0].dtype) if values is None else np.asarray(values)
    found: list[Loss] = []
    edges = [0, *sorted(cuts), len(times)]
    for first, last in pairwise(edges):
        found += ledger.add(
            Block(
                stream="s",
                device_ns=times[first:last],
                values=(values[first:last],),
                sequence=None if numbers is None else np.asarray(numbers, "<i8")[first:last],
            )
        )
    return [*found, *ledger.close()]


def counted(losses: list[Loss]) -> dict[str, int]:
    found: dict[str, int] = {}
    for loss in losses:
        found[loss.kind] = found.get(loss.kind, 0) + max(loss.count, 1)
    return found


def journey(seed: int) -> tuple[np.ndarray, dict[str, int], list[int]]:
    """Samples by their true index in the order of arrival, with what was done to them, cut somewhere."""
    rng = np.random.default_rng(seed)
    at = int(rng.integers(100, 700))
    order, truth = [np.arange(at)], dict[str, int]()
    while at < 5_000:
        kind = str(rng.choice(["drop", "reorder", "duplicate"]))
        size, after, quiet = (int(rng.integers(1, most)) for most in (40, 60, 900))
        one, rest = np.arange(at, at + size), np.arange(at + size, at + size + after)
        order += {"drop": [rest], "reorder": [rest, one], "duplicate": [one, rest, one]}[kind]
        truth[kind] = truth.get(kind, 0) + size
        at += size + after
        order.append(np.arange(at, at + quiet))
        at += quiet
    order.append(np.arange(at, at + 500))
    arrived = np.concatenate(order)
    return arrived, truth, rng.integers(1, len(arrived), 4).tolist()


@settings(max_examples=60)
@given(
    seed=st.integers(0, 1 << 32),
    first=st.integers(0, 300),
    modulus=st.sampled_from([0, 256, 65_536]),
    declared=st.booleans(),
    jitter=st.integers(0, 200_000),
)
def test_every_loss_that_was_made_is_found_and_none_is_invented(
    seed: int, first: int, modulus: int, declared: bool, jitter: int
) -> None:
    order, truth, cuts = journey(seed)
    noise = np.random.default_rng(len(order)).integers(-jitter, jitter + 1, int(order.max()) + 1)
    times = (order * PERIOD_NS + noise[order]).astype("<i8")
    numbers = order + first
    numbers = numbers % modulus if modulus else numbers
    found = ledger_of(numbers, times, of=stream(modulus=modulus if declared else 0), cuts=cuts)
    assert counted(found) == truth


@pytest.mark.parametrize("clock_too", [True, False])
@pytest.mark.parametrize("first", [0, 17, 40_000])
def test_a_counter_that_begins_again_is_a_reset_and_not_a_loss(clock_too: bool, first: int) -> None:
    before, after = np.arange(first + 5_000, first + 9_000), np.arange(first, first + 3_000)
    times_before = before * PERIOD_NS
    start = after[0] * PERIOD_NS if clock_too else times_before[-1] + 3_000_000_000
    times = np.concatenate([times_before, start + np.arange(len(after)) * PERIOD_NS])
    found = ledger_of(np.concatenate([before, after]), times)
    assert [loss.kind for loss in found] == [LossKind.RESET]
    assert (found[0].first_ns, found[0].last_ns) == (times_before[-1], start)


def test_a_bag_in_files_whose_numbers_begin_anew_has_no_drops() -> None:
    parts = [np.arange(size) for size in (174, 160, 194, 146, 130)]
    times = np.cumsum(np.concatenate([np.full(len(part), 2) for part in parts]))
    edges = np.cumsum([len(part) for part in parts])[:-1]
    times += np.searchsorted(edges, np.arange(len(times)), side="right") * 3
    assert counted(ledger_of(np.concatenate(parts), times, cuts=edges.tolist())) == {"reset": 4}


@settings(max_examples=60)
@given(
    lengths=st.lists(st.integers(40, 700), min_size=2, max_size=8),
    first=st.sampled_from([0, 1, 17]),
    looks_like_a_loss=st.lists(st.booleans(), min_size=8, max_size=8),
    data=st.data(),
)
def test_drops_are_never_invented_by_a_restart(
    lengths: list[int], first: int, looks_like_a_loss: list[bool], data: st.DataObject
) -> None:
    numbers = np.concatenate([first + np.arange(length) for length in lengths])
    times, now = [], 0
    for length, is_like in zip(lengths, looks_like_a_loss, strict=False):
        times.append(now + np.arange(length) * PERIOD_NS)
        # As long as a counter of 8, 12 or 16 bits would have needed to come round.
        end = next(size for size in (256, 4_096) if size > first + length) if is_like else first + length
        now += (end - first - length + 1) * PERIOD_NS + length * PERIOD_NS
    cuts = data.draw(st.lists(st.integers(1, len(numbers) - 1), max_size=4, unique=True))
    ends = first + np.asarray(lengths[:-1])
    found = counted(ledger_of(numbers, np.concatenate(times), cuts=cuts))
    assert "drop" not in found
    assert found["reset"] >= int((ends != 256).sum()) if (ends != 256).any() else True


def test_a_loss_across_the_end_of_a_counter_is_one_where_the_end_was_seen() -> None:
    order = np.delete(np.arange(4_000), slice(2_040, 2_060))
    assert counted(ledger_of(order % 256, order * PERIOD_NS)) == {"drop": 20}


def test_a_counter_that_wraps_at_its_end_is_no_loss() -> None:
    for modulus in (256, 1 << 12, 1 << 16):
        numbers = np.arange(modulus - 3_000, modulus + 3_000) % modulus
        assert ledger_of(numbers, np.arange(6_000) * PERIOD_NS) == []


def test_more_is_lost_than_the_counter_has_numbers() -> None:
    order = np.concatenate([np.arange(3_000), np.arange(3_700, 6_000)])
    found = ledger_of(order % 256, order * PERIOD_NS, of=stream(modulus=256))
    assert counted(found) == {"drop": 700}


def test_a_pause_with_numbers_that_go_on_is_no_loss() -> None:
    times = np.arange(4_000) * PERIOD_NS
    times[2_000:] += 60_000_000_000
    assert ledger_of(np.arange(4_000), times) == []


def test_a_clock_set_back_while_the_numbers_go_on_is_told_by_its_times() -> None:
    times = np.arange(4_000) * PERIOD_NS + 10**12
    times[2_000:] -= 10**12
    (loss,) = ledger_of(np.arange(4_000), times)
    assert (loss.kind, loss.evidence) == ("reset", "time")


@pytest.mark.parametrize("numbers", [np.zeros(3_000), np.arange(3_000) * 7, np.arange(3_000)[::-1]])
def test_numbers_that_do_not_count_samples_prove_nothing(numbers: np.ndarray) -> None:
    assert ledger_of(numbers, np.arange(3_000) * PERIOD_NS) == []


def test_gaps_are_told_where_samples_have_no_numbers_and_a_rhythm() -> None:
    times = np.delete(np.arange(9_000) * PERIOD_NS, slice(7_000, 7_050))
    (loss,) = ledger_of(None, times, cuts=[5_000, 7_000])
    assert (loss.kind, loss.evidence, loss.count) == ("gap", "time", 0)
    assert (loss.first_ns, loss.last_ns) == (6_999 * PERIOD_NS, 7_050 * PERIOD_NS)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), spread=st.floats(0.0, 0.4))
def test_jitter_of_stamps_is_no_gap_and_no_reordering(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    times = np.arange(9_000) * PERIOD_NS + rng.uniform(-spread, spread, 9_000) * PERIOD_NS
    assert ledger_of(None, times.astype("<i8")) == []


def test_messages_without_a_rhythm_have_no_gaps() -> None:
    times = np.cumsum(np.random.default_rng(3).exponential(PERIOD_NS, 9_000)).astype("<i8")
    assert ledger_of(None, times) == []


def test_late_samples_without_numbers_are_told_from_a_clock_set_anew() -> None:
    order = np.concatenate(
        [np.arange(6_000), np.arange(6_010, 6_020), np.arange(6_000, 6_010), np.arange(6_020, 9_000)]
    )
    late = ledger_of(None, order * PERIOD_NS)
    assert {loss.kind for loss in late} == {LossKind.GAP, LossKind.REORDER}
    assert next(loss.count for loss in late if loss.kind is LossKind.REORDER) == 10
    times = np.concatenate([np.arange(6_000) + 50_000, np.arange(6_000)]) * PERIOD_NS
    assert [loss.kind for loss in ledger_of(None, times)] == [LossKind.RESET]


def test_stretches_at_the_stated_limit_are_saturated_across_blocks() -> None:
    values = np.zeros(100, "<i2")
    values[40:60], values[70], values[99] = 2_000, -2_000, 2_047
    of = stream(channel=Channel(name="x", dtype="<i2", saturates_at=(-2_000.0, 2_000.0)))
    found = ledger_of(None, np.arange(100) * PERIOD_NS, values, of=of, cuts=[50])
    assert [(loss.first_ns // PERIOD_NS, loss.last_ns // PERIOD_NS, loss.count) for loss in found] == [
        (40, 59, 20),
        (70, 70, 1),
        (99, 99, 1),
    ]
    assert {loss.channel for loss in found} == {"x"}


def test_clipping_at_full_scale_is_evident_without_a_stated_limit() -> None:
    values = (np.sin(np.arange(2_000) / 20) * 40_000).clip(-32_768, 32_767).astype("<i2")
    found = ledger_of(None, np.arange(2_000) * PERIOD_NS, values)
    assert {loss.kind for loss in found} == {LossKind.SATURATION}
    assert sum(loss.count for loss in found) == int(((values == 32_767) | (values == -32_768)).sum())


def test_a_state_at_the_limit_of_its_type_is_not_saturated() -> None:
    of = stream(channel=Channel(name="x", dtype="|i1", kind="state"))
    assert ledger_of(None, np.arange(100) * PERIOD_NS, np.full(100, 127, "|i1"), of=of) == []


def test_low_bits_that_never_change_are_told_and_decimal_steps_are_not() -> None:
    noise = np.random.default_rng(5).normal(0, 2_000, 9_000).astype("<i2")
    (loss,) = ledger_of(None, np.arange(9_000) * PERIOD_NS, noise & ~np.int16(15))
    assert (loss.kind, loss.detail, loss.count) == ("clipped_bits", "low_bits_4", 9_000)
    assert ledger_of(None, np.arange(9_000) * PERIOD_NS, noise) == []
    assert ledger_of(None, np.arange(9_000) * PERIOD_NS, (noise // 10 * 10).astype("<i2")) == []


def test_a_ledger_stays_readable_whatever_comes() -> None:
    numbers = np.cumsum(np.tile([1, 1, 1, 2], 20_000))
    found = ledger_of(numbers, numbers * PERIOD_NS)
    assert len(found) == MOST_ENTRIES + 1
    assert counted(found) == {"drop": 20_000}


@settings(max_examples=40)
@given(data=st.data())
def test_no_numbers_or_times_break_it(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 60))
    wild = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=size, max_size=size)
    numbered = ledger_of(data.draw(wild), data.draw(wild))
    timed = ledger_of(None, data.draw(wild))
    assert all(loss.count >= 0 for loss in [*numbered, *timed])
    assert not any(loss.evidence is LossEvidence.SEQUENCE for loss in timed)  # nothing was numbered


@pytest.mark.parametrize("has_numbers", [True, False])
def test_what_nobody_asked_for_is_no_loss_but_what_is_missing_beside_it_is(has_numbers: bool) -> None:
    ledger = Ledger(stream())
    found: list[Loss] = []
    before = 0
    for first in (0, 50_000, 120_000):  # three slices, ten samples missing in each
        at = np.concatenate([np.arange(first, first + 3000), np.arange(first + 3010, first + 6000)])
        if first:
            ends = {"first_ns": before * PERIOD_NS, "last_ns": first * PERIOD_NS}
            ledger.hear(
                Loss(kind=LossKind.GAP, evidence=LossEvidence.RECORDER, stream="s", detail=NOT_ASKED_FOR, **ends)
            )
        numbers = at if has_numbers else None
        found += ledger.add(Block(stream="s", device_ns=at * PERIOD_NS, values=(at * 0,), sequence=numbers))
        before = int(at[-1])
    found += ledger.close()
    kind = LossKind.DROP if has_numbers else LossKind.GAP
    assert {(loss.kind, loss.first_ns // PERIOD_NS) for loss in found} == {
        (kind, at + 2999) for at in (0, 50_000, 120_000)
    }


def test_a_gap_that_the_recorder_says_excuses_no_jump_at_another_sample() -> None:
    ledger = Ledger(stream())
    ends = {"first_ns": 0, "last_ns": 5000 * PERIOD_NS}
    ledger.hear(Loss(kind=LossKind.GAP, evidence=LossEvidence.RECORDER, stream="s", detail=NOT_ASKED_FOR, **ends))
    at = np.concatenate([np.arange(3000), np.arange(3010, 6000)])
    found = ledger.add(Block(stream="s", device_ns=at * PERIOD_NS, values=(at * 0,), sequence=at)) + ledger.close()
    assert counted(found) == {"drop": 10}
