"""Who may see which offers, as rows: one audience for all offers with the same access policy."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from genba.model.policy import Audience
from genba.ports.database import Transaction
from genba.storage.exchange import counters
from genba.storage.exchange.columns import moment, moment_or_none

NONE_OF = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at the catalogue, as far as it was proven, and when."""

    id: str
    groups: tuple[str, ...] = ()
    corporate_number: str = ""
    business_partner_number: str = ""
    memberships: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    now: datetime


def put(tx: Transaction, audience: Audience) -> int:
    """Give the number of an audience, made when it is new."""
    sha256 = _sha256(audience)
    rows = tx.execute("SELECT id FROM audiences WHERE sha256 = :sha256", sha256=sha256)
    if rows:
        return int(rows[0][0])
    id_ = counters.following(tx, "audience")
    tx.execute(
        "INSERT INTO audiences(id, sha256, parts, first_at, last_at, size) VALUES "
        "(:id, :sha256, :parts, :first_at, :last_at, 0)",
        id=id_,
        sha256=sha256,
        parts=len(audience.all_of),
        first_at=moment_or_none(audience.first),
        last_at=moment_or_none(audience.last),
    )
    members = {(member(*pair), part) for part, pairs in enumerate(audience.all_of) for pair in pairs}
    members |= {(member(*pair), NONE_OF) for pair in audience.none_of}
    tx.execute_many(
        "INSERT INTO audience_members(member, audience, part) VALUES (:member, :audience, :part)",
        [{"member": name, "audience": id_, "part": part} for name, part in sorted(members)],
    )
    return id_


def member(kind: str, value: str) -> str:
    """Name what a viewer has to be, as rows are found by it."""
    return f"{kind}\x1f{value}"


def members_of(viewer: Viewer) -> tuple[str, ...]:
    """Name everything that a viewer is."""
    one = [
        ("participant", viewer.id),
        ("corporate_number", viewer.corporate_number),
        ("business_partner_number", viewer.business_partner_number),
    ]
    many = [("group", viewer.groups), ("membership", viewer.memberships), ("framework", viewer.frameworks)]
    named = {member(kind, value) for kind, value in one if value}
    return tuple(sorted(named | {member(kind, value) for kind, values in many for value in values if value}))


def visible(tx: Transaction, viewer: Viewer, *, among: int | None = None) -> tuple[tuple[int, int], ...]:
    """Give the audiences that a viewer belongs to now, with the number of datasets shown to each.

    Found from what the viewer is, not by looking through all audiences; `among` asks about one audience alone.
    """
    members = members_of(viewer)
    named, values = padded("member", members, "")
    only = "a.size > 0"
    if among is not None:
        only, values["among"] = "a.id = :among", among
    # Each part of an audience asks for one of its alternatives: as many parts are met as there are.
    rows = tx.execute(
        "SELECT a.id, a.size FROM audiences a WHERE a.id IN ("
        f"SELECT m.audience FROM audience_members m WHERE m.member IN ({named}) AND m.part >= 0 "
        "GROUP BY m.audience HAVING COUNT(DISTINCT m.part) = "
        "(SELECT w.parts FROM audiences w WHERE w.id = m.audience) "
        "UNION ALL SELECT e.id FROM audiences e WHERE e.parts = 0) "
        f"AND {only} AND (a.first_at IS NULL OR a.first_at <= :now) AND (a.last_at IS NULL OR a.last_at >= :now) "
        f"AND NOT EXISTS (SELECT 1 FROM audience_members n WHERE n.member IN ({named}) AND n.audience = a.id "
        f"AND n.part = {NONE_OF}) ORDER BY a.id",
        now=moment(viewer.now),
        **values,
    )
    return tuple((int(id_), int(size)) for id_, size in rows)


def padded(name: str, values: tuple[object, ...], filler: object) -> tuple[str, dict[str, object]]:
    """Give parameters for a list of values, as many as a power of two, so that few statements are prepared."""
    count = 1
    while count < len(values):
        count *= 2
    filled = [*values, *[filler] * (count - len(values))]
    return ", ".join(f":{name}{place}" for place in range(count)), {
        f"{name}{place}": value for place, value in enumerate(filled)
    }


def _sha256(audience: Audience) -> str:
    parts = sorted(sorted(set(pairs)) for pairs in audience.all_of)
    dates = [moment_or_none(audience.first), moment_or_none(audience.last)]
    return hashlib.sha256(msgspec.json.encode([parts, sorted(set(audience.none_of)), dates])).hexdigest()
