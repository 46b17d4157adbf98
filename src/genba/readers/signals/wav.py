"""Read WAV: PCM of every width and floats as raw samples, RF64 and BW64, odd chunks, files that were cut off."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from genba.errors import InvalidInput
from genba.formats.recordings.naming import stem
from genba.formats.recordings.times import nominal_ns
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import Block, Calibration, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    from genba.model.signals import Values

PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
LAWS = {A_LAW: "a-law", MU_LAW: "mu-law"}
UNKNOWN_SIZE = 0xFFFFFFFF
PIECE_BYTES = 4 << 20
MOST_CHUNKS = 10_000
TEXT_BYTES = 64 << 10
CLOCK = "samples"
# LIST INFO and bext: what they name, in our words.
TAGS = {b"INAM": "title", b"IART": "author", b"ICMT": "comment", b"ICRD": "issued", b"ISFT": "software"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    tag: int
    channels: int
    rate: int
    frame_bytes: int
    bits: int  # that bear a value; a container may be wider
    big: bool  # RIFX

    @property
    def container(self) -> int:
        return self.frame_bytes // self.channels


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield one stream, a channel for each of the file's; times are nominal, since the file numbers samples only."""
    with blob.open() as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] not in (b"RIFF", b"RIFX", b"RF64", b"BW64") or head[8:] != b"WAVE":
            raise InvalidInput("signals.not_of_kind", kind="wav")
        big = head[:4] == b"RIFX"
        found: _Format | None = None
        wide_size = 0  # of the data, from ds64
        has_data = False
        for name, size in _chunks(file, blob.size_bytes, big=big):
            if name == b"ds64":
                wide = file.read(min(size, 28))
                wide_size = struct.unpack_from("<Q", wide, 8)[0] if len(wide) >= 16 else 0
            elif name == b"fmt ":
                found = _format(file.read(min(size, 4096)), big=big)
            elif name == b"LIST":
                yield from _tags(file.read(min(size, TEXT_BYTES)))
            elif name == b"bext":
                yield from _broadcast(file.read(min(size, 1024)))
            elif name == b"data":
                if found is None:
                    raise InvalidInput("signals.not_of_kind", kind="wav")
                if has_data:
                    yield Finding(code="signals.second_data", severity=Severity.PROBLEM)
                    break
                has_data = True
                stated = wide_size if size == UNKNOWN_SIZE and wide_size else size
                yield from _samples(file, blob, found, stated, limits)
        if not has_data:
            raise InvalidInput("signals.no_samples")


def _chunks(file: BinaryIO, end: int, *, big: bool) -> Iterator[tuple[bytes, int]]:
    """Give each chunk's name and size with the file at its first byte; chunks are padded to even lengths."""
    at = 12
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = struct.unpack_from(">I" if big else "<I", head, 4)[0]
        yield head[:4], size
        at += 8 + size + size % 2
        if at >= end:
            return


def _format(data: bytes, *, big: bool) -> _Format:
    order = ">" if big else "<"
    if len(data) < 16:
        raise InvalidInput("signals.not_of_kind", kind="wav")
    tag, channels, rate, _, frame_bytes, bits = struct.unpack_from(f"{order}HHIIHH", data)
    if tag == EXTENSIBLE and len(data) >= 26:
        bits = struct.unpack_from(f"{order}H", data, 18)[0] or bits
        tag = struct.unpack_from(f"{order}H", data, 24)[0]
    if not 1 <= channels <= 4096 or not rate or not frame_bytes or frame_bytes % channels:
        raise InvalidInput("signals.not_of_kind", kind="wav")
    found = _Format(tag=tag, channels=channels, rate=rate, frame_bytes=frame_bytes, bits=bits, big=big)
    known = {PCM: (1, 2, 3, 4), FLOAT: (4, 8), A_LAW: (1,), MU_LAW: (1,)}.get(tag, ())
    if found.container not in known:
        raise InvalidInput("signals.encoding_unknown", kind="wav", encoding=f"{tag:#06x}")
    return found


