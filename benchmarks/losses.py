"""Drops, duplicates, late packets and restarts injected into simulated captures, against what the loss ledger says.

The same of slices: between them nothing was asked for, and what was lost within them is found all the same.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.generators.losses import numbered_streams
from benchmarks.results import Measure
from benchmarks.tools import Bench

SECONDS = 18.0
USUAL = 6.0  # times as many losses as a cell has by itself
SECOND = 1_000_000_000
MARGIN = SECOND // 10


@dataclass(slots=True)
class Tally:
    """What was injected, what was found of it, and what was told that never happened."""

    injected: int = 0
    found: int = 0
    told: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def invented(self) -> int:
        """Entries of the ledger that nothing injected explains."""
        return self.told - self.found

    def add(self, stream: str, truth: Sequence[dict[str, Any]], told: Iterable[Any]) -> None:
        """Match the ledger of a stream, loss by loss."""
        left = defaultdict(list)
        for loss in told:
            self.told += 1
            left[str(loss.kind)].append(loss)
        for loss in truth:
            self.injected += 1
            entries = _entries(loss, left[loss["kind"]])
            if not entries:
                self.misses.append(f"{stream}: not found: {loss}")
                continue
            for entry in entries:
                left[loss["kind"]].remove(entry)
            self.told -= len(entries) - 1
            self.found += 1
        self.misses += [f"{stream}: invented: {one}" for kind in left.values() for one in kind]


def _entries(loss: dict[str, Any], told: Sequence[Any]) -> list[Any]:
    """The entry that is this loss: the same samples, by count and by the device's own times.

    Late samples and copies that lie in two blocks are told block by block; together they must be all, and no more.
    """
    if loss["kind"] in ("drop", "reset"):  # a drop lies between the last sample before and the first one after
        is_drop = loss["kind"] == "drop"
        for one in told:
            ends = (one.first_ns, one.last_ns) == (loss["first_ns"], loss["last_ns"])
            around = one.first_ns < loss["first_ns"] <= loss["last_ns"] < one.last_ns
            if one.count == loss["count"] and (around if is_drop else ends):
                return [one]
        return []
    pieces = [one for one in told if loss["first_ns"] <= one.first_ns <= one.last_ns <= loss["last_ns"]]
    pieces.sort(key=lambda one: one.first_ns)
    is_whole = bool(pieces) and (pieces[0].first_ns, pieces[-1].last_ns) == (loss["first_ns"], loss["last_ns"])
    return pieces if is_whole and sum(one.count for one in pieces) == loss["count"] else []


def measure(bench: Bench, seed: int, scale: float) -> list[Measure]:
    """Whole captures of the simulated cell through batches and reader, then numbered streams of all kinds."""
    cells, slices, streams = Tally(), Tally(), Tally()
    captures = max(int(16 * scale), 1)
    folder = bench.out / "corpora" / "losses"
    for number in range(captures):
        _cell(folder, 1000 * seed + number, cells)
        _slices(folder, 1000 * seed + number, slices)
    for made in numbered_streams(seed, max(int(400 * scale), 1)):
        streams.add(made.stream.id, made.losses, _ledger(made.stream, made.blocks))
    measures = []
    for tally, data in (
        (cells, f"generated, seed {seed}, {captures} simulated captures"),
        (slices, f"generated, seed {seed}, slices of {captures} simulated captures"),
        (streams, f"generated, seed {seed}, numbered streams"),
    ):
        recall = tally.found / tally.injected if tally.injected else 1.0
        precision = tally.found / tally.told if tally.told else 1.0
        print(f"  losses: {tally.found} of {tally.injected} found, {tally.invented} invented ({data})", flush=True)
        for bar, value in (("losses.recall", recall), ("losses.precision", precision)):
            measures.append(Measure(bar=bar, value=value, data=data, count=tally.injected, misses=tally.misses))
    return measures


def _cell(folder: Path, seed: int, tally: Tally) -> None:
    """One capture: simulated, written as batches, read by genba."""
    from genba_edge.simulator.program import Plan
    from genba_edge.simulator.recording import record

    shutil.rmtree(folder, ignore_errors=True)
    truth = record(Plan(seed=seed, duration_s=SECONDS, losses=USUAL, hardware=seed), folder)
    for stream, read in _read(folder).items():
        facts = truth["streams"][stream]
        saturated = [loss for loss in read.told if loss.kind == "saturation"]
        tally.add(stream, facts["losses"], [loss for loss in read.told if loss.kind != "saturation"])
        _saturation(tally, stream, facts, saturated)
    shutil.rmtree(folder, ignore_errors=True)


def _slices(folder: Path, seed: int, tally: Tally) -> None:
    """Slices at random moments of the same capture: what was lost well within one must be told, and nothing else."""
    from random import Random

    from genba_edge.declared import Request
    from genba_edge.simulator.cell import Simulation
    from genba_edge.simulator.program import Plan
    from genba_edge.simulator.recording import clock_of, rows_of, stream_of
    from genba_edge.slices import Budget, Piece, slices_in

    shutil.rmtree(folder, ignore_errors=True)
    simulation = Simulation(Plan(seed=seed, duration_s=SECONDS, losses=USUAL, hardware=seed))
    plans, rng = {plan.id: plan for plan in simulation.streams}, Random(f"{seed}/slices")
    budget = Budget(before_ns=SECOND // 2, after_ns=SECOND // 2)
    kept = slices_in(folder, "gate", "run", Request(model="m", deployment="d", rule="uncertain"), budget)
    for plan in simulation.streams:
        kept.declare(stream_of(plan), clock_of(simulation.clocks[plan.clock]))
    asks = 0
    for packet in simulation.packets():
        rows = rows_of(packet, plans[packet.stream])
        kept.offer(Piece(packet.stream, packet.device_ns, rows, packet.sequence, packet.host_ns))
        asks = asks or packet.host_ns + rng.randrange(3 * SECOND)
        if packet.host_ns >= asks:
            kept.ask(packet.host_ns - SECOND // 5, packet.host_ns)
            asks = 0
    kept.write()
    truth = simulation.truth()
    for stream, read in _read(folder).items():
        losses = truth["streams"][stream]["losses"]
        told = [loss for loss in read.told if loss.kind != "saturation" and loss.detail != "not_asked_for"]
        within = [loss for loss in losses if read.holds(loss)]
        edges = [loss for loss in losses if loss not in within]
        certain = [one for one in told if any(_entries(loss, [one]) for loss in within)]
        cut = [one for one in told if one not in certain and any(_is_piece(one, loss) for loss in edges)]
        tally.add(stream, within, [one for one in told if one not in cut])
    shutil.rmtree(folder, ignore_errors=True)


def _is_piece(one: Any, loss: dict[str, Any]) -> bool:
    """Whether an entry is what a slice shows of a loss that its edge cuts through, which may be told of or not.

    Of a late packet and the ones it should have come between, a slice may hold some: then these read as drops.
    """
    if loss["kind"] == "reset":  # between two slices
        return one.kind == "reset" and bool(one.first_ns <= loss["first_ns"] and loss["last_ns"] <= one.last_ns)
    first, last = min(one.first_ns, one.last_ns), max(one.first_ns, one.last_ns)
    if last - first > SECOND:
        return False
    return bool(first - MARGIN < loss["last_ns"] and loss["first_ns"] < last + MARGIN)


@dataclass(slots=True)
class Read:
    """What genba reads of one stream: the ledger, and the stretches in which its samples came one after the other."""

    ledger: Any
    told: list[Any] = field(default_factory=list)
    stretches: list[list[int]] = field(default_factory=list)
    restarts: list[tuple[int, int]] = field(default_factory=list)  # of the clock, within a slice
    is_new: bool = True

    def holds(self, loss: dict[str, Any]) -> bool:
        """Whether a loss lies well within one slice."""
        ends = loss["first_ns"], loss["last_ns"]
        if loss.get("is_clock_reset"):
            return any(abs(one - ends[0]) + abs(two - ends[1]) < MARGIN for one, two in self.restarts)
        return any(first + MARGIN < ends[0] and ends[1] < last - MARGIN for first, last in self.stretches)

    def take(self, part: Any) -> None:
        """Take a block or what the recorder says."""
        import numpy as np

        from genba.model.signals import Loss

        if isinstance(part, Loss):
            self.told.append(part)
            self.ledger.hear(part)
            self.is_new |= part.detail == "not_asked_for"
            return
        self.told += self.ledger.add(part)
        times = part.device_ns
        for run in np.split(times, np.flatnonzero(np.diff(times) < -SECOND) + 1):
            first, last = int(run.min()), int(run.max())
            if self.is_new or first < self.stretches[-1][1] - SECOND:
                if not self.is_new:
                    self.restarts.append((self.stretches[-1][1], first))
                self.stretches.append([first, last])
            self.stretches[-1][1] = max(last, self.stretches[-1][1])
            self.is_new = False


def _read(folder: Path) -> dict[str, Read]:
    """All batches of a folder through genba's own reader and ledger."""
    from genba.formats.ledger import Ledger
    from genba.model.signals import Block, Loss, Stream
    from genba.ports.signals import SignalLimits
    from genba.readers.signals import signal_reader_for
    from genba.storage.files import blob_of

    reader = signal_reader_for("edge")
    assert reader is not None
    read: dict[str, Read] = {}
    for path in sorted(folder.glob("*.gbatch")):
        for part in reader(blob_of(path, path.name), SignalLimits()):
            if isinstance(part, Stream) and part.id not in read:
                read[part.id] = Read(Ledger(part))
            elif isinstance(part, Block | Loss):
                read[part.stream].take(part)
    for one in read.values():
        one.told += one.ledger.close()
    return read


