"""Fetch the files of a signed list in parallel: every byte is hashed before it counts, and a broken pull goes on."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import quote

import msgspec

from genba.app.exchange.refusals import NO_REASON, Told, heard
from genba.errors import Conflict, Denied, GenbaError, InvalidInput, NotFound, Unavailable
from genba.formats.byteranges import Span, read_content_range
from genba.ports.exchange import Answer, Http
from genba.storage.exchange.deliveries import CHUNK_BYTES, FILES, DeliveredFile, DeliveryIndex, hash_file
from genba.storage.files import long_path, write_failed

# Chunks that one request asks for: fewer requests for the provider to check, yet soon repeated when a line breaks.
RUN_CHUNKS = 4
# Hashing takes most of the time (about 400 MB/s and core), and hashlib lets other threads run meanwhile.
WORKERS = 3
TRIES = 4
PAUSES_S = (0.2, 1.0, 3.0)
MOST_WAITS = 60
LONGEST_WAIT_S = 30.0
JOURNAL = "have.txt"
# What is hashed and written at a time: small, so that a processor core finds all of it still in its cache.
BLOCK_BYTES = 1 << 18
_PIECE_BYTES = 8 << 20  # of requests whose answer is read in one piece
_MAX_REFUSAL_BYTES = 64_000


class Body(Protocol):
    """An answer whose body is read piece by piece."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def readinto(self, buffer: memoryview, /) -> int: ...
    def read(self, size: int = ..., /) -> bytes: ...


@runtime_checkable
class Streaming(Protocol):
    """Outgoing requests that can also give the answer piece by piece; without it, small ranges are asked for."""

    def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Body]:
        """Open an answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a partner delivers, and what every request carries."""

    http: Http
    url: str  # with a slash at the end
    headers: Mapping[str, str]
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Tally:
    """What came over the line, and what was there from before."""

    received_bytes: int = 0
    kept_bytes: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    """Bytes of a file that one request fetches."""

    number: int  # of the file in the list
    file: DeliveredFile
    span: Span


@dataclass(slots=True)
class _State:
    """What the workers share."""

    endpoint: Endpoint
    folder: Path
    runs: Iterator[_Run]
    progress: Callable[[int], None]
    lock: threading.Lock = field(default_factory=threading.Lock)
    received_bytes: int = 0
    is_stopped: bool = False

    def take(self) -> _Run | None:
        with self.lock:
            return None if self.is_stopped else next(self.runs, None)

    def got(self, run: _Run, chunk: int, size_bytes: int) -> None:
        with self.lock:
            self.received_bytes += size_bytes
            if run.file.chunks:
                with (self.folder / JOURNAL).open("a", encoding="ascii") as journal:
                    journal.write(f"{run.number} {chunk}\n")
            self.progress(size_bytes)


def download(
    endpoint: Endpoint,
    index: DeliveryIndex,
    folder: Path,
    *,
    workers: int = WORKERS,
    progress: Callable[[int], None] = lambda size_bytes: None,
) -> Tally:
    """Bring every file of the list into `folder`/files; what an earlier attempt brought is hashed again and kept."""
    root = long_path(folder)
    try:
        missing, kept_bytes = _missing(index, root)
    except OSError as error:
        raise write_failed(error) from None
    progress(kept_bytes)
    state = _State(endpoint=endpoint, folder=root, runs=iter(missing), progress=progress)
    try:
        with ThreadPoolExecutor(max(1, min(workers, len(missing)))) as pool:
            tasks = [pool.submit(_work, state) for _ in range(min(workers, len(missing)))]
            try:
                for task in tasks:
                    task.result()
            finally:
                state.is_stopped = True
    except OSError as error:
        raise write_failed(error) from None
    return Tally(received_bytes=state.received_bytes, kept_bytes=kept_bytes)


def _work(state: _State) -> None:
    buffer = memoryview(bytearray(BLOCK_BYTES if isinstance(state.endpoint.http, Streaming) else _PIECE_BYTES))
    try:
        while (run := state.take()) is not None:
            _fetch_patiently(state, run, buffer)
    finally:
        state.is_stopped = True  # the others need not begin anything after a failure; without one nothing is left