def _samples(file: BinaryIO, blob: Blob, found: _Format, stated: int, limits: SignalLimits) -> Iterator[SignalPart]:
    name = stem(blob.name)
    yield Clock(id=CLOCK, epoch="start", description="nominal: sample number ÷ stated rate")
    yield Stream(
        id=name, channels=_channels(found), clock=CLOCK, rate_hz=float(found.rate), properties={"times": "nominal"}
    )
    there = min(stated, max(0, blob.size_bytes - file.tell()))
    frames = there // found.frame_bytes
    step = max(1, min(PIECE_BYTES // found.frame_bytes, limits.block_samples))
    at = 0
    while at < frames:
        data = file.read(min(step, frames - at) * found.frame_bytes)
        count = len(data) // found.frame_bytes
        if not count:
            break
        values = _values(data[: count * found.frame_bytes], found)
        yield Block(stream=name, device_ns=nominal_ns(at, count, found.rate), values=values)
        at += count
    # A recorder that never came back to write the size leaves 0 or all ones: then the file's end is the data's.
    if (there < stated and stated != UNKNOWN_SIZE) or there % found.frame_bytes:
        last = int(nominal_ns(at - 1, 1, found.rate)[0]) if at else 0
        missing = max(0, stated // found.frame_bytes - at) if stated != UNKNOWN_SIZE else 0
        yield Loss(
            kind=LossKind.TRUNCATED,
            evidence=LossEvidence.FILE,
            stream=name,
            first_ns=last,
            last_ns=int(nominal_ns(at + missing, 1, found.rate)[0]) if missing else last,
            count=missing,
        )


def _channels(found: _Format) -> tuple[Channel, ...]:
    width, scale, coefficients = found.container, "", (0.0, 1.0)
    limits: tuple[float, float] | None = None
    if found.tag == PCM:
        dtype = {1: "|u1", 2: "<i2", 3: "<i4", 4: "<i4"}[width]
        full = 1 << (8 * width - 1)
        coefficients = (-1.0 if width == 1 else 0.0, 1.0 / full)
        limits = (0.0, 255.0) if width == 1 else (float(-full), float(full - 1))
        scale = "full scale"
    else:
        dtype = {4: "<f4", 8: "<f8", 1: "|u1"}[width]
    properties = {"bits": str(found.bits)} | ({"encoding": LAWS[found.tag]} if found.tag in LAWS else {})
    calibration = Calibration(coefficients=coefficients)
    return tuple(
        Channel(
            name=f"ch{number}",
            dtype=dtype,
            kind="sound",
            unit=scale,
            calibration=calibration,
            saturates_at=limits,
            properties=properties,
        )
        for number in range(1, found.channels + 1)
    )


def _values(data: bytes, found: _Format) -> tuple[Values, ...]:
    import numpy as np

    width, order = found.container, ">" if found.big else "<"
    if width == 3:
        return _of_three_bytes(data, found)
    letter = {PCM: {1: "u1", 2: "i2", 4: "i4"}, FLOAT: {4: "f4", 8: "f8"}}.get(found.tag, {1: "u1"})[width]
    flat = np.frombuffer(data, f"{order}{letter}").astype(f"<{letter}", copy=False)
    if found.channels == 1:
        return (flat,)
    return tuple(np.ascontiguousarray(flat.reshape(-1, found.channels).T))


def _of_three_bytes(data: bytes, found: _Format) -> tuple[Values, ...]:
    """Read four bytes at every third: the sample with one byte of its neighbour, which shifting takes out again."""
    import numpy as np

    step = 3 * found.channels
    count = len(data) // step
    if found.big:  # the byte before belongs to a neighbour
        held, dtype = b"\0" + data, ">i4"
    else:
        held, dtype = data + b"\0", "<i4"
    columns = [
        np.ndarray((count,), dtype, buffer=held, offset=3 * at, strides=(step,)).astype("<i4")
        for at in range(found.channels)
    ]
    for column in columns:
        column <<= 8
        column >>= 8
    return tuple(columns)


def _tags(data: bytes) -> Iterator[Property]:
    if data[:4] != b"INFO":
        return
    at = 4
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        text = _text(data[at + 8 : at + 8 + size])
        if data[at : at + 4] in TAGS and text:
            yield Property(name=TAGS[data[at : at + 4]], value=text, origin="properties")
        at += 8 + size + size % 2


def _broadcast(data: bytes) -> Iterator[Property]:
    """EBU Tech 3285: when the recording began, on the recorder's own clock and calendar."""
    if len(data) < 346:
        return
    when = f"{_text(data[320:330])} {_text(data[330:338])}".strip()
    if when:
        yield Property(name="recorded", value=when, origin="properties")
    samples = struct.unpack_from("<Q", data, 338)[0]
    if samples:
        yield Property(name="samples_since_midnight", value=str(samples), origin="properties")


def _text(data: bytes) -> str:
    plain = data.split(b"\0", 1)[0]
    for encoding in ("utf-8", "cp932", "latin-1"):
        try:
            return plain.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    return ""
