"""What every test has: real files when they are there, components by name, and no network."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_ALL = os.environ.get("GENBA_REQUIRE_ALL") == "1"

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def missing(reason: str) -> None:
    """Skip the test, or fail it where everything is required (GENBA_REQUIRE_ALL=1)."""
    if REQUIRE_ALL:
        pytest.fail(f"{reason} (GENBA_REQUIRE_ALL=1 makes this a failure)", pytrace=False)
    pytest.skip(reason)


def locate(component: str) -> str | None:
    """Where a program on PATH is, or `component` itself for an importable module (`python:name`)."""
    if component.startswith("python:"):
        return component if find_spec(component.removeprefix("python:")) else None
    return shutil.which(component)


@pytest.fixture(scope="session")
def needs() -> Callable[[str, str], str]:
    """Call `needs("soffice", "apt-get install libreoffice-calc")` to get the program's path, or skip."""

    def require(component: str, how_to_get: str) -> str:
        found = locate(component)
        if found is None:
            missing(f"needs {component}: {how_to_get}")
        return found or ""

    return require


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files: GENBA_DATA, or ../shared/data beside the project."""
    named = os.environ.get("GENBA_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        missing(f"needs real files: set GENBA_DATA to their folder ({folder} is not there)")
    return folder.resolve()


class NetworkRefused(RuntimeError):
    """A test tried to reach another machine."""


def is_local(family: int, address: Any) -> bool:
    """Loopback and Unix sockets stay on this machine; everything else leaves it."""
    if family == getattr(socket, "AF_UNIX", None):
        return True
    if family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return False
    return str(address[0]).startswith("127.") or address[0] in ("::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse sockets to other machines, names included, for the whole test session."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, guarded(name))
    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        if host not in (None, "localhost", "::1") and not str(host).startswith("127."):
            raise NetworkRefused(f"name lookup of {host!r} in a test")
        return resolve(host, *rest, **options)

    patch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    patch.undo()


def guarded(name: str) -> Callable[..., Any]:
    """The socket method `name`, refusing addresses beyond this machine."""
    original = getattr(socket.socket, name)

    def method(self: socket.socket, *arguments: Any) -> Any:
        if not is_local(self.family, arguments[-1]):
            raise NetworkRefused(f"{name} to {arguments[-1]!r} in a test")
        return original(self, *arguments)

    return method
