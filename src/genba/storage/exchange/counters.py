"""Numbers given out one after the other, in the transaction that needs them."""

from genba.ports.database import Transaction


def following(tx: Transaction, name: str) -> int:
    """Give the next number; others who want one wait until this transaction has ended."""
    return reserved(tx, name, 1)


def reserved(tx: Transaction, name: str, count: int) -> int:
    """Take as many numbers and give the last of them."""
    rows = tx.execute(
        "UPDATE counters SET value = value + :count WHERE name = :name RETURNING value", name=name, count=count
    )
    return int(rows[0][0])
