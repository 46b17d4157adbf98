"""The application of the outer listener: protocol messages, data, DID documents, credentials, and signs of life."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from genba.errors import GenbaError, NotFound, Unavailable
from genba.web.asgi import (
    Gone,
    Malformed,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    answer,
    compressed,
    is_deep,
    read_body,
    request_of,
)
from genba.web.callers import Callers
from genba.web.desk import CORRELATION, Desk, Visit, Workers, status_of, where
from genba.web.limits import Buckets, address_key
from genba.web.routes import OTHER, template_of
from genba.web.streaming import FileAnswer, Line, open_file, stream

LISTENER = "protocol"
BODIES = frozenset({"POST", "PUT", "PATCH"})
FORWARDED = "x-forwarded-for"


class Reply(Protocol):
    """What functions below this layer answer: they know nothing of ASGI."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request with its body read, as functions below this layer take it."""

    method: str
    path: str  # decoded
    raw_path: str
    query: Mapping[str, str]
    raw_query: str
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[Call], Reply | FileAnswer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What answers below a path; `most_bytes` 0 means that no body is taken."""

    prefix: str
    answering: Answering
    most_bytes: int = 0
    weight: str = "messages"  # which bucket it takes from: messages or data
    error: Callable[[str, int, str, str], bytes] | None = None  # path, status, code, correlation → body


class Outside:
    """Finds the place of a request, keeps to the limits, and answers."""

    def __init__(
        self,
        places: tuple[Place, ...],
        desk: Desk,
        callers: Callers,
        buckets: Mapping[str, Buckets],
        *,
        behind_proxy: bool = False,
    ) -> None:
        """`places` are tried in order; `buckets` are by weight and limit each address."""
        self._places = places
        self._desk = desk
        self._callers = callers
        self._buckets = buckets
        self._behind_proxy = behind_proxy
        self._workers = Workers(LISTENER)
        self._readers = Workers("data")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        place = next((place for place in self._places if scope["path"].startswith(place.prefix)), None)
        visit = self._desk.open(LISTENER, scope["method"], template_of(scope["path"]) if place else OTHER)
        try:
            await self._visit(visit, place, scope, receive, send)
        except Gone:
            visit.status = visit.status or 499
        finally:
            self._desk.close(visit)

    async def _visit(self, visit: Visit, place: Place | None, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = request_of(scope, receive)
            found = await self._answer(visit, place, request)
        except Gone:
            raise
        except GenbaError as error:
            found = self._problem(visit, place, scope["path"], error)
        except Exception as error:  # noqa: BLE001 -- the rim: nobody outside learns more than a number to ask about
            visit.where = where(error)
            found = self._problem(visit, place, scope["path"], Unavailable("web.unexpected"), status=500)
        if isinstance(found, FileAnswer):
            refused = await self._stream(visit, found, (scope, receive, send))
            if refused is None:
                return
            found = refused
        visit.status = found.status
        await answer(send, found, head_only=scope["method"] == "HEAD")

    async def _stream(self, visit: Visit, found: FileAnswer, line: Line) -> Response | None:
        """Send a file and say how much went out, whatever happened; gives what to answer where it cannot be opened."""
        loop = asyncio.get_running_loop()
        visit.status, visit.sent = found.status, 0

        def taken(sent: int) -> None:
            visit.sent = sent

        is_begun = False
        try:
            file = await loop.run_in_executor(self._readers.pool, open_file, found)
            is_begun = True
            await stream(found, file, line, self._readers.pool, taken)
        except OSError as error:  # a disk that is away: before the first byte it can be said, afterwards only cut off
            visit.where = where(error)
            if not is_begun:
                return self._problem(visit, None, "", Unavailable("web.unexpected"), status=500)
        finally:
            await loop.run_in_executor(self._readers.pool, found.finish, visit.sent)
        return None

    async def _answer(self, visit: Visit, place: Place | None, request: Request) -> Response | FileAnswer:
        if place is None:
            raise NotFound("web.no_such_place")
        self._limit(place, request)
        body = b""
        if request.method in BODIES:
            body = await read_body(request, place.most_bytes)
            if is_deep(body):
                raise Malformed("web.too_deep")
        call = Call(
            method=request.method,
            path=request.path,
            raw_path=request.raw_path,
            query=request.query,
            raw_query=request.raw_query,
            headers=request.headers,
            body=body,
        )

        def work() -> Response | FileAnswer:
            with self._callers.visit() as seen:
                try:
                    reply = place.answering(call)
                finally:
                    visit.participant, visit.code = seen.mark, seen.why
                    if seen.wait_s:  # whatever else was made of the refusal
                        raise TooMany("web.too_many_requests", seconds=seen.wait_s)
            if reply is None:
                raise NotFound("web.no_such_place")
            if isinstance(reply, FileAnswer):
                return reply
            visit.code = visit.code or getattr(reply, "code", "")  # why it was refused, for our own log
            response = Response(status=reply.status, body=reply.body, headers=reply.headers)
            return compressed(response, request)

        return await self._workers.run(work)

    def _limit(self, place: Place, request: Request) -> None:
        address = request.address
        if self._behind_proxy:
            address = request.headers.get(FORWARDED, address).rpartition(",")[2].strip()
        wait_s = self._buckets[place.weight].wait_s(address_key(address))
        if wait_s:
            raise TooMany("web.too_many_requests", seconds=wait_s)

    def _problem(self, visit: Visit, place: Place | None, path: str, error: GenbaError, *, status: int = 0) -> Response:
        """Answer an error with its code; what failed inside has a number by which the log knows it."""
        status = status or status_of(error)
        headers = {CORRELATION: visit.correlation}
        if isinstance(error, TooMany):
            status = 429
            headers["retry-after"] = str(int(error.wait_s) + 1)
            self._desk.figures.refused.add(LISTENER, "rate")
        elif status in (408, 413):
            headers["connection"] = "close"  # what is left of the body is not read
            self._desk.figures.refused.add(LISTENER, "body")
        elif status == 503:
            headers["retry-after"] = "5"
        visit.code = error.code
        if place is not None and place.error is not None:
            body = place.error(path, status, error.code, visit.correlation)
        else:
            body = msgspec.json.encode({"code": error.code, "correlation": visit.correlation})
        return Response(status=status, body=body, headers=headers)

    def close(self) -> None:
        """Begin nothing more."""
        self._workers.close()
        self._readers.close()


class TooMany(Unavailable):
    """A caller asks for more than it may; it can come back."""

    @property
    def wait_s(self) -> float:
        """Seconds until the next request is taken."""
        seconds = self.details.get("seconds", 1.0)
        return seconds if isinstance(seconds, float) else 1.0


Application = Callable[[Scope, Receive, Send], Awaitable[None]]
