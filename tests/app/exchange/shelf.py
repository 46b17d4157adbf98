"""A partner's data address in memory: serves files with ranges, and breaks where a test wants it to."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from genba.errors import Unavailable
from genba.formats.byteranges import content_range, wanted
from genba.ports.exchange import Answer
from genba.storage.exchange.deliveries import CHUNK_BYTES, DeliveredFile, DeliveryIndex

URL = "https://maker.example/data/urn:uuid:1/"


class Shelf:
    """Satisfies ports.exchange.Http over files in memory; `meddle` may replace an answer or raise."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[tuple[str, str]] = []
        self.sent_bytes = 0
        self.meddle: Callable[[str, Answer], Answer] = lambda path, answer: answer

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        del method, body
        path = unquote(urlsplit(url).path).partition("/files/")[2]
        given = dict(headers or {})
        self.asked.append((path, given.get("Range", "")))
        content = self.files[path]
        etag = f'"{hashlib.sha256(content).hexdigest()}"'
        span = wanted(given.get("Range", ""), given.get("If-Range", ""), size_bytes=len(content), etag=etag)
        if span is None:
            answer = Answer(status=200, headers={"etag": etag}, body=content)
        else:
            ranged = {"etag": etag, "content-range": content_range(span, len(content))}
            answer = Answer(status=206, headers=ranged, body=content[span.start : span.start + span.length])
        answer = self.meddle(path, answer)
        self.sent_bytes += len(answer.body)
        return answer


class StreamingShelf(Shelf):
    """The same, with answers that are read piece by piece and can break off after some bytes."""

    def __init__(self, files: Mapping[str, bytes], *, breaks_after: int | None = None) -> None:
        super().__init__(files)
        self.breaks_after = breaks_after

    @contextmanager
    def stream(self, method: str, url: str, *, headers: Mapping[str, str] | None = None) -> Iterator["Body"]:
        yield Body(self, self.request(method, url, headers=headers))


class Body:
    """A body on its way."""

    def __init__(self, shelf: StreamingShelf, answer: Answer) -> None:
        self.status, self.headers = answer.status, answer.headers
        self._shelf, self._rest = shelf, memoryview(answer.body)

    def readinto(self, buffer: memoryview, /) -> int:
        part = self.read(min(len(buffer), 1 << 20))
        buffer[: len(part)] = part
        return len(part)

    def read(self, size: int = 1 << 20, /) -> bytes:
        if self._shelf.breaks_after is not None and self._rest:
            self._shelf.breaks_after -= size
            if self._shelf.breaks_after < 0:
                self._shelf.breaks_after = None
                raise Unavailable("connector.broken_off")
        part, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return part


def listed(files: Mapping[str, bytes]) -> DeliveryIndex:
    """The index that a publication of these files has."""
    return DeliveryIndex(
        dataset="urn:genba:dataset:1",
        version="1",
        title="t",
        provider="did:web:maker.example",
        files=tuple(
            DeliveredFile(
                path=path,
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                chunks=chunks(content) if len(content) > CHUNK_BYTES else (),
            )
            for path, content in sorted(files.items())
        ),
    )


def chunks(content: bytes) -> tuple[str, ...]:
    return tuple(
        hashlib.sha256(content[start : start + CHUNK_BYTES]).hexdigest()
        for start in range(0, len(content), CHUNK_BYTES)
    )
