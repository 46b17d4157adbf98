"""Writes a capture: streaming, bounded, and invisible until it is whole and on the disk."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import msgspec

from genba.errors import InvalidInput
from genba.formats.ledger import Ledger
from genba.model.document import Property
from genba.model.finding import Finding
from genba.model.signals import RAGGED, Block, Capture, Channel, Clock, Loss, Request, Segment, SourceFile, Stream
from genba.ports.signals import SignalPart
from genba.storage.captures import records, segment, stretches
from genba.storage.files import long_path, make_name_last, replace_patiently, write_failed
from genba.storage.lock import FolderLock

UNFINISHED = ".unfinished"
_LARGEST_FLOAT = sys.float_info.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Where segments end; the defaults are part of the format, since ids hang on them."""

    segment_samples: int = 1 << 20
    segment_bytes: int = 32 << 20  # raw; a segment ends with the sample that reaches them
    pending_bytes: int = 256 << 20  # of all streams together, before the fullest is written


class CaptureWriter:
    """Takes what a reader yields; nothing is seen in the store before `commit`."""

    def __init__(self, root: Path, title: str, bounds: Bounds) -> None:
        """Name the store and the title; the folder is made when the writer is entered."""
        self._root = root
        self._bounds = bounds
        self._title = title
        self._folder = long_path(root / "captures" / UNFINISHED)
        self._lock = FolderLock(root / ".genba" / "lock")
        self._sources: list[SourceFile] = []
        self._clocks: dict[str, Clock] = {}
        self._streams: dict[str, Stream] = {}
        self._pending: dict[str, list[Block]] = {}
        self._pending_samples: Counter[str] = Counter()
        self._pending_bytes: Counter[str] = Counter()
        self._held_bytes = 0
        self._positions: dict[str, int] = {}
        self._segments: list[Segment] = []
        self._numbers: dict[str, int] = {}
        self._ledgers: dict[str, Ledger] = {}
        self._losses: list[Loss] = []
        self._requests: list[Request] = []
        self._properties: dict[str, str] = {}
        self.findings: list[Finding] = []

    def __enter__(self) -> CaptureWriter:
        """Take the store's lock and clean what a killed run has left."""
        self._lock.__enter__()
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            (self._folder / "segments").mkdir(parents=True)
            _put(long_path(self._root / "genba-signals.json"), records.encode_store(), only_new=True)
        except OSError as error:
            self._lock.__exit__(None, None, None)
            raise write_failed(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Throw away what was not committed and let go of the store."""
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
        finally:
            self._lock.__exit__(kind, error, trace)

    def source(self, file: SourceFile) -> None:
        """Name a file that the capture is made from."""
        self._sources.append(file)

    def add(self, part: SignalPart) -> None:
        """Take one part; blocks of unknown streams or of another shape raise InvalidInput."""
        match part:
            case Block():
                self._block(part)
            case Loss():
                self._losses.append(part)
                if part.stream in self._ledgers:
                    self._ledgers[part.stream].hear(part)
            case Clock():
                self._clocks.setdefault(part.id, part)
            case Stream():
                self._stream(part)
            case Request():
                if part not in self._requests:
                    self._requests.append(part)
            case Property():
                self._properties.setdefault(part.name, part.value)
            case Finding():
                self.findings.append(part)

    def commit(self) -> Capture:
        """Write what is pending, make it last, and show it under its id; the same content again changes nothing."""
        for identity in self._streams:
            while self._pending.get(identity):
                self._flush(identity)
        for ledger in self._ledgers.values():
            self._losses += ledger.close()
        capture = self._capture()
        target = long_path(self._root / "captures" / capture.id)
        try:
            _put(self._folder / "capture.json", records.encode(capture, records.CAPTURE))
            make_name_last(self._folder / "segments")
            make_name_last(self._folder)
            if target.exists():  # under the title it had first
                return records.read(target / "capture.json", records.CAPTURE, Capture)
            replace_patiently(self._folder, target)
            make_name_last(target.parent)
        except OSError as error:
            raise write_failed(error) from None
        return capture

    def _stream(self, stream: Stream) -> None:
        stream = replace(
            stream,
            channels=tuple(_written(channel, stream.id) for channel in stream.channels),
            rate_hz=stream.rate_hz if math.isfinite(stream.rate_hz) and stream.rate_hz > 0 else 0.0,
        )
        known = self._streams.get(stream.id)
        if known is not None:
            if known != stream:
                raise InvalidInput("store.stream_changed", stream=stream.id)
            return
        self._positions[stream.id] = len(self._streams)
        self._streams[stream.id] = stream
        self._ledgers[stream.id] = Ledger(stream)

    def _block(self, block: Block) -> None:
        stream = self._streams.get(block.stream)
        if stream is None:
            raise InvalidInput("store.wrong_block", stream=block.stream)
        stretches.refuse_broken(block, stream)
        if not len(block.device_ns):
            return
        self._losses += self._ledgers[stream.id].add(block)
        pending = self._pending.setdefault(stream.id, [])
        if pending and (pending[0].sequence is None) != (block.sequence is None):
            self._flush(stream.id)
            pending = self._pending.setdefault(stream.id, [])
        pending.append(block)
        self._hold(stream.id, len(block.device_ns), int(stretches.sizes(block, stream).sum()))
        while self._is_full(stream.id):
            self._flush(stream.id)
        while self._held_bytes > self._bounds.pending_bytes:
            self._flush(max(self._pending_bytes, key=lambda key: self._pending_bytes[key]))

    def _hold(self, identity: str, samples: int, size: int) -> None:
        self._pending_samples[identity] += samples
        self._pending_bytes[identity] += size
        self._held_bytes += size

    def _is_full(self, identity: str) -> bool:
        bounds = self._bounds
        samples, size = self._pending_samples[identity], self._pending_bytes[identity]
        return samples >= bounds.segment_samples or size >= bounds.segment_bytes

    def _flush(self, identity: str) -> None:
        """Write one segment of a stream's pending blocks; what is beyond its bounds stays pending."""
        stream = self._streams[identity]
        whole = stretches.join(self._pending[identity])
        sizes = stretches.sizes(whole, stream)
        in_bytes = int((sizes.cumsum() - sizes < self._bounds.segment_bytes).sum())
        count = min(len(sizes), self._bounds.segment_samples, in_bytes)
        rest = len(sizes) - count
        self._pending[identity] = [stretches.part(whole, count, len(sizes))] if rest else []
        self._hold(identity, -count, -int(sizes[:count].sum()))
        self._write(stretches.part(whole, 0, count) if rest else whole, stream)

    def _write(self, block: Block, stream: Stream) -> None:
        number = self._numbers.get(stream.id, 0)
        self._numbers[stream.id] = number + 1
        path = f"segments/{self._positions[stream.id]:05d}-{number:06d}.seg"
        encoded = segment.encode(block, stream)
        try:
            _put(self._folder / path, encoded.data)
        except OSError as error:
            raise write_failed(error) from None
        self._segments.append(
            Segment(
                path=path,
                stream=stream.id,
                count=len(block.device_ns),
                first_ns=int(block.device_ns.min()),
                last_ns=int(block.device_ns.max()),
                raw_bytes=encoded.raw_bytes,
                raw_sha256=encoded.raw_sha256,
                size_bytes=len(encoded.data),
                sha256=hashlib.sha256(encoded.data).hexdigest(),
            )
        )

    def _capture(self) -> Capture:
        """Name what went in by what it is: not by its title, nor by how it is encoded."""
        losses = sorted(set(self._losses), key=_order_of_loss)
        capture = Capture(
            id="",
            title=self._title,
            sources=tuple(self._sources),
            clocks=tuple(self._clocks.values()),
            streams=tuple(self._streams.values()),
            segments=tuple(sorted(self._segments, key=lambda item: item.path)),
            losses=tuple(losses),
            requests=tuple(self._requests),
            properties=dict(sorted(self._properties.items())),
        )
        identity = hashlib.blake2b(digest_size=10)
        content = {
            "sources": [(file.sha256, file.kind) for file in capture.sources],
            "clocks": capture.clocks,
            "streams": capture.streams,
            "segments": [(item.stream, item.count, item.raw_sha256) for item in capture.segments],
            "losses": capture.losses,
            "requests": capture.requests,
            "properties": capture.properties,
        }
        identity.update(msgspec.json.encode(content, order="deterministic"))
        return replace(capture, id=identity.hexdigest())


def _order_of_loss(loss: Loss) -> tuple[str, int, int, str, str, str]:
    return (loss.stream, loss.first_ns, loss.last_ns, loss.kind, loss.channel, loss.detail)


def _written(channel: Channel, stream: str) -> Channel:
    """Keep types out that have no canonical bytes, and numbers that JSON cannot write."""
    is_known = channel.dtype == RAGGED or segment.DTYPE.fullmatch(channel.dtype) is not None
    if not is_known or not all(map(math.isfinite, channel.calibration.coefficients)):
        raise InvalidInput("store.wrong_block", stream=stream)
    if channel.saturates_at is None or all(map(math.isfinite, channel.saturates_at)):
        return channel
    if any(map(math.isnan, channel.saturates_at)):
        return replace(channel, saturates_at=None)
    low, high = (max(-_LARGEST_FLOAT, min(_LARGEST_FLOAT, limit)) for limit in channel.saturates_at)
    return replace(channel, saturates_at=(low, high))


def _put(path: Path, data: bytes, *, only_new: bool = False) -> None:
    """Write a file and wait until the disk has it."""
    if only_new and path.exists():
        return
    temporary = path.with_name(f"{path.name}.part")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    replace_patiently(temporary, path)
