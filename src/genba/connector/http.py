"""Requests to other participants: checked addresses, limits on size and time, TLS, no redirects, kept alive."""

import http.client
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from genba.connector.addresses import Resolve, Target, check_literal, checked, parse, ranges, system_resolve
from genba.connector.heads import NAME, Response
from genba.errors import InvalidInput, Unavailable
from genba.ports.exchange import Answer

MAX_BODY_BYTES = 16_000_000
BLOCK_BYTES = 256 * 1024
IDLE_S = 30.0  # a kept connection that was silent for longer is not used again
RESOLVED_S = 30.0  # how long the checked addresses of a host are used before they are looked up again
KEPT_PER_HOST = 16
KEPT = 256
_FAILURES = (OSError, http.client.HTTPException)
_FORBIDDEN = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_VALUE = re.compile(r"[\t -~\x80-\xff]*")


@dataclass(slots=True)
class _Kept:
    """A connection at rest."""

    connection: "_Connection"
    since: float


class Streamed:
    """An answer whose body is read piece by piece."""

    def __init__(self, response: Response) -> None:
        """Wrap what has arrived so far: the head."""
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.fields

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill a buffer; 0 at the end. Raises Unavailable when the connection breaks off."""
        try:
            return self._response.readinto(buffer)
        except _FAILURES:
            raise Unavailable("connector.broken_off") from None

    def read(self, size: int = BLOCK_BYTES) -> bytes:
        """Give at most so many bytes; none at the end."""
        try:
            return self._response.read(size)
        except _FAILURES:
            raise Unavailable("connector.broken_off") from None

    @property
    def is_complete(self) -> bool:
        """Whether all that was announced has been read."""
        return self._response.isclosed() and not self._response.length


class GuardedHttp:
    """Satisfies ports.exchange.Http; safe to share between threads."""

    def __init__(
        self,
        *,
        private: Sequence[str] = (),
        plain_http: bool = False,
        timeout_s: float = 10.0,
        max_body_bytes: int = MAX_BODY_BYTES,
        authorities: str = "",
        resolve: Resolve = system_resolve,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the private ranges that may be reached and a file of further certificate authorities, if any."""
        self._private = ranges(private)
        self._plain_http = plain_http
        self._timeout_s = timeout_s
        self._max_body_bytes = max_body_bytes
        self._authorities = authorities
        self._resolve = resolve
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, int], list[_Kept]] = {}
        self._kept_count = 0
        self._resolved: dict[tuple[str, str, int], tuple[float, tuple[str, ...]]] = {}
        self._tls: ssl.SSLContext | None = None
        self._parse = lru_cache(maxsize=1024)(parse)

    def check(self, url: str) -> None:
        """Refuse an address that can be told to be wrong without looking its name up."""
        check_literal(url, self._private, plain_http=self._plain_http)

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send and read the whole answer; raises Unavailable when none came, Denied when the address is refused."""
        target = self._parse(url)
        deadline = self._clock() + self._timeout_s
        connection, response = self._send(target, method, headers or {}, body, deadline)
        try:
            content = self._content(response)
        except BaseException:
            connection.close()
            raise
        self._rest(target, connection, response)
        return Answer(status=response.status, headers=response.fields, body=content)

    @contextmanager
    def stream(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Iterator[Streamed]:
        """Send and give the answer's body piece by piece; only silence is limited in time, not the whole."""
        target = self._parse(url)
        connection, response = self._send(target, method, headers or {}, body, None)
        streamed = Streamed(response)
        try:
            yield streamed
        except BaseException:
            connection.close()
            raise
        if streamed.is_complete:
            self._rest(target, connection, response)
        else:
            connection.close()

    def close(self) -> None:
        """Close all connections at rest."""
        with self._lock:
            resting = [kept for group in self._kept.values() for kept in group]
            self._kept.clear()
            self._kept_count = 0
        for kept in resting:
            kept.connection.close()

    def _send(
        self, target: Target, method: str, headers: Mapping[str, str], body: bytes, deadline: float | None
    ) -> tuple["_Connection", Response]:
        """Use a kept connection; where it turns out to have been closed meanwhile, a new one once."""
        kept = self._take(target)
        if kept is not None:
            try:
                return kept, kept.exchange(target, method, headers, body, deadline)
            except TimeoutError:
                kept.close()
                raise Unavailable("connector.timed_out") from None
            except _FAILURES:
                kept.close()
        connection = self._connect(target, deadline)
        try:
            return connection, connection.exchange(target, method, headers, body, deadline)
        except TimeoutError:
            connection.close()
            raise Unavailable("connector.timed_out") from None
        except _FAILURES:
            connection.close()
            raise Unavailable("connector.no_answer") from None

    def _content(self, response: Response) -> bytes:
        announced = response.length
        if announced is not None and announced > self._max_body_bytes:
            raise Unavailable("connector.too_large", limit=self._max_body_bytes)
        try:
            content = response.read() if announced is not None else response.read(self._max_body_bytes + 1)
        except TimeoutError:
            raise Unavailable("connector.timed_out") from None
        except _FAILURES:
            raise Unavailable("connector.broken_off") from None
        if len(content) > self._max_body_bytes:
            raise Unavailable("connector.too_large", limit=self._max_body_bytes)
        return content

    def _connect(self, target: Target, deadline: float | None) -> "_Connection":
        refused: OSError | None = None
        for address in self._addresses(target):
            try:
                opened = socket.create_connection((address, target.port), timeout=self._remaining(deadline))
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if target.scheme == "https":
                    opened = self._secured(opened, target.host)
            except OSError as error:
                refused = error
            else:
                return _Connection(opened, self._timeout_s, self._clock)
        with self._lock:
            self._resolved.pop((target.scheme, target.host, target.port), None)
        if isinstance(refused, ssl.SSLError):
            raise Unavailable("connector.tls_failed")
        raise Unavailable("connector.not_reached")

    def _addresses(self, target: Target) -> tuple[str, ...]:
        """Give the checked addresses of a host; connections go to exactly these, whatever the name says later."""
        key = (target.scheme, target.host, target.port)
        now = self._clock()
        with self._lock:
            known = self._resolved.get(key)
        if known is not None and now - known[0] < RESOLVED_S:
            return known[1]
        found = checked(target, self._private, plain_http=self._plain_http, resolve=self._resolve)
        with self._lock:
            if len(self._resolved) >= KEPT:
                self._resolved.clear()
            self._resolved[key] = (now, found)
        return found

    def _secured(self, opened: socket.socket, host: str) -> socket.socket:
        with self._lock:
            if self._tls is None:
                self._tls = ssl.create_default_context()
                if self._authorities:
                    self._tls.load_verify_locations(self._authorities)
        try:
            return self._tls.wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise

    def _remaining(self, deadline: float | None) -> float:
        return self._timeout_s if deadline is None else max(0.001, deadline - self._clock())

    def _take(self, target: Target) -> "_Connection | None":
        key, now = (target.scheme, target.host, target.port), self._clock()
        stale: list[_Kept] = []
        found: _Connection | None = None
        with self._lock:
            group = self._kept.get(key, [])
            while group and found is None:
                kept = group.pop()
                self._kept_count -= 1
                if now - kept.since < IDLE_S:
                    found = kept.connection
                else:
                    stale.append(kept)
        for kept in stale:
            kept.connection.close()
        return found

    def _rest(self, target: Target, connection: "_Connection", response: Response) -> None:
        """Keep a connection for the next request where the server lets us."""
        if response.will_close:
            connection.close()
            return
        key = (target.scheme, target.host, target.port)
        with self._lock:
            group = self._kept.setdefault(key, [])
            if len(group) < KEPT_PER_HOST and self._kept_count < KEPT:
                group.append(_Kept(connection, self._clock()))
                self._kept_count += 1
                return
        connection.close()


