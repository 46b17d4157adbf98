"""A small store with windows of a made-up spindle: lots of normal vibration, some of them with a fault that grows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from genba.model.loop import Rendered
from genba.storage.rendered import RenderedStore
from genba.writers.signals import windows as written

WINDOW, STEP, RATE = 64, 64, 1000.0
CHANNELS = ("x", "y")
BEGAN_NS = 1_767_225_600_000_000_000  # 2026-01-01


def lot_values(seed: int, windows: int, *, fault: float = 0.0, level: float = 1.0) -> Any:
    """Windows of one lot: coloured noise and a tone; a fault adds bursts."""
    random = np.random.default_rng(seed)
    count = windows * WINDOW
    noise = random.normal(size=(count, 2))
    noise[1:] += 0.6 * noise[:-1]
    tone = np.sin(2 * np.pi * 120 / RATE * np.arange(count) + random.uniform(0, 6))
    values = level * noise + 0.8 * tone[:, None]
    if fault:
        bursts = np.zeros(count)
        bursts[:: WINDOW // 4] = fault
        values += np.convolve(bursts, np.exp(-np.arange(12) / 3), "same")[:, None] * random.normal(size=(count, 1))
    return values.astype(np.float32).reshape(windows, WINDOW, 2)


def keep(
    store: Path,
    lots: list[tuple[str, str, float]],
    *,
    per_lot: int = 24,
    seed: int = 1,
    asked_by: str = "",
    began_ns: int = BEGAN_NS,
    machine: str = "M1",
    level: float = 1.0,
) -> str:
    """Write a dataset of lots (name, label, size of the fault) as `genba render --as windows` does; gives its id."""
    values = np.concatenate(
        [lot_values(seed * 1000 + place, per_lot, fault=fault, level=level) for place, (_, _, fault) in enumerate(lots)]
    )
    count = len(values)
    span = round(1e9 * WINDOW / RATE)
    lot_index = np.arange(count) // per_lot
    # An hour between lots, so that only windows of one lot are near to each other.
    first = began_ns + lot_index * 3_600_000_000_000 + (np.arange(count) % per_lot) * span
    capture = f"{seed:020x}"
    columns: dict[str, list[Any]] = {
        "window": list(range(count)),
        "capture": [capture] * count,
        "stream": ["spindle/vibration"] * count,
        "first_ns": first.tolist(),
        "last_ns": (first + span - 1_000_000).tolist(),
        "half_width_ns": [20_000] * count,
        "farthest_ns": [0] * count,
        "lot": [lots[place][0] for place in lot_index],
        "machine": [machine] * count,
        "label": [lots[place][1] for place in lot_index],
        "lost": [0] * count,
        "asked_by": [asked_by] * count,
    }
    with RenderedStore(store).writer() as writer:
        with writer.stream(written.VALUES) as stream:
            written.write_values(stream, values.shape, [values])
        with writer.stream(written.TABLE) as stream:
            written.write_table(stream, columns)
        shape = written.encode_shape(
            channels=CHANNELS, units=("g", "g"), rate_hz=RATE, window=WINDOW, step=STEP, stream="spindle/vibration"
        )
        writer.put(written.SHAPE, shape)
        rendered = Rendered(
            id="",
            title="spindle",
            kind="windows",
            captures=(capture,),
            samples=count,
            asked_by=(asked_by,) if asked_by else (),
            clock_half_width_ns=20_000,
            losses={"gap": 1},
        )
        return writer.commit(rendered, run=b"{}\n").id


def usual(fault: float = 1.5) -> list[tuple[str, str, float]]:
    """Forty lots, every third of the last eighteen with a fault."""
    lots: list[tuple[str, str, float]] = [(f"L{number:02}", "normal", 0.0) for number in range(22)]
    for number in range(22, 40):
        is_fault = number % 3 == 0
        lots.append((f"L{number:02}", "bearing" if is_fault else "normal", fault if is_fault else 0.0))
    return lots
