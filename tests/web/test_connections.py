"""Tests of genba.web.connections, through real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from genba.web.connections import HEAD_BYTES, MOST_HEADERS, MOST_PIPELINED, Door, guarded

Refusals = list[str]


async def hello(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


class Hosted(uvicorn.Server):
    """A server in a thread; it begins to listen before it is given out."""

    def __init__(self, door: Door) -> None:
        config = uvicorn.Config(
            hello, http=guarded(door), ws="none", lifespan="off", interface="asgi3", log_config=None, port=0
        )
        super().__init__(config)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=lambda: self.run([self.socket]))
        self.thread.start()

    def end(self) -> None:
        self.should_exit = True
        self.thread.join(10)


@pytest.fixture
def host() -> Iterator[Callable[..., tuple[int, Refusals]]]:
    hosted: list[Hosted] = []

    def start(**options: Any) -> tuple[int, Refusals]:
        refusals: Refusals = []
        hosted.append(Hosted(Door(refusals.append, **options)))
        return hosted[0].port, refusals

    yield start
    for each in hosted:
        each.end()


def talk(port: int, *parts: bytes, until: bytes = b"") -> bytes:
    """Send, then read to the end, or until something was answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        answer = b""
        try:
            for part in parts:
                line.sendall(part)
            while not (until and until in answer):
                got = line.recv(65_536)
                if not got:
                    break
                answer += got
        except ConnectionError:
            pass
        return answer


def test_an_ordinary_request_is_answered_without_a_banner(host: Any) -> None:
    port, refusals = host()
    answer = talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.endswith(b"hello")
    assert refusals == []


def test_a_head_that_does_not_come_to_its_end_is_given_up(host: Any) -> None:
    port, refusals = host(head_s=0.2)
    assert talk(port, b"GET / HTTP/1.1\r\nHost:") == b""
    assert refusals == ["slow"]


def test_a_connection_on_which_nothing_comes_is_given_up(host: Any) -> None:
    port, refusals = host(head_s=0.2)
    assert talk(port) == b""
    assert refusals == ["slow"]


def test_a_second_request_on_a_connection_must_come_to_its_end_too(host: Any) -> None:
    port, refusals = host(head_s=0.2)
    assert talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT").endswith(b"hello")
    assert refusals == ["slow"]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * (HEAD_BYTES + 1) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * (MOST_HEADERS + 1) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * HEAD_BYTES + b"\r\n\r\n",
    ],
)
def test_a_large_head_is_refused(host: Any, head: bytes) -> None:
    port, refusals = host()
    answer = talk(port, head)
    assert b"hello" not in answer
    assert "head" in refusals


def test_a_head_without_an_end_is_not_kept(host: Any) -> None:
    port, refusals = host()
    assert b"hello" not in talk(port, b"GET / HTTP/1.1\r\nA: ", *[b"a" * 65_536] * 10)
    assert "head" in refusals


def test_a_large_body_does_not_count_as_a_head(host: Any) -> None:
    port, refusals = host()
    body = b"x" * 500_000
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    again = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = talk(port, head, body, again)
    assert answer.count(b"hello") == 2
    assert refusals == []


def test_requests_piled_up_on_a_connection_are_refused(host: Any) -> None:
    port, refusals = host()
    talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * (MOST_PIPELINED + 5), until=b"connection: close")
    assert "head" in refusals


def test_one_address_cannot_take_all_connections(host: Any) -> None:
    port, refusals = host(per_address=2)
    kept = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
    assert talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == b""
    assert refusals == ["connections"]
    for line in kept:
        line.close()


@pytest.mark.parametrize(
    "junk", [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/1.1\r\nA b: c\r\n\r\n", b"CONNECT x:1 HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_http_is_refused_and_the_server_goes_on(host: Any, junk: bytes) -> None:
    port, _ = host(head_s=0.5)
    assert b"hello" not in talk(port, junk)
    assert talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").endswith(b"hello")
