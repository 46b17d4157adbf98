"""What the peers of rendering do, each in its own environment: LeRobot's writer, Lance's random reads."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

FPS, EPISODE, SIDE = 30, 300, (480, 640)
WINDOW, CHANNELS = 1024, 12


def vectors(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two 6-vectors a frame."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, 6)).astype(np.float32), rng.normal(size=(count, 6)).astype(np.float32)


def pictures(count: int, seed: int) -> list[np.ndarray]:
    """A scene that moves under sensor noise, red, green, blue."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (SIDE[0] // 16, SIDE[1] // 16, 3)).astype(np.float32)
    scene = np.kron(coarse, np.ones((16, 16, 1), np.float32))
    noise = rng.normal(0, 3, (*SIDE, 3)).astype(np.float32)
    return [
        np.clip(np.roll(scene, 3 * at, 1) + np.roll(noise, 7 * at, 0), 0, 255).astype(np.uint8) for at in range(count)
    ]


def windows(count: int, seed: int) -> np.ndarray:
    """Windows of a many-channel recording."""
    return np.random.default_rng(seed).normal(size=(count, WINDOW, CHANNELS)).astype(np.float32)


def lerobot(folder: Path, count: int, seed: int, *, with_camera: bool) -> dict[str, float]:
    """Frame by frame, as its users do."""
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    features: dict[str, Any] = {
        key: {"dtype": "float32", "shape": (6,), "names": [f"j{at}" for at in range(6)]}
        for key in ("observation.state", "action")
    }
    if with_camera:
        features["observation.images.front"] = {
            "dtype": "video",
            "shape": (*SIDE, 3),
            "names": ["height", "width", "channels"],
        }
    state, action = vectors(count, seed)
    shots = pictures(min(count, EPISODE), seed) if with_camera else []
    began = time.perf_counter()
    dataset = LeRobotDataset.create("local/peer", fps=FPS, features=features, root=folder / "peer", robot_type="x")
    for at in range(count):
        frame = {"observation.state": state[at], "action": action[at], "task": "pick"}
        if with_camera:
            frame["observation.images.front"] = shots[at % len(shots)]
        dataset.add_frame(frame)
        if (at + 1) % EPISODE == 0 or at + 1 == count:
            dataset.save_episode()
    dataset.finalize()
    return {"rate": count / (time.perf_counter() - began)}


def lance_windows(folder: Path, count: int, seed: int, reads: int) -> dict[str, float]:
    """Random windows, a row each, which suits Lance better than a row a sample."""
    import lance
    import pyarrow as pa

    values = windows(count, seed)
    flat = pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), WINDOW * CHANNELS)
    dataset = lance.write_dataset(pa.table({"window": flat}), str(folder / "windows.lance"))
    picked = np.random.default_rng(seed + 1).integers(0, count, reads).tolist()
    total = 0.0
    began = time.perf_counter()
    for at in picked:
        column = dataset.take([at]).column("window").chunk(0)
        total += float(column.values.to_numpy().reshape(WINDOW, CHANNELS)[0, 0])
    seconds = time.perf_counter() - began
    return {"rate": reads / seconds, "total": total}


def main() -> int:
    """Run what is asked for and print its figures as JSON."""
    what, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as name:
        if what == "lance":
            found = lance_windows(Path(name), count, seed, int(sys.argv[4]))
        else:
            found = lerobot(Path(name), count, seed, with_camera=what == "camera")
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
