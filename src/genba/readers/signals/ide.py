"""Read enDAQ's IDE: counts as the logger wrote them, never calibrated; each channel with a clock and rate of its own.

A logger states the first and the last time of each block; samples between are laid evenly, as its own software does.
"""

from __future__ import annotations

import logging
import re
import struct
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from genba.errors import InvalidInput
from genba.formats.recordings.naming import Names, unique
from genba.formats.recordings.topics import ragged
from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.signals import (
    IDENTITY,
    RAGGED,
    Block,
    Calibration,
    Channel,
    Clock,
    Loss,
    LossEvidence,
    LossKind,
    Stream,
)
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits, SignalPart

if TYPE_CHECKING:
    import numpy as np

    from genba.model.signals import Times, Values

# What idelib raises for bytes that are no recording: it reads them as if they were one.
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
)
BROKEN_TOO = (RuntimeError, TypeError, ValueError, SyntaxError, struct.error)
LETTERS = {"b": "i1", "B": "u1", "?": "u1", "h": "i2", "H": "u2", "i": "i4", "I": "u4", "l": "i4", "L": "u4"} | {
    "q": "i8",
    "Q": "u8",
    "f": "f4",
    "d": "f8",
}
FIELD = re.compile(r"(\d*)([A-Za-z?])")
KINDS = {
    "acceleration": "vibration",
    "rotation": "velocity",
    "pressure": "pressure",
    "temperature": "temperature",
    "quaternion": "position",
    "location": "position",
    "audio": "sound",
    "light": "light",
    "relative humidity": "humidity",
}
BLOCK_SAMPLES = 1 << 16
INFO = ("PartNumber", "ProductName", "RecorderSerial", "SerialNumber", "RecorderTypeUID", "FwRev", "HwRev")


@dataclass(frozen=True, slots=True)
class _Layout:
    dtype: np.dtype[Any] | None  # of one sample as the file has it; None where only the library knows
    fields: tuple[str, ...]  # little-endian types, one for each channel


