"""The streams that a dataset is made of: what was asked for, read on common time, in calibrated values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from genba.clocks.view import half_width, identity, models_of, runs_of, to_reference
from genba.errors import Conflict, NotFound
from genba.model.clock import ClockModel, Timebase
from genba.model.signals import RAGGED, Block, Capture, Channel, LossKind, Stream
from genba.storage.captures.store import CaptureStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Array = NDArray[Any]
    Floats = NDArray[np.float32]

IMAGE = "image"
# A sample of more numbers than this is a picture or a spectrum, not a row of a table.
LARGEST_SAMPLE = 256
# Where there are no numbers of samples, a step in time beyond this many usual steps is a gap.
GAP_STEPS = 1.75
# Ledger entries that lie between two samples rather than over a range of them.
BETWEEN = frozenset({LossKind.DROP, LossKind.GAP, LossKind.RESET, LossKind.TRUNCATED, LossKind.DAMAGED})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """The times of a stream's samples as they are used: in the order of the reference clock, none twice."""

    device_ns: Times
    reference_ns: Times
    half_width_ns: Times
    order: Times | None  # which samples of the store these are; None where they are all of them as they came
    sequence: Times | None = None
    modulus: int = 0  # where the source's numbers begin again

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.reference_ns)

    def step_ns(self) -> float:
        """Give the usual step from one sample to the next; 0 of fewer than two."""
        import numpy as np

        return float(np.median(np.diff(self.reference_ns))) if self.count > 1 else 0.0

    def breaks(self, step_ns: float) -> Times:
        """Name the samples after a gap: numbers are missing, or time is."""
        import numpy as np

        steps = np.diff(self.reference_ns)
        gap = steps > GAP_STEPS * step_ns if step_ns > 0 else np.zeros(len(steps), np.bool_)
        if self.sequence is not None:
            # Numbers that go on by one vouch for a late stamp, but not for a clock that stood still for long.
            numbers = np.diff(self.sequence)
            gap = ((numbers % self.modulus if self.modulus else numbers) != 1) | (steps > 10 * GAP_STEPS * step_ns)
        return np.flatnonzero(gap) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A stream of a capture with what reads its times; `name` is what it is called in the dataset."""

    store: CaptureStore
    capture: Capture
    stream: Stream
    models: tuple[ClockModel, ...]
    name: str
    reference: str
    kept: dict[str, Moments] = field(default_factory=dict)

    def numbers(self) -> tuple[Channel, ...]:
        """Name the channels that are numbers, neither pictures nor messages."""
        return tuple(channel for channel in self.stream.channels if is_number(channel))

    def pictures(self) -> Channel | None:
        """Give the channel that is a picture, where there is one."""
        return next((channel for channel in self.stream.channels if channel.kind == IMAGE), None)

    def blocks(self) -> Iterator[Block]:
        """Give the stream block by block, each proven."""
        return self.store.blocks(self.capture, self.stream.id)

    def moments(self) -> Moments:
        """Read all times; values pass by unread."""
        if "all" not in self.kept:
            self.kept["all"] = self._moments()
        return self.kept["all"]

    def _moments(self) -> Moments:
        import numpy as np

        times, numbers = [np.zeros(0, np.int64)], []
        for block in self.blocks():
            times.append(block.device_ns)
            numbers.append(block.sequence)
        device = np.concatenate(times)
        known = [found for found in numbers if found is not None]
        sequence = np.concatenate(known) if known and len(known) == len(numbers) else None
        runs = runs_of(device)
        reference = to_reference(device, self.models, runs=runs)
        width = np.ceil(half_width(device, self.models, runs=runs)).astype(np.int64)
        if not (np.diff(reference) <= 0).any():
            return Moments(device_ns=device, reference_ns=reference, half_width_ns=width, order=None, sequence=sequence)
        order = np.argsort(reference, kind="stable")
        order = order[np.concatenate([[True], np.diff(reference[order]) > 0])]
        return Moments(
            device_ns=device[order],
            reference_ns=reference[order],
            half_width_ns=width[order],
            order=order,
            sequence=None if sequence is None else sequence[order],
        )

    def values(self) -> Iterator[Floats]:
        """Give the calibrated numbers (n, numbers) in the order of `moments`, in pieces."""
        import numpy as np

        order = self.moments().order
        pieces = (calibrated(self.stream, block) for block in self.blocks())
        if order is None:
            yield from pieces
            return
        yield np.concatenate(list(pieces))[order]

    def touched(self, first_ns: Times, last_ns: Times) -> Times:
        """Count the entries of the loss ledger that touch each stretch of the stream's own clock.

        Bits that never change are no entry of a stretch: they are so in all of the stream.
        """
        import numpy as np

        found = np.zeros(len(first_ns), np.int64)
        for between in (True, False):
            losses = [
                loss
                for loss in self.capture.losses
                if loss.stream == self.stream.id
                and (loss.kind in BETWEEN) is between
                and loss.kind is not LossKind.CLIPPED_BITS
            ]
            begins = np.sort(np.array([loss.first_ns for loss in losses], np.int64))
            ends = np.sort(np.array([loss.last_ns for loss in losses], np.int64))
            side_begin, side_end = ("left", "right") if between else ("right", "left")
            begun = np.searchsorted(begins, last_ns, side=side_begin)  # type: ignore[call-overload]
            ended = np.searchsorted(ends, first_ns, side=side_end)  # type: ignore[call-overload]
            found += np.maximum(begun - ended, 0)
        return found


def sources_of(
    store: CaptureStore, capture: Capture, wanted: Sequence[tuple[str, str]]
) -> tuple[tuple[Source, ...], tuple[tuple[str, str], ...]]:
    """Give the streams asked for, else all, and those left out with the code of the reason.

    Raises Conflict where common time is needed and there is none.
    """
    named = dict(wanted)
    ids = {stream.id for stream in capture.streams}
    for stream_id in named:
        if stream_id not in ids:
            raise NotFound("store.no_such_stream", id=capture.id, stream=stream_id[:80])
    streams = [stream for stream in capture.streams if not named or stream.id in named]
    if named:
        streams.sort(key=lambda stream: list(named).index(stream.id))
    timebase = store.timebase(capture.id)
    if timebase is None:
        clocks = sorted({stream.clock for stream in streams})
        if len(clocks) > 1:
            raise Conflict("render.not_aligned", capture=capture.title, clocks=len(clocks))
        timebase = Timebase(reference=clocks[0] if clocks else "", models=(identity(clocks[0]),) if clocks else ())
    found, left = [], []
    for stream in streams:
        models = models_of(timebase, stream.clock)
        if models:
            found.append(
                Source(
                    store=store,
                    capture=capture,
                    stream=stream,
                    models=models,
                    name=named.get(stream.id, ""),
                    reference=timebase.reference,
                )
            )
        elif named:
            raise Conflict("render.no_common_time", stream=stream.id, clock=stream.clock)
        else:
            left.append((stream.id, "render.no_common_time"))
    return tuple(found), tuple(left)


def is_number(channel: Channel) -> bool:
    """Tell channels of numbers from pictures and messages."""
    size = 1
    for length in channel.shape:
        size *= length
    return channel.dtype != RAGGED and channel.kind != IMAGE and size <= LARGEST_SAMPLE


def columns(channel: Channel) -> list[str]:
    """Name the numbers of one sample of a channel: its name, or its name with places."""
    import itertools

    if not channel.shape:
        return [channel.name]
    places = itertools.product(*(range(length) for length in channel.shape))
    return [f"{channel.name}[{','.join(map(str, place))}]" for place in places]


def calibrated(stream: Stream, block: Block) -> Floats:
    """Read a block's numbers as physical values, (n, numbers) of single precision."""
    import numpy as np

    found = []
    for channel, values in zip(stream.channels, block.values, strict=True):
        if not is_number(channel):
            continue
        raw = np.asarray(values).reshape(len(block.device_ns), -1)
        found.append(physical(channel, raw).astype(np.float32))
    if not found:
        return np.zeros((len(block.device_ns), 0), np.float32)
    return found[0] if len(found) == 1 else np.concatenate(found, axis=1)


def physical(channel: Channel, raw: Array) -> Array:
    """Apply a channel's calibration in double precision; counts without one stay what they are."""
    import numpy as np

    coefficients = channel.calibration.coefficients
    if coefficients == (0.0, 1.0):
        return raw
    return np.asarray(np.polynomial.polynomial.polyval(raw.astype(np.float64), coefficients))
