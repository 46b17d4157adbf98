"""Follows a CSV log that another program writes: rotated, truncated, half a line at its end, UTF-8 or CP932.

Only whole lines are taken, so a record must not hold line breaks. A file is opened for the moment of a look: programs
on Windows can rename and delete it in between.
"""

from __future__ import annotations

import csv
import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genba_edge.batchfile import Loss
from genba_edge.declared import Channel, Clock, Stream
from genba_edge.log_columns import Column, Value, channel_of, kind_of, packed, widened
from genba_edge.log_values import elapsed, moment

HEAD_BYTES = 256  # by which a file is known again
CHUNK_BYTES = 1 << 20
LINE_BYTES = 1 << 20
ROWS_FOR_KINDS = 50  # what kind of numbers a column holds is told from so many rows, or from those there are


@dataclass(frozen=True)
class LogFormat:
    """How the log is written; what is left empty is found out."""

    time_columns: tuple[str, ...] = ()  # names of the columns that hold the time, joined by a space; empty: the first
    time_unit: str = "s"  # of times that are plain numbers: s, ms, us, ns
    epoch: str = "unknown"  # of times that are plain numbers
    encoding: str = ""  # empty: UTF-8, and CP932 from the first line that is none
    delimiter: str = ","
    skip_lines: int = 0  # before the header


@dataclass
class Rows:
    """Lines that were found at one look: ready for `Recorder.extend`."""

    stream: Stream
    clock: Clock
    device_ns: array[int]
    columns: tuple[list[Value], ...]  # a number, or bytes of a text, per line and channel
    host_ns: int


@dataclass
class _File:
    """The file that is being read."""

    inode: int = 0
    offset: int = 0
    head: bytes = b""
    rest: bytes = b""  # the line that is not whole yet
    lines: int = 0
    header: tuple[str, ...] = ()
    is_overlong: bool = False