def read(blob: Blob, limits: SignalLimits) -> Iterator[SignalPart]:
    """Yield a stream for each of the logger's channels, with the polynomials of its calibration beside the counts."""
    from idelib.importer import openFile, readData

    with blob.open() as file:
        try:
            with _quiet():
                recording = openFile(file, quiet=True, name=blob.name)
                readData(recording)
        except (*BROKEN, *BROKEN_TOO):
            raise InvalidInput("signals.not_of_kind", kind="ide") from None
        yield from _properties(recording)
        names = Names()
        damaged = 0
        for number, channel in sorted(recording.channels.items()):
            try:
                session = channel.getSession()
                blocks = list(session._data)
                stream, clock, layout = _stream(number, channel, names)
            except (*BROKEN, *BROKEN_TOO):
                damaged += 1
                continue
            if blocks:
                yield clock
                yield stream
                damaged += yield from _blocks(stream.id, blocks, layout, cut=bool(recording.fileDamaged))
        if recording.fileDamaged:
            yield Finding(code="signals.truncated")
        if damaged:
            yield Finding(code="signals.damaged_blocks", count=damaged)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from telling the terminal of every byte that it does not like: findings do that."""
    logger = logging.getLogger("idelib")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)  # its modules' own loggers take their level from it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _properties(recording: Any) -> Iterator[Property]:
    info = recording.recorderInfo or {}
    for name in INFO:
        if info.get(name) not in (None, ""):
            yield Property(name=name, value=str(info[name]), origin="properties")
    for session in recording.sessions:
        if session.utcStartTime:
            try:
                when = datetime.fromtimestamp(int(session.utcStartTime), UTC)
            except (ValueError, OverflowError, OSError):
                continue
            text = when.strftime("%Y-%m-%dT%H:%M:%SZ")
            yield Property(
                name="session_started", value=text, as_written=str(session.utcStartTime), origin="properties"
            )


def _stream(number: int, channel: Any, names: Names) -> tuple[Stream, Clock, _Layout]:
    layout = _layout(channel.parser)
    name = names.take(str(channel.name or f"channel {number}"), otherwise=f"channel {number}")
    clock = Clock(id=f"channel {number}", epoch="boot", description="the logger's ticks for this channel")
    properties = {"channel": str(number), "times": "first and last of each block"}
    rate = float(channel.sampleRate or 0.0)
    if layout.dtype is None:
        own = str(getattr(channel.parser, "format", ""))
        raw = Channel(name="block", dtype=RAGGED, properties={"encoding": "logger", "format": own})
        return Stream(id=name, channels=(raw,), clock=clock.id, rate_hz=rate, properties=properties), clock, layout
    axes = {axis.id: axis for axis in channel.subchannels}
    labels = unique([str(axes[at].name or "") if at in axes else "" for at in range(len(layout.fields))])
    channels = tuple(
        _channel(label, dtype, channel, axes.get(at))
        for at, (label, dtype) in enumerate(zip(labels, layout.fields, strict=True))
    )
    return Stream(id=name, channels=channels, clock=clock.id, rate_hz=rate, properties=properties), clock, layout


def _layout(parser: Any) -> _Layout:
    import numpy as np

    form = getattr(parser, "format", None)
    form = form.decode() if isinstance(form, bytes) else form
    if type(parser) is not struct.Struct or not form or form[0] not in "<>":
        return _Layout(None, ())
    letters: list[str] = []
    for count, letter in FIELD.findall(form[1:]):
        if letter not in LETTERS:
            return _Layout(None, ())
        letters += [LETTERS[letter]] * int(count or 1)
    dtype = np.dtype([(str(at), form[0] + letter) for at, letter in enumerate(letters)])
    if not letters or dtype.itemsize != parser.size:
        return _Layout(None, ())
    return _Layout(dtype, tuple(("|" if letter[1:] == "1" else "<") + letter for letter in letters))


def _channel(label: str, dtype: str, channel: Any, axis: Any) -> Channel:
    units = tuple(axis.units or ("", "")) if axis is not None else ("", "")
    what, unit = (str(part or "") for part in (*units, "", "")[:2])
    full = {"|u1": (0, 255), "<u2": (0, 65535), "<i2": (-32768, 32767), "|i1": (-128, 127)}.get(dtype)
    return Channel(
        name=label,
        dtype=dtype,
        kind=KINDS.get(what.lower(), what.lower()),
        unit=unit,
        calibration=_calibration(channel.transform, getattr(axis, "transform", None)),
        saturates_at=(float(full[0]), float(full[1])) if full else None,
    )


def _calibration(*transforms: Any) -> Calibration:
    """Put the polynomials of a channel and of its axis one into the other; one of two variables stays words."""
    import numpy as np
    from numpy.polynomial import polynomial

    whole: Values = np.array([0.0, 1.0])
    words: list[str] = []
    for transform in transforms:
        if transform is None:
            continue
        words.append(str(transform))
        if len(getattr(transform, "variables", ())) != 1:
            continue
        reference = float(transform.references[0])
        inner = polynomial.polysub(whole, [reference])
        result: Values = np.zeros(1)
        for coefficient in transform.coefficients:
            result = polynomial.polyadd(polynomial.polymul(result, inner), [float(coefficient)])
        whole = polynomial.polytrim(result)
    coefficients = tuple(float(value) for value in (*whole, 0.0)[: max(2, len(whole))])
    if coefficients == IDENTITY.coefficients:
        return Calibration(formula=" then ".join(words))
    return Calibration(coefficients=coefficients, formula=" then ".join(words))


def _blocks(stream: str, blocks: list[Any], layout: _Layout, *, cut: bool) -> Generator[SignalPart, None, int]:
    import numpy as np

    held: list[Values] = []
    times: list[Times] = []
    count = damaged = 0
    last = 0
    for at, block in enumerate(blocks):
        try:
            payload = np.ascontiguousarray(block.payload)
            if hasattr(block, "_payload"):
                block._payload = None  # the library would keep the whole file
            if layout.dtype is not None and payload.dtype.names is None:
                payload = np.frombuffer(payload.tobytes(), layout.dtype)
            samples = len(payload) if layout.dtype is not None else 1
            following = blocks[at + 1].startTime if at + 1 < len(blocks) else None
            # The times of a block that is cut off are those of all the samples that it was to hold.
            stated = int(block.payloadSize or 0) // layout.dtype.itemsize if layout.dtype is not None else 1
            stamps = _stamps(block.startTime, block.endTime, following, max(stated, samples))[:samples]
        except (*BROKEN, *BROKEN_TOO):
            damaged += 1
            continue
        if not samples:
            continue
        held.append(payload)
        times.append(stamps)
        count += samples
        last = int(stamps[-1])
        if count >= BLOCK_SAMPLES:
            yield _block(stream, held, times, layout)
            held, times, count = [], [], 0
    if held:
        yield _block(stream, held, times, layout)
    if damaged or cut:
        yield Loss(
            kind=LossKind.DAMAGED if damaged else LossKind.TRUNCATED,
            evidence=LossEvidence.FILE,
            stream=stream,
            first_ns=last,
            last_ns=last,
        )
    return damaged


def _stamps(first_us: Any, last_us: Any, following_us: Any, samples: int) -> Times:
    """Lay samples evenly from the first to the last time of a block, rounded to whole nanoseconds."""
    import numpy as np

    first = round(float(first_us or 0) * 1000)
    if samples <= 1:
        return np.full(samples, first, np.int64)
    if last_us is not None and last_us > first_us:
        span, steps = round(float(last_us) * 1000) - first, samples - 1
    elif following_us is not None and following_us > first_us:
        span, steps = round(float(following_us) * 1000) - first, samples
    else:
        span, steps = 0, 1
    index = np.arange(samples, dtype=np.int64)
    whole, rest = divmod(span, steps)
    times: Times = first + index * whole + (index * rest + steps // 2) // steps
    return times


def _block(stream: str, held: list[Values], times: list[Times], layout: _Layout) -> Block:
    import numpy as np

    device = np.concatenate(times)
    if layout.dtype is None:
        return Block(stream=stream, device_ns=device, values=(ragged([payload.tobytes() for payload in held]),))
    values = tuple(
        np.concatenate([payload[name].astype(dtype, copy=False) for payload in held])
        for name, dtype in zip(layout.dtype.names or (), layout.fields, strict=True)
    )
    return Block(stream=stream, device_ns=device, values=values)
