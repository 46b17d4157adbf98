"""A database of an older shape goes on where it stood, on every database."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from genba.model.exchange import NegotiationState
from genba.storage.exchange import agreements, catalogue, log, negotiations, outbox, publications
from genba.storage.exchange.audiences import Viewer
from genba.storage.exchange.migrations import MIGRATIONS, VERSION, migrate, version, worded
from genba.storage.exchange.postgres import open_postgres
from genba.storage.exchange.sqlite import open_sqlite
from tests.ports.keys import NamedSigner

GOLDEN = Path(__file__).parents[1] / "golden" / "exchange" / "shape-1.sql"
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
US = NamedSigner()


def statements(dialect):
    """The golden database's statements in a database's own words."""
    for statement in re.split(r";\n(?=CREATE|INSERT|$)", GOLDEN.read_text(encoding="utf-8")):
        if statement.strip():
            told = worded(statement, dialect)
            yield re.sub(r"X'([0-9A-F]*)'", r"'\\x\1'", told) if dialect == "postgresql" else told


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path):
    if request.param == "sqlite":
        database = open_sqlite(tmp_path / "exchange.sqlite")
    else:
        database = open_postgres(f"{request.getfixturevalue('postgres_server')}&schema=golden")
    with database.transaction() as tx:
        for statement in statements(request.param):
            tx.execute(statement)
    yield database
    database.close()


def test_what_an_older_genba_kept_is_there_and_work_goes_on(old):
    assert migrate(old) == 1
    supplier = Viewer(id="did:x", groups=("suppliers",), now=NOW)
    with old.transaction() as tx:
        assert version(tx) == VERSION
        assert negotiations.load(tx, "urn:p1").state is NegotiationState.FINALIZED
        assert agreements.load(tx, "urn:a1").final
        (message,) = outbox.take_due(tx, NOW, lease_until=NOW, limit=9)
        assert message.body == '{"eventType":"完了"}'.encode()
        assert catalogue.page(tx, supplier, search="油圧").datasets == ('{"@id":"urn:d1"}',)
        assert catalogue.page(tx, supplier).datasets == ('{"@id":"urn:d2"}', '{"@id":"urn:d1"}')
        assert catalogue.facet_counts(tx, Viewer(id="did:x", now=NOW)) == {"kind": {"table": 1}}
        publications.withdraw(tx, "urn:d1", NOW)
        log.append(tx, US, at=NOW, kind="taken back", body={})
        assert len(list(log.entries(tx))) == 4
        assert log.verify(log.entries(tx), US, signer=US.name, anchors=[log.head(tx)]) == ()


def shape(database):
    with database.reading() as tx:
        rows = tx.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_an_older_shape_brought_forward_is_the_same_as_a_new_one(tmp_path):
    old, new = open_sqlite(tmp_path / "old.sqlite"), open_sqlite(tmp_path / "new.sqlite")
    with old.transaction() as tx:
        for statement in statements("sqlite"):
            tx.execute(statement)
    migrate(old)
    migrate(new)
    assert shape(old) == shape(new)
    old.close()
    new.close()


def test_every_step_leads_to_the_next_version_alone():
    assert len(MIGRATIONS) == VERSION
    assert all(step for step in MIGRATIONS)
