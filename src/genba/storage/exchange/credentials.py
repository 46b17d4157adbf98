"""Credentials in our own wallet, sealed: whoever copies the database cannot show them."""

from datetime import datetime

from genba.model.credential import HeldCredential
from genba.ports.database import Row, Transaction
from genba.ports.exchange import Vault
from genba.storage.exchange import records
from genba.storage.exchange.columns import json_text, moment, moment_or_none, names, time, time_or_none

_COLUMNS = "id, issuer, kinds, profile, sealed, received_at, ends_at"
MOST = 500


def put(tx: Transaction, held: HeldCredential, vault: Vault) -> None:
    """Keep a credential; one of the same issuer with the same id is replaced."""
    values = {
        "id": held.id,
        "issuer": held.issuer,
        "kinds": json_text(held.types),
        "profile": held.profile,
        "sealed": vault.seal(held.token.encode("ascii"), label=_label(held.issuer, held.id)),
        "received_at": moment(held.received_at),
        "ends_at": moment_or_none(held.ends),
    }
    records.replace(tx, "credentials", values, key=("issuer", "id"))


def listing(tx: Transaction, vault: Vault, *, now: datetime | None = None) -> tuple[HeldCredential, ...]:
    """Give credentials, the newest first; with a time only those that have not ended by then."""
    where = "" if now is None else "WHERE ends_at IS NULL OR ends_at > :now "
    sql = f"SELECT {_COLUMNS} FROM credentials {where}ORDER BY received_at DESC, issuer, id LIMIT {MOST}"
    rows = tx.execute(sql) if now is None else tx.execute(sql, now=moment(now))
    return tuple(_held(row, vault) for row in rows)


def remove(tx: Transaction, issuer: str, id: str) -> bool:
    """Throw a credential away; says whether it was there."""
    sql = "DELETE FROM credentials WHERE issuer = :issuer AND id = :id RETURNING id"
    return bool(tx.execute(sql, issuer=issuer, id=id))


def purge(tx: Transaction, now: datetime) -> None:
    """Throw away what has ended."""
    tx.execute("DELETE FROM credentials WHERE ends_at < :now", now=moment(now))


def _held(row: Row, vault: Vault) -> HeldCredential:
    id_, issuer, kinds, profile, sealed, received_at, ends_at = row
    return HeldCredential(
        id=id_,
        issuer=issuer,
        types=names(kinds),
        profile=profile,
        token=vault.open(sealed, label=_label(issuer, id_)).decode("ascii"),
        received_at=time(received_at),
        ends=time_or_none(ends_at),
    )


def _label(issuer: str, id_: str) -> str:
    return f"credential {id_} of {issuer}"
