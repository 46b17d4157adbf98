"""The connector under test: genba as it serves, with a scripted mind, a credulous identity and a way to be triggered.

`python -m tests.conformance.connector PROTOCOL_PORT TRIGGER_PORT PARTICIPANT` serves until it is stopped. Everything
that makes it unsafe lives here and in its neighbours, and is handed to `genba` as values.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from genba.app.exchange import cataloguing, negotiating, transferring
from genba.app.exchange.dispatch import Dispatcher
from genba.app.exchange.node import Exchange, utc_now
from genba.connector.http import GuardedHttp
from genba.dsp import catalog
from genba.errors import GenbaError
from genba.model.exchange import Agreement, Negotiation, Partner, Publication, Role
from genba.model.policy import Audience
from genba.model.settings import (
    LimitSettings,
    ManagementSettings,
    NetworkSettings,
    ProtocolSettings,
    Settings,
)
from genba.ports.exchange import Rules, Step
from genba.storage.exchange import agreements, publications
from genba.storage.exchange.migrations import ShapedDatabase, migrate
from genba.storage.exchange.sqlite import open_sqlite
from genba.trust import vault
from genba.trust.algorithms import DEFAULT
from genba.trust.jws import DidVerifier, KeySigner
from genba.trust.keys import create_keys
from genba.trust.multikey import did_key, did_key_id
from genba.web.serve import serve
from tests.conformance import scenarios
from tests.conformance.unsafe import Unhurried, UnsafeMockIdentity

NOTHING = Step(do="nothing")
# The kit registers what it expects after the message before was answered, and looks at it every tenth of a second.
PAUSE_S = 0.3
USE = {"permission": [{"action": "use"}]}


class ScriptedRules:
    """Satisfies ports.exchange.Rules: does what the script of a dataset or an agreement says."""

    def negotiation(
        self,
        negotiation: Negotiation,
        publication: Publication | None,
        partner: Partner | None,
        *,
        asked: str = "",
        wrong: str = "",
    ) -> Step:
        """As the script says, `wrong` or not: the kit's agreements name the parties the wrong way round.

        A counter-request comes to a record that was saved before.
        """
        again = " 2" if negotiation.role is Role.PROVIDER and negotiation.version else ""
        again = again if negotiation.state == "REQUESTED" else ""
        return _step(negotiation.dataset, f"{negotiation.state}{again}", policy=negotiation.offer)

    def transfer(self, state: str, agreement: Agreement, *, role: str, steps: int) -> Step:
        """As the script says; the fourth state of a transfer is a second STARTED."""
        return _step(agreement.id, f"{state} 2" if state == "STARTED" and steps > 2 else state)


def _step(subject: str, state: str, *, policy: str = "") -> Step:
    do = scenarios.SCRIPTS.get(subject, {}).get(state)
    if do is None:
        return NOTHING
    return Step(do=do, reason="scripted", policy=policy if do in ("offer", "request") else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a connector for tests listens and who it is; without a name it is the DID of its key."""

    participant: str = ""
    port: int
    home: Path


def open_exchange(
    place: Place, rules: Rules, *, pause_s: float = 0.0, database: ShapedDatabase | None = None
) -> Exchange:
    """An exchange like any other, but for its identity, its rules and where it may send."""
    opened = vault.vault_of([secrets.token_bytes(32)], secrets.token_bytes)
    keys = create_keys(place.home / "keys", opened, now=utc_now(), alg=DEFAULT)
    did = did_key(keys.current.public)
    participant = place.participant or did
    kept = database or open_sqlite(":memory:")
    migrate(kept)
    http = GuardedHttp(private=("127.0.0.0/8", "::1/128"), plain_http=True)
    return Exchange(
        home=place.home,
        settings=Settings(
            participant=participant,
            protocol=ProtocolSettings(listen=f"127.0.0.1:{place.port}", address=f"http://127.0.0.1:{place.port}"),
            management=ManagementSettings(listen="127.0.0.1:0"),
            network=NetworkSettings(private=("127.0.0.0/8", "::1/128"), plain_http=True),
            limits=LimitSettings(requests_per_minute=10_000_000),
        ),
        database=kept,
        identity=UnsafeMockIdentity(participant),
        signer=KeySigner(keys.current, did_key_id(did)),
        verifier=DidVerifier(lambda kid, purpose: keys.current.public),
        vault=opened,
        http=Unhurried(http, pause_s) if pause_s else http,
        rules=rules,
    )


