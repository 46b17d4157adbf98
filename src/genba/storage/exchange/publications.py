"""Offered data products as they were published, to be offered, negotiated and delivered."""

from datetime import datetime

import msgspec

from genba.errors import NotFound
from genba.model.exchange import Publication
from genba.model.policy import Audience
from genba.ports.database import Row, Transaction
from genba.storage.exchange import audiences, counters, index, records
from genba.storage.exchange.columns import json_text, moment, moment_or_none, time, time_or_none

_FACETS = msgspec.json.Decoder(dict[str, tuple[str, ...]])
_COLUMNS = (
    "id, version, title, dataset, facets, text, offer_id, offer, access, folder, manifest_sha256, published_at, "
    "withdrawn_at, rule, personal_data, details_visible"
)


def load(tx: Transaction, id: str) -> Publication | None:
    """Give a publication by its id, whoever may see it and whether or not it was withdrawn."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM publications WHERE id = :id", id=id)
    return _publication(rows[0]) if rows else None


def put(tx: Transaction, publication: Publication, audience: Audience, *, series: str = "", entry: str = "") -> None:
    """Offer a product to an audience, as the newest version of its series (without one, of itself).

    `entry` is the dcat:Dataset as the catalogue sends it. Publishing under a known id writes over it; a newer
    version in the same series takes the older one's place in the catalogue, the older stays reachable by its id.
    """
    known = tx.execute("SELECT shown FROM publications WHERE id = :id", id=publication.id)
    if known:
        _hide(tx, publication.id)
        tx.execute("DELETE FROM publications WHERE id = :id", id=publication.id)
    named = series or publication.id
    audience_id = audiences.put(tx, audience)
    values = _values(publication) | {
        "position": counters.following(tx, "publication"),
        "series": named,
        "audience": audience_id,
        "shown": 0,
        "entry": entry or publication.dataset,
    }
    records.insert(tx, "publications", values)
    _settle(tx, named)


def withdraw(tx: Transaction, id: str, at: datetime) -> None:
    """Offer a product no longer; the version before it in its series is not offered again."""
    rows = tx.execute(
        "UPDATE publications SET withdrawn_at = COALESCE(withdrawn_at, :at) WHERE id = :id RETURNING series",
        id=id,
        at=moment(at),
    )
    if not rows:
        raise NotFound("exchange_store.no_publication")
    _hide(tx, id)
    # Nothing older comes back by itself: whoever withdraws a version has not offered the one before it anew.


def listing(
    tx: Transaction, *, withdrawn: bool | None = None, limit: int = 100, after: str = ""
) -> tuple[Publication, ...]:
    """Give publications from the newest to the oldest; `after` is the id of the last one of the page before."""
    where: dict[str, object] = {}
    if withdrawn is not None:
        where["withdrawn_at IS NOT NULL" if withdrawn else "withdrawn_at IS NULL"] = None
    rows = records.newest(
        tx, "publications", _COLUMNS, order=("published_at", "id"), where=where, limit=limit, after=after
    )
    return tuple(map(_publication, rows))


def versions(tx: Transaction, series: str) -> tuple[Publication, ...]:
    """Give the publications of one series, the oldest first, withdrawn ones too."""
    sql = f"SELECT {_COLUMNS} FROM publications WHERE series = :series ORDER BY position LIMIT 10000"
    return tuple(_publication(row) for row in tx.execute(sql, series=series))


def _settle(tx: Transaction, series: str) -> None:
    """Show the newest version of a series, and no other."""
    newest, *older = tx.execute(
        "SELECT id, shown, withdrawn_at FROM publications WHERE series = :series ORDER BY position DESC LIMIT 100",
        series=series,
    )
    for id_, shown, _ in older:
        if shown:
            _hide(tx, id_)
    if newest[2] is None:
        _show(tx, newest[0])


def _show(tx: Transaction, id: str) -> None:
    ((position, audience, title, text, facets),) = tx.execute(
        "UPDATE publications SET shown = 1 WHERE id = :id RETURNING position, audience, title, text, facets", id=id
    )
    index.add(tx, position, audience, text=f"{title}\n{text}", facets=_FACETS.decode(facets))


def _hide(tx: Transaction, id: str) -> None:
    rows = tx.execute(
        "UPDATE publications SET shown = 0 WHERE id = :id AND shown = 1 "
        "RETURNING position, audience, title, text, facets",
        id=id,
    )
    for position, audience, title, text, facets in rows:
        index.remove(tx, position, audience, text=f"{title}\n{text}", facets=_FACETS.decode(facets))


def _values(publication: Publication) -> dict[str, object]:
    return {
        "id": publication.id,
        "version": publication.version,
        "title": publication.title,
        "dataset": publication.dataset,
        "facets": json_text(publication.facets),
        "text": publication.text,
        "offer_id": publication.offer_id,
        "offer": publication.offer,
        "access": publication.access,
        "folder": publication.folder,
        "manifest_sha256": publication.manifest_sha256,
        "published_at": moment(publication.published_at),
        "withdrawn_at": moment_or_none(publication.withdrawn_at),
        "rule": publication.rule,
        "personal_data": publication.personal_data,
        "details_visible": int(publication.details_visible),
    }


def _publication(row: Row) -> Publication:
    id_, version, title, dataset, facets, text, offer_id, offer, access, folder, manifest_sha256, *rest = row
    published_at, withdrawn_at, rule, personal_data, details_visible = rest
    return Publication(
        id=id_,
        version=version,
        title=title,
        dataset=dataset,
        facets=_FACETS.decode(facets),
        text=text,
        offer_id=offer_id,
        offer=offer,
        access=access,
        folder=folder,
        manifest_sha256=manifest_sha256,
        published_at=time(published_at),
        withdrawn_at=time_or_none(withdrawn_at),
        rule=rule,
        personal_data=personal_data,
        details_visible=bool(details_visible),
    )