def _fetch_patiently(state: _State, run: _Run, buffer: memoryview) -> None:
    """Ask again when a line breaks or bytes are wrong; what was verified of a run is not asked for again."""
    attempt = waits = 0
    while True:
        try:
            for chunk, size_bytes in _fetch(state, run, buffer):
                run = _Run(run.number, run.file, Span(run.span.start + size_bytes, run.span.length - size_bytes))
                state.got(run, chunk, size_bytes)
            return
        except (Unavailable, InvalidInput) as error:
            # A provider that says when to come again is there: many small files simply take their time.
            is_asked_to_wait = error.code == "pull.busy_there"
            attempt, waits = attempt + (not is_asked_to_wait), waits + is_asked_to_wait
            if attempt == TRIES or waits == MOST_WAITS:
                raise
            state.endpoint.pause(_pause(error, attempt))


def _pause(error: GenbaError, attempt: int) -> float:
    wanted = error.details.get("retry_after_s")
    if isinstance(wanted, int):
        return min(float(wanted), LONGEST_WAIT_S)
    return PAUSES_S[min(max(attempt - 1, 0), len(PAUSES_S) - 1)]


def _fetch(state: _State, run: _Run, buffer: memoryview) -> Iterator[tuple[int, int]]:
    """Fetch one run; gives number and size of every chunk (or of the whole file) that was verified and written."""
    file = run.file
    url = state.endpoint.url + "files/" + quote(file.path)
    with (state.folder / FILES / file.path).open("r+b") as target, _opened(state.endpoint, url, run) as fill:
        start, end = run.span.start, run.span.start + run.span.length
        target.seek(start)
        while start < end:
            chunk = start // CHUNK_BYTES if file.chunks else 0
            until = min(end, start + CHUNK_BYTES) if file.chunks else end
            digest = hashlib.sha256()
            for position in range(start, until, len(buffer)):
                part = buffer[: until - position]
                fill(part)
                digest.update(part)
                target.write(part)
            if digest.hexdigest() != (file.chunks[chunk] if file.chunks else file.sha256):
                raise InvalidInput("pull.wrong_bytes", path=file.path)
            yield chunk, until - start
            start = until


@contextmanager
def _opened(endpoint: Endpoint, url: str, run: _Run) -> Iterator[Callable[[memoryview], None]]:
    """Ask for the bytes of a run; gives a function that fills buffers with what comes next."""
    if not isinstance(endpoint.http, Streaming):
        yield _Pieces(endpoint, url, run).fill
        return
    span = run.span
    with endpoint.http.stream("GET", url, headers=_asking(endpoint, run, span)) as body:
        if body.status not in (200, 206):
            raise refusal(Answer(status=body.status, headers=body.headers, body=body.read(_MAX_REFUSAL_BYTES)))
        _check_span(body.status, body.headers, run, span)

        def fill(part: memoryview) -> None:
            done = 0
            while done < len(part):
                count = body.readinto(part[done:])
                if count == 0:
                    raise Unavailable("pull.broken_off", path=run.file.path)
                done += count

        yield fill


class _Pieces:
    """Fills buffers from small ranges, each read in one piece."""

    def __init__(self, endpoint: Endpoint, url: str, run: _Run) -> None:
        self._endpoint, self._url, self._run = endpoint, url, run
        self._position = run.span.start

    def fill(self, part: memoryview) -> None:
        done = 0
        while done < len(part):
            span = Span(self._position, min(_PIECE_BYTES, len(part) - done))
            answer = self._endpoint.http.request("GET", self._url, headers=_asking(self._endpoint, self._run, span))
            if answer.status not in (200, 206):
                raise refusal(answer)
            _check_span(answer.status, answer.headers, self._run, span)
            if len(answer.body) != span.length:
                raise Unavailable("pull.broken_off", path=self._run.file.path)
            part[done : done + span.length] = answer.body
            done += span.length
            self._position += span.length


