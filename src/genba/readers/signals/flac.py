"""Read FLAC: the samples exactly as they were encoded, its tags, and whether its own checksum holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from genba.errors import InvalidInput
from genba.formats.recordings.naming import stem
from genba.formats.recordings.times import nominal_ns
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.signals import Block, Calibration, Channel, Clock, Loss, LossEvidence, LossKind, Stream
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

CLOCK = "samples"
TAGS = {"title": "title", "artist": "author", "date": "issued", "comment": "comment", "description": "comment"}
FRAMES = 1 << 16
HEADER_BLOCKS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Info:
    rate: int
    channels: int
    bits: int
    samples: int  # 0 where unknown
    md5: bytes


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield one stream with nominal times; what is decoded is compared with the MD5 that the encoder wrote."""
    with blob.open() as file:
        info, tags = _header(file)
        yield from tags
        name = stem(blob.name)
        yield Clock(id=CLOCK, epoch="start", description="nominal: sample number ÷ stated rate")
        yield Stream(
            id=name, channels=_channels(info), clock=CLOCK, rate_hz=float(info.rate), properties={"times": "nominal"}
        )
        file.seek(0)
        yield from _samples(file, name, info, limits)


def _header(file: BinaryIO) -> tuple[_Info, list[Property]]:
    if file.read(4) != b"fLaC":
        raise InvalidInput("signals.not_of_kind", kind="flac")
    info: _Info | None = None
    tags: list[Property] = []
    for _ in range(HEADER_BLOCKS):
        head = file.read(4)
        if len(head) < 4:
            break
        size = int.from_bytes(head[1:], "big")
        kind = head[0] & 0x7F
        data = file.read(size) if kind in (0, 4) else b""
        if kind not in (0, 4):
            file.seek(size, 1)
        if kind == 0 and len(data) >= 34:
            packed = int.from_bytes(data[10:18], "big")
            info = _Info(
                rate=packed >> 44,
                channels=(packed >> 41 & 7) + 1,
                bits=(packed >> 36 & 31) + 1,
                samples=packed & (1 << 36) - 1,
                md5=data[18:34],
            )
        elif kind == 4:
            tags = list(_tags(data))
        if head[0] & 0x80:
            break
    if info is None or not info.rate or info.bits < 4:
        raise InvalidInput("signals.not_of_kind", kind="flac")
    return info, tags


def _tags(data: bytes) -> Iterator[Property]:
    """Vorbis comments: a vendor, then NAME=value in UTF-8."""
    at = 4 + int.from_bytes(data[:4], "little")
    count = int.from_bytes(data[at : at + 4], "little")
    at += 4
    for _ in range(min(count, 1000)):
        size = int.from_bytes(data[at : at + 4], "little")
        name, mark, value = data[at + 4 : at + 4 + size].decode("utf-8", "replace").partition("=")
        at += 4 + size
        if at > len(data) or not mark:
            return
        if value:
            yield Property(name=TAGS.get(name.lower(), name.lower()), value=value, origin="properties")


def _channels(info: _Info) -> tuple[Channel, ...]:
    full = 1 << (info.bits - 1)
    return tuple(
        Channel(
            name=f"ch{number}",
            dtype="<i2" if info.bits <= 16 else "<i4",
            kind="sound",
            unit="full scale",
            calibration=Calibration(coefficients=(0.0, 1.0 / full)),
            saturates_at=(float(-full), float(full - 1)),
            properties={"bits": str(info.bits)},
        )
        for number in range(1, info.channels + 1)
    )


def _samples(file: BinaryIO, name: str, info: _Info, limits: SignalLimits) -> Iterator[SignalPart]:
    import miniaudio
    import numpy as np

    class Source(miniaudio.StreamableSource):  # type: ignore[misc]
        def read(self, size: int) -> bytes:
            return file.read(size)

        def seek(self, offset: int, origin: miniaudio.SeekOrigin) -> bool:
            file.seek(offset, 1 if origin == miniaudio.SeekOrigin.CURRENT else 0)
            return True

    digest = hashlib.md5(usedforsecurity=False)
    width = (info.bits + 7) // 8
    at = 0
    try:
        stream = miniaudio.stream_any(
            Source(),
            source_format=miniaudio.FileFormat.FLAC,
            output_format=miniaudio.SampleFormat.SIGNED32,
            nchannels=info.channels,
            sample_rate=info.rate,
            frames_to_read=min(FRAMES, limits.block_samples),
        )
        for piece in stream:
            whole = np.frombuffer(piece, "<i4").reshape(-1, info.channels) >> (32 - info.bits)
            if not len(whole):
                break
            digest.update(np.ascontiguousarray(whole.astype("<i4").view("|u1").reshape(-1, 4)[:, :width]).tobytes())
            values = tuple(np.ascontiguousarray(whole.T.astype("<i2" if info.bits <= 16 else "<i4")))
            yield Block(stream=name, device_ns=nominal_ns(at, len(whole), info.rate), values=values)
            at += len(whole)
    except miniaudio.MiniaudioError:
        if not at:
            raise InvalidInput("signals.not_of_kind", kind="flac") from None
    if info.samples and at < info.samples:
        first, last = (int(nominal_ns(number, 1, info.rate)[0]) for number in (max(0, at - 1), info.samples))
        missing = info.samples - at
        yield Loss(
            kind=LossKind.TRUNCATED,
            evidence=LossEvidence.FILE,
            stream=name,
            first_ns=first,
            last_ns=last,
            count=missing,
        )
        yield Finding(code="signals.truncated", severity=Severity.PROBLEM)
    elif any(info.md5) and digest.digest() != info.md5:
        yield Loss(kind=LossKind.DAMAGED, evidence=LossEvidence.FILE, stream=name, count=at, detail="checksum")
        yield Finding(code="signals.checksum", severity=Severity.PROBLEM)
