"""What happens to samples between a device and the recorder: packets, delays, and losses that are written down."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from genba_edge.simulator.clocks import Pace
from genba_edge.simulator.devices import Device, Made, Run, StreamPlan

GUARD_S = 0.9  # between two losses of a stream, and from the ends of a run: what is lost there nobody could know


@dataclass(frozen=True)
class Travel:
    """How a stream's packets reach the gateway; times in true seconds."""

    delay_s: float  # the shortest
    spread_s: float  # mean of what comes on top
    between_losses_s: float  # mean; 0: nothing is ever lost
    longest_drop: int = 1  # samples


@dataclass(frozen=True)
class Packet:
    """Samples as they reached the recorder, all at one host time."""

    stream: str
    sequence: array[int]
    device_ns: array[int]
    columns: tuple[array[int], ...]  # raw counts; a sample of a channel may be several of them
    host_ns: int


class Journey:
    """The way of one stream: gives packets with their true time of arrival, and keeps the truth."""

    def __init__(self, device: Device, travel: Travel, host: Pace, rng: Random) -> None:
        """The first loss comes when chance says."""
        self.stream: StreamPlan = device.stream
        self._device, self.travel, self._host, self._rng = device, travel, host, rng
        self._next_loss_s = self._later(0.0)
        self._arrived_s = 0.0
        self._dropping = 0
        self._waiting: list[tuple[int, Made]] = []  # packets to come after so many others
        self._last: Made | None = None
        self.losses: list[dict[str, Any]] = []
        self.saturated: list[dict[str, Any]] = []
        self.made = self.delivered = 0

    def until(self, end_s: float) -> Iterator[tuple[float, Packet]]:
        """Packets of samples made up to a true time; they may arrive later."""
        for made in self._device.until(end_s):
            if self._last is not None and made.run is not self._last.run:
                yield from self._flush()
                self._note_restart(self._last, made)
            self._last = made
            self.made += len(made.device_ns)
            if made.clipped:
                self._note_saturation(made)
            size = self.stream.packet
            for at in range(0, len(made.device_ns), size):
                yield from self._send(cut(made, at, at + size, self.stream))

    def finish(self) -> Iterator[tuple[float, Packet]]:
        """What is still on its way when the plan ends."""
        yield from self._flush()

    def _send(self, packet: Made) -> Iterator[tuple[float, Packet]]:
        now = packet.true_s[0]
        if self._dropping:
            packet = self._drop(packet, 0)
        elif self._is_due(packet, now):
            kind = self._choose(len(packet.device_ns))
            self._next_loss_s = self._later(now)
            if kind == "reorder":
                self._waiting.append((self._rng.randrange(1, 4), packet))
                self._note(kind, packet)
                return
            if kind == "duplicate":
                self._waiting.append((self._rng.randrange(1, 3), packet))
                self._note(kind, packet)
            else:
                self._dropping = self._rng.randrange(1, self.travel.longest_drop + 1)
                start = self._rng.randrange(len(packet.device_ns))
                self._note(kind, packet, count=self._dropping, start=start)
                packet = self._drop(packet, start)
        if packet.device_ns:
            yield self._arrive(packet)
            yield from self._release()

    def _drop(self, packet: Made, start: int) -> Made:
        """Take samples from `start` on away, as many as are still to be dropped."""
        gone = min(self._dropping, len(packet.device_ns) - start)
        self._dropping -= gone
        if gone:
            lost = cut(packet, start, start + gone, self.stream)
            self.losses[-1]["last_sequence"] = self._number(lost, gone - 1)
            self.losses[-1]["last_ns"] = lost.device_ns[-1]
        kept = cut(packet, 0, start, self.stream)
        rest = cut(packet, start + gone, len(packet.device_ns), self.stream)
        if kept.device_ns and rest.device_ns:  # one packet with a hole: its numbers say so
            return _joined(kept, rest)
        return kept if kept.device_ns else rest

    def _is_due(self, packet: Made, now: float) -> bool:
        if not self.travel.between_losses_s or now < self._next_loss_s or self._waiting:
            return False
        run = packet.run
        return run.start_s + GUARD_S < now < run.end_s - 2 * GUARD_S

    def _choose(self, size: int) -> str:
        chance = self._rng.random()
        return "drop" if chance < 0.6 else "duplicate" if chance < 0.8 else "reorder"

    def _later(self, now: float) -> float:
        mean = self.travel.between_losses_s
        return now + GUARD_S + (self._rng.expovariate(1 / mean) if mean else 0.0)

    def _release(self) -> Iterator[tuple[float, Packet]]:
        self._waiting = [(left - 1, packet) for left, packet in self._waiting]
        while self._waiting and self._waiting[0][0] <= 0:
            yield self._arrive(self._waiting.pop(0)[1])

    def _flush(self) -> Iterator[tuple[float, Packet]]:
        while self._waiting:
            yield self._arrive(self._waiting.pop(0)[1])

    def _arrive(self, packet: Made) -> tuple[float, Packet]:
        late = self._rng.expovariate(1 / self.travel.spread_s)
        if self._rng.random() < 0.002:  # the gateway was busy
            late += self._rng.uniform(0.01, 0.05)
        arrival = max(packet.true_s[-1] + self.travel.delay_s + late, self._arrived_s + 1e-6)
        self._arrived_s = arrival
        self.delivered += len(packet.device_ns)
        numbers = array("q", [self._number(packet, k) for k in range(len(packet.device_ns))])
        return arrival, Packet(self.stream.id, numbers, packet.device_ns, packet.columns, self._host.read(arrival))

    def _number(self, packet: Made, k: int) -> int:
        index = packet.indices[k] if isinstance(packet, _Holed) else packet.first + k
        number = self.stream.first_sequence * (packet.run.number == 0) + index
        return number % self.stream.modulus if self.stream.modulus else number

    def _note(self, kind: str, packet: Made, *, count: int = 0, start: int = 0) -> None:
        last = len(packet.device_ns) - 1
        self.losses.append({
            "kind": kind,
            "run": packet.run.number,
            "first_sequence": self._number(packet, start),
            "last_sequence": self._number(packet, last),
            "first_ns": packet.device_ns[start],
            "last_ns": packet.device_ns[last],
            "count": count or last + 1,
        })  # fmt: skip

    def _note_restart(self, before: Made, after: Made) -> None:
        self.losses.append({
            "kind": "reset",
            "run": after.run.number,
            "last_sequence_before": self._number(before, len(before.device_ns) - 1),
            "first_sequence": self._number(after, 0),
            "first_ns": before.device_ns[-1],
            "last_ns": after.device_ns[0],
            "is_clock_reset": after.run.pace.zero_ns != before.run.pace.zero_ns,
            "count": 0,
        })  # fmt: skip

    def _note_saturation(self, made: Made) -> None:
        for channel, count in made.clipped.items():
            plan = self.stream.channels[channel]
            low, high = plan.limits or (0, 0)
            at = [k for k, value in enumerate(made.columns[channel]) if value in (low, high)]
            self.saturated.append({
                "channel": plan.name,
                "sequences": [self._number(made, k) for k in at],
                "count": count,
            })  # fmt: skip


