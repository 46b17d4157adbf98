"""Calls an ASGI application in this process, as a server would, and a running server through plain sockets."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from genba.app.exchange.node import Exchange
from genba.web.outside import Application
from genba.web.serve import Listening, serve


@dataclass
class Got:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def scope_of(method: str, path: str, headers: Mapping[str, str], address: str = "127.0.0.1") -> dict[str, Any]:
    bare, _, query = path.partition("?")
    return {
        "type": "http",
        "method": method,
        "path": bare,
        "raw_path": bare.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        "client": (address, 50_000),
    }


async def _call(app: Application, scope: dict[str, Any], parts: Sequence[bytes]) -> Got:
    got, left = Got(), list(parts) or [b""]

    async def receive() -> dict[str, Any]:
        if not left:
            await asyncio.sleep(3600)
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            got.status = message["status"]
            got.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            got.body += message.get("body", b"")

    await app(scope, receive, send)
    return got


def call(
    app: Application,
    method: str,
    path: str,
    *parts: bytes,
    headers: Mapping[str, str] | None = None,
    address: str = "127.0.0.1",
) -> Got:
    """One request, its body in parts."""
    return asyncio.run(_call(app, scope_of(method, path, headers or {}, address), parts))


def ask(
    address: str, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Got:
    """One request to a running server."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@contextmanager
def running(exchange: Exchange, **options: Any) -> Iterator[Listening]:
    """An exchange that is served by a thread of this process until the end of the block."""
    told: list[Listening] = []
    failed: list[BaseException] = []
    is_ready, stop = threading.Event(), threading.Event()

    def ready(listening: Listening) -> None:
        told.append(listening)
        is_ready.set()

    def run() -> None:
        try:
            serve(exchange, ready=ready, stop=stop, **options)
        except BaseException as error:  # raised again where somebody sees it
            failed.append(error)
            is_ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    is_ready.wait(20)
    try:
        if failed:
            raise failed[0]
        yield told[0]
    finally:
        stop.set()
        thread.join(20)
