"""What was agreed; kept for good, because receipts refer to it."""

from genba.errors import NotFound
from genba.model.exchange import Agreement, Role
from genba.ports.database import Row, Transaction
from genba.storage.exchange import records
from genba.storage.exchange.columns import moment, moment_or_none, time, time_or_none

_COLUMNS = "id, role, dataset, assigner, assignee, policy, agreed_at, final, withdrawn_at, withdrawn_because"


def add(tx: Transaction, agreement: Agreement) -> None:
    """Keep a new agreement."""
    records.insert(tx, "agreements", _values(agreement))


def load(tx: Transaction, id: str) -> Agreement | None:
    """Give an agreement by its id."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM agreements WHERE id = :id", id=id)
    return _agreement(rows[0]) if rows else None


def save(tx: Transaction, agreement: Agreement) -> None:
    """Write what may change: whether it is final, and its withdrawal, which is never taken back."""
    rows = tx.execute(
        "UPDATE agreements SET final = :final, withdrawn_because = CASE WHEN withdrawn_at IS NULL "
        "THEN :because ELSE withdrawn_because END, withdrawn_at = COALESCE(withdrawn_at, :withdrawn_at) "
        "WHERE id = :id RETURNING id",
        id=agreement.id,
        final=int(agreement.final),
        withdrawn_at=moment_or_none(agreement.withdrawn_at),
        because=agreement.withdrawn_because,
    )
    if not rows:
        raise NotFound("exchange_store.no_agreement")


def listing(
    tx: Transaction,
    *,
    role: Role | None = None,
    dataset: str = "",
    in_force: bool | None = None,
    limit: int = 100,
    after: str = "",
) -> tuple[Agreement, ...]:
    """Give agreements from the newest to the oldest; `after` is the id of the last one of the page before."""
    where: dict[str, object] = {}
    if role is not None:
        where["role = :role"] = role.value
    if dataset:
        where["dataset = :dataset"] = dataset
    if in_force is not None:
        where["final = 1 AND withdrawn_at IS NULL" if in_force else "(final = 0 OR withdrawn_at IS NOT NULL)"] = None
    rows = records.newest(tx, "agreements", _COLUMNS, order=("agreed_at", "id"), where=where, limit=limit, after=after)
    return tuple(map(_agreement, rows))


def _values(agreement: Agreement) -> dict[str, object]:
    return {
        "id": agreement.id,
        "role": agreement.role.value,
        "dataset": agreement.dataset,
        "assigner": agreement.assigner,
        "assignee": agreement.assignee,
        "policy": agreement.policy,
        "agreed_at": moment(agreement.agreed_at),
        "final": int(agreement.final),
        "withdrawn_at": moment_or_none(agreement.withdrawn_at),
        "withdrawn_because": agreement.withdrawn_because,
    }


def _agreement(row: Row) -> Agreement:
    id_, role, dataset, assigner, assignee, policy, agreed_at, final, withdrawn_at, because = row
    return Agreement(
        id=id_,
        role=Role(role),
        dataset=dataset,
        assigner=assigner,
        assignee=assignee,
        policy=policy,
        agreed_at=time(agreed_at),
        final=bool(final),
        withdrawn_at=time_or_none(withdrawn_at),
        withdrawn_because=because,
    )
