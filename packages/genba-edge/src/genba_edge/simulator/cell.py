"""The machine cell put together: its streams, its packets in the order in which they reach the gateway, its truth."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from genba_edge.simulator.clocks import DeviceClock, clocks, to_host
from genba_edge.simulator.devices import (
    Arm,
    Camera,
    Cell,
    ChannelPlan,
    Device,
    Events,
    ForceTorque,
    Plc,
    StreamPlan,
    Vibration,
)
from genba_edge.simulator.journey import Journey, Packet, Travel, runs_of
from genba_edge.simulator.program import Plan, Program, program

FORMAT = "genba simulated cell"
VERSION = "1.0"
SLAB_S = 1.0  # true seconds that are made at once

_WORDS = (-32768, 32767)
_PIXELS = (0, 255)
_EDGE = (ChannelPlan("edge", "B", "event"),)


@dataclass(frozen=True)
class Member:
    """A stream of the cell with the kind of device behind it."""

    stream: StreamPlan
    device: type[Device]
    travel: Travel
    resolution_ns: int = 0  # of its stamps, where they are coarser than its clock's


MEMBERS = (
    Member(
        StreamPlan(
            "spindle/vibration", "daq", 6400.0,
            (
                ChannelPlan("x", "h", "vibration", "m/s²", 0.0048, limits=_WORDS),
                ChannelPlan("y", "h", "vibration", "m/s²", 0.0048, limits=_WORDS),
            ), packet=64,
        ), Vibration, Travel(0.0012, 0.0006, 9.0, 300),
    ),
    Member(
        StreamPlan(
            "tool/force", "ft", 1000.0,
            (
                *(ChannelPlan(f"f{axis}", "h", "force", "N", 0.02, limits=_WORDS) for axis in "xyz"),
                *(ChannelPlan(f"t{axis}", "h", "torque", "N·m", 0.001, limits=_WORDS) for axis in "xyz"),
            ), packet=10, first_sequence=41_000, modulus=1 << 16, properties={"sequence_modulus": "65536"},
        ), ForceTorque, Travel(0.0006, 0.0004, 8.0, 45),
    ),
    Member(
        StreamPlan(
            "arm/joints", "arm", 250.0,
            (
                ChannelPlan("position", "i", "position", "rad", 1 / Arm.COUNTS, 6, (6,)),
                ChannelPlan("velocity", "i", "velocity", "rad/s", 1e-4, 6, (6,)),
                ChannelPlan("current", "h", "current", "A", 1e-3, 6, (6,)),
            ), packet=4, first_sequence=5_000_000,
        ), Arm, Travel(0.002, 0.0015, 10.0, 20),
    ),
    Member(
        StreamPlan(
            "camera/frames", "camera", 15.0,
            (
                ChannelPlan(
                    "image", "B", "image", "", 1.0, Camera.WIDTH * Camera.HEIGHT, (Camera.HEIGHT, Camera.WIDTH),
                    _PIXELS,
                ),
            ), first_sequence=118,
        ), Camera, Travel(0.009, 0.003, 12.0, 6),
    ),
    Member(
        StreamPlan(
            "plc/state", "plc", 20.0,
            (
                ChannelPlan("state", "B", "state"),
                ChannelPlan("lot", "i", "state"),
                ChannelPlan("parts", "H", "state"),
                ChannelPlan("spindle_on", "B", "state"),
                ChannelPlan("temperature", "h", "temperature", "degC", 0.1),
                ChannelPlan("alarm", "H", "state"),
            ), properties={"machine": ""},
        ), Plc, Travel(0.004, 0.002, 15.0, 8),
    ),
    Member(StreamPlan("plc/events", "plc", 0.0, _EDGE), Events, Travel(0.004, 0.002, 0.0), 100_000),
    Member(StreamPlan("arm/events", "arm", 0.0, _EDGE), Events, Travel(0.002, 0.0015, 0.0)),
    Member(StreamPlan("spindle/trigger", "daq", 0.0, _EDGE), Events, Travel(0.0012, 0.0006, 0.0), 156_250),
)  # fmt: skip


class Simulation:
    """One run of the cell: iterate `packets()` once, then ask for the `truth()`."""

    def __init__(self, plan: Plan) -> None:
        """Everything is decided by the plan; nothing has been measured yet."""
        self.plan = plan
        self.program: Program = program(plan)
        self.clocks: dict[str, DeviceClock] = clocks(plan)
        self.streams = tuple(self._told(member.stream) for member in MEMBERS)
        self._cell = Cell.build(plan, self.program)
        self._restarts = self._plan_restarts()
        self._journeys = [self._journey(member) for member in MEMBERS]

    def packets(self) -> Iterator[Packet]:
        """Packets in the order of their arrival."""
        waiting: list[tuple[float, int, int, Packet]] = []
        count, time = 0, 0.0
        while time < self.plan.duration_s:
            end = min(time + SLAB_S, self.plan.duration_s)
            self._cell.reach(time - 0.5, end + 0.1)
            for order, journey in enumerate(self._journeys):
                for arrival, packet in journey.until(end):
                    heapq.heappush(waiting, (arrival, order, count, packet))
                    count += 1
            while waiting and waiting[0][0] < end:
                yield heapq.heappop(waiting)[3]
            time = end
        for order, journey in enumerate(self._journeys):
            for arrival, packet in journey.finish():
                heapq.heappush(waiting, (arrival, order, count, packet))
                count += 1
        while waiting:
            yield heapq.heappop(waiting)[3]

    def truth(self) -> dict[str, Any]:
        """All that was invented and all that was lost; complete once the packets were taken."""
        plan, host = self.plan, self.clocks["host"].pace
        return {
            "format": FORMAT,
            "version": VERSION,
            "seed": plan.seed,
            "duration_s": plan.duration_s,
            "machine": plan.machine,
            "start_ns": plan.start_ns,
            "clocks": {
                clock.id: {
                    "epoch": clock.epoch,
                    "zero_ns": clock.pace.zero_ns,
                    "drift": clock.pace.drift,
                    "jitter_ns": clock.jitter_ns,
                    "resolution_ns": clock.resolution_ns,
                    "to_host": to_host(clock.pace, host),
                    "restarts": self._restart_truth(clock.id),
                }
                for clock in self.clocks.values()
            },
            "streams": {
                journey.stream.id: {
                    "clock": journey.stream.clock,
                    "rate_hz": journey.stream.rate_hz,
                    "made": journey.made,
                    "delivered": journey.delivered,
                    "shortest_delay_ns": round(journey.travel.delay_s * 1e9),
                    "losses": journey.losses,
                    "saturated": journey.saturated,
                }
                for journey in self._journeys
            },
            "lots": [asdict(lot) for lot in self.program.lots],
            "cycles": [asdict(cycle) | {"lot": cycle.lot.number} for cycle in self.program.cycles],
            "faults": [asdict(fault) for fault in self.program.faults],
        }

    def _told(self, stream: StreamPlan) -> StreamPlan:
        properties = {key: value or self.plan.machine for key, value in stream.properties.items()}
        return replace(stream, properties=properties | {"machine": self.plan.machine})

    def _plan_restarts(self) -> dict[str, tuple[float, float, int]]:
        """Now and then the force sensor or the camera loses power for a moment."""
        rng, duration = self.plan.rng("restarts"), self.plan.duration_s
        found: dict[str, tuple[float, float, int]] = {}
        for clock in ("ft", "camera"):
            chance, at, silent = rng.random(), rng.uniform(0.3, 0.7) * duration, rng.uniform(0.3, 0.8)
            zero = rng.choice((-1, 40_000_000))  # its clock goes on, or begins again
            if chance < 0.35 * self.plan.losses and duration >= 15:
                found[clock] = (at, silent, zero)
        return found

    def _restart_truth(self, clock: str) -> list[dict[str, Any]]:
        if clock not in self._restarts:
            return []
        runs = runs_of(self.clocks[clock].pace, self.plan.duration_s, self._restarts[clock])
        again = runs[1]
        return [{
            "at_s": runs[0].end_s,
            "silent_until_s": again.start_s,
            "zero_ns": again.pace.zero_ns,
            "to_host": to_host(again.pace, self.clocks["host"].pace),
        }]  # fmt: skip

    def _journey(self, member: Member) -> Journey:
        stream, clock = self._told(member.stream), self.clocks[member.stream.clock]
        if member.resolution_ns:
            clock = replace(clock, resolution_ns=member.resolution_ns)
        runs = runs_of(clock.pace, self.plan.duration_s, self._restarts.get(clock.id))
        device = member.device(stream, clock, self._cell, runs)
        between = member.travel.between_losses_s / self.plan.losses if self.plan.losses else 0.0
        travel = replace(member.travel, between_losses_s=between)
        return Journey(device, travel, self.clocks["host"].pace, self.plan.rng(f"{stream.id}/way"))
