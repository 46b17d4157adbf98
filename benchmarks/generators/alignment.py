"""Pairs of recordings on two clocks, whose truth is known: offset, drift, jitter of the stamps and drops are put in.

The physics is either made (resonances, knocks, a run-up) or a real recording that two sensors of our own look at. Each
sensor has a clock, a rate, a band and noise of its own; neither has a delay, so the truth is the clocks' alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

EPOCH_NS = 1_700_000_000_000_000_000  # one clock counts Unix time, the other begins somewhere of its own
SEARCH_S = 3.0
_STRETCHES = 48


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two recordings, and what a comparison of them should come to."""

    name: str
    expected: str  # aligned, ambiguous, weak (both to be refused)
    is_broadband: bool
    a_ns: np.ndarray
    a: np.ndarray
    b_ns: np.ndarray
    b: np.ndarray
    offset_s: float  # a's seconds (from EPOCH_NS) = offset + b's seconds · (1 + drift)
    drift: float
    bound_ns: float = 0.0  # the 95 % half width that no method can fall below, at the worst place

    @property
    def search_ns(self) -> tuple[int, int]:
        """Where to search, as a person knows it: to some seconds."""
        middle = EPOCH_NS + round(2.0 * round(self.offset_s / 2.0) * 1e9)
        return middle - round(SEARCH_S * 1e9), middle + round(SEARCH_S * 1e9)

    def truth_ns(self, b_ns: np.ndarray) -> np.ndarray:
        """What a's clock shows, counted from EPOCH_NS, when b's shows these."""
        return self.offset_s * 1e9 + b_ns * (1 + self.drift)


@dataclass(frozen=True, slots=True, eq=False)
class Physics:
    """Something that moves: values at even times, to be looked at in between."""

    name: str
    rate: float
    values: np.ndarray
    is_broadband: bool

    def at(self, seconds: np.ndarray) -> np.ndarray:
        """The motion at any times, by a cubic spline: the rate is far above the band."""
        from scipy.interpolate import CubicSpline

        return CubicSpline(np.arange(len(self.values)) / self.rate, self.values)(seconds)

    @property
    def length(self) -> float:
        return len(self.values) / self.rate


def made(rng: np.random.Generator, rate: float, length: float) -> Physics:
    """A machine that nobody recorded: noise through resonances, with tones, knocks or a run-up on top."""
    from scipy.signal import butter, lfilter, sosfilt

    fine = 6 * rate
    count = int((length + 2 * SEARCH_S) * fine)
    noise = rng.normal(size=count)
    low, high = rng.uniform(0.01, 0.08) * rate, rng.uniform(0.25, 0.42) * rate
    values = sosfilt(butter(3, (low, high), "bandpass", fs=fine, output="sos"), noise)
    for _ in range(int(rng.integers(0, 4))):
        pole = np.exp(-np.pi * rng.uniform(0.01, 0.05) * rate / fine) * np.exp(
            2j * np.pi * rng.uniform(low, high) / fine
        )
        ring = lfilter([1.0], [1.0, -2 * pole.real, abs(pole) ** 2], values)
        values = values + rng.uniform(0.3, 1.5) * ring / ring.std() * values.std()
    seconds = np.arange(count) / fine
    kind = str(rng.choice(["plain", "tones", "knocks", "run-up"]))
    if kind == "tones":
        base = rng.uniform(low, high) / 4
        for number in (1, 2, 3):
            values = values + rng.uniform(0.2, 1.0) * values.std() * np.sin(
                2 * np.pi * base * number * seconds + number
            )
    elif kind == "knocks":
        for start in rng.integers(0, count - 1, 12):
            part = seconds[: min(int(0.05 * fine), count - start)]
            values[start : start + len(part)] += (
                rng.uniform(2, 8) * values.std() * np.exp(-80 * part) * np.sin(2 * np.pi * high * 0.7 * part)
            )
    elif kind == "run-up":
        pace = np.linspace(low, high * 0.8, count)
        values = values + values.std() * np.sin(2 * np.pi * np.cumsum(pace) / fine)
    return Physics(f"made: {kind}", fine, values / values.std(), True)