def offer(
    exchange: Exchange, dataset: str, *, terms: Mapping[str, object] = USE, folder: str = "", manifest_sha256: str = ""
) -> None:
    """Offer a dataset to everybody, for any use unless the terms say otherwise."""
    publication = Publication(
        id=dataset,
        version="1",
        title=dataset,
        dataset=json.dumps({"@id": dataset, "@type": "Dataset", "dct:title": dataset}),
        offer_id=scenarios.offer_id(dataset),
        offer=json.dumps({"@type": "Offer", "@id": scenarios.offer_id(dataset), **terms}),
        access=json.dumps({"@type": "Set", **USE}),
        folder=folder,
        manifest_sha256=manifest_sha256,
        published_at=exchange.now(),
        rule="accept",
        personal_data="",
    )
    entry = catalog.dataset(publication.dataset, [publication.offer], id=dataset, service_id=cataloguing.SERVICE_ID)
    with exchange.database.transaction() as tx:
        publications.put(tx, publication, Audience(), entry=entry)


def _agreements(exchange: Exchange) -> Iterator[Agreement]:
    """What the kit takes for agreed, as provider and as consumer."""
    for role, tests in ((Role.PROVIDER, scenarios.PROVIDER_TRANSFERS), (Role.CONSUMER, scenarios.CONSUMER_TRANSFERS)):
        ours, kit = exchange.participant, scenarios.KIT
        assigner, assignee = (ours, kit) if role is Role.PROVIDER else (kit, ours)
        for test in tests:
            named = {"@id": scenarios.subject(test), "assigner": assigner, "assignee": assignee}
            policy = {"@type": "Agreement", **named, "target": scenarios.SHOWN_DATASETS[0], **USE}
            yield Agreement(
                id=scenarios.subject(test),
                role=role,
                dataset=scenarios.SHOWN_DATASETS[0],
                assigner=assigner,
                assignee=assignee,
                policy=json.dumps(policy),
                agreed_at=exchange.now(),
                final=True,
            )


def seed(exchange: Exchange) -> None:
    """Put in place what the kit expects to find."""
    for dataset in (*scenarios.SHOWN_DATASETS, *map(scenarios.subject, scenarios.PROVIDER_NEGOTIATIONS)):
        offer(exchange, dataset)
    with exchange.database.transaction() as tx:
        for agreement in _agreements(exchange):
            agreements.add(tx, agreement)


def trigger(exchange: Exchange, port: int) -> ThreadingHTTPServer:
    """Listen for the kit's wish that we begin a negotiation or a transfer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200)

        def do_POST(self) -> None:
            wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                begin(exchange, self.path, wish)
            except GenbaError as error:
                sys.stderr.write(f"{self.path} {wish}: {error.code}\n")
                self._answer(400)
            else:
                self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def begin(exchange: Exchange, path: str, wish: dict[str, str]) -> None:
    address = wish["connectorAddress"]
    if path == "/transfers":
        transferring.request_transfer(exchange, wish["agreementId"], address=address)
        return
    terms = {"@type": "Offer", "@id": wish["offerId"], "target": wish["datasetId"], **USE}
    negotiating.request_offer(
        exchange,
        negotiating.OfferRequest(
            partner=wish["providerId"], address=address, dataset=wish["datasetId"], offer=json.dumps(terms)
        ),
    )


def main(arguments: list[str]) -> None:
    """Serve until stopped."""
    protocol, port, participant = int(arguments[0]), int(arguments[1]), arguments[2]
    with tempfile.TemporaryDirectory() as folder:
        place = Place(participant=participant, port=protocol, home=Path(folder))
        dispatcher = Dispatcher(open_exchange(place, ScriptedRules(), pause_s=PAUSE_S), threads=1)
        seed(dispatcher.exchange)
        dispatcher.start()
        serve(dispatcher.exchange, ready=lambda listening: _ready(dispatcher.exchange, port))


def _ready(exchange: Exchange, port: int) -> None:
    trigger(exchange, port)


if __name__ == "__main__":
    main(sys.argv[1:])
