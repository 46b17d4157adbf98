"""Rendering beside LeRobot's own writer and Lance: frames and windows a second, loaded by LeRobot itself."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rendering_worker import EPISODE, FPS, SIDE, pictures, vectors, windows
from benchmarks.results import Measure
from benchmarks.tools import ENVIRONMENTS, HERE, Bench

FRAMES, SHOTS, WINDOWS, READS = 60_000, 300, 2_000, 4_000
PEER_FRAMES, PEER_SHOTS, PEER_READS = 3_000, 60, 500
NOT_THERE = "not installed: benchmarks/peers-robot.lock"


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Everything from one seed; the peers where their environment is installed."""
    with tempfile.TemporaryDirectory(dir=bench.out) as name:
        folder = Path(name)
        return [
            *_frames(bench, folder, seed, scale),
            *_camera(bench, folder, seed, scale),
            *_windows(bench, folder, seed, scale),
        ]


def _frames(bench: Bench, folder: Path, seed: int, scale: float) -> list[Measure]:
    """The whole of `genba render` from a store of two streams, reading and joining included."""
    from genba.app.render import RenderRequest, render

    count = max(int(FRAMES * scale), 2 * EPISODE)
    store = folder / "store"
    _captured(store, count, seed)
    request = RenderRequest(
        store=store, kind="lerobot", streams=("state=observation.state", "action=action"), rate=str(FPS)
    )
    rates, frames = [], 0
    for _ in range(bench.repetitions):
        began = time.perf_counter()
        outcome = render(request, now=datetime.now(UTC))
        frames = outcome.dataset.samples
        rates.append(frames / (time.perf_counter() - began))
    peer = _peer(bench, "frames", max(int(PEER_FRAMES * scale), EPISODE), seed)
    stated = f"generated, seed {seed}"
    rate = statistics.median(rates)
    print(f"  genba: {rate:,.0f} frames/s; LeRobot's own writer: {peer.get('rate', 0):,.0f}", flush=True)
    loaded = _loaded(bench, store / outcome.folder / "lerobot")
    measures = [Measure(bar="rendering.frames", value=rate, data=stated, peers=_named(peer, "lerobot"), count=frames)]
    if loaded:
        share = loaded["frames"] / frames
        measures.append(Measure(bar="rendering.loaded", value=share, data=stated, count=int(loaded["frames"])))
    return measures


def _captured(root: Path, count: int, seed: int) -> None:
    """Two streams of 6-vectors at about the frames' rate, each sample up to 5 ms off its time."""
    from genba.model.signals import Block, Channel, Clock, SourceFile, Stream
    from genba.storage.captures.store import CaptureStore

    rng = np.random.default_rng(seed)
    with CaptureStore(root).writer("bench") as writer:
        writer.source(SourceFile(name="bench", size_bytes=1, sha256="00" * 32, kind="edge"))
        writer.add(Clock(id="clock", epoch="unix"))
        for name, values in zip(("state", "action"), vectors(count, seed), strict=True):
            writer.add(
                Stream(id=name, clock="clock", channels=(Channel(name="q", dtype="<f4", shape=(6,), kind="position"),))
            )
            times = np.arange(count) * 10**9 // FPS + rng.integers(-5_000_000, 5_000_000, count)
            writer.add(Block(stream=name, device_ns=1_700_000_000 * 10**9 + times, values=(values,)))
        writer.commit()


