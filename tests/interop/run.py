"""Exchange data with Eclipse EDC in both directions: catalogue, negotiation, transfer, pull, and the end of it.

`python -m tests.interop.run` starts both connectors on this machine, tells each step in a line, and ends with a tally.
It needs a JDK and Maven. EDC knows no other identity without a wallet than its mock, so that is used here.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from genba.app.exchange import browse, negotiating, pull, transferring
from genba.app.exchange.dispatch import Dispatcher
from genba.app.exchange.node import Exchange
from genba.app.exchange.publish import DELIVERIES
from genba.app.exchange.rules import StandardRules
from genba.model.exchange import Agreement, Negotiation, NegotiationState, Partner
from genba.storage.exchange import agreements, negotiations, partners
from genba.storage.exchange.deliveries import write_delivery
from genba.web.serve import serve
from tests.conformance.connector import Place, offer, open_exchange
from tests.conformance.kit import say
from tests.interop import edc, maven

LOGS = maven.ROOT / "build" / "interop"
ASSET, DATASET = "torque-2026-04", "urn:genba:dataset:inspection-2026-04"
PURPOSE = "urn:genba:purpose:quality.analysis"
FOR_QUALITY = {
    "permission": [
        {
            "action": "use",
            "constraint": [
                {
                    "leftOperand": "https://w3id.org/catenax/2025/9/policy/UsagePurpose",
                    "operator": "isAnyOf",
                    "rightOperand": [PURPOSE],
                }
            ],
        }
    ]
}
PATIENCE_S = 60.0


@dataclass(slots=True, kw_only=True)
class Meeting:
    """Both connectors, and what has come of the steps before."""

    ours: Exchange
    theirs: edc.Edc
    data: bytes
    folder: Path
    found: dict[str, Any] = field(default_factory=dict)


def until(look: Callable[[], Any]) -> Any:
    """Look until there is something."""
    deadline = time.monotonic() + PATIENCE_S
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise TimeoutError("nothing came of it")
        time.sleep(0.05)
    return seen


# genba asks EDC --------------------------------------------------------------------------------------------------


def genba_reads_the_catalogue_of_edc(meeting: Meeting) -> None:
    wanted = browse.BrowseRequest(address=meeting.theirs.address, partner=meeting.theirs.participant)
    browsed = browse.browse(meeting.ours, wanted)
    (dataset,) = [each for each in browsed.datasets if each.id == ASSET]
    ((_, meeting.found["terms"]),) = dataset.offers


def genba_negotiates_with_edc(meeting: Meeting) -> None:
    begun = negotiating.request_offer(
        meeting.ours,
        negotiating.OfferRequest(
            partner=meeting.theirs.participant,
            address=meeting.theirs.address,
            dataset=ASSET,
            offer=meeting.found["terms"],
        ),
    )
    ended = until(lambda: _ended(meeting.ours, begun.pid))
    assert ended.state is NegotiationState.FINALIZED, (ended.state, ended.reason, ended.waiting)
    meeting.found["agreement"] = ended.agreement_id
    assert _kept(meeting.ours, ended.agreement_id).final
    until(lambda: _theirs(meeting.theirs, ended.provider_pid)["state"] == "FINALIZED")


def genba_pulls_from_edc(meeting: Meeting) -> None:
    out = meeting.folder / "pulled"
    pull.pull(meeting.ours, meeting.found["agreement"], out=out, purpose="", wait_s=PATIENCE_S)
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in out.rglob("*") if path.is_file()}
    assert hashlib.sha256(meeting.data).hexdigest() in hashes, "what was pulled is not what was offered"


# EDC asks genba --------------------------------------------------------------------------------------------------


def edc_reads_the_catalogue_of_genba(meeting: Meeting) -> None:
    catalog = edc.catalogue(meeting.theirs, meeting.ours.participant, meeting.ours.protocol_address)
    (meeting.found["their terms"],) = edc.offers(edc.datasets(catalog)[DATASET])


def edc_negotiates_with_genba(meeting: Meeting) -> None:
    where = meeting.ours.participant, meeting.ours.protocol_address
    begun = edc.begin_negotiation(meeting.theirs, *where, DATASET, meeting.found["their terms"])
    ended = edc.negotiated(meeting.theirs, begun, timeout_s=PATIENCE_S)
    assert ended["state"] == "FINALIZED", ended
    meeting.found["their agreement"] = str(ended["contractAgreementId"])
    kept = until(lambda: _final(meeting.ours, str(ended["contractAgreementId"])))
    assert kept.assignee == meeting.theirs.participant
    assert PURPOSE in kept.policy


def edc_pulls_from_genba_for_the_agreed_purpose(meeting: Meeting) -> None:
    where = meeting.ours.participant, meeting.ours.protocol_address
    transfer = edc.begin_transfer(meeting.theirs, *where, meeting.found["their agreement"])
    started = edc.transferred(meeting.theirs, transfer, timeout_s=PATIENCE_S)
    assert started["state"] == "STARTED", started
    endpoint, authorization = edc.data_address(meeting.theirs, transfer)
    headers = {"Authorization": authorization, "Genba-Purpose": PURPOSE}
    index = json.loads(edc.send("GET", endpoint, headers=headers))
    (file,) = index["delivery"]["files"]
    headers["Genba-Pull"] = index["pull"]
    got = edc.send("GET", f"{endpoint}files/{file['path']}", headers=headers)
    assert got == meeting.data, "what was pulled is not what was published"
    meeting.found |= {"transfer": transfer, "endpoint": endpoint, "authorization": authorization}


def genba_refuses_edc_another_purpose(meeting: Meeting) -> None:
    for stated in ({}, {"Genba-Purpose": "urn:genba:purpose:marketing"}):
        assert _refused(meeting, stated), f"delivered for {stated or 'no purpose'}"


def genba_withdraws_and_edc_is_told(meeting: Meeting) -> None:
    transferring.withdraw(meeting.ours, meeting.found["their agreement"], "the project has ended")
    assert _refused(meeting, {"Genba-Purpose": PURPOSE}), "delivered after the withdrawal"
    url = f"{meeting.theirs.management}/v3/transferprocesses/{meeting.found['transfer']}"
    until(lambda: edc.call("GET", url)["state"] == "TERMINATED")


STEPS = (
    genba_reads_the_catalogue_of_edc,
    genba_negotiates_with_edc,
    genba_pulls_from_edc,
    edc_reads_the_catalogue_of_genba,
    edc_negotiates_with_genba,
    edc_pulls_from_genba_for_the_agreed_purpose,
    genba_refuses_edc_another_purpose,
    genba_withdraws_and_edc_is_told,
)


def _refused(meeting: Meeting, stated: dict[str, str]) -> bool:
    headers = {"Authorization": meeting.found["authorization"], **stated}
    try:
        edc.send("GET", meeting.found["endpoint"], headers=headers)
    except edc.Refused:
        return True
    return False


def _ended(ours: Exchange, pid: str) -> Negotiation | None:
    with ours.database.reading() as tx:
        found = negotiations.load(tx, pid)
    over = (NegotiationState.FINALIZED, NegotiationState.TERMINATED)
    return found if found is not None and (found.state in over or found.waiting) else None


def _kept(ours: Exchange, agreement: str) -> Agreement:
    with ours.database.reading() as tx:
        found = agreements.load(tx, agreement)
    assert found is not None, "no agreement was kept"
    return found


def _final(ours: Exchange, agreement: str) -> Agreement | None:
    kept = _kept(ours, agreement)
    return kept if kept.final else None


def _theirs(theirs: edc.Edc, negotiation: str) -> dict[str, Any]:
    """EDC's side of a negotiation that we began: there it has the id that we know as the provider's."""
    found: dict[str, Any] = edc.call("GET", f"{theirs.management}/v3/contractnegotiations/{negotiation}")
    return found


def _enter(ours: Exchange, theirs: edc.Edc) -> None:
    """As a person enters a partner before anything is asked of it."""
    with ours.database.transaction() as tx:
        partners.put(tx, Partner(id=theirs.participant, name="EDC", address=theirs.address))


# Both at once ----------------------------------------------------------------------------------------------------


@contextmanager
def source(data: bytes) -> Iterator[str]:
    """Where EDC's data plane reads from."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/data.bin"
    server.shutdown()
    server.server_close()


