"""Tokens that were seen: each counts once until it expires."""

from datetime import datetime

from genba.ports.database import Transaction
from genba.storage.exchange.columns import moment


def first_time(tx: Transaction, issuer: str, jti: str, expires: datetime) -> bool:
    """Say whether a token is seen for the first time, and remember it; of two at once, one is the first.

    `expires` is when nobody takes it any more: the tolerated difference between clocks is part of it.
    """
    rows = tx.execute(
        "INSERT INTO replay(issuer, jti, expires_at) VALUES (:issuer, :jti, :expires_at) "
        "ON CONFLICT (issuer, jti) DO NOTHING RETURNING jti",
        issuer=issuer,
        jti=jti,
        expires_at=moment(expires),
    )
    return bool(rows)


def purge(tx: Transaction, now: datetime) -> None:
    """Forget tokens that nobody takes any more."""
    tx.execute("DELETE FROM replay WHERE expires_at < :now", now=moment(now))
