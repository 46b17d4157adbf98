"""The kit's side of a process: writes messages as the official kit does, takes the connector's, checks everything."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genba.app.exchange.dispatch import deliver_due
from genba.app.exchange.inbound import ProtocolRequest, ProtocolResponse, handle
from genba.app.exchange.node import Exchange
from genba.ports.exchange import Answer
from tests.conformance import scenarios
from tests.dsp.schema_check import problems

ADDRESS = "http://127.0.0.1:9/kit"
CONTEXT = ["https://w3id.org/dspace/2025/1/context.jsonld"]
ROOT = "/dsp/2025-1"
USE = [{"action": "use", "constraint": []}]  # the official kit sends an empty list of constraints

# Below the process: where each message goes, and its type.
NEGOTIATION_PATHS = {
    "request": ("request", "ContractRequestMessage"),
    "counter": ("request", "ContractRequestMessage"),
    "offer": ("offers", "ContractOfferMessage"),
    "accepted": ("events", "ContractNegotiationEventMessage"),
    "agreement": ("agreement", "ContractAgreementMessage"),
    "verification": ("agreement/verification", "ContractAgreementVerificationMessage"),
    "finalized": ("events", "ContractNegotiationEventMessage"),
    "termination": ("termination", "ContractNegotiationTerminationMessage"),
}
TRANSFER_PATHS = {
    "request": ("request", "TransferRequestMessage"),
    "start": ("start", "TransferStartMessage"),
    "suspension": ("suspension", "TransferSuspensionMessage"),
    "completion": ("completion", "TransferCompletionMessage"),
    "termination": ("termination", "TransferTerminationMessage"),
}
# The state that each message leads to.
LEADS_TO = {
    "request": "REQUESTED",
    "counter": "REQUESTED",
    "offer": "OFFERED",
    "accepted": "ACCEPTED",
    "agreement": "AGREED",
    "verification": "VERIFIED",
    "finalized": "FINALIZED",
    "start": "STARTED",
    "suspension": "SUSPENDED",
    "completion": "COMPLETED",
    "termination": "TERMINATED",
}


def ask(exchange: Exchange, method: str, path: str, body: Mapping[str, Any] | None = None) -> ProtocolResponse:
    """Ask the connector as the kit does: claiming to be it, in the header that the mock identity believes."""
    claim = json.dumps({"region": "any", "audience": exchange.participant, "clientId": scenarios.KIT})
    sent = b"" if body is None else json.dumps({"@context": CONTEXT, "@id": str(uuid.uuid4()), **body}).encode()
    headers = {"authorization": claim, "content-type": "application/json"}
    return handle(exchange, ProtocolRequest(method=method, path=path, headers=headers, body=sent))


@dataclass
class Counterpart:
    """Satisfies ports.exchange.Http for the connector, and plays the kit's part of one process."""

    area: str  # negotiations or transfers
    subject: str  # id of the dataset or agreement
    is_consumer: bool  # whether the kit is
    exchange: Exchange = field(init=False)
    pid: str = field(default_factory=lambda: f"urn:uuid:{uuid.uuid4()}")
    theirs: str = ""
    state: str = ""
    heard: list[str] = field(default_factory=list)

    @property
    def paths(self) -> Mapping[str, tuple[str, str]]:
        """Where messages go and what they are."""
        return NEGOTIATION_PATHS if self.area == "negotiations" else TRANSFER_PATHS

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Take a message of the connector: authorised, to the right place, of a type that belongs there, valid."""
        assert headers
        assert json.loads(headers["Authorization"])["clientId"] == self.exchange.participant
        assert url.startswith(f"{ADDRESS}/{self.area}/"), url
        rest = url.removeprefix(f"{ADDRESS}/{self.area}/").rstrip("/")
        if method == "GET":
            return Answer(status=200, headers={}, body=self._state())
        message = json.loads(body)
        assert problems(body) == []
        name = self._name(message)
        path, _ = self.paths[name]
        assert rest == (path if name == "request" else f"{self.pid}/{path}"), rest
        ours = "consumerPid" if self.is_consumer else "providerPid"
        other = "providerPid" if self.is_consumer else "consumerPid"
        assert name == "request" or message[ours] == self.pid
        self.theirs = self.theirs or message[other]
        assert message[other] == self.theirs
        if name == "request":
            assert message["callbackAddress"] == self.exchange.protocol_address
        self.heard.append(name)
        self.state = LEADS_TO[name]
        return Answer(status=201 if name == "request" else 200, headers={}, body=self._state())

    def _name(self, message: Mapping[str, Any]) -> str:
        if message["@type"] == "ContractNegotiationEventMessage":
            return str(message["eventType"]).lower()
        names = [name for name, (_, kind) in self.paths.items() if kind == message["@type"]]
        assert names, message["@type"]
        return "counter" if "counter" in names and message.get("providerPid") else names[0]

    def _pids(self) -> dict[str, str]:
        consumer, provider = (self.pid, self.theirs) if self.is_consumer else (self.theirs, self.pid)
        return {"providerPid": provider, "consumerPid": consumer}

    def _state(self) -> bytes:
        kind = "ContractNegotiation" if self.area == "negotiations" else "TransferProcess"
        return json.dumps({"@context": CONTEXT, "@type": kind, **self._pids(), "state": self.state}).encode()

    def play(self, steps: str) -> None:
        """Go through a sequence, then see that the connector said nothing more than it had to."""
        for step in steps.split(", "):
            verb, _, what = step.partition(" ")
            match verb:
                case "request":
                    self._open()
                case "expect":
                    self._expect(what)
                case "send":
                    self._send(what)
                case "refused":
                    self._refused(what)
                case "is":
                    self._is(what)
        self._hear()
        assert self.heard == []

    def _hear(self) -> None:
        for _ in range(10):
            if not deliver_due(self.exchange, limit=10):
                return

    def _expect(self, name: str) -> None:
        if not self.heard:
            self._hear()
        assert self.heard, f"{name} was not sent"
        assert self.heard.pop(0) == name

    def _open(self) -> None:
        response = ask(self.exchange, "POST", f"{ROOT}/{self.area}/request", self._message("request"))
        assert response.status == 201
        assert problems(response.body) == []
        answer = json.loads(response.body)
        assert answer["consumerPid"] == self.pid
        assert answer["state"] == "REQUESTED"
        self.theirs, self.state = answer["providerPid"], "REQUESTED"

    def _send(self, name: str) -> None:
        response = self._post(name)
        assert response.status == 200, response.body
        assert response.body == b"" or problems(response.body) == []
        self.state = LEADS_TO[name]

    def _refused(self, name: str) -> None:
        response = self._post(name)
        assert 400 <= response.status < 500
        assert response.status != 404
        assert problems(response.body) == []
        assert json.loads(response.body)["@type"] in ("ContractNegotiationError", "TransferError")

    def _post(self, name: str) -> ProtocolResponse:
        path, _ = self.paths[name]
        return ask(self.exchange, "POST", f"{ROOT}/{self.area}/{self.theirs}/{path}", self._message(name))

    def _is(self, state: str) -> None:
        self._hear()
        response = ask(self.exchange, "GET", f"{ROOT}/{self.area}/{self.theirs}")
        assert response.status == 200
        assert problems(response.body) == []
        answer = json.loads(response.body)
        assert {name: answer[name] for name in ("providerPid", "consumerPid")} == self._pids()
        assert answer["state"] == state

    def _message(self, name: str) -> dict[str, Any]:
        kind = self.paths[name][1]
        if name == "request":
            start = {"@type": kind, "consumerPid": self.pid, "callbackAddress": ADDRESS}
            if self.area == "transfers":
                return start | {"agreementId": self.subject, "format": scenarios.FORMAT}
            return start | {"offer": self._policy("Offer", scenarios.offer_id(self.subject), self.subject)}
        message: dict[str, Any] = {"@type": kind, **self._pids()}
        if name == "counter":
            return message | {"offer": self._policy("Offer", scenarios.offer_id(self.subject), self.subject)}
        if name == "offer":  # the official kit offers something else than was asked for
            return message | {"offer": self._policy("Offer", str(uuid.uuid4()), scenarios.KIT)}
        if name == "agreement":  # and names the parties the wrong way round
            parties = {"assigner": self.exchange.participant, "assignee": scenarios.KIT}
            policy = self._policy("Agreement", str(uuid.uuid4()), self.subject)
            return message | {"agreement": policy | parties | {"timestamp": "2026-01-01T00:00:00.123456Z"}}
        if name in ("accepted", "finalized"):
            return message | {"eventType": name.upper()}
        if name == "start" and not self.is_consumer:
            kind = "https://w3id.org/idsa/v4.1/HTTP"
            return message | {
                "dataAddress": {"@type": "DataAddress", "endpoint": "http://example.com", "endpointType": kind}
            }
        return message | ({"code": "1"} if name in ("termination", "suspension") else {})

    def _policy(self, kind: str, name: str, target: str) -> dict[str, Any]:
        return {"@type": kind, "@id": name, "target": target, "permission": USE}
