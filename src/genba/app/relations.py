"""What a person names to relate two clocks by: two streams, or channels of them, as times, values and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genba.errors import InvalidInput, NotFound
from genba.model.signals import RAGGED, Block, Capture, Ragged, Stream
from genba.storage.captures.store import CaptureStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Times

    Side = tuple[Times, NDArray[np.float64], Times | None]  # times, values, the source's own numbers


def edges(times: Times, values: NDArray[np.float64]) -> Times:
    """Times at which a channel rises through its middle; of messages and pulses without values all times."""
    import numpy as np

    if not values.size:
        return times
    level = values[:, 0]
    low, high = float(np.nanmin(level)), float(np.nanmax(level))
    if low == high:
        return times
    is_high = level > (low + high) / 2
    return times[1:][is_high[1:] & ~is_high[:-1]]


def two(store: CaptureStore, capture: Capture, text: str) -> tuple[Side, Side, tuple[str, str]]:
    """Both sides of A=B, and the names of their clocks."""
    sides = text.split("=")
    if len(sides) != 2:
        raise InvalidInput("align.bad_relation", text=text[:120])
    (one, first), (other, second) = (named(capture, side.strip()) for side in sides)
    if one.clock == other.clock:
        raise InvalidInput("align.same_clock", text=text[:120], clock=one.clock)
    if not first and not second:
        shared = [channel.name for channel in one.channels if channel.name in {c.name for c in other.channels}]
        first = second = tuple(shared) or ()
    a = _values(store.stream(capture, one.id), one, first)
    b = _values(store.stream(capture, other.id), other, second)
    return a, b, (one.clock, other.clock)


def named(capture: Capture, side: str) -> tuple[Stream, tuple[str, ...]]:
    """Find STREAM or STREAM:CHANNEL; a stream's own name may hold a colon."""
    streams = {stream.id: stream for stream in capture.streams}
    if side in streams:
        return streams[side], ()
    name, _, channel = side.rpartition(":")
    if name not in streams:
        raise NotFound("align.no_such_stream", stream=side[:120], known=", ".join(streams)[:400])
    stream = streams[name]
    if channel not in {one.name for one in stream.channels}:
        known = ", ".join(one.name for one in stream.channels)
        raise NotFound("align.no_such_channel", channel=channel[:120], stream=name, known=known[:400])
    return stream, (channel,)


def _values(block: Block, stream: Stream, names: tuple[str, ...]) -> Side:
    """Numbers of the named channels, else of the first that is one: raw, since a scale changes no time."""
    import numpy as np

    columns: list[NDArray[np.float64]] = []
    for channel, values in zip(stream.channels, block.values, strict=True):
        if isinstance(values, Ragged) or channel.dtype == RAGGED or values.dtype.kind not in "iufb":
            continue
        if channel.name in names or (not names and not columns):
            columns.append(values.reshape(len(values), -1).astype(np.float64))
    if not columns:
        return block.device_ns, np.empty((len(block.device_ns), 0)), None
    # A counter that wraps, or begins again, says nothing about which samples are missing.
    numbers = block.sequence
    is_rising = numbers is not None and bool((np.diff(numbers) > 0).all())
    return block.device_ns, np.concatenate(columns, axis=1), numbers if is_rising else None
