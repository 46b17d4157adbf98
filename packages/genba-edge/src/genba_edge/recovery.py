"""Batches that a power cut or a kill left open are closed behind their last whole record, and say so."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from genba_edge.batchfile import End, Loss, loss_payload, sync, trailer_payload
from genba_edge.diskqueue import Queue
from genba_edge.errors import EdgeError
from genba_edge.frames import BLOCK, HEADER, LOSS, NO_STREAM, STREAMS, TRAILER, Chain, Frame, holds_record, record, scan
from genba_edge.keys import key_id


def recover(queue: Queue, key: bytes = b"") -> list[Path]:
    """Make every unfinished batch of a queue final; one without a whole header held no samples and is removed."""
    recovered = []
    for part in queue.unfinished():
        end = close(part, key)
        if end is not None:
            recovered.append(queue.finish(part))
            queue.keep_end(end)
        elif _holds_samples(part):  # its beginning is damaged; somebody may mend it
            recovered.append(queue.finish(part))
        else:
            part.unlink(missing_ok=True)
    return recovered


def close(part: Path, key: bytes = b"") -> End | None:
    """Cut what is not whole, add a loss for every stream and a trailer.

    A chain of another key is left open, and a file that is damaged with whole records behind is left as it is.
    """
    samples: dict[int, int] = {}
    last: dict[int, int] = {}
    names: list[str] = []

    def seen(frame: Frame, payload: bytes) -> None:
        if frame.kind in (HEADER, STREAMS):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                names.extend(str(stream["id"]) for stream in json.loads(payload)["streams"])
        elif frame.kind == BLOCK:
            samples[frame.stream] = samples.get(frame.stream, 0) + frame.count
            last[frame.stream] = frame.last_ns

    with open(part, "r+b", buffering=0) as file:
        found = scan(file, key, seen)
        if not found.header:
            return None
        about: dict[str, Any] = json.loads(found.header)
        value = found.sealed or found.value
        if holds_record(file, found.end + 1):
            return End(recorder=about["recorder"], run=about["run"], batch=about["batch"], value=value)
        if found.trailer:
            file.truncate(found.end)
        elif about["chain"]["key"] == key_id(key) and found.is_chained:
            file.truncate(found.end)
            file.seek(found.end)
            chain, number, raw = Chain(key, found.value), found.records, b""
            for place, name in enumerate(names):
                at = last.get(place, 0)
                payload = loss_payload(Loss(kind="truncated", stream=name, detail="recovered", first_ns=at, last_ns=at))
                raw += record(Frame(LOSS, place, number, len(payload)), payload, chain)
                number += 1
            counts = {names[place]: count for place, count in samples.items() if place < len(names)}
            payload = trailer_payload(number, counts, is_last=True, is_recovered=True)
            raw += record(Frame(TRAILER, NO_STREAM, number, len(payload)), payload, chain)
            _write(file.fileno(), raw)
            value = chain.value
    return End(recorder=about["recorder"], run=about["run"], batch=about["batch"], value=value)


def _holds_samples(part: Path) -> bool:
    with open(part, "rb") as file:
        return holds_record(file, 0)


def _write(descriptor: int, raw: bytes) -> None:
    """All or an error; a second power cut here leaves a file that is recovered again."""
    view = memoryview(raw)
    while view:
        written = os.write(descriptor, view)
        if written <= 0:
            raise EdgeError("disk_full")
        view = view[written:]
    sync(descriptor)
