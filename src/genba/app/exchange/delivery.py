"""Deliver what was agreed: every pull is decided anew, logged before its first byte and after its last."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec

from genba.app.exchange import receipts, refusals, sessions
from genba.app.exchange.circumstances import stated_in
from genba.app.exchange.node import Exchange
from genba.app.exchange.receipts import Receipt
from genba.app.exchange.refusals import Told
from genba.app.exchange.sessions import Grant, Session
from genba.app.exchange.transfer_steps import Access, access_of, is_open
from genba.errors import Conflict, Denied, GenbaError, InvalidInput, NotFound, Unavailable
from genba.formats.byteranges import Span, Unsatisfiable, content_range, wanted
from genba.model.exchange import Publication, Role, Transfer
from genba.ports.database import Transaction
from genba.storage.exchange import agreements, publications, transfers
from genba.storage.exchange.deliveries import Delivery, load_delivery

ROOT = "/data/"
FORMAT = "genba-pull/1.0"
MAX_RECEIPT_BYTES = 100_000
_TOLD = frozenset({"path", "place", "training"})
_BINARY = "application/octet-stream"
_ALWAYS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_STATUS: tuple[tuple[type[GenbaError], int], ...] = (
    (NotFound, 404),
    (InvalidInput, 400),
    (Denied, 403),
    (Conflict, 409),
    (Unavailable, 503),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """A request to the data plane, whatever brought it."""

    method: str
    path: str  # decoded, from /data/ on
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataResponse:
    """What to answer: a body, or `length` bytes of a file from `start` on.

    `finished` is to be called once with the number of bytes really sent, also when the line broke.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    file: Path | None = None
    start: int = 0
    length: int = 0
    finished: Callable[[int], None] = lambda sent_bytes: None


class _Said(msgspec.Struct, omit_defaults=True):
    """Why nothing is delivered."""

    code: str
    reasons: tuple[Told, ...]
    details: Mapping[str, str | int | float | bool] = {}


class _Index(msgspec.Struct):
    """What a pull begins with; `delivery` is exactly what `signature` is over."""

    format: str
    pull: str
    ends_by: str
    agreement: str
    delivery: msgspec.Raw
    signature: str


def handle(exchange: Exchange, request: DataRequest) -> DataResponse:
    """Answer a request below /data/; what goes wrong is answered as well."""
    try:
        return _answer(exchange, request)
    except GenbaError as error:
        return _refused(error, is_head=request.method == "HEAD")


def _answer(exchange: Exchange, request: DataRequest) -> DataResponse:
    pid, _, rest = request.path.removeprefix(ROOT).partition("/")
    reads = request.method in ("GET", "HEAD")
    if reads and rest == "":
        return _index(exchange, request, pid)
    if reads and rest.startswith("files/"):
        return _file(exchange, request, pid, rest.removeprefix("files/"))
    if request.method == "POST" and rest == "receipts":
        return _receipt(exchange, request, pid)
    raise NotFound("pull.no_such_address")


def _index(exchange: Exchange, request: DataRequest, pid: str) -> DataResponse:
    """Begin a pull, or go on with a running one, and give the signed list of what is delivered."""
    grant = _granted(exchange, request, pid)
    session = sessions.enter(exchange, grant, stated_in(request.query, request.headers), _pull(request))
    body = msgspec.json.encode(
        _Index(
            format=FORMAT,
            pull=session.id,
            ends_by=session.ends_by.isoformat(timespec="seconds"),
            agreement=grant.agreement.id,
            delivery=msgspec.Raw(grant.delivery.body),
            signature=grant.delivery.signature,
        )
    )
    headers = {**_ALWAYS, "content-type": "application/json", "genba-pull": session.id}
    headers["content-length"] = str(len(body))
    return DataResponse(status=200, headers=headers, body=b"" if request.method == "HEAD" else body)


def _file(exchange: Exchange, request: DataRequest, pid: str, path: str) -> DataResponse:
    """Give a file or a part of it; without a running pull the request is a pull of its own."""
    grant = _granted(exchange, request, pid)
    entry = grant.delivery.by_path.get(path)
    if entry is None:
        raise NotFound("delivery.no_such_file", path=path[:200])
    place = grant.delivery.open_path(path)
    etag = f'"{entry.sha256}"'
    headers = {**_ALWAYS, "content-type": _BINARY, "accept-ranges": "bytes", "etag": etag}
    said = stated_in(request.query, request.headers)
    asked, condition = request.headers.get("range", ""), request.headers.get("if-range", "")
    try:
        part = wanted(asked, condition, size_bytes=entry.size_bytes, etag=etag)
    except Unsatisfiable:
        sessions.look(exchange, grant, said, _pull(request))  # size and hash are told to no one who may not have them
        headers["content-range"] = content_range(None, entry.size_bytes)
        return DataResponse(status=416, headers={**headers, "content-length": "0"})
    span = part or Span(0, entry.size_bytes)
    if part is not None:
        headers["content-range"] = content_range(part, entry.size_bytes)
    headers["content-length"] = str(span.length)
    status = 200 if part is None else 206
    if request.method == "HEAD":
        sessions.look(exchange, grant, said, _pull(request))
        return DataResponse(status=status, headers=headers)
    session = sessions.enter(exchange, grant, said, _pull(request), span_bytes=span.length)
    alone = not _pull(request)

    def finished(sent_bytes: int) -> None:
        sessions.sent(exchange, session, path, sent_bytes, span_bytes=span.length)
        if alone:
            sessions.end(exchange, session, "delivered" if sent_bytes == span.length else "broken off")

    return DataResponse(
        status=status,
        headers={**headers, "genba-pull": session.id},
        file=place,
        start=span.start,
        length=span.length,
        finished=finished,
    )


