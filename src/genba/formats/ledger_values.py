"""Losses that the samples themselves show: a sensor at its limit, low bits that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genba.model.signals import Channel, Loss, LossEvidence, LossKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Times = NDArray[np.int64]
    Values = NDArray[Any]

# Kinds that come from converters, whose type's limit is the converter's; elsewhere it may stand for "no value".
CONVERTED = frozenset(
    {"vibration", "acceleration", "force", "torque", "current", "voltage", "sound", "pressure", "strain"}
)
# At the limit of the type, so many in a row are clipping and no chance.
FULL_SCALE_RUN = 3
FEWEST_SAMPLES = 4096
FEWEST_STEPS = 256


class ValueLedger:
    """Follows one channel's raw counts."""

    def __init__(self, stream: str, channel: Channel) -> None:
        """The channel says where it saturates; else the limit of its type counts, if it is a signed integer."""
        import numpy as np

        self._stream = stream
        self._channel = channel
        self._dtype = np.dtype(channel.dtype)
        is_measured = channel.kind in CONVERTED and not channel.shape
        self._limits = channel.saturates_at
        if self._limits is not None and self._dtype.kind == "f":  # beyond what the type holds is never reached
            most = float(np.finfo(self._dtype).max)
            low, high = self._limits
            self._limits = (low if low >= -most else -np.inf, high if high <= most else np.inf)
        self._shortest = 1
        if self._limits is None and is_measured and self._dtype.kind == "i":
            info = np.iinfo(self._dtype)
            self._limits, self._shortest = (float(info.min), float(info.max)), FULL_SCALE_RUN
        self._counts_bits = is_measured and self._dtype.kind in "iu" and self._dtype.itemsize in (2, 4)
        self._open: tuple[int, int, int, int] | None = None  # first and last time, count, side
        self._first: int | None = None
        self._divisor = 0
        self._span = (0, 0)
        self._seen = 0
        self._range_ns = (0, 0)

    def add(self, values: Values, times: Times) -> list[Loss]:
        """Take the next samples."""
        if not len(values):
            return []
        if self._counts_bits:
            self._count_bits(values, times)
        return self._saturation(values, times) if self._limits is not None else []

    def close(self) -> list[Loss]:
        """Give the stretch that was at its limit to the end, and the bits that never changed."""
        found = self._end()
        low, high = self._span
        bits = (self._divisor & -self._divisor).bit_length() - 1
        is_power = self._divisor > 1 and self._divisor == 1 << bits
        if is_power and self._seen >= FEWEST_SAMPLES and (high - low) >> bits >= FEWEST_STEPS:
            found.append(self._told(LossKind.CLIPPED_BITS, *self._range_ns, self._seen, f"low_bits_{bits}"))
        return found

    def _count_bits(self, values: Values, times: Times) -> None:
        """Keep the greatest number by which all values differ: a power of two above 1 means constant low bits."""
        import numpy as np

        low, high = int(values.min()), int(values.max())
        if self._first is None:
            self._first, self._span, self._range_ns = int(values[0]), (low, high), (int(times[0]), int(times[-1]))
        self._span = (min(self._span[0], low), max(self._span[1], high))
        self._range_ns = (self._range_ns[0], int(times[-1]))
        self._seen += len(values)
        if self._divisor != 1:
            head = np.concatenate([values[:4096], values[-1:]]).astype(np.int64) - self._first
            self._divisor = int(np.gcd.reduce(head, initial=self._divisor))
            if self._divisor != 1:
                self._divisor = int(np.gcd.reduce(values.astype(np.int64) - self._first, initial=self._divisor))

    def _saturation(self, values: Values, times: Times) -> list[Loss]:
        import numpy as np

        assert self._limits is not None
        low, high = self._limits
        axes = tuple(range(1, values.ndim))
        if self._open is None and not (values.max() >= high or values.min() <= low):
            return []
        side = np.zeros(len(values), np.int8)
        side[(values >= high).any(axis=axes) if axes else values >= high] = 1
        side[(values <= low).any(axis=axes) if axes else values <= low] = -1
        found: list[Loss] = []
        starts = np.flatnonzero(np.diff(side, prepend=side[0] + 1))
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(side)], strict=True):
            at = int(side[start])
            if self._open is not None and self._open[3] != at:
                found += self._end()
            if at:
                first, _, count, _ = self._open or (int(times[start]), 0, 0, at)
                self._open = (first, int(times[stop - 1]), count + stop - start, at)
        return found

    def _end(self) -> list[Loss]:
        if self._open is None:
            return []
        first, last, count, _ = self._open
        self._open = None
        if count < self._shortest or (self._seen and self._span[0] == self._span[1] and self._shortest > 1):
            return []
        detail = "" if self._channel.saturates_at is not None else "full_scale"
        return [self._told(LossKind.SATURATION, first, last, count, detail)]

    def _told(self, kind: LossKind, first_ns: int, last_ns: int, count: int, detail: str) -> Loss:
        return Loss(
            kind=kind,
            evidence=LossEvidence.VALUES,
            stream=self._stream,
            channel=self._channel.name,
            first_ns=first_ns,
            last_ns=last_ns,
            count=count,
            detail=detail,
        )
