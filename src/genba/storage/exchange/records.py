"""Rows of one table written from named values: inserted, replaced, and saved only by who has read the last version."""

from collections.abc import Mapping, Sequence
from functools import cache

from genba.errors import Conflict
from genba.ports.database import Row, Transaction


@cache
def _insertion(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    values = ", ".join(f":{column}" for column in columns)
    sql = f"INSERT INTO {table}({', '.join(columns)}) VALUES ({values})"
    if not key:
        return sql
    replaced = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    return f"{sql} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {replaced}"


@cache
def _saving(table: str, columns: tuple[str, ...], key: str) -> str:
    changed = ", ".join(f"{column} = :{column}" for column in columns if column not in (key, "version"))
    return (
        f"UPDATE {table} SET {changed}, version = version + 1 "
        f"WHERE {key} = :{key} AND version = :version RETURNING version"
    )


def insert(tx: Transaction, table: str, values: Mapping[str, object]) -> None:
    """Write a new row; raises Conflict("exchange_store.exists") when its key is taken."""
    tx.execute(_insertion(table, tuple(values), ()), **values)


def insert_all(tx: Transaction, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Write new rows of the same columns."""
    tx.execute_many(_insertion(table, tuple(rows[0]), ()), rows)


def replace(tx: Transaction, table: str, values: Mapping[str, object], *, key: tuple[str, ...]) -> None:
    """Write a row, over an older one with the same key."""
    tx.execute(_insertion(table, tuple(values), key), **values)


def save(tx: Transaction, table: str, values: Mapping[str, object], *, key: str) -> int:
    """Write over the version that was read and give the new one; raises Conflict when somebody was faster."""
    rows = tx.execute(_saving(table, tuple(values), key), **values)
    if not rows:
        raise Conflict("exchange.stale")
    return int(rows[0][0])


def newest(
    tx: Transaction,
    table: str,
    columns: str,
    *,
    order: tuple[str, str],
    where: Mapping[str, object],
    limit: int,
    after: str,
) -> list[Row]:
    """Give rows from the newest to the oldest, `limit` at most, beyond the one whose key is `after`.

    `order` names the column of the time and the key; `where` maps conditions to the value of their parameter,
    which has the name of their first column; a condition without a parameter maps to None.
    """
    stamp, key = order
    conditions = list(where)
    values = {condition.split()[0]: value for condition, value in where.items() if value is not None}
    if after:
        conditions.append(f"({stamp}, {key}) < (SELECT {stamp}, {key} FROM {table} WHERE {key} = :after)")
        values["after"] = after
    chosen = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT {columns} FROM {table}{chosen} ORDER BY {stamp} DESC, {key} DESC LIMIT :limit"
    return tx.execute(sql, limit=limit, **values)
