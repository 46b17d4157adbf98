"""The cell's devices: what each samples of the one program, in raw counts, at the pace of its own clock."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from genba_edge.simulator.clocks import DeviceClock, Pace
from genba_edge.simulator.program import SECOND, Plan, Program, pose, temperature
from genba_edge.simulator.waves import Broadband, bell, ringing, tone


@dataclass(frozen=True)
class ChannelPlan:
    """A channel as it is told to the recorder: raw counts, and how they become a physical value."""

    name: str
    code: str  # of the array module: h, i, B …
    kind: str
    unit: str = ""
    scale: float = 1.0
    width: int = 1  # numbers in one sample
    shape: tuple[int, ...] = ()
    limits: tuple[int, int] | None = None


@dataclass(frozen=True)
class StreamPlan:
    """A stream as it is told to the recorder, and how its samples travel."""

    id: str
    clock: str
    rate_hz: float  # 0 for events
    channels: tuple[ChannelPlan, ...]
    packet: int = 1  # samples that travel together
    first_sequence: int = 0
    modulus: int = 0  # where the counter begins again; 0: it has no end
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A stretch between two starts of a device: its numbers and perhaps its clock begin again."""

    start_s: float
    end_s: float
    pace: Pace
    number: int


@dataclass
class Made:
    """Samples as the device made them, before anything happened on the way."""

    run: Run
    first: int  # index of the first in its run
    true_s: Sequence[float]
    device_ns: array[int]
    columns: tuple[array[int], ...]
    clipped: Mapping[int, int] = field(default_factory=dict)  # channel: samples beyond what it can tell


@dataclass(frozen=True)
class Cell:
    """What all devices feel."""

    plan: Plan
    program: Program
    force: Broadband  # of the cut, felt by force sensor and spindle
    side: Broadband  # across, felt by the force sensor and weakly by the spindle

    @classmethod
    def build(cls, plan: Plan, program: Program) -> Cell:
        """The processes of a plan."""
        return cls(
            plan,
            program,
            Broadband(plan.rng("force"), program.cut),
            Broadband(plan.rng("side"), program.cut),
        )

    def reach(self, since_s: float, until_s: float) -> None:
        """Have everything between two true times at hand."""
        self.force.reach(since_s, until_s)
        self.side.reach(since_s, until_s)


