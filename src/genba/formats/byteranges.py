"""Ranges of bytes that a client asks for (RFC 9110, section 14): a single one is honoured, everything else is whole."""

import re
from dataclasses import dataclass

# Longer numbers than any file's size are not worth reading.
_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.IGNORECASE)
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive bytes of a file."""

    start: int
    length: int


class Unsatisfiable(ValueError):
    """A range that begins behind the end of the file."""


def wanted(header: str, if_range: str, *, size_bytes: int, etag: str) -> Span | None:
    """Give the bytes asked for, None for the whole file; raises Unsatisfiable.

    Several ranges and what cannot be read are answered with the whole file, as the standard allows. A condition
    that names another version of the file (or a date, which is no proof of sameness) asks for the whole as well.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or (if_range and if_range.strip() != etag):
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        length = min(int(suffix), size_bytes)
        if length == 0:
            raise Unsatisfiable(header)
        return Span(size_bytes - length, length)
    start, end = int(first), int(last) if last else size_bytes - 1
    if last and end < start:
        return None
    if start >= size_bytes:
        raise Unsatisfiable(header)
    return Span(start, min(end, size_bytes - 1) - start + 1)


def content_range(span: Span | None, size_bytes: int) -> str:
    """Write the Content-Range of an answer; without a span that of a refusal."""
    if span is None:
        return f"bytes */{size_bytes}"
    return f"bytes {span.start}-{span.start + span.length - 1}/{size_bytes}"


def read_content_range(header: str) -> tuple[Span, int] | None:
    """Read the Content-Range of an answer: which bytes of how many; None when it cannot be read."""
    match = _CONTENT_RANGE.fullmatch(header.strip())
    if match is None:
        return None
    start, end, size_bytes = (int(group) for group in match.groups())
    if not start <= end < size_bytes:
        return None
    return Span(start, end - start + 1), size_bytes