@contextmanager
def serving(folder: Path, data: bytes) -> Iterator[Exchange]:
    """Our connector with the standard rules, and one dataset offered for one purpose."""
    (port,) = edc.free_ports(1)
    dispatcher = Dispatcher(open_exchange(Place(port=port, home=folder), StandardRules()), threads=1)
    ours = dispatcher.exchange
    (folder / "inspection.csv").write_bytes(data)
    delivered = write_delivery(
        folder / DELIVERIES / "inspection",
        [("inspection.csv", folder / "inspection.csv")],
        ours.signer,
        dataset=DATASET,
        version="1",
        title="inspection",
        provider=ours.participant,
    )
    fingerprint = hashlib.sha256(delivered.body).hexdigest()
    offer(ours, DATASET, terms=FOR_QUALITY, folder=f"{DELIVERIES}/inspection", manifest_sha256=fingerprint)
    ready, stop = threading.Event(), threading.Event()
    server = threading.Thread(target=lambda: serve(ours, ready=lambda listening: ready.set(), stop=stop), daemon=True)
    dispatcher.start()
    server.start()
    try:
        if not ready.wait(30):
            raise TimeoutError("genba does not listen")
        yield ours
    finally:
        stop.set()
        server.join(20)
        dispatcher.stop()


def main() -> int:
    """0 when every step went well."""
    if not maven.is_available():
        say("The exchange with Eclipse EDC needs a JDK (java, javac) and Maven (mvn); install them and try again.")
        return 2
    passed, failed = 0, 0
    data = random.Random(11).randbytes(300_000)
    with tempfile.TemporaryDirectory() as folder, source(data) as url, serving(Path(folder) / "home", data) as ours:
        say("starting Eclipse EDC 0.14.1 …")
        with edc.running("did:web:edc.example", LOGS) as theirs:
            edc.offer(theirs, ASSET, url)
            _enter(ours, theirs)
            meeting = Meeting(ours=ours, theirs=theirs, data=data, folder=Path(folder))
            for step in STEPS:
                began = time.monotonic()
                try:
                    step(meeting)
                except Exception as error:  # what fails is told, and the other direction still tried
                    failed += 1
                    say(f"FAILED   {step.__name__.replace('_', ' ')}\n         {type(error).__name__}: {error}")
                else:
                    passed += 1
                    say(f"passed   {step.__name__.replace('_', ' ')} ({time.monotonic() - began:.1f} s)")
    say(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
