"""Loaded by every Python of a run: refuses sockets and leaves a trace of who asked for one."""

import os
import socket
from pathlib import Path


class Refused(socket.socket):
    def __init__(self, *arguments: object, **options: object) -> None:
        Path(os.environ["GENBA_TEST_TRACE"]).write_text("a socket was asked for", encoding="utf-8")
        raise OSError("no network in this test")


socket.socket = Refused  # type: ignore[misc]