@dataclass
class CsvTail:
    """Call `poll` now and then; it gives what was added since."""

    path: Path
    stream: str
    written: LogFormat = field(default_factory=LogFormat)
    host_clock: str = "host"

    def __post_init__(self) -> None:
        """Nothing is opened yet; the log may not be there."""
        self._file = _File()
        self._columns: list[Column] = []
        self._names: tuple[str, ...] = ()
        self._version = 0
        self._encoding = self.written.encoding
        self._epoch = ""
        self.losses: list[Loss] = []  # what cannot be had any more, or could not be read; take and clear

    def poll(self, host_ns: int) -> list[Rows]:
        """Whole lines added since the last look, which the host saw at `host_ns`."""
        found: list[Rows] = []
        for lines in self._new_lines():
            found += self._rows(lines, host_ns)
        return found

    def _new_lines(self) -> Iterator[list[bytes]]:
        """The lines of each file in turn: of the one that was rotated away, then of the one that is there now."""
        try:
            status = self.path.stat()
        except OSError:
            return  # between two names of a rotation
        known = self._file
        if known.offset and not self._is_same(status):
            old = self._renamed()
            if old is not None:
                yield from self._read(old)
            else:
                self.losses.append(Loss(kind="gap", stream=self.stream, detail="source_replaced"))
            self._forget_rest()
            self._file = _File()
        self._file.inode = status.st_ino
        yield from self._read(self.path)

    def _is_same(self, status: os.stat_result) -> bool:
        known = self._file
        if status.st_ino != known.inode or status.st_size < known.offset:
            return False
        try:
            with open(self.path, "rb") as file:
                return file.read(len(known.head)) == known.head
        except OSError:
            return True  # locked by its writer for a moment: look again later

    def _renamed(self) -> Path | None:
        """Where the file is now that was read before: the same one, with the same head, under another name."""
        known = self._file
        try:
            with os.scandir(self.path.parent) as entries:
                places = [entry.path for entry in entries if entry.is_file() and entry.name != self.path.name]
        except OSError:
            return None
        for place in places:
            try:
                status = Path(place).stat()
                if status.st_ino == known.inode and status.st_size >= known.offset:
                    with open(place, "rb") as file:
                        if file.read(len(known.head)) == known.head:
                            return Path(place)
            except OSError:
                continue
        return None

    def _read(self, path: Path) -> Iterator[list[bytes]]:
        known = self._file
        try:
            with open(path, "rb") as file:
                known.head = file.read(HEAD_BYTES) if len(known.head) < HEAD_BYTES else known.head
                file.seek(known.offset)
                while chunk := file.read(CHUNK_BYTES):
                    known.offset += len(chunk)
                    *lines, known.rest = (known.rest + chunk).split(b"\n")
                    yield self._whole(lines)
        except OSError:
            return  # the next look goes on where this one ended

    def _whole(self, lines: list[bytes]) -> list[bytes]:
        """Lines without what is longer than any line of a log."""
        known = self._file
        if known.is_overlong and lines:
            del lines[0]
            known.is_overlong = False
        if len(known.rest) > LINE_BYTES:
            known.rest, known.is_overlong = b"", True
            self._unread("line_too_long")
        return lines

    def _forget_rest(self) -> None:
        if self._file.rest.strip():
            self.losses.append(Loss(kind="truncated", stream=self.stream, detail="half_a_line", count=1))

    def _rows(self, lines: list[bytes], host_ns: int) -> Iterator[Rows]:
        table: list[list[str]] = []
        for raw in lines:
            self._file.lines += 1
            if self._file.lines <= self.written.skip_lines:
                continue
            cells = self._cells(raw)
            if not cells:
                continue
            if not self._file.header:
                self._file.header = tuple(self._header(cells))
                if self._file.header != self._names:
                    self._names, self._columns = self._file.header, []
                continue
            if len(cells) != len(self._names):
                self._unread("number_of_columns")
                continue
            table.append(cells)
        for start in range(0, len(table), 4096):
            yield from self._typed(table[start : start + 4096], host_ns)

    def _cells(self, raw: bytes) -> list[str]:
        raw = raw.rstrip(b"\r")
        if self._file.lines == 1 and raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
        try:
            text = raw.decode(self._encoding or "utf-8")
        except UnicodeDecodeError:
            if self._encoding:
                self._unread("encoding")
                return []
            self._encoding = "cp932"
            return self._cells(raw)
        try:
            row = next(csv.reader([text], delimiter=self.written.delimiter, strict=True), [])
        except csv.Error:
            self._unread("quotes")
            return []
        cells = [cell.strip() for cell in row]
        return cells if any(cells) else []

    def _header(self, cells: Sequence[str]) -> list[str]:
        """Names of the columns, each only once."""
        names: list[str] = []
        for place, cell in enumerate(cells, 1):
            name = cell or f"column-{place}"
            names.append(name if name not in names else f"{name}-{place}")
        return names

    def _typed(self, table: list[list[str]], host_ns: int) -> Iterator[Rows]:
        places = self._time_places()
        kept: list[list[str]] = []
        times = array("q")
        for cells in table:
            time = self._time(" ".join(cells[place] for place in places))
            if time is None:
                self._unread("time")
                continue
            times.append(time)
            kept.append(cells)
        if not kept:
            return
        values = [place for place in range(len(self._names)) if place not in places]
        told = [kind_of([cells[place] for cells in kept[:ROWS_FOR_KINDS]]) for place in values]
        if not self._columns:
            self._columns, self._version = told, self._version + 1
        needed = [
            widened(column, kind_of([cells[place] for cells in kept]))
            for column, place in zip(self._columns, values, strict=True)
        ]
        if needed != self._columns:  # more digits, or words among numbers: what was declared cannot hold it
            self._columns, self._version = needed, self._version + 1
        clock = Clock(id=f"{self.stream}/clock", epoch=self._epoch, description="times written in the log")
        columns = tuple(
            [packed(cells[place], column) for cells in kept]
            for column, place in zip(self._columns, values, strict=True)
        )
        yield Rows(self._declared(values, clock), clock, times, columns, host_ns)

    def _time_places(self) -> list[int]:
        wanted = self.written.time_columns or self._names[:1]
        places = [self._names.index(name) for name in wanted if name in self._names]
        return places or [0]

    def _time(self, text: str) -> int | None:
        found = moment(text)
        if found is not None:
            epoch, time = ("unix" if found.has_zone else "local"), found.ns
        else:
            number = elapsed(text, self.written.time_unit)
            if number is None:
                return None
            epoch, time = self.written.epoch, number
        if self._epoch and epoch != self._epoch:
            return None
        self._epoch = epoch
        return time if -(1 << 63) <= time < 1 << 63 else None

    def _declared(self, values: Sequence[int], clock: Clock) -> Stream:
        channels: list[Channel] = [
            channel_of(self._names[place], column) for place, column in zip(values, self._columns, strict=True)
        ]
        name = self.stream if self._version == 1 else f"{self.stream}/{self._version}"
        return Stream(id=name, channels=tuple(channels), clock=clock.id, host_clock=self.host_clock)

    def _unread(self, detail: str) -> None:
        """Count a line that is not taken."""
        last = self.losses[-1] if self.losses else None
        if last is not None and last.kind == "damaged" and last.detail == detail:
            self.losses[-1] = Loss(kind="damaged", stream=self.stream, detail=detail, count=last.count + 1)
        else:
            self.losses.append(Loss(kind="damaged", stream=self.stream, detail=detail, count=1))