class _Connection:
    """One connection to a checked address; every wait ends at the deadline of the request."""

    def __init__(self, opened: socket.socket, silence_s: float, clock: Callable[[], float]) -> None:
        self._socket = opened
        self._raw = _Timed(opened, silence_s, clock)
        self._reader = io.BufferedReader(self._raw, BLOCK_BYTES // 4)

    def exchange(
        self, target: Target, method: str, headers: Mapping[str, str], body: bytes, deadline: float | None
    ) -> Response:
        """Send one request and read the answer's head."""
        self._raw.deadline = deadline
        self._raw.set_timeout()
        self._socket.sendall(_request(target, method, headers, body))
        # HTTPResponse wants nothing of a socket but the file to read from; that file outlives one answer here.
        readable = _Readable(cast(io.BufferedReader, self._reader))
        response = Response(cast(socket.socket, readable), method=method)
        response.is_head = method == "HEAD"
        response.begin()
        return response

    def close(self) -> None:
        """Let go."""
        self._socket.close()


class _Timed(io.RawIOBase):
    """A socket's receiving side; each wait is cut to what is left of the request's time."""

    def __init__(self, opened: socket.socket, silence_s: float, clock: Callable[[], float]) -> None:
        super().__init__()
        self._socket = opened
        self._silence_s = silence_s
        self._clock = clock
        self._set_s = -1.0
        self.deadline: float | None = None

    def readable(self) -> bool:
        return True

    def set_timeout(self) -> None:
        """Wait at most until the deadline, or for a stated silence where there is none."""
        left = self._silence_s if self.deadline is None else self.deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        if left != self._set_s:  # a call of the system each time
            self._socket.settimeout(left)
            self._set_s = left

    def readinto(self, buffer: object) -> int:
        self.set_timeout()
        return self._socket.recv_into(cast(bytearray, buffer))


class _Readable:
    """Stands in for a socket: gives the connection's reader to each answer in turn, and is not closed with it."""

    def __init__(self, reader: io.BufferedReader) -> None:
        self._reader = reader

    def makefile(self, mode: str) -> "_Borrowed":
        return _Borrowed(self._reader)


class _Borrowed(io.BufferedIOBase):
    """A reader that closing does not close."""

    def __init__(self, reader: io.BufferedReader) -> None:
        super().__init__()
        self.read = reader.read  # type: ignore[method-assign]
        self.readinto = reader.readinto  # type: ignore[method-assign]
        self.readline = reader.readline  # type: ignore[method-assign]
        self.read1 = reader.read1  # type: ignore[method-assign]
        self.peek = reader.peek

    def readable(self) -> bool:
        return True


def _request(target: Target, method: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Write the request in one piece, so that it leaves in one packet where it fits."""
    lines = [f"{method} {target.path} HTTP/1.1", f"Host: {target.netloc}", "Accept-Encoding: identity"]
    for name, value in headers.items():
        if name.lower() in _FORBIDDEN or not NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise InvalidInput("connector.bad_header", name=name[:50])
        lines.append(f"{name}: {value}")
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
