"""A real server for uploads, on this machine, that cuts connections, is busy or lies as a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """What has come in, and how the server behaves."""

    files: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, bytearray] = field(default_factory=dict)
    puts: list[tuple[str, int, int]] = field(default_factory=list)  # name, offset, bytes that came
    tokens: list[str] = field(default_factory=list)
    cut_after: list[int] = field(default_factory=list)  # bytes after which the next connections break
    busy: int = 0  # requests that are answered with 503
    redirects: bool = False
    knows_offsets: bool = True
    told: dict[str, str] = field(default_factory=dict)  # what it says of every file that it does not have
    page: bool = False  # everything is answered with a page and status 200


def digest(raw: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(raw).digest()).decode()}:"


class Handler(BaseHTTPRequestHandler):
    """HEAD tells what is there, PUT adds to it."""

    protocol_version = "HTTP/1.1"
    received: Received

    def do_HEAD(self) -> None:
        name, got = self.path.rpartition("/")[2], self.received
        got.tokens.append(self.headers.get("Authorization", ""))
        if got.page:
            self._answer(200, **{"Content-Type": "text/html"})
        elif got.redirects:
            self._answer(307, Location="http://127.0.0.1:9/elsewhere")
        elif name in got.files and got.knows_offsets:
            raw = got.files[name]
            self._answer(200, **{"Upload-Offset": str(len(raw)), "Upload-Complete": "?1", "Repr-Digest": digest(raw)})
        elif name in got.parts and got.knows_offsets:
            self._answer(200, **{"Upload-Offset": str(len(got.parts[name])), "Upload-Complete": "?0"})
        elif got.told:
            self._answer(200, **got.told)
        else:
            self._answer(404)

    def do_PUT(self) -> None:
        name, got = self.path.rpartition("/")[2], self.received
        length = int(self.headers["Content-Length"])
        if got.page:
            self.rfile.read(length)
            self._answer(200, **{"Content-Type": "text/html; charset=utf-8"})
            return
        if got.busy:
            got.busy -= 1
            self.rfile.read(length)
            self._answer(503, **{"Retry-After": "2"})
            return
        offset = int(self.headers.get("Content-Range", "bytes 0-").split()[1].split("-")[0])
        part = got.parts.setdefault(name, bytearray())
        if offset != len(part) and got.knows_offsets:
            self.close_connection = True
            self._answer(409, **{"Upload-Offset": str(len(part))})
            return
        del part[offset:]
        cut = got.cut_after.pop(0) if got.cut_after else None
        raw = self.rfile.read(length if cut is None else min(cut, length))
        got.puts.append((name, offset, len(raw)))
        part += raw
        if cut is not None and cut < length:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)  # a reset, as from a pulled cable
            self.connection.close()
            self.close_connection = True
            return
        if digest(bytes(part)) != self.headers["Repr-Digest"]:
            del got.parts[name]
            self._answer(422)
            return
        got.files[name] = bytes(got.parts.pop(name))
        self._answer(201)

    def _answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Tests need no log."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError, OSError):
            return


@contextmanager
def serving() -> Iterator[tuple[Received, str]]:
    """The server's memory and its address."""
    received = Received()
    handler = type("Receiving", (Handler,), {"received": received})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield received, f"http://127.0.0.1:{server.server_port}/in"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
