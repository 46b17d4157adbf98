"""Pulls under an agreement: counted before they are allowed, so that two at once cannot both be the last one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from genba.ports.database import Row, Transaction
from genba.storage.exchange import records
from genba.storage.exchange.columns import moment, moment_or_none, time, time_or_none

_COLUMNS = (
    "id, agreement, transfer, partner, purpose, begun_at, ends_by, ended_at, reserved_bytes, volume_bytes, outcome"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was pulled under an agreement so far; volume counts what runs with what it may still deliver."""

    uses: int = 0
    volume_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """One use of the data: a session in which files may be fetched, in ranges and again after a break."""

    id: str
    agreement: str
    transfer: str
    partner: str
    purpose: str = ""
    begun_at: datetime
    ends_by: datetime  # no further request belongs to it after this time
    ended_at: datetime | None = None
    reserved_bytes: int = 0  # counts as delivered until the pull has ended
    volume_bytes: int = 0  # delivered
    outcome: str = ""


def begin(tx: Transaction, pull: Pull, allow: Callable[[Usage], None]) -> Usage:
    """Ask `allow` about what was used before, then count this pull; whatever it raises leaves nothing counted.

    Others who want to begin under the same agreement wait until this transaction has ended.
    """
    before = _locked(tx, pull.agreement)
    allow(before)
    tx.execute(
        "UPDATE usage SET uses = uses + 1, volume_bytes = volume_bytes + :reserved WHERE agreement = :agreement",
        agreement=pull.agreement,
        reserved=pull.reserved_bytes,
    )
    records.insert(tx, "pulls", _values(pull))
    return Usage(uses=before.uses + 1, volume_bytes=before.volume_bytes + pull.reserved_bytes)


def deliver(tx: Transaction, id: str, size_bytes: int) -> None:
    """Add what was delivered in a pull; more than was reserved counts on top at once."""
    rows = tx.execute("SELECT agreement FROM pulls WHERE id = :id", id=id)
    if not rows:
        return
    _locked(tx, rows[0][0])
    ((reserved, volume),) = tx.execute(
        "UPDATE pulls SET volume_bytes = volume_bytes + :size WHERE id = :id "
        "RETURNING CASE WHEN ended_at IS NULL THEN reserved_bytes ELSE 0 END, volume_bytes",
        id=id,
        size=size_bytes,
    )
    beyond = max(volume - reserved, 0) - max(volume - size_bytes - reserved, 0)
    _add_volume(tx, rows[0][0], beyond)


def end(tx: Transaction, id: str, at: datetime, outcome: str) -> bool:
    """End a pull and give back what was reserved and not delivered; says whether it was running."""
    rows = tx.execute("SELECT agreement FROM pulls WHERE id = :id", id=id)
    if not rows:
        return False
    _locked(tx, rows[0][0])
    ended = tx.execute(
        "UPDATE pulls SET ended_at = :at, outcome = :outcome WHERE id = :id AND ended_at IS NULL "
        "RETURNING reserved_bytes, volume_bytes",
        id=id,
        at=moment(at),
        outcome=outcome,
    )
    for reserved, volume in ended:
        _add_volume(tx, rows[0][0], min(volume - reserved, 0))
    return bool(ended)


def load(tx: Transaction, id: str) -> Pull | None:
    """Give a pull by its id."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM pulls WHERE id = :id", id=id)
    return _pull(rows[0]) if rows else None


def running(tx: Transaction, id: str, now: datetime) -> Pull | None:
    """Give a pull that may still be continued."""
    found = load(tx, id)
    return found if found and found.ended_at is None and found.ends_by > now else None


def overdue(tx: Transaction, now: datetime, *, limit: int = 100) -> tuple[Pull, ...]:
    """Give pulls whose time is over although nobody has ended them."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM pulls WHERE ended_at IS NULL AND ends_by <= :now ORDER BY ends_by LIMIT :limit",
        now=moment(now),
        limit=limit,
    )
    return tuple(map(_pull, rows))


def used(tx: Transaction, agreement: str) -> Usage:
    """Give what was used under an agreement, without keeping others from using more."""
    rows = tx.execute("SELECT uses, volume_bytes FROM usage WHERE agreement = :agreement", agreement=agreement)
    return Usage(uses=rows[0][0], volume_bytes=rows[0][1]) if rows else Usage()


def listing(tx: Transaction, *, agreement: str = "", limit: int = 100, after: str = "") -> tuple[Pull, ...]:
    """Give pulls from the newest to the oldest; `after` is the id of the last one of the page before."""
    where: dict[str, object] = {"agreement = :agreement": agreement} if agreement else {}
    rows = records.newest(tx, "pulls", _COLUMNS, order=("begun_at", "id"), where=where, limit=limit, after=after)
    return tuple(map(_pull, rows))


def _locked(tx: Transaction, agreement: str) -> Usage:
    """Give the count and hold it: a write to its row makes others wait in both databases."""
    tx.execute(
        "INSERT INTO usage(agreement, uses, volume_bytes) VALUES (:agreement, 0, 0) ON CONFLICT (agreement) DO NOTHING",
        agreement=agreement,
    )
    ((uses, volume),) = tx.execute(
        "UPDATE usage SET uses = uses WHERE agreement = :agreement RETURNING uses, volume_bytes", agreement=agreement
    )
    return Usage(uses=uses, volume_bytes=volume)


def _add_volume(tx: Transaction, agreement: str, size_bytes: int) -> None:
    if size_bytes:
        tx.execute(
            "UPDATE usage SET volume_bytes = volume_bytes + :size WHERE agreement = :agreement",
            agreement=agreement,
            size=size_bytes,
        )


def _values(pull: Pull) -> dict[str, object]:
    return {
        "id": pull.id,
        "agreement": pull.agreement,
        "transfer": pull.transfer,
        "partner": pull.partner,
        "purpose": pull.purpose,
        "begun_at": moment(pull.begun_at),
        "ends_by": moment(pull.ends_by),
        "ended_at": moment_or_none(pull.ended_at),
        "reserved_bytes": pull.reserved_bytes,
        "volume_bytes": pull.volume_bytes,
        "outcome": pull.outcome,
    }


def _pull(row: Row) -> Pull:
    id_, agreement, transfer, partner, purpose, begun_at, ends_by, ended_at, reserved, volume, outcome = row
    return Pull(
        id=id_,
        agreement=agreement,
        transfer=transfer,
        partner=partner,
        purpose=purpose,
        begun_at=time(begun_at),
        ends_by=time(ends_by),
        ended_at=time_or_none(ended_at),
        reserved_bytes=reserved,
        volume_bytes=volume,
        outcome=outcome,
    )
