"""Start Eclipse EDC, make the calls of its management API, stop it: the peer of `make interop` and of the benchmarks.

Control and data plane share one process, everything is kept in memory, and the identity is the peer's own mock:
who speaks is what the `Authorization` header claims. Only for tests on one machine.
"""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.interop import maven

PROJECT = Path(__file__).with_name("edc")
PROTOCOL = "dataspace-protocol-http:2025-1"
EDC = "https://w3id.org/edc/v0.0.1/ns/"
CONTEXT = {"@vocab": EDC}
ODRL = "http://www.w3.org/ns/odrl.jsonld"
NEGOTIATION_ENDS = frozenset({"FINALIZED", "TERMINATED"})
TRANSFER_ENDS = frozenset({"STARTED", "COMPLETED", "TERMINATED"})


class Refused(Exception):
    """The peer answered with an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edc:
    """A running EDC: who it is and where it listens."""

    participant: str
    pid: int
    management: str
    protocol: str
    first_answer_s: float  # after its start

    @property
    def address(self) -> str:
        """Where its protocol messages go, version included."""
        return f"{self.protocol}/2025-1"


@contextmanager
def running(
    participant: str, folder: Path, settings: Mapping[str, str] | None = None, *, heap: str = "512m"
) -> Iterator[Edc]:
    """An EDC that answers, with its log in the folder; stopped by its own process id at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = dict(zip(("", "management", "protocol", "control", "version", "public"), free_ports(6), strict=True))
    configuration = folder / "edc.properties"
    lines = {**_configuration(participant, ports), **(settings or {})}
    configuration.write_text("".join(f"{key}={value}\n" for key, value in lines.items()), encoding="utf-8")
    command = ["java", f"-Xmx{heap}", f"-Dedc.fs.config={configuration}", "-cp", maven.classpath(PROJECT), "Peer"]
    began = time.monotonic()
    with (folder / "edc.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        management, protocol = (f"http://127.0.0.1:{ports[name]}/{name}" for name in ("management", "protocol"))
        wait_for_answer(f"{protocol}/.well-known/dspace-version", process)
        first_answer_s = time.monotonic() - began
        # Some contexts begin to answer later than others.
        wait_for_answer(f"{management}/v3/assets/request", process, body={"@context": CONTEXT, "@type": "QuerySpec"})
        yield Edc(
            participant=participant,
            pid=process.pid,
            management=management,
            protocol=protocol,
            first_answer_s=first_answer_s,
        )
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _configuration(participant: str, ports: Mapping[str, int]) -> dict[str, str]:
    lines = {
        "edc.participant.id": participant,
        "edc.dsp.callback.address": f"http://127.0.0.1:{ports['protocol']}/protocol",
        "edc.dsp.well-known-path.enabled": "false",
        "edc.dataplane.api.public.baseurl": f"http://127.0.0.1:{ports['public']}/public",
        "edc.transfer.proxy.token.signer.privatekey.alias": "private-key",
        "edc.transfer.proxy.token.verifier.publickey.alias": "public-key",
    }
    for name, port in ports.items():
        prefix = f"web.http.{name}" if name else "web.http"
        lines |= {f"{prefix}.port": str(port), f"{prefix}.path": f"/{name or 'api'}"}
    return lines | waits(50)


def waits(milliseconds: int, batch: int = 20) -> dict[str, str]:
    """The settings that say how long each of EDC's state machines rests, and how many processes it takes at a time."""
    machines = ("edc.negotiation.consumer", "edc.negotiation.provider", "edc.transfer", "edc.dataplane")
    return {
        f"{machine}.state-machine.{name}": str(value)
        for machine in (*machines, "edc.policy.monitor", "edc.data.plane.selector")
        for name, value in (("iteration-wait-millis", milliseconds), ("batch-size", batch))
    }


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for_answer(
    url: str, process: subprocess.Popen[bytes], *, body: object = None, timeout_s: float = 90.0
) -> None:
    """Return as soon as the URL answers well, to a POST when there is a body."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"ended at start with status {process.returncode}")
        try:
            send("GET" if body is None else "POST", url, None if body is None else json.dumps(body).encode())
        except (OSError, http.client.HTTPException, Refused):
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(url)


def call(method: str, url: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
    """One request; the JSON of the answer (None when it is empty)."""
    data = send(method, url, None if body is None else json.dumps(body).encode(), headers)
    return json.loads(data) if data else None


def send(method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """One request on a connection of its own; the bytes of the answer."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        data = answer.read()
    finally:
        connection.close()
    if answer.status >= 300:
        raise Refused(f"{method} {url}: {answer.status} {data[:800].decode(errors='replace')}")
    return data


# As a provider ---------------------------------------------------------------------------------------------------


def add_policy(edc: Edc, policy: str, permission: list[dict[str, Any]] | None = None) -> None:
    """Define a policy; without a permission everything is allowed."""
    body = {
        "@context": CONTEXT,
        "@id": policy,
        "policy": {
            "@context": ODRL,
            "@type": "Set",
            "permission": permission if permission is not None else [{"action": "use"}],
        },
    }
    call("POST", f"{edc.management}/v3/policydefinitions", body)


def add_asset(edc: Edc, asset: str, source: str) -> None:
    """Make what an URL gives an asset."""
    body = {
        "@context": CONTEXT,
        "@id": asset,
        "properties": {"name": asset, "contenttype": "application/octet-stream"},
        "dataAddress": {"type": "HttpData", "baseUrl": source, "proxyPath": "true", "proxyQueryParams": "true"},
    }
    call("POST", f"{edc.management}/v3/assets", body)


def add_contract(edc: Edc, contract: str, policy: str, asset: str | None = None) -> None:
    """Offer an asset (all, when none is named) on the terms of a policy."""
    selector = [{"operandLeft": f"{EDC}id", "operator": "=", "operandRight": asset}] if asset else []
    body = {
        "@context": CONTEXT,
        "@id": contract,
        "accessPolicyId": policy,
        "contractPolicyId": policy,
        "assetsSelector": selector,
    }
    call("POST", f"{edc.management}/v3/contractdefinitions", body)


def offer(edc: Edc, asset: str, source: str) -> None:
    """One asset, offered to all for any use."""
    add_policy(edc, f"policy-{asset}")
    add_asset(edc, asset, source)
    add_contract(edc, f"contract-{asset}", f"policy-{asset}", asset)


# As a consumer ---------------------------------------------------------------------------------------------------


def catalogue(edc: Edc, partner: str, address: str, *, limit: int = 50, offset: int = 0) -> dict[str, Any]:
    """A partner's catalogue, as EDC has read it."""
    body = {
        "@context": CONTEXT,
        "counterPartyId": partner,
        "counterPartyAddress": address,
        "protocol": PROTOCOL,
        "querySpec": {"limit": limit, "offset": offset},
    }
    answer: dict[str, Any] = call("POST", f"{edc.management}/v3/catalog/request", body)
    return answer


def datasets(catalog: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is in a catalogue, by id."""
    return {str(each["@id"]): each for each in listed(catalog.get("dataset"))}


def offers(dataset: Mapping[str, Any]) -> list[dict[str, Any]]:
    """On what terms a dataset is offered."""
    return listed(dataset.get("hasPolicy"))


def listed(value: Any) -> list[Any]:
    """JSON-LD writes a list of one as that one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def begin_negotiation(
    edc: Edc, partner: str, address: str, asset: str, terms: Mapping[str, Any], *, told: str = ""
) -> str:
    """Ask for a contract on the terms of the catalogue; the negotiation's id. `told` is a URL that hears of its end."""
    body = negotiation_request(partner, address, asset, terms, told=told)
    return str(call("POST", f"{edc.management}/v3/contractnegotiations", body)["@id"])


def negotiation_request(
    partner: str, address: str, asset: str, terms: Mapping[str, Any], *, told: str = ""
) -> dict[str, Any]:
    """What asks for a contract."""
    return {
        "@context": CONTEXT,
        "@type": "ContractRequest",
        "counterPartyAddress": address,
        "protocol": PROTOCOL,
        "policy": {"@context": ODRL, **terms, "@type": "Offer", "assigner": partner, "target": asset},
        "callbackAddresses": _callbacks(told, "contract.negotiation.finalized", "contract.negotiation.terminated"),
    }


def begin_transfer(edc: Edc, partner: str, address: str, agreement: str, *, told: str = "") -> str:
    """Ask for a pull under an agreement; the transfer's id. `told` is a URL that hears of its start."""
    body = transfer_request(partner, address, agreement, told=told)
    return str(call("POST", f"{edc.management}/v3/transferprocesses", body)["@id"])


def transfer_request(partner: str, address: str, agreement: str, *, told: str = "") -> dict[str, Any]:
    """What asks for a pull."""
    return {
        "@context": CONTEXT,
        "@type": "TransferRequest",
        "counterPartyAddress": address,
        "contractId": agreement,
        "connectorId": partner,
        "protocol": PROTOCOL,
        "transferType": "HttpData-PULL",
        "callbackAddresses": _callbacks(told, "transfer.process.started", "transfer.process.terminated"),
    }


def _callbacks(told: str, *events: str) -> list[dict[str, Any]]:
    return [{"transactional": False, "uri": told, "events": list(events)}] if told else []


def negotiated(edc: Edc, negotiation: str, *, timeout_s: float = 60.0) -> dict[str, Any]:
    """The negotiation at its end."""
    return _ended(f"{edc.management}/v3/contractnegotiations/{negotiation}", NEGOTIATION_ENDS, timeout_s)


def transferred(edc: Edc, transfer: str, *, timeout_s: float = 60.0) -> dict[str, Any]:
    """The transfer, once it may be pulled or has ended."""
    return _ended(f"{edc.management}/v3/transferprocesses/{transfer}", TRANSFER_ENDS, timeout_s)


def _ended(url: str, ends: frozenset[str], timeout_s: float) -> dict[str, Any]:
    deadline = time.monotonic() + timeout_s
    while True:
        answer: dict[str, Any] = call("GET", url)
        if answer["state"] in ends:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} is still {answer['state']}: {answer.get('errorDetail', '')}")
        time.sleep(0.02)


def data_address(edc: Edc, transfer: str, *, timeout_s: float = 30.0) -> tuple[str, str]:
    """Where a started transfer is pulled from, and the value of its `Authorization` header."""
    url = f"{edc.management}/v3/edrs/{transfer}/dataaddress"
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            answer = call("GET", url)
            return str(answer["endpoint"]), str(answer["authorization"])
        except Refused:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
