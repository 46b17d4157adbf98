"""What a signal reader is: a function from a recording to its streams and blocks, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.signals import Block, Clock, Loss, Request, Stream
from genba.ports.blob import Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLimits:
    """Bounds on a recording; a reader that meets one says so in a finding and goes on."""

    streams: int = 10_000
    channels: int = 100_000  # of all streams together
    block_samples: int = 1 << 18
    block_bytes: int = 64 << 20  # a reader gives blocks no larger than this
    sample_bytes: int = 64 << 20  # one message, one frame
    unpacked_bytes: int = 1 << 40


SignalPart = Clock | Stream | Block | Loss | Request | Property | Finding


class SignalReader(Protocol):
    """Yields what a recording holds: each clock and stream before the blocks that need it, blocks in file order.

    Raises InvalidInput where nothing (more) can be read; what was yielded before stays.
    """

    def __call__(self, blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]: ...
