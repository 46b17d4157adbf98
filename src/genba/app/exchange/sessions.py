"""Pull sessions: one decided, counted and logged use of the data, within which files may be fetched in parts."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from genba.app.exchange import refusals
from genba.app.exchange.circumstances import Stated, Use, Used, decide
from genba.app.exchange.node import Exchange
from genba.app.exchange.proven import caller_of
from genba.app.exchange.sending import record
from genba.app.exchange.transfer_steps import access_of
from genba.errors import Conflict, Denied, GenbaError, NotFound
from genba.model.exchange import Agreement, Publication, Transfer
from genba.ports.database import Transaction
from genba.storage.exchange import agreements, partners, usage
from genba.storage.exchange.deliveries import Delivery
from genba.storage.exchange.usage import Pull, Usage

# How long a broken pull may be taken up again without counting once more.
SESSION = timedelta(hours=24)
# A session gives each byte this many times at most: lines break, but one use is not many.
MOST_TIMES = 2
SLACK_BYTES = 64 << 20
# Sent bytes are written down when so many have come together, and at the end; all were reserved at the beginning.
FLUSH_BYTES = 64 << 20
MAX_FILES_LOGGED = 200
# So many refusals of a transfer are logged in a minute, each by itself; the next one tells how many were not.
REFUSALS_A_MINUTE = 20
_MINUTE = timedelta(minutes=1)
_MOST_REFUSED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a valid token gives a right to, if the terms allow it."""

    transfer: Transfer
    agreement: Agreement
    publication: Publication
    delivery: Delivery

    @property
    def size_bytes(self) -> int:
        """All that is listed."""
        return sum(file.size_bytes for file in self.delivery.index.files)


