"""HTTP connections that cannot be held open for nothing: bounded heads, counts and waiting on top of uvicorn."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from io import FileIO
from typing import Any

import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from genba.web.limits import address_key

HEAD_BYTES = 32_768  # request line and headers
MOST_HEADERS = 100
HEAD_S = 10.0  # a head must have come by then
LAST_WRITE_S = 30.0  # a closed connection must have taken its last bytes by then
MOST_CONNECTIONS = 1_000
MOST_PER_ADDRESS = 250
MOST_PIPELINED = 8
# ASGI extensions: to close the connection at once, whatever is still unsent; to send a stretch of a file as body.
ABORT, SENDFILE = "genba.abort", "genba.sendfile"


class Door:
    """Who is connected to one listener, and what was turned away."""

    def __init__(
        self, refused: Callable[[str], None], *, per_address: int = MOST_PER_ADDRESS, head_s: float = HEAD_S
    ) -> None:
        """`refused` is told why a connection was closed; behind a proxy all come from one address."""
        self.refused = refused
        self.per_address = per_address
        self.head_s = head_s
        self.open = 0
        self._by_address: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count a connection; tell whether there is room for it."""
        self.open += 1
        self._by_address[address] += 1
        return self.open <= MOST_CONNECTIONS and self._by_address[address] <= self.per_address

    def leave(self, address: str) -> None:
        """Forget a connection."""
        self.open -= 1
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]


class BadHead(Exception):
    """A head is larger than what is taken."""


class Connection(HttpToolsProtocol):
    """One connection, watched from its first byte; uvicorn makes it, so its door is given to the class."""

    door: Door

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._waiting: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = False
        self._address = ""
        self._too_large = False
        self._sending: asyncio.Task[int] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = address_key(self.client[0]) if self.client else ""
        self._expect_head()
        if not self.door.enter(self._address):
            self.door.refused("connections")
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.door.leave(self._address)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        began = self._in_head
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data) if began else 0
            if self._head_bytes > HEAD_BYTES:
                self._refuse("head")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        if self._waiting is None:
            self._expect_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > MOST_HEADERS or size > HEAD_BYTES or len(self.pipeline) >= MOST_PIPELINED:
            self.door.refused("head")
            self._too_large = True
            raise BadHead
        super().on_headers_complete()
        extensions = self.scope["extensions"] = {ABORT: {"call": self.abort}}
        if hasattr(os, "sendfile") and self.transport.get_extra_info("sslcontext") is None:
            extensions[SENDFILE] = {"call": partial(self._send_file, self.cycle)}

    async def _send_file(self, cycle: RequestResponseCycle, file: FileIO, first: int, size: int) -> int:
        """Let the system send bytes of a file as part of a body, without copying them to us; gives how many went out.

        Raises ConnectionError when the connection is gone; the file's position then tells how far it came.
        """
        if self.flow.write_paused:
            await self.flow.drain()
        if self.transport.is_closing():
            raise ConnectionAbortedError
        sending = self._sending = self.loop.create_task(self.loop.sendfile(self.transport, file, first, size))
        try:
            sent = await sending
        except asyncio.CancelledError:
            if self.transport.is_closing():  # by `abort`, not by whoever waits for us
                raise ConnectionAbortedError from None
            raise
        cycle.expected_content_length -= sent
        return sent

    def abort(self) -> None:
        """Close the connection at once; a file that is being sent first lets go of the socket."""
        if self._sending is not None and self._sending.cancel():
            self.loop.call_soon(self.transport.abort)
        else:
            self.transport.abort()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._let_go()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._let_go()

    def _let_go(self) -> None:
        """End a closing connection whose other side does not take what is left."""
        self.loop.call_later(LAST_WRITE_S, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request of ours, before there is a path or a language to answer in."""
        status, said = (431, "head_too_large") if self._too_large else (400, "no_http")
        title = HTTPStatus(status).phrase
        problem = {"type": f"urn:genba:problem:{said}", "title": title, "status": status, "detail": title}
        body = msgspec.json.encode({**problem, "code": said, "correlation": ""})
        head = (
            f"HTTP/1.1 {status} {title}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
        self._let_go()

    def _expect_head(self) -> None:
        self._waiting = self.loop.call_later(self.door.head_s, self._refuse, "slow")

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self, why: str) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.door.refused(why)
            self.abort()


def guarded(door: Door) -> type[Connection]:
    """Make the protocol class of one listener."""
    return type("GuardedConnection", (Connection,), {"door": door})
