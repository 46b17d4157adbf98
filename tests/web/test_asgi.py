"""Tests of genba.web.asgi."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.web.asgi import (
    DEEPEST,
    Request,
    Response,
    TooLarge,
    TooSlow,
    compressed,
    is_deep,
    read_body,
    request_of,
    takes_gzip,
)
from tests.web.driver import scope_of

JSONS = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a[]{}"\\,あ')),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\', max_size=3), inner, max_size=3),
    max_leaves=30,
)


async def never() -> dict[str, Any]:
    await asyncio.sleep(3600)
    return {}


def request(headers: dict[str, str] | None = None, receive: Any = never, path: str = "/") -> Request:
    return request_of(scope_of("POST", path, headers or {}), receive)


def in_parts(*parts: bytes) -> Any:
    left = list(parts)

    async def receive() -> dict[str, Any]:
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    return receive


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(JSONS, st.booleans(), st.integers(0, 6))
def test_depth_is_what_a_parser_finds(value: object, ascii_only: bool, deepest: int) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert is_deep(body, deepest) == (depth(value) > deepest)


def test_a_body_that_only_opens_is_deep() -> None:
    assert is_deep(b"[" * (DEEPEST + 1))
    assert not is_deep(b"[" * DEEPEST)


@given(st.binary(max_size=200))
def test_whatever_comes_can_be_measured(body: bytes) -> None:
    assert is_deep(body, 3) in (True, False)


def test_a_body_is_put_together() -> None:
    assert asyncio.run(read_body(request(receive=in_parts(b"ab", b"", b"c")), 3)) == b"abc"


def test_a_body_said_to_be_too_large_is_not_kept() -> None:
    with pytest.raises(TooLarge):
        asyncio.run(read_body(request({"content-length": "4"}, in_parts(b"abcd")), 3))


def test_whoever_waits_for_leave_to_send_is_refused_at_once() -> None:
    with pytest.raises(TooLarge):
        asyncio.run(read_body(request({"content-length": "4", "expect": "100-continue"}, None), 3))


def test_a_body_that_turns_out_too_large_is_not_read_to_its_end() -> None:
    with pytest.raises(TooLarge):
        asyncio.run(read_body(request(receive=in_parts(b"ab", b"cd", b"ef")), 3))


def test_a_body_that_does_not_come_is_given_up() -> None:
    with pytest.raises(TooSlow):
        asyncio.run(read_body(request(), 3, within_s=0.01))


@pytest.mark.parametrize("query", ["a=1&a=2", "%ff=1", "&".join(f"n{number}=1" for number in range(60))])
def test_a_query_that_can_be_read_two_ways_is_refused(query: str) -> None:
    with pytest.raises(InvalidInput, match=r"web\.bad_query"):
        request(path=f"/?{query}")


def test_headers_that_came_twice_are_joined() -> None:
    scope = scope_of("GET", "/", {})
    scope["headers"] = [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-for", b"192.0.2.2")]
    assert request_of(scope, never).headers == {"x-forwarded-for": "192.0.2.1, 192.0.2.2"}


def test_large_answers_are_compressed_where_that_is_taken() -> None:
    large = Response(status=200, body=b"x" * 5_000)
    got = compressed(large, request({"accept-encoding": "br, gzip"}))
    assert gzip.decompress(got.body) == large.body
    assert got.headers == {"content-encoding": "gzip", "vary": "accept-encoding"}
    assert compressed(large, request()) is large
    small = Response(status=200, body=b"x")
    assert compressed(small, request({"accept-encoding": "gzip"})) is small


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [("", False), ("gzip", True), ("GZIP;q=0.5", True), ("gzip;q=0", False), ("*", True), ("br, deflate", False)],
)
def test_gzip_is_sent_only_where_it_is_wanted(accepted: str, taken: bool) -> None:
    assert takes_gzip(accepted) == taken
