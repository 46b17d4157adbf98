"""Slices: raw counts of all streams around what was asked for, never more than the budget."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from genba_edge.declared import Channel, Clock, Request, Stream
from genba_edge.diskqueue import Queue
from genba_edge.frames import BLOCK, HEADER, LOSS, Frame, scan
from genba_edge.slices import HOUR, SECOND, Budget, Piece, Slices

ASKED = Request(model="m" * 20, deployment="d" * 20, rule="uncertain")
HALF = SECOND // 2


def slices(folder: Path, **budget: int) -> Slices:
    kept = Slices(Queue(folder), "gate", "run", ASKED, Budget(**budget))
    for name in ("fast", "slow"):
        stream = Stream(id=name, channels=(Channel(name="v", dtype="<i2"),), clock="daq", host_clock="host")
        kept.declare(stream, Clock(id="daq", epoch="boot"))
    return kept


def feed(kept: Slices, since: int, until: int) -> None:
    """Ten samples a tenth of a second of one stream, one of the other."""
    for tick in range(since, until):
        host = tick * SECOND // 10
        times = array("q", range(tick * 1000, tick * 1000 + 10))
        kept.offer(Piece("fast", times, bytes(20), times, host))
        kept.offer(Piece("slow", times[:1], bytes(2), None, host))


def records(path: Path) -> Iterator[tuple[Frame, bytes]]:
    found: list[tuple[Frame, bytes]] = []
    with path.open("rb") as file:
        scan(file, b"", lambda frame, payload: found.append((frame, payload)))
    yield from found


def header(path: Path) -> dict[str, Any]:
    return next(json.loads(payload) for frame, payload in records(path) if frame.kind == HEADER)


def counts(path: Path) -> dict[int, int]:
    found: dict[int, int] = {}
    for frame, _ in records(path):
        if frame.kind == BLOCK:
            found[frame.stream] = found.get(frame.stream, 0) + frame.count
    return found


def test_a_slice_holds_all_streams_from_before_to_after_and_says_who_asked(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=HALF, after_ns=HALF)
    feed(kept, 0, 50)
    kept.ask(4 * SECOND, 45 * SECOND // 10)
    feed(kept, 50, 70)
    (path,) = Queue(tmp_path).final()
    assert counts(path) == {0: 160, 1: 16}  # from 3.5 s to 5.0 s, both ends with it
    assert header(path)["request"] == {"model": ASKED.model, "deployment": ASKED.deployment, "rule": ASKED.rule}


def test_requests_that_touch_make_one_slice_and_long_ones_are_cut(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=0, after_ns=SECOND // 5, longest_ns=2 * SECOND)
    for tick in range(60):
        feed(kept, tick, tick + 1)
        if tick >= 10:
            kept.ask((tick - 1) * SECOND // 10, tick * SECOND // 10)
    kept.write()
    assert kept.kept.asked == 50
    assert 2 <= kept.kept.slices <= 4
    assert len(Queue(tmp_path).final()) == kept.kept.slices


def test_what_lies_between_two_slices_is_said_to_have_been_left_out_on_purpose(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=0, after_ns=0)
    feed(kept, 0, 20)
    kept.ask(SECOND, SECOND)
    feed(kept, 20, 60)
    kept.ask(5 * SECOND, 5 * SECOND)
    kept.write()
    first, second = Queue(tmp_path).final()
    assert [frame for frame, _ in records(first) if frame.kind == LOSS] == []
    told = [json.loads(payload) for frame, payload in records(second) if frame.kind == LOSS]
    assert {(loss["stream"], loss["kind"], loss["detail"]) for loss in told} == {
        ("fast", "gap", "not_asked_for"),
        ("slow", "gap", "not_asked_for"),
    }


def test_a_stream_that_was_silent_in_a_slice_is_said_to_have_been_left_out_before_it(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=SECOND, after_ns=SECOND, longest_ns=SECOND)
    feed(kept, 0, 60)
    kept.ask(3 * SECOND, 3 * SECOND)
    kept.write()
    feed(kept, 100, 101)
    for tick in range(101, 160):  # one stream is silent in the second slice, which the third follows at once
        kept.offer(Piece("fast", array("q", [tick * 1000]), bytes(2), None, tick * SECOND // 10))
    kept.ask(12 * SECOND, 12 * SECOND)
    kept.write()
    feed(kept, 160, 161)
    kept.ask(14 * SECOND, 15 * SECOND)
    kept.write()
    told = [
        [json.loads(payload) for frame, payload in records(path) if frame.kind == LOSS]
        for path in Queue(tmp_path).final()
    ]
    assert [[loss["stream"] for loss in losses] for losses in told] == [[], ["fast"], ["slow"]]


def test_slices_that_reach_into_each_other_keep_no_sample_twice_and_leave_nothing_between(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=SECOND, after_ns=SECOND, longest_ns=SECOND)
    feed(kept, 0, 30)
    kept.ask(2 * SECOND, 2 * SECOND)
    feed(kept, 30, 45)
    kept.ask(4 * SECOND, 4 * SECOND)
    feed(kept, 45, 60)
    kept.write()
    first, second = Queue(tmp_path).final()
    assert [frame for path in (first, second) for frame, _ in records(path) if frame.kind == LOSS] == []
    assert counts(first)[1] + counts(second)[1] == 41  # from 1 s to 5 s, ten a second, both ends with it


def test_no_more_slices_than_the_budget_of_an_hour_are_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=0, after_ns=0, slices=2)
    for tick in range(0, 100, 10):
        feed(kept, tick, tick + 10)
        kept.ask(tick * SECOND // 10, tick * SECOND // 10)
        kept.write()
    assert (kept.kept.slices, kept.kept.over_budget) == (2, 8)
    later = 10 * HOUR // SECOND * 2
    feed(kept, later, later + 2)
    kept.ask(later * SECOND // 10, later * SECOND // 10)
    kept.write()
    assert kept.kept.slices == 3


def test_a_slice_larger_than_the_budget_is_not_written(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=SECOND, size_bytes=100)
    feed(kept, 0, 30)
    kept.ask(2 * SECOND, 2 * SECOND)
    kept.write()
    assert (kept.kept.slices, kept.kept.over_budget) == (0, 1)
    assert Queue(tmp_path).final() == []


def test_memory_is_bounded_and_a_slice_cut_short_by_it_is_counted(tmp_path: Path) -> None:
    kept = slices(tmp_path, before_ns=SECOND, held_bytes=100)
    feed(kept, 0, 200)
    kept.ask(195 * SECOND // 10, 195 * SECOND // 10)
    kept.write()
    assert kept.kept.cut_short == 1
    assert kept.kept.size_bytes <= 100


@settings(max_examples=25)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.integers(1, 4), st.integers(50, 400))
def test_whatever_is_asked_for_the_budget_holds(
    tmp_path_factory: Any, waits: list[int], most: int, size_bytes: int
) -> None:
    kept = slices(tmp_path_factory.mktemp("slices"), slices=most, size_bytes=size_bytes, before_ns=HALF, after_ns=HALF)
    tick = 0
    for wait in waits:
        feed(kept, tick, tick + wait)
        tick += wait
        kept.ask((tick - 1) * SECOND // 10, tick * SECOND // 10)
    feed(kept, tick, tick + 20)
    kept.write()
    assert kept.kept.slices <= most
    assert kept.kept.size_bytes <= size_bytes
    assert kept.kept.asked == len(waits)
