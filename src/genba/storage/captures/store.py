"""The raw store: captures by id, each stretch of each stream proven against its hash whenever it is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from genba.errors import InvalidInput, NotFound
from genba.model.clock import Timebase
from genba.model.finding import Finding, Severity
from genba.model.signals import RAGGED, Block, Capture, Segment, Stream
from genba.storage.captures import records, segment, stretches
from genba.storage.captures.writing import Bounds, CaptureWriter
from genba.storage.files import ProductFolder, long_path

_ID = re.compile(r"[0-9a-f]{20}")
_SEGMENT = re.compile(r"segments/[0-9]{5}-[0-9]{6}\.seg")


class CaptureStore:
    """A folder of captures; opening it writes nothing."""

    def __init__(self, root: Path) -> None:
        """Name the folder; raises InvalidInput for a store of a newer format."""
        self.root = root
        mark = long_path(root / "genba-signals.json")
        if mark.is_file():
            records.read_store(mark)
        elif (root / "manifest.json").exists() or (root / "dataset.json").exists():
            raise InvalidInput("store.not_a_store", folder=root.name)

    def captures(self) -> tuple[Capture, ...]:
        """Load every capture, in the order of their ids; unfinished ones are not seen."""
        folder = long_path(self.root / "captures")
        if not folder.is_dir():
            return ()
        return tuple(self.load(path.name) for path in sorted(folder.iterdir()) if _ID.fullmatch(path.name))

    def load(self, identity: str) -> Capture:
        """Load one capture's description; raises NotFound for an id that the store does not have."""
        folder = self._folder(identity)
        capture = records.read(folder / "capture.json", records.CAPTURE, Capture)
        if capture.id != identity:
            raise InvalidInput("store.broken_file", path="capture.json", reason="id")
        _refuse_contradictions(capture)
        return capture

    def writer(self, title: str, *, bounds: Bounds | None = None) -> CaptureWriter:
        """Begin a capture; use it in a with statement."""
        return CaptureWriter(self.root, title, bounds or Bounds())

    def blocks(
        self, capture: Capture, stream_id: str, *, first_ns: int | None = None, last_ns: int | None = None
    ) -> Iterator[Block]:
        """Give a stream block by block, each proven; of a range of times the stretch from its first to its last sample.

        Raises InvalidInput at a damaged segment. Whoever wants to go on reads the others by `segment_block`.
        """
        for item in capture.segments:
            if item.stream != stream_id:
                continue
            if (first_ns is not None and item.last_ns < first_ns) or (last_ns is not None and item.first_ns > last_ns):
                continue
            block = self.segment_block(capture, item)
            if first_ns is not None or last_ns is not None:
                block = _within(block, first_ns, last_ns)
            if len(block.device_ns):
                yield block

    def stream(self, capture: Capture, stream_id: str) -> Block:
        """Give a whole stream as one block; memory is the stream's size."""
        blocks = list(self.blocks(capture, stream_id))
        return stretches.join(blocks) if blocks else stretches.empty(_stream_of(capture, stream_id))

    def segment_block(self, capture: Capture, item: Segment) -> Block:
        """Read and prove one segment; raises InvalidInput("store.damaged_segment") where its bytes changed."""
        path = self._folder(capture.id) / item.path
        stream = _stream_of(capture, item.stream)
        try:
            if path.stat().st_size != item.size_bytes:
                raise InvalidInput("store.cannot_decode", reason="size")
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != item.sha256:
                raise InvalidInput("store.cannot_decode", reason="sha256")
            block = segment.decode(data, stream)
            if segment.proof(block, stream)[1] != item.raw_sha256:
                raise InvalidInput("store.cannot_decode", reason="raw sha256")
        except OSError as error:
            raise _damaged(capture, item, error.strerror or type(error).__name__) from None
        except InvalidInput as error:
            raise _damaged(capture, item, str(error.details.get("reason", error.code))) from None
        return block

    def keep_timebase(self, identity: str, timebase: Timebase) -> None:
        """Put a capture's common time beside it; it is derived and may be made again."""
        ProductFolder(self._folder(identity)).put("timebase.json", records.encode(timebase, records.TIMEBASE))

    def timebase(self, identity: str) -> Timebase | None:
        """Give a capture's common time; None before anybody has aligned it."""
        path = self._folder(identity) / "timebase.json"
        if not path.is_file():
            return None
        found = records.read(path, records.TIMEBASE, Timebase)
        if not all(_are_times(one.epoch_ns, one.offset_ns, *one.valid_ns) for one in found.models):
            raise InvalidInput("store.broken_file", path="timebase.json", reason="times")
        return found

    def has_source(self, sha256: str) -> bool:
        """Tell whether a file of this content went into a capture."""
        return any(file.sha256 == sha256 for capture in self.captures() for file in capture.sources)

    def verify(self, identity: str) -> tuple[Finding, ...]:
        """Read and prove every segment of a capture; one finding for each that does not hold."""
        capture = self.load(identity)
        found = []
        for item in capture.segments:
            try:
                self.segment_block(capture, item)
            except InvalidInput as error:
                details = {name: str(value) for name, value in error.details.items()}
                found.append(Finding(code="store.damaged_segment", severity=Severity.BLOCKER, details=details))
        return tuple(found)

    def _folder(self, identity: str) -> Path:
        folder = long_path(self.root / "captures" / identity)
        if not _ID.fullmatch(identity) or not folder.is_dir():
            raise NotFound("store.no_such_capture", id=identity[:40])
        return folder


def _refuse_contradictions(capture: Capture) -> None:
    """Raise InvalidInput where segments, streams or losses cannot be those of a capture that was written here."""
    streams = {stream.id for stream in capture.streams}
    channels = [channel for stream in capture.streams for channel in stream.channels]
    found = {
        "path": all(_SEGMENT.fullmatch(item.path) for item in capture.segments),
        "stream": len(streams) == len(capture.streams) and all(item.stream in streams for item in capture.segments),
        "count": all(item.count > 0 for item in capture.segments),
        "times": all(_are_times(item.first_ns, item.last_ns) for item in capture.segments),
        "losses": all(_are_times(loss.first_ns, loss.last_ns, loss.count) for loss in capture.losses),
        "dtype": all(one.dtype == RAGGED or segment.DTYPE.fullmatch(one.dtype) for one in channels),
        "shape": all(min(one.shape, default=0) >= 0 for one in channels),
    }
    for reason, holds in found.items():
        if not holds:
            raise InvalidInput("store.broken_file", path="capture.json", reason=reason)


def _are_times(*times: int) -> bool:
    return all(-(1 << 63) <= time < 1 << 63 for time in times)


def _stream_of(capture: Capture, stream_id: str) -> Stream:
    for stream in capture.streams:
        if stream.id == stream_id:
            return stream
    raise NotFound("store.no_such_stream", id=capture.id, stream=stream_id)


def _damaged(capture: Capture, item: Segment, reason: str) -> InvalidInput:
    return InvalidInput(
        "store.damaged_segment", id=capture.id, path=item.path, stream=item.stream, count=item.count, reason=reason
    )


def _within(block: Block, first_ns: int | None, last_ns: int | None) -> Block:
    import numpy as np

    inside = np.ones(len(block.device_ns), bool)
    if first_ns is not None:
        inside &= block.device_ns >= first_ns
    if last_ns is not None:
        inside &= block.device_ns <= last_ns
    found = np.flatnonzero(inside)
    return stretches.part(block, int(found[0]), int(found[-1]) + 1) if len(found) else stretches.part(block, 0, 0)
