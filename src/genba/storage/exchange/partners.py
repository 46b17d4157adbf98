"""Companies that a person has entered."""

from genba.errors import NotFound
from genba.model.exchange import Partner
from genba.ports.database import Row, Transaction
from genba.storage.exchange import records
from genba.storage.exchange.columns import json_text, names

_COLUMNS = "id, name, address, groups, corporate_number, blocked"


def put(tx: Transaction, partner: Partner) -> None:
    """Enter a partner, or write over what was known."""
    values = {
        "id": partner.id,
        "name": partner.name,
        "address": partner.address,
        "groups": json_text(partner.groups),
        "corporate_number": partner.corporate_number,
        "blocked": int(partner.blocked),
    }
    records.replace(tx, "partners", values, key=("id",))


def load(tx: Transaction, id: str) -> Partner | None:
    """Give a partner by its id."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM partners WHERE id = :id", id=id)
    return _partner(rows[0]) if rows else None


def listing(tx: Transaction, *, limit: int = 100, after: str = "") -> tuple[Partner, ...]:
    """Give partners in the order of their ids, beyond the last one of the page before."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM partners WHERE id > :after ORDER BY id LIMIT :limit", after=after, limit=limit
    )
    return tuple(map(_partner, rows))


def block(tx: Transaction, id: str, *, blocked: bool = True) -> None:
    """Refuse a partner from now on, or no longer."""
    if not tx.execute(
        "UPDATE partners SET blocked = :blocked WHERE id = :id RETURNING id", id=id, blocked=int(blocked)
    ):
        raise NotFound("exchange_store.no_partner")


def _partner(row: Row) -> Partner:
    id_, name, address, groups, corporate_number, blocked = row
    return Partner(
        id=id_,
        name=name,
        address=address,
        groups=names(groups),
        corporate_number=corporate_number,
        blocked=bool(blocked),
    )
