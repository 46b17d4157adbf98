"""Brings the parts of several recordings into one capture: files that continue each other share their streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from genba.formats.edgebatch.runs import Runs
from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.place import NOWHERE, Place
from genba.model.signals import Block, Clock, Loss, Stream
from genba.ports.signals import SignalPart
from genba.storage.captures.writing import CaptureWriter


class Gathering:
    """Gives each file's parts to the writer under names that are unique in the capture."""

    def __init__(self, writer: CaptureWriter, prefix: str) -> None:
        """The prefix stands before the names of all streams and clocks; empty where a source is one recording."""
        self._writer = writer
        self._prefix = f"{prefix}/" if prefix else ""
        self._streams: dict[str, Stream] = {}
        self._names: dict[str, str] = {}  # of the streams of the present file
        self._place = NOWHERE
        self._runs = Runs()
        self._stem = ""

    def begin(self, name: str, stem: str) -> None:
        """Say which file the next parts are of."""
        self._place = Place(part=name)
        self._stem = stem
        self._names = {}

    def add(self, part: SignalPart) -> None:
        """Take one part."""
        self._runs.see(part)
        match part:
            case Clock():
                self._writer.add(replace(part, id=self._prefix + part.id))
            case Stream():
                self._writer.add(self._named(part))
            case Block():
                self._writer.add(replace(part, stream=self._name(part.stream)))
            case Loss():
                self._writer.add(replace(part, stream=self._name(part.stream)) if part.stream else part)
            case Property():
                self._writer.add(replace(part, name=self._prefix + part.name))
            case Finding():
                self._writer.add(replace(part, place=self._place) if part.place == NOWHERE else part)
            case _:
                self._writer.add(part)

    def between(self) -> Iterator[Finding]:
        """What is missing between the files so far, where they say how they follow each other."""
        return self._runs.findings()

    def _named(self, stream: Stream) -> Stream:
        """Keep a stream's name, unless an earlier file gave it to another kind of stream."""
        name = self._prefix + stream.id
        made = replace(
            stream,
            id=name,
            clock=self._prefix + stream.clock,
            host_clock=self._prefix + stream.host_clock if stream.host_clock else "",
        )
        known = self._streams.setdefault(name, made)
        if known != made:
            name = f"{self._prefix}{self._stem}/{stream.id}"
            made = replace(made, id=name)
            self._streams.setdefault(name, made)
        self._names[stream.id] = name
        return made

    def _name(self, stream: str) -> str:
        return self._names.get(stream, self._prefix + stream)
