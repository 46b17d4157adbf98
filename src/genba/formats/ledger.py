"""The loss ledger: what the samples of a stream themselves say is missing or wrong, found while they pass by."""

from __future__ import annotations

from genba.model.signals import Block, Loss, Stream


class Ledger:
    """Takes a stream's blocks in order and tells its losses; where the stream says nothing, nothing is invented."""

    def __init__(self, stream: Stream) -> None:
        """The stream says its rate and where its channels saturate."""
        self._stream = stream

    def add(self, block: Block) -> list[Loss]:
        """Give the losses that this block completes."""
        return []

    def close(self) -> list[Loss]:
        """Give what was open when the stream ended."""
        return []
