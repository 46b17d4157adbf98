"""Limits of what comes from outside: size and depth of a body are checked before anything is read from it."""

import re

from genba.errors import InvalidInput

MESSAGE_BYTES = 262_144
CATALOG_BYTES = 67_108_864
DEPTH = 48
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))


def check_body(body: bytes, *, limit: int = MESSAGE_BYTES) -> None:
    """Refuse a body that is too large or nested too deeply."""
    if len(body) > limit:
        raise InvalidInput("dsp.too_large", size_bytes=len(body), limit_bytes=limit)
    if body.count(b"[") + body.count(b"{") <= DEPTH:
        return
    depth = 0
    for bracket in _STRING.sub(b"", body).translate(None, _NOT_BRACKETS):
        if bracket in b"[{":
            depth += 1
            if depth > DEPTH:
                raise InvalidInput("dsp.too_deep", limit=DEPTH)
        else:
            depth -= 1
