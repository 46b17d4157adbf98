"""What the cell does and when, in true time: lots, cycles, the spindle's speed, the cut, and what goes wrong."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

SECOND = 1_000_000_000
PARTS = ("KS-2041", "KS-2057-A", "KS-3110")
FAULTS = ("bearing_wear", "chatter", "imbalance")
SPIN_UP_S = 0.4


@dataclass(frozen=True)
class Plan:
    """What is asked of the cell; the same plan gives the same bytes."""

    seed: int = 1
    duration_s: float = 60.0
    machine: str = "MC-07"
    start_ns: int = 1_775_433_600_000_000_000  # true Unix time of second 0: 2026-04-06T00:00:00Z
    has_faults: bool = True  # of the machine
    losses: float = 1.0  # how often something is lost on the way to the recorder, of the usual; 0: never
    first_lot: int = 260406001
    parts_a_lot: tuple[int, int] = (2, 3)  # at least, at most
    hardware: int = 1  # which crystals and mounting: the same on another day of the same cell

    def rng(self, purpose: str) -> Random:
        """A source of chance of its own for each purpose, so that one does not shift another."""
        return Random(f"{self.seed}/{purpose}")

    def made(self, purpose: str) -> Random:
        """The same for what was decided when the machine was built."""
        return Random(f"{self.hardware}/{purpose}")


@dataclass(frozen=True)
class Lot:
    """Parts that are made one after the other, and the fault they were made under."""

    number: int
    part: str
    start_s: float
    end_s: float
    fault: str  # empty: none
    speed_hz: float
    hardness: float


@dataclass(frozen=True)
class Cycle:
    """One part: approach, cut, retract."""

    number: int
    lot: Lot
    start_s: float
    cut_s: float
    cut_end_s: float
    end_s: float


@dataclass(frozen=True)
class Fault:
    """A fault of the machine with the true time at which it could be felt."""

    kind: str
    lot: int
    start_s: float
    end_s: float
    severity: float


class Ramp:
    """A quantity that changes linearly between known moments, with its integral (turns of a spindle, for one)."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        """Points of time and value in order of time; before the first and after the last it stays."""
        self.times = [time for time, _ in points]
        self.values = [value for _, value in points]
        self.sums = [0.0]
        for (t0, v0), (t1, v1) in pairwise(points):
            self.sums.append(self.sums[-1] + (t1 - t0) * (v0 + v1) / 2)

    def at(self, time: float) -> float:
        """The value at a time."""
        i = bisect_right(self.times, time) - 1
        if i < 0:
            return self.values[0]
        if i + 1 == len(self.times):
            return self.values[-1]
        share = (time - self.times[i]) / (self.times[i + 1] - self.times[i])
        return self.values[i] + share * (self.values[i + 1] - self.values[i])

    def integral(self, time: float) -> float:
        """The area from the first point to a time."""
        i = max(bisect_right(self.times, time) - 1, 0)
        span = time - self.times[i]
        return self.sums[i] + span * (self.values[i] + self.at(time)) / 2


@dataclass(frozen=True)
class Program:
    """All that happens in the cell."""

    lots: tuple[Lot, ...]
    cycles: tuple[Cycle, ...]
    faults: tuple[Fault, ...]
    speed: Ramp  # turns per second
    cut: Ramp  # 0 … about 1.3: how hard the tool works
    chatter: Ramp
    wear: Ramp
    unbalance: Ramp


def program(plan: Plan) -> Program:
    """Lay out the whole time before anything is measured."""
    rng = plan.rng("program")
    lots: list[Lot] = []
    cycles: list[Cycle] = []
    time = 0.5 + rng.random()
    while time < plan.duration_s - 5:
        made = _lot(rng, plan, len(lots), len(cycles), time)
        lots.append(made[0].lot)
        cycles += made
        time = made[-1].end_s + rng.uniform(1.0, 1.8)
        if len(lots) % 4 == 0:
            time += rng.uniform(2.5, 4.0)  # a break of the shift
    faults = _faults(plan, cycles)
    return Program(
        lots=tuple(lots),
        cycles=tuple(cycles),
        faults=tuple(faults),
        speed=_speed(lots),
        cut=Ramp(_pulses([(c.cut_s, c.cut_end_s, c.lot.hardness) for c in cycles], 0.02)),
        chatter=_severity(faults, "chatter", 0.15),
        wear=_severity(faults, "bearing_wear", 0.01),
        unbalance=_severity(faults, "imbalance", 0.01),
    )


def _lot(rng: Random, plan: Plan, index: int, first_cycle: int, start: float) -> list[Cycle]:
    part = PARTS[rng.randrange(len(PARTS))]
    fault = _fault_of(plan, index)
    speed, hardness = rng.uniform(92, 108), rng.uniform(0.85, 1.15)
    time = start + SPIN_UP_S + rng.uniform(0.1, 0.5)
    spans = []
    for _ in range(rng.randint(*plan.parts_a_lot)):
        cut = time + rng.uniform(0.45, 0.75)
        cut_end = cut + rng.uniform(1.4, 2.2)
        end = cut_end + rng.uniform(0.4, 0.6)
        spans.append((time, cut, cut_end, end))
        time = end + rng.uniform(0.1, 0.9)  # the wait for the next part is never twice the same
    end = spans[-1][3] + 0.2
    lot = Lot(plan.first_lot + index, part, start, end, fault if plan.has_faults else "", speed, hardness)
    return [Cycle(first_cycle + number, lot, *span) for number, span in enumerate(spans)]


def _fault_of(plan: Plan, index: int) -> str:
    """Two lots of each five are made under a fault, never the first; the kinds take turns."""
    rng = plan.rng(f"fault of {index // 5}")
    bad = sorted(rng.sample(range(1, 5), 2))
    if index % 5 not in bad:
        return ""
    turn = plan.rng("kinds").sample(FAULTS, len(FAULTS))
    return turn[(2 * (index // 5) + bad.index(index % 5)) % len(turn)]


def _faults(plan: Plan, cycles: Sequence[Cycle]) -> list[Fault]:
    rng = plan.rng("faults")
    found: dict[tuple[int, float], Fault] = {}
    for cycle in cycles:
        severity = rng.uniform(0.25, 1.0)
        kind, lot = cycle.lot.fault, cycle.lot
        if kind == "chatter":  # only while the tool cuts, and not at once
            start = cycle.cut_s + rng.uniform(0.1, 0.3)
            found[lot.number, start] = Fault(kind, lot.number, start, cycle.cut_end_s - 0.05, severity)
        elif kind and (lot.number, lot.start_s) not in found:
            found[lot.number, lot.start_s] = Fault(kind, lot.number, lot.start_s, lot.end_s, severity)
    return list(found.values())


def _speed(lots: Sequence[Lot]) -> Ramp:
    points = [(0.0, 0.0)]
    for lot in lots:
        points += [(lot.start_s, 0.0), (lot.start_s + SPIN_UP_S, lot.speed_hz)]
        points += [(lot.end_s, lot.speed_hz), (lot.end_s + SPIN_UP_S, 0.0)]
    return Ramp(points)


def _severity(faults: Sequence[Fault], kind: str, rise_s: float) -> Ramp:
    return Ramp(_pulses([(f.start_s, f.end_s, f.severity) for f in faults if f.kind == kind], rise_s))


def _pulses(spans: Sequence[tuple[float, float, float]], rise_s: float) -> list[tuple[float, float]]:
    points = [(0.0, 0.0)]
    for start, end, height in spans:
        points += [(start, 0.0), (start + rise_s, height), (end - rise_s, height), (end, 0.0)]
    return points


HOME = (0.0, -1.2, 1.6, -0.4, 1.1, 0.0)
READY = (0.7, -0.8, 1.3, -0.5, 1.3, 0.4)
CUT_START = (0.82, -0.62, 1.18, -0.56, 1.42, 0.5)
CUT_END = (0.98, -0.58, 1.12, -0.54, 1.44, 0.62)


def smooth(share: float) -> tuple[float, float]:
    """A movement without jerk: the way done and its slope, for a share of the time."""
    s = min(max(share, 0.0), 1.0)
    return s * s * s * (10 + s * (6 * s - 15)), 30 * s * s * (1 - s) * (1 - s)


def pose(cycles: Sequence[Cycle], starts: Sequence[float], time: float) -> tuple[list[float], list[float]]:
    """The six joints' angles (rad) and speeds (rad/s); `starts` are the cycles' start times."""
    i = bisect_right(starts, time) - 1
    if i < 0 or time >= cycles[i].end_s:
        return list(HOME), [0.0] * 6
    cycle = cycles[i]
    middle = cycle.start_s + 0.6 * (cycle.cut_s - cycle.start_s)
    legs = (
        (cycle.start_s, middle, HOME, READY),
        (middle, cycle.cut_s, READY, CUT_START),
        (cycle.cut_s, cycle.cut_end_s, CUT_START, CUT_END),
        (cycle.cut_end_s, cycle.end_s, CUT_END, HOME),
    )
    start, end, here, there = next(leg for leg in legs if time < leg[1])
    way, slope = smooth((time - start) / (end - start))
    angles = [a + way * (b - a) for a, b in zip(here, there, strict=True)]
    return angles, [slope * (b - a) / (end - start) for a, b in zip(here, there, strict=True)]


def temperature(time: float, turns: float) -> float:
    """The spindle's temperature (°C): it warms with the turns made and swings with the hall."""
    return 24.0 + 9.0 * (1 - math.exp(-turns / 9000)) + 0.3 * math.sin(time / 37)
