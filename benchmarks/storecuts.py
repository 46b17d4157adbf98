"""The raw store under power cuts: captures killed at random moments, and its files cut or changed at random bytes."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
import wave
from pathlib import Path

from benchmarks.generators.vibration import vibration
from benchmarks.results import Measure
from benchmarks.tools import Bench, genba_command

KILLS = 40
CUTS = 200
SAMPLES = 1 << 21


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Kill captures of a long recording; then cut and change files of a store and ask it for everything."""
    folder = bench.out / "storecuts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    source = recording(folder / "long.wav", seed)
    return [killed(folder, source, seed, max(3, round(KILLS * scale))), cut(folder, seed, max(20, round(CUTS * scale)))]


def recording(path: Path, seed: int) -> Path:
    """Write a WAV of several segments."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(12_000)
        file.writeframes(vibration(seed, SAMPLES, 16).tobytes())
    return path


def killed(folder: Path, source: Path, seed: int, kills: int) -> Measure:
    """Kill at random moments of a run; the store must open, hold nothing or the whole, and take it afterwards."""
    from genba.errors import GenbaError
    from genba.storage.captures.store import CaptureStore

    rng = random.Random(seed)
    command = [*genba_command(), "capture", str(source), "--store"]
    begin = time.perf_counter()
    subprocess.run([*command, str(folder / "whole")], check=True, capture_output=True)
    usual_s = time.perf_counter() - begin
    whole = CaptureStore(folder / "whole").captures()
    misses = []
    for number in range(kills):
        root = folder / "killed"
        process = subprocess.Popen([*command, str(root)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.1, 1.1) * usual_s)
        process.kill()
        process.wait()
        try:
            store = CaptureStore(root)
            found = store.captures()
            if found not in ((), whole) or any(store.verify(capture.id) for capture in found):
                misses.append(f"kill {number}: something else than nothing or the whole")
            if found:
                shutil.rmtree(root)
        except GenbaError as error:
            misses.append(f"kill {number}: {error}")
    subprocess.run([*command, str(folder / "killed")], check=True, capture_output=True)
    if CaptureStore(folder / "killed").captures() != whole:
        misses.append("the run after the kills is not whole")
    good = 1 - len(misses) / (kills + 1)
    return Measure(bar="store.killed", value=good, data=f"generated, seed {seed}", count=kills, misses=misses)


def cut(folder: Path, seed: int, cuts: int) -> Measure:
    """Cut or change one segment's file at a random byte; it must be told, and every other segment must be right."""
    from genba.errors import InvalidInput
    from genba.storage.captures.store import CaptureStore

    rng = random.Random(seed)
    store = CaptureStore(folder / "whole")
    (capture,) = store.captures()
    misses = []
    for number in range(cuts):
        item = rng.choice(capture.segments)
        path = store.root / "captures" / capture.id / item.path
        data = path.read_bytes()
        at = rng.randrange(len(data))
        changed = bytes([data[at] ^ rng.randrange(1, 256)])
        path.write_bytes(data[:at] if number % 2 else data[:at] + changed + data[at + 1 :])
        try:
            store.segment_block(capture, item)
            misses.append(f"cut {number}: not told")
        except InvalidInput as error:
            if error.code != "store.damaged_segment":
                misses.append(f"cut {number}: {error}")
        path.write_bytes(data)
    if store.verify(capture.id):
        misses.append("segments that were not touched do not hold")
    good = 1 - len(misses) / (cuts + 1)
    return Measure(bar="store.cut", value=good, data=f"generated, seed {seed}", count=cuts, misses=misses)
