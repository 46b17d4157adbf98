"""What a call of the management API is: its path, what goes in, what comes out, and the one function it calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from genba.app.exchange.node import Exchange

BODY_BYTES = 1_000_000


class Problem(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An error as RFC 9457 writes it, with our code and the number under which the log knows it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    correlation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A call after everything in it was checked."""

    ids: Mapping[str, str] = field(default_factory=dict)  # from the path
    query: Any = None  # as the route's type
    body: Any = None
    lang: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An answer that is no JSON."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table."""

    method: str
    path: str
    operation: str
    about: str
    call: Callable[[Exchange, Ask], object]
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    answers: Any = None  # a type; None: nothing comes back
    media_type: str = "application/json"
    status: int = 200
    refusals: tuple[int, ...] = ()  # beside those that every call may answer


def parts_of(path: str) -> tuple[str, ...]:
    """Cut a path where its slashes are; an encoded slash belongs to its part."""
    return tuple(path.split("/")[1:])


def match(routes: Sequence[Route], raw_path: str) -> tuple[Mapping[str, Route], dict[str, str]]:
    """Find the routes of a path by their methods, and the ids in it; none where there is no such path."""
    parts = parts_of(raw_path)
    found: dict[str, Route] = {}
    ids: dict[str, str] = {}
    for route in routes:
        wanted = parts_of(route.path)
        if len(wanted) != len(parts):
            continue
        named = _ids(wanted, parts)
        if named is not None:
            found[route.method] = route
            ids = named
    return found, ids


def _ids(wanted: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    ids: dict[str, str] = {}
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            try:
                ids[want[1:-1]] = unquote(part, errors="strict")
            except UnicodeDecodeError:
                return None
            if not part:
                return None
        elif want != part:
            return None
    return ids
