"""What waits for a person, and what a person should know."""

from datetime import datetime

from genba.model.exchange import Notice
from genba.ports.database import Row, Transaction
from genba.storage.exchange import records
from genba.storage.exchange.columns import json_text, mapping, moment, moment_or_none, time, time_or_none

_COLUMNS = "id, at, code, details, subject, done_at"


def put(tx: Transaction, notice: Notice) -> None:
    """Keep a notice, or write over an older one with its id."""
    values = {
        "id": notice.id,
        "at": moment(notice.at),
        "code": notice.code,
        "details": json_text(notice.details),
        "subject": notice.subject,
        "done_at": moment_or_none(notice.done_at),
    }
    records.replace(tx, "notices", values, key=("id",))


def done(tx: Transaction, id: str, at: datetime) -> bool:
    """Mark a notice as dealt with; says whether it was open."""
    sql = "UPDATE notices SET done_at = :at WHERE id = :id AND done_at IS NULL RETURNING id"
    return bool(tx.execute(sql, id=id, at=moment(at)))


def done_for(tx: Transaction, subject: str, at: datetime) -> None:
    """Mark all open notices about a process or agreement as dealt with."""
    sql = "UPDATE notices SET done_at = :at WHERE subject = :subject AND done_at IS NULL"
    tx.execute(sql, subject=subject, at=moment(at))


def listing(
    tx: Transaction, *, is_open: bool | None = True, subject: str = "", limit: int = 100, after: str = ""
) -> tuple[Notice, ...]:
    """Give notices from the newest to the oldest; `after` is the id of the last one of the page before."""
    where: dict[str, object] = {}
    if is_open is not None:
        where["done_at IS NULL" if is_open else "done_at IS NOT NULL"] = None
    if subject:
        where["subject = :subject"] = subject
    rows = records.newest(tx, "notices", _COLUMNS, order=("at", "id"), where=where, limit=limit, after=after)
    return tuple(map(_notice, rows))


def _notice(row: Row) -> Notice:
    id_, at, code, details, subject, done_at = row
    return Notice(
        id=id_, at=time(at), code=code, details=mapping(details), subject=subject, done_at=time_or_none(done_at)
    )
