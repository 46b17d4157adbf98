"""A server that takes files by PUT: asked by HEAD how much it has, sent the rest, believed when it has the hash.

Words of the wire are standards': Content-Range (RFC 9110), Repr-Digest (RFC 9530), Upload-Offset and Upload-Complete
(draft-ietf-httpbis-resumable-upload). A server that knows none of them gets whole files.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from genba_edge.errors import EdgeError
from genba_edge.upload import Outgoing, Refused, TryLater

TIMEOUT_S = 30.0
ANSWER_BYTES = 1 << 16
DIGITS = 20  # of an offset
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
DONE = frozenset({200, 201, 204})


class HttpTarget:
    """One address, over TLS that is verified; redirections are refused, as they would send data elsewhere."""

    def __init__(self, url: str, *, token_file: str = "", ca_file: str = "", timeout_s: float = TIMEOUT_S) -> None:
        """A token is never sent over an open line to another machine."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise EdgeError("target", target=url.partition("@")[2] or url)
        self._host, self._path = parts.hostname, parts.path.rstrip("/")
        try:
            self._port = parts.port
        except ValueError as error:
            raise EdgeError("target", target=url) from error
        self._timeout_s = timeout_s
        self._tls: ssl.SSLContext | None = None
        if parts.scheme == "https":
            self._tls = ssl.create_default_context(cafile=ca_file or None)
        self._token = ""
        if token_file:
            if self._tls is None and self._host not in ("127.0.0.1", "localhost", "::1"):
                raise EdgeError("token_without_tls")
            try:
                self._token = Path(token_file).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise EdgeError("key_file", path=token_file) from error

    def offset(self, batch: Outgoing) -> int:
        """What the server has; all of it only with the right hash."""
        status, headers = self._ask("HEAD", batch)
        if status in (404, 405, 410, 501):
            return 0
        if status not in DONE:
            raise self._no(status, headers)
        digest = headers.get("Repr-Digest")
        told = headers.get("Upload-Offset", "")
        is_complete = headers.get("Upload-Complete", "?1" if not told else "?0") == "?1"
        if is_complete and digest is not None:
            if digest == _digest(batch):
                return batch.size_bytes
            raise Refused("exists", name=batch.name)
        offset = int(told) if len(told) < DIGITS and told.isascii() and told.isdecimal() else 0
        return offset if offset < batch.size_bytes else 0

    def send(self, batch: Outgoing, offset: int, chunks: Iterator[bytes]) -> None:
        """Send the rest in one request."""
        headers = {"Content-Length": str(batch.size_bytes - offset), "Content-Type": "application/x-genba-edge"}
        headers |= {"Repr-Digest": _digest(batch), "Upload-Complete": "?1"}
        if offset:
            headers["Content-Range"] = f"bytes {offset}-{batch.size_bytes - 1}/{batch.size_bytes}"
            headers["Upload-Offset"] = str(offset)
        status, answer = self._ask("PUT", batch, headers, chunks)
        if status == 409 and "Upload-Offset" in answer:
            raise TryLater  # it has another part than it said: ask again
        if status not in DONE or answer.get("Upload-Complete", "?1") != "?1":
            raise self._no(status, answer)
        proof = answer.get("Repr-Digest")
        if status == 200 and proof is None and answer.get_content_type() == "text/html":
            raise TryLater  # a page, as of a network that wants a login first: nothing has arrived
        if proof is not None and proof != _digest(batch):
            raise TryLater

    def _ask(
        self, method: str, batch: Outgoing, headers: dict[str, str] | None = None, body: Iterator[bytes] | None = None
    ) -> tuple[int, http.client.HTTPMessage]:
        headers = dict(headers or {})
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection = self._connection()
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have said why before it hung up
                connection.request(method, f"{self._path}/{quote(batch.name)}", body=body, headers=headers)
            answer = connection.getresponse()
            answer.read(ANSWER_BYTES)
            return answer.status, answer.headers
        except http.client.HTTPException as error:
            raise ConnectionError(type(error).__name__) from error
        except ssl.SSLCertVerificationError as error:
            raise Refused("certificate") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=self._tls)

    @staticmethod
    def _no(status: int, headers: http.client.HTTPMessage) -> Exception:
        if status in BUSY or status == 202:
            wait = headers.get("Retry-After", "")
            return TryLater(float(wait) if wait.isdecimal() else 0.0)
        return Refused("refused", status=status)


def _digest(batch: Outgoing) -> str:
    return f"sha-256=:{base64.b64encode(bytes.fromhex(batch.sha256)).decode('ascii')}:"
