"""Write the golden database of the exchange's first shape anew, on purpose: python tests/golden/make_exchange.py.

Only as long as no release has written that shape: afterwards it is kept as it is, and later shapes get a file of
their own.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from genba.model.exchange import Agreement, Negotiation, NegotiationState, Outgoing, Publication, Role
from genba.model.policy import Audience
from genba.storage.exchange import agreements, log, migrations, negotiations, outbox, publications, schema
from genba.storage.exchange.sqlite import SqliteDatabase, open_sqlite
from tests.ports.keys import NamedSigner

FILE = Path(__file__).parent / "exchange" / "shape-1.sql"
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
PARTNER = "did:web:partner.example"


def fill(database: SqliteDatabase) -> None:
    """A finished negotiation, a message on its way, two offers and a log of three links."""
    negotiation = Negotiation(
        provider_pid="urn:p1",
        consumer_pid="urn:c1",
        role=Role.PROVIDER,
        state=NegotiationState.FINALIZED,
        partner=PARTNER,
        address="https://partner.example/dsp",
        dataset="urn:d1",
        offer='{"@id":"urn:o1"}',
        agreement="{}",
        agreement_id="urn:a1",
        changed_at=NOW,
    )
    agreement = Agreement(
        id="urn:a1",
        role=Role.PROVIDER,
        dataset="urn:d1",
        assigner="did:key:us",
        assignee=PARTNER,
        policy="{}",
        agreed_at=NOW,
        final=True,
    )
    message = Outgoing(
        id="m1",
        process="urn:p1",
        kind="negotiation",
        message="ContractNegotiationEventMessage",
        partner=PARTNER,
        url="https://partner.example/dsp",
        body='{"eventType":"完了"}'.encode(),
        due_at=NOW,
    )
    audiences = (Audience(), Audience(all_of=((("group", "suppliers"),),)))
    with database.transaction() as tx:
        negotiations.add(tx, negotiation)
        agreements.add(tx, agreement)
        outbox.put(tx, message)
        for number, (title, audience) in enumerate(zip(("油圧ポンプの記録", "図面"), audiences, strict=True), 1):
            publications.put(tx, publication(number, title), audience, entry=f'{{"@id":"urn:d{number}"}}')
        for number in range(3):
            log.append(tx, NamedSigner(), at=NOW, kind="published", agreement="urn:a1", body={"n": number})


def publication(number: int, title: str) -> Publication:
    return Publication(
        id=f"urn:d{number}",
        version="1",
        title=title,
        dataset="{}",
        facets={"kind": ("table",)},
        offer_id=f"urn:o{number}",
        offer="{}",
        access="{}",
        folder="deliveries/x",
        manifest_sha256="ab" * 32,
        published_at=NOW,
        personal_data="a.b.c",
    )


def main() -> None:
    """Make the database as the first shape was, and write it as statements."""
    migrations.MIGRATIONS, migrations.VERSION = (schema.FIRST,), 1
    with tempfile.TemporaryDirectory() as folder:
        database = open_sqlite(Path(folder) / "exchange.sqlite")
        migrations.migrate(database)
        fill(database)
        database.close()
        connection = sqlite3.connect(Path(folder) / "exchange.sqlite")
        lines = [line for line in connection.iterdump() if not line.startswith(("BEGIN", "COMMIT"))]
        connection.close()
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
