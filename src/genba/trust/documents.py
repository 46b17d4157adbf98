"""DID documents: what a participant's keys may be used for and where its services are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from genba.errors import GenbaError, InvalidInput
from genba.trust.jwk import PublicKey, jwk_of, public_key
from genba.trust.multikey import from_multibase

# Relationships of DID Core section 5.3 that we use: DCP signs tokens by capabilityInvocation, presentations by
# authentication, credentials and records by assertionMethod.
RELATIONSHIPS = ("authentication", "assertionMethod", "capabilityInvocation")
MAX_METHODS = 50
MAX_SERVICES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A DID document as far as it concerns us."""

    id: str
    keys: Mapping[str, PublicKey]  # by absolute DID URL
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)  # relationship to key ids
    services: tuple[tuple[str, str, str], ...] = ()  # id, type, endpoint

    def service(self, type_: str) -> str:
        """Give the endpoint of the first service of a type, or nothing."""
        return next((endpoint for _, kind, endpoint in self.services if kind == type_), "")


def read_document(raw: Mapping[str, Any], did: str) -> Document:
    """Read the document of one DID; keys of kinds we do not know are left out, a foreign id is refused."""
    if raw.get("id") != did:
        raise InvalidInput("trust.did_document_foreign", did=did)
    keys: dict[str, PublicKey] = {}
    for method in _list(raw, "verificationMethod", MAX_METHODS):
        _add(method, did, keys)
    allowed: dict[str, frozenset[str]] = {}
    for relationship in RELATIONSHIPS:
        ids = set()
        for entry in _list(raw, relationship, MAX_METHODS):
            if isinstance(entry, str):
                ids.add(_absolute(entry, did))
            else:
                ids.add(_add(entry, did, keys))
        allowed[relationship] = frozenset(ids & keys.keys())
    return Document(id=did, keys=keys, allowed=allowed, services=tuple(_services(raw, did)))


def _add(method: object, did: str, keys: dict[str, PublicKey]) -> str:
    if not isinstance(method, dict) or not isinstance(method.get("id"), str) or method.get("controller", did) != did:
        return ""
    id_ = _absolute(method["id"], did)
    if id_.partition("#")[0] != did or id_ in keys:
        return ""
    try:
        if isinstance(method.get("publicKeyJwk"), dict):
            keys[id_] = public_key(method["publicKeyJwk"])
        elif isinstance(method.get("publicKeyMultibase"), str):
            keys[id_] = from_multibase(method["publicKeyMultibase"])
    except GenbaError:
        return ""
    return id_


def _services(raw: Mapping[str, Any], did: str) -> list[tuple[str, str, str]]:
    found = []
    for service in _list(raw, "service", MAX_SERVICES):
        if not isinstance(service, dict) or not isinstance(service.get("serviceEndpoint"), str):
            continue
        id_, endpoint = _absolute(str(service.get("id", "")), did), service["serviceEndpoint"]
        types = service.get("type")
        types = types if isinstance(types, list) else [types]
        found += [(id_, type_, endpoint) for type_ in types if isinstance(type_, str)]
    return found


def _list(raw: Mapping[str, Any], name: str, limit: int) -> list[Any]:
    value = raw.get(name, [])
    value = value if isinstance(value, list) else [value]
    if len(value) > limit:
        raise InvalidInput("trust.did_document_large")
    return value


def _absolute(id_: str, did: str) -> str:
    return f"{did}{id_}" if id_.startswith("#") else id_


def write_document(
    did: str, current: str, keys: Mapping[str, PublicKey], services: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Write our own document: the current key may speak for us, retired ones only prove what they signed."""
    ids = [f"{did}#{name}" for name in keys]
    speaking = [f"{did}#{current}"]
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": did,
        "verificationMethod": [
            {"id": f"{did}#{name}", "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": jwk_of(key)}
            for name, key in keys.items()
        ],
        "authentication": speaking,
        "assertionMethod": ids,
        "capabilityInvocation": speaking,
    }
    if services:
        document["service"] = [
            {"id": f"{did}#{_fragment(type_)}", "type": type_, "serviceEndpoint": endpoint}
            for type_, endpoint in services.items()
        ]
    return document


def _fragment(type_: str) -> str:
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in type_).lstrip("-")
