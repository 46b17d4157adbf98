"""The head of an answer, read line by line: a mail parser, the library's way, takes most of a request's time."""

import http.client
import re

MAX_HEADERS = 100
MAX_LINE = 16_384
MAX_BEFORE = 8  # 1xx answers before the real one
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_STATUS = re.compile(r"HTTP/1\.([01]) ([1-9][0-9]{2})(?: .*)?")


class Response(http.client.HTTPResponse):
    """An answer whose head is read line by line: the library's way, a mail parser, takes most of a request's time."""

    fields: dict[str, str]
    is_head: bool = False

    def begin(self) -> None:
        """Read the head, and from it how long the body is; anything doubtful ends the connection."""
        status = self._line()
        for _ in range(MAX_BEFORE):
            match = _STATUS.fullmatch(status)
            if match is None or not match[2].startswith("1"):
                break
            self._fields()  # what comes before the answer proper
            status = self._line()
        match = _STATUS.fullmatch(status)
        if match is None or match[2].startswith("1"):
            raise http.client.BadStatusLine(status[:100])
        self.status = self.code = int(match[2])
        self.version = 11 if match[1] == "1" else 10
        self.fields = fields = self._fields()
        coding = fields.get("transfer-encoding", "").lower()
        if coding not in ("", "chunked", "identity"):
            raise http.client.UnknownTransferEncoding(coding[:100])
        self.chunked = coding == "chunked"
        self.chunk_left = None
        length = fields.get("content-length", "")
        if length and (not length.isdecimal() or len(length) > 18):
            raise http.client.HTTPException("content-length")
        self.length = int(length) if length and not self.chunked else None
        if self.status in (204, 304) or self.is_head:
            self.length, self.chunked = 0, False
        kept = fields.get("connection", "").lower()
        self.will_close = "close" in kept or (self.version == 10 and "keep-alive" not in kept)
        self.will_close = self.will_close or (self.length is None and not self.chunked)

    def _read_and_discard_trailer(self) -> None:
        """Pass over what follows a body in pieces; where it does not end, the answer is broken off."""
        for _ in range(MAX_HEADERS):
            try:
                if not self._line():
                    return
            except http.client.RemoteDisconnected:  # closed where an empty line belongs: all pieces are here
                return
        raise http.client.HTTPException("trailer")

    def _fields(self) -> dict[str, str]:
        """Read the headers by lower-case names; where one comes twice, the first counts, but never of lengths."""
        found: dict[str, str] = {}
        for _ in range(MAX_HEADERS):
            line = self._line()
            if not line:
                return found
            name, colon, value = line.partition(":")
            key = name.lower()
            if not colon or NAME.fullmatch(name) is None:
                raise http.client.HTTPException("header")
            if key in found and key in ("content-length", "transfer-encoding") and found[key] != value.strip():
                raise http.client.HTTPException("header")
            found.setdefault(key, value.strip())
        raise http.client.HTTPException("headers")

    def _line(self) -> str:
        line: bytes = self.fp.readline(MAX_LINE + 1)
        if not line.endswith(b"\n"):
            if not line:
                raise http.client.RemoteDisconnected("head")
            raise http.client.LineTooLong("head")
        return line.rstrip(b"\r\n").decode("latin-1")
