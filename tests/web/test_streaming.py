"""Tests of genba.web.streaming."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from genba.web import streaming
from genba.web.connections import ABORT
from genba.web.streaming import BLOCK_BYTES, FileAnswer, open_file, stream


class Line:
    """The other side of a connection, which may go away after some bytes."""

    def __init__(self, leaves_after: int | None = None, *, stalls: bool = False) -> None:
        self.taken = bytearray()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.ended = self.aborted = False
        self._leaves_after, self._stalls = leaves_after, stalls
        self._gone = asyncio.Event()

    @property
    def scope(self) -> dict[str, Any]:
        return {"extensions": {ABORT: {"call": self.abort}}}

    def abort(self) -> None:
        self.aborted = True

    async def receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        if self._stalls:
            await asyncio.sleep(3600)
        self.taken += message["body"]
        self.ended = not message["more_body"]
        if self._leaves_after is not None and len(self.taken) >= self._leaves_after:
            self._gone.set()
            await asyncio.sleep(0)


def send(answer: FileAnswer, **options: Any) -> tuple[int, Line]:
    async def run() -> tuple[int, Line]:
        line, taken = Line(**options), [0]
        with ThreadPoolExecutor(2) as readers:
            other_side = (line.scope, line.receive, line.send)
            await stream(answer, open_file(answer), other_side, readers, taken.append)
        return taken[-1], line

    return asyncio.run(run())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "データ.bin"
    path.write_bytes(bytes(range(256)) * (3 * BLOCK_BYTES // 256) + b"end")
    return path


@pytest.mark.parametrize(
    ("first", "size"), [(0, 3 * BLOCK_BYTES + 3), (5, 7), (BLOCK_BYTES - 1, BLOCK_BYTES + 2), (9, 0)]
)
def test_exactly_the_stretch_is_sent(file: Path, first: int, size: int) -> None:
    sent, line = send(FileAnswer(status=206, path=file, first=first, size=size, headers={"etag": '"x"'}))
    assert bytes(line.taken) == file.read_bytes()[first : first + size]
    assert sent == size
    assert line.ended
    assert (line.status, line.headers["content-length"], line.headers["etag"]) == (206, str(size), '"x"')
    assert not line.aborted


def test_when_the_other_side_leaves_what_it_took_is_told(file: Path) -> None:
    sent, line = send(FileAnswer(status=200, path=file, first=0, size=3 * BLOCK_BYTES), leaves_after=BLOCK_BYTES)
    assert BLOCK_BYTES <= sent < 3 * BLOCK_BYTES
    assert line.aborted


def test_a_side_that_takes_nothing_is_given_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "BLOCK_S", 0.05)
    sent, line = send(FileAnswer(status=200, path=file, first=0, size=BLOCK_BYTES), stalls=True)
    assert sent == 0
    assert line.aborted


def test_a_file_that_became_shorter_breaks_off_instead_of_ending_well(file: Path) -> None:
    sent, line = send(FileAnswer(status=200, path=file, first=0, size=4 * BLOCK_BYTES))
    assert sent == 3 * BLOCK_BYTES + 3
    assert not line.ended
    assert line.aborted
