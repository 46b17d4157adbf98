"""Load a dataset with LeRobot itself, every frame with its neighbours; run by the interpreter that has it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main(folder: Path) -> int:
    """Print how many frames came, and how many a second; an error of tolerance ends it."""
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    plain = LeRobotDataset("local/check", root=folder, video_backend="pyav")
    step = 1 / plain.fps
    asked = {key: [-step, 0.0, step] for key in plain.features if key.startswith("observation")}
    dataset = LeRobotDataset("local/check", root=folder, video_backend="pyav", delta_timestamps=asked)
    every = max(1, len(dataset) // 400)
    began = time.perf_counter()
    count = sum(1 for at in range(0, len(dataset), every) if dataset[at])
    seconds = time.perf_counter() - began
    print(json.dumps({"frames": len(dataset), "episodes": plain.num_episodes, "read": count, "rate": count / seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
