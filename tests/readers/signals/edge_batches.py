"""Edge batches for tests, written by the SDK itself, and what a reader gave of them side by side."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from genba.errors import InvalidInput
from genba.formats.edgebatch.seals import NO_TRUST, Trust
from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.signals import Block, Loss, Ragged, Request, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart
from genba.readers.signals.edge import read
from genba_edge import Channel, Clock, Options, Recorder
from genba_edge.keys import Signer

SECOND = 1_000_000_000
STARTED = 1_760_000_000 * SECOND
KEY = bytes(range(32))
AT_ONCE = Options(in_background=False)


@dataclass
class Told:
    """The parts of one or several batches, sorted by what they are."""

    streams: dict[str, Stream] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    refused: str = ""

    def add(self, parts: Iterable[SignalPart]) -> Told:
        """Take the parts of a batch; a refusal is told as its code."""
        try:
            for part in parts:
                if isinstance(part, Stream):
                    self.streams[part.id] = part
                elif isinstance(part, Block):
                    self.blocks.append(part)
                elif isinstance(part, Loss):
                    self.losses.append(part)
                elif isinstance(part, Request):
                    self.requests.append(part)
                elif isinstance(part, Property):
                    self.properties[part.name] = part.value
                elif isinstance(part, Finding):
                    self.codes[part.code] = part.count
        except InvalidInput as error:
            self.refused = error.code
        return self

    def times(self, stream: str) -> list[int]:
        """All device times of a stream."""
        return [int(time) for block in self.blocks if block.stream == stream for time in block.device_ns]

    def column(self, stream: str, channel: int) -> np.ndarray:
        """All values of a channel of a fixed size."""
        return np.concatenate([np.asarray(b.values[channel]) for b in self.blocks if b.stream == stream])

    def strings(self, stream: str, channel: int) -> list[bytes]:
        """All byte strings of a channel."""
        found = []
        for block in self.blocks:
            if block.stream == stream:
                values = block.values[channel]
                assert isinstance(values, Ragged)
                cuts = values.offsets
                found += [values.data[int(a) : int(b)] for a, b in pairwise(cuts)]
        return found


def told(raw: bytes, trust: Trust = NO_TRUST, limits: SignalLimits | None = None) -> Told:
    """What the reader says of a file's bytes."""
    return Told().add(read(blob_of(raw), limits or SignalLimits(), trust=trust))


def blob_of(raw: bytes) -> Blob:
    """Bytes as a reader gets them."""
    return Blob(name="a.gbatch", size_bytes=len(raw), open=lambda: io.BytesIO(raw))


def record(
    folder: Path, fill: Callable[[Recorder], None], *, key: bytes = b"", signer: Signer | None = None
) -> list[bytes]:
    """Batches of one run that `fill` records."""
    with Recorder(folder, "cell-1", run="r1", key=key, signer=signer, options=AT_ONCE, now=lambda: STARTED) as recorder:
        fill(recorder)
    return [path.read_bytes() for path in recorder.queue.final()]


def vibration(recorder: Recorder, blocks: int = 5, samples: int = 20) -> None:
    """Numbered samples of two channels, cut into blocks of equal size."""
    channels = [Channel(name="x", kind="vibration", unit="m/s2"), Channel(name="y", dtype="<i4")]
    track = recorder.stream("spindle/vibration", channels, clock=Clock(id="daq", epoch="boot"), rate_hz=1000)
    for block in range(blocks):
        for place in range(block * samples, (block + 1) * samples):
            track.record(place * 1_000_000, (place % 7, -place), place, STARTED + place * 1_000_000)
        track.cut()


def several(folder: Path) -> list[bytes]:
    """Batches of one run that follow each other."""
    options = Options(in_background=False, batch_bytes=3000)
    with Recorder(folder, "cell-1", run="r1", options=options) as recorder:
        vibration(recorder, blocks=30)
    return [path.read_bytes() for path in recorder.queue.final()]
