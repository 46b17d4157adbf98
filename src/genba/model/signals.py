"""Raw signals as machines give them: streams of samples with every time and number the source itself stated.

Nothing here is ever corrected: counts stay counts, and a clock that is wrong stays wrong. Common time is a view
(`model.clock`), calibrated values are a view (`Calibration`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Times = NDArray[np.int64]  # nanoseconds on some clock
    Values = NDArray[Any]

RAGGED = "bytes"  # the dtype of a channel whose samples are byte strings of any length: messages, encoded pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How raw counts become physical values: c0 + c1·raw + c2·raw² … in the channel's unit."""

    coefficients: tuple[float, ...] = (0.0, 1.0)
    formula: str = ""  # the source's own words where it says more; kept as text and never evaluated


IDENTITY = Calibration()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One measured quantity of a stream."""

    name: str  # unique in its stream
    dtype: str  # of the raw counts, little-endian as numpy spells it ("<i2", "<f4", "|u1"), or RAGGED
    shape: tuple[int, ...] = ()  # of one sample; (480, 640, 3) for a camera's frames
    kind: str = ""  # vibration, force, torque, position, velocity, current, temperature, image, state, event, message …
    unit: str = ""  # of the calibrated value, as the source writes it
    calibration: Calibration = IDENTITY
    saturates_at: tuple[float, float] | None = None  # raw counts at and beyond which the sensor tells no difference
    derived_from: str = ""  # a channel of this stream from which this one can be made again
    properties: Mapping[str, str] = field(default_factory=dict)  # what else the source says: encoding, schema, serial


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Something that counts time; `epoch` says what its zero is: unix, boot, start, or unknown."""

    id: str
    epoch: str = "unknown"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Channels that are sampled together, and the clock that their times are of."""

    id: str  # unique in a capture, a portable relative path such as spindle/vibration
    channels: tuple[Channel, ...]
    clock: str
    host_clock: str = ""  # the clock of `Block.host_ns`
    rate_hz: float = 0.0  # as the source states it; 0 where it states none
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Byte strings one after the other: the i-th is data[offsets[i]:offsets[i + 1]]."""

    offsets: Times  # (n + 1,), from 0
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Samples of a stream in the order in which they came, with the times and numbers that came with them."""

    stream: str
    device_ns: Times  # (n,) on the stream's clock, as measured
    values: tuple[Values | Ragged, ...]  # one per channel: (n, *shape) of its dtype
    sequence: Times | None = None  # (n,) the source's own numbers, where it numbers its samples
    # Arrivals: sample `host_index[i]` reached the host at `host_ns[i]`; both empty where nobody looked at a clock.
    host_index: Times | None = None
    host_ns: Times | None = None


class LossKind(StrEnum):
    """What can be missing from, or wrong with, a recording."""

    DROP = "drop"  # numbers are missing: samples were made and never came
    GAP = "gap"  # time is missing; whether samples are too cannot be told
    REORDER = "reorder"  # came after a later one
    DUPLICATE = "duplicate"  # came twice
    SATURATION = "saturation"  # the sensor was at its limit
    CLIPPED_BITS = "clipped_bits"  # low bits never change: the source gave fewer bits than it says
    RESET = "reset"  # a counter or a clock began again
    TRUNCATED = "truncated"  # the file ends within a block
    DAMAGED = "damaged"  # a block whose checksum, chain or encoding does not hold


class LossEvidence(StrEnum):
    """How a loss is known."""

    SEQUENCE = "sequence"  # the source's numbers
    TIME = "time"  # its times against its rate
    RECORDER = "recorder"  # the recorder said so
    VALUES = "values"  # the samples themselves
    FILE = "file"  # the file's own structure


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An entry of the loss ledger: between two samples that are there, or over a range of them."""

    kind: LossKind
    evidence: LossEvidence
    stream: str
    channel: str = ""  # empty where it concerns the whole stream
    first_ns: int = 0  # on the stream's clock: the last sample before, or the first concerned
    last_ns: int = 0  # the first sample after, or the last concerned
    count: int = 0  # samples concerned; 0 where nobody can know
    detail: str = ""  # a code of what else is known, never contents


# The detail of a gap in which nothing was lost: only the stretches on either side were asked for.
NOT_ASKED_FOR = "not_asked_for"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that a capture was made from."""

    name: str  # portable relative path
    size_bytes: int
    sha256: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a stream as it lies in the store; `raw_sha256` is of what went in, `sha256` of the file."""

    path: str
    stream: str
    count: int
    first_ns: int
    last_ns: int
    raw_bytes: int
    raw_sha256: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Why slices were sent back: the model and deployment that were unsure about them."""

    model: str
    deployment: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What one import put into the raw store; `id` is a hash of all that went in, and so names a dataset version."""

    id: str
    title: str
    sources: tuple[SourceFile, ...]
    clocks: tuple[Clock, ...]
    streams: tuple[Stream, ...]
    segments: tuple[Segment, ...]
    losses: tuple[Loss, ...] = ()
    requests: tuple[Request, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