def _receipt(exchange: Exchange, request: DataRequest, pid: str) -> DataResponse:
    """Take the consumer's signed receipt and answer with ours; with it the pull is over."""
    if len(request.body) > MAX_RECEIPT_BYTES:
        raise InvalidInput("pull.bad_receipt", reason="too large")
    grant = _granted(exchange, request, pid, for_receipt=True)
    session = sessions.known(exchange, grant.transfer, _pull(request))
    ours = give_receipt(exchange, grant, session, request.body)
    headers = {**_ALWAYS, "content-type": "application/jose", "content-length": str(len(ours))}
    return DataResponse(status=200, headers=headers, body=ours.encode("ascii"))


def give_receipt(exchange: Exchange, grant: Grant, session: Session, theirs: bytes) -> str:
    """End a pull and answer the consumer's receipt with ours, for data that went out by whatever way."""
    try:
        token = theirs.decode("ascii").strip()
    except UnicodeDecodeError:
        raise InvalidInput("pull.bad_receipt", reason="not a receipt") from None
    sent_bytes = sessions.end(exchange, session, "receipt")
    index, agreement, said = grant.delivery.index, grant.agreement, session.stated
    expected = Receipt(
        format=receipts.FORMAT,
        by=exchange.participant,
        role=Role.PROVIDER.value,
        pull=session.id,
        transfer=session.transfer,
        agreement=agreement.id,
        terms_sha256=receipts.terms_hash(agreement.policy),
        provider=agreement.assigner,
        consumer=agreement.assignee,
        dataset=index.dataset,
        version=index.version,
        delivery_sha256=session.delivery_sha256,
        files=len(index.files),
        size_bytes=grant.size_bytes,
        moved_bytes=sent_bytes,
        begun_at=receipts.utc(session.begun_at),
        ended_at=receipts.utc(exchange.now()),
        purposes=said.purposes or (),
        place=said.place or "",
        training=said.training,
    )
    return receipts.countersign(exchange, agreement, expected, token)


def _pull(request: DataRequest) -> str:
    return request.headers.get("genba-pull", "")[:200]


def _granted(exchange: Exchange, request: DataRequest, pid: str, *, for_receipt: bool = False) -> Grant:
    """Find what the caller's token gives a right to; raises Denied for every doubt."""
    with exchange.database.reading() as tx:
        transfer = _with_token(exchange, tx, pid, request.headers.get("authorization", ""), for_receipt=for_receipt)
        agreement = agreements.load(tx, transfer.agreement_id)
        publication = publications.load(tx, agreement.dataset) if agreement else None
    if agreement is None:
        raise Denied("pull.not_authorised")
    if publication is None:
        raise NotFound("pull.not_offered")
    delivery = delivery_of(exchange, publication)
    return Grant(transfer=transfer, agreement=agreement, publication=publication, delivery=delivery)


def _with_token(exchange: Exchange, tx: Transaction, pid: str, authorization: str, *, for_receipt: bool) -> Transfer:
    """An unknown transfer, a wrong token and a revoked one are answered alike, after the same comparison."""
    scheme, _, value = authorization.partition(" ")
    token = value.strip() if scheme.lower() == "bearer" else authorization.strip()
    transfer = transfers.load(tx, pid, exchange.vault)
    # Access is given before the start was acknowledged, and taken away by forgetting the token's hash; the state has
    # to allow it as well. What was delivered until then can still be receipted.
    kept = access_of(transfer) if transfer and transfer.role is Role.PROVIDER else Access()
    expected = kept.token_sha256 if transfer and is_open(tx, transfer) else ""
    if for_receipt:
        expected = kept.token_sha256 or kept.resting_sha256 or kept.receipts_sha256
    is_right = hmac.compare_digest(sha256(token.encode()).hexdigest(), expected or "0" * 64)
    if transfer is None or not expected or not is_right:
        raise Denied("pull.not_authorised")
    return transfer


def delivery_of(exchange: Exchange, publication: Publication) -> Delivery:
    """Read what was frozen at publication, once for many requests; raises Conflict when it is another by now."""
    folder = exchange.home / publication.folder  # an absolute folder stays as it is
    return _loaded(folder, publication.manifest_sha256)


@lru_cache(maxsize=8)
def _loaded(folder: Path, expected: str) -> Delivery:
    delivery = load_delivery(folder)
    if sha256(delivery.body).hexdigest() != expected:
        raise Conflict("delivery.broken", folder=folder.name)
    return delivery


def _refused(error: GenbaError, *, is_head: bool) -> DataResponse:
    """Say why, to a partner who holds a valid token; to others only that they are not authorised."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    headers = {**_ALWAYS, "content-type": "application/json"}
    if error.code == "pull.not_authorised":
        status, headers["www-authenticate"] = 401, "Bearer"
    if status == 503:
        headers["retry-after"] = "5"
    # What went wrong inside stays inside: only of what a partner asked for, and of files it may have, details are told.
    details = {name: detail for name, detail in error.details.items() if name in _TOLD and isinstance(detail, str)}
    said = _Said(code=error.code, reasons=refusals.told(refusals.reasons_of(error)), details=details)
    body = msgspec.json.encode(said)
    headers["content-length"] = str(len(body))
    return DataResponse(status=status, headers=headers, body=b"" if is_head else body)