class Device:
    """A thing that samples evenly on its own clock; `measure` says what it sees."""

    block = 128  # samples over which amplitudes are held

    def __init__(self, stream: StreamPlan, clock: DeviceClock, cell: Cell, runs: Sequence[Run]) -> None:
        """Runs are stretches between restarts."""
        self.stream, self.clock, self.cell, self.runs = stream, clock, cell, runs
        self.rng: Random = cell.plan.rng(stream.id)
        self._run, self._next = 0, 0

    def until(self, end_s: float) -> Iterator[Made]:
        """What was made since the last call, up to a true time."""
        while self._run < len(self.runs):
            run = self.runs[self._run]
            step = 1 / (self.stream.rate_hz * run.pace.rate())
            stop = min(end_s, run.end_s)
            while (first_s := run.start_s + self._next * step) < stop:
                count = min(self.block, int((stop - first_s) / step) + 1)
                if run.start_s + (self._next + count - 1) * step >= stop:
                    count -= 1
                if count <= 0:
                    break
                times = [first_s + k * step for k in range(count)]
                columns, clipped = self.measure(first_s, step, count)
                yield Made(run, self._next, times, self._stamps(run, count), columns, clipped)
                self._next += count
            if end_s < run.end_s:
                return
            self._run, self._next = self._run + 1, 0

    def _stamps(self, run: Run, count: int) -> array[int]:
        start, rate = run.pace.read(run.start_s), self.stream.rate_hz
        jitter, grid, gauss = self.clock.jitter_ns, self.clock.resolution_ns, self.rng.gauss
        exact = [start + round((self._next + k) * SECOND / rate) for k in range(count)]
        if jitter:
            exact = [stamp + int(gauss(0.0, jitter)) for stamp in exact]
        return array("q", [stamp // grid * grid for stamp in exact] if grid > 1 else exact)

    def measure(self, first_s: float, step_s: float, count: int) -> tuple[tuple[array[int], ...], dict[int, int]]:
        """Raw counts of each channel at evenly spaced true times, and how many were beyond its limits."""
        raise NotImplementedError


def limited(values: Sequence[float], low: int, high: int) -> tuple[list[int], int]:
    """Whole counts within a converter's limits, and how many lay at or beyond them."""
    counts = [int(value) for value in values]
    if min(counts) > low and max(counts) < high:
        return counts, 0
    kept = [low if count < low else high if count > high else count for count in counts]
    return kept, kept.count(low) + kept.count(high)


class Vibration(Device):
    """Two accelerometers across the spindle, 16 bits: broadband of the cut, turns, teeth, bearing, chatter, noise."""

    KNOCK_HZ = 2120.0
    CHATTER_HZ = 873.0
    PER_TURN = 3.585  # balls over the outer race in a turn

    def __init__(self, stream: StreamPlan, clock: DeviceClock, cell: Cell, runs: Sequence[Run]) -> None:
        """Knocks of the bearing ring on beyond a block."""
        super().__init__(stream, clock, cell, runs)
        self._ring = ringing(self.KNOCK_HZ, 0.0015, stream.rate_hz)
        self._carry = [0.0] * len(self._ring)
        self._gain = cell.plan.made("mounting").uniform(0.8, 1.2)

    def measure(self, first_s: float, step_s: float, count: int) -> tuple[tuple[array[int], ...], dict[int, int]]:
        """See the class."""
        program, middle = self.cell.program, first_s + step_s * count / 2
        speed, cut = program.speed.at(middle), program.cut.at(middle)
        turns = program.speed.integral(first_s)
        chatter = program.chatter.at(middle)
        force = self.cell.force.sampled(first_s, step_s, count)
        side = self.cell.side.sampled(first_s, step_s, count)
        one = tone(turns, speed * step_s, count)
        teeth = tone(3 * turns, 3 * speed * step_s, count)
        alive = min(speed / 90, 1.0)
        a_one = alive * (160 + 2600 * program.unbalance.at(middle))
        a_teeth = 700 * cut
        a_chatter = 24_000 * chatter * chatter * (0.75 + 0.25 * self.rng.random())
        scream = tone(self.CHATTER_HZ * first_s, self.CHATTER_HZ * step_s, count) if chatter else [0.0] * count
        knocks = self._knocks(first_s, step_s, count, speed, program.wear.at(middle))
        loud = self._gain * 1500 * (1 + 0.6 * chatter)
        hum = 0.0018 + 0.0022 * alive + 0.004 * cut
        wide_x, wide_y = bell(self.rng, count), bell(self.rng, count)
        x = [
            loud * f + a_one * o + a_teeth * t + a_chatter * c + k + hum * w
            for f, o, t, c, k, w in zip(force, one, teeth, scream, knocks, wide_x, strict=True)
        ]
        y = [
            0.5 * loud * (f + s) + 0.7 * a_one * o + 0.4 * a_teeth * t + 0.8 * a_chatter * c + 0.6 * k + hum * w
            for f, s, o, t, c, k, w in zip(force, side, one, teeth, scream, knocks, wide_y, strict=True)
        ]
        clipped = {}
        columns = []
        for channel, values in enumerate((x, y)):
            low, high = self.stream.channels[channel].limits or (-32768, 32767)
            counts, beyond = limited(values, low, high)
            columns.append(array("h", counts))
            if beyond:
                clipped[channel] = beyond
        return tuple(columns), clipped

    def _knocks(self, first_s: float, step_s: float, count: int, speed: float, wear: float) -> list[float]:
        ring = self._ring
        out = self._carry + [0.0] * max(count - len(self._carry), 0) + [0.0] * len(ring)
        if wear and speed > 5:
            passed = self.cell.program.speed.integral(first_s) * self.PER_TURN
            pace = speed * self.PER_TURN * step_s
            at = (1 - passed % 1.0) / pace
            while at < count:
                place, height = int(at), wear * 5200 * (0.6 + 0.8 * self.rng.random())
                for k, value in enumerate(ring):
                    out[place + k] += height * value
                at += (0.98 + 0.04 * self.rng.random()) / pace
        self._carry = out[count : count + len(ring)]
        return out[:count]


class ForceTorque(Device):
    """Six 16-bit channels between flange and tool; the cut, the tool's weight, and a drift that warms up."""

    block = 20

    def measure(self, first_s: float, step_s: float, count: int) -> tuple[tuple[array[int], ...], dict[int, int]]:
        """See the class."""
        program, middle = self.cell.program, first_s + step_s * count / 2
        cut, speed = program.cut.at(middle), program.speed.at(middle)
        force = self.cell.force.sampled(first_s, step_s, count)
        side = self.cell.side.sampled(first_s, step_s, count)
        teeth = tone(3 * program.speed.integral(first_s), 3 * speed * step_s, count)
        noise = bell(self.rng, 6 * count)
        tooth = 260 * cut
        drift = 30 * temperature(middle, 0.0)
        rest = (40.0, -25.0, 900.0 + drift, 12.0, -8.0, 3.0)
        steady = (2200.0, 1500.0, -5200.0, 180.0, 260.0, 420.0)
        along = (520.0, 90.0, 1400.0, 40.0, 75.0, 160.0)
        across = (110.0, 760.0, 60.0, 95.0, 30.0, 20.0)
        columns = []
        for axis in range(6):
            base = rest[axis] + steady[axis] * cut
            a, b, t = along[axis], across[axis], tooth * along[axis] / 1400
            own = noise[axis * count : (axis + 1) * count]
            values = [
                base + a * f + b * s + t * o + 0.0004 * n for f, s, o, n in zip(force, side, teeth, own, strict=True)
            ]
            columns.append(array("h", limited(values, -32768, 32767)[0]))
        return tuple(columns), {}


class Arm(Device):
    """Joint angles in encoder counts, speeds, and motor currents that carry weight, friction and the cut."""

    block = 16
    COUNTS = 166_886.0  # in a radian: 20 bits in a turn

    def __init__(self, stream: StreamPlan, clock: DeviceClock, cell: Cell, runs: Sequence[Run]) -> None:
        """The cycles' starts are looked up for each sample."""
        super().__init__(stream, clock, cell, runs)
        self._starts = [cycle.start_s for cycle in cell.program.cycles]

    def measure(self, first_s: float, step_s: float, count: int) -> tuple[tuple[array[int], ...], dict[int, int]]:
        """See the class."""
        cycles, cut = self.cell.program.cycles, self.cell.program.cut
        angles, speeds, currents = array("i"), array("i"), array("h")
        force = self.cell.force.sampled(first_s, step_s, count)
        noise = bell(self.rng, 6 * count)
        for k in range(count):
            time = first_s + k * step_s
            angle, speed = pose(cycles, self._starts, time)
            load = cut.at(time)
            angles.extend([int(a * self.COUNTS) for a in angle])
            speeds.extend([int(v * 1e4) for v in speed])
            for joint in range(6):
                weight = 300 - 45 * joint
                current = weight * (1 + 0.3 * angle[joint]) + 420 * speed[joint]
                current += (60 - 6 * joint) * load + 9 * force[k] + 0.00025 * noise[6 * k + joint]
                currents.append(int(current))
        return (angles, speeds, currents), {}


class Camera(Device):
    """Small grey pictures of the tool: it moves with the arm and glows with the cut."""

    block = 1
    WIDTH, HEIGHT = 64, 48

    def __init__(self, stream: StreamPlan, clock: DeviceClock, cell: Cell, runs: Sequence[Run]) -> None:
        """The scene behind the tool stays."""
        super().__init__(stream, clock, cell, runs)
        self._starts = [cycle.start_s for cycle in cell.program.cycles]
        rng = cell.plan.made("scene")
        rows = [40 + 30 * (y // 12 % 2) + rng.randrange(10) for y in range(self.HEIGHT)]
        self._scene = bytes(row + 12 * (x // 8 % 2) for row in rows for x in range(self.WIDTH))
        self._grain = bytes(value % 9 for value in range(256))

    def measure(self, first_s: float, step_s: float, count: int) -> tuple[tuple[array[int], ...], dict[int, int]]:
        """One picture at a time."""
        angle, _ = pose(self.cell.program.cycles, self._starts, first_s)
        cut = self.cell.program.cut.at(first_s)
        grain = self.rng.randbytes(len(self._scene)).translate(self._grain)
        picture = bytearray(map(int.__add__, self._scene, grain))
        x, y = int(8 + 44 * angle[0]), int(6 + 30 * (1.6 - angle[2]) / 0.5)
        sparks = abs(self.cell.force.sampled(first_s, step_s, 1)[0])
        glow = min(150 + int(60 * cut) + int(15 * sparks), 246)
        for row in range(max(y, 0), min(y + 8, self.HEIGHT)):
            start = row * self.WIDTH + min(max(x, 0), self.WIDTH - 8)
            for at in range(start, start + 8):
                picture[at] = glow + picture[at] % 9
        return (array("B", picture),), {}


class Plc(Device):
    """The controller's words, polled: state of the cycle, lot, parts made, spindle, temperature, alarm."""

    block = 1

    def measure(self, first_s: float, step_s: float, count: int) -> tuple[tuple[array[int], ...], dict[int, int]]:
        """One poll at a time."""
        program = self.cell.program
        i = bisect_right(program.cycles, first_s, key=lambda cycle: cycle.start_s) - 1
        state, lot, parts = 0, program.lots[0].number if program.lots else 0, 0
        if i >= 0:
            cycle = program.cycles[i]
            lot, parts = cycle.lot.number, cycle.number + (first_s >= cycle.end_s)
            if first_s < cycle.end_s:
                state = 1 if first_s < cycle.cut_s else 2 if first_s < cycle.cut_end_s else 3
        speed = program.speed.at(first_s)
        warm = temperature(first_s, program.speed.integral(first_s))
        alarm = 731 if program.chatter.at(first_s) > 0.75 else 0
        columns = (
            array("B", [state]), array("i", [lot]), array("H", [parts]), array("B", [speed > 1]),
            array("h", [int(10 * warm)]), array("H", [alarm]),
        )  # fmt: skip
        return columns, {}


class Events(Device):
    """Edges of the trigger line as a device saw them: 1 a cycle begins, 2 the cut begins, 3 the cycle ends."""

    def until(self, end_s: float) -> Iterator[Made]:
        """One sample for each edge."""
        moments = [
            (time, code)
            for cycle in self.cell.program.cycles
            for code, time in ((1, cycle.start_s), (2, cycle.cut_s), (3, cycle.end_s))
        ]
        while self._next < len(moments) and moments[self._next][0] < end_s:
            time, code = moments[self._next]
            runs = [run for run in self.runs if run.start_s <= time < run.end_s]
            if runs:
                exact = runs[0].pace.read(time) + int(self.rng.gauss(0.0, self.clock.jitter_ns))
                grid = self.clock.resolution_ns
                yield Made(runs[0], self._next, [time], array("q", [exact // grid * grid]), (array("B", [code]),))
            self._next += 1
