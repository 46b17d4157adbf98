"""A batch file as it grows: header, blocks, losses, trailer; every record reaches the disk before the next begins."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genba_edge.declared import Clock, Request, Stream, clock_entry, stream_entry
from genba_edge.frames import (
    BLOCK,
    HEADER,
    LOSS,
    NO_STREAM,
    PREAMBLE,
    SIGNATURE,
    STREAMS,
    TRAILER,
    Chain,
    Frame,
    record,
)
from genba_edge.keys import SIGNED, Signer, key_id

FORMAT, FORMAT_VERSION = "genba edge batch", "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The last record of a batch, to which the next one is tied."""

    recorder: str
    run: str
    batch: int
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Samples that a recorder knows of and does not have."""

    kind: str  # as in genba's loss ledger: drop, gap, truncated …
    stream: str
    detail: str = ""  # disk_full, quota, back_pressure, source …
    count: int = 0  # 0 where nobody can know
    first_ns: int = 0
    last_ns: int = 0
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the header of every batch of a run says."""

    recorder: str
    run: str
    clocks: tuple[Clock, ...] = ()
    streams: tuple[Stream, ...] = ()
    request: Request | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


def as_json(entries: Mapping[str, Any]) -> bytes:
    """JSON that is the same bytes wherever it is written."""
    text = json.dumps(entries, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def header(about: About, batch: int, previous: End | None, key: bytes) -> dict[str, Any]:
    """The header's entries."""
    before = None
    if previous is not None:
        before = {"recorder": previous.recorder, "run": previous.run, "batch": previous.batch}
        before["end"] = previous.value.hex()
    request = about.request
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "recorder": about.recorder,
        "run": about.run,
        "batch": batch,
        "previous": before,
        "chain": {"algorithm": "hmac-sha256" if key else "sha256", "key": key_id(key)},
        "clocks": [clock_entry(clock) for clock in about.clocks],
        "streams": [stream_entry(stream) for stream in about.streams],
        "request": request and {"model": request.model, "deployment": request.deployment, "rule": request.rule},
        "properties": dict(about.properties),
    }


def loss_payload(loss: Loss) -> bytes:
    """A loss as its record holds it."""
    return as_json({name: getattr(loss, name) for name in Loss.__dataclass_fields__})


def trailer_payload(records: int, samples: Mapping[str, int], *, is_last: bool, is_recovered: bool) -> bytes:
    """What a batch holds, said at its end."""
    entries = {"records": records, "samples": dict(samples), "last": is_last, "recovered": is_recovered}
    return as_json(entries)


def signature_payload(signer: Signer, value: bytes) -> bytes:
    """A signature of the trailer's chain value."""
    return as_json({"algorithm": "ed25519", "key": signer.public, "signature": signer.sign(SIGNED + value).hex()})


class BatchFile:
    """The file being written. A record that does not fit the disk is taken back, so that the file stays whole."""

    def __init__(self, path: Path, about: About, batch: int, previous: End | None, key: bytes) -> None:
        """Create the file with its header; raises OSError where that is not possible, and leaves nothing."""
        self.path = path
        self.batch = batch
        self.about = about
        self.samples: dict[str, int] = {}
        self.first_host_ns: int | None = None
        self._places = {stream.id: place for place, stream in enumerate(about.streams)}
        self._chain = Chain(key)
        self._number = 0
        self._file = open(path, "xb", buffering=0)  # noqa: SIM115 - stays open from record to record
        self.size_bytes = 0
        try:
            frame_payload = as_json(header(about, batch, previous, key))
            self._append(HEADER, frame_payload, before=PREAMBLE)
        except OSError:
            self._file.close()
            path.unlink(missing_ok=True)
            raise

    def declare(self, stream: Stream, clocks: Sequence[Clock]) -> None:
        """Add a stream that the header did not know yet."""
        entries = {"clocks": [clock_entry(clock) for clock in clocks], "streams": [stream_entry(stream)]}
        self._append(STREAMS, as_json(entries))
        self._places[stream.id] = len(self._places)

    def knows(self, stream: str) -> bool:
        """Whether the stream stands in this file."""
        return stream in self._places

    def block(self, stream: str, payload: bytes, span: tuple[int, int, int]) -> None:
        """Add samples; the span is the first and the last device time and the number of samples."""
        self._append(BLOCK, payload, self._places[stream], span)
        self.samples[stream] = self.samples.get(stream, 0) + span[2]

    def loss(self, loss: Loss) -> None:
        """Add what is known to be missing."""
        self._append(LOSS, loss_payload(loss), self._places.get(loss.stream, NO_STREAM))

    def close(self, signer: Signer | None, *, is_last: bool, is_recovered: bool = False) -> End:
        """Write the trailer and, where there is a signer, the signature."""
        payload = trailer_payload(self._number, self.samples, is_last=is_last, is_recovered=is_recovered)
        self._append(TRAILER, payload)
        value = self._chain.value
        if signer is not None:
            self._append(SIGNATURE, signature_payload(signer, value))
        self._file.close()
        return End(recorder=self.about.recorder, run=self.about.run, batch=self.batch, value=value)

    def abandon(self) -> None:
        """Close the file as it is; the next start mends it."""
        self._file.close()

    def _append(
        self,
        kind: int,
        payload: bytes,
        place: int = NO_STREAM,
        span: tuple[int, int, int] = (0, 0, 0),
        before: bytes = b"",
    ) -> None:
        value = self._chain.value
        frame = Frame(kind, place, self._number, len(payload), *span)
        raw = before + record(frame, payload, self._chain)
        try:
            view = memoryview(raw)
            while view:
                view = view[self._file.write(view) :]
            sync(self._file.fileno())
        except OSError:
            self._chain.value = value
            self._file.truncate(self.size_bytes)
            self._file.seek(self.size_bytes)
            raise
        self._number += 1
        self.size_bytes += len(raw)


def sync(descriptor: int) -> None:
    """Wait until a file lies on the disk itself."""
    if sys.platform == "darwin":  # its fsync leaves data in the drive's own memory
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names lie on the disk; Windows keeps them with the files."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
