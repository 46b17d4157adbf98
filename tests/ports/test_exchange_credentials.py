"""What the wallet keeps, in every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from genba.errors import Denied
from genba.model.credential import VC11, VC20, HeldCredential
from genba.storage.exchange import credentials
from tests.ports.keys import LabelledVault

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
VAULT = LabelledVault()
FIRST = HeldCredential(
    id="urn:uuid:1",
    types=("MembershipCredential",),
    issuer="did:web:trust.example.jp",
    profile=VC11,
    token="a.b.c",
    received_at=NOW,
    ends=NOW + timedelta(hours=1),
)


def keep(database, *held):
    with database.transaction() as tx:
        for one in held:
            credentials.put(tx, one, VAULT)


def kept(database, **options):
    with database.reading() as tx:
        return credentials.listing(tx, VAULT, **options)


def test_credentials_are_given_back_the_newest_first(database):
    newer = replace(
        FIRST, id="2", types=("A", "B"), profile=VC20, received_at=NOW + timedelta(seconds=1), ends=None, token="d.e.f"
    )
    keep(database, FIRST, newer)
    assert kept(database) == (newer, FIRST)


def test_the_same_id_of_one_issuer_is_replaced_and_of_another_is_not(database):
    renewed = replace(FIRST, token="x.y.z")
    other = replace(FIRST, issuer="did:web:other.example", received_at=NOW - timedelta(seconds=1))
    keep(database, FIRST, other, renewed)
    assert kept(database) == (renewed, other)


def test_what_has_ended_is_not_given_and_can_be_thrown_away(database):
    lasting = replace(FIRST, id="2", ends=None)
    keep(database, FIRST, lasting)
    later = NOW + timedelta(hours=2)
    assert kept(database, now=later) == (lasting,)
    with database.transaction() as tx:
        credentials.purge(tx, later)
        assert credentials.remove(tx, lasting.issuer, lasting.id)
        assert not credentials.remove(tx, lasting.issuer, lasting.id)
    assert kept(database) == ()


def test_credentials_lie_sealed_and_open_in_their_own_row_only(database):
    keep(database, FIRST, replace(FIRST, id="2"))
    with database.transaction() as tx:
        ((sealed,),) = tx.execute("SELECT sealed FROM credentials WHERE id = '2'")
        assert "a.b.c" not in sealed
        tx.execute("UPDATE credentials SET sealed = :sealed WHERE id = 'urn:uuid:1'", sealed=sealed)
    with pytest.raises(Denied):
        kept(database)
