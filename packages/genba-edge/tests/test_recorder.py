"""What a recorder promises: nothing wrong goes in, nothing is lost unsaid, and memory and disk stay bounded."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from genba_edge import RAGGED, Channel, Clock, EdgeError, Limits, Loss, Options, Queue, Recorder
from genba_edge.batchfile import BatchFile
from genba_edge.blocks import Samples
from genba_edge.frames import LOSS, TRAILER, Frame, scan
from genba_edge.track import Track

AT_ONCE = Options(in_background=False)
DAQ = Clock(id="daq", epoch="boot")
KEY = bytes(range(32))


def losses_in(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []

    def seen(frame: Frame, payload: bytes) -> None:
        if frame.kind == LOSS:
            found.append(json.loads(payload))

    with path.open("rb") as file:
        scan(file, seen=seen)
    return found


def trailer_of(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        found = scan(file)
    assert found.is_whole and found.is_chained
    return dict(json.loads(found.trailer))


def fill(track: Track, samples: int, first: int = 0) -> None:
    for place in range(first, first + samples):
        track.record(place * 1_000_000, (place % 100,), place, place * 1_000_000)


def test_a_recording_becomes_whole_batches_that_follow_each_other(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=Options(in_background=False, batch_bytes=2000)) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        for block in range(20):
            fill(track, 50, block * 50)
            track.cut()
    paths = recorder.queue.final()
    assert len(paths) > 3 and recorder.queue.unfinished() == []
    ends = [trailer_of(path) for path in paths]
    assert [end["last"] for end in ends] == [False] * (len(ends) - 1) + [True]
    assert sum(end["samples"]["s"] for end in ends) == 1000  # type: ignore[index]


def test_two_recordings_with_the_same_clock_and_run_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Recorder(tmp_path / name, "r", run="1", now=lambda: 5, options=AT_ONCE) as recorder:
            fill(recorder.stream("s", [Channel(name="x")], clock=DAQ), 100)
    first, second = (next((tmp_path / name).glob("*.gbatch")).read_bytes() for name in ("a", "b"))
    assert first == second


def test_the_background_writes_everything_and_state_adds_up(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=Options(block=Limits(samples=100))) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        fill(track, 1050)
        recorder.flush()
        state = recorder.state()
        assert (state.recorded, state.written, state.lost, state.pending_bytes) == (1050, 1050, 0, 0)
    assert sum(trailer_of(path)["samples"]["s"] for path in recorder.queue.final()) == 1050  # type: ignore[index]


def test_a_slow_disk_drops_the_newest_blocks_within_bounds_and_the_next_batch_says_how_many(tmp_path: Path) -> None:
    options = Options(block=Limits(samples=100), pending_bytes=10_000)
    recorder = Recorder(tmp_path, "r", options=options)
    track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
    with recorder._writer._writing:  # the disk stands still
        fill(track, 10_000)
        assert recorder.state().pending_bytes <= 10_000 + 5_000
    recorder.close()
    state = recorder.state()
    assert state.lost > 0 and state.written + state.lost == 10_000
    (path,) = recorder.queue.final()
    (loss,) = losses_in(path)
    assert (loss["kind"], loss["detail"], loss["count"]) == ("drop", "back_pressure", state.lost)


def test_at_the_quota_new_samples_are_refused_and_what_waits_stays(tmp_path: Path) -> None:
    queue = Queue(tmp_path, quota_bytes=90_000)
    options = Options(in_background=False, batch_bytes=2500, level=0)
    with Recorder(queue, "r", options=options) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        for block in range(60):
            fill(track, 50, block * 50)
            track.cut()
        waiting = queue.waiting()
        assert recorder.state().lost > 0 and queue.used_bytes() <= 90_000
        for path in waiting[:3]:
            queue.acknowledge(path, {})
        fill(track, 50, 60 * 50)
        track.cut()
        assert not waiting[0].exists(), "the oldest that was acknowledged makes room"
        assert waiting[3].exists(), "what nobody else has stays"
    lost = [loss for path in queue.final() for loss in losses_in(path)]
    assert {loss["detail"] for loss in lost} == {"quota"}
    assert sum(int(str(loss["count"])) for loss in lost) == recorder.state().lost


class FullDisk(BatchFile):
    """A file on a disk that takes a block only in part, once."""

    def block(self, stream: str, payload: bytes, span: tuple[int, int, int]) -> None:
        if span[0] == 50_000_000:
            self._file.write(payload[:7])
            self._file.truncate(self.size_bytes)
            self._file.seek(self.size_bytes)
            raise OSError(errno.ENOSPC, "full")
        super().block(stream, payload, span)


def test_a_full_disk_costs_the_block_says_so_and_leaves_a_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genba_edge.recorder.BatchFile", FullDisk)
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        for block in range(3):
            fill(track, 50, block * 50)
            track.cut()
    (path,) = recorder.queue.final()
    assert trailer_of(path)["samples"] == {"s": 100}
    (loss,) = losses_in(path)
    assert (loss["detail"], loss["count"], loss["first_ns"], loss["last_ns"]) == (
        "disk_full",
        50,
        50_000_000,
        99_000_000,
    )


def test_a_second_recorder_is_refused_while_the_first_one_writes(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE):
        with pytest.raises(EdgeError) as refused:
            Recorder(tmp_path, "other", options=AT_ONCE)
        assert refused.value.code == "queue_in_use"
    Recorder(tmp_path, "other", options=AT_ONCE).close()


@pytest.mark.parametrize(
    ("stream", "channels", "code"),
    [
        ("../s", [Channel(name="x")], "stream_id"),
        ("a\\b", [Channel(name="x")], "stream_id"),
        ("s", [], "channel_names"),
        ("s", [Channel(name="x"), Channel(name="x")], "channel_names"),
        ("s", [Channel(name="x", dtype=">i2")], "channel"),
        ("s", [Channel(name="x", shape=(0,))], "channel"),
        ("s", [Channel(name="x", dtype=RAGGED, shape=(2,))], "channel"),
        ("s", [Channel(name="x", saturates_at=(0.0, float("inf")))], "channel"),
    ],
)
def test_a_declaration_that_nobody_could_read_is_refused_at_once(
    tmp_path: Path, stream: str, channels: list[Channel], code: str
) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder, pytest.raises(EdgeError) as refused:
        recorder.stream(stream, channels, clock=DAQ)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("time", "values", "number", "code"),
    [(0, (40_000,), 1, "counts"), (0, (1, 2), 1, "counts"), (0, b"123", 1, "values"), (2**63, (1,), 1, "times"),
     (0, (1,), 2**63, "times"), (0, (1.5,), 1, "counts")],
)  # fmt: skip
def test_a_sample_that_does_not_fit_is_refused_and_leaves_no_trace(
    tmp_path: Path, time: int, values: tuple[int, ...], number: int, code: str
) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        track.record(1, (1,), 1, 1)
        with pytest.raises(EdgeError) as refused:
            track.record(time, values, number, 1)
        assert refused.value.code == code
        track.record(2, (2,), 2, 1)
    assert trailer_of(recorder.queue.final()[0])["samples"] == {"s": 2}


def test_losses_of_one_kind_are_one_record_however_many_there_are(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        for place in range(10_000):
            recorder.lost(Loss(kind="drop", stream="s", detail="source", count=1, first_ns=place, last_ns=place + 1))
        track.record(1, (1,))
    (loss,) = losses_in(recorder.queue.final()[0])
    assert (loss["count"], loss["first_ns"], loss["last_ns"]) == (10_000, 0, 10_000)


def test_a_block_closes_with_its_age_on_the_hosts_clock(tmp_path: Path) -> None:
    cut: list[int] = []

    def emit(track: Track, samples: Samples) -> None:
        cut.append(len(samples.device))

    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        stream = recorder.stream("s", [Channel(name="x")], clock=DAQ).stream
    track = Track(stream, Limits(age_ns=1_000_000_000), lambda: 0, emit)
    fill(track, 2500)
    assert cut == [1001, 1001]


def test_numbers_that_begin_later_begin_a_new_block(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        track = recorder.stream("s", [Channel(name="x")], clock=DAQ)
        track.record(1, (1,))
        track.record(2, (2,), 7)
        track.extend([3, 4], b"\1\0\2\0")
        assert recorder.state().recorded == 2
    assert trailer_of(recorder.queue.final()[0])["samples"] == {"s": 4}


def test_a_run_that_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    for _ in range(2):
        with Recorder(tmp_path, "r", run="1", options=AT_ONCE) as recorder:
            fill(recorder.stream("s", [Channel(name="x")], clock=DAQ), 10)
        before = recorder.queue.final()[0].read_bytes()
        with pytest.raises(EdgeError) as refused:
            Recorder(tmp_path, "r", run="1", options=AT_ONCE)
        assert refused.value.code == "run_twice" and recorder.queue.final()[0].read_bytes() == before
        tmp_path = tmp_path / "again"


def test_the_next_run_is_tied_to_the_last_batch_even_when_it_was_handed_on_and_deleted(tmp_path: Path) -> None:
    for run in ("1", "2"):
        with Recorder(tmp_path, "r", run=run, key=KEY, options=AT_ONCE) as recorder:
            fill(recorder.stream("s", [Channel(name="x")], clock=DAQ), 10)
        path = recorder.queue.final()[-1]
        with path.open("rb") as file:
            found = scan(file, KEY)
        if run == "1":
            sealed = found.sealed.hex()
            recorder.queue.acknowledge(path, {})
            recorder.queue.delete(path)
    assert json.loads(found.header)["previous"] == {"recorder": "r", "run": "1", "batch": 0, "end": sealed}


def test_a_batch_that_nobody_acknowledged_is_not_deleted(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        fill(recorder.stream("s", [Channel(name="x")], clock=DAQ), 10)
    (path,) = recorder.queue.waiting()
    with pytest.raises(EdgeError):
        recorder.queue.delete(path)
    assert path.exists()


def test_the_trailer_counts_every_record(tmp_path: Path) -> None:
    with Recorder(tmp_path, "r", options=AT_ONCE) as recorder:
        fill(recorder.stream("s", [Channel(name="x")], clock=DAQ), 10)
    kinds: list[int] = []
    with recorder.queue.final()[0].open("rb") as file:
        found = scan(file, seen=lambda frame, _: kinds.append(frame.kind))
    assert json.loads(found.trailer)["records"] == kinds.index(TRAILER)
