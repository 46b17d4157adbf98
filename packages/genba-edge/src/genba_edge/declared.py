"""What a recording says of itself before its first sample: clocks, streams and channels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genba_edge.errors import EdgeError

RAGGED = "bytes"  # a channel whose samples are byte strings of any length
DTYPES = {
    "|i1": "b", "|u1": "B", "<i2": "h", "<u2": "H", "<i4": "i", "<u4": "I", "<i8": "q", "<u8": "Q",
    "<f4": "f", "<f8": "d",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How raw counts become physical values: c0 + c1·raw + c2·raw² … in the channel's unit."""

    coefficients: tuple[float, ...] = (0.0, 1.0)
    formula: str = ""  # in words, where it is more than a polynomial; never evaluated

    @classmethod
    def linear(cls, scale: float, offset: float = 0.0, formula: str = "") -> Calibration:
        """Value = offset + scale · raw."""
        return cls(coefficients=(offset, scale), formula=formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One measured quantity; `dtype` is of the raw counts as numpy spells it ("<i2", "|u1", "<f4"), or RAGGED."""

    name: str
    dtype: str = "<i2"
    shape: tuple[int, ...] = ()
    kind: str = ""
    unit: str = ""
    calibration: Calibration = field(default_factory=Calibration)
    saturates_at: tuple[float, float] | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Something that counts nanoseconds; `epoch` is unix, boot, start or unknown."""

    id: str
    epoch: str = "unknown"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Channels that are sampled together."""

    id: str
    channels: tuple[Channel, ...]
    clock: str
    host_clock: str
    rate_hz: float = 0.0
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Why slices are sent back: the model and deployment that were unsure about them."""

    model: str
    deployment: str
    rule: str


def clock_entry(clock: Clock) -> dict[str, Any]:
    """A clock as a header has it."""
    return {"id": clock.id, "epoch": clock.epoch, "description": clock.description}


def stream_entry(stream: Stream) -> dict[str, Any]:
    """A stream as a header has it."""
    return {
        "id": stream.id,
        "clock": stream.clock,
        "host_clock": stream.host_clock,
        "rate_hz": float(stream.rate_hz),
        "channels": [_channel_entry(channel) for channel in stream.channels],
        "properties": dict(stream.properties),
    }


def _channel_entry(channel: Channel) -> dict[str, Any]:
    limits = channel.saturates_at
    return {
        "name": channel.name,
        "dtype": channel.dtype,
        "shape": list(channel.shape),
        "kind": channel.kind,
        "unit": channel.unit,
        "coefficients": [float(number) for number in channel.calibration.coefficients],
        "formula": channel.calibration.formula,
        "saturates_at": None if limits is None else [float(limits[0]), float(limits[1])],
        "properties": dict(channel.properties),
    }


def check_stream(stream: Stream) -> None:
    """Refuse what no reader could take: better at the first line of a program than after a week of recording."""
    parts = stream.id.split("/")
    if not stream.id or any(part in ("", ".", "..") for part in parts) or "\\" in stream.id:
        raise EdgeError("stream_id", stream=stream.id)
    names = [channel.name for channel in stream.channels]
    if not names or len(set(names)) != len(names) or "" in names:
        raise EdgeError("channel_names", stream=stream.id)
    for channel in stream.channels:
        numbers = (*channel.calibration.coefficients, *(channel.saturates_at or ()))
        known = channel.dtype in DTYPES or (channel.dtype == RAGGED and not channel.shape)
        if not known or any(size < 1 for size in channel.shape) or not all(map(math.isfinite, numbers)):
            raise EdgeError("channel", stream=stream.id, channel=channel.name)
    if not math.isfinite(stream.rate_hz) or stream.rate_hz < 0:
        raise EdgeError("rate", stream=stream.id)