@dataclass
class _Holed(Made):
    """A packet in the midst of which samples were lost."""

    indices: tuple[int, ...] = ()


def cut(made: Made, start: int, stop: int, stream: StreamPlan) -> Made:
    """Some of the samples."""
    stop = min(stop, len(made.device_ns))
    columns = tuple(
        column[start * channel.width : stop * channel.width]
        for column, channel in zip(made.columns, stream.channels, strict=True)
    )
    return Made(made.run, made.first + start, made.true_s[start:stop], made.device_ns[start:stop], columns)


def _joined(first: Made, second: Made) -> Made:
    indices = [piece.first + k for piece in (first, second) for k in range(len(piece.device_ns))]
    return _Holed(
        first.run,
        first.first,
        [*first.true_s, *second.true_s],
        first.device_ns + second.device_ns,
        tuple(a + b for a, b in zip(first.columns, second.columns, strict=True)),
        {},
        tuple(indices),
    )


def runs_of(pace: Pace, duration_s: float, restart: tuple[float, float, int] | None) -> list[Run]:
    """The stretches of a device: restarts are a moment, a silence, and the clock's new zero (or -1: it goes on)."""
    if restart is None:
        return [Run(0.0, duration_s, pace, 0)]
    at, silent, zero = restart
    after = at + silent
    again = pace if zero < 0 else Pace(zero - round((1 + pace.drift) * after * 1e9), pace.drift, after)
    return [Run(0.0, at, pace, 0), Run(after, duration_s, again, 1)]
