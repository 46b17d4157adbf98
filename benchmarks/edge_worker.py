"""The recording processes that `benchmarks.edge` measures and kills; standard library and genba_edge only."""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

CHANNELS = 16
TICK_S = 0.01  # a device whose memory is read a hundred times a second
SAMPLES = 10  # of each tick: 1 kHz
ROWS = 4000  # counts that are recorded again and again; no two blocks of them are alike


def steady(folder: str, how: str, seconds: float, seed: int) -> None:
    """Tick for some seconds; `record`: a call for every sample, `extend`: packed bytes, `idle`: nothing is recorded."""
    from array import array

    chance = random.Random(seed)
    level = [0] * CHANNELS
    table = []
    for _ in range(ROWS):
        level = [value + chance.randint(-40, 40) - value // 64 for value in level]
        table.append(tuple(level))
    packed = [array("h", row).tobytes() for row in table]
    recorder = track = None
    if how != "idle":
        from genba_edge import Channel, Clock, Recorder

        recorder = Recorder(folder, "bench")
        channels = [Channel(name=f"c{place}", kind="vibration", unit="m/s2") for place in range(CHANNELS)]
        track = recorder.stream("spindle", channels, clock=Clock(id="daq", epoch="boot"), rate_hz=1000)
    begin_cpu, begin = time.process_time(), time.monotonic()
    number, tick = 0, 0
    while (passed := time.monotonic() - begin) < seconds:
        tick += 1
        if how == "record" and track is not None:
            for _ in range(SAMPLES):
                track.record(number * 1_000_000, table[number % ROWS], number)
                number += 1
        elif how == "extend" and track is not None:
            first = number % ROWS
            numbers = range(number, number + SAMPLES)
            track.extend([n * 1_000_000 for n in numbers], b"".join(packed[first : first + SAMPLES]), numbers)
            number += SAMPLES
        else:
            number += SAMPLES
        time.sleep(max(0.0, tick * TICK_S - passed))
    cpu_s = time.process_time() - begin_cpu
    if recorder is not None:
        recorder.close()
        cpu_s = time.process_time() - begin_cpu
    sys.stdout.write(json.dumps({"cpu_s": cpu_s, "seconds": passed, "samples": number, "peak_mb": peak_mb()}))


def endless(folder: str, key: bytes) -> None:
    """Record until somebody kills the process, telling each sample that surely lies on the disk."""
    from genba_edge import Channel, Clock, Limits, Options, Recorder

    options = Options(block=Limits(samples=40, age_ns=10**15), batch_bytes=20_000, in_background=False)
    recorder = Recorder(folder, "bench", key=key, options=options)
    clock = Clock(id="c", epoch="boot")
    fast = recorder.stream("fast", [Channel(name="x", dtype="<i4"), Channel(name="y", dtype="<f4")], clock=clock)
    slow = recorder.stream("slow", [Channel(name="x", dtype="<i8")], clock=clock)
    number = 0
    while True:
        fast.record(number, (number, number / 3), number, number)
        if number % 7 == 0:
            slow.record(number, (number,), number // 7, number)
        number += 1
        if number % 40 == 0:
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


def peak_mb() -> float:
    """The most memory that this process held; ru_maxrss would be its parent's where that held more."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1000
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    if sys.argv[1] == "endless":
        endless(sys.argv[2], bytes.fromhex(sys.argv[3]))
    else:
        steady(sys.argv[2], sys.argv[1], float(sys.argv[3]), int(sys.argv[4]))
