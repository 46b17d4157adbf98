"""What the tests of signal readers share: all parts of a recording, put together by stream."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.signals import Block, Clock, Loss, Ragged, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits
from genba.readers.signals import signal_reader_for


@dataclass
class Recorded:
    """What a reader gave, checked against the contract while it was taken."""

    clocks: dict[str, Clock] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    blocks: dict[str, list[Block]] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    def times(self, stream: str) -> list[int]:
        """The device times of a stream."""
        return [int(ns) for block in self.blocks.get(stream, []) for ns in block.device_ns]

    def arrivals(self, stream: str) -> list[int]:
        """The host times of a stream."""
        return [int(ns) for block in self.blocks[stream] if block.host_ns is not None for ns in block.host_ns]

    def values(self, stream: str, channel: str) -> Any:
        """All values of a channel: an array, or a list of byte strings."""
        at = [found.name for found in self.streams[stream].channels].index(channel)
        pieces = [block.values[at] for block in self.blocks[stream]]
        if all(isinstance(piece, Ragged) for piece in pieces):
            return [
                piece.data[a:b] for piece in pieces for a, b in zip(piece.offsets[:-1], piece.offsets[1:], strict=True)
            ]
        return np.concatenate(pieces)


def read(data: bytes, kind: str, name: str = "", **limits: int) -> Recorded:
    """Read bytes as a recording of a kind."""
    reader = signal_reader_for(kind)
    assert reader is not None
    blob = Blob(name=name or f"a.{kind}", size_bytes=len(data), open=lambda: io.BytesIO(data))
    found = Recorded()
    for part in reader(blob, SignalLimits(**limits)):
        if isinstance(part, Clock):
            found.clocks[part.id] = part
        elif isinstance(part, Stream):
            assert part.id not in found.streams
            assert part.clock in found.clocks
            assert not part.host_clock or part.host_clock in found.clocks
            assert len({channel.name for channel in part.channels}) == len(part.channels)
            found.streams[part.id] = part
        elif isinstance(part, Block):
            check(part, found.streams[part.stream])
            found.blocks.setdefault(part.stream, []).append(part)
        elif isinstance(part, Loss):
            found.losses.append(part)
        elif isinstance(part, Property):
            found.properties[part.name] = part.value
        elif isinstance(part, Finding):
            found.codes.append(part.code)
    return found


def check(block: Block, stream: Stream) -> None:
    """A block holds what its stream says."""
    count = len(block.device_ns)
    assert count
    assert block.device_ns.dtype == np.int64
    assert len(block.values) == len(stream.channels)
    for values, channel in zip(block.values, stream.channels, strict=True):
        if isinstance(values, Ragged):
            assert channel.dtype == "bytes"
            assert len(values.offsets) == count + 1
            assert values.offsets[0] == 0
            assert values.offsets[-1] == len(values.data)
        else:
            assert values.dtype.str == channel.dtype
            assert values.shape == (count, *channel.shape)
    if block.sequence is not None:
        assert block.sequence.dtype == np.int64
        assert len(block.sequence) == count
    if block.host_ns is not None:
        assert block.host_index is not None
        assert len(block.host_ns) == len(block.host_index)
