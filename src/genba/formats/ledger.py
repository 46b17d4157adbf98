"""The loss ledger: what the samples of a stream themselves say is missing or wrong, found while they pass by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from genba.formats.ledger_numbers import NumberLedger
from genba.formats.ledger_times import TimeLedger
from genba.formats.ledger_values import ValueLedger
from genba.model.signals import NOT_ASKED_FOR, RAGGED, Block, Loss, LossKind, Ragged, Stream

# Entries of one kind that a stream's ledger lists; those beyond are counted in one entry, so that it stays readable.
MOST_ENTRIES = 10_000


class Ledger:
    """Takes a stream's blocks in order and tells its losses; where the stream says nothing, nothing is invented."""

    def __init__(self, stream: Stream) -> None:
        """The stream says its rate, where its counter begins again (`sequence_modulus`) and where channels saturate."""
        self._stream = stream
        modulus = stream.properties.get("sequence_modulus", "")
        self._numbers = NumberLedger(stream.id, int(modulus) if modulus.isdecimal() and len(modulus) < 20 else 0)
        self._times = TimeLedger(stream.id, stream.rate_hz)
        numeric = {channel.name for channel in stream.channels if channel.dtype != RAGGED}
        self._values = [
            ValueLedger(stream.id, channel) if channel.name in numeric and channel.derived_from not in numeric else None
            for channel in stream.channels
        ]
        self._given: Counter[LossKind] = Counter()
        self._beyond: dict[LossKind, Loss] = {}
        self._unasked: dict[int, int] = {}  # the first sample after a stretch that nobody asked for: the last before

    def hear(self, loss: Loss) -> None:
        """Take what the recorder says before the samples after it: no jump over what nobody asked for is a loss."""
        if loss.detail == NOT_ASKED_FOR:
            self._unasked[loss.last_ns] = min(loss.first_ns, self._unasked.get(loss.last_ns, loss.first_ns))

    def add(self, block: Block) -> list[Loss]:
        """Give the losses that this block completes."""
        if block.sequence is not None:
            found = self._numbers.add(block.sequence, block.device_ns)
        else:
            found = self._times.add(block.device_ns)
        for ledger, values in zip(self._values, block.values, strict=True):
            if ledger is not None and not isinstance(values, Ragged):
                found += ledger.add(values, block.device_ns)
        return self._bounded(found)

    def close(self) -> list[Loss]:
        """Give what was open when the stream ended."""
        found = [*self._numbers.close(), *self._times.close()]
        for ledger in self._values:
            if ledger is not None:
                found += ledger.close()
        return [*self._bounded(found), *self._beyond.values()]

    def _bounded(self, found: list[Loss]) -> list[Loss]:
        kept = []
        for loss in found:
            if loss.kind in (LossKind.DROP, LossKind.GAP) and self._is_unasked(loss):
                continue
            self._given[loss.kind] += 1
            if self._given[loss.kind] <= MOST_ENTRIES:
                kept.append(loss)
                continue
            more = self._beyond.get(loss.kind)
            self._beyond[loss.kind] = replace(
                loss,
                channel="",
                first_ns=min(loss.first_ns, more.first_ns) if more else loss.first_ns,
                last_ns=max(loss.last_ns, more.last_ns) if more else loss.last_ns,
                count=loss.count + (more.count if more else 0),
                detail="more_entries",
            )
        return kept

    def _is_unasked(self, loss: Loss) -> bool:
        """Compare with the very sample that came next: a clock that began again passes the same times once more."""
        before_ns = self._unasked.get(loss.last_ns)
        return before_ns is not None and loss.first_ns >= before_ns


def counted(losses: Iterable[Loss]) -> dict[str, int]:
    """Count entries by kind; where slices were asked for, what lies between them is no loss."""
    return dict(sorted(Counter(str(loss.kind) for loss in losses if loss.detail != NOT_ASKED_FOR).items()))
