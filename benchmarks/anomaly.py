"""genba's detectors on the Numenta Anomaly Benchmark, as a stream: each row is judged by what came before it alone.

The shared data hold 13 of NAB's 58 files: those are the test. They were run once with settings fixed before (minirocket
26.3, pca 18.7, sub_pca 5.0, isolation_forest 0.0); then the window and for how long an alarm is told once (NAB charges
every row of a long one) were chosen on the other 45 files, and the 13 were run once more. Published detectors were free
to be tuned on all of NAB.

What published detectors reach on the 13 was computed with `nab.score` from the scores in NAB's own repository; with
NAB=FOLDER (a checkout of it) the whole corpus is measured and they are scored anew, which gives NAB's published table.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import nab
from benchmarks.results import Measure

WINDOW = 16
HOLD = 20 * WINDOW  # rows in which an alarm must be exceeded to be told again
RATE = 0.01
REFIT = 1.5  # times the rows of the last fit
MEMORY = 5_000  # rows that a fit looks back
HELD_OUT = 0.25
DETECTORS = ("sub_pca", "pca", "isolation_forest", "minirocket")
# standard, reward_low_FP_rate, reward_low_FN_rate on the 13 files, from the results in numenta/NAB @ ea702d75.
PUBLISHED = {
    "ARTime": (67.34, 58.56, 72.89),
    "Numenta HTM": (61.74, 55.19, 66.51),
    "relative entropy": (51.54, 41.93, 57.03),
    "contextOSE": (51.40, 45.42, 55.60),
    "random cut forest": (47.06, 34.71, 56.70),
    "kNN CAD": (45.24, 27.70, 54.16),
    "random": (36.55, 22.26, 46.48),
    "windowed Gaussian": (12.07, 4.81, 16.04),
}


def measure(data: Path | None, names: Sequence[str] = DETECTORS) -> list[Measure]:
    """Score every detector; peers stand beside each profile's figure."""
    folder = Path(os.environ["NAB"]) if os.environ.get("NAB") else data / "sensors" / "nab" if data else None
    if folder is None or not (folder / "labels").is_dir():
        print("  left out: neither NAB nor GENBA_DATA names a folder with NAB's files")
        return []
    series = nab.load(folder)
    told = f"real, NAB, {len(series)} of 58 files"
    peers = _peers(folder, series)
    measures = []
    for name in names:
        scores = {one.name: stream(one.values, one.probation, name) for one in series}
        for place, profile in enumerate(nab.PROFILES):
            beside = {peer: figures[place] for peer, figures in peers.items()}
            value = nab.score(series, scores, profile)
            key = f"anomaly.{name}.{profile}"
            measures.append(Measure(bar=key, value=value, data=told, peers=beside, count=len(series)))
        print(f"  {name}: {', '.join(f'{one.value:.1f}' for one in measures[-3:])}", flush=True)
    for peer, figures in peers.items():
        print(f"  {peer}: {', '.join(f'{one:.1f}' for one in figures)}")
    return measures


def _peers(folder: Path, series: Sequence[nab.Series]) -> dict[str, tuple[float, ...]]:
    """Published detectors on the same files, and a Gaussian that is run here."""
    scores = {one.name: gaussian(one.values) for one in series}
    found = {"Gaussian, run here": tuple(nab.score(series, scores, profile) for profile in nab.PROFILES)}
    for name, each in nab.published(folder, series).items():
        found[name] = tuple(nab.score(series, each, profile) for profile in nab.PROFILES)
    if len(found) == 1 and len(series) == 13:
        found |= PUBLISHED
    return found


def stream(values: Any, probation: int, name: str) -> Any:
    """Scores from 0 to 1 for every row, each made from that row and earlier ones; refitted as the past grows."""
    found = np.zeros(len(values))
    begin = probation
    while begin < len(values):
        end = min(len(values), max(begin + 1, math.ceil(begin * REFIT)))
        past = values[max(0, begin - MEMORY) : begin]
        found[begin:end] = _judged(past, values[begin - WINDOW + 1 : end], name) if len(past) > 4 * WINDOW else 0.0
        begin = end
    return _beginnings(found)


def _judged(past: Any, rows: Any, name: str) -> Any:
    """Calibrated scores of the windows of `rows`, by what was fitted on the past."""
    from genba.learning import detectors
    from genba.learning.calibration import calibrate

    windows = _windows(past)
    count = len(windows)
    held = math.floor(count * (1 - HELD_OUT))
    detector = detectors.fit(name, windows, np.arange(held - WINDOW))
    kept = np.arange(held, count)
    # The smallest rate that so few windows can vouch for, where the past is short.
    calibration = calibrate(detector.score(windows.blocks(kept)), max(RATE, 1 / (len(kept) + 1)))
    new = _windows(rows)
    raised = np.maximum(calibration.apply(detector.score(new.blocks(np.arange(len(new))))), 0.0)
    return raised / (1 + raised)


def _windows(values: Any) -> Any:
    from genba.learning.windows import Shape, Windows

    view = np.lib.stride_tricks.sliding_window_view(values.astype(np.float32), WINDOW)[:, :, None]
    shape = Shape(stream="nab", channels=("value",), units=("",), rate_hz=1.0, window=WINDOW, step=1)
    return Windows(shape=shape, parts=(view,), columns={"first_ns": np.arange(len(view))})


def _beginnings(scores: Any) -> Any:
    """Leave of each alarm its beginning: what is no higher than something shortly before it is not told."""
    padded = np.concatenate([np.full(HOLD, -1.0), scores])
    before = np.lib.stride_tricks.sliding_window_view(padded, HOLD)[: len(scores)].max(axis=1)
    return np.where(scores > before, scores, 0.0)


def gaussian(values: Any) -> Any:
    """How far out each value lies in a normal distribution of all earlier ones: the simplest peer."""
    from scipy.special import erfc

    count = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / count
    spread = np.sqrt(np.maximum(np.cumsum(values**2) / count - mean**2, 1e-12))
    away = np.abs(values[1:] - mean[:-1]) / spread[:-1]
    return np.concatenate([[0.0], 1 - 0.5 * erfc(away / math.sqrt(2))])


if __name__ == "__main__":
    data = os.environ.get("GENBA_DATA")
    found = measure(Path(data) if data else None, sys.argv[1:] or DETECTORS)
    print(json.dumps({one.bar: round(one.value, 2) for one in found}, indent=1))
