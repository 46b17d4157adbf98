"""Drops, duplicates, late packets and restarts injected into simulated captures, against what the loss ledger says."""

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
    cells, streams = Tally(), Tally()
    captures = max(int(16 * scale), 1)
    folder = bench.out / "corpora" / "losses"
    for number in range(captures):
        _cell(folder, 1000 * seed + number, cells)
    for made in numbered_streams(seed, max(int(400 * scale), 1)):
        streams.add(made.stream.id, made.losses, _ledger(made.stream, made.blocks))
    measures = []
    for tally, data in (
        (cells, f"generated, seed {seed}, {captures} simulated captures"),
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
    from genba.formats.ledger import Ledger
    from genba.model.signals import Block, Loss, Stream
    from genba.ports.signals import SignalLimits
    from genba.readers.signals import signal_reader_for
    from genba.storage.files import blob_of
    from genba_edge.simulator.program import Plan
    from genba_edge.simulator.recording import record

    shutil.rmtree(folder, ignore_errors=True)
    truth = record(Plan(seed=seed, duration_s=SECONDS, losses=USUAL, hardware=seed), folder)
    read = signal_reader_for("edge")
    assert read is not None
    ledgers: dict[str, Ledger] = {}
    told: dict[str, list[Loss]] = defaultdict(list)
    for path in sorted(folder.glob("*.gbatch")):
        for part in read(blob_of(path, path.name), SignalLimits()):
            if isinstance(part, Stream):
                ledgers.setdefault(part.id, Ledger(part))
            elif isinstance(part, Block):
                told[part.stream] += ledgers[part.stream].add(part)
            elif isinstance(part, Loss):
                told[part.stream].append(part)
    for stream, ledger in ledgers.items():
        told[stream] += ledger.close()
        facts = truth["streams"][stream]
        saturated = [loss for loss in told[stream] if loss.kind == "saturation"]
        tally.add(stream, facts["losses"], [loss for loss in told[stream] if loss.kind != "saturation"])
        _saturation(tally, stream, facts, saturated)
    shutil.rmtree(folder, ignore_errors=True)


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
