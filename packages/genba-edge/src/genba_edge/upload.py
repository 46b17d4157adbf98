"""Hands batches on, the oldest first, until each is acknowledged: resumed where it broke, no faster than allowed."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from genba_edge.diskqueue import Queue
from genba_edge.errors import EdgeError

CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A batch on its way."""

    path: Path
    size_bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """How it is called at the other end too."""
        return self.path.name

    def chunks(self, offset: int) -> Iterator[bytes]:
        """Its bytes from an offset on."""
        with open(self.path, "rb") as file:
            file.seek(offset)
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def sha256_of_first(self, size: int) -> str:
        """The hash of its beginning."""
        return _sha256(self.path, size)


class Target(Protocol):
    """Where batches go; each call may raise OSError, after which it is tried again."""

    def offset(self, batch: Outgoing) -> int:
        """How much of it has arrived; all of it only when its hash was proven."""

    def send(self, batch: Outgoing, offset: int, chunks: Iterator[bytes]) -> None:
        """Add the bytes behind the offset; returns when the other end has proven and kept the whole."""


class Refused(Exception):
    """The other end says no, and would say so again."""

    def __init__(self, code: str, **details: object) -> None:
        """The code is one of `wording`."""
        super().__init__(code)
        self.code = code
        self.details = details


class TryLater(OSError):
    """The other end is busy; `wait_s` is what it asked for."""

    def __init__(self, wait_s: float = 0.0) -> None:
        """Without a wish the usual waiting time is taken."""
        super().__init__("try later")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How hard to try, and how fast to send."""

    attempts: int = 8  # without any progress, before giving up until the next call
    first_wait_s: float = 1.0
    longest_wait_s: float = 300.0
    bytes_per_second: int = 0  # 0: as fast as it goes
    delete: bool = False  # acknowledged batches at once, instead of when room is needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What a call achieved."""

    sent: tuple[str, ...]
    size_bytes: int
    waiting: int
    retries: int
    code: str = ""  # why it stopped before the end


def upload(
    queue: Queue,
    target: Target,
    pace: Pace | None = None,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> Uploaded:
    """Send every batch that waits; stops at the first that cannot be sent, so that they arrive in their order."""
    pace = pace or Pace()
    sent: list[str] = []
    size = retries = 0
    code = ""
    for path in queue.waiting():
        try:
            batch = Outgoing(path, path.stat().st_size, _sha256(path))
        except FileNotFoundError:  # deleted meanwhile
            continue
        attempt = 0
        furthest = -1
        while True:
            try:
                offset = target.offset(batch)
                if offset > furthest:
                    furthest, attempt = offset, 0
                if offset < batch.size_bytes:
                    target.send(batch, offset, _paced(batch.chunks(offset), pace, sleep, monotonic))
                break
            except Refused as error:
                code = error.code
                break
            except OSError as error:
                attempt += 1
                if attempt >= pace.attempts:
                    code = "unreachable"
                    break
                retries += 1
                sleep(_wait(error, attempt, pace, chance))
        if code:
            break
        queue.acknowledge(path, {"sha256": batch.sha256, "size_bytes": batch.size_bytes})
        if pace.delete:
            queue.delete(path)
        sent.append(batch.name)
        size += batch.size_bytes
    return Uploaded(sent=tuple(sent), size_bytes=size, waiting=len(queue.waiting()), retries=retries, code=code)


def target_of(place: str, *, token_file: str = "", ca_file: str = "") -> Target:
    """A folder, or the address that a person wrote: https://…, http://…"""
    if place.startswith(("https://", "http://")):
        from genba_edge.http_target import HttpTarget

        return HttpTarget(place, token_file=token_file, ca_file=ca_file)
    if "://" in place:
        raise EdgeError("target", target=place)
    from genba_edge.folder_target import FolderTarget

    return FolderTarget(Path(place))


def _wait(error: OSError, attempt: int, pace: Pace, chance: Callable[[], float]) -> float:
    """Twice as long each time, and not all machines of a hall at the same moment."""
    asked = error.wait_s if isinstance(error, TryLater) else 0.0
    usual: float = min(pace.longest_wait_s, pace.first_wait_s * 2.0 ** min(attempt - 1, 60))
    return max(min(asked, pace.longest_wait_s), usual * (0.5 + chance() / 2))


def _paced(
    chunks: Iterator[bytes], pace: Pace, sleep: Callable[[float], None], monotonic: Callable[[], float]
) -> Iterator[bytes]:
    """The chunks, held back so that no more than the allowed bytes go out in a second."""
    begin, sent = monotonic(), 0
    for chunk in chunks:
        yield chunk
        sent += len(chunk)
        if pace.bytes_per_second:
            ahead = sent / pace.bytes_per_second - (monotonic() - begin)
            if ahead > 0:
                sleep(ahead)


def _sha256(path: Path, size: int = -1) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while size and (chunk := file.read(CHUNK_BYTES if size < 0 else min(size, CHUNK_BYTES))):
            digest.update(chunk)
            size -= len(chunk) if size > 0 else 0
    return digest.hexdigest()