def _saturation(tally: Tally, stream: str, facts: dict[str, Any], told: Sequence[Any]) -> None:
    """Samples at the converter's limit that arrived, against the ledger's count, channel by channel."""
    channels = {entry["channel"] for entry in facts["saturated"]} | {loss.channel for loss in told}
    for channel in channels:
        numbers = [n for entry in facts["saturated"] if entry["channel"] == channel for n in entry["sequences"]]
        arrived = sum(_times_delivered(number, facts["losses"]) for number in numbers)
        counted = sum(loss.count for loss in told if loss.channel == channel)
        tally.injected += arrived
        tally.told += counted
        tally.found += min(arrived, counted)
        if arrived != counted:
            tally.misses.append(f"{stream}/{channel}: {arrived} samples saturated, {counted} told")


def _times_delivered(number: int, losses: Sequence[dict[str, Any]]) -> int:
    hits = [
        loss["kind"]
        for loss in losses
        if loss["kind"] in ("drop", "duplicate") and loss["first_sequence"] <= number <= loss["last_sequence"]
    ]
    return 1 - hits.count("drop") + hits.count("duplicate")


def _ledger(stream: Any, blocks: Iterable[Any]) -> list[Any]:
    from genba.formats.ledger import Ledger

    ledger = Ledger(stream)
    return [loss for block in blocks for loss in ledger.add(block)] + ledger.close()
