"""What we answered: the same message gets the same answer, as often as it is repeated."""

from dataclasses import dataclass
from datetime import datetime

from genba.ports.database import Transaction
from genba.storage.exchange import records
from genba.storage.exchange.columns import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The answer that a message got."""

    status: int
    body: bytes


def answer(tx: Transaction, partner: str, process: str, sha256: str) -> Remembered | None:
    """Give the answer to a message of a partner in a process, by the hash of its bytes."""
    rows = tx.execute(
        "SELECT status, body FROM inbox WHERE partner = :partner AND process = :process AND sha256 = :sha256",
        partner=partner,
        process=process,
        sha256=sha256,
    )
    return Remembered(status=rows[0][0], body=rows[0][1]) if rows else None


def remember(
    tx: Transaction, partner: str, process: str, sha256: str, *, status: int, body: bytes, expires: datetime
) -> None:
    """Keep an answer; raises Conflict("exchange_store.exists") when the same message was answered meanwhile."""
    values = {
        "partner": partner,
        "process": process,
        "sha256": sha256,
        "status": status,
        "body": body,
        "expires_at": moment(expires),
    }
    records.insert(tx, "inbox", values)


def purge(tx: Transaction, now: datetime) -> None:
    """Forget answers whose time is over."""
    tx.execute("DELETE FROM inbox WHERE expires_at < :now", now=moment(now))