def _camera(bench: Bench, folder: Path, seed: int, scale: float) -> list[Measure]:
    """One camera of 640×480 from pictures in memory, as LeRobot's writer gets them; two cores for both."""
    from genba.storage.files import ProductFolder
    from genba.writers.signals.lerobot import Episode, Feature, LeRobotWriter
    from genba.writers.signals.pictures import Levels, encode_all

    count = max(int(SHOTS * scale), 30)
    shots = [np.ascontiguousarray(shot[..., ::-1]) for shot in pictures(count, seed)]
    state, _ = vectors(count, seed)
    key = "observation.images.front"
    found: dict[str, float] = {}
    for encoding, pixels in (("jpeg", "yuvj420p"), ("png", "rgb24")):
        features = [
            Feature(key="observation.state", dtype="float32", shape=(6,), names=tuple("abcdef")),
            Feature(key=key, dtype="video", shape=(*SIDE, 3), encoding=encoding, pixels=pixels),
        ]
        target, levels = folder / encoding, Levels(count)
        began = time.perf_counter()
        writer = LeRobotWriter(ProductFolder(target).stream, features, fps=Fraction(FPS))
        shown = {key: encode_all(levels.seen(shots), encoding)}
        writer.add(
            Episode(
                length=count,
                task="pick",
                values={"observation.state": state},
                pictures=shown,
                histograms={key: levels.result},
            )
        )
        writer.close()
        found[encoding] = count / (time.perf_counter() - began)
    peer = _peer(bench, "camera", max(int(PEER_SHOTS * scale), 30), seed)
    loaded = [_loaded(bench, folder / encoding) for encoding in found]
    stated = f"generated, seed {seed}, 640×480"
    told = ", ".join(f"{one['rate']:.0f}" for one in loaded if one) or NOT_THERE
    print(f"  genba: {found['jpeg']:.0f} frames/s as JPEG, {found['png']:.0f} as PNG (lossless)", flush=True)
    print(f"  LeRobot's own writer: {peer.get('rate', 0):.1f}; its loader reads a second of ours: {told}", flush=True)
    measures = [
        Measure(bar="rendering.camera", value=found["jpeg"], data=stated, peers=_named(peer, "lerobot"), count=count),
        Measure(bar="rendering.lossless", value=found["png"], data=stated, count=count),
    ]
    if all(loaded):
        share = sum(one["frames"] for one in loaded) / (2 * count)
        measures.append(Measure(bar="rendering.loaded", value=share, data=stated, count=2 * count))
    return measures


def _windows(bench: Bench, folder: Path, seed: int, scale: float) -> list[Measure]:
    """Random windows of 1024 × 12 from the array that `render --as windows` writes, mapped into memory."""
    from genba.writers.signals.windows import write_values

    count = max(int(WINDOWS * scale), 100)
    with (folder / "values.npy").open("wb") as stream:
        write_values(stream, (count, 1024, 12), [windows(count, seed)])  # type: ignore[arg-type]
    values = np.load(folder / "values.npy", mmap_mode="r")
    picked = np.random.default_rng(seed + 1).integers(0, count, READS).tolist()

    def once() -> float:
        began = time.perf_counter()
        total = sum(float(np.array(values[at])[0, 0]) for at in picked)
        assert np.isfinite(total)
        return READS / (time.perf_counter() - began)

    rate = _median(once, bench.repetitions)
    peer = _peer(bench, "lance", count, seed, PEER_READS)
    stated = f"generated, seed {seed}, 1024 × 12 float32"
    print(f"  genba: {rate:,.0f} windows/s; Lance: {peer.get('rate', 0):,.0f}", flush=True)
    if not peer:
        return []
    return [Measure(bar="rendering.windows", value=rate / peer["rate"], data=stated, count=READS)]


def _median(once: Callable[[], float], repetitions: int) -> float:
    return statistics.median(once() for _ in range(repetitions))


def _python(bench: Bench) -> Path:
    folder = bench.environments.get("robot", ENVIRONMENTS / "robot")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _peer(bench: Bench, what: str, count: int, seed: int, *more: int) -> dict[str, float]:
    """Let a peer do it; empty where it is not installed or fails, which is said."""
    python = _python(bench)
    if not python.exists():
        print(f"  {what}: the peer is {NOT_THERE}", flush=True)
        return {}
    command = [str(python), str(HERE / "rendering_worker.py"), what, str(count), str(seed), *map(str, more)]
    done = bench.call(command)
    if done.returncode:
        print(f"  {what}: the peer failed: {(done.stderr.strip().splitlines() or ['?'])[-1][:200]}", flush=True)
        return {}
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _loaded(bench: Bench, folder: Path) -> dict[str, Any]:
    """Let LeRobot itself load a dataset; an error of tolerance is a failure of the benchmark."""
    python = _python(bench)
    if not python.exists():
        return {}
    done = bench.call([str(python), str(HERE / "rendering_loader.py"), str(folder)])
    if done.returncode:
        raise SystemExit(f"LeRobot cannot load what genba wrote: {done.stderr[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _named(peer: dict[str, float], name: str) -> dict[str, float]:
    return {name: peer["rate"]} if peer else {}