class _Said(msgspec.Struct, omit_defaults=True):
    """What was stated at the beginning, and which list was given; every part of the session is decided on it."""

    delivery: str
    purposes: tuple[str, ...] | None = None
    place: str | None = None
    training: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A pull that has begun."""

    id: str
    agreement: str
    partner: str
    transfer: str
    stated: Stated
    delivery_sha256: str
    begun_at: datetime
    ends_by: datetime
    reserved_bytes: int
    sent_bytes: int


@dataclass(slots=True)
class _Sent:
    """What this process has sent in a session and not written down yet, what is on its way, and all sent by file."""

    unwritten_bytes: int = 0
    flying_bytes: int = 0  # allowed and not reported yet: whoever reads slowly gets no more for it
    files: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Refused:
    """Refusals of one transfer in the present minute."""

    since: datetime
    logged: int = 0
    unlogged: int = 0


_lock = threading.Lock()
_refused: dict[tuple[int, str], _Refused] = {}
_sent: dict[tuple[int, str], _Sent] = {}  # by database and pull: a process may serve several companies


def enter(exchange: Exchange, grant: Grant, said: Stated, pull: str, *, span_bytes: int | None = None) -> Session:
    """Go on with a running pull, or decide about a new one; a refusal is logged and raised as Denied.

    `span_bytes` is what this request is going to send; without a running pull it is a whole pull by itself.
    """
    try:
        if pull:
            return _go_on(exchange, grant, pull, span_bytes or 0)
        begun = _begin(exchange, grant, said, grant.size_bytes if span_bytes is None else span_bytes)
        with _lock:
            _sent[id(exchange.database), begun.id] = _Sent(flying_bytes=span_bytes or 0)
        return begun
    except (Denied, Conflict) as error:
        _log_refusal(exchange, grant, said, pull, error)
        raise


def look(exchange: Exchange, grant: Grant, said: Stated, pull: str) -> None:
    """Decide as `enter` does, for a question about a file that is not fetched; nothing is counted."""
    try:
        if pull:
            _go_on(exchange, grant, pull, 0)
            return
        with exchange.database.reading() as tx:
            used = usage.used(tx, grant.agreement.id)
            _check(exchange, tx, grant, said, Used(uses=used.uses, volume_bytes=used.volume_bytes))
    except (Denied, Conflict) as error:
        _log_refusal(exchange, grant, said, pull, error)
        raise


def known(exchange: Exchange, transfer: Transfer, pull: str) -> Session:
    """Give a pull of this transfer, running or ended; raises NotFound."""
    with exchange.database.reading() as tx:
        found = usage.load(tx, pull)
    if found is None or found.transfer != transfer.provider_pid:
        raise NotFound("pull.no_such_pull")
    return _session(found)


def sent(exchange: Exchange, session: Session, path: str, size_bytes: int, *, span_bytes: int = 0) -> None:
    """Count bytes that really left of those announced; they are written down now and then, and at the end."""
    with _lock:
        counted = _sent.get((id(exchange.database), session.id))
        if counted is None:
            return  # the pull has ended meanwhile, and what was on its way was counted as sent
        counted.flying_bytes -= span_bytes
        counted.unwritten_bytes += size_bytes
        counted.files[path] = counted.files.get(path, 0) + size_bytes
        due = counted.unwritten_bytes if counted.unwritten_bytes >= FLUSH_BYTES else 0
        counted.unwritten_bytes -= due
    if due:
        with exchange.database.transaction() as tx:
            usage.deliver(tx, session.id, due)


def end(exchange: Exchange, session: Session, outcome: str) -> int:
    """End a pull and log what was really sent; ending it again changes nothing. Gives the bytes sent in all.

    What is on its way counts as sent: otherwise a pull that is ended early gives back what still arrives.
    """
    with _lock:
        counted = _sent.pop((id(exchange.database), session.id), _Sent())
    with exchange.database.transaction() as tx:
        usage.deliver(tx, session.id, counted.unwritten_bytes + counted.flying_bytes)
        was_running = usage.end(tx, session.id, exchange.now(), outcome)
        pull = usage.load(tx, session.id)
        sent_bytes = pull.volume_bytes if pull else 0
        if was_running:
            record(
                exchange,
                tx,
                "pull.ended",
                agreement=session.agreement,
                partner=session.partner,
                pull=session.id,
                outcome=outcome,
                sent_bytes=sent_bytes,
                files=_files(counted.files, sent_bytes),
            )
    return sent_bytes


def _files(files: dict[str, int], sent_bytes: int) -> dict[str, int]:
    """Name the bytes of each file where this process has sent all of them, and there are not too many."""
    is_whole = sum(files.values()) == sent_bytes
    return dict(sorted(files.items())) if is_whole and len(files) <= MAX_FILES_LOGGED else {}


def end_overdue(exchange: Exchange) -> int:
    """End pulls whose time is over; gives how many. To be called now and then."""
    write_down(exchange)
    with exchange.database.reading() as tx:
        over = usage.overdue(tx, exchange.now())
    for pull in over:
        end(exchange, _session(pull), "out of time")
    return len(over)


def write_down(exchange: Exchange) -> None:
    """Write down what is counted in memory, and forget pulls that another process has ended."""
    with _lock:
        due = [(pull, counted) for (owner, pull), counted in _sent.items() if owner == id(exchange.database)]
    for pull, counted in due:
        with _lock:
            size_bytes, counted.unwritten_bytes = counted.unwritten_bytes, 0
        with exchange.database.transaction() as tx:
            usage.deliver(tx, pull, size_bytes)
            found = usage.load(tx, pull)
        if found is None or (found.ended_at is not None and not counted.flying_bytes):
            with _lock:
                _sent.pop((id(exchange.database), pull), None)


def _begin(exchange: Exchange, grant: Grant, said: Stated, size_bytes: int) -> Session:
    now = exchange.now()
    kept = _Said(
        delivery=grant.publication.manifest_sha256,
        purposes=said.purposes,
        place=said.place,
        training=said.training,
    )
    pull = Pull(
        id=exchange.new_id(),
        agreement=grant.agreement.id,
        transfer=grant.transfer.provider_pid,
        partner=grant.transfer.partner,
        purpose=msgspec.json.encode(kept).decode(),
        begun_at=now,
        ends_by=now + SESSION,
        reserved_bytes=size_bytes,
    )
    with exchange.database.transaction() as tx:

        def allow(before: Usage) -> None:
            used = Used(uses=before.uses, volume_bytes=before.volume_bytes + size_bytes)
            _check(exchange, tx, grant, said, used)

        after = usage.begin(tx, pull, allow)
        record(
            exchange,
            tx,
            "pull.begun",
            agreement=pull.agreement,
            partner=pull.partner,
            pull=pull.id,
            transfer=pull.transfer,
            dataset=grant.publication.id,
            version=grant.publication.version,
            delivery_sha256=kept.delivery,
            files=len(grant.delivery.index.files),
            size_bytes=size_bytes,
            number=after.uses,
            stated=said.record(),
        )
    return _session(pull)


def _go_on(exchange: Exchange, grant: Grant, pull: str, span_bytes: int) -> Session:
    """Decide anew about a running pull: it was counted, but time, withdrawal and volume go on."""
    with exchange.database.reading() as tx:
        found = usage.running(tx, pull, exchange.now())
        if found is None or found.transfer != grant.transfer.provider_pid:
            raise Denied("pull.session_over")
        session = _session(found)
        used = usage.used(tx, grant.agreement.id)
        without_this = Used(uses=max(used.uses - 1, 0), volume_bytes=used.volume_bytes)
        _check(exchange, tx, grant, session.stated, without_this)
    if session.delivery_sha256 != grant.publication.manifest_sha256:
        raise Conflict("pull.published_anew")
    with _lock:
        counted = _sent.setdefault((id(exchange.database), pull), _Sent())
        given = session.sent_bytes + counted.unwritten_bytes + counted.flying_bytes
        if given > MOST_TIMES * session.reserved_bytes + SLACK_BYTES:
            raise Denied("pull.too_often")
        counted.flying_bytes += span_bytes
    return session


def _check(exchange: Exchange, tx: Transaction, grant: Grant, said: Stated, used: Used) -> None:
    """Raise Denied unless everything about a pull is in order now."""
    agreement = agreements.load(tx, grant.agreement.id)
    if agreement is None or not agreement.final:
        raise Denied("pull.not_agreed")
    if agreement.withdrawn_at is not None:
        raise Denied("pull.withdrawn")
    partner = partners.load(tx, agreement.assignee)
    if grant.transfer.partner != agreement.assignee or (partner is not None and partner.blocked):
        raise Denied("pull.not_for_you")
    # Handing the data to whom the agreement names is no onward provision; what comes later is asked for there.
    use = Use(
        agreement=agreement,
        stated=said,
        now=exchange.now(),
        used=used,
        partner=partner,
        caller=caller_of(access_of(grant.transfer).proven, agreement.assignee, exchange.now()),
        onward=False,
    )
    decision = decide(use)
    if not decision.allowed:
        raise Denied("pull.terms", reasons=decision.reasons)


def _unlogged(exchange: Exchange, transfer: str) -> int | None:
    """Give how many refusals were passed over since the last that was logged; None where this one is, too."""
    now, key = exchange.now(), (id(exchange.database), transfer)
    with _lock:
        if len(_refused) >= _MOST_REFUSED:
            _refused.clear()
        counted = _refused.setdefault(key, _Refused(since=now))
        if not timedelta() <= now - counted.since < _MINUTE:
            counted.since, counted.logged = now, 0
        if counted.logged >= REFUSALS_A_MINUTE:
            counted.unlogged += 1
            return None
        counted.logged += 1
        unlogged, counted.unlogged = counted.unlogged, 0
        return unlogged


def _log_refusal(exchange: Exchange, grant: Grant, said: Stated, pull: str, error: GenbaError) -> None:
    unlogged = _unlogged(exchange, grant.transfer.provider_pid)
    if unlogged is None:
        return  # whoever holds a token must not fill the disk with refusals
    further = {"unlogged": unlogged} if unlogged else {}
    with exchange.database.transaction() as tx:
        record(
            exchange,
            tx,
            "pull.refused",
            agreement=grant.agreement.id,
            partner=grant.transfer.partner,
            transfer=grant.transfer.provider_pid,
            dataset=grant.publication.id,
            pull=pull,
            code=error.code,
            reasons=", ".join(dict.fromkeys(reason.code for reason in refusals.reasons_of(error))),
            stated=said.record(),
            **further,
        )


def _session(pull: Pull) -> Session:
    said = msgspec.json.decode(pull.purpose, type=_Said)
    return Session(
        id=pull.id,
        agreement=pull.agreement,
        partner=pull.partner,
        transfer=pull.transfer,
        stated=Stated(purposes=said.purposes, place=said.place, training=said.training),
        delivery_sha256=said.delivery,
        begun_at=pull.begun_at,
        ends_by=pull.ends_by,
        reserved_bytes=pull.reserved_bytes,
        sent_bytes=pull.volume_bytes,
    )
