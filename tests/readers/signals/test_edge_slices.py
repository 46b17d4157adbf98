"""Slices of genba-edge read back: what lies between them is no loss, what is missing within them is."""

from __future__ import annotations

from array import array
from collections import defaultdict
from pathlib import Path

from genba.formats.ledger import Ledger
from genba.model.signals import Block, Loss, Stream
from genba.ports.signals import SignalLimits
from genba.readers.signals import edge
from genba.storage.files import blob_of
from genba_edge import Channel, Clock
from genba_edge.declared import Request as Asked
from genba_edge.declared import Stream as Declared
from genba_edge.slices import Budget, Piece, slices_in

SECOND = 1_000_000_000
TICKS = 1200  # tenths of a second
MOMENTS = (100, 500, 900)  # of which somebody asked for a slice


def written(folder: Path) -> None:
    """Samples every 10 ms and an event now and then; ten samples are lost at 50.0 s, within the second slice."""
    request = Asked(model="m", deployment="d", rule="uncertain")
    kept = slices_in(folder, "gate", "run", request, Budget())
    for name, rate in (("fast", 100.0), ("silent", 100.0), ("events", 0.0)):
        channels = (Channel(name="v", dtype="<i2"),)
        stream = Declared(id=name, channels=channels, clock="daq", host_clock="host", rate_hz=rate)
        kept.declare(stream, Clock(id="daq", epoch="boot"))
    for tick in range(TICKS):
        host, numbers = tick * SECOND // 10, array("q", range(tick * 10, tick * 10 + 10))
        times = array("q", (number * SECOND // 100 for number in numbers))
        if tick != MOMENTS[1]:
            kept.offer(Piece("fast", times, bytes(20), numbers, host))
            kept.offer(Piece("silent", times, bytes(20), None, host))
        if tick % 3 == 0 and not 300 < tick < 800:  # none in the second slice
            kept.offer(Piece("events", times[:1], bytes(2), array("q", [tick // 3]), host))
        if tick in MOMENTS:
            kept.ask(host, host)
    kept.write()


def test_only_what_is_missing_within_a_slice_is_told(tmp_path: Path) -> None:
    written(tmp_path)
    ledgers: dict[str, Ledger] = {}
    told: dict[str, list[Loss]] = defaultdict(list)
    unasked: dict[str, int] = defaultdict(int)
    for path in sorted(tmp_path.glob("*.gbatch")):
        for part in edge.read(blob_of(path, path.name), SignalLimits()):
            if isinstance(part, Stream):
                ledgers.setdefault(part.id, Ledger(part))
            elif isinstance(part, Loss):
                ledgers[part.stream].hear(part)
                unasked[part.stream] += 1
            elif isinstance(part, Block):
                told[part.stream] += ledgers[part.stream].add(part)
    for name, ledger in ledgers.items():
        told[name] += ledger.close()
    assert unasked == {"fast": 2, "silent": 2, "events": 1}
    assert [(loss.kind, loss.count, loss.last_ns) for loss in told["fast"]] == [("drop", 10, 5010 * SECOND // 100)]
    assert [(loss.kind, loss.last_ns) for loss in told["silent"]] == [("gap", 5010 * SECOND // 100)]
    assert told["events"] == []
