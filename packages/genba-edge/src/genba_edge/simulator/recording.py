"""Records the simulated cell as a gateway would: its packets go through a recorder into a queue of batches."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import Any

from genba_edge.declared import Calibration, Channel, Clock, Stream
from genba_edge.deployment import Deployment
from genba_edge.diskqueue import Queue
from genba_edge.recorder import Options, Recorder
from genba_edge.simulator.cell import Simulation
from genba_edge.simulator.clocks import DeviceClock
from genba_edge.simulator.devices import ChannelPlan, StreamPlan
from genba_edge.simulator.journey import Packet
from genba_edge.simulator.program import SECOND, Plan
from genba_edge.slices import Budget, Slices
from genba_edge.track import Limits
from genba_edge.watch import Progress, Watch, request_of

DTYPES = {"b": "|i1", "B": "|u1", "h": "<i2", "H": "<u2", "i": "<i4", "q": "<i8"}
OPTIONS = Options(
    block=Limits(samples=1 << 15, size_bytes=2 << 20, age_ns=4 * SECOND),
    batch_ns=30 * SECOND,
    in_background=False,
)

BUDGET = Budget()


def record(plan: Plan, queue: str | Path, *, key: bytes = b"") -> dict[str, Any]:
    """Run the cell into a queue, as fast as it goes, and give its truth; the same plan writes the same bytes."""
    simulation = Simulation(plan)
    with recorder_of(simulation, queue, key) as recorder:
        feed(simulation, recorder)
    return simulation.truth()


def record_watched(
    plan: Plan, queue: str | Path, deployment: Deployment, slices: str | Path | None = None, *, budget: Budget = BUDGET
) -> tuple[dict[str, Any], Progress]:
    """Run the cell with a deployed model beside it; what it is unsure about goes to the folder `slices`."""
    simulation = Simulation(plan)
    host = clock_of(simulation.clocks["host"])
    asked = request_of(deployment)
    kept = Slices(Queue(slices), plan.machine, run_of(plan), asked, budget, host_clock=host) if slices else None
    with recorder_of(simulation, queue) as recorder:
        watch = Watch(recorder, deployment, kept, in_background=False)
        feed(simulation, watch)
        watch.close()
    return simulation.truth(), watch.progress()


def recorder_of(simulation: Simulation, queue: str | Path, key: bytes = b"") -> Recorder:
    """A recorder whose run and times are the plan's, so that nothing depends on the real clock."""
    plan = simulation.plan
    return Recorder(
        queue,
        plan.machine,
        run=run_of(plan),
        key=key,
        host_clock=clock_of(simulation.clocks["host"]),
        options=OPTIONS,
        properties={"machine": plan.machine, "simulated": "true", "seed": str(plan.seed)},
    )


def run_of(plan: Plan) -> str:
    """The name of a plan's run."""
    return f"sim-{plan.seed}-{plan.start_ns // SECOND}"


def feed(simulation: Simulation, taker: Recorder | Watch) -> None:
    """Declare the streams and hand every packet over at its host time."""
    plans = {plan.id: plan for plan in simulation.streams}
    tracks = {}
    for plan in simulation.streams:
        clock = clock_of(simulation.clocks[plan.clock])
        channels = stream_of(plan).channels
        tracks[plan.id] = taker.stream(plan.id, channels, clock=clock, rate_hz=plan.rate_hz, properties=plan.properties)
    for packet in simulation.packets():
        rows = rows_of(packet, plans[packet.stream])
        if isinstance(taker, Watch):
            taker.extend(packet.stream, packet.device_ns, rows, packet.sequence, packet.host_ns)
        else:
            tracks[packet.stream].extend(packet.device_ns, rows, packet.sequence, packet.host_ns)


def stream_of(plan: StreamPlan) -> Stream:
    """A stream of the cell in the recorder's words."""
    channels = tuple(map(_channel, plan.channels))
    properties = dict(plan.properties)
    return Stream(
        id=plan.id, channels=channels, clock=plan.clock, host_clock="host", rate_hz=plan.rate_hz, properties=properties
    )


def _channel(plan: ChannelPlan) -> Channel:
    if plan.shape and prod(plan.shape) != plan.width:
        raise ValueError(f"{plan.name}: {plan.width} numbers do not make a sample of shape {plan.shape}")
    return Channel(
        name=plan.name,
        dtype=DTYPES[plan.code],
        shape=plan.shape,
        kind=plan.kind,
        unit=plan.unit,
        calibration=Calibration.linear(plan.scale),
        saturates_at=plan.limits and (float(plan.limits[0]), float(plan.limits[1])),
    )


def clock_of(clock: DeviceClock) -> Clock:
    """A clock in the recorder's words: what its offset and drift are, it does not know."""
    return Clock(id=clock.id, epoch=clock.epoch, description=clock.description)


def rows_of(packet: Packet, plan: StreamPlan) -> bytes:
    """The packet's samples side by side, as a recorder takes them."""
    columns = packet.columns
    if len(columns) == 1:
        return _little(columns[0]).tobytes()
    if len({column.typecode for column in columns}) == 1 and all(channel.width == 1 for channel in plan.channels):
        woven = array(columns[0].typecode, bytes(columns[0].itemsize * len(columns) * len(columns[0])))
        for place, column in enumerate(columns):
            woven[place :: len(columns)] = column
        return _little(woven).tobytes()
    pieces: list[Iterable[bytes]] = []
    for column, channel in zip(columns, plan.channels, strict=True):
        raw, width = _little(column).tobytes(), column.itemsize * channel.width
        pieces.append([raw[at : at + width] for at in range(0, len(raw), width)])
    return b"".join(piece for row in zip(*pieces, strict=True) for piece in row)


def _little(column: array[int]) -> array[int]:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column


def keep_truth(truth: dict[str, Any], path: Path) -> None:
    """Write the truth as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