def looked_at(rng: np.random.Generator, physics: Physics, *, rate: float, snr: tuple[float, float]) -> Pair:
    """Two sensors at the same motion, each with a clock, a rate and noise of its own."""
    offset, drift = rng.uniform(-2.0, 2.0), rng.uniform(-300e-6, 300e-6)
    jitter = float(rng.choice([0.0, 1e-5, 1e-4, 1e-3]))
    spare = SEARCH_S if physics.name.startswith("made") else 0.0
    begin_a, begin_b = spare + rng.uniform(0, 0.4), spare + rng.uniform(0, 0.4)
    end = physics.length - spare - 0.02
    rates = rate, rate * rng.uniform(0.8, 1.25)
    sides, powers = [], []
    for begin, pace in zip((begin_a, begin_b), rates, strict=True):
        true = np.arange(begin, end, 1 / pace)
        clean = physics.at(true)
        noise = rng.normal(size=len(true)) * clean.std()
        share = rng.uniform(*snr)
        values = clean + noise / share
        powers.append((clean, pace, 2 * (clean.std() / share) ** 2 / pace))
        sides.append((true, values * rng.uniform(0.1, 20) * rng.choice([-1, 1]) + rng.uniform(-3, 3)))
    (true_a, a), (true_b, b) = sides
    clock_b = (true_b - offset) / (1 + drift)
    return Pair(
        physics.name,
        "aligned",
        physics.is_broadband,
        *_stamped(rng, true_a, a, jitter, EPOCH_NS),
        *_stamped(rng, clock_b, b, jitter, 0),
        offset,
        drift,
        bound(*powers),
    )


def bound(one: tuple[np.ndarray, float, float], other: tuple[np.ndarray, float, float]) -> float:
    """The Cramér-Rao bound of a line of delays, from the clean motion and the noise that is put in: 95 %, in ns.

    Each side is its clean values, its rate and its noise's power density. It knows the spectrum of each stretch.
    """
    from scipy.signal import periodogram

    clean, pace, noise = one
    length = len(clean) // _STRETCHES
    frequencies, power = periodogram(
        clean[: length * _STRETCHES].reshape(_STRETCHES, length), pace, window="hann", detrend="linear", axis=1
    )
    inside = (frequencies > 0) & (frequencies < 0.5 * min(pace, other[1]))
    told = power**2 / (power * (noise + other[2]) + noise * other[2])  # coherence / (1 - coherence)
    width = frequencies[1] - frequencies[0]
    information = 2 * length / pace * ((2 * np.pi * frequencies) ** 2 * told * inside).sum(axis=1) * width
    design = np.stack([np.ones(_STRETCHES), (np.arange(_STRETCHES) + 0.5) * 2 / _STRETCHES - 1])
    variance = np.linalg.inv((design * information) @ design.T)
    worst = variance[0, 0] + 2 * abs(variance[0, 1]) + variance[1, 1]
    return 1.96e9 * float(np.sqrt(worst))


def _stamped(
    rng: np.random.Generator, clock: np.ndarray, values: np.ndarray, jitter: float, epoch_ns: int
) -> tuple[np.ndarray, np.ndarray]:
    """Stamps with jitter, in the order of the samples; some samples lost."""
    kept = np.ones(len(clock), dtype=bool)
    for start in rng.integers(0, len(clock), int(rng.choice([0, 0, 3, 10]))):
        kept[start : start + int(rng.integers(1, 40))] = False
    stamps = np.rint((clock + jitter * rng.uniform(-1, 1, len(clock))) * 1e9).astype(np.int64) + epoch_ns
    return stamps[kept], values[kept]


def hopeless(rng: np.random.Generator) -> Pair:
    """A pair that nobody can align: it repeats, or its signals have nothing, or next to nothing, in common."""
    kind = str(
        rng.choice(["tone", "harmonics", "square", "cycle", "swelling tone", "unrelated", "unrelated walk", "faint"])
    )
    rate, length = float(rng.choice([400, 1000, 3000])), float(rng.choice([8, 15, 25]))
    rates = rate, rate * rng.uniform(0.8, 1.25)
    offset, drift = rng.uniform(-2.0, 2.0), rng.uniform(-300e-6, 300e-6)
    motion = _motion(rng, kind, rate, length)
    noise = float(rng.choice([0.001, 0.03, 0.2]))
    sides = []
    for number, pace in enumerate(rates):
        true = np.arange(0, length, 1 / pace) + 2.5
        fresh = rng.normal(size=len(true))
        if kind == "unrelated":
            values = fresh
        elif kind == "unrelated walk":
            values = np.cumsum(fresh)
        elif kind == "faint":
            values = 0.04 * motion(true) + fresh
        else:
            values = motion(true) + noise * fresh
        clock = true if number == 0 else (true - offset) / (1 + drift)
        sides += [np.rint(clock * 1e9).astype(np.int64) + (0 if number else EPOCH_NS), values]
    expected = "weak" if kind in ("unrelated", "unrelated walk", "faint") else "ambiguous"
    return Pair(kind, expected, False, *sides, offset, drift)


