"""Negotiations, one row each; only who has read the last version may write."""

from dataclasses import replace

from genba.model.exchange import Negotiation, NegotiationState, Role
from genba.ports.database import Row, Transaction
from genba.storage.exchange import records
from genba.storage.exchange.columns import moment, time

_COLUMNS = (
    "provider_pid, consumer_pid, role, state, partner, address, dataset, offer, agreement, agreement_id, waiting, "
    "reason, changed_at, version"
)


def add(tx: Transaction, negotiation: Negotiation) -> Negotiation:
    """Keep a new negotiation."""
    records.insert(tx, "negotiations", _values(negotiation) | {"opened_at": moment(negotiation.changed_at)})
    return negotiation


def load(tx: Transaction, pid: str, *, hold: bool = False) -> Negotiation | None:
    """Give a negotiation by our own id of it; held until the transaction ends, so that who changes it waits for others.

    What belongs to a process is changed after it is held, and the log last: nobody waits for each other.
    """
    holding = tx.holding if hold else ""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM negotiations WHERE pid = :pid{holding}", pid=pid)
    return _negotiation(rows[0]) if rows else None


def by_peer(tx: Transaction, role: Role, peer_pid: str, partner: str) -> Negotiation | None:
    """Give the negotiation in which we have this role, by the partner's id of it."""
    theirs = "consumer_pid" if role is Role.PROVIDER else "provider_pid"
    sql = f"SELECT {_COLUMNS} FROM negotiations WHERE {theirs} = :pid AND role = :role AND partner = :partner"
    rows = tx.execute(sql, pid=peer_pid, role=role.value, partner=partner)
    return _negotiation(rows[0]) if rows else None


def save(tx: Transaction, negotiation: Negotiation) -> Negotiation:
    """Write a changed negotiation and give it with its new version; raises Conflict("exchange.stale")."""
    return replace(negotiation, version=records.save(tx, "negotiations", _values(negotiation), key="pid"))


def waiting_of(tx: Transaction, partner: str) -> int:
    """Count what a person has to decide that comes from one partner."""
    ((count,),) = tx.execute("SELECT count(*) FROM negotiations WHERE waiting <> '' AND partner = :it", it=partner)
    return int(count)


def listing(
    tx: Transaction,
    *,
    state: NegotiationState | None = None,
    waiting: bool | None = None,
    partner: str = "",
    limit: int = 100,
    after: str = "",
) -> tuple[Negotiation, ...]:
    """Give negotiations from the newest to the oldest; `after` is our id of the last one of the page before."""
    where: dict[str, object] = {}
    if state is not None:
        where["state = :state"] = state.value
    if waiting is not None:
        where["waiting <> ''" if waiting else "waiting = ''"] = None
    if partner:
        where["partner = :partner"] = partner
    rows = records.newest(
        tx, "negotiations", _COLUMNS, order=("opened_at", "pid"), where=where, limit=limit, after=after
    )
    return tuple(map(_negotiation, rows))


def _values(negotiation: Negotiation) -> dict[str, object]:
    return {
        "pid": negotiation.pid,
        "provider_pid": negotiation.provider_pid,
        "consumer_pid": negotiation.consumer_pid,
        "role": negotiation.role.value,
        "state": None if negotiation.state is None else negotiation.state.value,
        "partner": negotiation.partner,
        "address": negotiation.address,
        "dataset": negotiation.dataset,
        "offer": negotiation.offer,
        "agreement": negotiation.agreement,
        "agreement_id": negotiation.agreement_id,
        "waiting": negotiation.waiting,
        "reason": negotiation.reason,
        "changed_at": moment(negotiation.changed_at),
        "version": negotiation.version,
    }


def _negotiation(row: Row) -> Negotiation:
    provider_pid, consumer_pid, role, state, *texts, changed_at, version = row
    partner, address, dataset, offer, agreement, agreement_id, waiting, reason = texts
    return Negotiation(
        provider_pid=provider_pid,
        consumer_pid=consumer_pid,
        role=Role(role),
        state=None if state is None else NegotiationState(state),
        partner=partner,
        address=address,
        dataset=dataset,
        offer=offer,
        agreement=agreement,
        agreement_id=agreement_id,
        waiting=waiting,
        reason=reason,
        changed_at=time(changed_at),
        version=version,
    )
