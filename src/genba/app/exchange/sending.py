"""Messages on their way to the other side: written, put into the outbox, signed in the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from genba.app.exchange.node import Exchange
from genba.dsp import messages
from genba.model.exchange import Outgoing
from genba.ports.database import Transaction
from genba.storage.exchange import log, outbox

FILE = "file:"  # the address of partners whom messages reach as files
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# Longer than a request may take; whoever dies meanwhile has its messages sent by another after this time.
LEASE = timedelta(seconds=30)
_GATHERED: ContextVar["Gathered"] = ContextVar("gathered")
_JSON = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a change leaves to be done: messages to hand over after its commit, and links of the log before it."""

    queued: list[Outgoing] = field(default_factory=list)
    events: list[log.Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to be sent, and where below the other side's base address."""

    message: messages.Body
    path: tuple[str, ...]
    secret: bool = False  # holds a secret: the bytes lie encrypted in the outbox


def queue(
    exchange: Exchange, tx: Transaction, letter: Letter, *, process: str, kind: str, partner: str, address: str
) -> None:
    """Put a message into the outbox; it is sent after the transaction, and again until it is acknowledged."""
    identifier = exchange.new_id()
    body = messages.write(letter.message)
    if letter.secret:
        body = exchange.vault.seal(body, label=_label(identifier)).encode()
    path = "/".join(quote(part, safe=":~-._") for part in letter.path)
    outgoing = Outgoing(
        id=identifier,
        process=process,
        kind=kind,
        message=messages.type_of(letter.message),
        partner=partner,
        url=f"{address}/{path}",
        body=body,
        due_at=_due(exchange, address),
    )
    outbox.put(tx, outgoing)
    if address != FILE:
        _GATHERED.get().queued.append(outgoing)


def _due(exchange: Exchange, address: str) -> datetime:
    """Say when a message is due: now, or after the lease of who gets it straight from the commit."""
    if address == FILE:
        return NEVER
    return exchange.now() if exchange.hand_over is None else exchange.now() + LEASE


@contextmanager
def gathered() -> Iterator[Gathered]:
    """Gather what is queued and recorded meanwhile in this thread."""
    found = Gathered()
    token = _GATHERED.set(found)
    try:
        yield found
    finally:
        _GATHERED.reset(token)


def plain(exchange: Exchange, outgoing: Outgoing) -> bytes:
    """Give the bytes to send; an encrypted body is opened."""
    if outgoing.body[:1] == b"{" and outgoing.body[:12] == b'{"@context":':
        return outgoing.body
    return exchange.vault.open(outgoing.body.decode(), label=_label(outgoing.id))


def _label(identifier: str) -> str:
    return f"outbox:{identifier}"


def record(
    exchange: Exchange, tx: Transaction, kind: str, *, agreement: str = "", partner: str = "", **body: object
) -> None:
    """Add a signed link to the log, in the transaction of what it tells; at its end where one gathers them."""
    text = _JSON.encode({name: value for name, value in body.items() if value}).decode()
    event = log.Event(at=exchange.now(), kind=kind, agreement=agreement, partner=partner, body=text)
    found = _GATHERED.get(None)
    if found is None:
        log.extend(tx, exchange.signer, (event,))
    else:
        found.events.append(event)
