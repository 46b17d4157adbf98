"""Samples of one stretch of a stream, packed as they are written: times, numbers, arrivals and counts."""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from dataclasses import dataclass

from genba_edge.declared import RAGGED, Stream
from genba_edge.lanes import (
    BY_ELEMENT,
    INT64,
    ONE_DIFFERENCE,
    PLANES,
    TWO_DIFFERENCES,
    Differences,
    Lanes,
    lanes_of,
    planes,
)

DEVICE_TIMES, SEQUENCE, ARRIVED, ARRIVALS, ROWS, RAGGED_FIRST = 1, 2, 3, 4, 5, 16
SECTION = struct.Struct("<BBBBII")
STORED, DEFLATED = 0, 1
WIDE_ROW = 256  # bytes; planes of wider rows, such as pictures, would be a few bytes each
TRIAL_EVERY = 32  # blocks between two trials of all transforms


@dataclass(slots=True)
class Samples:
    """What a stream gathered; one of the lists of numbers is empty where the source has none."""

    device: array[int]
    sequence: array[int]
    arrived: array[int]  # positions of the samples whose arrival was seen
    arrivals: array[int]
    rows: bytearray
    ragged: tuple[list[bytes], ...]

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""
        held = sum(len(data) for channel in self.ragged for data in channel)
        return len(self.rows) + held + 8 * (len(self.device) + len(self.sequence) + 2 * len(self.arrivals))


def no_samples(ragged: int) -> Samples:
    """Nothing gathered yet."""
    return Samples(array("q"), array("q"), array("q"), array("q"), bytearray(), tuple([] for _ in range(ragged)))


class Packing:
    """Packs the blocks of a stream; which transform pays is tried now and then on the data itself."""

    def __init__(self, stream: Stream, level: int = 1) -> None:
        """Level 0 stores everything as it is: for pictures that are compressed already."""
        self._lanes = lanes_of(stream.channels)
        self._level = level
        self._times = Differences(INT64)
        self._rows = Differences(self._lanes)
        self._elements = Differences(self._lanes.element()) if self._lanes.are_alike else None
        self._choices = _choices(self._lanes)
        self._chosen = self._choices[0]
        self._blocks = 0

    def payload(self, samples: Samples) -> bytes:
        """The payload of a block's record."""
        sections = [self._numbers(DEVICE_TIMES, samples.device)]
        if samples.sequence:
            sections.append(self._numbers(SEQUENCE, samples.sequence))
        if samples.arrivals:
            if len(samples.arrivals) != len(samples.device):
                sections.append(self._numbers(ARRIVED, samples.arrived))
            sections.append(self._numbers(ARRIVALS, samples.arrivals))
        if samples.rows:
            sections.append(self._section_of_rows(bytes(samples.rows)))
        for place, channel in enumerate(samples.ragged):
            sections.append(self._numbers(RAGGED_FIRST + 2 * place, array("q", map(len, channel))))
            sections.append(self._section(RAGGED_FIRST + 2 * place + 1, 0, b"".join(channel)))
        return bytes([len(sections)]) + b"".join(sections)

    def _numbers(self, section: int, numbers: array[int]) -> bytes:
        """Times and numbers run evenly: second differences of them are nearly all zero."""
        if sys.byteorder == "big":
            numbers = array("q", numbers)
            numbers.byteswap()
        twice = self._times.of(self._times.of(numbers.tobytes()))
        return self._section(section, TWO_DIFFERENCES | PLANES, planes(twice, 8))

    def _section_of_rows(self, rows: bytes) -> bytes:
        """The transform that made the trial's block smallest."""
        if not self._level:
            return self._section(ROWS, 0, rows)
        if self._blocks % TRIAL_EVERY == 0 and len(self._choices) > 1:
            tried = [
                (len(zlib.compress(self._transformed(rows, choice), self._level)), choice) for choice in self._choices
            ]
            self._chosen = min(tried)[1]
        self._blocks += 1
        return self._section(ROWS, self._chosen, self._transformed(rows, self._chosen))

    def _transformed(self, rows: bytes, transform: int) -> bytes:
        width = self._lanes.row
        if transform & BY_ELEMENT and self._elements is not None:
            rows, width = self._elements.of(rows), self._lanes.sizes[0]
        elif transform & ONE_DIFFERENCE:
            rows = self._rows.of(rows)
        return planes(rows, width) if transform & PLANES else rows

    def _section(self, section: int, transform: int, raw: bytes) -> bytes:
        packed = zlib.compress(raw, self._level) if self._level else raw
        if len(packed) < len(raw):
            return SECTION.pack(section, transform, DEFLATED, 0, len(raw), len(packed)) + packed
        return SECTION.pack(section, transform, STORED, 0, len(raw), len(raw)) + raw


def _choices(lanes: Lanes) -> list[int]:
    """The transforms worth a trial for such rows."""
    if lanes.row > WIDE_ROW:
        return [0, ONE_DIFFERENCE, *([BY_ELEMENT | ONE_DIFFERENCE] if lanes.are_alike else [])]
    return [PLANES | ONE_DIFFERENCE, PLANES] if any(lanes.whole) else [PLANES, 0]


def ragged_channels(stream: Stream) -> int:
    """How many channels hold byte strings."""
    return sum(channel.dtype == RAGGED for channel in stream.channels)
