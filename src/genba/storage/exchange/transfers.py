"""Transfers, one row each; where the data are and with what secret lies sealed."""

from dataclasses import replace

from genba.model.exchange import Role, Transfer, TransferState
from genba.ports.database import Row, Transaction
from genba.ports.exchange import Vault
from genba.storage.exchange import records
from genba.storage.exchange.columns import moment, time

_COLUMNS = (
    "provider_pid, consumer_pid, role, state, partner, address, agreement_id, format, data_address, reason, "
    "changed_at, version"
)


def add(tx: Transaction, transfer: Transfer, vault: Vault) -> Transfer:
    """Keep a new transfer."""
    records.insert(tx, "transfers", _values(transfer, vault) | {"opened_at": moment(transfer.changed_at)})
    return transfer


def load(tx: Transaction, pid: str, vault: Vault, *, hold: bool = False) -> Transfer | None:
    """Give a transfer by our own id of it; held until the transaction ends, so that who changes it waits for others.

    What belongs to a process is changed after it is held, and the log last: nobody waits for each other.
    """
    holding = tx.holding if hold else ""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM transfers WHERE pid = :pid{holding}", pid=pid)
    return _transfer(rows[0], vault) if rows else None


def by_peer(tx: Transaction, role: Role, peer_pid: str, partner: str, vault: Vault) -> Transfer | None:
    """Give the transfer in which we have this role, by the partner's id of it."""
    theirs = "consumer_pid" if role is Role.PROVIDER else "provider_pid"
    sql = f"SELECT {_COLUMNS} FROM transfers WHERE {theirs} = :pid AND role = :role AND partner = :partner"
    rows = tx.execute(sql, pid=peer_pid, role=role.value, partner=partner)
    return _transfer(rows[0], vault) if rows else None


def save(tx: Transaction, transfer: Transfer, vault: Vault) -> Transfer:
    """Write a changed transfer and give it with its new version; raises Conflict("exchange.stale")."""
    return replace(transfer, version=records.save(tx, "transfers", _values(transfer, vault), key="pid"))


def listing(
    tx: Transaction,
    vault: Vault,
    *,
    state: TransferState | None = None,
    agreement: str = "",
    limit: int = 100,
    after: str = "",
) -> tuple[Transfer, ...]:
    """Give transfers from the newest to the oldest; `after` is our id of the last one of the page before."""
    where: dict[str, object] = {}
    if state is not None:
        where["state = :state"] = state.value
    if agreement:
        where["agreement_id = :agreement_id"] = agreement
    rows = records.newest(tx, "transfers", _COLUMNS, order=("opened_at", "pid"), where=where, limit=limit, after=after)
    return tuple(_transfer(row, vault) for row in rows)


def _label(pid: str) -> str:
    return f"transfer:{pid}"


def _values(transfer: Transfer, vault: Vault) -> dict[str, object]:
    address = transfer.data_address
    return {
        "pid": transfer.pid,
        "provider_pid": transfer.provider_pid,
        "consumer_pid": transfer.consumer_pid,
        "role": transfer.role.value,
        "state": None if transfer.state is None else transfer.state.value,
        "partner": transfer.partner,
        "address": transfer.address,
        "agreement_id": transfer.agreement_id,
        "format": transfer.format,
        "data_address": vault.seal(address.encode(), label=_label(transfer.pid)) if address else "",
        "reason": transfer.reason,
        "changed_at": moment(transfer.changed_at),
        "version": transfer.version,
    }


def _transfer(row: Row, vault: Vault) -> Transfer:
    provider_pid, consumer_pid, role, state, *texts, changed_at, version = row
    partner, address, agreement_id, format_, sealed, reason = texts
    transfer = Transfer(
        provider_pid=provider_pid,
        consumer_pid=consumer_pid,
        role=Role(role),
        state=None if state is None else TransferState(state),
        partner=partner,
        address=address,
        agreement_id=agreement_id,
        format=format_,
        reason=reason,
        changed_at=time(changed_at),
        version=version,
    )
    if not sealed:
        return transfer
    return replace(transfer, data_address=vault.open(sealed, label=_label(transfer.pid)).decode())