def _motion(rng: np.random.Generator, kind: str, rate: float, length: float) -> Callable[[np.ndarray], np.ndarray]:
    pitch, period = rate * rng.uniform(0.01, 0.2), rng.uniform(0.3, 1.5)
    wave = np.cumsum(rng.normal(size=1024))
    wave = wave - np.linspace(wave[0], wave[-1], 1024)
    wave /= wave.std()
    broad = Physics("", 4 * rate, rng.normal(size=int((length + 6) * 4 * rate)), True) if kind == "faint" else None
    motions: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "tone": lambda t: np.sin(2 * np.pi * pitch * t),
        "harmonics": lambda t: sum(np.sin(2 * np.pi * pitch * k * t / 3 + k) / k for k in (1, 2, 3)),
        "square": lambda t: np.sign(np.sin(2 * np.pi * pitch / 4 * t)),
        "cycle": lambda t: np.interp((t / period) % 1, np.arange(1024) / 1024, wave),
        "swelling tone": lambda t: (1 + 0.4 * np.sin(0.3 * t)) * np.sin(2 * np.pi * pitch * t),
    }
    if broad is not None:
        return broad.at
    return motions.get(kind, np.zeros_like)


def recorded(data: Path) -> list[Physics]:
    """Real motion to look at: two accelerometers' recordings and a drone's gyroscope."""
    import idelib
    from pyulog import ULog
    from scipy.signal import resample_poly

    found = []
    for name in ("ActTest_009", "test3"):
        table = _ide(data, name, 8)
        for axis in range(3):
            values = table[axis + 1] - table[axis + 1].mean()
            pace = (len(values) - 1) / (table[0][-1] - table[0][0]) * 1e6
            fine = resample_poly(values, 4, 1, window=("kaiser", 9.0))
            found.append(Physics(f"real: {name}, axis {axis}", pace * 4, fine / fine.std(), True))
    del idelib
    log = ULog(str(data / "sensors" / "px4_ulog" / "sample.ulg"), ["sensor_combined"]).data_list[0].data
    seconds = (log["timestamp"] - log["timestamp"][0]) * 1e-6
    even = np.arange(0, seconds[-1], 0.004)
    for axis in range(3):
        values = np.interp(even, seconds, log[f"gyro_rad[{axis}]"])
        fine = resample_poly(values - values.mean(), 4, 1, window=("kaiser", 9.0))
        found.append(Physics(f"real: drone's gyroscope, axis {axis}", 1000.0, fine / fine.std(), False))
    return found


def named(data: Path) -> Iterator[Pair]:
    """The real two-sensor recordings to be refused: a tone modulo its period, and two with too little in common."""
    for name, expected in (("DAQ12006_000005", "ambiguous"), ("ActTest_009", "weak"), ("test3", "weak")):
        one, two = _ide(data, name, 8), _ide(data, name, 80)
        times = [np.rint(table[0] * 1000).astype(np.int64) for table in (one, two)]
        for axes in ([1], [2], [3], [1, 2, 3]):
            a, b = one[axes].T, two[axes].T
            label = f"real: {name}, axes {', '.join(str(axis - 1) for axis in axes)}"
            yield Pair(label, expected, False, times[0] + EPOCH_NS, a, times[1], b, 0.0, 0.0)


def _ide(data: Path, name: str, channel: int) -> Any:
    import idelib

    events = idelib.importFile(str(data / "sensors" / "endaq" / "batch" / f"{name}.IDE")).channels[channel].getSession()
    return np.asarray(events.arraySlice(0, len(events)), dtype=np.float64)


def moments(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float, float, bool]:
    """Events that two clocks saw, some of them missed or invented; whether they come at a steady pace is the last."""
    count, pace = int(rng.integers(12, 300)), rng.uniform(0.05, 10)
    kind = str(rng.choice(["random", "cycles", "steady"]))
    gaps = {
        "random": rng.exponential(pace, count) + 0.01,
        "cycles": pace * (1 + rng.uniform(-0.1, 0.1, count)),
        "steady": np.full(count, pace),
    }[kind]
    true = np.cumsum(gaps)
    offset, drift = rng.uniform(-100, 100), rng.uniform(-300e-6, 300e-6)
    jitter, missed, extra = pace * rng.choice([1e-5, 1e-4, 1e-3]), rng.choice([0, 0.1, 0.3]), rng.choice([0, 0.1, 0.3])
    seen = []
    for _ in range(2):
        kept = true[rng.random(count) >= missed]
        kept = np.sort(np.concatenate([kept, rng.uniform(true[0], true[-1], int(extra * count))]))
        seen.append(kept + rng.normal(0, jitter, len(kept)))
    a = np.rint(seen[0] * 1e9).astype(np.int64) + EPOCH_NS
    b = np.rint((seen[1] - offset) / (1 + drift) * 1e9).astype(np.int64)
    return a, b, offset, drift, kind == "steady"
