"""The catalogue as one viewer may see it: who sees what is decided in the query, a page costs no more than a page."""

import base64
import binascii
import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from genba.errors import InvalidInput
from genba.ports.database import Transaction
from genba.storage.exchange import index
from genba.storage.exchange.audiences import Viewer, padded, visible
from genba.storage.exchange.words import wanted

LIMIT = 500
FACETS = 20
FACET_VALUES = 50
# Branches of one statement; SQLite takes 500 at most, and a plan of 32 is still quickly made.
BRANCHES = 32
_AT_ONCE = 512
# How far the postings of a word are counted to find the rarest.
_COUNTED = 500
_FIRST = 1 << 62
_CURSOR_BYTES = 9
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Datasets ready to send, newest first, with cursors to the pages beside it; empty where there is none."""

    datasets: tuple[str, ...]
    next: str = ""
    previous: str = ""


def page(
    tx: Transaction,
    viewer: Viewer,
    *,
    search: str = "",
    facets: Mapping[str, Sequence[str]] | None = None,
    after: str = "",
    limit: int = 50,
) -> Page:
    """Give a page of what a viewer may see; `after` is the cursor of a page before.

    All words of `search` must be found, and of each facet one of the values.
    """
    backwards, from_ = read_cursor(after) if after else (False, _FIRST)
    limit = max(1, min(limit, LIMIT))
    audiences = visible(tx, viewer)
    wishes = _wishes(tx, search, facets or {})
    if wishes is None or not audiences:
        return Page(datasets=())
    driver, others = _driver(tx, [audience for audience, _ in audiences], wishes)
    query = _Query(driver, others, tuple(audience for audience, _ in audiences), backwards)
    positions = query.positions(tx, from_, limit + 1)
    more = len(positions) > limit
    positions = positions[:limit]
    if backwards:
        positions.reverse()
    if not positions:
        return Page(datasets=())
    is_behind = more if not backwards else True
    is_before = bool(after) if not backwards else more
    return Page(
        datasets=_entries(tx, positions),
        next=write_cursor(positions[-1], backwards=False) if is_behind else "",
        previous=write_cursor(positions[0], backwards=True) if is_before else "",
    )


def dataset(tx: Transaction, viewer: Viewer, id: str) -> str | None:
    """Give one dataset ready to send, an older version too; None when there is none or it is not for this viewer."""
    rows = tx.execute("SELECT audience, entry FROM publications WHERE id = :id AND withdrawn_at IS NULL", id=id)
    # What does not exist is looked up as long as what one may not see: the time taken tells nothing either.
    (audience, entry) = rows[0] if rows else (-1, None)
    return entry if visible(tx, viewer, among=audience) else None


def may_see(tx: Transaction, viewer: Viewer, id: str) -> bool:
    """Say whether a viewer may know of a dataset."""
    return dataset(tx, viewer, id) is not None


def facet_counts(tx: Transaction, viewer: Viewer) -> dict[str, dict[str, int]]:
    """Count what a viewer may see by the values of each facet, the most frequent values first."""
    counts: dict[str, dict[str, int]] = {}
    for audiences in _chunks([audience for audience, _ in visible(tx, viewer)], _AT_ONCE):
        asked, values = padded("audience", audiences, -1)
        rows = tx.execute(
            f"SELECT kind, value, SUM(size) FROM facet_sizes WHERE audience IN ({asked}) GROUP BY kind, value",
            **values,
        )
        for kind, value, size in rows:
            of_kind = counts.setdefault(kind, {})
            of_kind[value] = of_kind.get(value, 0) + int(size)
    return {
        kind: dict(sorted(of_kind.items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES])
        for kind, of_kind in sorted(counts.items())
    }


def write_cursor(position: int, *, backwards: bool) -> str:
    """Name a place between two datasets; it stays right when others are published or withdrawn."""
    raw = (b"p" if backwards else b"n") + position.to_bytes(8, "big")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[bool, int]:
    """Give direction and place; raises InvalidInput for what `write_cursor` has not written."""
    try:
        raw = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise InvalidInput("exchange_store.bad_cursor") from None
    position = int.from_bytes(raw[1:], "big")
    if (
        len(raw) != _CURSOR_BYTES
        or len(cursor) != _CURSOR_BYTES * 4 // 3
        or raw[:1] not in (b"n", b"p")
        or position >= _FIRST
    ):
        raise InvalidInput("exchange_store.bad_cursor")
    return raw[:1] == b"p", position


# Any of these tokens fulfils a wish; a search without any wish is fulfilled by everything.
_Wish = tuple[int, ...]


def _wishes(tx: Transaction, search: str, facets: Mapping[str, Sequence[str]]) -> list[_Wish] | None:
    """Give the tokens that must be found; None when one of them is nowhere."""
    if len(facets) > FACETS or any(len(values) > FACET_VALUES for values in facets.values()):
        raise InvalidInput("exchange_store.too_many_facets", kinds=FACETS, values=FACET_VALUES)
    named: list[tuple[str, ...]] = [(token,) for token in wanted(search)]
    named += [tuple(index.facet(kind, value) for value in values) for kind, values in sorted(facets.items()) if values]
    numbers = index.known(tx, {index.EVERYTHING, *(token for tokens in named for token in tokens)})
    wishes = [
        tuple(numbers[token] for token in tokens if token in numbers) for tokens in named or [(index.EVERYTHING,)]
    ]
    return None if not all(wishes) else wishes


def _driver(tx: Transaction, audiences: list[int], wishes: list[_Wish]) -> tuple[_Wish, list[_Wish]]:
    """Choose the rarest wish to walk along, so that the others are looked up for few datasets only."""
    if len(wishes) == 1:
        return wishes[0], []
    asked, values = padded("audience", tuple(audiences[:BRANCHES]), -1)
    counts = []
    for place, wish in enumerate(wishes):
        count = 0
        for token in wish[:BRANCHES]:
            sql = (
                "SELECT COUNT(*) FROM (SELECT 1 FROM postings WHERE token = :token "
                f"AND audience IN ({asked}) LIMIT {_COUNTED}) AS counted"
            )
            count += tx.execute(sql, token=token, **values)[0][0]
        counts.append((count, place))
    chosen = min(counts)[1]
    return wishes[chosen], [wish for place, wish in enumerate(wishes) if place != chosen]


@dataclass(frozen=True, slots=True)
class _Query:
    """Walks along postings in the order of positions: one range of the index for each audience and token."""

    driver: _Wish
    others: Sequence[_Wish]
    audiences: tuple[int, ...]
    backwards: bool

    def positions(self, tx: Transaction, from_: int, limit: int) -> list[int]:
        """Give the next positions beyond a place."""
        ranges = [(token, audience) for token in self.driver for audience in self.audiences]
        bound = _end(self.backwards)
        if len(ranges) > BRANCHES:
            ranges, bound = self._narrowed(tx, from_, limit)
        found = []
        for chosen in _chunks(ranges, BRANCHES):
            sql, values = self._statement(chosen)
            found.append([row[0] for row in tx.execute(sql, place=from_, bound=bound, limit=limit, **values)])
        merged = heapq.merge(*found, reverse=not self.backwards)
        return list(dict.fromkeys(merged))[:limit]

    def _narrowed(self, tx: Transaction, from_: int, limit: int) -> tuple[list[tuple[int, int]], int]:
        """Ask each of many ranges for its next position alone: only those that are ahead can lie on the page."""
        beyond, nearest = (">", "MIN") if self.backwards else ("<", "MAX")
        also, others = self._also()
        ahead: list[tuple[int, int, int]] = []
        for token in self.driver:
            for audiences in _chunks(self.audiences, _AT_ONCE):
                asked, values = padded("audience", audiences, -1)
                rows = tx.execute(
                    f"SELECT a.id, (SELECT {nearest}(p.position) FROM postings p WHERE p.token = :token "
                    f"AND p.audience = a.id AND p.position {beyond} :place{also}) FROM audiences a "
                    f"WHERE a.id IN ({asked})",
                    token=token,
                    place=from_,
                    **values,
                    **others,
                )
                ahead += [(position, token, audience) for audience, position in rows if position is not None]
        ahead.sort(reverse=not self.backwards)
        # A dataset may have several of the tokens: so many of these positions are `limit` different ones at least.
        enough = limit * len(self.driver)
        bound = _end(self.backwards) if len(ahead) < enough else ahead[enough - 1][0]
        return [(token, audience) for _, token, audience in ahead[:enough]], bound

    def _statement(self, ranges: Sequence[tuple[int, int]]) -> tuple[str, dict[str, object]]:
        beyond, up_to, order = (">", "<=", "ASC") if self.backwards else ("<", ">=", "DESC")
        also, values = self._also()
        count = 1
        while count < len(ranges):
            count *= 2
        branches = []
        for place in range(count):
            token, audience = ranges[place] if place < len(ranges) else (-1, -1)
            values |= {f"token{place}": token, f"audience{place}": audience}
            branches.append(
                f"SELECT * FROM (SELECT p.position FROM postings p WHERE p.token = :token{place} "
                f"AND p.audience = :audience{place} AND p.position {beyond} :place "
                f"AND p.position {up_to} :bound{also} "
                f"ORDER BY p.position {order} LIMIT :limit) AS branch{place}"
            )
        joined = " UNION ".join(branches)
        return f"{joined} ORDER BY position {order} LIMIT :limit", values

    def _also(self) -> tuple[str, dict[str, object]]:
        """Give the conditions of the other wishes: a look into the index by its whole key.

        Counted, because PostgreSQL makes a join with everything of an EXISTS.
        """
        conditions, values = [], dict[str, object]()
        for number, wish in enumerate(self.others):
            asked, tokens = padded(f"also{number}_", wish, -1)
            values |= tokens
            conditions.append(
                f" AND (SELECT COUNT(*) FROM postings q WHERE q.token IN ({asked}) "
                "AND q.audience = p.audience AND q.position = p.position) > 0"
            )
        return "".join(conditions), values


def _end(backwards: bool) -> int:
    return _FIRST if backwards else 0


def _entries(tx: Transaction, positions: list[int]) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for chosen in _chunks(positions, _AT_ONCE):
        asked, values = padded("position", chosen, -1)
        found.update(
            (row[0], row[1])
            for row in tx.execute(f"SELECT position, entry FROM publications WHERE position IN ({asked})", **values)
        )
    return tuple(found[position] for position in positions if position in found)


def _chunks(items: Sequence[T], size: int) -> Iterable[tuple[T, ...]]:
    return (tuple(items[start : start + size]) for start in range(0, len(items), size))
