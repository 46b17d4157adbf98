"""Files as answers, sent by the system where it can, else in blocks, as fast as the other side takes them."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Executor
from contextlib import aclosing
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from genba.storage.files import long_path
from genba.web.asgi import Receive, Scope, Send, head_of
from genba.web.connections import ABORT, SENDFILE

BLOCK_BYTES = 1 << 20  # 1 GB over loopback: 1.7 GB/s with 256 KiB, 2.6 with 1 MiB, 2.3 with 4 MiB
HANDED_BYTES = 4 << 20
BLOCK_S = 60.0  # a block must have been taken by then


Line = tuple[Scope, Receive, Send]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """A stretch of a file to be sent; `finish` is told how many bytes went out, whatever happened."""

    status: int
    path: Path
    first: int
    size: int
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[int], None] = lambda sent: None


def open_file(answer: FileAnswer) -> FileIO:
    """Open the file where the stretch begins."""
    file = long_path(answer.path).open("rb", buffering=0)
    file.seek(answer.first)
    return file


async def stream(answer: FileAnswer, file: FileIO, line: Line, readers: Executor, taken: Callable[[int], None]) -> None:
    """Send the stretch, telling how much was taken; a file that became shorter breaks the connection off."""
    scope, receive, send = line
    loop = asyncio.get_running_loop()
    await send(head_of(answer.status, answer.headers, answer.size))
    sent = 0
    gone = asyncio.ensure_future(_gone(receive))
    sending = _handed_over if SENDFILE in scope.get("extensions", {}) else _in_blocks
    try:
        async with aclosing(sending(answer, file, line, readers)) as steps:
            async for count in steps:
                sent += count
                taken(sent)
                if gone.done():
                    break
        if sent == answer.size:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except (TimeoutError, ConnectionError):
        pass
    finally:
        gone.cancel()
        await loop.run_in_executor(readers, file.close)
        if sent < answer.size:
            _abort(scope)


async def _in_blocks(answer: FileAnswer, file: FileIO, line: Line, readers: Executor) -> AsyncGenerator[int, None]:
    """Read a block ahead in a thread while the one before is sent; gives the size of each."""
    loop = asyncio.get_running_loop()
    left = answer.size
    ahead = loop.run_in_executor(readers, file.read, min(BLOCK_BYTES, left))
    try:
        while left and (block := await ahead):
            left -= len(block)
            ahead = loop.run_in_executor(readers, file.read, min(BLOCK_BYTES, left))
            async with asyncio.timeout(BLOCK_S):
                await line[2]({"type": "http.response.body", "body": block, "more_body": True})
            yield len(block)
    finally:
        await asyncio.wait([ahead])


async def _handed_over(answer: FileAnswer, file: FileIO, line: Line, readers: Executor) -> AsyncGenerator[int, None]:
    """Have the system send the file, after asking it to read ahead: no disk may hold up the loop."""
    loop = asyncio.get_running_loop()
    send_file = line[0]["extensions"][SENDFILE]["call"]
    first, end = answer.first, answer.first + answer.size
    await loop.run_in_executor(readers, _read_ahead, file, first, min(HANDED_BYTES, end - first))
    while first < end:
        size = min(HANDED_BYTES, end - first)
        await loop.run_in_executor(readers, _read_ahead, file, first + size, min(HANDED_BYTES, end - first - size))
        try:
            async with asyncio.timeout(BLOCK_S):
                sent = await send_file(file, first, size)
        except (TimeoutError, ConnectionError):
            yield file.tell() - first
            raise
        if not sent:
            break
        first += sent
        yield sent


def _read_ahead(file: FileIO, first: int, size: int) -> None:
    """Ask the system to bring a stretch into memory; only a hint, where there is such a call at all."""
    if size and hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), first, size, os.POSIX_FADV_WILLNEED)


async def _gone(receive: Receive) -> None:
    """Wait until the other side has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _abort(scope: Scope) -> None:
    """Close the connection at once, so that a short answer is seen as broken off and holds no memory."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is not None:
        abort["call"]()
