"""The scoring of the Numenta Anomaly Benchmark, written from its paper and checked against its published scores.

Lavin & Ahmad, ICMLA 2015 (arXiv 1510.03336): a window around each anomaly; the earliest detection in it earns up to
tpWeight by a sigmoid of its place, detections outside cost up to fpWeight each, a missed window costs fnWeight; one
threshold for the whole corpus, the best for the detector; 0 is a detector that says nothing, 100 a perfect one.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

PROBATION, PROBATION_ROWS = 0.15, 5000
PROFILES = {
    "standard": (1.0, 0.11, 1.0),
    "reward_low_FP_rate": (1.0, 0.22, 1.0),
    "reward_low_FN_rate": (1.0, 0.11, 2.0),
}


@dataclass(frozen=True)
class Series:
    """One file: its values and the rows of each anomaly's window, first and last."""

    name: str
    values: Any
    windows: tuple[tuple[int, int], ...]

    @property
    def probation(self) -> int:
        """Rows at the beginning that are not scored."""
        return int(min(math.floor(PROBATION * len(self.values)), PROBATION * PROBATION_ROWS))


def load(folder: Path) -> list[Series]:
    """Every labelled file that lies in the folder."""
    labels = json.loads((folder / "labels" / "combined_windows.json").read_text(encoding="utf-8"))
    found = []
    for name, windows in sorted(labels.items()):
        path = folder / "data" / name
        if not path.is_file():
            continue
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
        place = {time: row for row, time in reversed(list(enumerate(times)))}
        limits = tuple((place[datetime.fromisoformat(a)], place[datetime.fromisoformat(b)]) for a, b in windows)
        found.append(Series(name, np.array([float(row["value"]) for row in rows]), limits))
    return found


def published(folder: Path, series: Sequence[Series]) -> dict[str, dict[str, Any]]:
    """The scores that detectors gave each row, where NAB's own results lie beside the data."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "results").glob("*/")):
        scores = {}
        for one in series:
            kind, _, file = one.name.partition("/")
            rows = path / kind / f"{path.name}_{file}"
            if rows.is_file():
                lines = csv.DictReader(rows.read_text(encoding="utf-8").splitlines())
                scores[one.name] = np.array([float(line["anomaly_score"]) for line in lines])
        if len(scores) == len(series):
            found[path.name] = scores
    return found


def score(series: Sequence[Series], scores: Mapping[str, Any], profile: str) -> float:
    """The normalised score at the threshold that is best for these files."""
    tp_weight, fp_weight, fn_weight = PROFILES[profile]
    rows = [_rows(one, scores[one.name]) for one in series]
    offsets = np.cumsum([0] + [len(one.windows) for one in series])
    value = np.concatenate([one[0] for one in rows])
    gain = np.concatenate([one[1] for one in rows])
    window = np.concatenate(
        [np.where(one[2] >= 0, one[2] + offset, -1) for one, offset in zip(rows, offsets, strict=False)]
    )
    count = int(offsets[-1])
    order = np.argsort(-value, kind="stable")
    value, gain, window = value[order], gain[order], window[order]
    costs = np.cumsum(np.where(window < 0, gain * fp_weight, 0.0))
    earned = np.full(count, -fn_weight)
    sums, total = np.empty(len(value)), -fn_weight * count
    for row, place in enumerate(window.tolist()):
        if place >= 0 and gain[row] * tp_weight > earned[place]:
            total += gain[row] * tp_weight - earned[place]
            earned[place] = gain[row] * tp_weight
        sums[row] = total
    ends = np.append(np.diff(value) != 0, True)
    # Each threshold that some row reaches, and one above all; below the lowest NAB does not look.
    reached = (sums + costs)[ends]
    best = max([-fn_weight * count, *reached.tolist()])
    null, perfect = -fn_weight * count, tp_weight * count
    return 100 * (best - null) / (perfect - null)


def _rows(one: Series, scores: Any) -> tuple[Any, Any, Any]:
    """Score, gain without its weight, and number of the window (−1 outside) of each row after the probation."""
    length = len(one.values)
    gain, window = np.full(length, -1.0), np.full(length, -1, np.int64)
    index = np.arange(length)
    before: tuple[int, int] | None = None
    for number, (first, last) in enumerate(one.windows):
        width = last - first + 1
        inside = (index >= first) & (index <= last)
        window[inside] = number
        gain[inside] = _sigmoid(-(last - index[inside] + 1) / width) / _sigmoid(np.array(-1.0))
        before = (last, width)
        after = index > last
        away = (index[after] - before[0]) / max(before[1] - 1, 1)
        gain[after] = np.where(away > 3, -1.0, _sigmoid(away))
    keep = index >= one.probation
    return np.asarray(scores, float)[keep], gain[keep], window[keep]


def _sigmoid(place: Any) -> Any:
    return 2 / (1 + np.exp(5 * np.asarray(place, float))) - 1
