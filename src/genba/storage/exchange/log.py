"""The log of what was shared: each link signed and bound to all before it, written with the change it records."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from genba.errors import Denied, InvalidInput
from genba.model.exchange import LogEntry
from genba.ports.database import Row, Transaction
from genba.ports.exchange import Signer, Verifier
from genba.storage.exchange import records
from genba.storage.exchange.columns import json_text, moment, time

BEGINNING = "0" * 64
TYP = "genba-log+jws"
FORMAT = "genba-log-1"
_COLUMNS = "seq, at, kind, agreement, partner, body, previous, sha256, signature"
PAGE = 500
LINE_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link as somebody else remembers it: the head file, a partner's receipt, an earlier export."""

    seq: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where the chain does not hold, and what is wrong there."""

    seq: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a link tells; `body` is JSON."""

    at: datetime
    kind: str
    agreement: str = ""
    partner: str = ""
    body: str = "{}"


def append(
    tx: Transaction,
    signer: Signer,
    *,
    at: datetime,
    kind: str,
    agreement: str = "",
    partner: str = "",
    body: Mapping[str, object] | str = "{}",
) -> LogEntry:
    """Add a link; it stands when the transaction does."""
    if not isinstance(body, str):
        body = json_text(body)
    event = Event(at=at, kind=kind, agreement=agreement, partner=partner, body=body)
    return extend(tx, signer, (event,))[0]


def extend(tx: Transaction, signer: Signer, events: Sequence[Event]) -> tuple[LogEntry, ...]:
    """Add a link for each event, in their order.

    The head is held until the transaction ends, so do this last: others who add to the log wait for it.
    """
    if not events:
        return ()
    ((last, previous),) = tx.execute(
        "UPDATE log_head SET seq = seq + :count WHERE part = 0 RETURNING seq, sha256", count=len(events)
    )
    made = []
    for seq, event in enumerate(events, last - len(events) + 1):
        made.append(_link(signer, seq, event, previous))
        previous = made[-1].sha256
    records.insert_all(tx, "log", [_values(entry) for entry in made])
    tx.execute("UPDATE log_head SET sha256 = :sha256 WHERE part = 0", sha256=previous)
    return tuple(made)


def _link(signer: Signer, seq: int, event: Event, previous: str) -> LogEntry:
    content = _content(seq, moment(event.at), event.kind, event.agreement, event.partner, event.body, previous)
    sha256 = hashlib.sha256(content).hexdigest()
    return LogEntry(
        seq=seq,
        at=event.at,
        kind=event.kind,
        agreement=event.agreement,
        partner=event.partner,
        body=event.body,
        previous=previous,
        sha256=sha256,
        signature=signer.sign(sha256.encode(), typ=TYP),
    )


def head(tx: Transaction) -> Anchor:
    """Give the last link's number and hash; number 0 when there is none."""
    ((seq, sha256),) = tx.execute("SELECT seq, sha256 FROM log_head WHERE part = 0")
    return Anchor(seq=seq, sha256=sha256)


def entries(
    tx: Transaction,
    *,
    kind: str = "",
    agreement: str = "",
    partner: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: int = 0,
) -> Iterator[LogEntry]:
    """Give links in their order, those beyond number `after` that fit; read page by page."""
    conditions, values = ["seq > :after"], dict[str, object]()
    for name, value in (("kind", kind), ("agreement", agreement), ("partner", partner)):
        if value:
            conditions.append(f"{name} = :{name}")
            values[name] = value
    if since is not None:
        conditions.append("at >= :since")
        values["since"] = moment(since)
    if until is not None:
        conditions.append("at < :until")
        values["until"] = moment(until)
    sql = f"SELECT {_COLUMNS} FROM log WHERE {' AND '.join(conditions)} ORDER BY seq LIMIT {PAGE}"
    while True:
        rows = tx.execute(sql, after=after, **values)
        yield from map(_entry, rows)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


def link_hash(entry: LogEntry) -> str:
    """Compute what a link's hash has to be."""
    content = _content(
        entry.seq, moment(entry.at), entry.kind, entry.agreement, entry.partner, entry.body, entry.previous
    )
    return hashlib.sha256(content).hexdigest()


def verify(
    links: Iterable[LogEntry], verifier: Verifier, *, signer: str, anchors: Iterable[Anchor] = ()
) -> tuple[Break, ...]:
    """Find links that were changed, removed, inserted, moved or signed by somebody else.

    A chain shows by itself everything but that its end was cut off, or that it was written anew by the holder of
    the key: anchors, which others keep, show that too.
    """
    expected = {anchor.seq: anchor.sha256 for anchor in anchors if anchor.seq}
    breaks: list[Break] = []
    seq, previous = 0, BEGINNING
    for link in links:
        breaks.extend(_broken(link, seq, previous, verifier, signer))
        if expected.pop(link.seq, link.sha256) != link.sha256:
            breaks.append(Break(seq=link.seq, code="exchange_store.link_other"))
        seq, previous = link.seq, link.sha256
    breaks.extend(Break(seq=missing, code="exchange_store.link_missing") for missing in sorted(expected))
    return tuple(breaks)


def _broken(link: LogEntry, seq: int, previous: str, verifier: Verifier, signer: str) -> Iterator[Break]:
    if link.seq != seq + 1:
        order = "exchange_store.links_removed" if link.seq > seq else "exchange_store.link_moved"
        yield Break(seq=link.seq, code=order)
    elif link.previous != previous:
        yield Break(seq=link.seq, code="exchange_store.link_unbound")
    if link_hash(link) != link.sha256:
        yield Break(seq=link.seq, code="exchange_store.link_changed")
        return
    try:
        signed = verifier.verify(link.signature, typ=TYP, signer=signer)
    except Denied:
        signed = b""
    if signed != link.sha256.encode():
        yield Break(seq=link.seq, code="exchange_store.link_forged")


def line(entry: LogEntry) -> bytes:
    """Give a link as one line of an export, in which nothing is lost."""
    return msgspec.json.encode(_Line(**{name: getattr(entry, name) for name in _Line.__struct_fields__}))


def read_line(text: bytes) -> LogEntry:
    """Read a line of an export, ours or a partner's; what it says is still to be verified."""
    if len(text) > LINE_BYTES:
        raise InvalidInput("exchange_store.bad_line")
    try:
        read = _LINE.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidInput("exchange_store.bad_line") from None
    if read.at.tzinfo is None:
        raise InvalidInput("exchange_store.bad_line")
    return LogEntry(**{name: getattr(read, name) for name in _Line.__struct_fields__})


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seq: int
    at: datetime
    kind: str
    agreement: str
    partner: str
    body: str
    previous: str
    sha256: str
    signature: str


_LINE = msgspec.json.Decoder(_Line)


def _content(seq: int, at: int, *named: str) -> bytes:
    """Give what is hashed: number, time, then kind, agreement, partner, body and the hash before."""
    # A list has one way only to be written: lengths cannot be shifted from one value into the next.
    return msgspec.json.encode([FORMAT, seq, at, *named])


def _values(entry: LogEntry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": moment(entry.at),
        "kind": entry.kind,
        "agreement": entry.agreement,
        "partner": entry.partner,
        "body": entry.body,
        "previous": entry.previous,
        "sha256": entry.sha256,
        "signature": entry.signature,
    }


def _entry(row: Row) -> LogEntry:
    seq, at, kind, agreement, partner, body, previous, sha256, signature = row
    return LogEntry(
        seq=seq,
        at=time(at),
        kind=kind,
        agreement=agreement,
        partner=partner,
        body=body,
        previous=previous,
        sha256=sha256,
        signature=signature,
    )
