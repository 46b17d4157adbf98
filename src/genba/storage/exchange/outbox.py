"""Messages that have to reach the other side, in the transaction that caused them; kept until acknowledged."""

from datetime import datetime

from genba.model.exchange import Outgoing
from genba.ports.database import Row, Transaction
from genba.storage.exchange.columns import moment, time

_COLUMNS = "id, process, kind, message, partner, url, body, attempts, due_at, failure"


def put(tx: Transaction, outgoing: Outgoing) -> None:
    """Queue a message behind those of the same process."""
    tx.execute(
        f"INSERT INTO outbox(number, {_COLUMNS}) VALUES "
        "((SELECT COALESCE(MAX(number), 0) + 1 FROM outbox WHERE process = :process), :id, :process, :kind, "
        ":message, :partner, :url, :body, :attempts, :due_at, :failure)",
        id=outgoing.id,
        process=outgoing.process,
        kind=outgoing.kind,
        message=outgoing.message,
        partner=outgoing.partner,
        url=outgoing.url,
        body=outgoing.body,
        attempts=outgoing.attempts,
        due_at=moment(outgoing.due_at),
        failure=outgoing.failure,
    )


def take_due(tx: Transaction, now: datetime, *, lease_until: datetime, limit: int) -> tuple[Outgoing, ...]:
    """Lease messages that are due, the oldest of each process only; nobody else gets them before the lease ends.

    Whoever dies with a lease loses nothing: when it ends, the message is due again.
    """
    # `due_at <= :now` outside the inner query is looked at again by PostgreSQL when another server was faster.
    rows = tx.execute(
        f"UPDATE outbox SET due_at = :lease_until WHERE due_at <= :now AND id IN ("
        "SELECT o.id FROM outbox o WHERE o.due_at <= :now AND NOT EXISTS (SELECT 1 FROM outbox earlier "
        "WHERE earlier.process = o.process AND earlier.number < o.number) ORDER BY o.due_at LIMIT :limit) "
        f"RETURNING {_COLUMNS}",
        now=moment(now),
        lease_until=moment(lease_until),
        limit=limit,
    )
    return tuple(map(_outgoing, rows))


def release(tx: Transaction, now: datetime, *, before: datetime) -> None:
    """Make due what somebody leased for a first try and may have died with; a message sent twice does no harm."""
    tx.execute(
        "UPDATE outbox SET due_at = :now WHERE attempts = 0 AND due_at > :now AND due_at <= :before",
        now=moment(now),
        before=moment(before),
    )


def next_due(tx: Transaction) -> datetime | None:
    """Give the time at which something is due next."""
    ((earliest,),) = tx.execute("SELECT MIN(due_at) FROM outbox")
    return None if earliest is None else time(earliest)


def done(tx: Transaction, id: str) -> bool:
    """Forget an acknowledged message; says whether it was still there."""
    return bool(tx.execute("DELETE FROM outbox WHERE id = :id RETURNING id", id=id))


def retry(tx: Transaction, id: str, due_at: datetime, failure: str) -> None:
    """Count a failed try and set the time of the next."""
    tx.execute(
        "UPDATE outbox SET attempts = attempts + 1, due_at = :due_at, failure = :failure WHERE id = :id",
        id=id,
        due_at=moment(due_at),
        failure=failure,
    )


def drop(tx: Transaction, process: str) -> None:
    """Forget everything that a process still wanted to send."""
    tx.execute("DELETE FROM outbox WHERE process = :process", process=process)


def pending(tx: Transaction, process: str) -> Outgoing | None:
    """Give the oldest message of a process that was not acknowledged."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM outbox WHERE process = :process ORDER BY number LIMIT 1", process=process
    )
    return _outgoing(rows[0]) if rows else None


def load(tx: Transaction, id: str) -> Outgoing | None:
    """Give a message by its id."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM outbox WHERE id = :id", id=id)
    return _outgoing(rows[0]) if rows else None


def carried(tx: Transaction, partner: str, *, limit: int) -> tuple[Outgoing, ...]:
    """Give what goes to a partner by files, of each process the oldest message."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM outbox o WHERE partner = :partner AND url LIKE 'file:%' AND NOT EXISTS "
        "(SELECT 1 FROM outbox earlier WHERE earlier.process = o.process AND earlier.number < o.number) "
        "ORDER BY process LIMIT :limit",
        partner=partner,
        limit=limit,
    )
    return tuple(map(_outgoing, rows))


def size(tx: Transaction) -> int:
    """Count what waits to be sent."""
    return int(tx.execute("SELECT COUNT(*) FROM outbox")[0][0])


def _outgoing(row: Row) -> Outgoing:
    id_, process, kind, message, partner, url, body, attempts, due_at, failure = row
    return Outgoing(
        id=id_,
        process=process,
        kind=kind,
        message=message,
        partner=partner,
        url=url,
        body=body,
        attempts=attempts,
        due_at=time(due_at),
        failure=failure,
    )
