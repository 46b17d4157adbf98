"""Tests of files as answers through real sockets, where the system sends them."""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from genba.web.connections import SENDFILE, Door, guarded
from genba.web.streaming import HANDED_BYTES, FileAnswer, open_file, stream

SIZE = 5 * HANDED_BYTES + 7
ALL = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Sender:
    """A server of one file; what went out of each answer is told when it is over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.door = Door(lambda why: None, head_s=0.3)
        self.by_the_system: list[bool] = []
        self.sent: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.readers = ThreadPoolExecutor(2)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.by_the_system.append(SENDFILE in scope["extensions"])
        answer = FileAnswer(status=200, path=self.path, first=3, size=SIZE - 3)
        taken = [0]
        try:
            await stream(answer, open_file(answer), (scope, receive, send), self.readers, taken.append)
        finally:
            self.sent.put(taken[-1])


@pytest.fixture
def content() -> bytes:
    return os.urandom(1 << 16) * (SIZE // (1 << 16)) + b"the end"


@pytest.fixture
def sender(tmp_path: Path, content: bytes) -> Iterator[tuple[Sender, int]]:
    path = tmp_path / "大.bin"
    path.write_bytes(content)
    made = Sender(path)
    config = uvicorn.Config(
        made, http=guarded(made.door), ws="none", loop="asyncio", lifespan="off", interface="asgi3", log_config=None
    )
    server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: server.run([listener]))
    thread.start()
    yield made, listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    made.readers.shutdown()


def test_answers_follow_each_other_on_one_connection(sender: tuple[Sender, int], content: bytes) -> None:
    made, port = sender
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(2):
        line.request("GET", "/")
        assert line.getresponse().read() == content[3:]
        assert made.sent.get(timeout=10) == SIZE - 3
    line.close()
    assert made.by_the_system == [hasattr(os, "sendfile")] * 2


def test_piled_up_requests_are_answered_one_after_the_other(sender: tuple[Sender, int], content: bytes) -> None:
    made, port = sender
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(ALL * 2)
        wanted, got = 2 * (SIZE - 3), b""
        while got.count(content[-7:]) < 2:
            got += line.recv(1 << 20)
    assert len(got) > wanted
    assert [made.sent.get(timeout=10) for _ in range(2)] == [SIZE - 3] * 2


def test_whoever_leaves_is_noticed_and_others_are_served(sender: tuple[Sender, int], content: bytes) -> None:
    made, port = sender
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(ALL)
        line.recv(1000)
    assert made.sent.get(timeout=10) < SIZE - 3
    other = HTTPConnection("127.0.0.1", port, timeout=10)
    other.request("GET", "/")
    assert other.getresponse().read() == content[3:]
    other.close()


def test_a_connection_cut_off_while_a_file_is_sent_lets_go_of_its_socket(
    sender: tuple[Sender, int], content: bytes
) -> None:
    """The next request stays unfinished for too long, and the file in front of it is taken by nobody."""
    made, port = sender
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(ALL + b"GET / HT")
        assert made.sent.get(timeout=10) < SIZE - 3
        others = [HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(3)]  # these get the same number
        for other in others:
            other.request("GET", "/")
        assert all(other.getresponse().read() == content[3:] for other in others)
        for other in others:
            other.close()


def test_a_file_that_became_shorter_breaks_the_answer_off(sender: tuple[Sender, int]) -> None:
    made, port = sender
    os.truncate(made.path, 1000)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(ALL)
        got = b""
        while part := line.recv(1 << 16):
            got += part
    assert made.sent.get(timeout=10) == 997
    assert b"content-length: %d" % (SIZE - 3) in got