def _asking(endpoint: Endpoint, run: _Run, span: Span) -> dict[str, str]:
    if span.length == run.file.size_bytes:
        return dict(endpoint.headers)
    last = span.start + span.length - 1
    return {**endpoint.headers, "Range": f"bytes={span.start}-{last}", "If-Range": f'"{run.file.sha256}"'}


def _check_span(status: int, headers: Mapping[str, str], run: _Run, span: Span) -> None:
    """Refuse an answer with other bytes than asked for: the file has changed, or the server knows no ranges."""
    if status == 200:
        if span.length != run.file.size_bytes:
            raise Conflict("pull.changed_there", path=run.file.path)
        return
    if read_content_range(headers.get("content-range", "")) != (span, run.file.size_bytes):
        raise Conflict("pull.changed_there", path=run.file.path)


def _missing(index: DeliveryIndex, root: Path) -> tuple[list[_Run], int]:
    """Make room for every file, and give what has to be fetched and how many bytes are there already."""
    have = _journal(root)
    runs: list[_Run] = []
    kept_bytes = 0
    for number, file in enumerate(index.files):
        path = root / FILES / file.path
        if not path.is_file() or path.stat().st_size != file.size_bytes:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as made:
                made.truncate(file.size_bytes)
            have.pop(number, None)
            is_new = True
        else:
            is_new = False
        wanted = _wanted(path, file, have.get(number, set()), is_new=is_new)
        kept_bytes += file.size_bytes - sum(span.length for span in wanted)
        runs += [_Run(number, file, span) for span in wanted]
    return runs, kept_bytes


def _journal(root: Path) -> dict[int, set[int]]:
    """Read which chunks an earlier attempt has verified; a hint only, they are hashed again."""
    have: dict[int, set[int]] = {}
    try:
        lines = (root / JOURNAL).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return have
    for line in lines:
        number, _, chunk = line.partition(" ")
        if number.isdigit() and chunk.isdigit():
            have.setdefault(int(number), set()).add(int(chunk))
    return have


def _wanted(path: Path, file: DeliveredFile, have: set[int], *, is_new: bool) -> list[Span]:
    """Give the stretches of a file that are not there yet."""
    if not file.chunks:
        is_there = file.size_bytes == 0 or (not is_new and hash_file(path, file.path).sha256 == file.sha256)
        if is_there and file.size_bytes == 0 and file.sha256 != hashlib.sha256().hexdigest():
            raise InvalidInput("pull.wrong_bytes", path=file.path)
        return [] if is_there else [Span(0, file.size_bytes)]
    spans: list[Span] = []
    with path.open("rb") as stream:
        for chunk, sha256 in enumerate(file.chunks):
            start = chunk * CHUNK_BYTES
            length = min(CHUNK_BYTES, file.size_bytes - start)
            if not is_new and chunk in have:
                stream.seek(start)
                if hashlib.sha256(stream.read(length)).hexdigest() == sha256:
                    continue
            before = spans[-1] if spans else None
            if before and before.start + before.length == start and before.length < RUN_CHUNKS * CHUNK_BYTES:
                spans[-1] = Span(before.start, before.length + length)
            else:
                spans.append(Span(start, length))
    return spans


class _Refusal(msgspec.Struct):
    """What a partner's genba answers when it delivers nothing."""

    code: str = ""
    reasons: tuple[Told, ...] = ()
    details: dict[str, str | int | float | bool] = {}


def refusal(answer: Answer) -> GenbaError:
    """Say in our words why a partner delivered nothing."""
    try:
        told = msgspec.json.decode(answer.body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        told = _Refusal()
    reasons = heard(told.reasons) or heard((Told(told.code, told.details),)) or NO_REASON
    if answer.status in (401, 403):
        return Denied("pull.refused_there", status=answer.status, reasons=reasons)
    if answer.status in (404, 410):
        return NotFound("pull.not_there", status=answer.status, reasons=reasons)
    if answer.status in (429, 503):
        return Unavailable("pull.busy_there", status=answer.status, retry_after_s=answer.retry_after_s or 1)
    if answer.status >= 500:
        return Unavailable("pull.failed_there", status=answer.status, reasons=reasons)
    return Conflict("pull.not_now", status=answer.status, reasons=reasons)
