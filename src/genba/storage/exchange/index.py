"""The catalogue's index: under each word, facet and audience the positions of the datasets that have it."""

from collections.abc import Collection, Mapping

from genba.ports.database import Transaction
from genba.storage.exchange import counters
from genba.storage.exchange.audiences import padded
from genba.storage.exchange.words import tokens

EVERYTHING = ""
_ASKED_AT_ONCE = 64


def facet(kind: str, value: str) -> str:
    """Name the token of a facet; no word contains its separator."""
    return f"\x1f{kind}\x1f{value}"


def add(tx: Transaction, position: int, audience: int, *, text: str, facets: Mapping[str, tuple[str, ...]]) -> None:
    """Let a dataset be found."""
    numbers = _numbered(tx, _all(text, facets))
    tx.execute_many(
        "INSERT INTO postings(token, audience, position) VALUES (:token, :audience, :position)",
        [{"token": token, "audience": audience, "position": position} for token in sorted(numbers.values())],
    )
    tx.execute("UPDATE audiences SET size = size + 1 WHERE id = :id", id=audience)
    tx.execute_many(
        "INSERT INTO facet_sizes(audience, kind, value, size) VALUES (:audience, :kind, :value, 1) "
        "ON CONFLICT (audience, kind, value) DO UPDATE SET size = facet_sizes.size + 1",
        _sizes(audience, facets),
    )


def remove(tx: Transaction, position: int, audience: int, *, text: str, facets: Mapping[str, tuple[str, ...]]) -> None:
    """Let a dataset be found no longer."""
    numbers = known(tx, _all(text, facets))
    tx.execute_many(
        "DELETE FROM postings WHERE token = :token AND audience = :audience AND position = :position",
        [{"token": token, "audience": audience, "position": position} for token in sorted(numbers.values())],
    )
    tx.execute("UPDATE audiences SET size = size - 1 WHERE id = :id", id=audience)
    tx.execute_many(
        "UPDATE facet_sizes SET size = size - 1 WHERE audience = :audience AND kind = :kind AND value = :value",
        _sizes(audience, facets),
    )
    tx.execute("DELETE FROM facet_sizes WHERE audience = :audience AND size <= 0", audience=audience)


def known(tx: Transaction, wanted: Collection[str]) -> dict[str, int]:
    """Give the numbers of tokens, as far as there are any."""
    found: dict[str, int] = {}
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _ASKED_AT_ONCE):
        asked, values = padded("token", tuple(ordered[start : start + _ASKED_AT_ONCE]), None)
        found.update(tx.execute(f"SELECT token, id FROM tokens WHERE token IN ({asked})", **values))
    return found


def _numbered(tx: Transaction, wanted: Collection[str]) -> dict[str, int]:
    numbers = known(tx, wanted)
    new = sorted(token for token in wanted if token not in numbers)
    if new:
        last = counters.reserved(tx, "token", len(new))
        rows = [{"id": last - place, "token": token} for place, token in enumerate(new)]
        tx.execute_many("INSERT INTO tokens(id, token) VALUES (:id, :token) ON CONFLICT (token) DO NOTHING", rows)
        numbers |= known(tx, new)
    return numbers


def _all(text: str, facets: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    named = {facet(kind, value) for kind, values in facets.items() for value in values}
    return tokens(text) | named | {EVERYTHING}


def _sizes(audience: int, facets: Mapping[str, tuple[str, ...]]) -> list[dict[str, object]]:
    return [
        {"audience": audience, "kind": kind, "value": value}
        for kind in sorted(facets)
        for value in sorted(set(facets[kind]))
    ]
