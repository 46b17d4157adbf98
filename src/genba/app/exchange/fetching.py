"""Ask a partner's data address what there is: genba gives a signed list, other connectors give the data themselves."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from genba.app.exchange.downloading import Body, Endpoint, Streaming, refusal
from genba.app.exchange.refusals import NO_REASON
from genba.app.exchange.uses import RESERVED
from genba.dsp.data_address import read_data_address
from genba.errors import Conflict, Denied, InvalidInput, Unavailable
from genba.formats.paths import safe_name
from genba.ports.exchange import Answer, Http
from genba.storage.exchange.deliveries import MAX_INDEX_BYTES, DeliveredFile
from genba.storage.files import BLOCK_BYTES, ProductFolder

_BEGINNING = b'{"format":"genba-pull/'
_FORMATS = frozenset({"genba-pull/1.0"})
_MOST_BYTES = MAX_INDEX_BYTES + 1_000_000
_MAX_REFUSAL_BYTES = 64_000
_NAMED = re.compile(r'filename="?([^";]{1,200})"?', re.IGNORECASE)
_SUFFIXES = {"application/json": ".json", "text/csv": ".csv", "application/zip": ".zip", "text/plain": ".txt"}


class Index(msgspec.Struct, frozen=True):
    """What a pull from a genba begins with; `delivery` is exactly what was signed."""

    format: str
    pull: str
    agreement: str
    delivery: msgspec.Raw
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came from the address: the list to fetch by, or the data of a connector that knows no lists."""

    endpoint: Endpoint
    index: Index | None = None
    file: DeliveredFile | None = None


def endpoint_of(data_address: str, http: Http) -> Endpoint:
    """Read where the data are and with which token; raises InvalidInput."""
    address = read_data_address(data_address)
    if not address.endpoint.startswith(("http://", "https://")) or not address.authorization:
        raise InvalidInput("pull.bad_data_address")
    token = address.authorization
    bearer = token if token.lower().startswith("bearer ") else f"Bearer {token}"
    return Endpoint(http=http, url=address.endpoint, headers={"Authorization": bearer})


def fetch_index(endpoint: Endpoint, headers: Mapping[str, str], folder: Path) -> Fetched:
    """Begin a pull. Where the address gives data instead of a list, they are written into `folder` at once."""
    asking = {**endpoint.headers, **headers, "Accept": "application/json, */*"}
    try:
        return _fetch(endpoint, asking, folder)
    except Denied as error:
        # EDC up to 0.18 takes the token as it is, without the word Bearer.
        if error.details.get("reasons") != NO_REASON:
            raise
        plain = replace(endpoint, headers={"Authorization": endpoint.headers["Authorization"].partition(" ")[2]})
        return _fetch(plain, {**asking, **plain.headers}, folder)


def _fetch(endpoint: Endpoint, headers: Mapping[str, str], folder: Path) -> Fetched:
    if not isinstance(endpoint.http, Streaming):
        return _read(endpoint, _Whole(endpoint.http.request("GET", endpoint.url, headers=headers)), folder)
    with endpoint.http.stream("GET", endpoint.url, headers=headers) as body:
        return _read(endpoint, body, folder)


class _Whole:
    """An answer that was read in one piece, read again piece by piece."""

    def __init__(self, answer: Answer) -> None:
        self.status, self.headers = answer.status, answer.headers
        self._rest = answer.body

    def readinto(self, buffer: memoryview, /) -> int:
        part = self.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def read(self, size: int = BLOCK_BYTES, /) -> bytes:
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def _read(endpoint: Endpoint, body: Body, folder: Path) -> Fetched:
    if body.status != 200:
        raise refusal(Answer(status=body.status, headers=body.headers, body=body.read(_MAX_REFUSAL_BYTES)))
    first = body.read(BLOCK_BYTES)
    if not first.startswith(_BEGINNING):
        return Fetched(endpoint=endpoint, file=_write(first, body, folder))
    parts, size = [first], len(first)
    while (part := body.read(BLOCK_BYTES)) != b"":
        size += len(part)
        if size > _MOST_BYTES:
            raise InvalidInput("delivery.bad_index", reason="too large")
        parts.append(part)
    try:
        index = msgspec.json.decode(b"".join(parts), type=Index)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("delivery.bad_index", reason="not an index") from None
    if index.format not in _FORMATS:
        raise Conflict("pull.newer_format", format=index.format[:40])
    return Fetched(endpoint=endpoint, index=index)


def _write(first: bytes, body: Body, folder: Path) -> DeliveredFile:
    """Keep what another connector sent; only what arrived can be said of it, nobody has signed it."""
    name = _name(body.headers)
    digest, size = hashlib.sha256(), 0
    with ProductFolder(folder).stream(name) as target:
        part = first
        while part:
            digest.update(part)
            size += len(part)
            target.write(part)
            part = body.read(BLOCK_BYTES)
    announced = body.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) != size:
        raise Unavailable("pull.broken_off", path=name)
    return DeliveredFile(path=name, size_bytes=size, sha256=digest.hexdigest())


def _name(headers: Mapping[str, str]) -> str:
    """Name what came as its sender does, but never like the records that lie beside it."""
    match = _NAMED.search(headers.get("content-disposition", ""))
    if match:
        name = safe_name(match.group(1))
        return f"data-{name}" if name.casefold() in RESERVED else name
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return f"data{_SUFFIXES.get(kind, '.bin')}"
