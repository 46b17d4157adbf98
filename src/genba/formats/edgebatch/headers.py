"""What a batch says of itself: who recorded it, its place in its run, its clocks and streams."""

from __future__ import annotations

import math
from typing import Literal, TypeVar

import msgspec

from genba.errors import InvalidInput
from genba.model.signals import RAGGED, Calibration, Channel, Clock, Loss, LossEvidence, LossKind, Request, Stream
from genba.ports.signals import SignalLimits

FORMAT, FORMAT_VERSION = "genba edge batch", "1.0"
DTYPES = frozenset({"|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8"})
NAME_LENGTH = 1000

T = TypeVar("T")
_LOSS_KINDS = frozenset(kind.value for kind in LossKind)


class Chain(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How records are tied to each other; `key` names the key and does not tell it."""

    algorithm: Literal["sha256", "hmac-sha256"]
    key: str


class Previous(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The batch before this one, by the chain value of its trailer."""

    recorder: str
    run: str
    batch: int
    end: str


class ClockEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A clock."""

    id: str
    epoch: str
    description: str


class ChannelEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A channel."""

    name: str
    dtype: str
    shape: list[int]
    kind: str
    unit: str
    coefficients: list[float]
    formula: str
    saturates_at: tuple[float, float] | None
    properties: dict[str, str]


class StreamEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A stream."""

    id: str
    clock: str
    host_clock: str
    rate_hz: float
    channels: list[ChannelEntry]
    properties: dict[str, str]


class RequestEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which model asked for the slices."""

    model: str
    deployment: str
    rule: str


class Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The first record of a batch."""

    format: Literal["genba edge batch"]
    version: Literal["1.0"]
    recorder: str
    run: str
    batch: int
    previous: Previous | None
    chain: Chain
    clocks: list[ClockEntry]
    streams: list[StreamEntry]
    request: RequestEntry | None
    properties: dict[str, str]


class Streams(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Streams that were added while the batch was written."""

    clocks: list[ClockEntry]
    streams: list[StreamEntry]


class LossEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the recorder knows that it does not have."""

    kind: str
    stream: str
    channel: str
    detail: str
    count: int
    first_ns: int
    last_ns: int


class Trailer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The last record of a batch that was closed."""

    records: int
    samples: dict[str, int]
    last: bool
    recovered: bool


class Signature(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A signature of the trailer's chain value."""

    algorithm: Literal["ed25519"]
    key: str
    signature: str


def decoded(payload: bytes, kind: type[T]) -> T | None:
    """A record's JSON, or nothing where it is not what this version writes."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def clock(entry: ClockEntry) -> Clock:
    """A clock in the model's words."""
    return Clock(id=entry.id, epoch=entry.epoch, description=entry.description)


def stream(entry: StreamEntry, limits: SignalLimits) -> Stream | None:
    """A stream in the model's words; nothing where it cannot be one."""
    parts = entry.id.split("/")
    names = [channel.name for channel in entry.channels]
    if (
        len(entry.id) > NAME_LENGTH
        or any(part in ("", ".", "..") for part in parts)
        or "\\" in entry.id
        or not names
        or len(set(names)) != len(names)
        or len(names) > limits.channels
        or not math.isfinite(entry.rate_hz)
        or not all(_is_possible(channel, limits) for channel in entry.channels)
    ):
        return None
    return Stream(
        id=entry.id,
        channels=tuple(_channel(channel) for channel in entry.channels),
        clock=entry.clock,
        host_clock=entry.host_clock,
        rate_hz=entry.rate_hz,
        properties=entry.properties,
    )


def _is_possible(entry: ChannelEntry, limits: SignalLimits) -> bool:
    if entry.dtype == RAGGED:
        return not entry.shape
    if entry.dtype not in DTYPES or len(entry.shape) > 8 or any(size < 1 for size in entry.shape):
        return False
    return math.prod(entry.shape) * int(entry.dtype[2]) <= limits.sample_bytes


def _channel(entry: ChannelEntry) -> Channel:
    return Channel(
        name=entry.name,
        dtype=entry.dtype,
        shape=tuple(entry.shape),
        kind=entry.kind,
        unit=entry.unit,
        calibration=Calibration(coefficients=tuple(entry.coefficients), formula=entry.formula),
        saturates_at=entry.saturates_at,
        properties=entry.properties,
    )


def loss(entry: LossEntry) -> Loss | None:
    """A loss in the model's words; nothing where its kind is none of ours."""
    if entry.kind not in _LOSS_KINDS or entry.count < 0:
        return None
    return Loss(
        kind=LossKind(entry.kind),
        evidence=LossEvidence.RECORDER,
        stream=entry.stream,
        channel=entry.channel,
        first_ns=entry.first_ns,
        last_ns=entry.last_ns,
        count=entry.count,
        detail=entry.detail,
    )


def request(entry: RequestEntry) -> Request:
    """A request in the model's words."""
    return Request(model=entry.model, deployment=entry.deployment, rule=entry.rule)


def header(payload: bytes) -> Header:
    """The header, without which nothing of a batch can be understood."""
    found = decoded(payload, Header)
    if found is None:
        raise InvalidInput("edge.header_unreadable")
    return found
