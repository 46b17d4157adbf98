"""Gathers the samples of one stream until they make a block; this is the path that every sample takes."""

from __future__ import annotations

import struct
import threading
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genba_edge.blocks import Samples, no_samples, ragged_channels
from genba_edge.declared import DTYPES, RAGGED, Channel, Stream
from genba_edge.errors import EdgeError
from genba_edge.lanes import lanes_of

Row = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a block is full: by samples, by bytes, or by the host's time since its first sample."""

    samples: int = 8192
    size_bytes: int = 1 << 20
    age_ns: int = 1_000_000_000


class Track:
    """A stream that is being recorded. Safe to call from several threads."""

    def __init__(
        self, stream: Stream, limits: Limits, now: Callable[[], int], emit: Callable[[Track, Samples], None]
    ) -> None:
        """`emit` takes the gathered samples of a full block."""
        self.stream = stream
        self._limits = limits
        self._now = now
        self._emit = emit
        self._lock = threading.Lock()
        self._ragged_count = ragged_channels(stream)
        self._row_bytes = lanes_of(stream.channels).row
        self._pack = struct.Struct("<" + "".join(_letters(channel) for channel in stream.channels)).pack
        self._most = max(1, min(limits.samples, limits.size_bytes // max(1, self._row_bytes)))
        self._held = no_samples(self._ragged_count)
        self._count: int = 0
        self._ragged_bytes: int = 0
        self._is_numbered: bool = False
        self._is_each_seen: bool = True  # every sample has an arrival, so that none needs its place named
        self._due: int = 0  # the host's time at which the block is cut

    def record(
        self,
        device_ns: int,
        values: Row | Sequence[float | bytes],
        sequence: int | None = None,
        host_ns: int | None = None,
    ) -> None:
        """Take one sample: its raw counts in channel order, or their packed bytes, with the device's time and number.

        `host_ns` is when it arrived; without it the recorder looks at its own clock now.
        """
        strings: list[bytes] | None = None
        if type(values) is bytes and not self._ragged_count:
            if len(values) != self._row_bytes:
                raise EdgeError("values", stream=self.stream.id, bytes=len(values), expected=self._row_bytes)
            row = values
        elif self._ragged_count:
            row, strings = self._split(values)
        else:
            try:
                row = self._pack(*values)
            except struct.error as error:
                row = self._packed(values, error)
        if host_ns is None:
            host_ns = self._now()
        with self._lock:
            count = self._count
            if not count:
                self._begin(host_ns, is_numbered=sequence is not None)
            elif (sequence is None) is self._is_numbered:
                self._cut()
                self._begin(host_ns, is_numbered=sequence is not None)
                count = 0
            held = self._held
            try:
                held.device.append(device_ns)
                held.arrivals.append(host_ns)
                if sequence is not None:
                    held.sequence.append(sequence)
            except (OverflowError, TypeError) as error:
                self._level(held)
                raise EdgeError("times", stream=self.stream.id) from error
            held.rows += row
            if not self._is_each_seen:
                held.arrived.append(count)
            if strings is not None:
                for channel, string in zip(held.ragged, strings, strict=True):
                    channel.append(string)
                    self._ragged_bytes += len(string)
            self._count = count = count + 1
            if count >= self._most or host_ns >= self._due or self._ragged_bytes >= self._limits.size_bytes:
                self._cut()

    def extend(
        self,
        device_ns: Sequence[int],
        values: Row | Sequence[Row | Sequence[float | bytes]],
        sequence: Sequence[int] | None = None,
        host_ns: int | Sequence[int] | None = None,
    ) -> None:
        """Take many samples: packed bytes of all rows, or a row each.

        One host time is the arrival of the last sample, as where a driver hands over a buffer; a sequence has one each.
        """
        count = len(device_ns)
        if host_ns is None:
            host_ns = self._now()
        if self._ragged_count or not isinstance(values, (bytes, bytearray, memoryview)):
            self._rows_one_by_one(device_ns, values, sequence, host_ns)
            return
        rows = values if type(values) is bytes else memoryview(values).cast("B")
        if len(rows) != count * self._row_bytes or (sequence is not None and len(sequence) != count):
            raise EdgeError("values", stream=self.stream.id, bytes=len(rows), expected=count * self._row_bytes)
        each = None if isinstance(host_ns, int) else host_ns
        last = host_ns if isinstance(host_ns, int) else (host_ns[-1] if len(host_ns) else 0)
        if each is not None and len(each) != count:
            raise EdgeError("times", stream=self.stream.id)
        try:
            times = array("q", device_ns)
            numbers = None if sequence is None else array("q", sequence)
            arrivals = array("q", each if each is not None else (last,))
        except (OverflowError, TypeError) as error:
            raise EdgeError("times", stream=self.stream.id) from error
        with self._lock:
            at = 0
            while at < count:
                if self._count and (numbers is None) is self._is_numbered:
                    self._cut()
                if not self._count:
                    self._begin(last if each is None else each[at], is_numbered=numbers is not None)
                take = min(count - at, self._most - self._count)
                if each is None and (take > 1 or at + take < count):
                    self._name_arrivals()
                self._take(times, numbers, rows, slice(at, at + take))
                if each is not None or at + take == count:
                    seen = range(self._count - take, self._count) if each is not None else (self._count - 1,)
                    self._held.arrivals.extend(arrivals[at : at + take] if each is not None else arrivals)
                    if not self._is_each_seen:
                        self._held.arrived.extend(seen)
                at += take
                if self._count >= self._most or last >= self._due:
                    self._cut()

    def cut(self, host_ns: int | None = None) -> None:
        """Hand over what is gathered; with a time only when it is due by then."""
        with self._lock:
            if self._count and (host_ns is None or host_ns >= self._due):
                self._cut()

    def _take(self, times: array[int], numbers: array[int] | None, rows: bytes | memoryview, part: slice) -> None:
        held, size = self._held, self._row_bytes
        is_all = part.stop - part.start == len(times)
        held.device.extend(times if is_all else times[part])
        if numbers is not None:
            held.sequence.extend(numbers if is_all else numbers[part])
        held.rows += rows if is_all else rows[part.start * size : part.stop * size]
        self._count += part.stop - part.start

    def _begin(self, host_ns: int, *, is_numbered: bool) -> None:
        """The first sample of a block decides when it is due, and whether its samples are numbered."""
        self._is_numbered = is_numbered
        self._due = host_ns + self._limits.age_ns

    def _name_arrivals(self) -> None:
        """From here on not every sample has an arrival: say which have."""
        if self._is_each_seen:
            self._is_each_seen = False
            self._held.arrived.extend(range(self._count))

    def _rows_one_by_one(
        self,
        device_ns: Sequence[int],
        values: Row | Sequence[Row | Sequence[float | bytes]],
        sequence: Sequence[int] | None,
        host_ns: int | Sequence[int],
    ) -> None:
        if len(values) != len(device_ns):
            raise EdgeError("values", stream=self.stream.id, bytes=len(values), expected=len(device_ns))
        for place, row in enumerate(values):
            arrival = host_ns if isinstance(host_ns, int) else host_ns[place]
            number = None if sequence is None else sequence[place]
            self.record(device_ns[place], row, number, arrival)  # type: ignore[arg-type]

    def _packed(self, values: Row | Sequence[float | bytes], error: struct.error) -> bytes:
        """A row that is packed already, in something other than bytes; anything else does not fit the stream."""
        if isinstance(values, (bytearray, memoryview)) and len(values) == self._row_bytes:
            return bytes(values)
        raise EdgeError("counts", stream=self.stream.id, reason=str(error)) from error

    def _split(self, values: Row | Sequence[float | bytes]) -> tuple[bytes, list[bytes]]:
        """The fixed part and the byte strings of a sample that has both; a channel of several numbers gives bytes."""
        if isinstance(values, (bytes, bytearray, memoryview)):
            values = (bytes(values),)
        if len(values) != len(self.stream.channels):
            raise EdgeError("values", stream=self.stream.id, bytes=len(values), expected=len(self.stream.channels))
        row, strings = b"", []
        for channel, value in zip(self.stream.channels, values, strict=True):
            if isinstance(value, (bytes, bytearray, memoryview)):
                if channel.dtype == RAGGED:
                    strings.append(bytes(value))
                else:
                    row += bytes(value)
            else:
                try:
                    row += struct.pack("<" + DTYPES[channel.dtype], value)
                except (struct.error, KeyError) as error:
                    raise EdgeError("counts", stream=self.stream.id, reason=str(error)) from error
        return row, strings

    def _level(self, held: Samples) -> None:
        """Take back what one sample left in some lists when another refused it."""
        if not self._count:
            self._is_each_seen = True
        for numbers in (held.device, held.arrivals, held.sequence):
            del numbers[self._count :]

    def _cut(self) -> None:
        held = self._held
        self._fresh()
        self._emit(self, held)

    def _fresh(self) -> None:
        self._held = no_samples(self._ragged_count)
        self._count = self._ragged_bytes = self._due = 0
        self._is_numbered, self._is_each_seen = False, True


def _letters(channel: Channel) -> str:
    if channel.dtype == RAGGED:
        return ""
    count = 1
    for size in channel.shape:
        count *= size
    return f"{count}{DTYPES[channel.dtype]}"
