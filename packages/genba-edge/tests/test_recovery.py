"""Power cuts: a real recording process is killed, files end at any byte, and at most the open block is gone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from genba_edge import Channel, Clock, Options, Queue, Recorder
from genba_edge.frames import BLOCK, Frame, scan
from genba_edge.recovery import close, recover

KEY = bytes(range(32))
BLOCK_SAMPLES = 20
RECORDING = """
import sys
from genba_edge import Channel, Clock, Limits, Options, Recorder
options = Options(block=Limits(samples=20), batch_bytes=6000, in_background=sys.argv[2] == "1")
recorder = Recorder(sys.argv[1], "r", options=options, key=bytes(range(32)))
track = recorder.stream("s", [Channel(name="x", dtype="<i4")], clock=Clock(id="c"))
for place in range(10**9):
    track.record(place, (place,), place, place)
    if place % 20 == 19:
        if options.in_background:
            recorder.flush()
        print(place, flush=True)
"""


def numbers_in(path: Path) -> tuple[list[tuple[int, int, int]], bool]:
    """First and last time and count of each block, and whether the file is whole."""
    spans: list[tuple[int, int, int]] = []

    def seen(frame: Frame, payload: bytes) -> None:
        if frame.kind == BLOCK:
            spans.append((frame.first_ns, frame.last_ns, frame.count))

    with path.open("rb") as file:
        found = scan(file, KEY, seen)
    return spans, found.is_whole and found.is_chained


@pytest.mark.parametrize("in_background", ["0", "1"])
@pytest.mark.parametrize("wait_s", [0.02, 0.11, 0.27])
def test_a_killed_recorder_keeps_every_block_that_it_had_written(
    tmp_path: Path, wait_s: float, in_background: str
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDING, str(tmp_path / "q"), in_background], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(wait_s)
    process.kill()
    told = [int(line) for line in process.stdout.read().split("\n")[:-1] if line]
    process.wait()
    with Recorder(tmp_path / "q", "r", key=KEY, options=Options(in_background=False)) as recorder:
        assert len(recorder.recovered) <= 1
    spans = []
    for path in recorder.queue.final():
        more, is_whole = numbers_in(path)
        assert is_whole
        spans += more
    assert [first for first, _, _ in spans] == [*range(0, len(spans) * BLOCK_SAMPLES, BLOCK_SAMPLES)]
    assert not told or spans[-1][1] >= told[-1], "what was reported as written is there"


def unfinished(tmp_path: Path) -> bytes:
    """A batch whose recorder went away."""
    recorder = Recorder(tmp_path, "r", run="1", key=KEY, options=Options(in_background=False), now=lambda: 1)
    track = recorder.stream("s", [Channel(name="x", dtype="<i4")], clock=Clock(id="c"))
    for place in range(3 * BLOCK_SAMPLES):
        track.record(place, (place,), place, place)
        if place % BLOCK_SAMPLES == BLOCK_SAMPLES - 1:
            track.cut()
    (part,) = recorder.queue.unfinished()
    raw = part.read_bytes()
    recorder.close()
    return raw


def test_a_part_cut_at_any_byte_is_closed_behind_its_last_whole_block(tmp_path: Path) -> None:
    raw = unfinished(tmp_path / "q")
    part = tmp_path / "r_1_00000000.gbatch.part"
    before = 0
    for size in range(0, len(raw), 3):
        part.write_bytes(raw[:size])
        end = close(part, KEY)
        if end is None:
            assert before == 0
            continue
        spans, is_whole = numbers_in(part)
        assert is_whole and len(spans) >= before
        before = len(spans)
        with part.open("rb") as file:
            found = scan(file, KEY)
        assert end.value == found.sealed and json.loads(found.trailer)["recovered"] is True
    assert before >= 2


def test_recovery_that_is_itself_cut_off_is_recovered_again(tmp_path: Path) -> None:
    raw = unfinished(tmp_path / "q")
    part = tmp_path / "r_1_00000000.gbatch.part"
    part.write_bytes(raw[:-5])
    close(part, KEY)
    whole = part.read_bytes()
    for size in range(len(whole) - 400, len(whole), 7):
        part.write_bytes(whole[:size])
        close(part, KEY)
        assert numbers_in(part)[1]


@pytest.mark.parametrize("at", [100, -400])
def test_a_damaged_part_with_whole_records_behind_is_left_as_it_is(tmp_path: Path, at: int) -> None:
    raw = bytearray(unfinished(tmp_path / "q"))
    raw[at] ^= 1
    queue = Queue(tmp_path / "damaged")
    queue.part("r", "1", 0).write_bytes(raw)
    (path,) = recover(queue, KEY)
    assert path.read_bytes() == bytes(raw)


def test_a_part_of_another_key_is_made_final_without_a_false_proof(tmp_path: Path) -> None:
    raw = unfinished(tmp_path / "q")
    queue = Queue(tmp_path / "other")
    queue.part("r", "1", 0).write_bytes(raw)
    (path,) = recover(queue, bytes(32))
    assert path.read_bytes() == raw and not numbers_in(path)[1]


def test_a_part_without_a_header_held_nothing_and_goes(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.part("r", "1", 0).write_bytes(b"\x89GBE\r\n")
    assert recover(queue, KEY) == [] and queue.unfinished() == []
